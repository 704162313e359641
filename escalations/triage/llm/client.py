"""One question to an OpenAI-compatible endpoint, with limits on time, size and attempts."""

import json
import time
from dataclasses import dataclass
from typing import Any

import httpx
import stamina

from escalations.triage.llm.config import LLMConfig
from escalations.triage.types import TriageError

LARGEST_ANSWER = 256 * 1024
LONGEST_WAIT = 5.0


class TransientError(Exception):
    """Worth another try: too busy (429), broken inside (5xx), not reached, or late. `wait` is in seconds."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Answer:
    """The model's text and what it took."""

    content: str
    tokens_in: int
    tokens_out: int


def backoff(error: Exception) -> bool | float:
    """Whether to try again, or after how many seconds when the server said so."""
    if not isinstance(error, TransientError):
        return False
    return True if error.wait is None else error.wait


class Client:
    """Keeps connections open between cases; safe to share between threads."""

    def __init__(self, config: LLMConfig) -> None:
        if not config.base_url.startswith(("http://", "https://")):
            raise TriageError("the LLM endpoint must be an http or https address")
        self.config = config
        headers = {"Authorization": f"Bearer {config.api_key}"} if config.api_key else {}
        self.http = httpx.Client(headers=headers, follow_redirects=False)

    def ask(self, messages: list[dict[str, str]], schema: dict[str, Any]) -> Answer:
        """The model's answer, or TriageError within `total_timeout`, whatever the server does."""
        deadline = time.monotonic() + self.config.total_timeout
        try:
            for attempt in stamina.retry_context(
                on=backoff,
                attempts=self.config.attempts,
                timeout=self.config.total_timeout,
                wait_initial=self.config.retry_wait,
                wait_max=LONGEST_WAIT,
                wait_jitter=self.config.retry_wait,
            ):
                with attempt:
                    return self.ask_once(self.payload(messages, schema), deadline)
        except TransientError as error:
            raise TriageError(f"the model did not answer: {error}") from error
        raise TriageError("the model did not answer")  # pragma: no cover  the loop returns or raises

    def payload(self, messages: list[dict[str, str]], schema: dict[str, Any]) -> dict[str, Any]:
        """The request: no tools, no randomness, a closed form."""
        form: dict[str, Any] = {"type": "json_object"}
        if self.config.strict_schema:
            form = {
                "type": "json_schema",
                "json_schema": {"name": "triage", "strict": True, "schema": schema},
            }
        return {
            "model": self.config.model,
            "messages": messages,
            "temperature": 0,
            "max_tokens": self.config.max_tokens,
            "response_format": form,
        }

    def ask_once(self, payload: dict[str, Any], deadline: float) -> Answer:
        """One attempt. Raises TransientError or TriageError."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise TriageError("the model did not answer in time")
        limits = httpx.Timeout(left, connect=min(self.config.connect_timeout, left))
        url = f"{self.config.base_url.rstrip('/')}/chat/completions"
        try:
            with self.http.stream("POST", url, json=payload, timeout=limits) as response:
                check_status(response)
                return read_answer(read_body(response, deadline))
        except httpx.TimeoutException as error:
            raise TransientError(f"late ({type(error).__name__})") from error
        except httpx.TransportError as error:
            raise TransientError(f"not reached ({type(error).__name__})") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise TriageError(f"the model could not be asked ({type(error).__name__})") from error


def check_status(response: httpx.Response) -> None:
    """Raise for anything but 200: TransientError for 429 and 5xx, TriageError for the rest."""
    status = response.status_code
    if status == 429 or status >= 500:
        raise TransientError(f"status {status}", retry_after(response))
    if status != 200:
        raise TriageError(f"the model's endpoint answered with status {status}")


def retry_after(response: httpx.Response) -> float | None:
    """Seconds that the server asks to wait, at most five; None when it does not say."""
    try:
        return min(LONGEST_WAIT, max(0.0, float(response.headers["retry-after"])))
    except (KeyError, ValueError):
        return None


def read_body(response: httpx.Response, deadline: float) -> bytes:
    """The body, however slowly it drips: the deadline counts for the whole of it."""
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise TriageError("the model's answer is too large")
        if time.monotonic() > deadline:
            raise TriageError("the model did not answer in time")
    return bytes(body)


def read_answer(body: bytes) -> Answer:
    """Text and tokens of a chat completion, or TriageError."""
    try:
        data = json.loads(body)
        content = data["choices"][0]["message"]["content"]
        usage = data.get("usage") or {}
        tokens = [int(usage.get(name) or 0) for name in ("prompt_tokens", "completion_tokens")]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise TriageError("the endpoint's answer is not a chat completion") from error
    if not isinstance(content, str):
        raise TriageError("the endpoint's answer holds no text")
    return Answer(content, *(min(max(count, 0), 10_000_000) for count in tokens))
