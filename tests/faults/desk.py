"""A reviewer at a browser tab: takes the next case, decides what is on the screen, is shown the next."""

import re
import uuid
from dataclasses import dataclass

from tests.faults.wire import Answer, Wire

REF = re.compile(r'<article id="case"[^>]*\bdata-ref="([^"]+)"')
MODE = re.compile(r'<article id="case"[^>]*\bdata-mode="([^"]+)"')
HIDDEN = re.compile(r'<input type="hidden" name="(version|claim_token)" value="(\d+)"')
OUTCOMES = re.compile(r'<select id="disposition"(.*?)</select>', re.S)
PARTS = re.compile(r'<select[^>]*\bname="subtasks"')
CODE = re.compile(r'<option value="([^"]+)"')
HTMX = {"HX-Request": "true", "X-Requested-With": "XMLHttpRequest"}


@dataclass(frozen=True, slots=True)
class Shown:
    """The case on the screen that its reader holds: what the page's form would send."""

    ref: str
    version: int
    claim_token: int
    disposition: str
    subtasks: str = ""  # what becomes of what other departments still owe, where the form asks


def shown(page: str) -> Shown | None:
    """What is on the page, or None when it shows no case that the reader may decide."""
    ref, mode = REF.search(page), MODE.search(page)
    hidden = dict(HIDDEN.findall(page))
    if ref is None or mode is None or mode[1] != "held" or len(hidden) != 2:
        return None
    owed = "done" if PARTS.search(page) else ""
    return Shown(ref[1], int(hidden["version"]), int(hidden["claim_token"]), outcome(page), owed)


def outcome(page: str) -> str:
    """The first outcome that the decision bar offers."""
    offered = OUTCOMES.search(page)
    codes = CODE.findall(offered[1]) if offered else []
    return str(codes[0]) if codes else ""


@dataclass
class Reviewer:
    """One signed-in person with one tab. `case` is what they hold on the screen."""

    wire: Wire
    case: Shown | None = None

    def take_next(self) -> Shown | None:
        """Press "next case" on the queue page; None when nothing waits."""
        answer = self.wire.post("/queue/next/", {})
        if answer.status in (302, 303):
            answer = self.wire.get(answer.headers["location"])
        assert answer.status == 200, f"next: {answer.status} {answer.text[:500]}"
        self.case = shown(answer.text)
        return self.case

    def decide(self, verb: str = "approve", **more: str) -> Answer:
        """Send the decision on what is shown; when it was taken, the next case is on the screen."""
        assert self.case is not None, "nothing is on the screen"
        answer = self.send(self.case, verb, **more)
        if answer.status == 200:
            self.case = shown(answer.text)
        return answer

    def send(
        self, case: Shown, verb: str = "approve", *, key: str = "", acknowledge: str = "", **more: str
    ) -> Answer:
        """The request of `decide`, for any case and with any key; `acknowledge` asks for no page in return."""
        fields = {
            "verb": verb,
            "version": case.version,
            "claim_token": case.claim_token,
            "disposition": case.disposition,
            "subtasks": case.subtasks,
            **more,
        }
        headers = {**HTMX, "Idempotency-Key": key or uuid.uuid4().hex}
        if acknowledge:
            headers["X-Ack-Only"] = acknowledge
        return self.wire.post(f"/cases/{case.ref}/decide/", fields, **headers)

    def release(self) -> None:
        """Give the case on the screen back."""
        if self.case is not None:
            given = {"version": self.case.version, "claim_token": self.case.claim_token}
            answer = self.wire.post(f"/cases/{self.case.ref}/release/", given)
            assert answer.status < 400, f"release: {answer.status} {answer.text[:300]}"
            self.case = None

    def prefetch(self) -> Answer:
        """Fetch the case behind the one on the screen: reserved for this person, not yet claimed."""
        assert self.case is not None, "nothing is on the screen"
        return self.wire.get(f"/cases/{self.case.ref}/next/", **HTMX)

    def take_prefetched(self, ahead: Answer, verb: str = "approve") -> Answer:
        """Decide what is shown, with the page from `prefetch` put on the screen at once."""
        assert self.case is not None, "nothing is on the screen"
        opened = ahead.headers["x-next-ref"]
        answer = self.send(self.case, verb, acknowledge="true", opened=opened)
        if answer.status == 200:
            version, token = answer.headers["x-opened-version"], answer.headers["x-opened-token"]
            owed = "done" if PARTS.search(ahead.text) else ""
            self.case = Shown(opened, int(version), int(token), outcome(ahead.text), owed)
        return answer
