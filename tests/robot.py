"""An AI agent that talks to the API, as its makers would write it."""

import json
import uuid
from typing import Any

from django.test import Client as Http

CASES = "/api/v1/cases/"


class Robot:
    """Posts and reads with one token. Every answer is Django's response; `.json()` has the body."""

    def __init__(self, token: str) -> None:
        self.http = Http(headers={"authorization": f"Bearer {token}"})

    def post(self, body: Any, *, key: str | None = None, path: str = CASES) -> Any:
        """POST `body` as JSON with an Idempotency-Key (a new one unless given)."""
        raw = body if isinstance(body, bytes | str) else json.dumps(body)
        headers = {"idempotency-key": key if key is not None else uuid.uuid4().hex}
        return self.http.post(path, raw, content_type="application/json", headers=headers)

    def say(self, case_id: object, text: str, *, author: str = "customer", **more: Any) -> Any:
        """Add one message to a case."""
        body = {"author": author, "text": text, **more}
        return self.post(body, path=f"{CASES}{case_id}/messages/")

    def get(self, case_id: object, part: str = "") -> Any:
        """The case, or `part` of it ("events")."""
        return self.http.get(f"{CASES}{case_id}/{part}/" if part else f"{CASES}{case_id}/")
