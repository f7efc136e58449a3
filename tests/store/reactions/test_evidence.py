"""Evidence: an hour's votes by kind of reader, networks, channel and origin, and nobody's mark."""

import pytest

from tests.conftest import NOW_S
from widget.domain.article import ArticleRef
from widget.domain.experiment import Arm
from widget.domain.integrity.evidence import ChoiceEvidence, Kind
from widget.domain.model import Site
from widget.domain.readers.network import Allowance
from widget.store import keys
from widget.store.connect import Connection
from widget.store.limits import Limits
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.corrections import Actor, Corrections
from widget.store.reactions.evidence import Evidence
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Cast, Channel, Reactions, Voter

CHOICES = 7
HOUR = NOW_S // 3600
MIDNIGHT = NOW_S - NOW_S % 86400 + 86400
ANGRY, SAD = 5, 6


class Story:
    """Votes of new readers on one story, each of another reader if nothing else is said."""

    def __init__(self, connection: Connection, site: Site, article: ArticleRef) -> None:
        self._reactions, self._limits = Reactions(connection), Limits(connection)
        self.site, self.article, self._readers = site, article, 0

    def vote(
        self,
        choice: int = ANGRY,
        *,
        kind: Kind = Kind.NEW,
        address: str = "",
        now_s: int = NOW_S,
        reader: int = 0,
        seq: int = 1,
        channel: Channel = "",
        origin: str = "",
        hold: bool = False,
        arm: Arm = "",
    ) -> bool:
        """Return whether the vote is held."""
        self._readers += 1
        mark = (reader or self._readers).to_bytes(8, "big")
        subject = f"{self.site.key}|{self.article.id}"
        cast = Cast(
            seq,
            choice,
            now_s,
            CHOICES,
            networks=self._limits.network_marks(address, subject, now_s=now_s),
            allowance=Allowance.of_day(120),
            origin=origin,
            hold=hold,
            kind=kind,
            channel=channel,
            arm=arm,
        )
        return self._reactions.cast(self.site, self.article, Voter(mark), cast).is_held


@pytest.fixture
def story(connection: Connection, site: Site, article: ArticleRef) -> Story:
    return Story(connection, site, article)


@pytest.fixture
def evidence(connection: Connection) -> Evidence:
    return Evidence(connection)


def test_votes_are_counted_by_hour_choice_and_kind_and_follow_a_change(
    story: Story, evidence: Evidence, recount: Recount, site: Site
) -> None:
    for kind in (Kind.NEW, Kind.NEW, Kind.KNOWN, Kind.NONE):
        story.vote(kind=kind)
    story.vote(reader=1, seq=2, choice=SAD, now_s=NOW_S + 3600, kind=Kind.KNOWN)
    first, second = evidence.of(site, story.article.id)
    assert (first.hour, first.choices) == (HOUR, {ANGRY: ChoiceEvidence(new=1, known=1)})
    assert (first.new, first.known) == (1, 1)
    # The reader was new when the first vote came, and stays so: tokens made in store are not known.
    assert (second.hour, second.choices) == (HOUR + 1, {SAD: ChoiceEvidence(new=1)})
    story.vote(reader=1, seq=3, choice=0)
    assert [one.hour for one in evidence.of(site, story.article.id)] == [HOUR]
    assert list(recount.mismatches(site, now_s=NOW_S)) == []


def test_verify_finds_evidence_that_is_not_that_of_the_marks(
    story: Story, connection: Connection, recount: Recount, site: Site
) -> None:
    story.vote()
    key = keys.evidence(site.key, story.article.partition, story.article.id)
    for amount in (1, 2**21, -1):
        connection.client.hincrby(key, HOUR * 16 + ANGRY, amount)
        [found] = recount.mismatches(site, now_s=NOW_S)
        assert "evidence" in found.where
        connection.client.hincrby(key, HOUR * 16 + ANGRY, -amount)


