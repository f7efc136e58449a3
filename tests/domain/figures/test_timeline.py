"""The timeline of an article."""

from widget.domain.figures.timeline import MOST_HOURS, early, timeline

VOTES = {100: (2, 0), 103: (1, 1)}


def test_every_hour_from_the_first_vote_to_the_last_has_its_slot() -> None:
    line = timeline(VOTES, 100, 2)
    assert line.series == [[2, 0], [0, 0], [0, 0], [1, 1]]
    assert (line.unit, line.first_hour, line.end_hour) == ("hour", 100, 104)


def test_a_note_after_the_last_vote_is_on_the_timeline() -> None:
    at_s = 110 * 3600 + 1800
    assert timeline(VOTES, 100, 2).place(at_s) is None
    line = timeline(VOTES, 100, 2, noted_s=[at_s])
    assert line.place(at_s) == 10.5 and sum(map(sum, line.series)) == 4


def test_a_long_life_is_drawn_in_days_from_midnight() -> None:
    line = timeline({100: (1,), 100 + MOST_HOURS: (2,)}, 100, 1)
    assert (line.unit, line.first_hour) == ("day", 96)
    assert line.series == [[1], [0], [0], [0], [2]]
    assert line.place(100 * 3600) == 0.17 and line.place(95 * 3600) is None


def test_votes_are_early_or_late_by_the_hour_that_divides_them() -> None:
    votes = {100: (20, 0), 101: (20, 10), 105: (0, 50)}
    found = early(votes, 105, ["like", "angry"])
    assert (found.early.counts, found.later.counts) == ((40, 10), (0, 50))
    [like, angry] = found.differences
    assert like is not None and like[0] > 0.5 and angry is not None and angry[1] < -0.5
    assert early(votes, 106, ["like", "angry"]).differences == [None, None]
