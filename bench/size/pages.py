"""The desk's pages: first in a worker, after a vote, and again; and the store's longest script."""

import time
from pathlib import Path
from statistics import median
from typing import Any

from flask.testing import FlaskClient

from bench.figures import Figure, figure, ratios, sane
from widget.domain.article import resolve_for
from widget.domain.editors.editor import EVERY_SITE, Editor, Role
from widget.domain.model import Site
from widget.domain.zones import day_text
from widget.secrets import new_secrets_file
from widget.settings import Settings
from widget.store.connect import Connection
from widget.store.desk.editors import Editors
from widget.store.desk.sessions import Sessions
from widget.store.embedded import EmbeddedStore
from widget.store.reactions.votes import Cast, Reactions, Voter
from widget.store.sites import Sites
from widget.web.application import create_app

FIRST_ROUNDS, ROUNDS = 3, 11
TIMES_MS = sane(0.3, 60_000)
MOST_FIRST_MS, MOST_MS, MOST_RATIO = 500, 150, 1.5
# Pages with bounds, then others. {custom} is some days of the past.
BOUND = (
    "",
    "?period=30d",
    "?{custom}",
    "articles",
    "articles?period=30d",
    "articles?period=30d&sort=newest",
    "articles?period=30d&sort=loved",
    "articles?period=30d&sort=angry",
    "articles?period=30d&sort=split",
    "articles?period=30d&section=City",
)
OTHERS = (
    "articles?period=30d&q=library",
    "live.json?period=30d",
    "sections?period=30d",
    "sections/City?period=30d",
    "comments",
    "articles/{article}",
)
LONGEST_MS = sane(0, 10_000)


def measure(
    store: EmbeddedStore, connection: Connection, folder: Path, sites: dict[str, Site]
) -> list[Figure]:
    """Return the figures of all pages, and of the scripts that they ran."""
    visits = _Visits(store, connection, folder, sites)
    figures: list[Figure] = []
    longest: list[float] = []
    for page in (*BOUND, *OTHERS):
        first = visits.of_new_workers(page, FIRST_ROUNDS)
        longest.append(visits.longest_ms())
        figures += _lines(page, first, visits.again(page, ROUNDS), page in BOUND)
    after = visits.after_votes("?period=30d", ROUNDS)
    figures += _lines("?period=30d, right after a vote", None, after, True)
    return [
        *figures,
        # A script waits where others use the processor. So a round's longest is not the script's,
        # but the least of some rounds is close to it.
        figure("longest command in the store", "ms", [max(longest)], LONGEST_MS, most=2),
    ]


def _lines(
    page: str, first: dict[str, list[float]] | None, again: dict[str, list[float]], bound: bool
) -> list[Figure]:
    most = (MOST_FIRST_MS, MOST_MS, MOST_RATIO) if bound else (None, None, None)
    lines = [figure(page or "overview", "ms", again["large"], TIMES_MS, most=most[1])]
    if first:
        lines.append(figure("  first", "ms", first["large"], TIMES_MS, most=most[0]))
        lines.append(figure("  first, 100 stories", "ms", first["small"], TIMES_MS))
    over = ratios(again["large"], again["small"])
    return [
        *lines,
        figure("  100 stories", "ms", again["small"], TIMES_MS),
        figure("  ratio", "x", over, sane(0.02, 10_000), most=most[2]),
    ]


class _Visits:
    """An admin's visits, each in an application within this process."""

    def __init__(
        self, store: EmbeddedStore, connection: Connection, folder: Path, sites: dict[str, Site]
    ) -> None:
        self._connection, self._sites = connection, sites
        self._articles = {key: resolve_for(site, _A_STORY) for key, site in sites.items()}
        secrets = folder / "secrets.json"
        if not secrets.exists():  # a store that is kept knows its own
            new_secrets_file(secrets)
        self._settings = Settings.from_env(
            {
                "READBACK_REDIS_URL": store.url,
                "READBACK_SECRETS": str(secrets),
                "READBACK_REDIS_TIMEOUT_MS": "60000",
            }
        )
        stored = Sites(connection, Site("home", "Home", ()))
        known = {site.key for site in stored.all()}
        for site in sites.values():
            if site.key not in known:
                stored.add(site)
        today = int(time.time()) // 86400
        self._custom = f"from={day_text(today - 20)}&to={day_text(today - 6)}"
        self._seq = 1
        self._longest: list[float] = []
        self._cookie = f"readback-desk={session(connection)}"
        self._client = self._new_client()

    def of_new_workers(self, page: str, rounds: int) -> dict[str, list[float]]:
        """Return the times of the first visits in new applications, ms."""
        times: dict[str, list[float]] = {key: [] for key in self._sites}
        self._longest = []
        for _ in range(rounds):
            self._client = self._new_client()
            self._connection.client.slowlog_reset()
            for key in self._sites:
                times[key].append(self._visit(key, page))
            slow: list[dict[str, Any]] = self._connection.client.slowlog_get(10_000)
            self._longest.append(max((one["duration"] for one in slow), default=0) / 1000)
        return times

    def longest_ms(self) -> float:
        """Return the longest command of the rounds in which it was the shortest; 0: below 2 ms."""
        return min(self._longest)

    def again(self, page: str, rounds: int) -> dict[str, list[float]]:
        """Return the times of further visits, ms, in turn."""
        times: dict[str, list[float]] = {key: [] for key in self._sites}
        for _ in range(rounds):
            for key in self._sites:
                times[key].append(self._visit(key, page))
        return times

    def after_votes(self, page: str, rounds: int) -> dict[str, list[float]]:
        """Return the times of visits, each after a vote of today and a change of an older one."""
        times: dict[str, list[float]] = {key: [] for key in self._sites}
        reactions, now_s = Reactions(self._connection), int(time.time())
        for _ in range(rounds):
            for key, site in self._sites.items():
                self._seq += 1
                for reader, at_s in ((b"bench-01", now_s), (b"bench-02", now_s - 90_000)):
                    first = Cast(self._seq, 1 + self._seq % 7, at_s, 7)
                    reactions.cast(site, self._articles[key], Voter(reader), first)
                self._seq += 1
                again = Cast(self._seq, 1 + self._seq % 7, now_s, 7)
                reactions.cast(site, self._articles[key], Voter(b"bench-02"), again)
                times[key].append(self._visit(key, page))
        return {key: [median(found)] for key, found in times.items()}

    def _visit(self, key: str, page: str) -> float:
        path = page.format(custom=self._custom, article=self._articles[key].id)
        url = f"http://127.0.0.1:8000/desk/{key}/{path}"
        began = time.perf_counter()
        answer = self._client.get(url)
        took = (time.perf_counter() - began) * 1000
        assert answer.status_code == 200, (url, answer.status_code)
        return took

    def _new_client(self) -> FlaskClient:
        client = create_app(self._settings).test_client(use_cookies=False)
        client.environ_base["HTTP_COOKIE"] = self._cookie
        self._client = client
        for page in ("sections?period=today", "comments"):  # templates, connections
            for key in self._sites:
                self._visit(key, page)
        return client


def session(connection: Connection) -> str:
    """Sign an admin in, and return the id of the session."""
    now_s = int(time.time())
    admin = Editor(f"bench{time.time_ns()}", "x", {EVERY_SITE: Role.ADMIN}, created_s=now_s)
    editor = Editors(connection).add(admin)
    return Sessions(connection).begin(admin.name, epoch=editor.epoch, agent="", now_s=now_s)


_A_STORY = "https://daily.example/city/riverside-library"
