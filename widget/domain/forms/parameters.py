"""A site's own rules for the parameters of its addresses: one parser for desk and command. Pure."""

import re
from collections.abc import Mapping

from widget.domain.forms.problems import InvalidForm, parse_fields
from widget.domain.parameters import ParameterRules, is_private_name

MOST_NAMES = 50
_NAME = re.compile(r"[^\s,&=#;?*]{1,60}\*?|\*")
_SEPARATORS = re.compile(r"[\s,]+")


def rules_from(fields: Mapping[str, str]) -> ParameterRules:
    """Parse both lists of names.

    :raise InvalidForm: with the problems of both at once.
    """
    return ParameterRules(**parse_fields(fields, {"keep": kept_names, "drop": dropped_names}))


def kept_names(text: str) -> tuple[str, ...]:
    """Parse the names of parameters that choose a story."""
    names = _names(text, "keep")
    private = [name for name in names if is_private_name(name.replace("-", "_"))]
    if private:
        raise InvalidForm(
            {
                "keep": f"{', '.join(private)} can hold a secret or say who a reader is, so it is "
                "always dropped. Choose stories by another parameter."
            }
        )
    return names


def dropped_names(text: str) -> tuple[str, ...]:
    """Parse the names of parameters that do not choose a story."""
    return _names(text, "drop")


def form_of(rules: ParameterRules) -> dict[str, str]:
    """Return the fields of the form that shows these rules."""
    return {"keep": " ".join(rules.keep), "drop": " ".join(rules.drop)}


def rules_described(rules: ParameterRules) -> str:
    """Describe the rules for the audit log."""
    keep, drop = (", ".join(names) or "none" for names in (rules.keep, rules.drop))
    return f"kept {keep}; dropped {drop}"


def _names(text: str, field: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(filter(None, _SEPARATORS.split(text.lower()))))
    wrong = next((name for name in names if not _NAME.fullmatch(name)), None)
    if wrong is not None:
        raise InvalidForm(
            {
                field: f"{wrong[:60]} is not the name of a parameter. Write names such as id, or "
                "mtm_* for all that begin so, without = and &, at most 60 characters each."
            }
        )
    if len(names) > MOST_NAMES:
        raise InvalidForm({field: f"Enter at most {MOST_NAMES} names; mtm_* is one name."})
    return names
