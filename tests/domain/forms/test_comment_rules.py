"""Rules for comments: the desk's form and the command's JSON obey the same limits."""

import json

import pytest

from widget.domain.comments.rules import CommentRules
from widget.domain.forms.comment_rules import (
    form_of_rules,
    rules_described,
    rules_from_form,
    rules_from_json,
)
from widget.domain.forms.problems import InvalidForm


@pytest.mark.parametrize(
    "rules",
    [
        CommentRules(),
        CommentRules(enabled=False, hold_first=True, order="oldest", close_days=0, reserved=()),
        CommentRules(best_first=False),
        CommentRules(hold_fast_s=0, hold_links=0, hold_reports=0, reserved=("Die Redaktion",)),
    ],
)
def test_an_unchanged_form_gives_the_same_rules(rules: CommentRules) -> None:
    assert rules_from_form(form_of_rules(rules)) == rules
    assert rules_described(rules)
    assert rules_from_json(rules, "{}") == rules


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"hold_links": "-1"}, "hold_links"),
        ({"hold_links": "51"}, "hold_links"),
        ({"hold_reports": ""}, "hold_reports"),
        ({"hold_fast_s": "1.5"}, "hold_fast_s"),
        ({"close_days": "9" * 400}, "close_days"),
        ({"close_days": "\u0663"}, "close_days"),
        ({"reserved": "x" * 51}, "reserved"),
        ({"reserved": "\n".join(map(str, range(101)))}, "reserved"),
        ({"order": "loudest"}, "order"),
    ],
)
def test_a_rule_out_of_range_is_refused_at_its_field(change: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidForm) as refused:
        rules_from_form(form_of_rules(CommentRules()) | change)
    assert list(refused.value.problems) == [field]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"hold_links": -1}, "json"),
        ({"hold_links": 51}, "hold_links"),
        ({"hold_links": "3"}, "json"),
        ({"hold_links": 1.5}, "json"),
        ({"hold_links": True}, "json"),
        ({"hold_links": None}, "json"),
        ({"hold_fast_s": 10**30}, "hold_fast_s"),
        ({"hold_reports": 1001}, "hold_reports"),
        ({"close_days": 3651}, "close_days"),
        ({"enabled": 0}, "json"),
        ({"hold_first": "on"}, "json"),
        ({"order": "loudest"}, "json"),
        ({"reserved": ["x" * 51]}, "reserved"),
        ({"reserved": [str(n) for n in range(101)]}, "reserved"),
        ({"reserved": "editor"}, "json"),
        ({"sort": "newest"}, "json"),
    ],
)
def test_json_with_a_rule_out_of_range_is_refused(change: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidForm) as refused:
        rules_from_json(CommentRules(), json.dumps(change))
    assert list(refused.value.problems) == [field]


def test_json_changes_only_the_rules_it_has() -> None:
    rules = CommentRules(hold_first=True, close_days=7)
    changed = rules_from_json(rules, '{"hold_links": 0, "reserved": [" The  Desk", "Chief, Desk"]}')
    assert changed == CommentRules(
        hold_first=True, close_days=7, hold_links=0, reserved=("The Desk", "Chief", "Desk")
    )


@pytest.mark.parametrize("order", ["best", "newest", "oldest"])
def test_an_order_is_chosen_in_the_form_and_in_json(order: str) -> None:
    fields = form_of_rules(CommentRules()) | {"order": order}
    chosen = rules_from_form(fields)
    assert chosen.first == order and form_of_rules(chosen)["order"] == order
    for before in (CommentRules(), CommentRules(order="oldest"), CommentRules(best_first=False)):
        assert rules_from_json(before, json.dumps({"order": order})) == chosen


def test_an_order_chosen_before_there_was_a_best_stays() -> None:
    assert CommentRules(order="oldest").first == "oldest"
