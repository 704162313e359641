"""Drafts, skips, corrections and training examples; saved views and bulk moves of the board."""

from reviews.models.board import BulkMove, BulkRow, SavedView
from reviews.models.work import Correction, Draft, Flag, Skip, TrainingExample

__all__ = [
    "BulkMove", "BulkRow", "Correction", "Draft", "Flag", "SavedView", "Skip", "TrainingExample",
]  # fmt: skip
