"""Flags in a real store: raised once, decided once, and always where the story's votes are."""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import NOW_S
from tests.support.findings import finding
from widget.domain.article import ArticleRef, partition_of, resolve_for
from widget.domain.errors import BadField, CannotCorrect, NotFound, StoreUnavailable
from widget.domain.integrity.flag import Flag
from widget.domain.model import Site
from widget.domain.page import Page
from widget.store import keys
from widget.store.connect import Connection
from widget.store.desk.audit import Audit
from widget.store.erasing import Erasing
from widget.store.integrity.flags import Flags
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.corrections import Actor, Corrections
from widget.store.reactions.moves import Moves
from widget.store.reactions.votes import Cast, Reactions, Voter

ANA = Actor("Ana", NOW_S + 60)


@pytest.fixture
def flags(connection: Connection) -> Flags:
    return Flags(connection)


@pytest.fixture
def voted(reactions: Reactions, site: Site) -> Callable[[str], ArticleRef]:
    def voted(name: str) -> ArticleRef:
        article = resolve_for(site, name)
        cast = Cast(1, 1, NOW_S, 7, page=Page(title=name))
        reactions.cast(site, article, Voter(name.encode()[:8].ljust(8)), cast)
        return article

    return voted


@pytest.fixture
def visa(voted: Callable[[str], ArticleRef]) -> str:
    return voted("visa").id


@pytest.fixture
def flag(flags: Flags, site: Site, visa: str) -> Flag:
    return flags.put(site, visa, finding(), now_s=NOW_S)


def test_a_flag_is_read_as_it_was_put(flags: Flags, site: Site, visa: str, flag: Flag) -> None:
    assert flag == Flag(f"{visa}-1", visa, finding(), NOW_S)
    assert flags.get(site, flag.id) == flag
    assert flags.of_article(site, visa) == flags.listed(site, limit=5) == [flag]
    assert flags.waiting(site) == 1


def test_a_waiting_flag_grows_with_its_window_and_keeps_its_time(
    flags: Flags, site: Site, visa: str, flag: Flag
) -> None:
    more = finding(to_hour=106, strength=12.0, excess=420)
    assert flags.put(site, visa, more, now_s=NOW_S + 300) == Flag(flag.id, visa, more, NOW_S)
    weaker = finding(strength=8.0, excess=200)
    assert flags.put(site, visa, weaker, now_s=NOW_S + 600).finding == more
    assert flags.waiting(site) == 1


def test_other_choices_and_other_hours_are_other_flags(
    flags: Flags, site: Site, visa: str, flag: Flag
) -> None:
    later = flags.put(site, visa, finding(from_hour=104, to_hour=106, strength=20), now_s=NOW_S)
    sad = flags.put(site, visa, finding(choice=2, strength=15), now_s=NOW_S)
    assert flags.listed(site, limit=9) == [later, sad, flag]
    assert flags.listed(site, limit=2) == [later, sad]


def test_a_window_that_fills_the_hours_between_two_flags_makes_them_one(
    flags: Flags, site: Site, visa: str, flag: Flag
) -> None:
    flags.put(site, visa, finding(from_hour=106, to_hour=108), now_s=NOW_S)
    whole = finding(to_hour=108, strength=30.0, excess=700)
    flags.put(site, visa, whole, now_s=NOW_S)
    assert [(one.id, one.finding) for one in flags.of_article(site, visa)] == [(flag.id, whole)]
    assert flags.waiting(site) == 1


def test_an_explained_window_is_raised_again_only_with_a_third_more_votes(
    flags: Flags, site: Site, visa: str, flag: Flag
) -> None:
    rests = flags.explain(site, flag.id, " A link on a large forum ", by=ANA)
    assert (rests.state, rests.note, rests.by) == ("explained", "A link on a large forum", "Ana")
    assert flags.waiting(site) == 0
    for excess in (200, 300, 399):
        more = finding(to_hour=105, excess=excess, strength=50)
        assert flags.put(site, visa, more, now_s=NOW_S + 900) == rests
    again = flags.put(site, visa, finding(excess=400), now_s=NOW_S + 900)
    assert (again.id, again.state, again.finding.excess) == (f"{visa}-2", "waiting", 400)
    assert flags.listed(site, limit=9) == [again, rests]


