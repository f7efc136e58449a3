"""The wheel and the source distribution: what they hold, and a wheel that serves elsewhere."""

import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.metadata import Metadata

from tests.packaging.distributions import Installed, built, environment, install, pip
from tests.support.server import ROOT, nonce

MOVED = ("templates", "static", "articles")  # at the top of a checkout, in the package in a wheel
CHANGELOG = (ROOT / "CHANGELOG.md").read_text()


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return built(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def wheel(distributions: tuple[Path, Path]) -> Path:
    return distributions[0]


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    return environment(tmp_path_factory.mktemp("environment"), wheel)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, programs: Path) -> Iterator[Installed]:
    server = Installed(programs, tmp_path_factory.mktemp("elsewhere") / "empty")
    server.start()
    yield server
    server.stop()


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def files_below(name: str) -> set[str]:
    paths = (path for path in (ROOT / name).rglob("*") if path.is_file())
    return {str(path.relative_to(ROOT)) for path in paths if path.suffix != ".pyc"}


def test_the_wheel_holds_the_package_and_its_files_and_nothing_else(wheel: Path) -> None:
    held = {name for name in contents(wheel) if ".dist-info/" not in name}
    expected = files_below("widget")
    for name in MOVED:
        expected |= {f"widget/{path}" for path in files_below(name)}
    assert held == expected


def test_the_metadata_is_valid_and_names_the_license_and_the_one_version(wheel: Path) -> None:
    [text] = [data for name, data in contents(wheel).items() if name.endswith("/METADATA")]
    metadata = Metadata.from_email(text, validate=True)
    [newest, *_] = re.findall(r"^## v(\S+) - ", CHANGELOG, re.M)
    assert str(metadata.version) == newest and f"-{newest}-" in wheel.name
    assert metadata.license_expression == "MIT" and metadata.license_files == ["LICENSE"]
    assert metadata.description_content_type == "text/markdown"
    assert metadata.description == (ROOT / "README.md").read_text()


def test_a_wheel_from_the_source_distribution_is_the_same(
    distributions: tuple[Path, Path], tmp_path: Path
) -> None:
    wheel, source = distributions
    pip(
        Path(sys.executable),
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(tmp_path),
        str(source),
    )
    assert contents(tmp_path / wheel.name) == contents(wheel)
    with tarfile.open(source) as archive:
        tops = {name.split("/")[1] for name in archive.getnames()}
    assert {"Dockerfile", "compose.yaml", "deploy"} <= tops
    assert not tops & {"tests", "bench", "node_modules", "package.json"}


def test_an_installed_readback_is_not_the_checkouts(programs: Path) -> None:
    where = "import widget, pathlib; print(pathlib.Path(widget.__file__).parent)"
    found = subprocess.check_output([programs / "python", "-c", where], cwd="/", text=True)
    assert programs.parent in Path(found.strip()).parents


def test_it_serves_pages_scripts_and_the_desk_from_an_empty_folder(running: Installed) -> None:
    front = running.get("/")
    assert front.status == 200 and b"/articles/talent-visa" in front.body
    assert b"reader-reactions" in running.get("/articles/talent-visa").body
    for name in ("embed.js", "comments.js"):
        assert running.get(f"/{name}").body == (ROOT / "static" / "dist" / name).read_bytes()
    assert running.get("/static/css/desk.css").status == 200
    assert b"<form" in running.get("/desk/login").body
    assert (running.folder / "var" / "secrets.json").is_file()


def test_it_counts_a_vote_and_its_commands_share_the_store(running: Installed) -> None:
    assert running.react(nonce=nonce()).status == 200
    assert running.counts()["counts"]["love"] == 1
    added = running.cli("site", "add", "news", "--origin", "https://news.example")
    assert added.returncode == 0 and 'data-site="news"' in added.stdout
    verified = running.cli("verify")
    assert verified.returncode == 0 and "Every total is the sum of its parts." in verified.stdout
    version = running.cli("--version").stdout
    assert f"## v{version.removeprefix('readback ').strip()} - " in CHANGELOG


def test_votes_survive_the_installation_of_another_wheel(tmp_path: Path, wheel: Path) -> None:
    programs = environment(tmp_path / "environment", wheel)
    before = Installed(programs, tmp_path / "served").start()
    assert before.react(nonce=nonce()).status == 200
    before.stop()
    install(programs, wheel)
    after = Installed(programs, tmp_path / "served").start()
    try:
        assert after.counts()["total"] == 1
    finally:
        after.stop()


def test_a_folder_of_the_operators_own_stories_replaces_the_examples(
    tmp_path: Path, programs: Path
) -> None:
    stories = tmp_path / "served" / "articles"
    stories.mkdir(parents=True)
    (stories / "ours.md").write_text("---\ntitle: Ours\n---\nWords.\n")
    server = Installed(programs, tmp_path / "served").start()
    try:
        front = server.get("/").body
        assert b"/articles/ours" in front and b"talent-visa" not in front
    finally:
        server.stop()
