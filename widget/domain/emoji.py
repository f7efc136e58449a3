"""The emoji at the beginning of a text, and the choice that it means. Pure."""

import re
from collections.abc import Sequence

from widget.domain.model import Choice

# What does not change which emoji it is: its text or emoji style.
_STYLES = re.compile("[\ufe0e\ufe0f]")
_SKIN_TONES = re.compile("[\U0001f3fb-\U0001f3ff]")
# What makes another emoji of the one before: a joiner, a keycap, the tags of a flag.
_CONTINUES = re.compile("[\u200d\u20e3\U000e0020-\U000e007f]")
_BYTE_ORDER_MARK = "\ufeff"


def choice_in(text: str, choices: Sequence[Choice]) -> Choice | None:
    """Return the choice whose emoji a text begins with, after white space; None if there is none.

    An emoji in another skin tone or style is the same emoji, unless the choices differ by it.
    """
    text = _STYLES.sub("", text.lstrip().lstrip(_BYTE_ORDER_MARK).lstrip())
    longest_first = sorted(choices, key=lambda choice: -len(choice.emoji))
    for simplified in (str, _without_tone):
        for choice in longest_first:
            emoji = simplified(_STYLES.sub("", choice.emoji))
            rest = simplified(text).removeprefix(emoji)
            if rest != simplified(text) and not _CONTINUES.match(rest):
                return choice
    return None


def _without_tone(text: str) -> str:
    return _SKIN_TONES.sub("", text)
