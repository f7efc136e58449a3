"""Alert rules, board and runbook agree with one another and with the metrics."""

import json
import re
from typing import Any

import yaml

from tests.support.server import ROOT
from widget.metrics.series import STORE_FAILURES
from widget.web.api import exposition

RULES = ROOT / "deploy" / "alerts.yml"
BOARD = ROOT / "deploy" / "grafana.json"
RUNBOOK = ROOT / "docs" / "runbook.md"
# The first word of a reason that is none of a server's own codes.
OTHERS = {"timeout", "other"}


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def expressions() -> list[str]:
    panels = json.loads(BOARD.read_text())["panels"]
    shown = [target["expr"] for panel in panels for target in panel["targets"]]
    return [rule["expr"] for rule in rules()] + shown


def test_every_alert_has_its_line_in_the_runbook_and_none_is_left_over() -> None:
    listed = re.findall(r"^\| `(Readback\w+)` \|", RUNBOOK.read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(rule["alert"] for rule in rules())


def test_every_reason_of_the_store_has_its_line_in_the_runbook() -> None:
    reasons = {values[0] for values in STORE_FAILURES.slots} - OTHERS
    assert {reason for reason in reasons if f"`{reason}`" not in RUNBOOK.read_text()} == set()


def test_what_the_runbook_names_on_the_board_is_there() -> None:
    titles = {panel["title"] for panel in json.loads(BOARD.read_text())["panels"]}
    assert set(re.findall(r'"([^"]+)"', RUNBOOK.read_text())) <= titles


def test_every_metric_in_rules_and_board_is_one_that_the_code_has() -> None:
    known = exposition.names()
    named = {name for text in expressions() for name in re.findall(r"\breadback_\w+", text)}
    assert named and named <= known


def test_the_metrics_page_lists_every_metric() -> None:
    documented = set(re.findall(r"`(readback_\w+)`", (ROOT / "docs" / "deploy.md").read_text()))
    assert documented == exposition.names(parts=False)
