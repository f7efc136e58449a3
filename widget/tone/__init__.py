"""The tone of a reader's comment. Pure: no Flask, no store; see docs/tone.md."""

from .analyzer import Analyzer
from .scoring import TONE_VERSION, Confidence, Contribution, Label, Tone, rebuild, score

__all__ = [
    "TONE_VERSION",
    "Analyzer",
    "Confidence",
    "Contribution",
    "Label",
    "Tone",
    "rebuild",
    "score",
]
