"""Checking chains. Works on plain rows, so that the same code can check an export."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Line:
    """One event as stored."""

    stream: UUID
    seq: int
    version: int
    at: datetime
    body: bytes
    prev: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing wrong with a stream."""

    stream: UUID
    seq: int
    why: str


def genesis(stream: UUID) -> bytes:
    """What stands before the first event of `stream`."""
    return hashlib.sha256(f"handrail-genesis{stream}".encode()).digest()


def hash_of(line: Line) -> bytes:
    """The hash the event must have."""
    at = line.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    digest = hashlib.sha256(line.body).hexdigest()
    header = (
        f"handrail-ledger-v1\n{line.stream}\n{line.seq}\n{line.version}\n{at}\n{line.prev.hex()}\n{digest}\n"
    )
    return hashlib.sha256(header.encode()).digest()


def faults(lines: Iterable[Line], heads: dict[UUID, tuple[int, bytes]]) -> Iterator[Fault]:
    """The first fault of each bad stream. `lines` come ordered by stream and seq; `heads` maps each to its newest.

    Finds a changed, deleted, inserted or reordered event and a cut tail whose head was left behind.
    """
    heads = dict(heads)
    stream: UUID | None = None
    seq, prev, bad = 0, b"", False
    for line in lines:
        if line.stream != stream:
            if stream is not None and not bad:
                yield from _tail(stream, seq, prev, heads.pop(stream, None))
            elif stream is not None:
                heads.pop(stream, None)
            stream, seq, prev, bad = line.stream, 0, genesis(line.stream), False
        if bad:
            continue
        why = _wrong(line, seq, prev)
        if why:
            bad = True
            yield Fault(line.stream, line.seq, why)
        seq, prev = line.seq, line.hash
    if stream is not None:
        head = heads.pop(stream, None)
        if not bad:
            yield from _tail(stream, seq, prev, head)
    for lost, (last, _) in heads.items():
        yield Fault(lost, last, "the whole stream is gone")


def _wrong(line: Line, seq: int, prev: bytes) -> str:
    if line.seq != seq + 1:
        return f"expected event {seq + 1}, found {line.seq}"
    if line.prev != prev:
        return "does not follow the event before it"
    if line.hash != hash_of(line):
        return "its content is not what was hashed"
    return ""


def _tail(stream: UUID, seq: int, newest: bytes, head: tuple[int, bytes] | None) -> Iterator[Fault]:
    if head is None:
        yield Fault(stream, seq, "the stream has no head")
    elif head != (seq, newest):
        yield Fault(stream, seq + 1, f"the newest events are gone: the head stands at {head[0]}")
