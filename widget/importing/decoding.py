"""Decoding of XML files as systems really write them: wrong bytes, and output before the XML."""

import codecs
import re
from collections.abc import Iterable

from widget.importing.model import BadFile

_DECLARATION = re.compile(
    r"<\?xml\b(?:[^?>]*?\bencoding\s*=\s*[\"']([^\"']{0,40})[\"'])?[^>]{0,200}?\?>", re.IGNORECASE
)
_BLANK = re.compile("(?:\\s|\ufeff|\xef\xbb\xbf)*")
# Codecs of Python that read text of the web; the others are no encoding ("rot13"), or too slow.
_READABLE = re.compile(
    r"ascii|utf-8|utf-16(-[lb]e)?|iso8859-\d+|cp(125\d|437|850|866|874|932|949)|koi8-[ru]"
    r"|mac-roman|gb2312|gbk|gb18030|big5|shift_jis|euc_(jp|kr)"
)
# Pages that name these encodings have Windows' quotes and dashes, and browsers read them so.
_WIDER = {"ascii": "utf-8", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}
_HALF = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")  # of a surrogate pair, which UTF-8 forbids
_LONGEST = 6  # bytes of one character
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# XML has no character for these breaks. This one reads as a line break, but is no line of the file.
_LINE_SEPARATOR = dict.fromkeys((0x0B, 0x0C), "\u2028")


def _other_bytes(problem: UnicodeError) -> tuple[str, int]:
    """Decode bytes that are not UTF-8: half a surrogate pair, or else a byte of Windows-1252."""
    if not isinstance(problem, UnicodeDecodeError):
        raise problem
    raw, start = problem.object, problem.start
    if _HALF.match(raw, start):
        return raw[start : start + 3].decode("utf-8", "surrogatepass"), start + 3
    return raw[start : start + 1].decode("cp1252", "replace"), start + 1


codecs.register_error("readback.windows", _other_bytes)


class Decoder:
    """The characters of a file that XML allows, from its first element on.

    It keeps the number of lines before that, so that a problem's line is that of the file.

    :param start: the beginning of the file, at least as far as the first element.
    :param roots: names that the first element may have.
    :raise BadFile: it names an encoding that nobody reads.
    """

    def __init__(self, start: bytes, roots: Iterable[str]) -> None:
        wide = _wide(start)
        head = start.decode(wide or "latin-1", "ignore")
        begin = _first_element(head, roots)
        declaration = _DECLARATION.match(head, begin)
        end = declaration.end() if declaration else begin
        self._codec = wide or _codec((declaration and declaration[1]) or "utf-8")
        self._skip = len(head[:end].encode(wide or "latin-1"))
        self._before = "\n" * head.count("\n", 0, end)
        self._bytes = b""
        self._decoder = None
        if self._codec != "utf-8":
            self._decoder = codecs.getincrementaldecoder(self._codec)("replace")
        self._half = ""

    def decode(self, chunk: bytes, *, final: bool = False) -> str:
        """Decode the next bytes of the file."""
        skipped = min(self._skip, len(chunk))
        self._skip -= skipped
        text = self._before + self._half + self._decode(chunk[skipped:], final)
        self._before = self._half = ""
        if not _FORBIDDEN.search(text):
            return text
        if "\ud800" <= text[-1] <= "\udbff" and not final:
            text, self._half = text[:-1], text[-1]
        return allowed(text)

    def _decode(self, chunk: bytes, final: bool) -> str:
        if self._decoder:
            return self._decoder.decode(chunk, final)
        raw = self._bytes + chunk
        end = len(raw) if final else _end_of_characters(raw)
        self._bytes = raw[end:]
        return raw[:end].decode("utf-8", "readback.windows")


def allowed(text: str) -> str:
    """Remove characters that XML forbids. Two halves of a surrogate pair become one."""
    joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _FORBIDDEN.sub("", joined.translate(_LINE_SEPARATOR))


def _wide(start: bytes) -> str:
    """Return the codec of a file in UTF-16, or ""."""
    if start.startswith((codecs.BOM_UTF16_LE, b"<\0")):
        return "utf-16-le"
    return "utf-16-be" if start.startswith((codecs.BOM_UTF16_BE, b"\0<")) else ""


def _first_element(head: str, roots: Iterable[str]) -> int:
    """Return where the XML begins: behind a warning that the server has printed, for instance."""
    blank = _BLANK.match(head)
    start = blank.end() if blank else 0
    root = rf"<(?:[\w.-]+:)?(?:{'|'.join(map(re.escape, roots))})[\s>/]"
    if re.compile(rf"<[?!]|{root}").match(head, start):
        return start
    found = re.compile(rf"<\?xml\s|{root}").search(head, start)
    return found.start() if found else start


def _codec(name: str) -> str:
    try:
        codec = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        codec = ""
    if not _READABLE.fullmatch(codec):
        raise BadFile(f"has an encoding that cannot be read: {name}; save it in UTF-8")
    # A declaration that can be read byte by byte is not in UTF-16, whatever it says.
    return _WIDER.get(codec, "utf-8" if codec.startswith("utf-16") else codec)


def _end_of_characters(raw: bytes) -> int:
    """Return where the last character begins if it may go on in the next bytes."""
    for back in range(1, min(_LONGEST, len(raw)) + 1):
        if raw[-back] < 0x80:
            break
        if raw[-back] >= 0xC0:
            return len(raw) - back
    return len(raw)
