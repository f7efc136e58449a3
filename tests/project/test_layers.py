"""Who may import whom, by folder (docs/architecture.md)."""

import ast
from pathlib import Path

import pytest

from tests.support.server import ROOT

WIDGET = ROOT / "widget"
# Lowest first. A folder imports from its own line and from those below it.
LAYERS = (
    ("domain",),
    ("tone", "importing", "alerts"),
    ("assets", "environment", "settings", "secrets", "logs", "metrics"),
    ("store",),
    ("services",),
    ("simulation",),
    ("web",),
    ("commands",),
)
POLICIES = ("api", "reader", "desk")  # the web's three security policies
FLASK = {"flask", "werkzeug", "flask_wtf", "wtforms"}
WAYS_OUT = {"socket", "ssl", "http.client", "smtplib", "urllib.request", "requests"}
MODULES = sorted(path for path in WIDGET.rglob("*.py") if path != WIDGET / "__init__.py")


def imports(path: Path) -> set[str]:
    """Return every imported name: ``widget.store.keys``."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: import by absolute names"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def layer_of(name: str) -> int:
    return next(at for at, names in enumerate(LAYERS) if name.split(".")[1] in names)


def policy_of(name: str) -> str | None:
    """Return the policy's folder that a module of the web belongs to, None for what they share."""
    parts = name.split(".")
    return (
        parts[2] if parts[:2] == ["widget", "web"] and parts[2:3] and parts[2] in POLICIES else None
    )


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def test_every_folder_has_a_layer() -> None:
    folders = {path.stem for path in WIDGET.iterdir() if path.is_dir() or path.suffix == ".py"}
    assert folders - {"__init__", "__pycache__"} == {name for names in LAYERS for name in names}


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_a_module_imports_from_its_layer_and_below(path: Path) -> None:
    for name in imports(path):
        if name.startswith("widget."):
            assert layer_of(name) <= layer_of(dotted(path)), name


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_redis_is_the_stores_and_flask_the_webs(path: Path) -> None:
    packages = {name.split(".")[0] for name in imports(path)}
    assert "redis" not in packages or WIDGET / "store" in path.parents
    assert not FLASK & packages or WIDGET / "web" in path.parents


@pytest.mark.parametrize("path", sorted((WIDGET / "web").rglob("*.py")), ids=dotted)
def test_the_webs_policies_never_import_one_another(path: Path) -> None:
    own = policy_of(dotted(path))
    used = {policy_of(name) for name in imports(path)} - {None, own}
    assert not used or path == WIDGET / "web" / "application.py"


@pytest.mark.parametrize("path", sorted((WIDGET / "web").rglob("*.py")), ids=dotted)
def test_blueprints_never_import_one_another(path: Path) -> None:
    if "Blueprint(" in path.read_text():
        blueprints = {dotted(p) for p in MODULES if "Blueprint(" in p.read_text()} - {dotted(path)}
        assert not blueprints & imports(path)
        assert not blueprints & {name.rpartition(".")[0] for name in imports(path)}


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_only_alerts_reach_other_peoples_servers(path: Path) -> None:
    """The embedded store, the simulation and the commands speak to servers of their own."""
    own = {WIDGET / "alerts", WIDGET / "store", WIDGET / "simulation", WIDGET / "commands"}
    if not own & set(path.parents):
        assert not any(
            name == way or name.startswith(f"{way}.") for name in imports(path) for way in WAYS_OUT
        )


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_lua_is_a_file_and_never_assembled_from_strings(path: Path) -> None:
    assert "redis.call" not in path.read_text() and ".eval(" not in path.read_text()
