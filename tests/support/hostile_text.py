"""Hostile text for functions that must be linear: python -m tests.support.hostile_text FUNCTION.

A quadratic function takes hours for it, so the caller ends this process in time.
"""

import sys
from collections.abc import Callable, Iterator
from itertools import product

from widget.domain.comments.cleaning import MAX_RAW, clean_name, clean_text
from widget.domain.comments.comment import why_held
from widget.domain.comments.rules import CommentRules
from widget.domain.errors import TooLong, TooShort
from widget.domain.page import clean_line
from widget.importing.html_text import PIECE_CHARS, decoded, plain_text, without_comments
from widget.importing.model import MAX_SOURCE_CHARS
from widget.importing.near_xml import MAX_HELD, NearXml
from widget.importing.xml_records import CHUNK_BYTES
from widget.tone import score
from widget.tone.normal import CAP_CHARS

# What could make a pattern or a loop begin anew at each of its characters.
PIECES = (
    *(" ", " \n", "\n ", "\t", "\n", "\u2028", "\u00a0"),
    *("a-", "a.", "a. ", "a", "9", "-", ".", "www.", "http://", "a@", "@", "!", '."', ".'", "!)"),
    *("\u0301\u0323", "\u0301\u200d", "\U0001d16d\U0001d165", "\u0f71\u0f72", "\u05b0\u05b1"),
    *("\u200b", "\u200b\u200c", "\u202e", "\u3164", "\U0001f3f4\U000e0067", "\U000e0067", "\u2713"),
    *("\u1100\u1161", "\ufdfa", "\U0001f600 ", "\u2026 ", "\U0001f1e6", "\u00df", "\u0130"),
    *("<", "<!--", "<!-- --", "<!", "<![CDATA[", "<?", "<a ", "<a", "</", "</a>", "<a>", "<br>"),
    *("<script>", "<!-->", "&", "&#", "&#9", "&amp", "<b x='", "a=", "=\"'", "<a href=http://x>"),
    *("<blockquote>", "<ul><li>", "a</b>", "&a;", "&#xd83d;", "]]>", "<![CDATA[</b>", "<?x"),
    *("no ", "but good ", "GOOD bad ", "goood ", "kind of ", "not "),
)
BEFORE = ("", "<a x='", "<script>", "<!--", "&#")
AFTER = ("", ">", "-->")


def texts(chars: int, before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[str]:
    """Make texts of this length."""
    for start, piece, end in product(before, PIECES, after):
        room = chars - len(start) - len(end)
        yield start + (piece * room)[:room] + end


def _cleaned(clean: Callable[[str], str]) -> Callable[[str], object]:
    def run(text: str) -> object:
        try:
            return clean(text)
        except (TooLong, TooShort):
            return None

    return run


def _repaired(text: str) -> None:
    raw, repaired = text.encode(), NearXml(b"<b>", ("b",))
    for start in range(0, len(raw), CHUNK_BYTES):
        repaired.feed(raw[start : start + CHUNK_BYTES])
    repaired.feed(b"", final=True)


# Function, and the texts: of the length that it accepts at most, or far longer than it ever gets.
FUNCTIONS: dict[str, tuple[Callable[[str], object], Iterator[str]]] = {
    "clean_text": (_cleaned(clean_text), texts(MAX_RAW, ("",), ("x",))),
    "clean_name": (_cleaned(clean_name), texts(MAX_RAW, ("",), ("x",))),
    "clean_line": (clean_line, texts(2 * MAX_RAW, ("",), ("x",))),
    "links": (lambda text: why_held(text, CommentRules()), texts(5 * MAX_RAW, ("",), ("x",))),
    "html": (plain_text, texts(2 * PIECE_CHARS, BEFORE, AFTER)),
    "nearly XML": (_repaired, texts(4 * MAX_HELD, ("", "<b><![CDATA["), ("", "]]></c>"))),
    "references": (decoded, texts(MAX_SOURCE_CHARS, ("",), ("",))),
    "comments of HTML": (without_comments, texts(2 * MAX_SOURCE_CHARS, ("",), ("", "-->"))),
    "score": (score, texts(CAP_CHARS, BEFORE, ("", "x"))),
}


def main(name: str) -> None:
    function, hostile = FUNCTIONS[name]
    for text in hostile:
        function(text)


if __name__ == "__main__":
    main(sys.argv[1])
