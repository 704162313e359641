"""Cases go over a slow link by what they differ in: browsers keep a dictionary of what all review pages say.

Compression Dictionary Transport (RFC 9842), Zstandard's form, "dcz". The dictionary is made of the review page's
templates and of the words of our lists, never of a case, so it is the same for everybody and may be kept for long. A
browser that knows the scheme (Chromium 130 and later, on HTTPS or on this machine) fetches it when it has nothing else
to do, after the first decision; all others get what they always got.
"""

import hashlib
import secrets
import threading
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

import zstandard
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.template import engines
from django.template.base import TextNode
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from escalations import choices as desk
from reviews import choices as work

PAGES = "/cases/"
"""Beneath this, answers are packed with the dictionary."""

TEMPLATES = (
    "kept", "why", "conversation", "customer", "handoff", "fields", "policy", "reply", "decide", "first", "closed",
    "head", "case",
)  # fmt: skip
"""What a review page is made of; what lies at the end is found at the smallest cost."""

LEVEL, LEAST = 3, 200
MAGIC = bytes.fromhex("5e2a4d1820000000")
"""Begins a dictionary-compressed Zstandard stream; the dictionary's SHA-256 follows."""
SKIPPED = (0x184D2A50).to_bytes(4, "little")
"""Begins a frame that whoever unpacks passes over; four bytes of its length follow."""
PADDING = GZipMiddleware.max_random_bytes
DAYS = 30


@dataclass(frozen=True, slots=True)
class Words:
    """The dictionary: its bytes, and their SHA-256 in the three forms that it is asked by."""

    content: bytes
    digest: bytes
    name: str  # in its address
    header: str  # as a browser tells that it has it


@cache
def words() -> Words:
    """The dictionary of this version of the templates."""
    content = ("".join(_labels()) + "".join(_literals())).encode()
    digest = hashlib.sha256(content).digest()
    return Words(content, digest, digest.hex()[:32], f":{b64encode(digest).decode()}:")


@require_GET
def dictionary(request: HttpRequest, name: str) -> HttpResponse:
    """The dictionary, for a browser to keep; 404 for one of another version."""
    if name != words().name:
        raise Http404
    answer = HttpResponse(words().content, content_type="application/octet-stream")
    answer["Use-As-Dictionary"] = f'match="{PAGES}*"'
    answer["Cache-Control"] = f"public, max-age={DAYS * 86_400}, immutable"
    return answer


def knows_words(request: HttpRequest) -> bool:
    """Has this browser the dictionary?"""
    has = request.META.get("HTTP_AVAILABLE_DICTIONARY", "")
    return bool(has) and has == words().header and "dcz" in request.META.get("HTTP_ACCEPT_ENCODING", "")


class PackingMiddleware(GZipMiddleware):
    """Packs with the dictionary where a browser has it, with gzip elsewhere."""

    def process_request(self, request: HttpRequest) -> None:
        """`request.words` is where a browser that has not got the dictionary finds it, for the page to name."""
        if request.path.startswith(PAGES):
            request.words = "" if knows_words(request) else _address()  # type: ignore[attr-defined]

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer, packed; its length is blurred as Django's gzip blurs it (BREACH, breachattack.com)."""
        if not isinstance(response, HttpResponse) or not request.path.startswith(PAGES):
            return super().process_response(request, response)
        patch_vary_headers(response, ("Available-Dictionary",))
        if (
            not knows_words(request)
            or response.has_header("Content-Encoding")
            or len(response.content) < LEAST
        ):
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Encoding",))
        response.content = pack(response.content)
        response["Content-Length"] = str(len(response.content))
        response["Content-Encoding"] = "dcz"
        if (tag := response.get("ETag", "")).startswith('"'):
            response["ETag"] = f"W/{tag}"
        return response


@cache
def _address() -> str:
    return reverse("words", args=[words().name])


def pack(content: bytes) -> bytes:
    """`content` as a "dcz" stream, with up to `PADDING` bytes of no meaning behind it."""
    padding = secrets.token_bytes(secrets.randbelow(PADDING + 1))
    packed = _compressor().compress(content)
    return b"".join((MAGIC, words().digest, packed, SKIPPED, len(padding).to_bytes(4, "little"), padding))


_own = threading.local()  # a compressor serves one thread at a time


def _compressor() -> zstandard.ZstdCompressor:
    if not hasattr(_own, "compressor"):
        _own.compressor = zstandard.ZstdCompressor(dict_data=_prepared(), level=LEVEL)
    made: zstandard.ZstdCompressor = _own.compressor
    return made


@cache
def _prepared() -> zstandard.ZstdCompressionDict:
    made = zstandard.ZstdCompressionDict(words().content, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    made.precompute_compress(level=LEVEL)
    return made


def _labels() -> Iterable[str]:
    """Every code and label of our lists, as options of a form."""
    for module in (work, desk):
        for name, kind in sorted(vars(module).items()):
            if (
                isinstance(kind, type)
                and issubclass(kind, Enum)
                and hasattr(kind, "choices")
                and name[0] != "_"
            ):
                yield from (f'<option value="{code}">{label}</option>' for code, label in kind.choices)


def _literals() -> Iterable[str]:
    """What stands in the templates between their tags."""
    engine: Any = engines["django"]
    for name in TEMPLATES:
        template = engine.engine.get_template(f"reviews/parts/_{name}.html")
        yield from (node.s for node in template.nodelist.get_nodes_by_type(TextNode))
