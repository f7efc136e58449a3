"""Who may import whom (docs/architecture.md: pure modules, one door to the store, web on top)."""

import ast
from pathlib import Path

from tests.support.server import ROOT

WIDGET = ROOT / "widget"
PURE = ("alerts", "domain", "importing", "settings", "tone")


def imports(path: Path) -> set[str]:
    """Absolute names, and relative ones resolved: ``widget.store.keys``."""
    package = path.relative_to(ROOT).with_suffix("").parts
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            stem = ".".join(package[: -node.level]) if node.level else ""
            module = ".".join(filter(None, (stem, node.module)))
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return found


def test_only_the_store_imports_redis():
    for path in [*WIDGET.rglob("*.py"), ROOT / "app.py", ROOT / "gunicorn.conf.py"]:
        if WIDGET / "store" not in path.parents:
            assert not any(name.split(".")[0] == "redis" for name in imports(path)), path


def test_pure_modules_import_no_flask_no_redis_and_nothing_that_does():
    for name in PURE:
        for path in [WIDGET / f"{name}.py", *(WIDGET / name).rglob("*.py")]:
            if path.exists():
                for imported in imports(path):
                    assert imported.split(".")[0] not in ("flask", "redis", "werkzeug"), path
                    assert not imported.startswith(("widget.web", "widget.store")), path


def test_only_alerts_reach_out_to_others():
    """Beside the store's own client, and commands that speak to the server they belong to."""
    ways_out = {"socket", "ssl", "http.client", "smtplib", "urllib.request", "requests"}
    own = {"commands/__main__.py", "simulation/readers.py", "store/embedded.py"}
    for path in WIDGET.rglob("*.py"):
        name = path.relative_to(WIDGET).as_posix()
        if not name.startswith("alerts/") and name not in own:
            assert not ways_out & imports(path), path


def test_the_store_knows_no_web():
    for path in (WIDGET / "store").rglob("*.py"):
        assert not any(
            name.startswith("widget.web") or name.split(".")[0] in ("flask", "werkzeug")
            for name in imports(path)
        ), path


def test_blueprints_never_import_one_another():
    blueprints = {
        path.stem for path in (WIDGET / "web").rglob("*.py") if "Blueprint(" in path.read_text()
    }
    for path in (WIDGET / "web").rglob("*.py"):
        if path.stem in blueprints:
            others = {f"widget.web.{name}" for name in blueprints - {path.stem}}
            assert not others & imports(path), path


def test_lua_is_a_file_and_never_put_together_from_strings():
    for path in WIDGET.rglob("*.py"):
        text = path.read_text()
        assert "redis.call" not in text and ".eval(" not in text, path
