"""Statements of the board that are kept: for whom, for which view, and at which time."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Team, User
from reviews.selectors.board.kept import text_of
from reviews.selectors.board.risk import _queued
from reviews.selectors.board.scope import Floor, View
from reviews.selectors.board.screen import Board
from tests.cast import Cast
from tests.reviews.makers import waiting

pytestmark = pytest.mark.django_db


def floor_of(actor: User, view: View | None = None) -> Floor:
    """Of a reader, now."""
    return Floor(User.objects.get(pk=actor.pk), view or View(), timezone.now())


def test_a_kept_statement_serves_nobody_with_other_grants(cast: Cast) -> None:
    """R079: whoever reads after a supervisor still finds their own floor only."""
    waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    for _ in range(2):
        assert Board(cast.sunny, View()).pending.total.n == 1
        assert Board(cast.fay, View()).pending.total.n == 0
    assert text_of(floor_of(cast.fay), _queued) is None


def test_a_kept_statement_asks_at_the_time_of_the_board(cast: Cast) -> None:
    """R103: what is late is counted against the reader's clock, not against the first reader's."""
    waiting(cast.case_type("billing_dispute"), cast.acme_bot, due_in=timedelta(minutes=30))
    now, later = Board(cast.sunny, View()), Board(cast.sunny, View())
    later.floor = replace(later.floor, now=now.floor.now + timedelta(hours=2))
    assert (now.due.late, now.due.soon) == (0, 1)
    assert (later.due.late, later.due.soon) == (1, 0)


def test_a_team_that_moves_to_another_client_shows_that_ones_cases(cast: Cast) -> None:
    """R103: the client of the team is looked up for each board, not kept with the statement."""
    waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    team = Team.objects.create(slug="blue", name="Blue", client=cast.acme)
    assert Board(cast.sunny, View(team="blue")).pending.total.n == 1
    Team.objects.filter(pk=team.pk).update(client=cast.birch)
    assert Board(cast.sunny, View(team="blue")).pending.total.n == 0


def test_the_head_alone_asks_little(cast: Cast) -> None:
    """R103: what is fetched every five seconds."""
    waiting(cast.case_type("billing_dispute"), cast.acme_bot)
    reader = User.objects.get(pk=cast.sunny.pk)
    with CaptureQueriesContext(connection) as asked:
        Board(reader, View()).part("head")
    assert len(asked) <= 10, [one["sql"][:80] for one in asked]
