"""A command's file of pairs of names of stories."""

from pathlib import Path

from widget.domain.printable import printable
from widget.importing import name_pairs
from widget.importing.model import BadFile


def pairs_in(path: Path) -> list[tuple[str, str]]:
    """Return the pairs in a file.

    :raise BadFile: with the file's name, and that nothing was changed.
    """
    try:
        return name_pairs.read(path)
    except BadFile as problem:
        raise BadFile(printable(f"{path.name} {problem}. Nothing was changed.")) from None
    except OSError as problem:
        raise BadFile(printable(f"{path.name}: {problem.strerror}. Nothing was changed.")) from None
