"""Descriptions of a site's settings, for the audit log and for conflicting edits. Pure."""

from widget.domain.experiment import Experiment
from widget.domain.forms import parameters
from widget.domain.forms.comment_rules import rules_described
from widget.domain.model import Poll, Site
from widget.domain.times import people_text
from widget.domain.zones import Zone

RESULTS = {
    "percent": "Counts at first, shares after the reader's choice",
    "after": "Nothing at first, shares after the reader's choice",
    "counts": "Counts, before and after the choice",
}


def described(site: Site, zone: Zone | None = None) -> dict[str, str]:
    """Describe a site's settings for an editor: name of the setting -> its value.

    :param zone: of the times in it; the site's own unless given.
    """
    zone = zone or site.zone
    values = {
        "name": site.name,
        "origins": ", ".join(site.origins),
        "closing": f"{site.open_days} days after the first vote",
        "held votes": "released by themselves if alike"
        if site.release_held
        else "wait for an editor",
        "figures": RESULTS[site.results],
        "experiment": _experiment(site.experiment, zone),
        "time zone": site.time_zone,
        "parameters": parameters.rules_described(site.parameters),
        "comments": rules_described(site.comments),
        "reactions": _described(site.reactions, zone),
    }
    for section, poll in sorted(site.section_reactions.items()):
        values[f"reactions in {section}"] = _described(poll, zone)
    for key, poll in sorted(site.polls.items()):
        values[f"question {key}"] = _described(poll, zone)
    for key in sorted(site.archived_polls):
        values[f"archived question {key}"] = site.archived_polls[key].question
    for lang, texts in sorted(site.texts.items()):
        values[f"wording in {lang}"] = "; ".join(f"{name}: {text}" for name, text in texts.items())
    return values


def difference(before: Site, after: Site) -> tuple[str, str]:
    """Return the old and the new values of the settings that changed, one line for each."""
    old, new = described(before, after.zone), described(after)
    changed = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return _lines(old, changed), _lines(new, changed)


def _experiment(experiment: Experiment, zone: Zone) -> str:
    if not experiment.has_run:
        return "none"
    begin, end = (people_text(at_s, zone) for at_s in (experiment.from_s, experiment.until_s))
    return f"from {begin} until {end}"


def _lines(values: dict[str, str], changed: list[str]) -> str:
    return "\n".join(f"{name}: {values[name]}" for name in changed if name in values)


def _described(poll: Poll, zone: Zone) -> str:
    choices = ", ".join(f"{choice.emoji} {choice.label}".strip() for choice in poll.choices)
    end = f" (closes {people_text(poll.closes_s, zone)})" if poll.closes_s else ""
    return f"{poll.question} {choices}{end}"
