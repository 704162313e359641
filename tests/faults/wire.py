"""A small keep-alive HTTP client with cookies: what a browser tab or an agent's script is to the server."""

import gzip
import hashlib
import http.client
import json
import re
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import zstandard

CSRF = "c" * 32
RESTED = 10.0
"""Seconds after which a kept connection is not used again: the server may be closing it (after 30) at that moment."""
WORDS = re.compile(rb'<link rel="compression-dictionary" href="([^"]+)">')
"""Where a page says that its dictionary is; a browser fetches it once."""
HEAD = 40
"""Bytes of a "dcz" stream before its first frame: magic and the dictionary's SHA-256."""
TROUBLE = (OSError, http.client.HTTPException)
"""What a request raises when the server is gone, cut the line, or did not answer in time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One response, unpacked. `size` is the number of bytes of the body on the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    size: int

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode(errors="replace")

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Wire:
    """One connection to 127.0.0.1:`port`. `session` signs a person in, `token` an AI agent."""

    port: int
    session: str = ""
    token: str = ""
    timeout: float = 30
    cookie_name: str = "sessionid"
    _connection: http.client.HTTPConnection | None = field(default=None, repr=False)
    _used: float = field(default=0.0, repr=False)
    _words: bytes = field(default=b"", repr=False)

    def get(self, path: str, **headers: str) -> Answer:
        """GET `path`."""
        return self.request("GET", path, None, headers)

    def post(self, path: str, fields: Mapping[str, Any], **headers: str) -> Answer:
        """POST a form; `HX_Request="true"` is sent as the header HX-Request."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": CSRF, **headers}
        return self.request("POST", path, urlencode(fields).encode(), headers)

    def post_json(self, path: str, value: Any, **headers: str) -> Answer:
        """POST JSON."""
        return self.request(
            "POST", path, json.dumps(value).encode(), {"Content-Type": "application/json", **headers}
        )

    def request(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        """One request. A kept connection that the server had closed is opened again, once, for GETs only."""
        sent = {
            **self._packing(path),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        if self.session:
            sent["Cookie"] = f"{self.cookie_name}={self.session}; csrftoken={CSRF}"
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        fresh = self._connection is None
        try:
            answer = self._exchange(method, path, body, sent)
        except TROUBLE:
            self.close()
            if fresh or method != "GET":
                raise
            answer = self._exchange(method, path, body, sent)
        if not self._words and (named := WORDS.search(answer.body)):
            self._words = self.get(named[1].decode()).body
        return answer

    def _packing(self, path: str) -> dict[str, str]:
        """What it can unpack, and the dictionary it has for pages of cases (RFC 9842)."""
        if not self._words or not path.startswith("/cases/"):
            return {"Accept-Encoding": "gzip"}
        has = b64encode(hashlib.sha256(self._words).digest()).decode()
        return {"Accept-Encoding": "gzip, dcz", "Available-Dictionary": f":{has}:"}

    def _unpacked(self, raw: bytes, coding: str) -> bytes:
        if coding == "gzip" and raw:
            return gzip.decompress(raw)
        if coding == "dcz":
            known = zstandard.ZstdCompressionDict(self._words, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
            unpacker: Any = zstandard.ZstdDecompressor(dict_data=known)
            found: bytes = unpacker.decompress(raw[HEAD:], allow_extra_data=True)
            return found
        return raw

    def _exchange(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        if time.monotonic() - self._used > RESTED:
            self.close()
        self._used = time.monotonic()
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        self._connection.request(method, path, body, dict(headers))
        response = self._connection.getresponse()
        raw = response.read()
        if response.will_close:
            self.close()
        found = {name.lower(): value for name, value in response.getheaders()}
        body = self._unpacked(raw, found.get("content-encoding", ""))
        return Answer(response.status, found, body, len(raw))

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
