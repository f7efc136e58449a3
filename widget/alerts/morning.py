"""The morning sentence as a mail. Pure.

Titles and sections come from readers' browsers, so they are untrusted here too.
"""

from collections.abc import Sequence
from datetime import date

import msgspec

from widget.alerts.event import Message
from widget.domain.model import Site
from widget.domain.morning.sentence import FALLBACK, TEXTS, Clause, Speech
from widget.domain.page import clean_line
from widget.domain.times import machine_text

MORNING = "site.morning"


def morning(
    message_id: str,
    site: Site,
    clauses: Sequence[Clause],
    days: tuple[date, date],
    lang: str,
    *,
    public_url: str,
    now_s: int,
) -> Message:
    """Write the mail: each clause, and below it the address that shows more."""
    say = Speech(TEXTS.get(lang, TEXTS[FALLBACK]))
    first, last = days
    period = {"from": first.isoformat(), "to": last.isoformat()}
    name = clean_line(site.name)
    if first == last:
        subject = say.text("mail.day", site=name, date=_date(say, last))
    else:
        subject = say.text("mail.week", site=name, first=_date(say, first), last=_date(say, last))
    lines = []
    for clause in clauses:
        lines.append(clean_line(clause.text))
        if clause.target:
            lines.append(f"{public_url}{clause.target.path(site.key, period)}")
        lines.append("")
    overview = f"{public_url}/desk/{site.key}/?from={first}&to={last}"
    lines.append(say.text("mail.more", url=overview))
    settings = f"{public_url}/desk/{site.key}/settings/alerts/"
    lines.append(say.text("mail.stop", url=settings))
    event = {
        "type": MORNING,
        "timestamp": machine_text(now_s),
        "data": {"site": {"key": site.key, "name": site.name}, **period},
    }
    text = msgspec.json.encode(event).decode()
    return Message(message_id, MORNING, subject[:160], "\n".join(lines), text)


def _date(say: Speech, day: date) -> str:
    return say.text("date", y=f"{day.year}", m=f"{day.month:02}", d=f"{day.day:02}")
