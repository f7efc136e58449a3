"""What a site's labels teach its scorer, in a real store: who speaks, and what the log says."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.conftest import NOW_S
from tests.support.taught import Written, label, write
from widget.commands.comments.rescore import passes
from widget.domain.comments.comment import scored
from widget.domain.labels import ANSWERS, Label
from widget.domain.model import Site
from widget.services.lessons import CHANGED, REFUSED, Lessons, opinion_of
from widget.services.tone import SiteTone
from widget.store import keys
from widget.store.comments.moderation import Moderation, NewText
from widget.store.connect import Connection
from widget.store.desk.audit import Audit
from widget.store.tone_heads import KEPT_VERSIONS, ToneHeads
from widget.tone import TONE_VERSION, score
from widget.tone.outcome import STANDARD, Speaker, Version

IRONY = "Great, wonderful news about the council!"
SPANISH = "Qué vergüenza, todo es una mentira y un robo del ayuntamiento a los vecinos"


@pytest.fixture
def lessons(connection: Connection) -> Lessons:
    return Lessons(connection)


@pytest.fixture
def heads(connection: Connection) -> ToneHeads:
    return ToneHeads(connection)


@pytest.fixture
def labelled(connection: Connection, site: Site) -> list[Written]:
    """Write 120 comments, of which each has an honest label."""
    written = write(connection, site, 120)
    label(connection, site, written)
    return written


def acts(connection: Connection, site: Site) -> list[tuple[str, str, str]]:
    return [(one.action, one.before, one.after) for one in Audit(connection).page(site)]


def test_a_head_that_is_better_speaks(
    connection: Connection, lessons: Lessons, site: Site, labelled: list[Written]
) -> None:
    assert score(IRONY).label == "positive"
    result = lessons.learn(site, who="Ana", now_s=NOW_S)
    assert result is not None and result.is_changed and result.after.number == 1
    [english] = result.outcomes
    assert english.passed and english.own is not None and english.shipped is not None
    assert english.own.f1.low > english.shipped.f1.high
    assert sum(english.counts) == english.measured == len(labelled)
    assert {section for section, _ in english.found.items()} == {"City", "Culture"}
    assert result.share is not None and result.share.negative == english.counts[0]
    tone = SiteTone(connection)
    found = tone.score(site, IRONY)
    assert (found.label, found.version) == ("negative", f"{TONE_VERSION}/1")
    assert tone.version(site) == found.version
    assert tone.score(replace(site, key="other"), IRONY).label == "positive"
    assert acts(connection, site) == [(CHANGED, "standard scorer", "own scorer, version 1")]


def test_random_labels_let_no_head_speak(
    connection: Connection, lessons: Lessons, site: Site
) -> None:
    chance = random.Random(1)
    written = write(connection, site, 120)
    label(connection, site, written, answers=[chance.choice(ANSWERS[:3]) for _ in written])
    result = lessons.learn(site, who="Ana", now_s=NOW_S)
    assert result is not None and not result.is_changed
    [english] = result.outcomes
    assert not english.missing and not english.passed
    assert SiteTone(connection).version(site) == TONE_VERSION
    [(action, _, why)] = acts(connection, site)
    assert action == REFUSED and "120 labels" in why


def test_a_head_gives_way_when_its_labels_turn_out_wrong(
    connection: Connection, lessons: Lessons, heads: ToneHeads, site: Site, labelled: list[Written]
) -> None:
    lessons.learn(site, who="Ana", now_s=NOW_S)
    chance = random.Random(1)
    label(connection, site, labelled, answers=[chance.choice(ANSWERS[:3]) for _ in labelled])
    result = lessons.learn(site, who="Ana", now_s=NOW_S + 9)
    assert result is not None and result.is_changed
    assert heads.speaker(site.key).number == STANDARD
    assert heads.of(site.key).versions, "an editor can still bring it back"


def test_an_editors_choice_stays_and_can_be_undone(
    lessons: Lessons, heads: ToneHeads, site: Site, labelled: list[Written]
) -> None:
    lessons.learn(site, who="Readback", now_s=NOW_S)
    first = heads.speaker(site.key)
    assert lessons.choose(site, STANDARD, after=first, who="Ana", now_s=NOW_S)
    assert not lessons.choose(site, STANDARD, after=first, who="Bo", now_s=NOW_S), "too late"
    result = lessons.learn(site, who="Readback", now_s=NOW_S + 9)
    assert result is not None and not result.is_changed and result.after.is_pinned
    now = heads.speaker(site.key)
    assert now.before == 1
    assert lessons.choose(site, now.before, after=now, who="Ana", now_s=NOW_S + 10)
    assert heads.speaker(site.key) == Speaker(1, STANDARD, NOW_S + 10, "Ana")


def test_of_editors_who_choose_at_once_one_does(
    lessons: Lessons, heads: ToneHeads, site: Site
) -> None:
    def choose(number: int) -> bool:
        return lessons.choose(site, number, after=Speaker(), who=f"e{number}", now_s=NOW_S)

    with ThreadPoolExecutor(16) as pool:
        done = list(pool.map(choose, range(1, 65)))
    assert done.count(True) == 1
    assert heads.speaker(site.key).number == done.index(True) + 1


def test_a_pass_of_new_scores_ends_with_the_scorer_that_speaks_then(
    connection: Connection, lessons: Lessons, heads: ToneHeads, site: Site, labelled: list[Written]
) -> None:
    tone = SiteTone(connection)
    lessons.learn(site, who="Ana", now_s=NOW_S)
    found = []
    for of, version in passes([site], tone):
        found.append(version)
        if len(found) == 1:
            lessons.choose(of, STANDARD, after=heads.speaker(of.key), who="Bo", now_s=NOW_S)
            assert tone.version(of) == version, "it goes on with what it read"
    assert found == [f"{TONE_VERSION}/1", TONE_VERSION]


def test_labels_of_another_text_teach_nothing(
    connection: Connection, lessons: Lessons, site: Site, labelled: list[Written]
) -> None:
    for one in labelled[:30]:
        text = NewText("Reader", "Edited since.", scored(score("Edited since.")))
        Moderation(connection).edit(site, one.comment.id, text, who="Ana", now_s=NOW_S)
    result = lessons.learn(site, who="Ana", now_s=NOW_S)
    assert result is not None
    [english] = result.outcomes
    assert english.labels == 90 and english.missing[0] == "10 more labels"


def test_one_lesson_runs_at_a_time(lessons: Lessons, heads: ToneHeads, site: Site) -> None:
    lease = heads.begin_lesson(site.key)
    assert lessons.learn(site, who="Ana", now_s=NOW_S) is None
    heads.end_lesson(site.key, "of another process")
    assert lessons.learn(site, who="Ana", now_s=NOW_S) is None
    heads.end_lesson(site.key, lease)
    assert lessons.learn(site, who="Ana", now_s=NOW_S) is not None
    assert lessons.learn(site, who="Ana", now_s=NOW_S) is not None


def test_a_lesson_is_due_every_50_labels_and_sooner_where_little_is_missing(
    connection: Connection, lessons: Lessons, site: Site
) -> None:
    written = write(connection, site, 151)
    due = []
    for count, one in enumerate(written, 1):
        draw = "random" if count < 40 or count > 100 else "uncertain"
        label(connection, site, [one], draw=draw)
        if count % 10 in (0, 9) and lessons.is_due(site):
            due.append(count)
            lessons.learn(site, who="Ana", now_s=NOW_S)
    # At 100 labels, 21 of those drawn at random are missing: it asks each 10 until they are there.
    assert due == [50, 100, 110, 120, 130, 150]


def test_a_site_in_another_language_is_scored_by_its_own_words(
    connection: Connection, lessons: Lessons, site: Site
) -> None:
    assert score(SPANISH).label == "not_scored"
    written = write(connection, site, 210, is_spanish=True)
    label(connection, site, written)
    result = lessons.learn(site, who="Ana", now_s=NOW_S)
    assert result is not None and [one.language for one in result.outcomes] == ["es"]
    found = SiteTone(connection).score(site, SPANISH)
    assert (found.label, found.language, found.version) == ("negative", "es", f"{TONE_VERSION}/1")
    assert found.compound is None and found.lean is not None and found.lean < 0
    stored = scored(found)
    assert (stored.label, stored.compound_e4) == ("negative", None)
    german = SiteTone(connection).score(site, "Das ist eine Schande und ganz furchtbar")
    assert (german.label, german.reason) == ("not_scored", "language")


@pytest.mark.parametrize(
    ("given", "opinion"),
    [
        ([], None),
        ([("negative", "random")], 0),
        ([("cannot_say", "random")], None),
        ([("cannot_say", "random"), ("positive", "random")], 2),
        ([("negative", "random"), ("positive", "uncertain")], None),
        ([("negative", "random"), ("positive", "random"), ("negative", "random")], 0),
        ([("negative", "random"), ("positive", "correction"), ("positive", "correction")], 0),
        ([("neutral", "correction")], 1),
    ],
)
def test_most_editors_of_sessions_decide(given: list[tuple[str, str]], opinion: int | None) -> None:
    labels = [Label("c", f"e{at}", one, draw, 0, "t") for at, (one, draw) in enumerate(given)]
    assert opinion_of(labels) == opinion


def test_old_versions_are_forgotten_but_not_those_that_speak_or_did(
    connection: Connection, heads: ToneHeads, site: Site
) -> None:
    heads.speak(site.key, Speaker(2, 1), after=Speaker())
    for number in range(1, KEPT_VERSIONS + 6):
        assert heads.next_number(site.key) == number
        heads.keep_version(site.key, Version(number, TONE_VERSION, 0, "Ana", {}, {}))
    kept = [one.number for one in heads.of(site.key).versions]
    assert kept == [*range(KEPT_VERSIONS + 5, 5, -1), 2, 1]
    assert connection.client.ttl(keys.tone_heads(site.key)) == -1


def test_a_head_of_another_release_is_silent(
    connection: Connection, heads: ToneHeads, site: Site
) -> None:
    heads.keep_version(site.key, Version(1, "1", 0, "Ana", {}, {}))
    heads.speak(site.key, Speaker(1), after=Speaker())
    assert SiteTone(connection).version(site) == TONE_VERSION


def test_the_shipped_scorer_answers_while_the_store_is_away(site: Site) -> None:
    away = Connection("redis://127.0.0.1:1/0", timeout_ms=200)
    assert SiteTone(away).score(site, IRONY).version == TONE_VERSION
