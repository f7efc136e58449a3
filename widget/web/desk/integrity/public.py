"""What readers are told about a window, with their own texts, before anybody has decided on it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from widget.domain.forms.strings import NAMES
from widget.domain.model import Choice, Site
from widget.domain.strings.language import Language
from widget.domain.zones import day_date
from widget.web.desk.integrity.reading import Reading
from widget.web.windows import Window, window_of


@dataclass(frozen=True, slots=True)
class Public:
    """
    :param window: what the page behind "Why?" says.
    :param day: that of the note below the counts.
    :param counts: of the story without the window's votes, by choice.
    :param languages: the name of each, by its tag.
    """

    language: Language
    window: Window
    day: str
    counts: list[tuple[Choice, int]]
    languages: Mapping[str, str]


def public_of(site: Site, reading: Reading, requested: str) -> Public:
    """:param requested: the tag of a language; "" is English."""
    language, page = Language.of(site, requested), reading.headline.page
    flag = replace(reading.flag, votes_aside=reading.votes)
    poll = site.poll(page.poll_key, page.section) or site.reactions
    offered = {choice.key for choice in poll.choices}
    counts = zip(reading.choices, reading.mixes["without"].counts, strict=True)
    return Public(
        language,
        window_of(site, page.poll_key, flag, reading.mixes["with"].n, language),
        language.day(day_date(site.zone.day_of_hour(flag.finding.from_hour))),
        [(choice, votes) for choice, votes in counts if votes or choice.key in offered],
        NAMES,
    )
