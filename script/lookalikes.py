#!/usr/bin/env python3
"""Renew widget/domain/comments/lookalikes.txt from Unicode's table of confusable characters.

Download https://www.unicode.org/Public/security/latest/confusables.txt, then run
`.venv/bin/python script/lookalikes.py confusables.txt` and the tests. The result has only what
names need: characters that resemble letters or digits and that NFKD does not already change.
"""

import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

RESULT = Path(__file__).parent.parent / "widget/domain/comments/lookalikes.txt"


def main(path: Path) -> None:
    sources: dict[str, list[str]] = defaultdict(list)
    version = ""
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        version = line.removeprefix("# Version: ") if line.startswith("# Version: ") else version
        source, _, rest = line.partition("#")[0].partition(";")
        if not rest:
            continue
        char, target = _text(source), _text(rest.partition(";")[0])
        if _is_needed(char, target):
            sources[target].append(char)
    kept = [line for line in RESULT.read_text(encoding="utf-8").splitlines() if line[:1] == "#"]
    heads = [f"# Unicode {version}" if line.startswith("# Unicode 1") else line for line in kept]
    rows = [f"{target}\t{''.join(sorted(found))}" for target, found in sorted(sources.items())]
    RESULT.write_text("\n".join([*heads, *rows, ""]), encoding="utf-8")


def _text(codes: str) -> str:
    return "".join(chr(int(code, 16)) for code in codes.split())


def _is_needed(char: str, target: str) -> bool:
    if char.isascii() and not char.isalnum():
        return False  # punctuation; lookalikes.py decides which of it can be a letter
    return unicodedata.normalize("NFKD", char) == char and any(map(str.isalnum, target))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
