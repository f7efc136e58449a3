"""docs/integrity.md says the measured figures and no others."""

from bench.integrity.attacks import KIT
from tests.support.server import ROOT
from widget.domain.integrity.figures import AttackFigures, Figures, Measured, figures

PAGE = " ".join((ROOT / "docs/integrity.md").read_text().split())


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def between(one: Measured) -> str:
    return f"{one.value:g} ({one.low:g} to {one.high:g})"


def row(one: AttackFigures) -> str:
    found = (
        f"{percent(one.recall.value)} ({100 * one.recall.low:.0f} to {percent(one.recall.high)})"
    )
    if one.recall.value < 0.005:
        return f"| {one.title} | {found} | | | | |"
    cells = [one.title, found, percent(one.soon)]
    cells += [
        f"{100 * one.honest_counted:.1f} %",
        f"{100 * one.honest_drawn:.1f} %",
        percent(one.left),
    ]
    return f"| {' | '.join(cells)} |"


def said(measured: Figures) -> list[str]:
    """Return what the page has to say."""

    def found(name: str) -> str:
        return percent(measured.attacks[name].recall.value)

    crowd = between(measured.crowd_false_flags)
    return [
        f"{measured.stories:,} honest stories with {measured.story_days:,} story-days",
        f"| flags in honest stories, of 1,000 story-days | {between(measured.false_flags)} |",
        f"| alarms in them | {between(measured.false_alarms)} |",
        f"| where a crowd of new readers wants one choice | {crowd} |",
        *map(row, measured.attacks.values()),
        f"At 30 % of its votes, it is found in {found('mimicry_30')} of cases, at 60 % in "
        f"{found('mimicry_60')}.",
        f"a network of its own, it is found in {found('half_aged_many_networks')} of cases.",
        f"{measured.crowd_false_flags.value:g} of 1,000 story-days with such a crowd are flagged.",
    ]


def goals(measured: Figures) -> list[str]:
    """Return the rows of what was aimed at: the goal, what was measured, and whether it was met."""
    new, tenth, half = (measured.attacks[name] for name in ("new", "tenth_aged", "half_aged"))
    all_of_them = (new, tenth, half)

    def line(goal: str, said: str, is_met: bool) -> str:
        return f"| {goal} | {said} | {'met' if is_met else '**missed**'} |"

    def each(goal: str, name: str, most: float, digits: int = 0) -> str:
        values = [getattr(one, name) for one in all_of_them]
        shown = ", ".join(f"{100 * value:.{digits}f} %" for value in values)
        return line(goal, shown, all(value <= most for value in values))

    flags = measured.false_flags
    return [
        line("at most 1 flag in 1,000 honest story-days", between(flags), flags.value <= 1),
        line("95 % of the first found", percent(new.recall.value), new.recall.value >= 0.95),
        line("85 % of the second", percent(tenth.recall.value), tenth.recall.value >= 0.85),
        line("50 % of the third", percent(half.recall.value), half.recall.value >= 0.5),
        line(
            "flagged within 15 minutes of the 100th vote",
            ", ".join(percent(one.soon) for one in all_of_them),
            all(one.soon == 1 for one in all_of_them),
        ),
        each("at most 2 % honest, by the count", "honest_counted", 0.02, digits=1),
        each("at most 2 % honest, as drawn", "honest_drawn", 0.02, digits=1),
        each("at most 10 % of the attack left", "left", 0.1),
    ]


def test_the_page_says_what_was_measured() -> None:
    lines = [*said(figures()), *goals(figures())]
    missing = [line for line in lines if line not in PAGE]
    assert missing == []


def test_every_attack_of_the_kit_has_its_figures() -> None:
    assert {name: one.title for name, one in figures().attacks.items()} == {
        name: attack.title for name, attack in KIT.items()
    }


def test_the_figures_are_shares_within_their_intervals() -> None:
    for one in figures().attacks.values():
        assert 0 <= one.recall.low <= one.recall.value <= one.recall.high <= 1
        assert all(0 <= share <= 1 for share in (one.soon, one.honest_counted, one.left))
