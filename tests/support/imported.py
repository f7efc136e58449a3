"""Export files in the formats of other systems, for tests of the import."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

DISQUS = (
    '<?xml version="1.0" encoding="utf-8"?>\n<disqus xmlns="http://disqus.com" '
    'xmlns:dsq="http://disqus.com/disqus-internals">'
)


def thread(key: str, link: str, title: str = "A story", **fields: str) -> str:
    said = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return (
        f"<thread dsq:id={quoteattr(key)}><id>own</id><link>{escape(link)}</link>"
        f"<title>{escape(title)}</title>{said}<author><name>Desk</name></author></thread>\n"
    )


def post(
    key: str,
    html: str = "<p>I love this.</p>",
    *,
    on: str = "1",
    at: str = "2020-05-06T07:08:09Z",
    name: str = "Ana",
    parent: str = "",
    **flags: str,
) -> str:
    said = "".join(f"<{flag}>{value}</{flag}>" for flag, value in flags.items())
    above = f"<parent dsq:id={quoteattr(parent)}/>" if parent else ""
    return (
        f"<post dsq:id={quoteattr(key)}><message><![CDATA[{html}]]></message>"
        f"<createdAt>{at}</createdAt>{said}<author><name>{escape(name)}</name></author>"
        f"<thread dsq:id={quoteattr(on)}/>{above}</post>\n"
    )


def disqus(path: Path, *parts: str) -> Path:
    path.write_text(f"{DISQUS}{''.join(parts)}</disqus>")
    return path


def wxr(path: Path, *items: str, version: str = "1.2") -> Path:
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><!-- generator="WordPress/6.7" -->\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        f'xmlns:wp="http://wordpress.org/export/{version}/"><channel><title>Blog</title>'
        f"<link>https://news.example</link>{''.join(items)}</channel></rss>"
    )
    return path


def item(
    link: str, *comments: str, title: str = "A story", section: str = "Sport", **fields: str
) -> str:
    known = {"status": "publish", "post_password": "", "post_type": "post", **fields}
    said = "".join(f"<wp:{name}><![CDATA[{value}]]></wp:{name}>" for name, value in known.items())
    return (
        f"<item><title>{title}</title><link>{link}</link>{said}"
        '<category domain="post_tag" nicename="t">Tag</category>'
        f'<category domain="category" nicename="s"><![CDATA[{section}]]></category>'
        f"<content:encoded><![CDATA[<p>Much text</p>]]></content:encoded>{''.join(comments)}</item>"
    )


def wp_comment(**fields: str) -> str:
    known = {
        "id": "1",
        "author": "Ana",
        "date": "2020-05-06 09:08:09",
        "date_gmt": "2020-05-06 07:08:09",
        "content": "I love this.",
        "approved": "1",
        "type": "comment",
        "parent": "0",
    }
    inner = "".join(
        f"<wp:comment_{name}><![CDATA[{value}]]></wp:comment_{name}>"
        for name, value in (known | fields).items()
    )
    return f"<wp:comment>{inner}</wp:comment>"


def isso(path: Path, threads: list[tuple[Any, ...]], comments: list[dict[str, Any]]) -> Path:
    with closing(sqlite3.connect(path)) as base:
        base.executescript(
            "CREATE TABLE threads(id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title TEXT);"
            "CREATE TABLE comments(tid REFERENCES threads(id), id INTEGER PRIMARY KEY, "
            "parent INTEGER, created FLOAT NOT NULL, modified FLOAT, mode INTEGER, "
            "remote_addr VARCHAR, text VARCHAR, author VARCHAR, email VARCHAR, website VARCHAR, "
            "likes INTEGER DEFAULT 0, dislikes INTEGER DEFAULT 0, voters BLOB NOT NULL, "
            "notification INTEGER NOT NULL DEFAULT 0);"
        )
        base.executemany("INSERT INTO threads VALUES (?, ?, ?)", threads)
        for comment in comments:
            row = {
                "tid": 1,
                "created": 1588748889.7,
                "mode": 1,
                "text": "I love this.",
                "author": "Ana",
                "voters": b"",
                **comment,
            }
            base.execute(
                f"INSERT INTO comments({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
                list(row.values()),
            )
        base.commit()
    return path
