"""Cells of spreadsheets that a program opens and a person trusts."""

from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What begins a formula in some spreadsheet, full-width forms included."""


def safe_cell(cell: Any) -> Any:
    """The cell, made text where it could be read as a formula (ASVS 1.2.10); spaces before one do not hide it."""
    text = str(cell)
    return f"'{cell}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else cell
