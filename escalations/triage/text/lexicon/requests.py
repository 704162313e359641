"""What customers ask for that a person should hear: another person, a dispute, a negotiation."""

from escalations.triage.text.lexicon.entry import firm, hint

_ROLE = (
    r"(?:human(?: being)?|person|people|agent|representative|rep|operator|advis[eo]r|manager|supervisor|"
    r"(?:member of (?:your |the )?)?(?:staff|team)|someone (?:real|human|in charge|else))"
)
_A = r"(?:an? |the |your |some )?(?:actual |real |live |human |proper |customer service |support )*"
_CANT = r"(?:can(?:no|')?t|can not|cannot|could ?n[o']t|unable to|not able to)"

DISPUTE = (
    hint(
        "dispute",
        0.9,
        r"(?:i |we |to |formally )(?:want to |wish to |would like to )?(?:dispute|contest|challenge)",
        r"disput(?:e|ing|ed) (?:this|that|the|these|those|my|our|a|an|it)\b|charge ?backs?",
    ),
    firm(
        "dispute",
        0.85,
        r"(?:did ?n[o']?t|did not|never|have ?n[o']?t) (?:authori[sz]ed?|approved?|agreed? to|"
        r"order(?:ed)?|bought|buy|sign(?:ed)?(?: up)?) (?:this|that|the|these|those|any|it|for|a)\b",
        r"(?:did ?n[o']?t|did not|never|have ?n[o']?t) ma[kd]e (?:this|that|the|these|those|any|a)\b",
    ),
    firm(
        "dispute",
        0.85,
        r"(?:do ?n[o']?t|do not|don't) (?:recogni[sz]e|owe)",
        r"(?:i|we) (?:did ?n[o']?t|did not|never) (?:do|make|send|sent|place|request)\b(?! it\b)",
        r"not my (?:charge|debt|purchase|transaction|payment|order)|wasn'?t me",
    ),
    hint(
        "dispute",
        0.8,
        r"unauthori[sz]ed|fraudulent\w*|overcharg\w+|double[- ]charged",
        r"(?:double|duplicate|second|two(?: identical)?) (?:charges?|payments?|debits?)",
        r"(?:paid|taken|debited|deducted|went through) (?:twice|two times)|both (?:went|go) through",
        r"charged (?:me |us )?(?:twice|two times|again)|billed (?:me |us )?twice",
    ),
    hint(
        "dispute",
        0.7,
        r"(?:wrong|incorrect|inflated|mistaken) (?:amount|charge|bill|invoice|balance|total|fee)",
        r"should(?: not|n'?t) (?:have been|be) charged",
    ),
    firm(
        "dispute",
        0.6,
        r"(?:refuse|not going|won'?t|will not) (?:to )?pay",
    ),
)

NEGOTIATE = (
    hint(
        "negotiate",
        0.85,
        r"payment (?:plan|arrangement|holiday|break)|instal?ments?",
        r"pay (?:\S+ ){1,3}?(?:a|each|every|per) (?:month|week)\b|not possible (?:to )?pay",
        r"pay (?:it |this )?(?:off )?(?:in parts|monthly|over time|weekly)",
    ),
    hint(
        "negotiate",
        0.8,
        r"settle(?:ment)? (?:for|offer|figure|of|the (?:debt|balance))",
        r"(?:partial|reduced) (?:payment|settlement)|accept (?:less|half)|negotiat\w+",
    ),
    firm(
        "negotiate",
        0.8,
        rf"{_CANT} (?:pay|afford)(?: (?:it|this|that|all|the (?:full|whole|bill|balance)))?",
    ),
    hint(
        "negotiate",
        0.7,
        r"(?:waive|reduce|lower|write off|knock off|bring down) (?:the |this |my |our )?(?:fee|"
        r"fees|interest|balance|debt|amount|charge|charges|bill|price|rate)",
    ),
    hint(
        "negotiate",
        0.7,
        r"(?:more time to pay|extension|defer(?:ral)?|postpone (?:the )?payment|hardship|better "
        r"(?:deal|price|rate|offer)|discount)",
    ),
)

HUMAN_REQUESTED = (
    hint(
        "human_requested",
        0.95,
        r"(?:speak|talk|chat|speaking|talking|connected?|connect me|transfer(?:red)?|transfer me|"
        r"put me|get me|pass me|through|escalate(?: this| me)?) (?:directly )?(?:(?:to|with|"
        rf"through|on) ){{0,2}}{_A}{_ROLE}\b",
    ),
    hint(
        "human_requested",
        0.95,
        r"(?:want|need|get|give me|prefer|like) (?:to (?:see|have|reach) )?(?:an? |some "
        rf")?(?:actual|real|live|human) {_A}?{_ROLE}?",
    ),
    firm(
        "human_requested",
        0.9,
        r"(?:not|no) (?:an?(?:other)? )?(?:ro)?bots?\b|stop (?:using |with )?(?:the )?(?:ro)?bots?",
        r"(?:real|actual|live) (?:human|person|agent)|human (?:agent|being|please)",
        r"(?:person|human|somebody|someone) (?:that )?(?:i|we) (?:can|could) (?:talk|speak|chat|reach)",
        r"(?:do ?n[o']?t|do not) (?:want|wish|like) to (?:chat|talk|speak|deal) (?:to|with) (?:an? )?"
        r"(?:machine|computer|(?:chat ?|ro)?bot|program|ai)\b|human one\b|(?:agent|operator),? please",
        r"(?:connect|transfer|put) me (?:to|with|through to) (?:some(?:one|body)|an? )",
        r"are you (?:a )?(?:human|real|(?:ro)?bot)",
    ),
    hint(
        "human_requested",
        0.7,
        r"(?:please|pls|(?:can|could|would) (?:you|someone|somebody)(?: please)?) (?:call|ring|phone) me\b"
        r"(?= (?:back|at|on|now|today|tomorrow|asap|as|about|regarding|to)\b|\s*[.,!?]|\s*$)",
        r"(?:speak|talk) to (?:someone|somebody)",
        r"your (?:manager|supervisor)",
    ),
)
