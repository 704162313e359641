"""The engine that runs inside the worker: no network, no GPU, one thread, tens of milliseconds."""

import time
from collections.abc import Sequence

from escalations.triage.anomaly import amount_outlier, case_amount, inconsistent
from escalations.triage.case_text import customer_text, inputs_hash, shortened, span_at
from escalations.triage.classifier.model import Classifier, Judgement
from escalations.triage.encoder.session import Encoded
from escalations.triage.grounding import ungrounded
from escalations.triage.intents import Clause, distinct, read_clauses, telling
from escalations.triage.listening import attempts, current_mood, listen_to_all, noticed
from escalations.triage.scores import complexity_of, risk_of
from escalations.triage.text.mood import Mood
from escalations.triage.types import CaseView, Signal, Triage

SHOWN = 3
"""Categories offered to a reviewer, the chosen one first."""

UNCLEAR = 0.5
"""Foreignness from which a request is unclear: 95 in 100 training texts lie below."""

FEWEST_LETTERS = 3


class EmbeddedEngine:
    """A trained classifier, a model of tone and our detectors behind the engines' interface."""

    name = "embedded"

    def __init__(self, classifier: Classifier) -> None:
        self.classifier = classifier
        self.version = classifier.version
        self.mood = Mood(classifier.encoder)

    def triage(self, case: CaseView) -> Triage:
        """Judge the case, whatever its length (see `shortened` for how much of it is read)."""
        started = time.perf_counter()
        digest, case = inputs_hash(case), shortened(case)
        encoder = self.classifier.encoder
        text, places = customer_text(case)
        encoded = encoder.encode(text)
        clauses = read_clauses(self.classifier, encoded, text)
        judged = self.judge(encoded, text, clauses, case)
        moods, hits = listen_to_all(case, self.mood, encoder, encoded, places)
        figures = [found for found in (amount_outlier(case), inconsistent(case)) if found]
        anomaly = max((figure.score for figure in figures), default=0.0)
        others = [found for found in (ungrounded(case), unclear(judged, text, places)) if found]
        signals = [*noticed([*hits, *attempts(case)]), *figures, *others]
        intents = distinct(judged.category, clauses, case.labels)
        amount = case_amount(case)
        return Triage(
            engine=self.name,
            model_version=self.version,
            inputs_hash=digest,
            category=judged.category,
            confidence=round(judged.confidence, 6),
            alternatives=tuple((label, round(share, 6)) for label, share in judged.ranked[:SHOWN]),
            out_of_scope=round(judged.out_of_scope, 6),
            sentiment=current_mood(moods),
            distress=max((s.score for s in signals if s.code == "distress"), default=0.0),
            anomaly=round(anomaly, 6),
            risk=risk_of(case, signals, amount.value if amount else None, anomaly),
            complexity=complexity_of(case, text, len(intents), judged.margin),
            intents=intents,
            signals=tuple(sorted(signals, key=lambda signal: -signal.score)),
            mood=tuple(moods),
            latency_ms=round((time.perf_counter() - started) * 1000, 3),
        )

    def judge(self, encoded: Encoded, text: str, clauses: Sequence[Clause], case: CaseView) -> Judgement:
        """The category of the whole text or, of a letter or chat, of its most telling clause if surer."""
        labels, turns = case.labels, sum(message.author == "customer" for message in case.messages)
        whole = self.classifier.judge_vector(encoded.vector, text, labels)
        found = telling(clauses, text, turns)
        if found is None or found[2] <= whole.ranked[0][1]:
            return whole
        (start, end), vector, _ = found
        part = self.classifier.judge_vector(vector, text[start:end], labels)
        return part if part.confidence > whole.confidence else whole


def unclear(judged: Judgement, text: str, places: list[tuple[int, int, int]]) -> Signal | None:
    """A request like none the model knows, or one with hardly a word in it."""
    letters = sum(char.isalpha() for char in text[:1000])
    if letters >= FEWEST_LETTERS and judged.out_of_scope < UNCLEAR:
        return None
    score = 1.0 if letters < FEWEST_LETTERS else judged.out_of_scope
    spans = [span_at(places, start, end) for _, start, end in places]
    return Signal("unclear", round(score, 4), "", tuple(span for span in spans if span))
