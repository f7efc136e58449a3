"""Every correction at random, compared with a model in plain Python."""

from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import NOW_S
from tests.store.reactions.corrections.model import ASIDE, COUNTED, HELD, Mark, Model, Refused
from tests.store.reactions.corrections.scene import CHOICES, HOUR, NAMES, by, kind_of, people
from widget.domain.article import ArticleRef, partition_of
from widget.domain.errors import CannotCorrect, Closed
from widget.domain.integrity.evidence import Kind
from widget.domain.model import Site, Tally
from widget.store import keys
from widget.store.connect import Connection
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.corrections import Corrections, Filter
from widget.store.reactions.packed_votes import PackedVote

MARK_FILTER = st.tuples(
    st.one_of(st.none(), st.integers(1, 3)),
    st.tuples(st.integers(0, 4), st.integers(1, 6)),
    st.sampled_from([None, COUNTED, HELD]),
)
VOTES = st.tuples(
    st.just("vote"),
    st.sampled_from(NAMES),
    st.integers(0, 4),
    st.integers(1, 6),
    st.integers(0, 3),
    st.integers(0, 1),
    st.booleans(),
)
ACTS = st.one_of(
    st.tuples(st.just("void"), st.sampled_from(NAMES), MARK_FILTER),
    st.tuples(st.sampled_from(["release", "reset", "close", "reopen"]), st.sampled_from(NAMES)),
    st.tuples(st.just("merge"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.tuples(st.just("undo"), st.integers(0, 30)),
    st.tuples(
        st.just("set_aside"),
        st.sampled_from(NAMES),
        MARK_FILTER,
        st.sampled_from([None, Kind.NEW, Kind.KNOWN]),
        st.integers(0, 4),
    ),
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.one_of(VOTES, VOTES, VOTES, ACTS), max_size=60))
def test_the_store_and_the_model_agree(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    aliases: Aliases,
    site: Site,
    articles: dict[str, ArticleRef],
    connection: Connection,
    operations: list[tuple[Any, ...]],
) -> None:
    connection.client.flushall()
    aliases.forget_cached(site.key)
    model, hour = Model(NAMES), 0
    done: dict[int, str] = {}
    for operation in operations:
        if operation[0] == "vote":  # the fifth is whether time passes
            hour += operation[5]
            operation = (*operation[:5], hour, operation[6])
        if operation[0] == "set_aside":  # which votes, only the store knows
            found = outcome(partial(on_store, corrections, cast, site, articles, done, *operation))
            drawn = set_aside_now(connection, site, articles, model)
            expected = outcome(partial(on_model, model, *operation, drawn))
        else:
            expected = outcome(partial(on_model, model, *operation))
            found = outcome(partial(on_store, corrections, cast, site, articles, done, *operation))
        assert found == expected, operation
        for act in model.acts[len(done) :]:
            done[len(done)] = corrections.records.of(site, articles[act.article].id)[0].entry.id
        for name, article in articles.items():
            if name not in model.leads:
                assert counts(article) == model.counts(name, CHOICES), operation
                assert corrections.records.part(site, article.id).held == model.held(name), (
                    operation
                )
                stored = keys.article(site.key, partition_of(article.id), article.id)
                set_aside = int(connection.client.hget(stored, "a") or 0)
                assert set_aside == model.aside(name), operation
    assert verified()


def set_aside_now(
    connection: Connection, site: Site, articles: dict[str, ArticleRef], model: Model
) -> set[tuple[str, int]]:
    """Return by address and reader the marks that are set aside, and are not in the model."""
    found = set()
    for name, article in articles.items():
        home = articles[model.where(name)]
        key = keys.bucket(site.key, home.partition, article.id, 0)
        votes = connection.client.hgetall(key)
        for number, reader in enumerate(people(5)):
            mark = bytes(a ^ b for a, b in zip(article.id.encode()[:8], reader, strict=True))
            is_aside = PackedVote.of(int(votes.get(mark, 0))).status == ASIDE
            if is_aside and model.tables[name][number].status != ASIDE:
                found.add((name, number))
    return found


def outcome(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except (Refused, CannotCorrect, Closed):
        return "refused"


def on_model(model: Model, kind: str, *more: Any) -> Any:
    if kind == "vote":
        name, reader, seq, choice, hour, hold = more
        kind_of_reader = kind_of(people(5)[reader])
        return model.vote(name, reader, seq, choice, HOUR + hour, hold, kind_of_reader)
    if kind == "void":
        name, (choice, hours, status) = more
        return model.void(name, choice, [HOUR + h for h in hours], status)
    if kind == "set_aside":
        name, (choice, hours, _), of_kind, votes, drawn = more

        def fits(mark: Mark) -> bool:
            is_within = HOUR + hours[0] <= mark.hour < HOUR + hours[1]
            return is_within and choice in (None, mark.choice) and of_kind in (None, mark.kind)

        return model.set_aside(name, fits, votes, drawn)
    if kind == "undo":
        if more[0] < len(model.acts):
            model.undo(model.acts[more[0]])
        return None
    if kind in ("close", "reopen"):
        return model.close(more[0], kind == "close")
    return getattr(model, kind)(*more)


STATUSES: dict[int | None, Literal["", "counted", "held"]] = {
    None: "",
    COUNTED: "counted",
    HELD: "held",
}


KINDS: dict[Kind | None, Literal["", "new", "known"]] = {
    None: "",
    Kind.NEW: "new",
    Kind.KNOWN: "known",
}


def on_store(
    corrections: Corrections,
    cast: Callable[..., Tally],
    site: Site,
    articles: dict[str, ArticleRef],
    done: dict[int, str],
    kind: str,
    *more: Any,
) -> Any:
    if kind == "vote":
        name, reader, seq, choice, hour, hold = more
        cast(articles[name], people(5)[reader], seq, choice, NOW_S + hour * 3600, hold=hold)
        return None
    if kind == "void":
        name, (choice, hours, status) = more
        which = Filter(choice, HOUR + hours[0], HOUR + hours[1], STATUSES[status])
        return corrections.void(site, articles[name].id, which, by=by(NOW_S)).votes
    if kind == "set_aside":
        name, (choice, hours, _), of_kind, votes = more
        which = Filter(choice, HOUR + hours[0], HOUR + hours[1], kind=KINDS[of_kind])
        return corrections.set_aside(
            site, articles[name].id, which, votes=votes, by=by(NOW_S)
        ).votes
    if kind == "undo":
        if more[0] in done:
            corrections.undo(site, done[more[0]], by=by(NOW_S))
        return None
    if kind == "merge":
        corrections.merge(site, articles[more[0]], articles[more[1]], by=by(NOW_S))
        return None
    found = getattr(corrections, kind)(site, articles[more[0]].id, by=by(NOW_S))
    return found.votes if kind in ("release", "reset") else None
