"""Exports as files and the command (R096, R099, R102)."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.urls import reverse

from accounts.errors import NotAllowed
from accounts.models import Event, User
from escalations.models import Dataset, Decision, Feedback, Sample
from reviews.services.learning.datasets import make_dataset
from reviews.services.learning.exporting import COLUMNS, Satisfied, export_dataset
from reviews.services.undo import undo_decision
from tests.cast import Cast
from tests.learning.people import corrected, soon, taught

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    """One approved, one corrected with a formula for a value, one taken back."""
    taught(cast)
    memo = {"name": "memo", "value": "refund", "confidence": 0.9}
    taught(
        cast, verb="correct", values={"memo": '=HYPERLINK("http://x.test")'}, error_types={"memo": "wrong_value"},
        reply=" =1+1", case={"fields": [memo]},
    )  # fmt: skip
    undo_decision(decision_id=corrected(cast, closed=False).pk, actor=cast.finn)
    return make_dataset(actor=cast.adam, until=soon())


def test_each_sample_is_a_line_and_what_is_left_out_says_why(cast: Cast, dataset: Dataset) -> None:
    """R102: made = exported + left out, in the file too; an event says who took it."""
    rows = [json.loads(line) for line in export_dataset(dataset=dataset, format="jsonl", actor=cast.adam)]
    assert len(rows) == dataset.made == 3
    assert [row["why"] for row in rows if row["excluded"]] == ["Taken back by the person"]
    one = rows[1]
    assert (one["ai"]["model"], one["ai"]["category"], one["agrees"]) == (
        "embedded-1",
        "billing_dispute",
        False,
    )
    assert one["corrections"][0] | {"field": "memo", "error_type": "wrong_value"} == one["corrections"][0]
    line = Event.objects.get(kind="dataset.exported")
    assert (line.actor_id, line.data["digest"], line.data["made"]) == (str(cast.adam.pk), dataset.digest, 3)


def test_no_cell_of_the_sheet_is_a_formula(cast: Cast, dataset: Dataset) -> None:
    """ASVS 1.2.10: whatever a customer or an AI wrote, a spreadsheet reads text."""
    text = "".join(export_dataset(dataset=dataset, format="csv", actor=cast.adam))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS
    assert rows[1]["after"].startswith("'=HYPERLINK")
    assert rows[1]["reply"] == "' =1+1"
    assert not [
        cell for row in rows for cell in row.values() if cell.lstrip().startswith(("=", "+", "-", "@"))
    ]


def test_whoever_may_not_manage_models_takes_nothing_away(cast: Cast, dataset: Dataset) -> None:
    for person in (cast.fay, cast.sunny, cast.quinn, cast.audrey, cast.stan):
        with pytest.raises(NotAllowed):
            export_dataset(dataset=dataset, format="jsonl", actor=person)
    assert not Event.objects.filter(kind="dataset.exported").exists()


def test_the_command_writes_a_file_and_says_the_balance(cast: Cast, tmp_path: Path) -> None:
    taught(cast)
    made = make_dataset(actor=None, client=cast.acme, until=soon())
    out, said = tmp_path / "examples.jsonl", io.StringIO()
    call_command("export_examples", "--dataset", str(made.pk), "--out", str(out), stdout=said)
    assert "1 made = 1 exported + 0 left out (none)" in said.getvalue()
    assert json.loads(out.read_text())["client"] == "acme"
    assert out.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--client", "nobody"], "no client nobody"),
        (["--client", "acme", "--type", "nothing"], "no case type nothing"),
        (["--type", "faq_chat"], "name --client too"),
        (["--dataset", "999999"], "no dataset 999999"),
        (["--as", "ghost@example.test"], "nobody with the address"),
        (["--as", "fay@example.test"], "do not let you"),
        (["--out", "/nowhere/at/all.jsonl"], "No such file"),
    ],
)
def test_the_command_says_what_is_wrong_in_one_line(
    cast: Cast, tmp_path: Path, arguments: list[str], said: str
) -> None:
    out = [] if "--out" in arguments else ["--out", str(tmp_path / "x.csv")]
    with pytest.raises(CommandError, match=said):
        call_command("export_examples", *arguments, *out, stdout=io.StringIO())
    assert not list(tmp_path.iterdir())


def test_what_customers_gave_stands_beside_it_and_is_a_filter(
    cast: Cast, dataset: Dataset, signed_in: Callable[[User], Browser]
) -> None:
    """R099, R102: the last word on that very decision; what nobody asked for is left out by name: it adds up."""
    first, second = (sample.decision for sample in Sample.objects.filter(excluded="").order_by("pk"))
    for decision, score in ((first, 5), (first, 1), (second, 4)):
        give_feedback(decision, score)
    whole = [json.loads(line) for line in export_dataset(dataset=dataset, format="jsonl", actor=cast.adam)]
    assert [row.get("satisfaction") for row in whole if not row["excluded"]] == [1, 4]
    unhappy = list(
        export_dataset(dataset=dataset, format="jsonl", actor=cast.adam, satisfied=Satisfied(most=2))
    )
    rows = [json.loads(line) for line in unhappy]
    assert len(rows) == dataset.made
    assert [row["satisfaction"] for row in rows if not row["excluded"]] == [1]
    assert [row["excluded"] for row in rows if row["excluded"]] == ["filtered", "undone"]
    assert Event.objects.filter(kind="dataset.exported").latest("seq").data["satisfied"] == [1, 2]
    adam, url = signed_in(cast.adam), reverse("reviews:export_dataset", args=[dataset.pk, "csv"])
    sheet = b"".join(adam.get(url, {"least": "4"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert [row["satisfaction"] for row in csv.DictReader(io.StringIO(sheet)) if not row["excluded"]] == ["4"]
    assert adam.get(url, {"most": "9"}).status_code == 404


def give_feedback(decision: Decision | None, score: int) -> None:
    assert decision is not None
    Feedback.objects.create(
        case=decision.case, agent=decision.case.agent, decision=decision, score=score, salt=b"s", key=uuid4().hex,
        body_hash="0" * 64,
    )  # fmt: skip
