"""Addresses of stories from sitemaps, feeds and lists, and the refusal of hostile files."""

from pathlib import Path

import pytest

from widget.importing.model import BadFile
from widget.importing.story_addresses import read

FOUND = ["https://news.example/a", "https://news.example/b"]
SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://news.example/a</loc>
<image:image><image:loc>https://news.example/a.jpg</image:loc></image:image></url>
<url><loc> https://news.example/b </loc></url></urlset>"""
RSS = """<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<link>https://news.example/</link><atom:link href="https://news.example/feed" rel="self"/>
<item><link>https://news.example/a</link></item><item><link>https://news.example/b</link></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://news.example/"/>
<entry><link href="https://news.example/a"/><link rel="edit" href="https://news.example/x"/></entry>
<entry><link rel="alternate" href="https://news.example/b"/></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/"><item><link>https://news.example/a</link></item>
<item><link>https://news.example/b</link></item></rdf:RDF>"""
LIST = "\ufeffhttps://news.example/a\n\n# a comment\r\nhttps://news.example/b"
WARNED = f"\nWarning: x & y in /a.php on line 3\n{SITEMAP}"
SECURE = SITEMAP.replace("http://www.sitemaps", "https://www.sitemaps")
EXPANDING = """<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY a "aaaa">]>
<urlset><url><loc>&a;</loc></url></urlset>"""


@pytest.mark.parametrize("text", [SITEMAP, RSS, ATOM, RDF, LIST, WARNED, SECURE])
def test_each_format_gives_the_addresses_of_its_stories(tmp_path: Path, text: str) -> None:
    file = tmp_path / "file"
    file.write_text(text)
    assert read(file) == FOUND


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (EXPANDING.encode(), "document type"),
        (b"<html><body/></html>", "is not a sitemap or feed"),
        (b"<urlset><url>", "ends too early"),
        (b"<sitemapindex/>", "lists other sitemaps"),
        (b"\xff\xfe\x00", "neither text"),
        (b"", "has no address of a story.*an empty file"),
        (b"# only a comment\n", "has no address"),
        (b"<rss><channel/></rss>", "has no address.*an RSS feed"),
        (b"<urlset>" + b"<a>" * 60, "nested"),
    ],
)
def test_a_file_that_is_none_of_them_is_refused(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(BadFile, match=problem):
        read(file)