def test_what_is_set_aside_is_not_asked_for_again(
    flags: Flags, site: Site, visa: str, flag: Flag
) -> None:
    done = flags.mark_set_aside(site, flag.id, by=ANA, audit_id="5-0.3", votes=290)
    assert (done.state, done.audit_id, done.votes_aside) == ("set_aside", "5-0.3", 290)
    assert flags.put(site, visa, finding(), now_s=NOW_S) == done
    assert flags.put(site, visa, finding(excess=380), now_s=NOW_S) == done
    again = flags.put(site, visa, finding(excess=580, honest=6, honest_most=12), now_s=NOW_S)
    assert again.finding == finding(excess=290, honest=3, honest_most=6)
    grown = flags.put(site, visa, finding(excess=600, strength=20), now_s=NOW_S)
    assert (grown.id, grown.finding.excess) == (again.id, 310)


def test_a_restored_flag_waits_as_before(flags: Flags, site: Site, visa: str, flag: Flag) -> None:
    flags.mark_set_aside(site, flag.id, by=ANA, audit_id="5-0.3", votes=290)
    assert flags.restore(site, flag.id, by=ANA) == flag
    flags.explain(site, flag.id, "A link", by=ANA)
    assert flags.restore(site, flag.id, by=ANA) == flag
    assert flags.listed(site, limit=9) == [flag]


def test_of_two_editors_at_once_one_decides(flags: Flags, site: Site, flag: Flag) -> None:
    def explain(number: int) -> bool:
        try:
            flags.explain(site, flag.id, f"note {number}", by=Actor(f"e{number}", NOW_S))
        except CannotCorrect as refusal:
            assert "already decided" in str(refusal)
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(explain, range(8))) == 1


def test_a_flag_that_is_being_set_aside_is_one_editors_for_half_a_minute(
    flags: Flags, site: Site, flag: Flag
) -> None:
    flags.take(site, flag.id, by=ANA)
    too_early = Actor("Bo", ANA.now_s + 29)
    with pytest.raises(CannotCorrect, match="right now"):
        flags.take(site, flag.id, by=too_early)
    with pytest.raises(CannotCorrect, match="right now"):
        flags.explain(site, flag.id, "A link", by=too_early)
    flags.take(site, flag.id, by=Actor("Bo", ANA.now_s + 30))
    done = flags.mark_set_aside(site, flag.id, by=ANA, audit_id="5-0.3", votes=1)
    assert flags.get(site, flag.id) == done
    with pytest.raises(CannotCorrect, match="already decided"):
        flags.take(site, flag.id, by=ANA)


def test_what_is_not_possible_is_refused(flags: Flags, site: Site, visa: str, flag: Flag) -> None:
    with pytest.raises(CannotCorrect, match="Nobody has decided"):
        flags.restore(site, flag.id, by=ANA)
    for note in ("", "  ", "x" * 401):
        with pytest.raises(BadField):
            flags.explain(site, flag.id, note, by=ANA)
    for wrong in (f"{visa}-2", f"{visa}-", f"{visa}-#", visa, "", "-1", "x-1", f"{visa}-1\u0661"):
        with pytest.raises(NotFound):
            flags.get(site, wrong)
        with pytest.raises(NotFound):
            flags.explain(site, wrong, "A link", by=ANA)
    nobody = resolve_for(site, "nobody-voted").id
    with pytest.raises(CannotCorrect):
        flags.put(site, nobody, finding(), now_s=NOW_S)
    assert flags.of_article(site, nobody) == []
    assert flags.get(site, flag.id) == flag


def test_new_readers_votes_are_held_once_for_the_same_votes(
    flags: Flags, site: Site, visa: str, flag: Flag, connection: Connection
) -> None:
    key = keys.article(site.key, partition_of(visa), visa)

    def hold(flag_id: str, now_s: int) -> bool:
        return flags.hold_new_readers(site, flag_id, now_s=now_s, until_s=now_s + 7200)

    sad = flags.put(site, visa, finding(choice=2), now_s=NOW_S)
    assert hold(flag.id, NOW_S)
    assert connection.client.hget(key, "y") == f"1 {NOW_S + 7200}".encode()
    assert flags.get(site, flag.id).held_until_s == NOW_S + 7200
    assert not hold(flag.id, NOW_S + 300) and not hold(sad.id, NOW_S + 300)
    assert not hold(flag.id, NOW_S + 7200)
    flags.put(site, visa, finding(excess=400, strength=10), now_s=NOW_S)
    assert hold(flag.id, NOW_S + 7201)
    flags.explain(site, flag.id, "A link", by=Actor("Ana", NOW_S + 7260))
    assert not connection.client.hexists(key, "y")
    assert hold(sad.id, NOW_S + 7300)
    with pytest.raises(CannotCorrect):
        hold(flag.id, NOW_S + 7300)


