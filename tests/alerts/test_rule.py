"""The rule for alerts."""

import pytest

from widget.alerts.rule import MIN_VOTES, Anger, Surge, anger, offers_anger
from widget.domain.figures.moods import Mix
from widget.domain.model import REACTIONS, Choice, Poll, Site

SITE = Site("news", "The News", ("https://news.example",))
KEYS = SITE.choice_keys("")


def mix(angry: int, n: int) -> Mix:
    counts = [0] * len(KEYS)
    counts[KEYS.index("angry")], counts[KEYS.index("like")] = angry, n - angry
    return Mix.of(counts, KEYS)


def found(hour: Mix, usual: dict[str, Mix], section: str = "City") -> Anger | None:
    return anger(SITE, Surge("a", section, 0, hour), usual)


@pytest.mark.parametrize(
    ("angry", "n", "usual_angry", "usual_n", "due"),
    [
        (MIN_VOTES - 1, MIN_VOTES - 1, 100, 10_000, False),  # all of them angry, but one too few
        (MIN_VOTES, MIN_VOTES, 100, 10_000, True),
        (25, 50, 1000, 10_000, True),  # half of them, 37 % at least, against 3 x 10.6 %
        (20, 50, 1000, 10_000, False),  # four times its usual, but 28 % at least
        (400, 1000, 1000, 10_000, True),  # the same share of many is sure
        (1000, 1000, 3500, 10_000, False),  # nothing is three times 35 %
        (40, 50, 0, 30, True),  # never angry so far, yet at most 11 % of few
        (20, 50, 0, 30, False),
        (20, 50, 0, 10_000, True),
        (50, 50, 0, 29, False),  # no usual yet
    ],
)
def test_an_alert_is_due_if_anger_is_with_confidence_three_times_its_baseline(
    angry: int, n: int, usual_angry: int, usual_n: int, due: bool
) -> None:
    assert (found(mix(angry, n), {"City": mix(usual_angry, usual_n)}) is not None) is due


def test_a_section_without_a_baseline_is_compared_with_the_site() -> None:
    usual = {"City": mix(0, 29), "Sport": mix(200, 1000)}
    assert found(mix(30, 50), usual) is None
    against_site = found(mix(45, 50), usual)
    assert against_site is not None and against_site.section == ""
    assert (against_site.baseline.k, against_site.baseline.n) == (200, 1029)
    own = found(mix(45, 50), {**usual, "City": mix(10, 1000)})
    assert own is not None and own.section == "City" and own.times == pytest.approx(90)


def test_a_site_without_a_baseline_has_no_alert() -> None:
    assert found(mix(50, 50), {}) is None


def test_only_a_site_that_offers_angry_has_alerts() -> None:
    assert offers_anger(SITE)
    calm = Poll("How?", tuple(c for c in REACTIONS.choices if c.key != "angry"))
    assert not offers_anger(Site("calm", "Calm", (), reactions=calm))
    renamed = Poll("How?", (Choice("angry", "Furious", "!"), Choice("like", "Like", "+")))
    assert offers_anger(Site("loud", "Loud", (), reactions=renamed))
