"""Words of praise and abuse that VADER lacks, and everyday words that it should not weigh.

``script/train-tone`` chooses them; docs/tone-card.md says how.
"""

from importlib.resources import files

from widget.tone.analyzer import Sense

# VADER counts each "like" and "well" as praise, and most are none: "sounds like", "as well". It
# counts each "poor" as blame, and poor people are not to be blamed for it.
SENSES = {
    "like": Sense(
        before=frozenset(
            "i really don't dont didn't didnt doesn't doesnt also always do did".split()
        )
    ),
    "well": Sense(
        after=frozenset("done said put written researched reported deserved played made".split())
    ),
    "poor": Sense(
        after=frozenset(
            """
            article choice communication decision design excuse form grammar headline job judgement
            judgment journalism management performance planning quality reporting service standard
            standards taste writing
            """.split()
        )
    ),
}


def supplement() -> dict[str, float]:
    """Return a valence on the lexicon's scale for each word; 0 for one without an opinion."""
    lines = (files("widget.tone") / "supplement.tsv").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines)
    return {word: float(valence) for word, valence in pairs}
