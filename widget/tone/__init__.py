"""The tone of a reader's comment. Pure: no Flask, no store; see docs/tone.md."""

from widget.tone.analyzer import Analyzer
from widget.tone.own import Own
from widget.tone.reading import Contribution, rebuild
from widget.tone.scoring import (
    LEVEL_ERROR,
    TONE_VERSION,
    Confidence,
    Label,
    Study,
    Tone,
    language_of,
    score,
    study,
)

__all__ = [
    "LEVEL_ERROR",
    "TONE_VERSION",
    "Analyzer",
    "Confidence",
    "Contribution",
    "Label",
    "Own",
    "Study",
    "Tone",
    "language_of",
    "rebuild",
    "score",
    "study",
]
