"""Listens to each customer message: how it sounds, and the words in it that a person should see."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from escalations.triage.case_text import SUBJECT
from escalations.triage.encoder.session import Encoded, Encoder
from escalations.triage.grounding import leaves
from escalations.triage.text.injection import injection_hits
from escalations.triage.text.mood import SHORTEST, Mood, overall
from escalations.triage.text.notice import Hit, lexicon_hits, loud_hits, signals_of
from escalations.triage.text.spans import sentences
from escalations.triage.types import CaseView, Signal, Span

DISTRESSED_TONE, TONE_STRENGTH = 0.85, 0.6
"""A sentence that sounds this distressed is a hint of this strength. None of 10,000 calm bank customers'
questions reaches it."""

PULL = 0.35
"""How far the strongest word of complaint or distress pulls the mood of its message down."""

FAINT = 0.25
"""Distress below this is none: one exclamation mark is not strain."""

DATA = -2
"""Number of a place that is no message: fields, tool results, arguments. Such hits carry no span."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One message's mood (-1 to 1) and hits."""

    mood: float
    hits: list[Hit]


def listen(text: str, number: int, mood: Mood, encoded: Encoded, offset: int) -> Heard:
    """Listen to the message `number`, whose text starts at `offset` of what was encoded."""
    hits = [*lexicon_hits(text, number), *loud_hits(text, number)]
    moods: list[float] = []
    for start, end in sentences(text):
        words = text[start:end]
        long_enough = len(words.split()) >= SHORTEST
        vector = encoded.part(offset + start, offset + end) if long_enough else None
        tones = None if vector is None else mood.tones(vector)
        moods.append(mood.of_sentence(words, tones))
        if tones is not None and tones["distressed"] >= DISTRESSED_TONE:
            hits.append(Hit("distress", TONE_STRENGTH, Span(number, start, end), words))
    pull = max((hit.strength for hit in hits if hit.code in ("distress", "complaint")), default=0.0)
    return Heard(round(max(-1.0, overall(moods) - PULL * pull), 4), hits)


def listen_to_all(
    case: CaseView, mood: Mood, encoder: Encoder, encoded: Encoded, places: list[tuple[int, int, int]]
) -> tuple[list[float], list[Hit]]:
    """Moods of the customer's messages in order, and all hits in them and in the subject.

    The newest message is encoded by itself when it lies beyond what was encoded of the conversation: how
    the customer sounds now must not depend on how much was said before.
    """
    starts = {number: start for number, start, _ in places}
    spoken = [n for n, message in enumerate(case.messages) if message.author == "customer"]
    hits = [*lexicon_hits(case.subject, SUBJECT), *loud_hits(case.subject, SUBJECT)]
    moods: list[float] = []
    for number in spoken:
        text, offset, states = case.messages[number].text, starts.get(number, 0), encoded
        if number == spoken[-1] and offset >= encoded.reach:
            states, offset = encoder.encode(text), 0
        heard = listen(text, number, mood, states, offset)
        moods.append(heard.mood)
        hits.extend(heard.hits)
    return moods, hits


def current_mood(moods: list[float]) -> float:
    """The newest message counts as much as all before it together; 0 when the customer said nothing."""
    if not moods:
        return 0.0
    earlier = moods[:-1]
    return round(moods[-1] if not earlier else (moods[-1] + sum(earlier) / len(earlier)) / 2, 4)


def texts_for_machine(case: CaseView) -> Iterator[tuple[int, str]]:
    """Every text that a model might read: subject, all messages, and what tools and fields brought in."""
    yield SUBJECT, case.subject
    for number, message in enumerate(case.messages):
        yield number, message.text
    for field in case.fields:
        yield DATA, field.value
    brought = [case.proposed_arguments, *(step.result for step in case.steps)]
    for value in brought:
        for _, leaf in leaves(value):
            if isinstance(leaf, str):
                yield DATA, leaf


def attempts(case: CaseView) -> list[Hit]:
    """Where the case addresses the machine."""
    return [hit for number, text in texts_for_machine(case) for hit in injection_hits(text, number)]


def noticed(hits: Iterable[Hit]) -> list[Signal]:
    """Signals of all hits; faint distress is dropped, and spans that lie in no message."""
    found = []
    for signal in signals_of(hits):
        if signal.code == "distress" and signal.score < FAINT:
            continue
        spans = tuple(span for span in signal.spans if span.message >= SUBJECT)
        found.append(Signal(signal.code, signal.score, signal.words[:300], spans))
    return found
