"""The grammar: one body, said in one of several registers."""

import re
from collections.abc import Callable
from random import Random

from config.demo.texts import frames
from config.demo.texts.vocabulary import fill

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_SPACES = re.compile(r"[ \t]+")


def choose(template: str, dice: Random) -> str:
    """One of every `[a|b]`, innermost first."""
    while _CHOICE.search(template):
        template = _CHOICE.sub(lambda found: dice.choice(found[1].split("|")), template)
    return template


def expand(template: str, dice: Random) -> str:
    """Choose one of every `[a|b]`, then fill every `{slot}` from the vocabulary."""
    return tidy(_SLOT.sub(lambda found: fill(found[1], dice), choose(template, dice)))


def tidy(text: str) -> str:
    """Single spaces, and none before a comma, full stop or question mark."""
    lines = (_SPACES.sub(" ", line).strip() for line in text.splitlines())
    return re.sub(r" ([,.?!;])", r"\1", "\n".join(lines)).strip()


def _pick(frame: tuple[str, ...], dice: Random) -> str:
    return expand(dice.choice(frame), dice)


def plain(body: str, other: str, dice: Random) -> str:
    return body


def terse(body: str, other: str, dice: Random) -> str:
    words = body.rstrip(".!").lower() if dice.random() < 0.5 else body
    return f"{_pick(frames.SHORT_OPENERS, dice)} {words}"


def polite(body: str, other: str, dice: Random) -> str:
    parts = (frames.OPENERS, frames.POLITE_LEADS, None, frames.DETAILS, frames.CLOSERS)
    return " ".join(body if part is None else _pick(part, dice) for part in parts)


def angry(body: str, other: str, dice: Random) -> str:
    said = body.upper() if dice.random() < 0.15 else body
    return f"{_pick(frames.ANGRY_LEADS, dice)} {said} {_pick(frames.ANGRY_TAILS, dice)}"


def broken(body: str, other: str, dice: Random) -> str:
    """The English of somebody who thinks in another language: few articles, few capitals, few commas."""
    worn = re.sub(
        r"\b(the|a|an|have|has|been|is|are)\b ", lambda f: "" if dice.random() < 0.6 else f[0], body
    )
    worn = worn.replace(",", "").lower().rstrip(".")
    return f"{_pick(frames.BROKEN_LEADS, dice)} {worn} {_pick(frames.BROKEN_TAILS, dice)}"


def letter(body: str, other: str, dice: Random) -> str:
    """A long mail: small talk, the matter said twice, details, a signature."""
    talk = dice.sample(frames.SMALL_TALK, k=2)
    first = f"{_pick(frames.OPENERS, dice)}\n\n{talk[0]} {body} {_pick(frames.DETAILS, dice)}"
    return f"{first}\n\n{talk[1]} {other}\n\n{_pick(frames.CLOSERS, dice)}"


def machine(body: str, other: str, dice: Random) -> str:
    return f"{_pick(frames.MACHINE_LEADS, dice)} {body} {_pick(frames.MACHINE_TAILS, dice)}"


Register = Callable[[str, str, Random], str]

PEOPLE: tuple[Register, ...] = (plain, terse, polite, angry, broken, polite, plain, letter, terse)
MACHINES: tuple[Register, ...] = (plain, machine, terse, machine, polite, plain, letter)


def sentences(
    bodies: tuple[str, ...], registers: tuple[Register, ...], count: int, dice: Random
) -> list[str]:
    """`count` distinct texts; every body and every register takes its turn."""
    found: dict[str, None] = {}
    turn = 0
    while len(found) < count:
        template = bodies[turn % len(bodies)]
        register = registers[dice.randrange(len(registers))]
        other = expand(bodies[dice.randrange(len(bodies))], dice)
        found[tidy(register(expand(template, dice), other, dice))] = None
        turn += 1
    return list(found)
