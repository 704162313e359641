"""A language model's second opinion on top of the embedded engine's.

The embedded engine judges first, always. The model may add findings and may raise scores; it can take nothing
back and cannot make the case look safer or surer than our own calibrated model says it is.
"""

import hashlib
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from escalations.triage.embedded import EmbeddedEngine
from escalations.triage.llm.client import Answer, Client
from escalations.triage.llm.config import LLMConfig
from escalations.triage.llm.prompt import INSTRUCTIONS, Prompt, build_prompt
from escalations.triage.llm.schema import answer_schema, parse_answer
from escalations.triage.masking import original_range
from escalations.triage.types import CaseView, Signal, Span, Triage

__all__ = ["LLMConfig", "LLMEngine"]

DISAGREED = 0.5
"""Confidence is at most this where the model and the embedded engine name different categories."""


class LLMEngine:
    """Asks the model at `config`; `floor` is the engine whose findings always stand."""

    name = "llm"

    def __init__(self, config: LLMConfig, floor: EmbeddedEngine) -> None:
        self.config, self.floor = config, floor
        self.client = Client(config)
        prompt = hashlib.sha256(INSTRUCTIONS.encode()).hexdigest()[:8]
        self.version = f"{config.model}-prompt-{prompt}+{floor.version}"

    def triage(self, case: CaseView) -> Triage:
        """Judge the case, or raise TriageError within the configured time. Blocks on the network."""
        started = time.perf_counter()
        floor = self.floor.triage(case)
        labels = case.labels or self.floor.classifier.labels
        prompt, schema = build_prompt(case, labels), answer_schema(labels)
        answer = self.client.ask(prompt.messages, schema)
        said = parse_answer(answer.content, schema)
        return replace(
            combine(floor, said, located(said["signals"], prompt, case)),
            engine=self.name,
            model_version=self.version,
            latency_ms=round((time.perf_counter() - started) * 1000, 3),
            tokens_in=answer.tokens_in,
            tokens_out=answer.tokens_out,
            cost_usd=self.cost(answer),
        )

    def cost(self, answer: Answer) -> float:
        """US dollars at the configured prices."""
        spent = answer.tokens_in * self.config.price_in + answer.tokens_out * self.config.price_out
        return round(spent / 1e6, 8)


def combine(floor: Triage, said: dict[str, Any], signals: Sequence[Signal]) -> Triage:
    """Both opinions as one: of every score the graver, of both confidences the lower.

    The model's category counts only where nothing in the case tried to steer it.
    """
    steered = any(s.code == "injection" for s in (*floor.signals, *signals))
    category = floor.category if steered else said["category"]
    shares = dict(floor.alternatives)
    if category == floor.category and said["category"] == floor.category:
        confidence = min(floor.confidence, said["confidence"])
    else:
        confidence = min(DISAGREED, said["confidence"], floor.confidence, shares.get(category, 0.0))
    others = [(label, share) for label, share in floor.alternatives if label != category]
    merged = strongest((*floor.signals, *signals))
    return replace(
        floor,
        category=category,
        confidence=confidence,
        alternatives=((category, shares.get(category, confidence)), *others),
        out_of_scope=max(floor.out_of_scope, said["out_of_scope"]),
        sentiment=min(floor.sentiment, said["sentiment"]),
        distress=max(floor.distress, said["distress"], *(s.score for s in merged if s.code == "distress")),
        risk=max(floor.risk, said["risk"]),
        complexity=max(floor.complexity, said["complexity"]),
        intents=tuple(dict.fromkeys([category, *floor.intents, *said["intents"]])),
        signals=merged,
    )


def strongest(signals: Sequence[Signal]) -> tuple[Signal, ...]:
    """One signal a code: the highest score, all spans, the words of both."""
    found: dict[str, Signal] = {}
    for signal in signals:
        other = found.get(signal.code)
        if other is None:
            found[signal.code] = signal
            continue
        words = ", ".join(dict.fromkeys(part for part in (other.words, signal.words) if part))[:300]
        spans = tuple(dict.fromkeys((*other.spans, *signal.spans)))
        found[signal.code] = Signal(signal.code, max(other.score, signal.score), words, spans)
    return tuple(sorted(found.values(), key=lambda signal: -signal.score))


def located(said: Sequence[dict[str, Any]], prompt: Prompt, case: CaseView) -> list[Signal]:
    """The model's signals; a quote that really stands in its message becomes a span, any other is dropped."""
    found = []
    for each in said:
        number, quote = each["message"], each["quote"].strip()
        masked, spans = prompt.masked.get(number, ("", []))
        match = re.search(re.escape(quote), masked, re.IGNORECASE) if quote else None
        if match is None:
            found.append(Signal(each["code"], each["score"]))
            continue
        begin, end = original_range(spans, *match.span())
        text = case.subject if number < 0 else case.messages[number].text
        found.append(Signal(each["code"], each["score"], text[begin:end], (Span(number, begin, end),)))
    return found
