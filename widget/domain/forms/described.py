"""A site's settings in words, for the log and for two editors who saved at once. Pure."""

from widget.domain.forms.comment_rules import rules_described
from widget.domain.model import Poll, Site


def described(site: Site) -> dict[str, str]:
    """A site's settings as an editor reads them: what -> its value."""
    values = {
        "name": site.name,
        "origins": ", ".join(site.origins),
        "closing": f"{site.open_days} days after the first vote",
        "comments": rules_described(site.comments),
        "reactions": _described(site.reactions),
    }
    for section, poll in sorted(site.section_reactions.items()):
        values[f"reactions in {section}"] = _described(poll)
    for key, poll in sorted(site.polls.items()):
        values[f"question {key}"] = _described(poll)
    for lang, texts in sorted(site.texts.items()):
        values[f"wording in {lang}"] = "; ".join(f"{name}: {text}" for name, text in texts.items())
    return values


def difference(before: Site, after: Site) -> tuple[str, str]:
    """What a change replaced and by what, for the audit log: a line for each value."""
    old, new = described(before), described(after)
    changed = [what for what in {**old, **new} if old.get(what) != new.get(what)]
    return _lines(old, changed), _lines(new, changed)


def _lines(values: dict[str, str], changed: list[str]) -> str:
    return "\n".join(f"{what}: {values[what]}" for what in changed if what in values)


def _described(poll: Poll) -> str:
    choices = ", ".join(f"{choice.emoji} {choice.label}" for choice in poll.choices)
    return f"{poll.question} {choices}"
