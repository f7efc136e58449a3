"""An alert in words: the JSON a webhook gets and the text a mail has. Pure.

Titles and sections come from readers' browsers, so they are untrusted text here too.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from widget.alerts.rule import Anger, Surge
from widget.domain.figures.statistics import Share
from widget.domain.model import Site
from widget.domain.page import clean_line
from widget.domain.times import machine_text

TEST, ANGRY = "test", "article.angry"


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent, whichever way.

    :param kind: ``article.angry`` or ``test``.
    :param event: the JSON, as it is signed and sent.
    """

    id: str
    kind: str
    subject: str
    text: str
    event: str


def angry(
    message_id: str,
    site: Site,
    surge: Surge,
    found: Anger,
    *,
    title: str,
    url: str,
    desk_url: str,
    now_s: int,
) -> Message:
    """The alert about one article."""
    hour_s = surge.hour * 3600
    event = {
        "type": ANGRY,
        "timestamp": machine_text(now_s),
        "data": {
            "site": {"key": site.key, "name": site.name},
            "article": {
                "id": surge.article_id,
                "title": title,
                "url": url,
                "section": surge.section,
                "desk_url": desk_url,
            },
            "hour": {"from": machine_text(hour_s), **_figures(found.share)},
            "usual": {"section": found.usual_of, **_figures(found.usual)},
            "times_usual": round(found.times, 2) if found.times is not None else None,
        },
    }
    shown = clean_line(title)
    whose = f"the section “{clean_line(found.usual_of)}”" if found.usual_of else "the site"
    text = "\n".join(
        (
            shown,
            url,
            "",
            f"{found.share.k} of {found.share.n} readers who voted between {_clock(hour_s)} and "
            f"{_clock(hour_s + 3600)} UTC chose Angry: {_percent(found.share)}.",
            f"Usual for {whose} is {_percent(found.usual)} "
            f"({found.usual.k} of {found.usual.n} in the 28 days before).",
            "",
            f"At the desk: {desk_url}",
            "",
            "A story is alerted once a day at most. An admin of the site changes who gets this, "
            "under Settings, Alerts.",
        )
    )
    return Message(message_id, ANGRY, f"Readers are angry: {shown}"[:160], text, _json(event))


def test(message_id: str, site: Site, *, settings_url: str, now_s: int) -> Message:
    event = {
        "type": TEST,
        "timestamp": machine_text(now_s),
        "data": {"site": {"key": site.key, "name": site.name}},
    }
    text = f"Alerts of {clean_line(site.name)} arrive here.\n\nChange that at {settings_url}"
    return Message(message_id, TEST, f"A test from {clean_line(site.name)}", text, _json(event))


def _figures(share: Share) -> dict[str, Any]:
    return {
        "votes": share.n,
        "angry": share.k,
        "share": round(share.value, 4),
        "share_low": round(share.low, 4),
        "share_high": round(share.high, 4),
    }


def _json(event: dict[str, Any]) -> str:
    return msgspec.json.encode(event).decode()


def _clock(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%H:%M")


def _percent(share: Share) -> str:
    return f"{share.value * 100:.0f} %"
