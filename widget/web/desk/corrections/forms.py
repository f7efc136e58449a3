"""What an editor types to correct an article: reasons, filters of votes, addresses."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal, cast

import ada_url

from widget.domain.article import ArticleRef, partition_of, resolve_for
from widget.domain.errors import BadField, CannotCorrect, NotFound
from widget.domain.model import Site
from widget.domain.page import clean_line
from widget.services.home import HOME
from widget.store.reactions.corrections import Filter
from widget.web.desk.corrections.subject import Subject
from widget.web.desk.zone import shown_zone
from widget.web.services import services

MAX_REASON_CHARS = 300
MAX_NOTE_CHARS = 200
STATUSES = {"": "counted and held", "counted": "counted", "held": "held"}


def reason_typed(form: Mapping[str, str]) -> str:
    """:raise BadField: it is missing or too long."""
    reason = clean_line(form.get("reason", ""))
    if not 1 <= len(reason) <= MAX_REASON_CHARS:
        why = f"Say why, in 1 to {MAX_REASON_CHARS} characters. The log will show it."
        raise BadField(why, field="reason")
    return reason


def note_typed(form: Mapping[str, str]) -> str:
    """:raise BadField: it is too long."""
    note = clean_line(form.get("note", ""))
    if len(note) > MAX_NOTE_CHARS:
        why = f"A note to readers has at most {MAX_NOTE_CHARS} characters."
        raise BadField(why, field="note")
    return note


def filter_typed(typed: Mapping[str, str], subject: Subject) -> Filter:
    """:raise BadField: the choice, the status or a time does not exist."""
    choice, status = typed.get("choice", ""), typed.get("status", "")
    if choice and choice not in subject.choice_keys:
        raise BadField("This story never had this choice.", field="choice")
    if status not in STATUSES:
        raise BadField("Choose counted votes, held votes, or both.", field="status")
    from_s, to_s = time_typed(typed, "from"), time_typed(typed, "to")
    if from_s is not None and to_s is not None and from_s >= to_s:
        raise BadField("The hours end before they begin.", field="to")
    return Filter(
        subject.choice_keys.index(choice) + 1 if choice else None,
        None if from_s is None else from_s // 3600,
        None if to_s is None else -(-to_s // 3600),
        cast(Literal["", "counted", "held"], status),
    )


def time_typed(typed: Mapping[str, str], field: str) -> int | None:
    """Return a local day and time as seconds since the epoch, or None for an empty field.

    :raise BadField: it is not a day and a time.
    """
    text = typed.get(field, "")
    if not text:
        return None
    zone = shown_zone()
    refusal = BadField(f"Type a day and a time, {zone.label}.", field=field)
    try:
        seconds = zone.seconds(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise refusal from None
    if not 0 <= seconds < 2**33:
        raise refusal
    return seconds


def address_typed(site: Site, typed: str) -> tuple[str, ArticleRef]:
    """Return the address and the reference of an article, from its address or id.

    The address of a story or of an article's desk page means that article.

    :raise BadField: the site has no such address.
    """
    address = typed.strip()
    path = _own_path(address)
    desk_page = f"/desk/{site.key}/articles/"
    if path.startswith(desk_page):
        return _by_id(site, path.removeprefix(desk_page).split("/")[0])
    story = services().stories.get(path.removeprefix("/articles/")) if site.key == HOME else None
    if story is not None:
        address = story.id
    return address, resolve_for(site, address)


def expected_typed(form: Mapping[str, str]) -> int | None:
    """Return the number of votes in the preview, or None to accept any number.

    :raise BadField: it is not a number.
    """
    typed = form.get("expected", "")
    if not typed:
        return None
    if not typed.isdecimal() or len(typed) > 12:
        raise BadField("This form is damaged. Open the page again.")
    return int(typed)


def _by_id(site: Site, article_id: str) -> tuple[str, ArticleRef]:
    try:
        article = ArticleRef(article_id, partition_of(article_id), address="")
    except NotFound:
        raise CannotCorrect("That desk page is not a story's.") from None
    record = services().voting.page_record(site, article)
    if record is None:
        raise CannotCorrect("Nobody has voted on the story of that page yet.")
    return record.address, replace(article, address=record.address)


def _own_path(typed: str) -> str:
    """Return the path of an address of ours, or ""."""
    try:
        url = ada_url.URL(typed)
    except ValueError:
        return ""
    own = ada_url.URL(services().settings.public_url)
    return str(url.pathname) if url.host == own.host else ""
