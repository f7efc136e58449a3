"""XML as systems really write it: what is repaired, and that nothing else changes."""

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from widget.importing.model import BadFile
from widget.importing.near_xml import MAX_HELD, NearXml

ROOTS = ("rss", "disqus")


def repaired(raw: bytes, size: int = 64 * 1024) -> bytes:
    """Repair a file that is read in chunks of this size."""
    near = NearXml(raw[: 64 * 1024], ROOTS)
    chunks = [near.feed(raw[at : at + size]) for at in range(0, len(raw), size)]
    return b"".join([*chunks, near.feed(b"", final=True)])


def text_of(raw: bytes, size: int = 64 * 1024) -> str:
    """Return the text of all elements of a file, after its repair."""
    return "".join(ElementTree.fromstring(repaired(raw, size)).itertext())


@pytest.mark.parametrize("size", [1, 7, 64 * 1024])
@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (b"<a>pasted\x08 from\x0bWord\x0c</a>", "pasted from\u2028Word\u2028"),
        (b"<a><![CDATA[pasted\x08\x00 \x1fhere]]></a>", "pasted here"),
        ("<a>\ufffe\uffff.</a>".encode(), "."),
        (b"<a>x&#8;y&#x0B;z&#xFFFF;&#0;&#99999999;</a>", "xy\u2028z\ufffd"),
        (b"<a>&#xD83D;&#xDE00; &#55357;&#56832; &#xd83d; &#xDE00;</a>", "😀 😀 \ufffd \ufffd"),
        (b"<a>\xed\xa0\xbd\xed\xb8\x80 \xed\xa0\xbd \xed\xb8\x80</a>", "😀 \ufffd \ufffd"),
        ("<a>caf\xe9 \x93q\x94</a>".encode("latin-1"), "café “q”"),
        (b"<a>caf\xc3\xa9 caf\xe9</a>", "café café"),
        ("<a>日本語のテキスト😀</a>".encode(), "日本語のテキスト😀"),
        (b"<a>R&D & AT&T &lt;3 &amp;lt; &unknown; &amp</a>", "R&D & AT&T <3 &lt; &unknown; &amp"),
        (b"<a>a&nbsp;b&eacute;&hellip;&LT;&#10;&#13;</a>", "a\xa0bé…<\n\r"),
        (b"<a>I <3 you, 1 < 2 ]]> x</a>", "I <3 you, 1 < 2 ]]> x"),
        (b"<a><![CDATA[R&D &nbsp; &#xD83D; <b>]]></a>", "R&D &nbsp; &#xD83D; <b>"),
        (b"<a>x<!-- a -- b & <c> -->y<?php echo ?>z</a>", "xyz"),
        (b"<a><![CDATA[one</a><b><![CDATA[two]]></b>", "onetwo"),
        (b"<a><![CDATA[one</a> <b>2</b><c>]]&gt;</c>", "one 2]]>"),
        (b"<a><![CDATA[one]]]]><![CDATA[>two]]></a><b/>", "one]]>two"),
        (b"<a><![CDATA[about </a> and <![CDATA[]]></a>", "about </a> and <![CDATA["),
    ],
)
def test_what_is_nearly_xml_is_repaired(inner: bytes, text: str, size: int) -> None:
    assert text_of(b"<?xml version='1.0' encoding='UTF-8'?><rss>%s</rss>" % inner, size) == text


@pytest.mark.parametrize(
    "before",
    [
        b"\xef\xbb\xbf",
        b"\n\n  ",
        b"\r\n\xef\xbb\xbf",
        b"<br />\n<b>Warning</b>: Undefined variable $x &amp; in <b>/a.php</b> on line 3<br />\n",
        b"PHP Notice: caf\xe9 & co in /a.php on line 3\n",
    ],
)
@pytest.mark.parametrize("declaration", [b'<?xml version="1.0" encoding="UTF-8" ?>\n', b""])
def test_output_before_the_xml_is_left_out(before: bytes, declaration: bytes) -> None:
    assert text_of(before + declaration + "<rss>é &amp; b</rss>".encode()) == "é & b"


