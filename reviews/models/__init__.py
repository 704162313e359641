"""Drafts, skips, corrections and training examples."""

from reviews.models.work import Correction, Draft, Flag, Skip, TrainingExample

__all__ = ["Correction", "Draft", "Flag", "Skip", "TrainingExample"]
