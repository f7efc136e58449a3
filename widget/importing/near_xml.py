"""Repair of XML that is nearly well-formed, piece by piece. Well-formed XML keeps its meaning.

Systems print their exports as text, and databases cut texts short. This escapes what should have
been: a lone "&" or "<", HTML's entities, references to characters that XML forbids. It closes a
CDATA section that its element's end shows to be open. Comments and instructions are left out.
"""

import re
from collections.abc import Iterable
from html.entities import html5

from widget.importing.decoding import Decoder, allowed

MAX_HELD = 64 * 1024  # characters of a CDATA section; a longer one is not repaired
_AHEAD = 200  # characters that may belong to what begins before them
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
_SILENT = {"<!--": "-->", "<?": "?>"}
_MARK = re.compile(
    r"<!\[CDATA\[|<!--|<\?|<(?P<opened>[A-Za-z_][\w.:-]{0,100})"
    r"|&#(?P<number>x[0-9a-fA-F]{1,8}|[0-9]{1,9});|&(?P<name>[A-Za-z][A-Za-z0-9]{0,31});"
    r"|[&]|\]\]>|<(?![/!:\u0080-\U0010ffff])"
)
_REFERENCE = re.compile(r"&#(x[0-9a-fA-F]{1,8}|[0-9]{1,9});")
_CLOSED = re.compile(r"\s*</([\w.:-]+)")
_XML_NAMES = frozenset(("amp", "lt", "gt", "quot", "apos"))
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


class NearXml:
    """The repaired text of one file, in UTF-8 without a declaration.

    :param start: as for :class:`Decoder`; ``feed`` receives it again.
    """

    def __init__(self, start: bytes, roots: Iterable[str]) -> None:
        self._decoder = Decoder(start, roots)
        self._text = ""
        self._out: list[str] = []
        self._end = ""  # what ends the section that is open; "" in elements and their text
        self._is_streamed = False  # the open CDATA section is too long to be held
        self._element = ""

    def feed(self, chunk: bytes, *, final: bool = False) -> bytes:
        """Repair the next bytes of the file; return what is certain so far."""
        self._text += self._decoder.decode(chunk, final=final)
        at = 0
        while (after := self._step(at, final)) is not None:
            at = after
        repaired, self._out = "".join(self._out), []
        return repaired.encode()

    def _step(self, at: int, final: bool) -> int | None:
        """Repair up to the next mark. Return where to go on, or None if more text is needed."""
        if self._end == _CDATA_END:
            return self._in_cdata(at, final)
        if self._end:
            return self._in_silence(at, final)
        return self._in_elements(at, final)

    def _in_elements(self, at: int, final: bool) -> int | None:
        limit = len(self._text) if final else len(self._text) - _AHEAD
        mark = _MARK.search(self._text, at)
        if mark is None or mark.start() >= limit:
            self._wait(at, max(at, limit), keep=True)
            return None
        self._out.append(self._text[at : mark.start()])
        if mark[0] == _CDATA:
            self._end, self._is_streamed = _CDATA_END, False
            return mark.end()
        if mark[0] in _SILENT:
            self._end = _SILENT[mark[0]]
            return mark.end()
        if mark["opened"]:
            self._element = mark["opened"]
            self._out.append(mark[0])
            return mark.end()
        return self._escape(mark)

    def _escape(self, mark: re.Match[str]) -> int:
        """Write a reference or a sign that must be escaped. Return where to go on."""
        if mark["number"]:
            text, end = _char(mark["number"]), mark.end()
            low = _REFERENCE.match(self._text, end) if "\ud800" <= text <= "\udbff" else None
            if low and "\udc00" <= _char(low[1]) <= "\udfff":
                text, end = text + _char(low[1]), low.end()
            # A carriage return would not survive as itself, nor would a space in an attribute.
            self._out.append(mark[0] if text in " \t\r\n" else _escaped(allowed(text)))
            return end
        name = mark["name"]
        if name in _XML_NAMES:
            self._out.append(mark[0])
        else:
            self._out.append(_escaped(html5.get(f"{name};", mark[0]) if name else mark[0]))
        return mark.end()

    def _in_cdata(self, at: int, final: bool) -> int | None:
        end = self._text.find(_CDATA_END, at)
        if end < 0 and not final:
            if len(self._text) - at <= MAX_HELD and not self._is_streamed:
                self._wait(at, at)
                return None
            self._begin_stream()
            self._wait(at, max(at, len(self._text) - 2), keep=True)
            return None
        whole = end + 3 if end >= 0 else len(self._text)
        if not final and len(self._text) - whole < _AHEAD:
            self._wait(at, at)
            return None
        if not self._is_streamed:
            ended_early = self._end_of_element(at, whole, is_open=end < 0)
            if ended_early >= 0:
                self._out += (_CDATA, self._text[at:ended_early], _CDATA_END)
                self._end = ""
                return ended_early
            self._begin_stream()
        self._out.append(self._text[at:whole])
        if end < 0:
            self._wait(whole, whole)
            return None
        self._end = ""
        return whole

    def _begin_stream(self) -> None:
        if not self._is_streamed:
            self._out.append(_CDATA)
            self._is_streamed = True

    def _end_of_element(self, at: int, whole: int, *, is_open: bool) -> int:
        """Return where the section should have ended, or -1 if it ends where it should."""
        closed = _CLOSED.match(self._text, whole)
        if not is_open and (closed is None or closed[1] == self._element):
            return -1
        return self._text.find(f"</{self._element}>", at, whole)

    def _in_silence(self, at: int, final: bool) -> int | None:
        end = self._text.find(self._end, at)
        if end < 0:
            kept = len(self._text) if final else max(at, len(self._text) - 2)
            self._out.append("\n" * self._text.count("\n", at, kept))
            self._wait(kept, kept)
            return None
        self._out.append("\n" * self._text.count("\n", at, end))
        self._end, after = "", end + len(self._end)
        return after

    def _wait(self, at: int, until: int, *, keep: bool = False) -> None:
        """Write the text as far as it is certain, and keep the rest for the next bytes."""
        if keep:
            self._out.append(self._text[at:until])
        self._text = self._text[until:]


def _char(number: str) -> str:
    code = int(number[1:], 16) if number[0] == "x" else int(number)
    return chr(code) if code < 0x110000 else "\ufffd"


def _escaped(text: str) -> str:
    return text.translate(_ESCAPED)
