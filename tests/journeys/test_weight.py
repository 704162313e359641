"""The first visit to the review page, with everything it loads, stays under 50 KB as production sends it: static files
in brotli, as collectstatic leaves them, the rest gzipped.
"""

import gzip

import brotli
from playwright.sync_api import Response

from tests.cast import Cast
from tests.journeys.conftest import SignIn
from tests.reviews.makers import waiting

KB = 1024


def test_a_cold_review_page_weighs_less_than_50_kb_with_the_next_case(cast: Cast, sign_in: SignIn) -> None:
    for _ in range(2):
        waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    desk = sign_in(cast.sunny).open("/queue/")
    desk.press("n")
    desk.until("document.querySelector('#decide')")
    address = desk.page.url
    answers: list[Response] = []
    desk.page.goto("about:blank")
    desk.context.new_cdp_session(desk.page).send("Network.clearBrowserCache")
    desk.page.on("response", lambda answer: answers.append(answer))
    desk.open(address.removeprefix(desk.root))
    desk.prefetched()
    sizes = {answer.url.removeprefix(desk.root): sent(answer) for answer in answers}
    assert any(path.endswith("/next/") for path in sizes), "the next case was prefetched"
    page = next(size for path, size in sizes.items() if path.startswith("/cases/") and path.count("/") == 3)
    assert page <= 10 * KB, "the page fits the first flight of a connection"
    assert sum(sizes.values()) <= 50 * KB, sizes
    # the page and its five files and icon; then, after it is shown: the next case, the list beside it, unread alerts,
    # and a ticket, a stream (none here) and versions for live hints
    assert len(sizes) <= 13, sizes


def test_later_cases_go_by_what_they_differ_in(cast: Cast, sign_in: SignIn) -> None:
    """The browser fetches the dictionary behind the first decision, when it has nothing else to do, and is sent the
    cases after that packed with it: at most 4 KB for a case (A6 of the performance goals).
    """
    for _ in range(12):
        waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    desk = sign_in(cast.finn).open("/queue/")
    answers: list[Response] = []
    desk.page.on("response", lambda answer: answers.append(answer))
    desk.press("n")
    desk.until("document.querySelector('#decide') && document.documentElement.dataset.ready === ''")

    def cases() -> list[Response]:
        return [one for one in answers if one.url.endswith("/next/") and one.status == 200]

    for _ in range(9):
        desk.prefetched()
        if cases()[-1].headers["content-encoding"] == "dcz":
            break
        ref = desk.ref()
        desk.press("a")
        desk.choose("#disposition", "answered")
        desk.press("Control+Enter")
        desk.until(f"document.querySelector('#case').dataset.ref !== '{ref}'")
        desk.when(lambda: any("/words/" in answer.url for answer in answers))
    first, *_, last = cases()
    assert first.headers["content-encoding"] == "gzip"
    assert last.headers["content-encoding"] == "dcz", "the browser kept the dictionary and the server used it"
    assert int(last.headers["content-length"]) <= 4 * KB
    assert last.text().count("<article") == 1, "the browser unpacks it"


def sent(answer: Response) -> int:
    """Bytes of its body on the wire."""
    body = answer.body() if answer.status == 200 else b""
    return len(brotli.compress(body) if "/static/" in answer.url else gzip.compress(body, 9))
