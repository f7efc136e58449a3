"""Votes that are set aside, as readers are told: beside the counts, and on /integrity."""

import json
import re
from html import unescape
from urllib.parse import quote

import pytest

from tests.support.server import Answer, Server, nonce
from tests.support.set_aside import SetAsideStory, Window
from widget.domain import clock
from widget.domain.strings import LANGUAGES
from widget.domain.zones import day_date
from widget.store.reactions.corrections import Actor

ORIGIN = "https://aside.example"
NOW_S = int(clock.now())
DAY = NOW_S // 86400 - 2
FIRST_HOUR = DAY * 24  # in Berlin it is one or two hours later, on the same day
HOSTILE = "<script>alert(1)</script> \u202eمدرسة \U0001f600 " + "W" * 300
AT_NIGHT = Window()
OWN_WORDS = "Så räknar vi i huset"
BRIDGE = {
    "question": "Cars on the bridge?",
    "choices": [
        {"key": "yes", "label": "Yes!", "emoji": "🚗"},
        {"key": "no", "label": "No <b>", "emoji": "🚫"},
    ],
}


@pytest.fixture(scope="module")
def own(server: Server) -> Server:
    server.prepare("site", "add", "aside", "--name", "The Aside", "--origin", ORIGIN)
    more = ("--time-zone", "Europe/Berlin", "--poll", "bridge", json.dumps(BRIDGE))
    server.prepare("site", "set", "aside", *more, "--text", "sv", "integrity.how", OWN_WORDS)
    return server


@pytest.fixture(scope="module")
def story(own: Server) -> SetAsideStory:
    """Make a story of 30 votes, of which 12 are set aside."""
    made = SetAsideStory(own, "aside", f"{ORIGIN}/library")
    made.cast("love", 10, hour=FIRST_HOUR - 3)
    made.name("Council votes to close the library")
    made.set_aside(AT_NIGHT, from_hour=FIRST_HOUR, now_s=NOW_S)
    return made


def text(answer: Answer) -> str:
    """Return the words of a page, in one line."""
    assert answer.status == 200
    body = re.sub(r"(?s)<head>.*?</head>|<[^>]*>", " ", answer.body.decode())
    return " ".join(unescape(body).replace("\u2068", "").replace("\u2069", "").split())


def counts(server: Server, article: str, site: str = "aside") -> Answer:
    return server.uncached(f"/v1/bar?site={site}&article={quote(article, safe='')}")


def test_every_answer_with_counts_says_it(own: Server, story: SetAsideStory) -> None:
    name = f"{ORIGIN}/library"
    said = {"votes": 12, "day": day_date(DAY).isoformat(), "url": f"{own.origin}{story.path}"}
    bar = counts(own, name).json
    assert bar["set_aside"] == said and bar["total"] == 18 and bar["counts"]["angry"] == 8
    assert bar["strings"]["why"] == "Why?"
    many = own.uncached(f"/v1/counts?site=aside&article={quote(name, safe='')}&article=none")
    assert many.json["articles"][name]["set_aside"] == said
    assert "set_aside" not in many.json["articles"]["none"]
    vote = own.react(site="aside", article=name, origin=ORIGIN, nonce=nonce())
    assert vote.json["set_aside"] == said and vote.json["total"] == 19
    back = own.react(
        site="aside", article=name, origin=ORIGIN, token=vote.json["token"], reaction=None, seq=2
    )
    assert back.json["total"] == 18


def test_the_page_says_what_was_found_and_how_many(own: Server, story: SetAsideStory) -> None:
    page = own.get(story.path, Accept_Language="fr;q=0.2,en-GB")
    said = text(page)
    assert "Why 12 votes are not counted" in said
    assert "Council votes to close the library" in said
    assert f'href="{ORIGIN}/library"' in page.body.decode()
    assert re.search(r"20\d\d · 0[12]:00.0[78]:00 CES?T", said)
    assert "in the same hours: 93% against 43%." in said
    assert "New readers 93% 463 / 497 Known readers 43% 52 / 121" in said
    assert "Networks 11 about 340 expected" in said
    assert "12 of 30 votes" in said and "About 6 of them may have been honest." in said
    assert "We keep no record of who voted how" in said
    assert 'href="/integrity/aside?lang=en"' in page.body.decode()


def test_its_language_is_the_readers_own(own: Server, story: SetAsideStory) -> None:
    german = own.get(story.path, Accept_Language="de-AT,en;q=0.5")
    assert 'lang="de" dir="ltr"' in german.body.decode()
    assert "Warum 12 Stimmen nicht mitzählen" in text(german)
    arabic = own.get(f"{story.path}?lang=ar", Accept_Language="de")
    assert 'lang="ar" dir="rtl"' in arabic.body.decode()
    for lang in LANGUAGES:
        for path in (story.path, "/integrity/aside"):
            said = text(own.get(f"{path}?lang={lang}"))
            assert "{" not in said and LANGUAGES[lang]["integrity.new"] in said, lang


