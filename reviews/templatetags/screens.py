"""Tiny helpers of the review screens: clocks, the mood arc, whole widths. They show; they decide nothing."""

from calendar import month_abbr
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils import timezone
from django.utils.safestring import SafeString

from escalations.responsibility import Spent
from escalations.selectors.clocks import CAUSES
from reviews import charts, choices
from reviews.selectors.addresses import address
from reviews.selectors.shapes import CaseScreen, FieldView, Piece

register = template.Library()

DAY = 24 * 3600
SOON = 15 * 60  # seconds before the deadline from which the clock is marked; app.js holds the same number


KEPT = 500  # renderings that one `keep` remembers

MONTHS = tuple(month_abbr)

TYPED = {"note": "Note", "reply": "Reply", "instructions": "Instructions for the AI"}


@register.filter(expects_localtime=True)
def iso(at: datetime | None) -> str:
    """As machines read it. This and the next four cost a tenth of `date`, of which a page has dozens."""
    return at.isoformat() if at else ""


@register.filter(expects_localtime=True)
def day_time(at: datetime | None) -> str:
    """ "5 Oct 14:02"."""
    return f"{at.day} {MONTHS[at.month]} {at:%H:%M}" if at else ""


@register.filter(expects_localtime=True)
def hour(at: datetime | None) -> str:
    """ "14:02"."""
    return f"{at:%H:%M}" if at else ""


@register.filter(expects_localtime=True)
def whole(at: datetime | None) -> str:
    """ "5 Oct 2026 14:02 CEST"."""
    return f"{at.day} {MONTHS[at.month]} {at.year} {at:%H:%M} {at.tzname()}" if at else ""


@register.filter(expects_localtime=True)
def zoned(at: datetime | None) -> str:
    """ "5 Oct 14:02 CEST"."""
    return f"{day_time(at)} {at.tzname()}" if at else ""


@register.filter
def seconds_left(due: datetime | None) -> int:
    """Whole seconds until `due`, negative when past; 0 without a deadline."""
    return int((due - timezone.now()).total_seconds()) if due else 0


@register.filter
def clock(due: datetime | None) -> str:
    """Time left as people read it: "40:59", "2:10:03", "−4:10"; a date when more than a day away."""
    if due is None:
        return ""
    seconds = seconds_left(due)
    if abs(seconds) >= DAY:
        return day_time(due)
    hours, rest = divmod(abs(seconds), 3600)
    minutes, left = divmod(rest, 60)
    sign = "−" if seconds < 0 else ""
    return f"{sign}{hours}:{minutes:02d}:{left:02d}" if hours else f"{sign}{minutes}:{left:02d}"


@register.filter
def spell(length: timedelta) -> str:
    """A length of time in its two largest units: "3 h 20 min", "45 s"; less than nothing with a minus sign."""
    seconds = int(length.total_seconds())
    parts = (
        (abs(seconds) // 86_400, "d"),
        (abs(seconds) // 3600 % 24, "h"),
        (abs(seconds) // 60 % 60, "min"),
    )
    said = [f"{number} {unit}" for number, unit in parts if number][:2] or [f"{abs(seconds)} s"]
    return ("−" if seconds < 0 else "") + " ".join(said)


@register.filter
def cause_words(spent: Spent) -> str:
    """What a stretch of a case's time went into."""
    return CAUSES[spent.cause]


@register.filter
def sla_state(due: datetime | None) -> str:
    """`late`, `soon` (within 15 minutes) or `ok`."""
    seconds = seconds_left(due)
    if due is None or seconds > SOON:
        return "ok"
    return "soon" if seconds >= 0 else "late"


@register.filter
def mood_arc(values: Sequence[float]) -> SafeString:
    """The sparkline of `reviews.charts.mood_arc`."""
    return charts.mood_arc(values)


@register.filter
def mood_words(values: Sequence[float]) -> str:
    """The arc in words, see `reviews.charts.mood_words`."""
    return charts.mood_words(values)


@register.filter
def kept_lines(screen: CaseScreen) -> list[tuple[str, str]]:
    """What somebody had typed before they lost the case: (label, text), only what says something new."""
    draft = screen.draft
    texts = [(label, str(draft.get(name, ""))) for name, label in TYPED.items()]
    fields = [(field.label, field.draft) for field in screen.fields if field.draft not in (None, field.value)]
    return [(label, text) for label, text in (*texts, *fields) if text]


@register.filter
def answer(errors: dict[str, str] | None, name: str) -> str:
    """The entry of a dictionary under a name made in the template, or nothing."""
    return str((errors or {}).get(name, ""))


@register.filter
def minutes_left(due: datetime | None) -> int:
    """Whole minutes until `due`, never below 0."""
    return max(0, seconds_left(due) // 60)


@register.filter
def with_ends(pieces: Sequence[Piece]) -> list[tuple[Piece, str]]:
    """Each piece of a message with the letters of the reasons whose evidence ends there, as footnotes do."""
    following = [piece.letters for piece in pieces[1:]] + [""]
    return [
        (piece, "".join(letter for letter in piece.letters if letter not in after))
        for piece, after in zip(pieces, following, strict=True)
    ]


@register.filter
def lows(fields: Sequence[FieldView]) -> int:
    """How many fields are below their threshold."""
    return sum(field.low for field in fields)


@register.filter
def now_value(field: FieldView) -> str:
    """What the input holds: the reviewer's draft if there is one, else what the AI read."""
    return field.value if field.draft is None else field.draft


@register.simple_tag
def what_was_wrong() -> list[tuple[str, str]]:
    """The reasons an override may give."""
    return choices.WhatWasWrong.choices


@register.simple_tag
def escalate_reasons() -> list[tuple[str, str]]:
    """The reasons an escalation may give."""
    return choices.EscalateReason.choices


@register.simple_tag
def skip_reasons() -> list[tuple[str, str]]:
    """The reasons to pass a case on."""
    return choices.SkipReason.choices


@register.filter
def as_query(filters: dict[str, str]) -> str:
    """The filters in force as the start of a query string ("severity=1&client=x&"), or nothing."""
    chosen = {name: value for name, value in filters.items() if value and name not in ("tab", "after")}
    return f"{urlencode(chosen)}&" if chosen else ""


@register.filter
def at(ref: str, name: str) -> str:
    """The address `name` of reviews.urls for a case."""
    return address(name, ref)


class KeepNode(template.Node):
    """See `keep`."""

    def __init__(self, nodes: NodeList, keys: list[FilterExpression]) -> None:
        self.nodes, self.keys = nodes, keys
        self.kept: dict[tuple[object, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        key = tuple([one.resolve(context) for one in self.keys])
        found = self.kept.get(key)
        if found is None:
            if len(self.kept) >= KEPT:
                self.kept.clear()
            found = self.kept[key] = self.nodes.render(context)
        return found


@register.tag
def keep(parser: Parser, token: Token) -> KeepNode:
    """`{% keep a b %}…{% endkeep %}`: rendered once for each `a` and `b`, then shown again in every page.

    For lists of choices, which are most of a page's tags. What is inside must depend on nothing else: no token, no
    time, no person.
    """
    keys = [parser.compile_filter(bit) for bit in token.split_contents()[1:]]
    nodes = parser.parse(("endkeep",))
    parser.delete_first_token()
    return KeepNode(nodes, keys)
