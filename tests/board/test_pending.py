"""Pending by type and severity: every number is the SQL count and opens exactly its list (R103)."""

import random
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.http import QueryDict
from django.test import Client as Browser

from accounts.models import User
from escalations.models import Case
from escalations.services.rolling import count_ages
from reviews.forms import ChoiceForm, ViewForm
from reviews.selectors.board.cases import chosen
from reviews.selectors.board.scope import Floor, View
from reviews.selectors.board.screen import Board
from tests.board.floor import random_floor
from tests.cast import Cast
from tests.reviews.makers import waiting

pytestmark = pytest.mark.django_db


def listed(board: Board, url: str) -> set[str]:
    """The references behind a number's address, as its page finds them."""
    query = QueryDict(url.partition("?")[2])
    floor = Floor(board.floor.actor, ViewForm(query).view(), board.floor.now)
    return set(chosen(floor, ChoiceForm(query).choice()).values_list("ref", flat=True))


@pytest.mark.parametrize("seed", range(3))
def test_every_number_is_the_sql_count_and_opens_its_list(cast: Cast, seed: int) -> None:
    """R103: after a random history of claims, snoozes, returns, decisions and folds."""
    random_floor(cast, random.Random(seed))
    board = Board(cast.sunny, View())
    pending = Case.objects.filter(state__in=("queued", "claimed"), tier__lte=2)
    assert board.pending.total.n == pending.count() > 5
    for row in board.pending.rows:
        slug = next(iter(Case.objects.filter(case_type__name=row.name))).case_type.slug
        here = pending.filter(case_type__slug=slug)
        for severity, cell in enumerate(row.cells, 1):
            expected = set(here.filter(severity=severity).values_list("ref", flat=True))
            assert cell.n == len(expected)
            assert listed(board, cell.url) == expected
        aside = Case.objects.filter(
            case_type__slug=slug, state__in=("snoozed", "on_hold", "with_ai"), tier__lte=2
        )
        assert row.aside.n == aside.count() == len(listed(board, row.aside.url))
        assert row.oldest == min(here.values_list("created_at", flat=True), default=None)
    assert board.pending.aside.n == len(listed(board, board.pending.aside.url))


def test_the_page_shows_the_numbers_and_each_link_opens_as_many(
    cast: Cast, signed_in: Callable[[User], Browser]
) -> None:
    """R103: the same through the browser's door."""
    random_floor(cast, random.Random(7))
    count_ages()
    http = signed_in(cast.sunny)
    page = http.get("/board/").content.decode()
    links = re.findall(r'<a href="(/board/cases/\?[^"]+)">(\d+)</a>', page)
    assert len(links) > 8
    for url, number in links:
        opened = http.get(unescape(url)).content.decode()
        assert re.search(r"<h1>(\d+) ", opened).group(1) == number, url  # type: ignore[union-attr]


def test_ages_are_counted_and_each_band_opens_its_cases(cast: Cast) -> None:
    """R103: by the share of their time that is used up, as it was when they were counted."""
    random_floor(cast, random.Random(3))
    for due_in, created in ((60, 0), (60, -30), (60, -90), (60, -600), (-5, -60)):
        case = waiting(cast.case_type("faq_chat"), cast.acme_bot, due_in=timedelta(minutes=due_in))
        Case.objects.filter(pk=case.pk).update(created_at=case.created_at + timedelta(minutes=created))
    assert count_ages()
    board = Board(cast.sunny, View())
    bands = board.part("pending")["bands"]
    assert sum(band.cell.n for band in bands) == board.pending.total.n
    assert all(band.cell.n for band in bands)
    for band in bands:
        assert len(listed(board, band.cell.url)) == band.cell.n, band.label
    assert next(band.cell.n for band in bands if band.key == "late") == board.due.late
