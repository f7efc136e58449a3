"""Figures of single articles: page, first vote, counts, timeline. Reads only."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from widget.domain.article import ArticleRef, article_at, partition_of
from widget.domain.figures.moods import Mix
from widget.domain.figures.statistics import Mean, mean
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.page_records import PageRecord, has_provisional_name, shown
from widget.store.scripts import store_errors

_NOT_KNOWN = PageRecord(address="")
_AT_ONCE = 60  # articles of a round trip; votes wait while a server answers one
_NAMES_AT_ONCE = 500  # of commands that read one thing of many articles
_TONE_FIELDS = ("comments/", "n/", "sum/", "squares/")
NO_TONE = mean(0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Headline:
    """An article in a list, without its votes.

    :param first_hour: hour of its first vote, since the epoch.
    :param comments: number of published comments, in all its life or in the hours that were asked
        for; ``tone`` covers those that were scored.
    :param aside: votes that editors set aside, in all its life.
    """

    id: str
    page: PageRecord
    first_hour: int
    comments: int = 0
    tone: Mean = NO_TONE
    aside: int = 0

    @property
    def title(self) -> str:
        return self.page.name or self.id


@dataclass(frozen=True, slots=True)
class Detail:
    """Everything the store counts on one article.

    :param timeline: votes by choice of each hour since ``first_hour`` that had any.
    :param origins: voters by origin, most first.
    :param note: an editor's note to readers on a corrected count, or "".
    :param into: the id of the article that this one was merged into, or "".
    :param is_provisional: its title and section are only what one network's page said.
    :param goes_s: when it goes, because nobody has confirmed it; 0: it stays.
    :param aside: votes by choice that an editor set aside, which are in no other count.
    """

    headline: Headline
    section: str
    mix: Mix
    held: int
    voters: int
    closes_s: int
    is_ended: bool
    timeline: dict[int, list[int]]
    origins: list[tuple[str, int]]
    note: str = ""
    into: str = ""
    is_provisional: bool = False
    goes_s: int = 0
    aside: tuple[int, ...] = ()


class Pages:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._aliases = Aliases(connection)

    def voted(self, site: Site, partition: int) -> list[str]:
        """Return the articles of a partition that have had votes, then the site's own questions.

        Each list is ordered by the hour of the first vote.
        """
        with store_errors():
            client = self._connection.client
            listed = [client.zrange(key, 0, -1) for key in voted_keys(site, partition)]
        return [article_id.decode() for ids in listed for article_id in ids]

    def headlines(
        self,
        site: Site,
        article_ids: Sequence[str],
        *,
        with_tone: bool = True,
        hours: tuple[int, int | None] | None = None,
    ) -> dict[str, Headline]:
        """Return page, first hour and tone of each article, few in a round trip.

        :param hours: the first hour whose comments count, and the end; without an end, until now.
            None: all comments count.
        """
        found: dict[str, Headline] = {}
        leading = self._aliases.leading_to(site.key) if with_tone else {}
        for at in range(0, len(article_ids), _AT_ONCE):
            part = article_ids[at : at + _AT_ONCE]
            with store_errors():
                pipe = self._connection.client.pipeline(transaction=False)
                for article_id in part:
                    partition = partition_of(article_id)
                    pipe.get(keys.page(site.key, partition, article_id))
                    pipe.hmget(keys.article(site.key, partition, article_id), "f", "a")
                    if with_tone:
                        _ask_tone(pipe, site, article_id, leading)
                replies = iter(pipe.execute())
            for article_id in part:
                raw, (first, aside) = next(replies), next(replies)
                comments, tone = _tone(replies, article_id, leading) if with_tone else (0, NO_TONE)
                found[article_id] = Headline(
                    article_id, _page(raw), int(first or 0), comments, tone, int(aside or 0)
                )
        if hours is not None:
            # A story that is no older than the hours has no other comments.
            first, end = hours
            older = [
                one
                for one in found.values()
                if one.comments and (one.first_hour < first or end is not None)
            ]
            found |= self._between(site, older, hours, leading)
        return found

    def _between(
        self,
        site: Site,
        headlines: Sequence[Headline],
        hours: tuple[int, int | None],
        leading: Mapping[str, tuple[str, ...]],
    ) -> dict[str, Headline]:
        """Return the headlines with the tone of the comments that were written in some hours."""
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            of_each = [(one, (one.id, *leading.get(one.id, ()))) for one in headlines]
            for _, addresses in of_each:
                for of in addresses:
                    pipe.hgetall(keys.article_tone_hours(site.key, partition_of(of), of))
            replies = iter(pipe.execute())
        found = {}
        first, end = hours
        for headline, addresses in of_each:
            sums: Counter[str] = Counter()
            for _ in addresses:
                for field, value in next(replies).items():
                    name, _, hour = field.decode().partition("/")
                    if first <= int(hour) and (end is None or int(hour) < end):
                        sums[name] += int(value)
            tone = mean(sums["n"], sums["sum"] / 1e4, sums["squares"] / 1e8)
            found[headline.id] = replace(headline, comments=sums["comments"], tone=tone)
        return found

    def records(self, site: Site, article_ids: Sequence[str]) -> dict[str, PageRecord]:
        """Return what is shown of each article's page."""
        found: dict[str, PageRecord] = {}
        for ids_by_partition in _together(article_ids):
            with store_errors():
                pipe = self._connection.client.pipeline(transaction=False)
                for partition, ids in ids_by_partition.items():
                    names = [keys.page(site.key, partition, one) for one in ids]
                    pipe.execute_command("MGET", *names)
                replies = pipe.execute()
            for ids, raws in zip(ids_by_partition.values(), replies, strict=True):
                found.update(zip(ids, map(_page, raws), strict=True))
        return found

    def first_hours(
        self, site: Site, article_ids: Mapping[int, Sequence[str]]
    ) -> dict[int, dict[str, int]]:
        """Return the hour of the first vote of articles in each partition."""
        found: dict[int, dict[str, int]] = {partition: {} for partition in article_ids}
        client = self._connection.client
        for partition, ids in article_ids.items():
            for at in range(0, len(ids), _NAMES_AT_ONCE):
                some = ids[at : at + _NAMES_AT_ONCE]
                with store_errors():
                    hours = client.zmscore(keys.articles(site.key, partition), some)
                found[partition].update(
                    (one, int(hour or 0)) for one, hour in zip(some, hours, strict=True)
                )
        return found

    def questions(self, site: Site, page: PageRecord) -> list[tuple[ArticleRef, int]]:
        """Return the site's own questions that have had votes on this page, with their votes."""
        asked = [article_at(site.key, page.address, key) for key in site.register if key]
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for one in asked:
                numbers = range(1, len(site.choice_keys(one.poll_key)) + 1)
                pipe.hmget(keys.article(site.key, one.partition, one.id), ["f", *numbers])
            replies = pipe.execute()
        return [
            (one, sum(int(count or 0) for count in counts))
            for one, (first, *counts) in zip(asked, replies, strict=True)
            if first is not None
        ]

    def with_addresses(self, site: Site, headline: Headline) -> ArticleRef:
        """Return the article with every address that resolves to it: each has comments of it."""
        others = self._aliases.leading_to(site.key).get(headline.id, ())
        partition = partition_of(headline.id)
        return ArticleRef(headline.id, partition, headline.page.address, others=others)

    def timelines(self, site: Site, article_ids: Sequence[str]) -> dict[str, dict[int, list[int]]]:
        """Return the votes by reaction of each hour of some articles, in one round trip."""
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for article_id in article_ids:
                partition = partition_of(article_id)
                pipe.hget(keys.article(site.key, partition, article_id), "f")
                pipe.hgetall(keys.timeline(site.key, partition, article_id))
            replies = pipe.execute()
        firsts, lines = replies[::2], replies[1::2]
        width = len(site.choice_keys(""))
        return {
            article_id: _hours(line, int(first or 0), width)
            for article_id, first, line in zip(article_ids, firsts, lines, strict=True)
        }

    def detail(self, site: Site, article_id: str) -> Detail | None:
        """Return everything the store counts on an article; None before its first vote."""
        partition = partition_of(article_id)
        leading = self._aliases.leading_to(site.key)
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            pipe.hgetall(keys.article(site.key, partition, article_id))
            pipe.get(keys.page(site.key, partition, article_id))
            pipe.hgetall(keys.timeline(site.key, partition, article_id))
            pipe.zscore(keys.new_stories(site.key, partition), article_id)
            _ask_tone(pipe, site, article_id, leading)
            fields, raw, line, goes_s, *tone_fields = pipe.execute()
        if b"f" not in fields:
            return None
        page = _page(raw)
        numbers = site.choice_keys(page.poll_key)
        first, width = int(fields[b"f"]), len(numbers)
        counts, aside = (
            [int(fields.get(f"{prefix}{n}".encode(), 0)) for n in range(1, width + 1)]
            for prefix in ("", "a")
        )
        origins = [(k[1:].decode(), int(v)) for k, v in fields.items() if k[:1] == b"@"]
        held = [v for k, v in fields.items() if k[:1] == b"h" and k[1:].isdigit()]
        return Detail(
            Headline(
                article_id,
                page,
                first,
                *_tone(iter(tone_fields), article_id, leading),
                int(fields.get(b"a", 0)),
            ),
            fields.get(b"c", b"").decode(),
            Mix.of(counts, numbers),
            sum(map(int, held)),
            sum(int(v) for k, v in fields.items() if k == b"v" or k[:2] == b"v:"),
            int(fields.get(b"x", 0)),
            b"s" in fields,
            _hours(line, first, width),
            sorted(origins, key=lambda pair: (-pair[1], pair[0])),
            fields.get(b"n", b"").decode(),
            fields.get(b"into", b"").decode(),
            has_provisional_name(fields.get(b"d")),
            int(goes_s or 0),
            tuple(aside),
        )


