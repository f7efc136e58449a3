"""Words of praise and abuse that VADER lacks, and everyday words that it should not weigh.

``script/train-tone`` chooses them; docs/tone-card.md says how.
"""

from importlib.resources import files


def supplement() -> dict[str, float]:
    """Return a valence on the lexicon's scale for each word; 0 for one without an opinion."""
    lines = (files("widget.tone") / "supplement.tsv").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines)
    return {word: float(valence) for word, valence in pairs}
