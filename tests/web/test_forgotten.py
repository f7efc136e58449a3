"""Two days later, neither the store nor its files can join votes or name networks.

The attacker has every byte of the data folder, the secrets among them, and tries every address.
"""

import hashlib
import hmac
import json
import re
import time
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from tests.support.files import bytes_below, wait_until_expired
from tests.support.server import LIMITED, ROOT, Serve, Server, nonce, wait_for
from widget.domain.article import resolve
from widget.domain.readers.network import networks
from widget.domain.readers.reader import NONCE_BYTES, Readers
from widget.secrets import open_secrets
from widget.services.home import HOME
from widget.settings import Settings
from widget.store.embedded import EmbeddedStore

ADDRESSES = [f"203.{number}.113.7" for number in range(250)]  # each a wide network of its own
STORIES = ("flood", "bridge")
REGRETTED = b"Something that nobody should have read."
HEART = "❤️".encode()
DAY_S = 86400
SALT = re.compile(rb"rb:salt:\d+(?:\r\n\$16\r\n|\x10)(.{16})", re.DOTALL)  # in a command, in a base


@dataclass(frozen=True)
class Files:
    """The data folder of a server that was stopped, and the readers who wrote there.

    :param readers: 16 bytes each, which only their browsers have.
    """

    folder: Path
    keys: Readers
    readers: list[bytes]
    log: bytes


@pytest.fixture(scope="module")
def files(module_serve: Serve) -> Files:
    """Have 250 networks vote on two stories, and twelve readers do all that readers can do."""
    server = module_serve(
        **LIMITED, READBACK_TRUSTED_PROXY_HOPS="1", READBACK_READS="0", READBACK_COMMENTS="50"
    )
    for address in ADDRESSES:
        for story in STORIES:
            headers = {"Content_Type": "text/plain", "X_Forwarded_For": address}
            path = f"/openheart/{HOME}/{story}"
            sent = server.request("POST", path, HEART, Origin=server.origin, **headers)
            assert sent.status == 200, sent.body
    readers = [writes(server, address) for address in ADDRESSES[:12]]
    server.prepare("verify")
    server.stop()
    secrets = open_secrets(Settings.from_env(server.env))
    keys = Readers(secrets.token_keys, secrets.vote_key.encode())
    return Files(server.data_dir, keys, readers, server.output().encode())


def writes(server: Server, address: str) -> bytes:
    """Vote and comment on each story, up-vote and report another comment; return the reader."""
    me = nonce()
    token = server.react(article=STORIES[0], nonce=me, address=address).json["token"]
    assert server.react(article=STORIES[1], token=token, address=address).status == 200

    def post(path: str, **fields: Any) -> Any:
        body = json.dumps({"site": HOME, "token": token, **fields}).encode()
        headers = {"Content_Type": "text/plain", "X_Forwarded_For": address}
        answer = server.request("POST", path, body, Origin=server.origin, **headers)
        assert answer.status in (200, 201, 202), answer.body
        return answer.json

    for story in STORIES:
        seen = server.get(f"/v1/comments?site={HOME}&article={story}&limit=1").json["comments"]
        thought = f"I read it and have a thought of my own: {nonce()}"
        post("/v1/comments", article=story, name=nonce()[:8], text=thought, draft=nonce())
        for other in seen:
            post(f"/v1/comments/{other['id']}/vote", up=True, seq=1)
            if address in ADDRESSES[:3]:  # more would hide it
                post(f"/v1/comments/{other['id']}/report")
    regretted = post("/v1/comments", article=STORIES[0], name="Ana", text=REGRETTED.decode())
    post(f"/v1/comments/{regretted['id']}/removal")
    return urlsafe_b64decode(f"{me}==")


