#!/usr/bin/env python3
"""Renew widget/domain/tracking_parameters.txt from the Tracking Query Params Registry.

Run `.venv/bin/python script/tracking_parameters.py` and the tests. It fetches the registry, which
is in the public domain, and replaces the last part of the file: the registry's names that the part
kept by hand neither has nor refuses. `script/tracking_parameters.py params.csv` reads a copy.
"""

import csv
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

HOME = "https://github.com/mpchadwick/tracking-query-params-registry"
LIST = f"{HOME}/raw/master/_data/params.csv"
RESULT = Path(__file__).parent.parent / "widget/domain/tracking_parameters.txt"


def main(copy: str = "") -> None:
    kept = RESULT.read_text().partition(f"# {HOME}")[0]
    own = [line for line in kept.splitlines() if line and not line.startswith("#")]
    names = {row["name"].strip().lower() for row in csv.DictReader(_lines(copy))}
    new = sorted(name for name in names if name and not any(_covers(line, name) for line in own))
    dated = f"# {HOME} {datetime.now(UTC):%Y-%m-%d}"
    RESULT.write_text("\n".join([kept.rstrip("\n"), dated, *new, ""]))


def _lines(copy: str) -> list[str]:
    if copy:
        return Path(copy).read_text().splitlines()
    with urlopen(LIST, timeout=30) as answer:
        text: str = answer.read().decode()
    return text.splitlines()


def _covers(line: str, name: str) -> bool:
    own = line.removeprefix("!")
    return name.startswith(own[:-1]) if own.endswith("*") else name == own


if __name__ == "__main__":
    main(*sys.argv[1:2])
