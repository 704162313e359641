"""The category classifier: two experts, one calibrated confidence, arrays on disk."""

from escalations.triage.classifier.fit import train
from escalations.triage.classifier.model import Classifier, Judgement
from escalations.triage.classifier.store import ModelInfo, load

__all__ = ["Classifier", "Judgement", "ModelInfo", "load", "train"]
