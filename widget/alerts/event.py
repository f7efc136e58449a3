"""The content of alerts: JSON for a webhook, and text for a mail. Pure.

Titles and sections come from readers' browsers, so they are untrusted here too.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from widget.alerts.rule import Anger, Surge
from widget.domain.figures.statistics import Share
from widget.domain.integrity.flag import Finding, Flag
from widget.domain.model import Choice, Site
from widget.domain.page import clean_line
from widget.domain.times import machine_text

TEST, ANGRY, FLAGGED = "test", "article.angry", "article.flagged"


@dataclass(frozen=True, slots=True)
class Message:
    """A message, for every channel.

    :param kind: ``article.angry``, ``article.flagged`` or ``test``.
    :param event: the JSON, exactly as it is signed and sent.
    """

    id: str
    kind: str
    subject: str
    text: str
    event: str


@dataclass(frozen=True, slots=True)
class Links:
    """An article's title, its page on the publisher's site and its page at the desk."""

    title: str
    url: str
    desk_url: str


def angry(
    message_id: str,
    site: Site,
    surge: Surge,
    found: Anger,
    links: Links,
    *,
    aside: int = 0,
    now_s: int,
) -> Message:
    """Write the alert about one article.

    :param aside: votes on it that editors set aside, which are in none of the figures.
    """
    hour_s = surge.hour * 3600
    event = {
        "type": ANGRY,
        "timestamp": machine_text(now_s),
        "data": {
            "site": {"key": site.key, "name": site.name},
            "article": {
                "id": surge.article_id,
                "title": links.title,
                "url": links.url,
                "section": surge.section,
                "desk_url": links.desk_url,
            },
            "hour": {"from": machine_text(hour_s), **_figures(found.share)},
            "usual": {"section": found.section, **_figures(found.baseline)},
            "times_usual": round(found.times, 2) if found.times is not None else None,
            "set_aside": aside,
        },
    }
    title = clean_line(links.title)
    begins, ends = (f"{site.zone.time(at_s):%H:%M}" for at_s in (hour_s, hour_s + 3600))
    whose = f"the section “{clean_line(found.section)}”" if found.section else "the site"
    text = "\n".join(
        (
            title,
            links.url,
            "",
            f"{found.share.k} of {found.share.n} readers who voted between {begins} and {ends} "
            f"({site.zone.label}) chose Angry: {_percent(found.share)}.",
            f"The usual share for {whose} is {_percent(found.baseline)} "
            f"({found.baseline.k} of {found.baseline.n} in the previous 28 days).",
            *(
                [f"Votes of this story that were set aside and are not counted: {aside}."]
                if aside
                else []
            ),
            "",
            f"See it at the desk: {links.desk_url}",
            "",
            "There is at most one alert a day for a story. An admin of the site can change who "
            "gets alerts, under Settings, Alerts.",
        )
    )
    return Message(message_id, ANGRY, f"Readers are angry: {title}"[:160], text, _json(event))


def flagged(
    message_id: str, site: Site, flag: Flag, choice: Choice, links: Links, *, now_s: int
) -> Message:
    """Write the alert about votes that do not look organic.

    :param choice: the one that they are for.
    """
    found = flag.finding
    from_s, to_s = found.from_hour * 3600, found.to_hour * 3600
    event = {
        "type": FLAGGED,
        "timestamp": machine_text(now_s),
        "data": {
            "site": {"key": site.key, "name": site.name},
            "article": {
                "id": flag.article_id,
                "title": links.title,
                "url": links.url,
                "desk_url": links.desk_url,
            },
            "flag": {
                "id": flag.id,
                "choice": choice.key,
                "from": machine_text(from_s),
                "to": machine_text(to_s),
                "signal": found.signal,
                "votes": found.excess,
                "new": {"chosen": found.new_chosen, "other": found.new_other},
                "known": {"chosen": found.known_chosen, "other": found.known_other},
                "held_until": machine_text(flag.held_until_s) if flag.held_until_s else None,
            },
        },
    }
    title, label = clean_line(links.title), clean_line(choice.label)
    begins, ends = (f"{site.zone.time(at_s):%d %b %H:%M}" for at_s in (from_s, to_s))
    lines = [
        title,
        links.url,
        "",
        f"About {found.excess} votes for {label} do not look organic. They came "
        f"between {begins} and {ends} ({site.zone.label}).",
        _evidence(found, label),
    ]
    if flag.held_until_s > now_s:
        until = f"{site.zone.time(flag.held_until_s):%H:%M}"
        lines.append(f"Votes of new readers for {label} are held until {until}.")
    lines += [
        "Nothing has been set aside. An editor decides.",
        "",
        f"Decide at the desk: {links.desk_url}",
        "",
        "An admin of the site can change who gets alerts, under Settings, Alerts.",
    ]
    subject = f"Votes that may not be organic: {title}"[:160]
    return Message(message_id, FLAGGED, subject, "\n".join(lines), _json(event))


def _evidence(found: Finding, label: str) -> str:
    new, known = found.new_chosen + found.new_other, found.known_chosen + found.known_other
    if found.signal == "networks":
        return (
            f"{found.new_chosen + found.known_chosen} votes for {label} came from "
            f"{found.networks} networks, fewer than other votes on the story came from."
        )
    return (
        f"{found.new_chosen} of {new} new readers chose {label}, and {found.known_chosen} of "
        f"{known} known ones."
    )


def test(message_id: str, site: Site, *, settings_url: str, now_s: int) -> Message:
    """Write a test message."""
    event = {
        "type": TEST,
        "timestamp": machine_text(now_s),
        "data": {"site": {"key": site.key, "name": site.name}},
    }
    name = clean_line(site.name)
    text = f"Alerts from {name} arrive here.\n\nYou can change that at {settings_url}"
    return Message(message_id, TEST, f"A test from {name}", text, _json(event))


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


def _percent(share: Share) -> str:
    return f"{share.value * 100:.0f} %"
