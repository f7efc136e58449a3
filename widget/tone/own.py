"""A newsroom's own heads, as the scorer uses them and as they are stored. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from widget.tone.features import NAMES
from widget.tone.fitting import Three, Weights
from widget.tone.site_head import SiteHead
from widget.tone.word_head import WordHead

_DIGITS = 4  # a ten-thousandth of a log-odd is no opinion


@dataclass(frozen=True, slots=True)
class Own:
    """The heads that speak at a site.

    :param number: of their version, which is in the version of each score.
    :param english: None: the shipped head speaks.
    :param words: by language.
    """

    number: int
    english: SiteHead | None = None
    words: Mapping[str, WordHead] = field(default_factory=dict)


class HeadRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """A head in numbers: the weights of the dense features by name, or those of words."""

    constant: Three
    dense: dict[str, Three] = {}
    words: dict[str, Three] = {}


def record_of(head: SiteHead | WordHead) -> HeadRecord:
    """Return what is stored of a head."""
    if isinstance(head, WordHead):
        words = {word: _rounded(three) for word, three in head.words.items()}
        return HeadRecord(_rounded(head.constant), words=words)
    dense = dict(zip(NAMES, map(_rounded, head.weights.features), strict=True))
    return HeadRecord(_rounded(head.weights.constant), dense=dense)


def own_from(number: int, records: Mapping[str, HeadRecord]) -> Own:
    """Return the heads of records by language.

    :raise KeyError: a head is of other features than these.
    """
    english = records.get("en")
    words = {
        language: WordHead(record.words, record.constant)
        for language, record in records.items()
        if language != "en"
    }
    return Own(number, _site_head(english) if english else None, words)


def _site_head(record: HeadRecord) -> SiteHead:
    return SiteHead(Weights([record.dense[name] for name in NAMES], record.constant))


def _rounded(three: Three) -> Three:
    one, two, other = (round(number, _DIGITS) for number in three)
    return one, two, other
