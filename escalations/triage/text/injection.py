"""Text in a case that addresses the machine: attempts to steer triage, policy or a model that reads it.

A hit never changes a judgement downwards; it is a reason for a person to look.
"""

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator

from escalations.triage.text.notice import Hit
from escalations.triage.text.spans import lowered
from escalations.triage.types import Span

LONGEST = 20_000

_FOLLOW = r"(?:instructions?|rules?|prompts?|guidelines?|polic(?:y|ies)|directions?|commands?|context)"
_BEFORE = r"(?:(?:all|any|the|your|these|those|my|previous|prior|above|earlier|preceding|existing|other)\s+)+"
_OUTCOME = (
    r"(?:low[- ]risk|no risk|zero risk|safe|resolved|approved|harmless|urgent|highest priority|trusted|"
    r"verified|legitimate|closed)"
)

PATTERNS: tuple[tuple[float, re.Pattern[str]], ...] = tuple(
    (strength, re.compile(pattern))
    for strength, pattern in (
        (
            0.95,
            rf"\b(?:ignore|disregard|forget|override|bypass|skip|stop "
            rf"following)\s+(?:about\s+)?{_BEFORE}?{_FOLLOW}",
        ),
        (
            0.95,
            r"\b(?:ignore|disregard|forget) (?:everything|all|anything) (?:you|above|before|that|"
            r"i|previous)",
        ),
        (0.95, r"\b(?:system|developer|hidden|initial|secret) (?:prompt|message|instructions?)\b"),
        (
            0.95,
            r"</?\s*(?:system|assistant|user|instructions?|prompt|case|untrusted|conversation|context|messages?|customer|im_start|"
            r"im_end)\b[^>\n]{0,60}>",
        ),
        (0.95, r"<\|[^|\n]{1,40}\|>|\[/?inst\]|<<\s*/?sys\s*>>"),
        (
            0.9,
            r"(?:^|\n)\s*(?:#{2,}\s*|-{3,}\s*|\*{2,}\s*)?(?:system|assistant|"
            r"developer)\s*(?:message|override|note|update)?\s*:",
        ),
        (
            0.9,
            r"\b(?:note|message|attention|instructions?|memo|reminder) (?:to|for) (?:the |any |"
            r"all )?(?:ai|a\.i\.|llm|model|assistant|chat ?bot|bot|agent|machine|classifier|"
            r"triage)\b",
        ),
        (
            0.9,
            r"\b(?:you are|you're|act as|pretend (?:to be|you are)|behave (?:as|like)|roleplay as|"
            r"from now on,? you)\s+(?:now\s+)?(?:an?\s+|the\s+|my\s+)?(?:ai\b|assistant|language "
            r"model|llm|chat ?gpt|gpt|dan\b|unrestricted|different|new|helpful|jail|root|admin)",
        ),
        (0.9, r"\b(?:jail ?break|developer mode|god mode|do anything now|prompt injection)\b"),
        (
            0.9,
            r"\bdo not (?:escalate|flag|route|forward|hand|send|show|alert|tell|"
            r"involve)\b[^.\n]{0,40}\b(?:human|person|people|reviewer|staff|supervisor|agent|"
            r"anyone|queue)",
        ),
        (
            0.9,
            rf"\b(?:mark|classify|label|rate|treat|score|categori[sz]e|tag|report) (?:this|it|the|"
            rf"my)\b[^.\n]{{0,40}}\bas\b[^.\n]{{0,20}}\b{_OUTCOME}",
        ),
        (
            0.9,
            r"\b(?:set|change|lower|raise|force|adjust)\b[^.\n]{0,20}\b(?:confidence|risk|"
            r"priority|severity|category|score|threshold|sentiment|tier)\b[^.\n]{0,20}(?:\bto\b|=|"
            r":)",
        ),
        (
            0.9,
            r"\b(?:confidence|risk(?: score)?|severity|out_of_scope|"
            r"priority)\b\"?\s*[:=]\s*\"?(?:\d|low|none|high|critical)",
        ),
        (
            0.85,
            r"\b(?:respond|reply|answer|return|output) (?:only |exactly |just )?(?:with|in|as)? "
            r"?(?:the )?(?:following )?(?:json|yaml|xml)\b",
        ),
        (
            0.85,
            r"\b(?:print|reveal|repeat|show|output|tell me|what (?:is|are)) (?:me )?your (?:\w+ "
            r")?(?:prompt|instructions|rules|guidelines|configuration|api key|token)",
        ),
        (
            0.85,
            r"\bauto[- ]?(?:approve|resolve|accept|confirm)\b|\bapprove (?:this|it|my \w+) "
            r"(?:automatically|without (?:review|checking|a human))",
        ),
        (
            0.85,
            r"\b(?:new|updated|real|actual|important) (?:system )?(?:instructions?|rules?|directive)"
            r"(?:\s*:| (?:for|to) (?:the |all |any )?(?:assistant|ai|bot|model|system|agent)\b)",
        ),
        (0.8, r"\bas an? (?:ai|a\.i\.|language model|llm|automated (?:agent|system))\b"),
        (
            0.8,
            r"\b(?:the )?(?:above|previous|preceding) (?:text|message|instructions?|rules?) (?:is|"
            r"are|was|were) (?:a test|fake|void|cancel+ed|no longer)",
        ),
        (
            0.8,
            r"\b(?:override|disable|turn off|circumvent) (?:the |all |your |any )?(?:policy|"
            r"polic(?:y|ies)|safety|safeguards?|rules?|filters?|limits?|checks?|controls?|"
            r"review)\b",
        ),
        (
            0.8,
            r"\b(?:begin|end|start)(?: of)? (?:system|prompt|instructions?|conversation|user "
            r"input|untrusted)",
        ),
        (
            0.75,
            r"\bexecute (?:the |this |following )*(?:command|shell|sql|code|script)\b|\bfunction_call\b|\btool_call",
        ),
        (
            0.9,
            r"\bignorier\w* (?:alle |die |bitte )*(?:vorherigen|bisherigen|obigen) "
            r"\w*(?:anweisung|regel|vorgabe)",
        ),
        (
            0.9,
            r"\bignor(?:ez|e|a|ar|i|are) (?:toutes? |todas? |tutte |les |las |le )+(?:\w+ "
            r")?(?:instructions?|instrucciones|istruzioni|r[èe]gles|reglas|consignes)",
        ),
    )
)

