"""The Dockerfile's instructions, carried out in folders instead of by an engine."""

import fnmatch
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.hosts.chroot import PATH, Chroot


@dataclass
class Image:
    """A root file system, and how a container of it starts."""

    root: Chroot
    env: dict[str, str] = field(default_factory=lambda: {"PATH": PATH})
    workdir: str = "/"
    user: str = "0:0"
    volumes: list[str] = field(default_factory=list)
    ports: list[str] = field(default_factory=list)
    entrypoint: list[str] = field(default_factory=list)
    cmd: list[str] = field(default_factory=list)
    healthcheck: list[str] = field(default_factory=list)


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Yield each instruction's name and the rest of it, its lines joined."""
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for line in "\n".join(lines).replace("\\\n", "").splitlines():
        name, _, rest = line.strip().partition(" ")
        if name:
            yield name.upper(), rest.strip()


def build(context: Path, base: Chroot, folder: Path) -> Image:
    """Build the last stage, each on a copy of the base.

    :param base: takes the place of every image that FROM names.
    :raise ValueError: an instruction or an option that is not known here.
    """
    stages: dict[str, Image] = {}
    image = None
    for name, rest in instructions((context / "Dockerfile").read_text()):
        if name == "FROM":
            stage = rest.partition(" AS ")[2] or str(len(stages))
            image = stages[stage] = Image(base.copy(folder / stage))
        else:
            assert image is not None
            _carry_out(image, name, rest, context, stages)
    assert image is not None
    return image


def _carry_out(image: Image, name: str, rest: str, context: Path, stages: dict[str, Image]) -> None:
    match name:
        case "RUN":
            image.root.run(["sh", "-c", rest], env=image.env, at=image.workdir)
        case "COPY":
            _copy(image, rest.split(), context, stages)
        case "ENV":
            for pair in rest.split():
                key, _, value = pair.partition("=")
                image.env[key] = value.replace("$PATH", image.env["PATH"])
        case "WORKDIR":
            image.workdir = rest
            _inside(image, rest).mkdir(parents=True, exist_ok=True)
        case "USER":
            image.user = rest
        case "VOLUME":
            image.volumes.append(rest)
        case "EXPOSE":
            image.ports.append(rest)
        case "ENTRYPOINT":
            image.entrypoint = json.loads(rest)
        case "CMD":
            image.cmd = json.loads(rest)
        case "HEALTHCHECK":
            image.healthcheck = json.loads(rest.partition("CMD ")[2])
        case _:
            raise ValueError(f"{name} is not known here")


def _inside(image: Image, path: str) -> Path:
    return image.root.folder / os.path.join(image.workdir, path).lstrip("/")


def _copy(image: Image, words: list[str], context: Path, stages: dict[str, Image]) -> None:
    source_root, ignored = context, True
    if words[0].startswith("--from="):
        source_root = stages[words.pop(0).removeprefix("--from=")].root.folder
        ignored = False
    *sources, target = words
    if target.startswith("--"):
        raise ValueError(f"{target} is not known here")
    for source in sources:
        path = source_root / source.lstrip("/")
        to = _inside(image, target)
        if target.endswith("/"):
            to = to / path.name
        if ignored:
            _copy_sent(path, to, context)
        else:
            shutil.copytree(path, to, symlinks=True)


def _copy_sent(path: Path, to: Path, context: Path) -> None:
    """Copy what the client would send to the engine: .dockerignore keeps the rest back."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    sent = [file for file in files if is_sent(str(file.relative_to(context)), context)]
    if not sent:
        raise ValueError(f"COPY {path.relative_to(context)}: .dockerignore keeps it back")
    for file in sent:
        target = to / file.relative_to(path) if path.is_dir() else to
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)


def is_sent(path: str, context: Path) -> bool:
    """Return whether .dockerignore lets the path through: its last pattern that matches decides.

    A pattern matches a path when it matches the path or a folder above it. ``**/`` is any folders.
    """
    parts = path.split("/")
    prefixes = ["/".join(parts[: n + 1]) for n in range(len(parts))]
    sent = True
    for line in (context / ".dockerignore").read_text().splitlines():
        pattern = line.strip()
        if not pattern or pattern.startswith("#"):
            continue
        name = pattern.removeprefix("!")
        if any(_matches(prefix, name) for prefix in prefixes):
            sent = pattern.startswith("!")
    return sent


def _matches(path: str, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return fnmatch.fnmatchcase(path.rpartition("/")[2], pattern.removeprefix("**/"))
    same_depth = path.count("/") == pattern.count("/")
    return same_depth and fnmatch.fnmatchcase(path, pattern)