def test_a_network_that_comes_again_for_a_choice_is_counted_until_midnight(
    story: Story, evidence: Evidence, site: Site
) -> None:
    def again(hour: int, choice: int = ANGRY) -> int:
        by_hour = {one.hour: one for one in evidence.of(site, story.article.id)}
        return by_hour[hour].choices[choice].again

    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1", "2001:db8:1::1", "2001:db8:1::2"):
        story.vote(address=address, now_s=MIDNIGHT - 60)
    before = MIDNIGHT // 3600 - 1
    assert again(before) == 2
    story.vote(SAD, address="192.0.2.1", now_s=MIDNIGHT - 30)
    assert again(before, SAD) == 0, "for another choice the network is new"
    story.vote(address="192.0.2.1", now_s=MIDNIGHT + 30)
    assert again(MIDNIGHT // 3600) == 0, "and so it is on another day"
    story.vote(address="192.0.2.1", now_s=MIDNIGHT + 60)
    assert again(MIDNIGHT // 3600) == 1


@pytest.mark.parametrize("choice", [ANGRY, SAD])
def test_a_vote_without_a_kind_leaves_the_networks_choices_as_they_are(
    story: Story, evidence: Evidence, site: Site, choice: int
) -> None:
    story.vote(address="192.0.2.1")
    story.vote(choice, address="192.0.2.1", kind=Kind.NONE, channel="openheart")
    story.vote(address="192.0.2.1")
    [hour] = evidence.of(site, story.article.id)
    assert hour.choices[ANGRY].again == 1


def test_a_networks_allowance_is_the_same_with_the_choices_kept_beside_it(story: Story) -> None:
    held = [story.vote(address="192.0.2.7", choice=1 + n % 7) for n in range(60)]
    assert held == [False] * 50 + [True] * 10


def test_held_votes_are_in_the_evidence_once_they_are_released(
    story: Story, connection: Connection, evidence: Evidence, recount: Recount, site: Site
) -> None:
    story.vote()
    for _ in range(3):
        assert story.vote(hold=True)
    for _ in range(52):
        story.vote(address="192.0.2.7", now_s=NOW_S + 3600)
    first, second = evidence.of(site, story.article.id)
    assert (first.held_at_gate, first.choices[ANGRY].new) == (3, 1)
    assert (second.held_of_network, second.choices[ANGRY].new) == (2, 50)
    corrections = Corrections(connection, Aliases(connection))
    done = corrections.release(site, story.article.id, by=Actor("ed", NOW_S))
    first, second = evidence.of(site, story.article.id)
    assert (first.choices[ANGRY].new, second.choices[ANGRY].new) == (4, 52)
    assert list(recount.mismatches(site, now_s=NOW_S)) == []
    corrections.undo(site, done.audit_id, by=Actor("ed", NOW_S))
    assert evidence.of(site, story.article.id)[0].choices[ANGRY].new == 1
    assert list(recount.mismatches(site, now_s=NOW_S)) == []


def test_an_alarm_holds_new_readers_of_its_choice_until_it_ends(
    story: Story, connection: Connection, evidence: Evidence, recount: Recount, site: Site
) -> None:
    story.vote(reader=100, choice=SAD)
    key = keys.article(site.key, story.article.partition, story.article.id)
    connection.client.hset(key, "y", f"{ANGRY} {NOW_S + 7200}")
    assert story.vote(now_s=NOW_S + 7199)
    assert (
        not story.vote(SAD) and not story.vote(kind=Kind.KNOWN) and not story.vote(kind=Kind.NONE)
    )
    assert story.vote(reader=100, seq=2, now_s=NOW_S + 60), "nor may a new reader change to it"
    assert list(recount.mismatches(site, now_s=NOW_S)) == []
    assert not story.vote(now_s=NOW_S + 7200)
    found = evidence.of(site, story.article.id)
    assert sum(one.held_by_alarm for one in found) == 2


def test_channels_and_lesser_origins_are_counted_once_a_voter(
    story: Story, evidence: Evidence, site: Site
) -> None:
    channels: tuple[Channel, ...] = ("", "form", "form", "work", "openheart")
    for channel in channels:
        story.vote(channel=channel)
    story.vote(origin=site.origins[0], reader=50)
    story.vote(origin="https://amp.example", reader=51)
    story.vote(SAD, origin="https://amp.example", reader=51, seq=2, channel="form")
    [hour] = evidence.of(site, story.article.id)
    assert (hour.forms, hour.worked, hour.open_hearts) == (2, 1, 1)
    assert hour.origins == {"https://amp.example": 1}


def test_arms_count_first_votes_that_count(
    story: Story, connection: Connection, site: Site
) -> None:
    story.vote(arm="blind", reader=1)
    story.vote(SAD, arm="shown", reader=1, seq=2)
    story.vote(arm="shown", hold=True)
    story.vote(arm="shown")
    day, key = NOW_S // 86400, keys.arms(site.key, story.article.partition)
    assert connection.client.hgetall(key) == {
        f"{day}:blind:{ANGRY}".encode(): b"1",
        f"{day}:shown:{ANGRY}".encode(): b"1",
    }


def test_refusals_are_counted_only_for_a_story_that_has_votes(
    story: Story, connection: Connection, evidence: Evidence, site: Site
) -> None:
    one = story.article.id
    evidence.note_refused(site, one, asked_to_work=True, now_s=NOW_S)
    assert connection.client.dbsize() == 0
    story.vote()
    for asked_to_work in (True, True, False):
        evidence.note_refused(site, one, asked_to_work=asked_to_work, now_s=NOW_S)
    [hour] = evidence.of(site, one)
    assert (hour.asked_to_work, hour.turned_away) == (2, 1)


def test_without_kinds_a_vote_leaves_no_evidence(
    connection: Connection, story: Story, evidence: Evidence, site: Site
) -> None:
    cast = Cast(1, ANGRY, NOW_S, CHOICES, kind=None, channel="form", arm="blind")
    Reactions(connection).cast(site, story.article, Voter(b"8bytes.."), cast)
    assert evidence.of(site, story.article.id) == []
    assert not connection.client.exists(keys.arms(site.key, story.article.partition))


def test_a_small_allowance_holds_for_as_long_as_it_says(
    connection: Connection, site: Site, article: ArticleRef
) -> None:
    reactions, networks = Reactions(connection), bytes(16)
    held = []
    for reader in range(60):
        cast = Cast(
            1,
            ANGRY,
            NOW_S,
            CHOICES,
            networks=networks,
            allowance=Allowance(50, 86400),
            kind=Kind.NEW,
        )
        voter = Voter(reader.to_bytes(8, "big"))
        held.append(reactions.cast(site, article, voter, cast).is_held)
    assert held == [False] * 50 + [True] * 10
