"""What waits, what is done and what is snoozed."""

from dataclasses import replace
from datetime import UTC, datetime

from widget.domain.todos import DONE_S, Hidden, Target, ToDo, done, next_morning_s, shown
from widget.domain.zones import Zone

COMMENTS = ToDo("comments", Target("comments"), 17)
TURNED = ToDo("turned", Target("story", "a"), 600)
NOW_S = 1_800_000_000


def test_done_comments_come_back_when_there_are_more() -> None:
    hidden = {COMMENTS.key: done(COMMENTS, "robin", NOW_S)}
    assert shown([COMMENTS], hidden, NOW_S)[0] == []
    assert shown([replace(COMMENTS, n=18)], hidden, NOW_S)[0] == [replace(COMMENTS, n=18)]
    assert shown([replace(COMMENTS, n=3)], hidden, NOW_S)[0] == []


def test_a_flag_has_its_place_on_the_page_and_comes_back_with_more_votes() -> None:
    flag = ToDo("flag", Target("integrity", "a-b_c-12"), 289)
    assert flag.target.path("news") == "/desk/news/integrity/a-b_c-12"
    assert Target("integrity").path("news") == "/desk/news/integrity"
    hidden = {flag.key: done(flag, "robin", NOW_S)}
    assert shown([flag], hidden, NOW_S)[0] == []
    assert shown([replace(flag, n=290)], hidden, NOW_S)[0] == [replace(flag, n=290)]


def test_a_done_story_stays_away_for_a_week_however_many_vote() -> None:
    hidden = {TURNED.key: done(TURNED, "robin", NOW_S)}
    more = replace(TURNED, n=6000)
    waiting, away = shown([more], hidden, NOW_S + DONE_S - 1)
    assert (waiting, away) == ([], [(more, hidden[TURNED.key])])
    assert shown([more], hidden, NOW_S + DONE_S)[0] == [more]


def test_what_is_snoozed_waits_again_on_the_next_morning_of_the_site() -> None:
    night = int(datetime(2026, 10, 24, 23, 30, tzinfo=UTC).timestamp())  # 01:30 on the 25th
    until_s = next_morning_s(night, Zone("Europe/Berlin"))
    assert until_s == int(datetime(2026, 10, 26, 5, tzinfo=UTC).timestamp())
    hidden = {COMMENTS.key: Hidden(until_s, "robin", is_done=False)}
    assert shown([replace(COMMENTS, n=99)], hidden, until_s - 1)[0] == []
    assert shown([COMMENTS], hidden, until_s)[0] == [COMMENTS]


def test_a_target_keeps_odd_names_in_one_address() -> None:
    assert Target("section", "A/B & Ü?").path("s") == "/desk/s/sections/A/B%20%26%20%C3%9C%3F"
    assert Target("stories").path("s", {"period": "30d"}) == "/desk/s/articles?period=30d"
    assert Target("story", "a").path("s", {"period": "30d"}) == "/desk/s/articles/a"
