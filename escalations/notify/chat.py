"""Chat messages through Apprise, in a process of its own (R063).

Apprise speaks a hundred protocols by libraries that look up names themselves and wait as long as they like. So it runs
where it can be ended at the deadline, sees none of our environment, and where every connection to an address that
alerts may not go to is refused by the interpreter itself (see chat_process).
"""

import json
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from escalations.notify.outcome import Outcome

ROOT = Path(__file__).resolve().parents[2]
SERVICES = frozenset({
    "slack", "workflow", "workflows", "discord", "mmost", "mmosts", "rocket", "rockets", "gchat", "tgram", "webex",
    "wxteams", "zulip", "json", "jsons",
})  # fmt: skip
"""What may stand before "://": chat rooms, and JSON for what they have not."""


def say(url: str, title: str, text: str, *, allowed: Collection[str] = (), seconds: float = 15.0) -> Outcome:
    """Post to the room that the Apprise `url` names. Never raises for anything the other side does."""
    return _ask({"do": "say", "url": url, "title": title, "text": text, "allowed": sorted(allowed)}, seconds)


def check(url: str, *, allowed: Collection[str] = (), seconds: float = 15.0) -> Outcome:
    """Is this a room that could be posted to? Resolves its host where the service has none of its own."""
    return _ask({"do": "check", "url": url, "allowed": sorted(allowed)}, seconds)


def service_of(url: str) -> str:
    """The word before "://", or "" when it is none of SERVICES."""
    service = url.partition("://")[0].lower()
    return service if service in SERVICES else ""


def _ask(question: dict[str, Any], seconds: float) -> Outcome:
    if not service_of(question["url"]):
        return Outcome(False, "refused:service")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "escalations.notify.chat_process"],
            input=json.dumps(question), text=True, capture_output=True, timeout=seconds, check=False,
            cwd=ROOT, env={"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}, start_new_session=True,
        )  # fmt: skip
        answer = json.loads(done.stdout)
        return Outcome(bool(answer["ok"]), str(answer["code"])[:40])
    except subprocess.TimeoutExpired:
        return Outcome(False, "timeout")
    except (ValueError, KeyError, OSError):
        return Outcome(False, "garbage")
