"""A site's rules for comments: one parser for the desk's form and the command's JSON. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from widget.domain.comments.cleaning import MAX_NAME
from widget.domain.comments.rules import CommentRules
from widget.domain.forms.problems import InvalidForm, converted, json_object, whole_number
from widget.domain.page import clean_line

MAX_RESERVED = 100
ORDERS = ("best", "newest", "oldest")
# Rule -> its highest value, and what it counts.
NUMBERS = {
    "hold_fast_s": (60, "seconds"),
    "hold_links": (50, "links"),
    "hold_reports": (1000, "networks"),
    "close_days": (3650, "days"),
}


def rules_from_form(fields: Mapping[str, str]) -> CommentRules:
    """Parse the desk's form. An unchecked box sends no field.

    :raise InvalidForm: by field.
    """
    values: dict[str, Any] = {name: whole_number(fields.get(name, "")) for name in NUMBERS}
    values |= {name: name in fields for name in ("enabled", "hold_first")}
    order = fields.get("order", ORDERS[0])
    rules = CommentRules(**values, reserved=(fields.get("reserved", ""),))
    return replace(_checked(rules), **_order(order, "order"))


def rules_from_json(rules: CommentRules, text: str) -> CommentRules:
    """Parse a JSON object that has only the rules to change.

    :param rules: the rules in force; those that the JSON does not have stay.
    :raise InvalidForm: by field.
    """
    known = {**msgspec.to_builtins(rules), "order": rules.first}
    del known["best_first"]
    given = json_object(text)
    unknown = sorted(given.keys() - known.keys())
    if unknown:
        raise InvalidForm(
            {"json": f"There is no rule {', '.join(unknown)}. The rules are {', '.join(known)}."}
        )
    order = _order(given.get("order", rules.first), "json")
    changed = converted({**known, **given, **order}, CommentRules)
    try:
        return _checked(changed)
    except InvalidForm as refusal:
        named = {field: f"{field}: {why}" for field, why in refusal.problems.items()}
        raise InvalidForm(named) from None


def _checked(rules: CommentRules) -> CommentRules:
    """Clean and check rules. This is the only maker of rules from input."""
    problems = {
        name: f"Enter a whole number of {unit} from 0 to {most}."
        for name, (most, unit) in NUMBERS.items()
        if not 0 <= getattr(rules, name) <= most
    }
    reserved = _names(rules.reserved)
    if len(reserved) > MAX_RESERVED or any(len(name) > MAX_NAME for name in reserved):
        problems["reserved"] = (
            f"Enter at most {MAX_RESERVED} names of at most {MAX_NAME} characters each."
        )
    if problems:
        raise InvalidForm(problems)
    return replace(rules, reserved=reserved)


def _order(order: Any, field: str) -> dict[str, Any]:
    """Return the fields of the rules for an order.

    :raise InvalidForm: there is no such order.
    """
    if order not in ORDERS:
        raise InvalidForm({field: f"Choose an order: one of {', '.join(ORDERS)}."})
    return {"best_first": order != "newest", "order": "oldest" if order == "oldest" else "newest"}


def _names(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the names of several texts, in which a comma or a line end separates two."""
    lines = (line for text in texts for line in text.replace(",", "\n").splitlines())
    return tuple(dict.fromkeys(filter(None, map(clean_line, lines))))


def form_of_rules(rules: CommentRules) -> dict[str, str]:
    """Make the form's fields for these rules."""
    fields = {name: str(getattr(rules, name)) for name in NUMBERS}
    fields |= {"reserved": "\n".join(rules.reserved), "order": rules.first}
    for name in ("enabled", "hold_first"):
        if getattr(rules, name):
            fields[name] = "on"
    return fields


def rules_described(rules: CommentRules) -> str:
    """Describe the rules as the audit log shows them."""
    if not rules.enabled:
        return "off"
    parts = [f"{rules.first} first"]
    if rules.hold_first:
        parts.append("first comments held")
    if rules.hold_fast_s:
        parts.append(f"held if written in under {rules.hold_fast_s} s")
    if rules.hold_links:
        parts.append(f"held with {rules.hold_links} or more links")
    if rules.hold_reports:
        parts.append(f"held after reports from {rules.hold_reports} or more networks")
    closing = f"closed after {rules.close_days} days" if rules.close_days else "never closed"
    return ", ".join([*parts, closing, f"{len(rules.reserved)} reserved names"])
