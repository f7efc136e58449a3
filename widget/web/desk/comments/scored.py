"""What the page of a comment shows of its tone. No request, no store."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from widget.domain.comments.comment import CORRECTIONS, Comment
from widget.tone import Tone
from widget.web.desk.comments.wording import VERDICTS

_OPINIONS = ("negative", "neutral", "positive")


@dataclass(frozen=True, slots=True)
class ScoredText:
    """How the scorer reads a text now.

    :param confidence: in the label; "" where the label is no opinion.
    :param likely: ``[(opinion, how likely from 0 to 1), ...]``; () without known words.
    :param words: ``[(word, what it adds to VADER's sum, how often), ...]``, in the text's order.
    :param is_stored: the stored score is of the same version.
    :param labels: what an editor may set.
    """

    tone: Tone
    verdict: str
    confidence: str
    likely: Sequence[tuple[str, float]]
    words: Sequence[tuple[str, float, int]]
    is_stored: bool
    labels: Sequence[str]


def scored_text(comment: Comment, tone: Tone) -> ScoredText:
    likely = tone.probabilities if tone.lean is not None else None
    words = Counter((one.word, one.value) for one in tone.contributions)
    return ScoredText(
        tone,
        VERDICTS[tone.label],
        (tone.confidence or "") if tone.label in _OPINIONS else "",
        tuple(zip(_OPINIONS, likely, strict=True)) if likely else (),
        [(word, value, times) for (word, value), times in words.items()],
        bool(comment.score and comment.score.version == tone.version),
        tuple(dict.fromkeys((*CORRECTIONS, *filter(None, [comment.corrected])))),
    )
