"""Topics that need trained staff: law and regulators, private misfortune, ethics, threats."""

from escalations.triage.text.lexicon.entry import firm, hint

REGULATORY = (
    hint(
        "regulatory",
        0.95,
        r"ombuds\w+|regulators?\b|trading standards",
        r"consumer (?:authorit\w+|commission|code|board|agency|rights|protection|affairs)",
        r"financial conduct authority|data protection (?:authority|officer|commissioner)",
    ),
    hint(
        "regulatory",
        0.95,
        r"(?:FCA|FTC|ICO|BaFin|SEC|PCI|AML|KYC)\b",
        cased=True,
    ),
    hint(
        "regulatory",
        0.95,
        r"(?:cfpb|cnil|hipaa|foia|ofac|gdpr|ccpa|dsar|eeoc)\b",
    ),
    hint(
        "regulatory",
        0.9,
        r"(?:subject access|data access|erasure|freedom of information) requests?",
        r"right to (?:be forgotten|erasure|access)",
        r"(?:delete|erase) (?:all )?(?:of )?my (?:personal )?data",
    ),
    hint(
        "regulatory",
        0.9,
        r"(?:my |our |a )?(?:lawyers?|solicitors?|attorneys?|legal (?:action|team|advice|"
        r"proceedings|representative|department))",
        r"small claims|(?:take|see) (?:you|this|it) (?:to|in) court|lawsuit",
        r"su(?:e|ing) (?:you|your|the)",
    ),
    hint(
        "regulatory",
        0.85,
        r"money launder\w+|sanction(?:s|ed) (?:list|person|part\w+|screening)|data breach",
        r"breach of (?:contract|law|data|the)|leaked (?:my|our)|illegal\w*|unlawful\w*",
        r"against the law",
    ),
    hint(
        "regulatory",
        0.7,
        r"(?:compliance|statutory|legislation|section \d+|article \d+)\b",
    ),
)

SENSITIVE = (
    firm(
        "sensitive",
        0.95,
        r"passed away|be?reave\w+|funeral|deceased",
        r"(?:my |our )(?:late )?(?:husband|wife|mother|father|mum|dad|son|daughter|partner|"
        r"brother|sister|child) (?:has )?(?:just )?(?:died|is dying|passed)",
        r"death (?:certificate|of my)|(?:who|he|she|they|has|have|recently|suddenly|just) died",
    ),
    hint(
        "sensitive",
        0.9,
        r"domestic (?:violence|abuse)|abus(?:ive|ed|ing) (?:husband|wife|partner|ex|me)|raped?\b",
        r"sexual(?:ly)? (?:assault|harass)\w*|stalk(?:er|ing|ed)|harass(?:ment|ed|ing)?",
    ),
    hint(
        "sensitive",
        0.85,
        r"cancer|chemotherapy|terminal(?:ly)? ill|diagnos\w+|miscarriage|pregnan\w+",
        r"disab(?:led|ility)|wheelchair|dementia|hospital\w*|surgery|intensive care",
        r"medical (?:condition|record|emergency|reasons?|history)",
    ),
    hint(
        "sensitive",
        0.85,
        r"mental health|depress(?:ed|ion)|addict\w+|gambl\w+|alcoholi\w+|suicid\w*|self[- ]harm\w*",
        r"panic attacks?",
    ),
    hint(
        "sensitive",
        0.7,
        r"bankrupt\w*|insolven\w+|asylum|immigration status|refugee|vulnerable|carer for",
        r"power of attorney|divorc\w+|lost my job|redundan\w+|food bank",
    ),
    hint(
        "sensitive",
        0.7,
        r"(?:my |his |her |their )(?:religion|ethnicity|race|sexuality|sexual orientation|gender "
        r"identity|political)",
    ),
)

ETHICAL = (
    hint(
        "ethical",
        0.9,
        r"discriminat\w+|racis[mt]\w*|sexis[mt]\w*|homophob\w+|transphob\w+|ageis[mt]\w*",
        r"prejudic\w+|bigot\w*",
    ),
    hint(
        "ethical",
        0.85,
        r"(?:because of|due to|based on|judged (?:on|by)) (?:my|his|her|their|our) (?:age|race|"
        r"religion|gender|sex|colou?r|skin|accent|name|nationality|disability|faith|origin)",
    ),
    hint(
        "ethical",
        0.75,
        r"(?:unethical|immoral|exploit(?:ing|ed|ation|s)?|predatory|deceptive|deceiv\w+|misle(?:d|"
        r"ading)|dishonest\w*|cover(?:ed|ing)? up|brib(?:e|ed|ery|ing)|conflict of interest|"
        r"whistle ?blow\w*)",
    ),
    hint(
        "ethical",
        0.65,
        r"(?:taking advantage of|target(?:ing|ed)) (?:the |an? )?(?:elderly|old|vulnerable|poor|"
        r"children|sick)",
        r"(?:biased?|unfair(?:ly)?) (?:algorithm|decision|against|treat\w+|reject\w+)",
    ),
)

THREAT = (
    hint(
        "threat",
        0.95,
        r"(?:i(?:'ll| will| am going to|'m going to|'m gonna| could)|gonna|going to) (?:kill|hurt|"
        r"shoot|stab|attack|beat up|find) (?:you|them|him|her|someone|somebody|your)",
    ),
    hint(
        "threat",
        0.95,
        r"bomb\b|burn (?:it|the place|your \w+|this place) down",
        r"(?:bring|have|got) (?:my |a )?(?:gun|knife|weapon)|blow (?:up|it up)",
    ),
    firm(
        "threat",
        0.9,
        r"(?:i )?know where (?:you|he|she|they) (?:live|work)s?|watch your back",
        r"you(?:'ll| will) (?:regret|pay for) (?:this|it)|you will be sorry",
        r"make you pay\b(?! (?:the|for the))",
    ),
    hint(
        "threat",
        0.85,
        r"(?:hack|ddos|take down|crash) (?:your|the) (?:site|server|system|website)",
        r"(?:leak|publish|expose) (?:your|all your) (?:data|customers?|files)",
    ),
)
