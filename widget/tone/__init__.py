"""The tone of a reader's comment. Pure: no Flask, no store; see docs/tone.md."""

from widget.tone.analyzer import Analyzer
from widget.tone.reading import Contribution, rebuild
from widget.tone.scoring import LEVEL_ERROR, TONE_VERSION, Confidence, Label, Tone, score

__all__ = [
    "LEVEL_ERROR",
    "TONE_VERSION",
    "Analyzer",
    "Confidence",
    "Contribution",
    "Label",
    "Tone",
    "rebuild",
    "score",
]