def test_explaining_and_taking_back_an_explanation_are_in_the_audit_log(
    flags: Flags, site: Site, visa: str, flag: Flag, connection: Connection
) -> None:
    flags.explain(site, flag.id, "A link <b>", by=ANA)
    flags.restore(site, flag.id, by=Actor("Bo", NOW_S + 90, "not that one"))
    log = [(one.who, one.kind, one.action, one.reason) for one in Audit(connection).page(site)]
    assert log == [
        ("Bo", "article", "restore", "not that one"),
        ("Ana", "article", "explain", "A link <b>"),
    ]
    assert {entry.object for entry in Audit(connection).page(site)} == {visa}


def test_endless_numbers_are_stored_as_large_ones(flags: Flags, site: Site, visa: str) -> None:
    odd = finding(odds=math.inf, odds_least=math.nan, strength=math.inf)
    put = flags.put(site, visa, odd, now_s=NOW_S)
    assert (put.finding.odds, put.finding.odds_least) == (1e12, 0)
    assert flags.listed(site, limit=1) == [put]


def test_a_story_has_at_most_a_hundred_flags(flags: Flags, site: Site, visa: str) -> None:
    for hour in range(105):
        flags.put(site, visa, finding(from_hour=hour, to_hour=hour + 1), now_s=NOW_S)
    assert flags.waiting(site) == len(flags.of_article(site, visa)) == 100


@pytest.mark.parametrize("in_steps", [False, True], ids=["at once", "in steps"])
@pytest.mark.parametrize("target_name", ["rent", "story-3"], ids=["other slot", "same slot"])
def test_flags_go_with_a_merge_and_come_back_with_its_undo(
    flags: Flags,
    site: Site,
    visa: str,
    flag: Flag,
    voted: Callable[[str], ArticleRef],
    connection: Connection,
    target_name: str,
    in_steps: bool,
) -> None:
    sad = flags.put(site, visa, finding(choice=2), now_s=NOW_S)
    flags.mark_set_aside(site, sad.id, by=ANA, audit_id="5-0.3", votes=200)
    target = voted(target_name)
    flags.put(site, target.id, finding(choice=3), now_s=NOW_S)
    moves = Moves(connection, in_steps=in_steps)
    corrections = Corrections(connection, Aliases(connection, clock=lambda: 0), moves)
    source = resolve_for(site, "visa")
    merged = corrections.merge(site, source, target, by=ANA)
    assert flags.of_article(site, visa) == []
    there = flags.of_article(site, target.id)
    assert sorted((one.finding.choice, one.state) for one in there) == [
        (1, "waiting"),
        (2, "set_aside"),
        (3, "waiting"),
    ]
    assert flags.waiting(site) == 2
    with pytest.raises(NotFound):
        flags.get(site, flag.id)
    with pytest.raises(CannotCorrect, match="merged"):
        flags.put(site, visa, finding(), now_s=NOW_S)
    assert flags.put(site, target.id, finding(choice=2), now_s=NOW_S).votes_aside == 200
    [mine] = [one for one in there if one.finding.choice == 1]
    flags.explain(site, mine.id, "A link", by=ANA)
    corrections.undo(site, merged.audit_id, by=ANA)
    assert [one.finding.choice for one in flags.of_article(site, target.id)] == [3]
    back = flags.of_article(site, visa)
    assert {(one.finding.choice, one.state) for one in back} == {(1, "explained"), (2, "set_aside")}
    assert flags.waiting(site) == 1


def test_nothing_is_left_of_the_flags_of_a_forgotten_story(
    flags: Flags, site: Site, visa: str, flag: Flag, connection: Connection
) -> None:
    flags.explain(site, flag.id, "A link", by=ANA)
    flags.put(site, visa, finding(choice=2), now_s=NOW_S)
    Erasing(connection).remove_article(site, visa, now_s=NOW_S)
    assert flags.waiting(site) == 0 and flags.listed(site, limit=9) == []
    assert not list(connection.client.scan_iter("*flag*"))
    with pytest.raises(NotFound):
        flags.get(site, flag.id)
    with pytest.raises(CannotCorrect):
        flags.put(site, visa, finding(), now_s=NOW_S)


def test_an_absent_store_is_said_to_be_absent(site: Site, visa: str) -> None:
    away = Flags(Connection("redis://127.0.0.1:1", timeout_ms=100))
    for act in (
        lambda: away.waiting(site),
        lambda: away.listed(site, limit=3),
        lambda: away.put(site, visa, finding(), now_s=NOW_S),
    ):
        with pytest.raises(StoreUnavailable):
            act()