def test_after_two_days_nothing_joins_a_readers_acts_or_names_a_network(files: Files) -> None:
    store = EmbeddedStore(files.folder)
    store.start()
    with Redis(unix_socket_path=str(store.socket)) as client:
        before = bytes_below(files.folder) + everything_in(client)
        salts = set(SALT.findall(before))
        assert named(files, before, salts) == ADDRESSES, "the attack works on today's files"
        assert joined(files, before) == files.readers
        assert REGRETTED in before
        stored = {h for hashes in hashed(salts) for h in hashes if h in before}
        assert len(stored) == 4 * len(ADDRESSES), "a network, a wide one, a mark on each story"

        move_clock(client, 2 * DAY_S)
        store.forget(now_s=time.time() + 2 * DAY_S)
        wait_for(lambda: not SALT.search(bytes_below(files.folder)))
        after = bytes_below(files.folder) + everything_in(client)
    store.stop()

    assert REGRETTED not in after
    assert not any(salt in after for salt in salts)
    assert named(files, after, set(SALT.findall(after))) == []
    assert joined(files, after) == []
    assert not [h for hashes in hashed(salts) for h in hashes if h in after]
    assert not [a for a in ADDRESSES if a.encode() in after + files.log]
    # Every vote is still there, under marks that only the lost salt or the reader could join.
    assert named(files, after, salts) == ADDRESSES
    for reader in files.readers:
        assert all(mark in after for mark in marks(files, reader))


def named(files: Files, stolen: bytes, salts: set[bytes]) -> list[str]:
    """Return the addresses whose votes on both stories are found by trying every address."""
    found = []
    for address in ADDRESSES:
        for network, *_ in (hashed_network(salt, address) for salt in salts):
            text = f"openheart|{HOME}|{network.decode()}"
            reader = hashlib.sha256(text.encode()).digest()[:NONCE_BYTES]
            if all(mark in stolen for mark in marks(files, reader)):
                found.append(address)
    return found


def joined(files: Files, stolen: bytes) -> list[bytes]:
    """Return the readers of whom there is a value that is the same on every story."""
    return [r for r in files.readers if any(same in stolen for same in constants(files, r))]


def constants(files: Files, reader: bytes) -> list[bytes]:
    """Return every value that is made from a reader, but not from a story or a comment."""
    made = [
        reader,
        hashlib.sha256(reader).digest()[:8],
        files.keys.mark(HOME, "", reader),
        *(files.keys.mark_for(purpose, HOME, "", reader) for purpose in purposes()),
    ]
    return [*made, *(value.hex().encode() for value in made)]


@cache
def purposes() -> set[str]:
    """Return every purpose for which the code makes a mark of a reader."""
    code = "".join(path.read_text() for path in (ROOT / "widget").rglob("*.py"))
    found = set(re.findall(r'mark(?:_for)?\("(\w+)"', code))
    assert {"commenter", "draft"} <= found
    return found


def marks(files: Files, reader: bytes) -> list[bytes]:
    return [files.keys.mark(HOME, resolve(HOME, (), story).id, reader) for story in STORIES]


def hashed(salts: set[bytes]) -> list[list[bytes]]:
    """Return the hashes under which each address's network may be stored."""
    return [[h for salt in salts for h in hashed_network(salt, a)] for a in ADDRESSES]


def hashed_network(salt: bytes, address: str) -> list[bytes]:
    """Return the hashes of a network and its wide network, and the network's mark on each story."""
    digests = (hmac.digest(salt, network.encode(), "sha256") for network in networks(address))
    subjects = (
        f"{HOME}|{resolve(HOME, (), story).id}|{networks(address).near}" for story in STORIES
    )
    on_stories = (
        hashlib.blake2b(subject.encode(), key=salt, digest_size=8).digest() for subject in subjects
    )
    return [*(digest[:12].hex().encode() for digest in digests), *on_stories]


def move_clock(client: Any, by_s: int) -> None:
    """Let every key be so much nearer to its end, as if the time had passed."""
    for key in client.scan_iter(count=1000):
        left_ms = client.pttl(key)
        if left_ms >= 0:
            client.pexpire(key, max(1, left_ms - by_s * 1000))
    wait_until_expired(client)


def everything_in(client: Any) -> bytes:
    """Return every key and value of a store: its files may be compressed."""
    readers = {
        b"string": client.get,
        b"hash": client.hgetall,
        b"set": client.smembers,
        b"zset": lambda key: client.zrange(key, 0, -1, withscores=True),
        b"stream": client.xrange,
    }
    return b"\n".join(key + flat(readers[client.type(key)](key)) for key in client.scan_iter())


def flat(value: Any) -> bytes:
    """Return all that is in an answer of the store as bytes, one after another."""
    match value:
        case bytes():
            return value
        case dict():
            return b" ".join(flat(one) for pair in value.items() for one in pair)
        case list() | tuple() | set():
            return b" ".join(flat(one) for one in value)
        case _:
            return str(value).encode()
