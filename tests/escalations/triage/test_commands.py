"""The commands, on small files. They need no database."""

import csv
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from escalations.management.commands import build_encoder, evaluate_triage, train_triage
from tests.escalations.triage.cases import LABELS, SENTENCES, TEXTS

ROOT = Path(__file__).resolve().parents[3]
STRANGE = ["Knit one, purl two.", "The moon is far away.", "Boil the rice for ten minutes."]


def write(path: Path, rows: list[tuple[str, str]], header: tuple[str, str] = ("text", "label")) -> Path:
    opener: Any = gzip.open if path.suffix == ".gz" else open
    with opener(path, "wt", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def evaluate(train: Path, test: Path, out: Path, *more: str) -> dict[str, float]:
    columns = ("--text", "text", "--label", "label", "--json", str(out))
    call_command("evaluate_triage", "--train", str(train), "--test", str(test), *columns, *more)
    return dict(json.loads(out.read_text()))


def test_evaluation_writes_the_promised_keys(tmp_path: Path) -> None:
    rows = list(zip(TEXTS, LABELS, strict=True))
    test = [(text, label) for label, texts in SENTENCES.items() for text in texts[::3]]
    train, held = write(tmp_path / "a.csv.gz", rows), write(tmp_path / "b.csv", test)
    plain = evaluate(train, held, tmp_path / "plain.json")
    keys = {"accuracy", "macro_f1", "ece", "aurc", "coverage_at_98", "coverage_at_95"}
    assert set(plain) == keys | {"cpu_ms_p50", "cpu_ms_p95"}
    assert plain["accuracy"] == plain["macro_f1"] == 1.0
    assert 0 < plain["cpu_ms_p50"] <= plain["cpu_ms_p95"]

    with_oos = write(tmp_path / "c.csv", [*test, *((text, "oos") for text in STRANGE)])
    outside = evaluate(train, with_oos, tmp_path / "oos.json", "--oos", "oos")
    assert set(outside) == set(plain) | {"oos_auroc", "oos_recall", "oos_precision"}
    assert outside["accuracy"] == 1.0
    assert outside["oos_auroc"] > 0.95


def test_training_stores_a_model_under_its_name(tmp_path: Path) -> None:
    data = write(tmp_path / "a.csv", list(zip(TEXTS, LABELS, strict=True)), ("said", "kind"))
    arguments = ("--data", str(data), "--text", "said", "--label", "kind", "--name", "shop")
    call_command("train_triage", *arguments, "--out", str(tmp_path / "models"))
    about = json.loads((tmp_path / "models" / "shop.json").read_text())
    assert about["version"].startswith("shop-")
    assert about["labels"] == sorted(SENTENCES)


def test_the_encoder_can_be_built_ahead(settings: LazySettings, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("build_encoder")
    path = Path(capsys.readouterr().out.strip())
    assert path.is_file()
    assert path.parent == Path(settings.HANDRAIL_MODEL_DIR)


def test_the_commands_run_where_nothing_is_configured_or_running(tmp_path: Path) -> None:
    data = write(tmp_path / "a.csv", list(zip(TEXTS, LABELS, strict=True)))
    columns = ("--text", "text", "--label", "label", "--json", str(tmp_path / "out.json"))
    done = subprocess.run(
        [sys.executable, "manage.py", "evaluate_triage", "--train", str(data), "--test", str(data), *columns],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["accuracy"] == 1.0


def test_no_command_needs_a_database_or_checks() -> None:
    for module in (build_encoder, evaluate_triage, train_triage):
        assert module.Command.requires_system_checks == []


GOOD = "text,label\nWhere is it?,a\nHow much?,b\nWhere?,a\nWhat price?,b\n"

BAD: list[tuple[str, bytes | None, str]] = [
    ("missing file", None, "no such file"),
    ("empty file", b"", "empty file"),
    ("only a header", b"text,label\n", "no rows"),
    ("missing column", b"txt,label\nx,y\n", "no column 'text'"),
    ("short row", b"text,label\nx\n", "line 2: too few columns"),
    ("empty label", b"text,label\nx,\n", "line 2: empty label"),
    ("one label", b"text,label\nx,y\nz,y\n", "two different labels"),
    ("not UTF-8", b"text,label\n\xff\xfe,y\n", "not UTF-8"),
    ("NUL", b"text,label\na\x00b,y\n", "NUL"),
    ("a million characters", b"text,label\n" + b"x" * 1_000_000 + b",y\n", "line 2"),
    ("a long text", b"text,label\n" + b"x" * 120_000 + b",y\n", "120,000 characters"),
    ("not gzip", b"text,label\nx,y\n", "cannot be read"),
]


@pytest.mark.parametrize(("name", "content", "reason"), BAD, ids=[name for name, _, _ in BAD])
def test_bad_data_give_one_clear_line_and_store_nothing(
    tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    data = tmp_path / ("data.csv.gz" if name == "not gzip" else "data.csv")
    if content is not None:
        data.write_bytes(content)
    out = tmp_path / "models"
    columns = ("--text", "text", "--label", "label")
    with pytest.raises(CommandError, match=reason) as caught:
        call_command("train_triage", "--data", str(data), *columns, "--out", str(out))
    assert "\n" not in str(caught.value)
    assert not out.exists() or not list(out.glob("*.json"))


def test_an_out_of_scope_label_without_rows_is_an_error(tmp_path: Path) -> None:
    data = write(tmp_path / "a.csv", list(zip(TEXTS, LABELS, strict=True)))
    with pytest.raises(CommandError, match="no row labelled 'oos'"):
        evaluate(data, data, tmp_path / "out.json", "--oos", "oos")
    assert not (tmp_path / "out.json").exists()
