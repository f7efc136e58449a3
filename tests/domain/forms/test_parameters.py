"""A site's rules for parameters: accepted, or refused with a sentence that helps."""

import pytest

from widget.domain.forms.parameters import MOST_NAMES, form_of, rules_from
from widget.domain.forms.problems import InvalidForm
from widget.domain.parameters import ParameterRules


def test_names_are_read_from_lines_spaces_and_commas() -> None:
    rules = rules_from({"keep": "ID, utm_id\nat_*", "drop": " ref ref  * "})
    assert rules == ParameterRules(("id", "utm_id", "at_*"), ("ref", "*"))
    assert rules_from(form_of(rules)) == rules


def test_nothing_typed_is_no_rule() -> None:
    assert rules_from({}) == ParameterRules()


@pytest.mark.parametrize("field", ["keep", "drop"])
@pytest.mark.parametrize(
    "typed",
    ["?ref", "ref=1", "a&b", "a*b", "**", "#x", "x" * 61, " ".join(f"n{n}" for n in range(51))],
)
def test_text_that_is_no_name_is_refused_with_a_remedy(field: str, typed: str) -> None:
    assert len(typed.split()) in (1, MOST_NAMES + 1)
    with pytest.raises(InvalidForm) as refused:
        rules_from({field: typed})
    assert list(refused.value.problems) == [field]
    assert len(refused.value.problems[field]) > 30


@pytest.mark.parametrize("name", ["token", "access_token", "Session-ID", "email", "user[email]"])
def test_a_parameter_that_can_hold_a_secret_cannot_be_kept(name: str) -> None:
    with pytest.raises(InvalidForm, match="always dropped"):
        rules_from({"keep": name})
    assert rules_from({"drop": name}).drop
