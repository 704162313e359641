"""How a simulated agent speaks to Handrail: its own token, an Idempotency-Key, a time limit."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

TOKENS = "HANDRAIL_DEMO_TOKENS"
DEFAULT_TOKENS = ".local/demo-tokens.json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; status 0 when nothing did."""

    status: int
    body: Mapping[str, Any]

    @property
    def try_again(self) -> bool:
        """Not reached, overloaded or broken: the same request may be sent again with the same key."""
        return self.status == 0 or self.status == 429 or self.status >= 500


class Wire:
    """Requests of all demo agents over one connection pool; a bad or missing answer raises nothing."""

    def __init__(
        self, base_url: str, tokens: Mapping[str, str], transport: httpx.BaseTransport | None = None
    ) -> None:
        self.tokens = tokens
        self.client = httpx.Client(base_url=base_url, timeout=10.0, transport=transport)

    def post(self, agent: str, path: str, body: Mapping[str, Any], key: str) -> Answer:
        return self._ask(agent, "POST", path, {"Idempotency-Key": key}, body)

    def get(self, agent: str, path: str) -> Answer:
        return self._ask(agent, "GET", path, {}, None)

    def close(self) -> None:
        self.client.close()

    def _ask(
        self, agent: str, method: str, path: str, headers: dict[str, str], body: Mapping[str, Any] | None
    ) -> Answer:
        headers["Authorization"] = f"Bearer {self.tokens.get(agent, '')}"
        try:
            response = self.client.request(method, path, headers=headers, json=body)
        except httpx.HTTPError:
            return Answer(0, {})
        try:
            answered = response.json()
        except ValueError:
            answered = None
        return Answer(response.status_code, answered if isinstance(answered, dict) else {})


def read_tokens() -> dict[str, str]:
    """{agent name: token} from the file that the loader wrote; OSError or ValueError if there is none."""
    path = Path(os.environ.get(TOKENS, DEFAULT_TOKENS))
    found = json.loads(path.read_text())
    if not isinstance(found, dict):
        raise ValueError(f"{path} holds no names")  # noqa: TRY004  a bad file, not a bad argument
    return {str(name): str(token) for name, token in found.items()}
