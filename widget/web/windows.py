"""A window in which votes were set aside, as sentences and figures for readers. Pure."""

from dataclasses import dataclass

from widget.domain.integrity.flag import Finding, Flag
from widget.domain.model import Choice, Site
from widget.domain.strings.language import Language
from widget.domain.zones import Zone, day_date

HOUR_S = 3600
FEW = 5  # votes without which no share is told
_DASH, _NO_BREAK = "\u2013", "\u00a0"


@dataclass(frozen=True, slots=True)
class Bar:
    """The share of a choice among some readers.

    :param permille: its length.
    :param of: ``463 / 497``.
    """

    name: str
    permille: int
    percent: str
    of: str


@dataclass(frozen=True, slots=True)
class Window:
    """
    :param choice_key: names its colour.
    :param began: for programs.
    :param method: what the test found, and what that means.
    :param networks: those behind the choice, and those expected; None if they were not counted.
    :param excess: what was set aside, and how much of it may be honest.
    """

    choice_key: str
    label: str
    began: str
    when: str
    method: str
    bars: tuple[Bar, Bar]
    networks: tuple[str, str] | None
    excess: str


def window_of(site: Site, poll_key: str, flag: Flag, total: int, language: Language) -> Window:
    """Return what readers may know about a flag whose votes are set aside.

    :param total: the votes of the story that count or are set aside.
    """
    found = flag.finding
    choice = _choice(site, poll_key, found.choice)
    new = _bar(language, "integrity.new", found.new_chosen, found.new_other)
    known = _bar(language, "integrity.known", found.known_chosen, found.known_other)
    excess = language.say("integrity.excess", n=flag.votes_aside, total=total)
    honest = language.say("integrity.honest", n=max(1, round(found.honest)))
    return Window(
        choice_key=choice.key,
        label=language.label(choice),
        began=site.zone.time(found.from_hour * HOUR_S).isoformat(timespec="minutes"),
        when=when_text(site.zone, found.from_hour, found.to_hour, language),
        method=_method(found, language, language.label(choice), new, known),
        bars=(new, known),
        networks=_networks(found, language),
        excess=f"{excess} {honest}",
    )


def when_text(zone: Zone, from_hour: int, to_hour: int, language: Language) -> str:
    """Return a window's time: ``24 November 2026 · 00:00-06:00 CET``; perhaps of two days."""
    first_s, end_s = from_hour * HOUR_S, to_hour * HOUR_S
    first_day, last_day = zone.day_of(first_s), zone.day_of(end_s - 1)
    begin = f"{language.day(day_date(first_day))} · {zone.time(first_s):%H:%M}"
    end = f"{zone.time(end_s):%H:%M}".replace("00:00", "24:00")
    if last_day != first_day:
        begin, end = f"{begin} ", f" {language.day(day_date(last_day))} · {end}"
    return f"{begin}{_DASH}{end}{_NO_BREAK}{zone.abbreviation(first_s)}"


def _choice(site: Site, poll_key: str, number: int) -> Choice:
    """Return the choice of a number; a nameless one if the site's record does not know it."""
    choices = site.choices(poll_key)
    return choices[number - 1] if 0 < number <= len(choices) else Choice("", str(number), "")


def _bar(language: Language, name: str, chosen: int, other: int) -> Bar:
    n = chosen + other
    return Bar(
        language.say(name),
        round(1000 * chosen / n) if n >= FEW else 0,
        language.percent(chosen, n) if n >= FEW else _DASH,
        f"{language.number(chosen)} / {language.number(n)}",
    )


def _method(found: Finding, language: Language, label: str, new: Bar, known: Bar) -> str:
    if found.signal == "networks":
        said = language.say("integrity.few", label=label)
        return f"{said} {language.say('integrity.network_means')}"
    if found.known_chosen + found.known_other < FEW:
        said = language.say("integrity.before", label=label, new=new.percent)
    else:
        said = language.say("integrity.odds", label=label, new=new.percent, known=known.percent)
    return f"{said} {language.say('integrity.known_means')}"


def _networks(found: Finding, language: Language) -> tuple[str, str] | None:
    if found.networks is None or found.networks_usual is None:
        return None
    usual = language.say("integrity.usual", n=found.networks_usual)
    return language.number(found.networks), usual
