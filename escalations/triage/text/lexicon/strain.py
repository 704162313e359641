"""How customers sound when a person should look: distress and complaint."""

from escalations.triage.text.lexicon.entry import firm, hint

_CANT = r"(?:can(?:no|')?t|can not|cannot|could ?n[o']t|unable to|not able to)"

DISTRESS = (
    firm(
        "distress",
        0.98,
        r"suicid\w*|kill(?:ing)? myself|end(?:ing)? (?:it all|my life)|self[- ]harm\w*",
    ),
    firm(
        "distress",
        0.98,
        r"(?:do ?n[o']?t|no longer) want to (?:live|be alive|be here any ?more|go on)",
    ),
    firm(
        "distress",
        0.98,
        r"(?:hurt(?:ing)?|harm(?:ing)?|cut(?:ting)?) myself|better off dead|no reason to live",
    ),
    firm(
        "distress",
        0.9,
        rf"{_CANT} (?:cope|go on|take (?:it|this|much more)|bear (?:it|this)|breathe|stop crying)",
        r"no point (?:in )?(?:going on|living|anymore|to anything)",
    ),
    firm(
        "distress",
        0.9,
        rf"{_CANT} (?:feed|heat|afford (?:food|to eat|heating|my (?:medication|medicine)))",
    ),
    firm(
        "distress",
        0.85,
        r"at (?:my|the) (?:wit'?s'?|wits) end|end of my (?:rope|tether)|breaking point",
    ),
    firm(
        "distress",
        0.85,
        r"(?:losing|lose|lost) (?:my|our) (?:home|house|flat)|evict\w*|bailiffs?|homeless",
    ),
    firm(
        "distress",
        0.8,
        r"(?:have ?n[o']?t|not) eaten (?:for|in|since)|drowning in debt|falling apart",
        r"(?:los(?:e|ing)|lost) (?:my|our) (?:job|mind|sanity)|(?:in tears|crying|sobbing|been "
        r"crying|cried (?:all|my)|heart ?broken|devastat\w+)",
    ),
    hint(
        "distress",
        0.8,
        r"desperat\w+|distraught|hopeless|helpless|overwhelmed|suffering|traumati[sz]\w+",
    ),
    hint(
        "distress",
        0.75,
        r"(?:is|it'?s|are|you'?re) killing me|terrified|panick\w*|panic attacks?|frightened|"
        r"really scared|so scared",
    ),
    firm(
        "distress",
        0.75,
        rf"{_CANT} (?:sleep|eat|pay (?:my |the )?(?:rent|mortgage))|sleepless|sick with worry",
    ),
    firm(
        "distress",
        0.75,
        r"(?:ruin(?:ed|ing)|destroy(?:ed|ing)) (?:my|our) (?:life|lives|family|business|credit)",
    ),
    hint(
        "distress",
        0.65,
        r"(?:i am|i'm|im|we are|we're) (?:so |very |really |extremely )?"
        r"(?:scared|afraid(?! (?:this|that|not|so|i|we|it|there))|ill|ashamed)",
    ),
    hint(
        "distress",
        0.6,
        r"(?:so|extremely|incredibly|really) (?:stressed|stressful|anxious|worried|upset|distress\w*)",
    ),
    hint(
        "distress",
        0.55,
        r"distress(?:ed|ing)?\b|anxiety|nightmare",
    ),
    firm(
        "distress",
        0.55,
        r"(?:third|fourth|fifth|sixth|tenth|hundredth|umpteenth|[3-9](?:rd|th)) time",
    ),
    firm(
        "distress",
        0.5,
        r"(?:nobody|no ?one|not a single person) (?:is |has |will |seems to )?(?:help\w*|care\w*|"
        r"listen\w*|repl\w+|answer\w*|call\w*)",
    ),
    firm(
        "distress",
        0.5,
        r"help (?:me|us)(?:,? please)?\s?!{2,}|please,? (?:please|i beg)|i(?:'m| am) begging|i "
        r"beg you|for god'?s sake|somebody help",
    ),
    firm(
        "distress",
        0.45,
        r"how many (?:more times|times (?:do|must|should|have) (?:i|we) (?:have|need|had|got)? "
        r"?to\b)|yet again|weeks and weeks|months and months",
    ),
    hint(
        "distress",
        0.45,
        r"(?:furious|livid|outraged|fuming|seething|enraged)",
    ),
    firm(
        "distress",
        0.4,
        r"(?:never|not once) (?:been )?(?:received|arrived|came|got|answered|replied|called back)",
        r"still (?:have ?n[o']t|not) (?:received|arrived|heard)",
    ),
    hint(
        "distress",
        0.35,
        r"frustrat\w+|exhaust(?:ed|ing)|fed up|had enough|sick (?:and tired|of)|losing patience",
    ),
    firm(
        "distress",
        0.2,
        r"still waiting",
    ),
)

COMPLAINT = (
    hint(
        "complaint",
        0.9,
        r"(?:formal|official|make an?|file an?|raise an?|lodge an?|register an?) complaints?",
    ),
    hint(
        "complaint",
        0.8,
        r"complain(?:ing|ed|t|ts)?\b|unacceptable|disgrac\w+|disgust\w+|appall\w+|outrageous",
        r"shambles",
    ),
    hint(
        "complaint",
        0.7,
        r"ridiculous|terribl[ey]|awful|horrible|worst|pathetic|useless|incompeten\w+|shocking",
        r"atrocious",
    ),
    hint(
        "complaint",
        0.65,
        r"(?:very |so |really |extremely |deeply )?(?:disappoint\w+|dissatisfied|unhappy|let down|"
        r"fed up|annoy\w+|angry)",
    ),
    hint(
        "complaint",
        0.6,
        r"(?:poor|bad|rude|terrible|dreadful|lousy) (?:service|experience|support|staff|treatment|"
        r"manner)",
    ),
    hint(
        "complaint",
        0.6,
        r"waste of (?:time|money)|rip[- ]?off|not good enough|sick (?:and tired )?of|frustrat\w+",
        r"lost (?:all )?(?:trust|faith)",
    ),
    firm(
        "complaint",
        0.55,
        r"no(?:body| ?one) (?:has )?(?:repl\w+|answer\w+|call\w+|help\w+|respond\w+)|ignored",
        r"never again",
    ),
    hint(
        "complaint",
        0.55,
        r"(?:go to|tell|contact|post (?:it |this )?on) (?:the )?(?:press|media|newspapers?|"
        r"twitter|facebook|social media|trustpilot)",
    ),
)