def _hours(line: Mapping[bytes, bytes], first: int, width: int) -> dict[int, list[int]]:
    """Return the votes by choice of each hour that had any, oldest first.

    :param line: a stored timeline, whose fields cast.lua names.
    """
    found: dict[int, list[int]] = {}
    for field, votes in line.items():
        since, choice = divmod(int(field), 16)
        if choice <= width:
            found.setdefault(first + since, [0] * width)[choice - 1] += int(votes)
    return dict(sorted(found.items()))


def voted_keys(site: Site, partition: int) -> tuple[str, str]:
    """Return the keys of the two lists of what has had votes: articles, and own questions."""
    return keys.articles(site.key, partition), keys.polls(site.key, partition)


def _together(article_ids: Sequence[str]) -> Iterator[dict[int, list[str]]]:
    """Yield the articles of each round trip, by their partition."""
    for at in range(0, len(article_ids), _NAMES_AT_ONCE):
        by_partition: defaultdict[int, list[str]] = defaultdict(list)
        for one in article_ids[at : at + _NAMES_AT_ONCE]:
            by_partition[partition_of(one)].append(one)
        yield by_partition


def _ask_tone(
    pipe: Any, site: Site, article_id: str, leading: Mapping[str, tuple[str, ...]]
) -> None:
    """Queue reads of the comments' totals under every address that resolves to an article."""
    for of in (article_id, *leading.get(article_id, ())):
        pipe.hmget(keys.article_tone(site.key, partition_of(of), of), _TONE_FIELDS)


def _tone(
    replies: Iterator[Sequence[bytes | None]],
    article_id: str,
    leading: Mapping[str, tuple[str, ...]],
) -> tuple[int, Mean]:
    """Add up the number of comments and their tone.

    :param replies: to the reads that :func:`_ask_tone` queued.
    """
    of_each = [next(replies) for _ in (article_id, *leading.get(article_id, ()))]
    columns = zip(*of_each, strict=True)
    comments, n, total, squares = (sum(int(value or 0) for value in values) for values in columns)
    return comments, mean(n, total / 1e4, squares / 1e8)


def _page(raw: bytes | None) -> PageRecord:
    return shown(raw) if raw else _NOT_KNOWN
