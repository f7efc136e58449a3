"""The reference pages and the code agree."""

import ast
import inspect
import re
from pathlib import Path

import pytest
from flask import Flask

from tests.support.server import ROOT
from widget.domain.errors import ERRORS
from widget.settings import SETTINGS
from widget.store import keys
from widget.web.application import add_routes

DOCS = ROOT / "docs"


def rows(page: Path, columns: int) -> list[list[str]]:
    """Return the cells of every table row with this many columns, except the heading."""
    lines = [line for line in page.read_text().splitlines() if line.startswith("| `")]
    split = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return [[cell.strip("`") for cell in cells] for cells in split if len(cells) == columns]


def test_every_setting_is_in_the_settings_page_with_its_default_and_meaning() -> None:
    documented = {row[0]: (row[1], row[2]) for row in rows(DOCS / "settings.md", 3)}
    assert documented == {s.name: (s.default or "unset", s.help) for s in SETTINGS}


def test_every_error_code_is_in_the_api_page_with_its_status() -> None:
    documented = {row[0]: int(row[1]) for row in rows(DOCS / "http-api.md", 3)}
    assert documented == {error.code: error.status for error in ERRORS}


def test_every_route_for_readers_is_in_the_api_page() -> None:
    app = Flask(__name__)
    add_routes(app)
    text = (DOCS / "http-api.md").read_text()
    routes = {re.sub(r"<\w+:", "<", rule.rule) for rule in app.url_map.iter_rules()}
    missing = {rule for rule in routes if not rule.startswith("/desk") and f"{rule}`" not in text}
    missing -= {"/v1/comments/<comment_id>/<act>"}  # the preflight of the routes listed
    assert {rule for rule in missing if f"`GET {rule}" not in text} - {"/v1/react"} == set()
    assert "`POST /v1/react`" in text


def written_keys() -> dict[str, str]:
    """Return each function of keys.py with the key it makes from placeholder arguments."""
    named = {"site": "S", "partition": "p", "article_id": "A", "choice": "C", "origin": "O"}
    hashes = (
        "wide",
        "near",
        "proof_id",
        "digest",
        "session_id",
        "mark",
        "draft",
        "fingerprint",
        "whose",
    )
    made = {}
    for name, function in inspect.getmembers(keys, inspect.isfunction):
        parameters = inspect.signature(function).parameters
        arguments = {p: named.get(p, "H" if p in hashes else "N") for p in parameters}
        made[name] = function(**arguments)
    for beginning in ("stem", "outbox"):
        made.pop(beginning)
    return made


@pytest.mark.parametrize(("name", "key"), written_keys().items())
def test_every_store_key_is_in_the_keys_page(name: str, key: str) -> None:
    documented = {row[0] for row in rows(DOCS / "redis-keys.md", 4)}
    assert key in documented, f"{name} makes {key}"


def test_the_keys_page_lists_only_keys_that_the_code_makes() -> None:
    documented = {row[0] for row in rows(DOCS / "redis-keys.md", 4)}
    assert documented == set(written_keys().values())


@pytest.mark.parametrize("record", sorted((DOCS / "adr").glob("[0-9]*.md")), ids=lambda p: p.stem)
def test_every_decision_record_is_in_the_index_under_its_title(record: Path) -> None:
    heading, _, dated, *_ = record.read_text().splitlines()
    number, title = heading.removeprefix("# ").split(". ", 1)
    status = dated.partition("Status: ")[2].rstrip(".")
    index = (DOCS / "adr" / "README.md").read_text().splitlines()
    [row] = [line for line in index if f"]({record.name})" in line]
    assert row.startswith(f"| {number} | [{title}]({record.name}) | ")
    assert row.endswith(f" | {status} |")


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")) + sorted(DOCS.rglob("*.md")), ids=str)
def test_links_between_pages_resolve(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def names_in(path: Path) -> set[str]:
    """Return every function, method and class that a module defines."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, kinds)}


def test_the_walks_of_the_architecture_name_what_exists() -> None:
    walked = re.findall(r"`(widget/[\w/]+\.py)(?::(\w+))?`", (DOCS / "architecture.md").read_text())
    assert len(walked) > 30
    for module, name in walked:
        path = ROOT / module
        assert path.is_file(), module
        assert not name or name in names_in(path), f"{module}:{name}"
