"""Drafts, skips, corrections and training examples."""

from reviews.models.work import Correction, Draft, Skip, TrainingExample

__all__ = ["Correction", "Draft", "Skip", "TrainingExample"]
