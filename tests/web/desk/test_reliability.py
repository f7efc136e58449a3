"""The drawing of how far a scorer's probabilities can be relied on."""

from widget.domain.figures.statistics import share
from widget.tone.judging import BIN_EDGES, Bin
from widget.web.desk.comments.reliability import points, reliability_table

BINS = [Bin(0, 0.0, 0)] * 3 + [Bin(10, 0.75, 10), Bin(4, 0.8, 1), Bin(50, 1.0, 25)]


def test_a_dot_is_where_its_mean_and_its_share_are() -> None:
    drawn = points(BINS)
    assert len(drawn) == len(BIN_EDGES) - 1
    sure, few, certain = drawn[3:]
    assert (sure.x, sure.y, sure.top) == (62.5, 0, 0) and sure.end > 0
    assert few.right.is_withheld and not sure.right.is_withheld
    assert (certain.x, certain.y) == (100, 50)
    assert certain.top < certain.y < certain.end
    assert [one.said for one in drawn[:2]] == ["under 50\u202f%", "50 to 60\u202f%"]


def test_the_table_has_the_same_numbers_and_withholds_what_is_too_few() -> None:
    rows = reliability_table(BINS).records()
    assert rows[0] == {
        "said": "under 50\u202f%",
        "comments": 0,
        "mean_said": None,
        "right": None,
        "right_low": None,
        "right_high": None,
    }
    assert (rows[4]["comments"], rows[4]["right"]) == (4, None)
    assert (rows[5]["right"], rows[5]["right_low"]) == (0.5, round(share(25, 50).low, 4))
