"""What the queue says and how."""

from tests.screens.screens import page, queue

QUEUE = "reviews/queue.html"


def test_the_headline_is_a_sentence_with_numbers() -> None:
    html = page(QUEUE, q=queue(at_risk=2))
    assert "Good evening Maria. 1 yours, 84 in the team, 2 of yours at risk." in " ".join(html.split())


def test_a_case_below_its_threshold_is_marked_with_score_and_threshold() -> None:
    """R028."""
    html = page(QUEUE, q=queue())
    assert '<span class="lowmark"><span class="vh">Low confidence: </span>64 %, below 95 %</span>' in html
    assert 'name="confidence_below"' in html


def test_an_empty_list_says_what_to_expect_and_never_spins() -> None:
    assert "Nothing waits for you." in page(QUEUE, q=queue(rows=(), waiting=0))
    assert "You hold no case." in page(QUEUE, q=queue(rows=()))


def test_a_filter_that_finds_nothing_can_be_cleared() -> None:
    html = page(QUEUE, q=queue(rows=(), filters={"severity": "1"}))
    assert "No case matches." in html
    assert "Clear the filter" in html


def test_on_a_break_nothing_can_be_claimed() -> None:
    html = page(QUEUE, q=queue(on_break=True))
    assert "Nothing is reserved for you" in html
    assert 'data-key="n" disabled' in html


def test_the_next_page_keeps_the_filters() -> None:
    html = page(QUEUE, q=queue(next_cursor="abc=", filters={"client": "harbour"}))
    assert "?tab=mine&amp;client=harbour&amp;after=abc%3D" in html


def test_whoever_may_only_read_is_not_offered_a_claim() -> None:
    assert "/queue/next/" not in page(QUEUE, q=queue(may_claim=False))
