"""The Dockerfile and its context, as far as no host has to be built for it."""

import re
import shutil
import subprocess
import sysconfig

import pytest

from tests.hosts.dockerfile import instructions, is_sent
from tests.support.server import ROOT
from tests.web.test_deploy import block

DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_hadolint_finds_no_fault_in_the_dockerfile() -> None:
    linter = shutil.which("hadolint", path=sysconfig.get_path("scripts"))
    if not linter:
        pytest.skip("hadolint is locked for x86_64 only")
    found = subprocess.run([linter, ROOT / "Dockerfile"], capture_output=True, text=True)
    assert found.returncode == 0, found.stdout


def test_the_context_has_what_is_copied_and_no_secret_or_data() -> None:
    copied = [
        word
        for name, rest in instructions(DOCKERFILE)
        if name == "COPY" and "--from" not in rest
        for word in rest.split()[:-1]
    ]
    assert copied and all(is_sent(path, ROOT) for path in copied)
    for path in (
        "var/secrets.json",
        ".env",
        "deploy/secrets/readback.json",
        ".git/config",
        "tests/server.py",
        "widget/web/__pycache__/body.pyc",
        "node_modules/x",
    ):
        assert not is_sent(path, ROOT), path


def test_the_service_is_not_root_and_needs_no_shell() -> None:
    last = dict(instructions(DOCKERFILE))
    assert last["USER"].split(":")[0].isdigit() and last["USER"].split(":")[0] != "0"
    assert last["ENTRYPOINT"] == '["readback"]' and last["CMD"] == '["serve"]'
    assert 'CMD ["python"' in last["HEALTHCHECK"]


def test_the_base_is_one_and_pinned_to_a_minor_version() -> None:
    bases = {rest.split()[0] for name, rest in instructions(DOCKERFILE) if name == "FROM"}
    [base] = bases
    assert base.startswith("python:3.") and base.endswith("-slim-bookworm")


def test_secrets_for_compose_are_kept_out_of_the_repository() -> None:
    ignored = (ROOT / ".gitignore").read_text().split()
    assert {"/.env", "/deploy/secrets/", "/deploy/tls/"} <= set(ignored)


def test_the_files_that_compose_mounts_are_there_or_documented() -> None:
    text = (ROOT / "compose.yaml").read_text()
    documented = (ROOT / "docs" / "deploy.md").read_text()
    for name in re.findall(r"\./(deploy/[\w./-]+)", text):
        assert (ROOT / name).is_file() or f"`{name}`" in documented, name


def test_the_nginx_of_compose_is_the_documented_one() -> None:
    assert (ROOT / "deploy" / "nginx.conf").read_text() == block("nginx")
