"""What an editor types to correct an article: reasons, filters of votes, addresses."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal, cast

import ada_url

from widget.domain.article import ArticleRef, partition_of, resolve_for
from widget.domain.errors import BadField, CannotCorrect, NotFound
from widget.domain.model import Choice, Poll, Site
from widget.domain.page import clean_line
from widget.domain.times import people_text
from widget.services.home import HOME
from widget.store.reactions.correction_records import ArticleState
from widget.store.reactions.corrections import Filter
from widget.web.services import services

MAX_REASON_CHARS = 300
MAX_NOTE_CHARS = 200
STATUSES = {"": "counted or held", "counted": "counted", "held": "held"}


@dataclass(frozen=True, slots=True)
class Subject:
    """The article that is corrected, as its forms show it."""

    part: ArticleState
    article: ArticleRef
    poll: Poll
    numbers: tuple[str, ...]

    @property
    def title(self) -> str:
        return title_of(self.part)

    @property
    def choices(self) -> list[tuple[int, Choice]]:
        """Every choice the poll ever had, by number; a retired one goes by its key."""
        offered = {choice.key: choice for choice in self.poll.choices}
        return [
            (number, offered.get(key, Choice(key, key, "")))
            for number, key in enumerate(self.numbers, 1)
        ]

    def worded(self, counts: tuple[int, ...]) -> str:
        """``Love 3, Sad 1``"""
        named = [(c.label, counts[n - 1]) for n, c in self.choices if counts[n - 1]]
        return ", ".join(f"{label} {votes}" for label, votes in named) or "no votes"

    @property
    def is_open(self) -> bool:
        return not self.part.state and not self.is_forgotten

    @property
    def is_forgotten(self) -> bool:
        return 0 < self.part.closes_s <= time.time()


def subject_or_404(site: Site, part: ArticleState) -> Subject:
    """:raise NotFound: the store knows no such article."""
    if part.page is None:
        raise NotFound("No reader has voted or commented on an article of this id.")
    address = part.page.address
    poll_key = part.page.poll_key
    poll = site.poll(poll_key, part.page.section) or site.reactions
    article = ArticleRef(part.id, partition_of(part.id), address)
    return Subject(part, article, poll, site.choice_keys(poll_key))


def title_of(part: ArticleState) -> str:
    if part.page is None:
        return part.id
    return part.page.title or part.page.address


def reason_typed(form: Mapping[str, str]) -> str:
    """:raise BadField: none, or too long."""
    reason = clean_line(form.get("reason", ""))
    if not 1 <= len(reason) <= MAX_REASON_CHARS:
        raise BadField(f"Say why, in 1 to {MAX_REASON_CHARS} characters. It stands in the log.")
    return reason


def note_typed(form: Mapping[str, str]) -> str:
    """:raise BadField: too long."""
    note = clean_line(form.get("note", ""))
    if len(note) > MAX_NOTE_CHARS:
        raise BadField(f"A note to readers has at most {MAX_NOTE_CHARS} characters.")
    return note


def filter_typed(typed: Mapping[str, str], subject: Subject) -> Filter:
    """:raise BadField: a choice, a status or a time that is none."""
    choice, status = typed.get("choice", ""), typed.get("status", "")
    if choice and choice not in subject.numbers:
        raise BadField("This article never had such a choice.")
    if status not in STATUSES:
        raise BadField("Votes are counted or held.")
    from_s, to_s = time_typed(typed.get("from", "")), time_typed(typed.get("to", ""))
    if from_s is not None and to_s is not None and from_s >= to_s:
        raise BadField("The hours end before they begin.")
    return Filter(
        subject.numbers.index(choice) + 1 if choice else None,
        None if from_s is None else from_s // 3600,
        None if to_s is None else -(-to_s // 3600),
        cast(Literal["", "counted", "held"], status),
    )


def filter_worded(which: Filter, subject: Subject) -> str:
    """``Counted votes for Love, cast from 12 Nov 2025, 08:00 UTC to now``"""
    parts = [f"{STATUSES[which.status]} votes"]
    if which.choice:
        parts.append(f"for {subject.choices[which.choice - 1][1].label}")
    if which.from_hour is not None or which.to_hour is not None:
        begin = "the first" if which.from_hour is None else people_text(which.from_hour * 3600)
        end = "now" if which.to_hour is None else people_text(which.to_hour * 3600)
        parts.append(f"cast from {begin} to {end}")
    words = " ".join(parts)
    return words[0].upper() + words[1:]


def time_typed(text: str) -> int | None:
    """Seconds since the epoch of a day and time in UTC; None for an empty field.

    :raise BadField: neither.
    """
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text).replace(tzinfo=UTC)
        seconds = int(at.timestamp())
    except (ValueError, OverflowError):
        raise BadField("An hour is a day and a time, UTC.") from None
    if not 0 <= seconds < 2**33:
        raise BadField("An hour is a day and a time, UTC.")
    return seconds


def address_typed(site: Site, typed: str) -> tuple[str, ArticleRef]:
    """An article by its address or id, and how the store calls it.

    An address of our own pages or of the desk names the article it shows.
    :raise BadField: it is none of this site's.
    """
    named = typed.strip()
    path = _own_path(named)
    begin = f"/desk/{site.key}/articles/"
    if path.startswith(begin):
        return _by_id(site, path.removeprefix(begin).split("/")[0])
    story = services().stories.get(path.removeprefix("/articles/")) if site.key == HOME else None
    if story is not None:
        named = story.id
    return named, resolve_for(site, named)


def expected_typed(form: Mapping[str, str]) -> int | None:
    """How many votes the preview said, or None to act on as many as there are.

    :raise BadField: not a number.
    """
    typed = form.get("expected", "")
    if not typed:
        return None
    if not typed.isdecimal() or len(typed) > 12:
        raise BadField("This form was changed on its way. Open the page again.")
    return int(typed)


def _by_id(site: Site, article_id: str) -> tuple[str, ArticleRef]:
    try:
        article = ArticleRef(article_id, partition_of(article_id), address="")
    except NotFound:
        raise CannotCorrect("That page of the desk is no article's.") from None
    found = services().voting.page_record(site, article)
    if found is None:
        raise CannotCorrect("Nobody has voted on the article of that page yet.")
    return found.address, replace(article, address=found.address)


def _own_path(typed: str) -> str:
    try:
        url = ada_url.URL(typed)
    except ValueError:
        return ""
    own = ada_url.URL(services().settings.public_url)
    return str(url.pathname) if url.host == own.host else ""
