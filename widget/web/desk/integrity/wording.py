"""The words about a flagged window: what was seen, how sure it is, what an act would do."""

from typing import Any

from flask import Flask

from widget.domain.figures.statistics import Share, share
from widget.domain.integrity.dots import Dots, dots
from widget.domain.integrity.figures import figures
from widget.domain.integrity.flag import Finding, Flag
from widget.web.desk.figures.filters import count, percent, plural
from widget.web.desk.zone import shown_zone

# What a list without flags says, by what it shows.
NONE_SHOWN = {
    "waiting": "Nothing is waiting.",
    "recent": "No window was flagged in the last 30 days.",
    "all": "No window was ever flagged.",
}
# The attacks of bench/integrity that say most, in the words of a newsroom.
_ATTACKS = {
    "new": "250 new readers in 6 hours",
    "tenth_aged": "A tenth of them known readers",
    "half_aged": "Half known, fewer than 50 networks",
    "mimicry_30": "A third of them vote as others do",
    "half_aged_many_networks": "Half known, a network each",
    "mimicry_100": "All of them vote as others do",
}
_TIMES = "\u202f\u00d7"
_NUMBERS = "_ One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve".split()
_MOST_ODDS = 1000  # more is no news


def register(app: Flask) -> None:
    filters = (
        new_share,
        known_share,
        window,
        odds,
        least_odds,
        verdict,
        organic,
        lower_first,
        sentence,
        done,
        honest,
        honest_most,
        beyond,
    )
    for function in filters:
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.filters["dots"] = dots_of


def every(seconds: int) -> str:
    """Return how often the watch looks: ``Every 5 minutes``; "" if it is switched off."""
    if not seconds:
        return ""
    return f"Every {round(seconds / 60)} minutes" if seconds >= 90 else "Every minute"


def shows(waiting: int) -> list[tuple[str, str]]:
    """Return what the list may show: ``[(key, name), ...]``."""
    return [
        ("waiting", f"Waiting {waiting}" if waiting else "Waiting"),
        ("recent", "30 days"),
        ("all", "All"),
    ]


def measured() -> dict[str, Any]:
    """Return what a page says about the test: what it misses, and its false flags."""
    known = figures()
    return {
        "misses": [
            (text, _found(known.attacks[name].recall.value)) for name, text in _ATTACKS.items()
        ],
        "false_flags": f"{known.false_flags.value:.1f}",
    }


def new_share(finding: Finding) -> Share:
    return share(finding.new_chosen, finding.new_chosen + finding.new_other)


def known_share(finding: Finding) -> Share:
    return share(finding.known_chosen, finding.known_chosen + finding.known_other)


def window(finding: Finding) -> str:
    """Return ``Tue 24 Nov, 00:00 to 06:00``, with the second day where it ends on another."""
    zone = shown_zone()
    start, end = zone.time(finding.from_hour * 3600), zone.time(finding.to_hour * 3600)
    last = zone.time(finding.to_hour * 3600 - 1)
    if start.date() != last.date():
        until = f"{end:%a %-d %b, %H:%M}"
    else:
        until = f"{end:%H:%M}" if end.date() == start.date() else "24:00"
    return f"{start:%a %-d %b, %H:%M} to {until}"


def odds(value: float) -> str:
    """Return ``9.8 x`` or ``18 x``, with a multiplication sign."""
    if value >= _MOST_ODDS:
        return f">\u202f{_MOST_ODDS:,}{_TIMES}"
    return f"{value:.{1 if value < 10 else 0}f}{_TIMES}"


def least_odds(value: float) -> str:
    """Say what odds are at least, rounded down, since it is a promise.

    With few known readers in those hours, the low end is below 1 however clear the window is: the
    test weighs hours and the story's past as well.
    """
    if value < 1:
        return f"low end below 1{_TIMES}"
    step = 10 if value < 10 else 1
    return f"at least {odds(int(value * step) / step)}"


