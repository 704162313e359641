"""Review pages go by what they differ in: only to browsers that say they can, and never other words than without."""

import hashlib
import re
from base64 import b64encode

import pytest
import zstandard
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from config.packing import PADDING, PackingMiddleware, words

CASE = "/cases/H-1/decide/"
PAGE = "<article>" + "Why this came to you: the amount disagrees with the order. " * 40 + "</article>"


def asked(path: str = CASE, **headers: str) -> HttpRequest:
    """A request of a browser that has the dictionary, but for what `headers` say otherwise."""
    has = {"HTTP_ACCEPT_ENCODING": "gzip, br, zstd, dcb, dcz", "HTTP_AVAILABLE_DICTIONARY": words().header}
    return RequestFactory().post(path, **(has | headers))  # type: ignore[arg-type]


def answered(request: HttpRequest, text: str = PAGE) -> HttpResponse:
    answer = PackingMiddleware(lambda _: HttpResponse(text, headers={"ETag": '"1"'}))(request)
    assert isinstance(answer, HttpResponse)
    return answer


def unpacked(content: bytes, dictionary: bytes) -> str:
    """What a browser makes of it: the head names the dictionary, then come frames."""
    assert content[:8] == bytes.fromhex("5e2a4d1820000000"), "not a dcz stream"
    assert content[8:40] == hashlib.sha256(dictionary).digest()
    known = zstandard.ZstdCompressionDict(dictionary, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    reader = zstandard.ZstdDecompressor(dict_data=known).stream_reader(content[40:], read_across_frames=True)
    return reader.read().decode()


def test_who_has_the_dictionary_gets_the_same_words_in_fewer_bytes() -> None:
    plain, packed = answered(asked(HTTP_AVAILABLE_DICTIONARY="")), answered(asked())
    assert packed["Content-Encoding"] == "dcz"
    assert plain["Content-Encoding"] == "gzip"
    assert unpacked(packed.content, words().content) == PAGE
    assert int(packed["Content-Length"]) == len(packed.content)
    assert packed["ETag"] == plain["ETag"] == 'W/"1"'
    assert {"Accept-Encoding", "Available-Dictionary"} <= set(re.split(r",\s*", packed["Vary"]))


@pytest.mark.parametrize(
    "request_",
    [
        asked(HTTP_AVAILABLE_DICTIONARY=f":{b64encode(hashlib.sha256(b'older').digest()).decode()}:"),
        asked(HTTP_AVAILABLE_DICTIONARY="\x00 no dictionary"),
        asked(HTTP_ACCEPT_ENCODING="gzip"),
        asked("/queue/"),
        asked("/api/v1/cases/"),
    ],
    ids=["another version", "garbage", "cannot unpack it", "no page of a case", "an agent"],
)
def test_everybody_else_gets_what_they_always_got(request_: HttpRequest) -> None:
    assert answered(request_)["Content-Encoding"] == "gzip"


def test_a_short_answer_is_left_as_it_is() -> None:
    assert not answered(asked(), "ok").has_header("Content-Encoding")


def test_lengths_do_not_tell_what_was_in_a_page() -> None:
    """A guess that is right shortens a page by a byte or two: the padding hides that (BREACH)."""
    lengths = {len(answered(asked()).content) for _ in range(60)}
    assert len(lengths) > 10
    assert max(lengths) - min(lengths) <= PADDING


@pytest.mark.django_db
def test_the_dictionary_is_for_everybody_and_may_be_kept(client: Client) -> None:
    answer = client.get(f"/words/{words().name}")
    assert answer.status_code == 200
    assert answer.content == words().content
    assert answer["Use-As-Dictionary"] == 'match="/cases/*"'
    assert "public" in answer["Cache-Control"]
    assert not answer.cookies
    assert client.get("/words/another").status_code == 404


def test_the_dictionary_holds_what_pages_say_and_nothing_that_changes() -> None:
    text = words().content.decode()
    assert "Why this came to you" in text
    assert "Commit and next" in text
    assert words.__wrapped__() == words(), "every process makes the same"
