"""What a lesson found, and a version of a newsroom's heads, as they are stored and shown. Pure."""

import msgspec

from widget.tone.judging import Estimate, Judgement
from widget.tone.own import HeadRecord

STANDARD = 0  # the number of the scorer that comes with Readback


class Outcome(msgspec.Struct, frozen=True):
    """What the labels of one language taught, and how right the scorers are by them.

    :param at_s: when, s since the epoch; ``version``: of the shipped scorer then.
    :param labels: comments that taught; of them ``measured`` were drawn at random.
    :param counts: of the measured: negative, neutral and positive.
    :param missing: what is too few for a head, in words.
    :param wins: the share of resampled stories in which the head passes.
    :param shipped: judged by the measured, as ``own`` is; None without enough of them, and in a
        language that Readback does not know.
    :param found: by section: (comments labelled negative, of which the scorer that speaks found).
    """

    language: str
    version: str
    at_s: int
    labels: int
    measured: int
    stories: int
    counts: tuple[int, int, int]
    missing: tuple[str, ...] = ()
    wins: float = 0.0
    passed: bool = False
    shipped: Judgement | None = None
    own: Judgement | None = None
    found: dict[str, tuple[int, int]] = {}

    @property
    def speaking(self) -> Judgement | None:
        """The judgement of the scorer that this outcome lets speak."""
        return self.own if self.passed else self.shipped


class NegativeShare(msgspec.Struct, frozen=True):
    """The share of negative comments, from labels of comments drawn at random in all languages."""

    at_s: int
    labels: int
    stories: int
    negative: int
    share: Estimate


class Version(msgspec.Struct, frozen=True):
    """A newsroom's heads at one time. They are kept, so that they can speak again.

    :param version: of the shipped scorer that they add to; with another they cannot speak.
    :param labels: comments that taught, by language, as ``heads``.
    """

    number: int
    version: str
    at_s: int
    who: str
    labels: dict[str, int]
    heads: dict[str, HeadRecord]


class Speaker(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which version speaks at a site: :data:`STANDARD`, or the number of its own.

    :param before: the one that spoke before it.
    :param is_pinned: an editor chose the standard one, so later lessons do not change it.
    """

    number: int = STANDARD
    before: int = STANDARD
    at_s: int = 0
    who: str = ""
    is_pinned: bool = False
