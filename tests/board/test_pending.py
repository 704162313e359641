"""Pending by type and severity: every number is the SQL count and opens exactly its list (R103)."""

import random
import re
from collections.abc import Callable
from html import unescape

import pytest
from django.http import QueryDict
from django.test import Client as Browser

from accounts.models import User
from escalations.models import Case
from reviews.forms import ChoiceForm, ViewForm
from reviews.selectors.board.cases import chosen
from reviews.selectors.board.scope import Floor, View
from reviews.selectors.board.screen import Board
from tests.board.floor import random_floor
from tests.cast import Cast

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
    http = signed_in(cast.sunny)
    page = http.get("/board/").content.decode()
    links = re.findall(r'<a href="(/board/cases/\?[^"]+)">(\d+)</a>', page)
    assert len(links) > 8
    for url, number in links:
        opened = http.get(unescape(url)).content.decode()
        assert re.search(r"<h1>(\d+) ", opened).group(1) == number, url  # type: ignore[union-attr]
