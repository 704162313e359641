"""The process that speaks Apprise: reads one question on standard input, answers in one line of JSON.

From its first breath the interpreter refuses connections to addresses that are not public, whichever library asks and
whatever its resolver said (an audit hook cannot be taken off), and refuses to start programs.
"""

import contextlib
import io
import json
import sys
from typing import Any

from escalations.notify.guard import Refused, Target, addresses_of, check_address, check_host

_refused: list[str] = []


def _watch(trusted: frozenset[str]) -> None:
    """`trusted` are addresses the operator listed."""

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork"):
            raise PermissionError(event)
        if event in ("socket.connect", "socket.sendto", "socket.bind"):
            try:
                _check(args[1], trusted)
            except Refused as refused:
                _refused.append(refused.code)
                raise PermissionError("refused") from None

    sys.addaudithook(hook)


def _check(place: object, trusted: frozenset[str]) -> None:
    if not isinstance(place, tuple):
        raise Refused("private", "not an internet address")
    if str(place[0]) not in trusted:
        check_address(str(place[0]))


def _trusted(allowed: list[str]) -> frozenset[str]:
    found: set[str] = set()
    for host in allowed:
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        with contextlib.suppress(Refused):
            found.update(addresses_of(Target("http", name, 80, "/", True), seconds=2.0))
    return frozenset(found)


def _answer(question: dict[str, Any]) -> tuple[bool, str]:
    import apprise

    room = apprise.Apprise.instantiate(question["url"], suppress_exceptions=True)
    if not isinstance(room, apprise.NotifyBase):
        return False, "bad_url"
    room.redirects = False
    if question["do"] == "check":
        return _checked(room, question["allowed"])
    sent = room.notify(body=question["text"], title=question["title"])
    return (True, "ok") if sent else (False, f"refused:{_refused[0]}" if _refused else "status")


def _checked(room: Any, allowed: list[str]) -> tuple[bool, str]:
    """A service with a host of the customer's choosing names it; the others have their own."""
    host, port = getattr(room, "host", None), getattr(room, "port", None) or 443
    service_has_its_own = not host or getattr(room, "notify_url", "").startswith("https://")
    if service_has_its_own or host in allowed or f"{host}:{port}" in allowed:
        return True, "ok"
    try:
        check_host(str(host).lower())
        addresses_of(Target("https", str(host), int(port), "/", False))
    except Refused as refused:
        return False, f"refused:{refused.code}"
    return True, "ok"


def main() -> None:
    """Answer the one question. Whatever a library prints must not be taken for the answer."""
    question = json.load(sys.stdin)
    _watch(_trusted(question["allowed"]))
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            ok, code = _answer(question)
        except Exception as error:
            ok, code = False, f"refused:{_refused[0]}" if _refused else type(error).__name__
    sys.__stdout__.write(json.dumps({"ok": ok, "code": code}))  # type: ignore[union-attr]


if __name__ == "__main__":
    main()
