"""One case being written: dice, clock and customer, and a draft that knows where each value stands."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from config.demo.cases.customers import Customer
from config.demo.cases.shapes import (
    CaseBody,
    FieldBody,
    FollowUp,
    HandoffBody,
    MessageBody,
    ProposedBody,
    Script,
    SourceBody,
    StepBody,
)
from config.demo.texts.grammar import choose, tidy
from config.demo.world import agent_for, case_type

_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(slots=True)
class Scene:
    """What a scenario may use. `now` is the moment of posting; `number` makes ids unique within a stream."""

    dice: Random
    now: datetime
    client: str
    customer: Customer
    external_id: str
    policy_version: str

    def pick(self, *values: Any) -> Any:
        return self.dice.choice(values)

    def money(self, least: float, most: float) -> str:
        """An amount as people and ledgers both write it: no thousands mark, two decimals."""
        return f"{self.dice.uniform(least, most):.2f}"

    def near(self, amount: float, spread: float = 0.25) -> str:
        return self.money(amount * (1 - spread), amount * (1 + spread))

    def code(self, pattern: str) -> str:
        """`#` becomes a digit, `@` a capital letter."""
        letters = "ABCDEFGHKLMNPRSTVWX"
        made = (
            str(self.dice.randrange(10)) if c == "#" else self.dice.choice(letters) if c == "@" else c
            for c in pattern
        )
        return "".join(made)

    def day(self, ago: int) -> str:
        """A calendar day, as in "3 October"; negative is in the future."""
        then = self.now - timedelta(days=ago)
        return f"{then.day} {then:%B}"

    def month(self, ago: int = 1) -> str:
        first = self.now.replace(day=1)
        for _ in range(ago):
            first = (first - timedelta(days=1)).replace(day=1)
        return f"{first:%B}"


@dataclass(slots=True)
class Draft:
    """The case so far. `says` writes a message and remembers where every value stands in it."""

    scene: Scene
    slug: str
    channel: str
    subject: str = ""
    minutes: float = 0.0
    messages: list[MessageBody] = field(default_factory=list)
    fields: list[FieldBody] = field(default_factory=list)
    steps: list[StepBody] = field(default_factory=list)
    proposed: ProposedBody = field(default_factory=lambda: ProposedBody(action="", arguments={}))
    spans: dict[str, tuple[str, SourceBody]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    def titled(self, template: str, **values: str) -> None:
        self.subject = tidy(_SLOT.sub(lambda found: values[found[1]], choose(template, self.scene.dice)))

    def says(self, template: str, author: str = "customer", gap: float = 2.0, **values: str) -> None:
        """A message, `gap` minutes after the one before. Every `{slot}` becomes a value with a span."""
        text, spans = place(tidy(choose(template, self.scene.dice)), values)
        for name, (start, end) in spans.items():
            self.spans.setdefault(
                name, (values[name], SourceBody(message=len(self.messages), start=start, end=end))
            )
        pace = 12.0 if self.channel == "email" else 1.0  # mails are answered more slowly than chats
        self.minutes += gap * pace if self.messages else 0.0
        self.seconds.append(self.minutes * 60)
        self.messages.append(MessageBody(author=author, text=text, at=""))

    def answers(self, template: str, gap: float = 0.5, **values: str) -> None:
        self.says(template, author="ai", gap=gap, **values)

    def reads(self, **confidence: float) -> None:
        """Fields that the agent read in the messages, each with its span."""
        for name, sure in confidence.items():
            value, source = self.spans[name]
            self.fields.append(FieldBody(name=name, value=value, confidence=sure, source=source))

    def knows(self, name: str, value: str, confidence: float) -> None:
        """A field from a record: it stands in no message."""
        self.fields.append(FieldBody(name=name, value=value, confidence=confidence))

    def takes(
        self,
        tool: str,
        summary: str,
        *,
        ok: bool = True,
        record: dict[str, str] | None = None,
        **arguments: Any,
    ) -> None:
        """One tool call; `record` is what a look-up found, by field name."""
        result: dict[str, Any] = {"summary": summary}
        if record:
            result["record"] = record
        self.steps.append(StepBody(tool=tool, arguments=arguments, result=result, ok=ok, at=""))

    def proposes(self, action: str, **arguments: Any) -> None:
        self.proposed = ProposedBody(action=action, arguments=arguments)

    def script(
        self,
        *,
        band: str,
        aims: tuple[str, ...] = (),
        summary: str,
        intent: str,
        confidence: float,
        question: str = "",
        told: tuple[str, ...] = (),
        facts: tuple[str, ...] = (),
        reasons: tuple[str, ...] | None = None,
        without: tuple[str, ...] = (),
        policy_version: str | None = None,
        follow_ups: tuple[FollowUp, ...] = (),
        customer: dict[str, Any] | None = None,
    ) -> Script:
        """The finished case. `without` names the parts that the agent forgets to hand over."""
        self._set_times()
        agent = agent_for(self.scene.client, self.slug)
        handoff = HandoffBody(
            schema="handoff/1",
            summary=summary,
            intent=intent,
            confidence=round(confidence, 2),
            proposed=self.proposed,
            steps=self.steps,
            told_customer=list(told),
            known_facts=list(facts),
            open_question=question,
            reasons=list(aims if reasons is None else reasons),
            agent_version=agent.model_version,
            policy_version=self.scene.policy_version if policy_version is None else policy_version,
        )
        for part in without:
            handoff.pop(part)  # type: ignore[misc]  # the names are ours
        body = CaseBody(
            external_id=self.scene.external_id,
            case_type=case_type(self.scene.client, self.slug).slug,
            channel=self.channel,
            subject=self.subject,
            messages=self.messages,
            customer={**self.scene.customer.as_body(), **(customer or {})},
            fields=self.fields,
            handoff=handoff,
        )
        return Script("", agent.name, self.scene.client, band, aims, body, follow_ups)

    def _set_times(self) -> None:
        """The last message came a little before now; the agent's steps stand between it and now."""
        dice, now = self.scene.dice, self.scene.now
        last = now - timedelta(seconds=20 + 4 * len(self.steps) + dice.uniform(0, 25))
        for message, second in zip(self.messages, self.seconds, strict=True):
            message["at"] = (last - timedelta(seconds=self.seconds[-1] - second)).isoformat(
                timespec="seconds"
            )
        for place_, step in enumerate(self.steps, start=1):
            step["at"] = (last + timedelta(seconds=3 * place_)).isoformat(timespec="seconds")


def place(template: str, values: dict[str, str]) -> tuple[str, dict[str, tuple[int, int]]]:
    """The text with every `{slot}` filled, and [start, end) of the first place of each value."""
    text, done = "", 0
    spans: dict[str, tuple[int, int]] = {}
    for found in _SLOT.finditer(template):
        text += template[done : found.start()]
        value = values[found[1]]
        spans.setdefault(found[1], (len(text), len(text) + len(value)))
        text += value
        done = found.end()
    return text + template[done:], spans