def verdict(finding: Finding, label: str) -> str:
    """Return what was seen, in one sentence with the figures that matter."""
    if finding.signal == "networks" and finding.networks is not None:
        came = plural(finding.networks, "network")
        usual = (
            ""
            if finding.networks_usual is None
            else f", where about {count(finding.networks_usual)} would be usual"
        )
        return f"{plural(_chosen(finding), 'vote')} for {label} came from {came}{usual}."
    new, known = new_share(finding), known_share(finding)
    if known.is_withheld:
        return f"New readers chose {label} far more often than the story\u2019s readers before."
    return (
        f"New readers chose {label} far more often than known ones in the same hours: "
        f"{percent(new)} against {percent(known)}."
    )


def organic(flag: Flag, label: str, votes: int, has_turned: bool) -> str:
    """Return what a story's flag says about its mood.

    :param votes: in doubt, or set aside.
    :param has_turned: whether readers turned to this choice without the votes in doubt.
    """
    hours = flag.finding.to_hour - flag.finding.from_hour
    if flag.state == "explained":
        return "Unusual, and explained."
    if has_turned:
        if hours == 1:
            return "The turn is real. One hour of it is not."
        number = _NUMBERS[hours] if hours < len(_NUMBERS) else str(hours)
        return f"The turn is real. {number} hours of it are not."
    if flag.state == "waiting":
        return f"Not all of it: {plural(votes, 'vote')} for {label} in doubt."
    return f"Not all of it was: {plural(votes, 'vote')} for {label} set aside."


def lower_first(text: str) -> str:
    """Return a sentence to follow a colon."""
    return text[:1].lower() + text[1:]


def sentence(finding: Finding, label: str, votes: int) -> str:
    """Return what would be set aside, and why so many.

    :param votes: those of the excess that still count.
    """
    if not votes:
        return f"{_excess(finding, label)} None of the others is counted any longer."
    would = "would be set aside, picked at random by the store."
    if votes == finding.excess:
        return f"{_excess(finding, label)} The other {count(votes)} {would}"
    return (
        f"{_excess(finding, label)} Of the other {count(finding.excess)}, {count(votes)} still "
        f"count and {would}"
    )


def done(finding: Finding, label: str, votes: int) -> str:
    """Return what was set aside, and why so many."""
    return (
        f"{_excess(finding, label)} {plural(votes, 'vote')} "
        f"{'was' if votes == 1 else 'were'} set aside, picked at random by the store."
    )


def honest(finding: Finding) -> str:
    """Return ``about 6``, ``about 1`` or ``fewer than 1``: how many honest votes are expected."""
    expected = min(finding.honest, finding.excess)
    return f"about {round(expected):,}" if expected >= 0.5 else "fewer than 1"


def honest_most(finding: Finding) -> str:
    """Return the upper end of the expected honest votes, rounded up, since it is a promise."""
    most = min(finding.honest_most, finding.excess)
    return f"{int(most) + (most > int(most)):,}"


def beyond(finding: Finding, votes: int) -> str:
    """Return by how much the count itself would be too low: ``about 2, at most 9``."""
    few = min(finding.beyond, votes)
    most = min(finding.beyond_most, votes)
    likely = f"about {round(few):,}" if few >= 0.5 else "less than 1"
    return f"{likely}, at most {int(most) + (most > int(most)):,}"


def dots_of(finding: Finding, votes: int) -> Dots:
    return dots(votes, min(finding.honest, votes))


def _found(recall: float) -> str:
    percents = round(recall * 100)
    return f"{percents}\u202f% found" if percents else "not found"


def _excess(finding: Finding, label: str) -> str:
    if finding.kind == "new":
        likely = max(0, finding.new_chosen - finding.excess)
        return (
            f"New readers chose {label} {_times(finding.new_chosen)} in this window. Going by "
            f"known readers, at most {likely:,} of those were to be expected."
        )
    likely = max(0, _chosen(finding) - finding.excess)
    return (
        f"Readers chose {label} {_times(_chosen(finding))} in this window. Going by the "
        f"story\u2019s other hours, at most {likely:,} of those were to be expected."
    )


def _chosen(finding: Finding) -> int:
    return finding.new_chosen + finding.known_chosen


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n:,} times"
