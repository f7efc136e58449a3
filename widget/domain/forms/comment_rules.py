"""What an editor typed into a site's rules for comments -> the rules, or what is wrong. Pure."""

from collections.abc import Mapping

from widget.domain.forms.site import InvalidForm
from widget.domain.model import CommentRules
from widget.domain.page import clean_line

MAX_RESERVED = 100
MAX_NAME_CHARS = 50
# Field -> the most it may be, and what it counts.
NUMBERS = {
    "hold_fast_s": (60, "seconds"),
    "hold_links": (50, "links"),
    "hold_reports": (1000, "reports"),
    "close_days": (3650, "days"),
}


def rules_typed(fields: Mapping[str, str]) -> CommentRules:
    """:raise InvalidForm: by field."""
    problems: dict[str, str] = {}
    numbers = {}
    for name, (most, unit) in NUMBERS.items():
        text = fields.get(name, "").strip()
        if text.isascii() and text.isdecimal() and len(text) < 6 and int(text) <= most:
            numbers[name] = int(text)
        else:
            problems[name] = f"Type a number of {unit} from 0 to {most}."
    lines = fields.get("reserved", "").replace(",", "\n").splitlines()
    reserved = tuple(dict.fromkeys(filter(None, map(clean_line, lines))))
    if len(reserved) > MAX_RESERVED or any(len(name) > MAX_NAME_CHARS for name in reserved):
        problems["reserved"] = (
            f"Keep at most {MAX_RESERVED} names of at most {MAX_NAME_CHARS} characters."
        )
    if problems:
        raise InvalidForm(problems)
    return CommentRules(
        enabled="enabled" in fields,
        hold_first="hold_first" in fields,
        hold_fast_s=numbers["hold_fast_s"],
        hold_links=numbers["hold_links"],
        hold_reports=numbers["hold_reports"],
        reserved=reserved,
        order="oldest" if fields.get("order") == "oldest" else "newest",
        close_days=numbers["close_days"],
    )


def rules_shown(rules: CommentRules) -> dict[str, str]:
    """The form's fields for these rules; a checkbox that is off has none."""
    fields = {name: str(getattr(rules, name)) for name in NUMBERS}
    fields |= {"reserved": "\n".join(rules.reserved), "order": rules.order}
    for name in ("enabled", "hold_first"):
        if getattr(rules, name):
            fields[name] = "on"
    return fields


def rules_described(rules: CommentRules) -> str:
    """The rules as the log says them."""
    if not rules.enabled:
        return "not taken"
    parts = [f"{rules.order} first"]
    if rules.hold_first:
        parts.append("a first one waits")
    if rules.hold_fast_s:
        parts.append(f"one written in under {rules.hold_fast_s} s waits")
    if rules.hold_links:
        parts.append(f"one with {rules.hold_links} or more links waits")
    if rules.hold_reports:
        parts.append(f"one with {rules.hold_reports} or more reports waits")
    closing = f"closed after {rules.close_days} days" if rules.close_days else "never closed"
    return ", ".join([*parts, closing, f"{len(rules.reserved)} names kept for the staff"])
