"""What a notification says: which kind, how grave, the case's reference, how often, and a link. Nothing else (T18)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from escalations.choices import AlertKind, Severity

SHOWN = 20  # alerts that a mail or chat message names one by one


@dataclass(frozen=True, slots=True)
class Line:
    """One alert in a notification. `ref` is a case's reference or a client's, queue's or type's code; `alert` None is
    a test. There is no field for anybody's words.
    """

    alert: int | None
    kind: str
    severity: int
    level: int
    count: int
    ref: str
    url: str
    at: datetime

    @property
    def label(self) -> str:
        """The kind in words."""
        return str(AlertKind(self.kind).label) if self.kind else "Test: this channel works"


def subject(lines: Sequence[Line]) -> str:
    """One line for a list of mails: the gravest first, how many more."""
    first = min(lines, key=lambda line: line.severity)
    grave = f"{Severity(first.severity).label}: " if first.severity <= Severity.HIGH else ""
    again = "Passed on: " if first.level else ""
    more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
    return f"{grave}{again}{_what(first)}{more}"


def text(lines: Sequence[Line], settings_url: str = "") -> str:
    """The body of a mail or a chat message; `settings_url` is where a person can turn it off."""
    ordered = sorted(lines, key=lambda line: (line.severity, line.at))
    body = [f"{_what(line)}\n{line.url}" for line in ordered[:SHOWN]]
    if len(ordered) > SHOWN:
        kinds = Counter(line.label for line in ordered[SHOWN:])
        body.append("And more:\n" + "\n".join(f"{count} × {label}" for label, count in kinds.most_common()))
    if settings_url:
        body.append(f"Which of these you get, and when: {settings_url}")
    return "\n\n".join(body) + "\n"


def payload(lines: Sequence[Line]) -> dict[str, Any]:
    """A webhook's body, after Standard Webhooks: the same for the same lines, however often it is sent."""
    test = all(line.alert is None for line in lines)
    return {
        "type": "handrail.test" if test else "handrail.alerts",
        "timestamp": min(line.at for line in lines).isoformat(),
        "text": "\n".join(f"{_what(line)}: {line.url}" for line in lines),  # what chat services show
        "data": {
            "alerts": [
                {
                    "id": line.alert, "kind": line.kind, "severity": line.severity, "level": line.level,
                    "ref": line.ref, "url": line.url, "raised_at": line.at.isoformat(),
                }
                for line in lines
            ]
        },
    }  # fmt: skip


def _what(line: Line) -> str:
    return f"{line.label} · {line.ref}" if line.ref else line.label