def test_it_is_the_same_for_everyone_and_changes_nothing(own: Server, story: SetAsideStory) -> None:
    for path in (story.path, "/integrity/aside"):
        first = own.get(path)
        assert first.headers["Cache-Control"] == own.get("/").headers["Cache-Control"]
        assert first.headers["Vary"] == "Accept-Language"
        assert "Set-Cookie" not in first.headers
        assert own.get(path, If_None_Match=first.headers["ETag"]).status == 304
        assert own.request("POST", path, b"", Origin=own.origin).status == 405


def test_only_a_story_of_the_site_has_a_page(own: Server, story: SetAsideStory) -> None:
    other = SetAsideStory(own, "home", "elsewhere")
    other.cast("love", 1, hour=FIRST_HOUR)
    quiet = text(own.get(other.path))
    assert "No votes on this story are set aside." in quiet and "0 votes" not in quiet
    for path in (
        f"/integrity/aside/{other.article.id}",
        f"/integrity/home/{story.article.id}",
        "/integrity/aside/x",
        f"/integrity/aside/{'A' * 22}",
        "/integrity/nobody",
    ):
        assert own.get(path).status == 404, path


def test_the_statement_lists_what_is_out(own: Server, story: SetAsideStory) -> None:
    said = text(own.get("/integrity/aside?lang=en"))
    assert "Council votes to close the library An editor set aside 12 of 30 votes." in said
    assert f'href="{story.path}?lang=en"' in own.get("/integrity/aside").body.decode()
    assert 'href="/ledger/aside"' in own.get("/integrity/aside").body.decode()
    assert "Only an editor sets votes aside" in said


def test_a_restored_vote_is_no_longer_spoken_of(own: Server) -> None:
    made = SetAsideStory(own, "home", "restored")
    flag = made.set_aside(AT_NIGHT, from_hour=FIRST_HOUR, now_s=NOW_S)
    assert counts(own, "restored", "home").json["total"] == 8
    made.restore(flag, now_s=NOW_S)
    bar = counts(own, "restored", "home").json
    assert "set_aside" not in bar and bar["total"] == 20
    assert "No votes on this story are set aside." in text(own.get(made.path))


def test_two_windows_have_no_day_in_common(own: Server) -> None:
    made = SetAsideStory(own, "aside", f"{ORIGIN}/twice")
    first = made.set_aside(AT_NIGHT, from_hour=FIRST_HOUR, now_s=NOW_S)
    second = Window(choice="love", signal="networks")
    flag = made.set_aside(second, from_hour=FIRST_HOUR + 24, now_s=NOW_S)
    said = counts(own, f"{ORIGIN}/twice").json["set_aside"]
    assert said["votes"] == 24 and "day" not in said
    page = text(own.get(made.path))
    assert page.count("12 of 40 votes") == 2 and "came from far fewer networks" in page
    made.restore(flag, now_s=NOW_S)
    said = counts(own, f"{ORIGIN}/twice").json["set_aside"]
    assert said["votes"] == 12 and said["day"] == day_date(DAY).isoformat()
    made.restore(first, now_s=NOW_S)


def test_votes_set_aside_without_a_window_are_said_too(own: Server) -> None:
    made = SetAsideStory(own, "aside", f"{ORIGIN}/unexplained")
    flag = made.set_aside(AT_NIGHT, from_hour=FIRST_HOUR, now_s=NOW_S)
    made.flags.restore(made.site, flag.id, by=Actor("ana", NOW_S))
    said = text(own.get(made.path))
    assert "An editor set aside 12 of 20 votes." in said and "Networks" not in said


def test_a_question_of_an_editors_own_has_a_page_too(own: Server) -> None:
    made = SetAsideStory(own, "aside", f"{ORIGIN}/bridge", "bridge")
    made.set_aside(Window(choice="no"), from_hour=FIRST_HOUR, now_s=NOW_S)
    page = own.get(made.path)
    assert "Cars on the bridge?" in text(page) and "chose No <b> far more often" in text(page)
    assert "<b> far" not in page.body.decode()


def test_a_hostile_title_stays_text(own: Server) -> None:
    made = SetAsideStory(own, "aside", f"{ORIGIN}/hostile")
    made.set_aside(AT_NIGHT, from_hour=FIRST_HOUR, now_s=NOW_S)
    made.name(HOSTILE)
    for path in (made.path, "/integrity/aside?lang=he"):
        assert "<script>alert" not in own.get(path).body.decode()


def test_a_site_says_it_in_its_own_words(own: Server, story: SetAsideStory) -> None:
    for path in (story.path, "/integrity/aside"):
        said = text(own.get(f"{path}?lang=sv"))
        assert OWN_WORDS in said and LANGUAGES["sv"]["integrity.how"] not in said
