"""Exports of other systems that are JSON, for tests of the import."""

import gzip
import json
from pathlib import Path
from typing import Any

STORY = "https://news.example/story"


def remark42(path: Path, *comments: dict[str, Any], packed: bool = False, **meta: Any) -> Path:
    """Write a backup: the line of the site, then the comments."""
    first = {"version": 1, "users": [], "posts": [{"url": STORY, "read_only": False}], **meta}
    text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in (first, *comments))
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    return path


def remark42_comment(key: str = "c1", **fields: Any) -> dict[str, Any]:
    user = {
        "name": "Ana",
        "id": "github_1",
        "picture": "",
        "ip": "ab12",
        "admin": False,
        "site_id": "news",
        **fields.pop("user", {}),
    }
    return {
        "id": key,
        "pid": "",
        "text": "<p>I love this.</p>\n",
        "orig": "I love this.",
        "user": user,
        "locator": {"site": "news", "url": STORY},
        "score": 0,
        "votes": {},
        "vote": 0,
        "time": "2020-05-06T03:08:09.123456789-04:00",
        "title": "A story",
        **fields,
    }


def isso_generic(path: Path, *threads: dict[str, Any]) -> Path:
    path.write_text(json.dumps(threads))
    return path


def isso_thread(
    address: str, *comments: dict[str, Any], title: str = "A story", comments_first: bool = True
) -> dict[str, Any]:
    """Return a thread. In Isso's own example its comments come before its id."""
    names = {"id": address, "title": title}
    return {"comments": comments} | names if comments_first else names | {"comments": comments}


def isso_comment(key: int = 0, **fields: Any) -> dict[str, Any]:
    return {
        "id": key,
        "author": "Ana",
        "email": "",
        "website": "",
        "remote_addr": "0.0.0.0",
        "created": "2020-05-06 07:08:09",
        "text": "I love this.",
        **fields,
    }


def commento(
    path: Path, *comments: dict[str, Any], names: dict[str, str] | None = None, packed: bool = False
) -> Path:
    commenters = [
        {"commenterHex": key, "email": "a@b.example", "name": name, "link": "", "photo": ""}
        for key, name in (names or {"ab": "Ana"}).items()
    ]
    text = json.dumps({"version": 1, "comments": comments, "commenters": commenters})
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    return path


def commento_comment(key: str = "c1", **fields: Any) -> dict[str, Any]:
    return {
        "commentHex": key,
        "domain": "news.example",
        "url": "/story",
        "commenterHex": "ab",
        "markdown": "I love this.",
        "html": "",
        "parentHex": "root",
        "score": 0,
        "state": "approved",
        "creationDate": "2020-05-06T07:08:09.722181Z",
        "direction": 0,
        "deleted": False,
        **fields,
    }


def waline(path: Path, *comments: dict[str, Any], users: tuple[dict[str, Any], ...] = ()) -> Path:
    data = {"Comment": comments, "Counter": [{"url": "/story", "time": 9}], "Users": users}
    whole = {"type": "waline", "version": 1, "time": 1588748889000, "tables": [*data], "data": data}
    path.write_text(json.dumps(whole, indent="\t"))
    return path


def waline_comment(key: Any = 1, **fields: Any) -> dict[str, Any]:
    return {
        "objectId": key,
        "user_id": None,
        "comment": "I love this.",
        "insertedAt": "2020-05-06T07:08:09.000Z",
        "ip": "192.0.2.1",
        "link": "",
        "mail": "a@b.example",
        "nick": "Ana",
        "pid": None,
        "rid": None,
        "sticky": None,
        "status": "approved",
        "like": None,
        "ua": "Mozilla/5.0",
        "url": "/story",
        **fields,
    }


def artalk(path: Path, *comments: dict[str, Any]) -> Path:
    path.write_text(json.dumps(comments))
    return path


def artalk_comment(key: str = "1", **fields: Any) -> dict[str, Any]:
    return {
        "id": key,
        "rid": "0",
        "content": "I love this.",
        "ua": "Mozilla/5.0",
        "ip": "192.0.2.1",
        "is_collapsed": "false",
        "is_pending": "false",
        "is_pinned": "false",
        "vote_up": "0",
        "vote_down": "0",
        "created_at": "2020-05-06 09:08:09 +0200",
        "updated_at": "2020-05-06 09:08:09 +0200",
        "nick": "Ana",
        "email": "a@b.example",
        "link": "",
        "badge_name": "",
        "badge_color": "",
        "page_key": "/story",
        "page_title": "A story",
        "page_admin_only": "false",
        "site_name": "News",
        "site_urls": "https://news.example,https://www.news.example",
        **fields,
    }
