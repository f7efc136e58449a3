"""The trainer on a small made-up set: the same data give the same files, and it says what lacks."""

import json
import random
from pathlib import Path

import pytest

from bench.tone import training
from bench.tone.sets import NEGATIVE, NEUTRAL, POSITIVE, asked, half, opinion_of, rated, reddit
from bench.tone.training import learned, record, supplement_record
from widget.tone.features import NAMES, features
from widget.tone.head import head_from

EMOTIONS = "joy anger neutral curiosity realization"
SAID = {
    0: "love lovely great wonderful corrupt".split(),
    1: "hate awful terrible corrupt bigot".split(),
    2: "table window train street corrupt".split(),
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder as docs/tone-card.md lays it out."""
    folder, chance = tmp_path_factory.mktemp("data"), random.Random(9)
    (folder / "goemotions").mkdir()
    (folder / "tone").mkdir()
    (folder / "goemotions" / "labels.txt").write_text("\n".join(EMOTIONS.split()) + "\n")
    for part, rows in (("train", 240), ("dev", 60), ("test", 60)):
        lines = [_line(chance) for _ in range(rows)]
        lines += ["who wrote this\t3", "who wrote this?\t3", "oh the news\t4", "odd\t0,1"]
        (folder / "goemotions" / f"{part}.tsv").write_text("\n".join(lines) + "\n")
    for name in ("amazon", "tweets", "unseen"):
        rated_rows = [f"{at // 4}_{at}\t{chance.uniform(-3, 3)}\ta good buy" for at in range(30)]
        (folder / "tone" / f"{name}.tsv").write_text(
            "\n".join(["id\tmean\ttext", *rated_rows]) + "\n"
        )
    return folder


def _line(chance: random.Random) -> str:
    number = chance.randrange(3)
    words = [chance.choice(SAID[number]) for _ in range(3)]
    return f"the muslim reader saw the {' '.join(words)} vote\t{number}".replace(
        " vote", chance.choice(["", "", " vote"])
    )


@pytest.fixture(scope="module")
def lesson(data: Path) -> training.Lesson:
    return learned(data)


def test_the_same_data_give_the_same_files(data: Path, lesson: training.Lesson) -> None:
    again = learned(data)
    assert record(again.head) == record(lesson.head)
    assert supplement_record(again.supplement) == supplement_record(lesson.supplement)


def test_a_record_gives_its_head_back(lesson: training.Lesson) -> None:
    assert head_from(json.loads(record(lesson.head))) == lesson.head


def test_the_head_has_learned_and_knows_no_people(lesson: training.Lesson) -> None:
    words = lesson.head.words
    assert words["love"][POSITIVE] > 0 > words["love"][NEGATIVE]
    assert words["awful"][NEGATIVE] > 0 > words["awful"][POSITIVE]
    assert not words.keys() & {"muslim", "vote"}
    negative, _, positive = lesson.head.probabilities(features("hate awful", -0.8, [-2.7, -2.0]))
    assert negative > positive


def test_the_supplement_follows_the_data_and_silences_people(lesson: training.Lesson) -> None:
    assert lesson.supplement["bigot"] < 0
    assert "corrupt" not in lesson.supplement or lesson.supplement["corrupt"] < 0
    assert lesson.supplement["blind"] == 0
    assert all(
        line.count("\t") == 1 for line in supplement_record(lesson.supplement).split("\n")[:-1]
    )


def test_only_comments_of_one_sentiment_are_read(data: Path) -> None:
    texts = {one.text: one.opinion for one in reddit("train", data)}
    assert not texts.keys() & {"odd", "oh the news", "who wrote this?"}
    assert set(texts.values()) == {NEGATIVE, NEUTRAL, POSITIVE}
    assert [one.text for one in asked("train", data)] == ["who wrote this?"]


def test_the_halves_of_a_set_share_no_text(data: Path) -> None:
    rows = list(range(100))
    assert sorted(half(rows) + half(rows, other=True)) == rows
    assert rated(data / "tone" / "amazon.tsv")[5].source == "1"
    assert [opinion_of(value, 0.5) for value in (-2, 0.4, 0.6)] == [NEGATIVE, NEUTRAL, POSITIVE]


def test_a_set_that_is_only_measured_changes_nothing(
    data: Path, lesson: training.Lesson, tmp_path: Path
) -> None:
    assert lesson.rated == 2 * len(half(rated(data / "tone" / "amazon.tsv")))


def test_without_the_data_the_trainer_says_what_lacks_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(training, "DATA", tmp_path / "none")
    monkeypatch.setattr(training, "TONE", tmp_path)
    assert training.main() == 1
    said = capsys.readouterr().err
    assert "labels.txt is not there" in said and "docs/tone-card.md" in said
    assert list(tmp_path.iterdir()) == []


def test_the_trainer_writes_both_files(
    data: Path, lesson: training.Lesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "learned", lambda _: lesson)
    monkeypatch.setattr(training, "TONE", tmp_path)
    assert training.main() == 0
    assert len(json.loads((tmp_path / "head.json").read_text())["dense"]) == len(NAMES)
    assert (tmp_path / "supplement.tsv").read_text() == supplement_record(lesson.supplement)
