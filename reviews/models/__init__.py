"""What people do and leave behind: drafts, corrections, lessons, the weeks' digests; the board's views and moves."""

from reviews.models.board import BulkMove, BulkRow, SavedView
from reviews.models.digest import Digest, DigestRead
from reviews.models.lesson import Lesson, LessonText, LessonUse
from reviews.models.work import Correction, Draft, Flag, Skip, TrainingExample

__all__ = [
    "BulkMove", "BulkRow", "Correction", "Digest", "DigestRead", "Draft", "Flag", "Lesson",
    "LessonText", "LessonUse", "SavedView", "Skip", "TrainingExample",
]  # fmt: skip