_INVISIBLE = {
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    0x00AD,
    0xFEFF,
    *range(0xE0000, 0xE0080),
}
_TAGS = range(0xE0020, 0xE007F)
_SPACED = re.compile(r"\b(?:[A-Za-z][ .\-_*]){5,}[A-Za-z]\b")
_ENCODED = re.compile(r"\b[A-Za-z0-9+/]{40,4000}={0,2}")
_LEET = str.maketrans("013457@$", "oieastas")


def seen(text: str) -> tuple[str, list[int]]:
    """The text without invisible characters and in compatible forms, and where each character came from."""
    kept: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        if ord(char) in _INVISIBLE:
            continue
        for form in char if char < "\x80" else unicodedata.normalize("NFKC", char):
            kept.append(form)
            places.append(place)
    return "".join(kept), places


def matches(text: str) -> Iterator[tuple[float, int, int]]:
    """Strength and range of every pattern in a plain text; patterns are in lower case, as in the lexicon."""
    low = lowered(text)
    for strength, pattern in PATTERNS:
        for match in pattern.finditer(low):
            yield strength, match.start(), match.end()


def hidden(text: str) -> Iterator[tuple[float, int, int]]:
    """What is not meant for human eyes: tag characters, encoded or spaced orders."""
    tags = [place for place, char in enumerate(text) if ord(char) in _TAGS]
    if tags:
        yield 0.95, tags[0], tags[-1] + 1
    for match in _ENCODED.finditer(text):
        try:
            inner = base64.b64decode(match.group() + "=" * (-len(match.group()) % 4)).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError, ValueError):
            continue
        if any(matches(inner)):
            yield 0.95, match.start(), match.end()
    for match in _SPACED.finditer(text):
        if any(
            word in re.sub(r"[ .\-_*]", "", match.group()).lower() for word in ("ignore", "system", "prompt")
        ):
            yield 0.85, match.start(), match.end()


def injection_hits(text: str, message: int) -> list[Hit]:
    """Where a text addresses the machine; ranges are those of the text as it was sent."""
    head = text[:LONGEST]
    clear, places = seen(head) if not (head.isascii()) else (head, list(range(len(head))))
    found = set(matches(clear))
    if any(c in head for c in "0134@$") and not found:
        found = {hit for hit in matches(clear.translate(_LEET)) if hit[0] >= 0.95}
    hits = [(s, places[a], places[b - 1] + 1) for s, a, b in found if b > a]
    hits.extend(hidden(head))
    return [Hit("injection", s, Span(message, a, b), head[a:b].strip()[:120]) for s, a, b in sorted(hits)]
