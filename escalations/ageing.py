"""How much of a case's time is used up, told alike to the database and to Python. Pure."""

from datetime import datetime

BANDS = {
    "fresh": "Under 25 %", "quarter": "25 to 50 %", "half": "50 to 75 %", "most": "75 to 100 %", "late": "Late",
    "open": "No deadline",
}  # fmt: skip
"""Keys as stored, with labels, in order."""

SQL = """CASE WHEN {row}.due_at IS NULL THEN 'open'
  WHEN {row}.due_at <= {now} THEN 'late'
  WHEN {now} - {row}.created_at >= 0.75 * ({row}.due_at - {row}.created_at) THEN 'most'
  WHEN {now} - {row}.created_at >= 0.5 * ({row}.due_at - {row}.created_at) THEN 'half'
  WHEN {now} - {row}.created_at >= 0.25 * ({row}.due_at - {row}.created_at)
  THEN 'quarter' ELSE 'fresh' END"""
"""`band` of a row at a moment; fill in the table and the moment."""


def band(created_at: datetime, due_at: datetime | None, now: datetime) -> str:
    """The key of BANDS."""
    if due_at is None:
        return "open"
    if due_at <= now:
        return "late"
    used = (now - created_at) / (due_at - created_at)
    return "most" if used >= 0.75 else "half" if used >= 0.5 else "quarter" if used >= 0.25 else "fresh"
