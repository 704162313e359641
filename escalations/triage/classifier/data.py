"""Reads labelled texts from a CSV file, plain or gzipped."""

import csv
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from escalations.triage.classifier.errors import DataError

LONGEST_TEXT = 100_000
"""Characters of one text; longer ones are a broken file more often than a message."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts and their labels, in the file's order."""

    texts: list[str]
    labels: list[str]


@contextmanager
def opened(path: Path) -> Iterator[TextIO]:
    """The file as UTF-8 text, unpacked when its name ends in .gz; every failure becomes a DataError."""
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
            yield file
    except FileNotFoundError as error:
        raise DataError(f"{path}: no such file") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 text") from error
    except (OSError, EOFError) as error:
        raise DataError(f"{path}: cannot be read ({error})") from error


def read_labelled(path: Path, text: str, label: str) -> Labelled:
    """The columns `text` and `label` of a CSV file with a header. Raises DataError with file and line."""
    texts: list[str] = []
    labels: list[str] = []
    with opened(path) as file:
        reader = csv.DictReader(file)
        try:
            check_columns(path, reader.fieldnames, (text, label))
            for row in reader:
                check_row(f"{path}, line {reader.line_num}", row[text], row[label])
                texts.append(row[text])
                labels.append(row[label])
        except csv.Error as error:
            raise DataError(f"{path}, line {reader.line_num + 1}: {error}") from error
    if not texts:
        raise DataError(f"{path}: no rows")
    return Labelled(texts, labels)


def check_columns(path: Path, present: object, wanted: tuple[str, str]) -> None:
    """Raise DataError for an empty file or a missing column, naming those that exist."""
    names = list(present) if isinstance(present, list) else []
    if not names:
        raise DataError(f"{path}: empty file, a header line was expected")
    for name in wanted:
        if name not in names:
            raise DataError(f"{path}: no column {name!r}; it has {', '.join(map(repr, names[:20]))}")


def check_row(place: str, text: str | None, label: str | None) -> None:
    """Raise DataError for a row that cannot be a labelled text."""
    if text is None or label is None:
        raise DataError(f"{place}: too few columns")
    if not label.strip():
        raise DataError(f"{place}: empty label")
    if "\x00" in text or "\x00" in label:
        raise DataError(f"{place}: NUL character")
    if len(text) > LONGEST_TEXT:
        raise DataError(f"{place}: text of {len(text):,} characters, at most {LONGEST_TEXT:,} are allowed")