def test_a_declaration_that_a_comment_quotes_is_no_beginning() -> None:
    assert text_of(b"<rss><a>kept</a><![CDATA[<?xml version='1.0'?><rss>]]></rss>").startswith(
        "kept"
    )


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("ISO-8859-1", "cp1252"),
        ("windows-1252", "cp1252"),
        ("koi8-r", "koi8-r"),
        ("Shift_JIS", "shift_jis"),
        ("GB2312", "gb18030"),
        ("UTF-16", "utf-16"),
        ("UTF-8", "utf-16"),
        ("UTF-16", "utf-8"),
        ("utf-8", "utf-8-sig"),
    ],
)
def test_an_encoding_is_read_as_declared_or_as_its_mark_says(declared: str, codec: str) -> None:
    text = {"koi8-r": "Привет", "shift_jis": "日本", "gb18030": "中文"}.get(codec, "café")
    raw = f'<?xml version="1.0" encoding="{declared}"?><rss>{text}</rss>'.encode(codec)
    assert text_of(raw, 3) == text


@pytest.mark.parametrize("encoding", ["klingon", "utf-7", "idna", "rot13", "zlib", "punycode"])
def test_an_encoding_that_no_xml_has_is_refused(encoding: str) -> None:
    with pytest.raises(BadFile, match="encoding"):
        repaired(f'<?xml version="1.0" encoding="{encoding}"?><rss/>'.encode())


def test_lines_keep_their_numbers() -> None:
    raw = b"Warning\n\n<?xml version='1.0'?>\n<!-- a\nb --><rss>\n<a><![CDATA[x\n]]></a>\x0b\n"
    raw += b"</b></rss>"
    with pytest.raises(ElementTree.ParseError) as broken:
        text_of(raw)
    assert broken.value.position[0] == raw[: raw.index(b"</b>")].count(b"\n") + 1


def test_a_long_section_is_passed_on_in_pieces() -> None:
    near = NearXml(b"<rss>", ROOTS)
    near.feed(b"<rss><a><![CDATA[")
    passed = [len(near.feed(b"x" * MAX_HELD)) for _ in range(20)]
    assert sum(passed) > 18 * MAX_HELD and max(passed) < 3 * MAX_HELD
    assert near.feed(b"]]></a></rss>", final=True).endswith(b"x]]></a></rss>")


_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"))
_TREES = st.recursive(
    _TEXT, lambda below: st.lists(below, max_size=4) | st.tuples(_TEXT, below), max_leaves=12
)


def _element(tree: object) -> ElementTree.Element:
    element = ElementTree.Element("rss")
    if isinstance(tree, str):
        element.text = tree
    elif isinstance(tree, tuple):
        element.set("x", str(tree[0]))
        element.append(_element(tree[1]))
    elif isinstance(tree, list):
        element.extend(map(_element, tree))
        for child in element:
            child.tail = "&<]]>"
    return element


@given(_TREES, st.integers(1, 80), st.booleans())
@settings(max_examples=100, deadline=None)
def test_well_formed_xml_keeps_its_meaning(tree: object, size: int, in_cdata: bool) -> None:
    raw = ElementTree.tostring(_element(tree), "utf-8", xml_declaration=True)
    if in_cdata:
        inner = raw.split(b"?>", 1)[1].replace(b"]]>", b"]]]]><![CDATA[>")
        raw = b"<rss><a><![CDATA[%s]]></a> <b>&amp;</b></rss>" % inner
    assert ElementTree.canonicalize(repaired(raw, size).decode()) == ElementTree.canonicalize(
        raw.decode()
    )


@given(st.binary(max_size=300), st.integers(1, 40))
@settings(max_examples=100, deadline=None)
def test_the_size_of_a_chunk_makes_no_difference(raw: bytes, size: int) -> None:
    raw = b"<rss>" + raw
    assert repaired(raw, size) == repaired(raw)
