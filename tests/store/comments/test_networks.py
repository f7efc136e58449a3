"""Up-votes and reports of one network on one comment, and comments that are not admitted yet."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import NOW_S
from tests.support.comment_samples import ALICE, CROSS, GLAD
from widget.domain.article import ArticleRef
from widget.domain.comments.comment import Comment, Draft, new_id
from widget.domain.errors import Closed, NotFound
from widget.domain.model import Site
from widget.domain.readers.network import DAY_S, Allowance
from widget.store import keys
from widget.store.comments.comments import (
    CommentReport,
    Comments,
    CommentVote,
    Counts,
    Edit,
    NewComment,
    Posting,
    UpVote,
)
from widget.store.comments.moderation import Moderation
from widget.store.comments.recount import CommentRecount
from widget.store.connect import Connection
from widget.store.limits import Limits
from widget.store.reactions.votes import Cast, Reactions, Voter

EDITOR: dict[str, Any] = {"who": "erin", "now_s": NOW_S + 60}
ALLOWANCE = Allowance.of_day(20)
MIDNIGHT = NOW_S - NOW_S % DAY_S + DAY_S


class Readers:
    """Readers of one comment, from addresses and at times that a test chooses."""

    def __init__(self, connection: Connection, comments: Comments, site: Site) -> None:
        self._limits, self._comments, self._site = Limits(connection), comments, site
        self._readers = 0
        self.comment_id = ""

    def marks(self, address: str, now_s: int) -> bytes:
        subject = f"{self._site.key}|{self.comment_id}"
        return self._limits.network_marks(address, subject, now_s=now_s)

    def new(self) -> bytes:
        self._readers += 1
        return self._readers.to_bytes(8, "big")

    def vote(
        self,
        address: str,
        now_s: int = NOW_S,
        *,
        reader: bytes = b"",
        seq: int = 1,
        up: bool = True,
    ) -> UpVote:
        networks = self.marks(address, now_s)
        vote = CommentVote(reader or self.new(), b"", seq, up, now_s, networks, ALLOWANCE)
        return self._comments.vote(self._site, self.comment_id, vote)

    def report(
        self, address: str, now_s: int = NOW_S, *, reader: bytes = b"", counts: Counts = Counts.YES
    ) -> bool:
        network = self.marks(address, now_s)[-16:]
        report = CommentReport(reader or self.new(), b"", now_s, network, counts)
        return self._comments.report(self._site, self.comment_id, report)

    def comment(self) -> Comment:
        return self._comments.get(self._site, self.comment_id)


@pytest.fixture
def readers(
    connection: Connection, comments: Comments, site: Site, post: Callable[..., Comment]
) -> Readers:
    readers = Readers(connection, comments, site)
    readers.comment_id = post().id
    return readers


@pytest.fixture
def moderation(connection: Connection) -> Moderation:
    return Moderation(connection)


# Up-votes


def test_the_ninth_up_vote_of_a_network_is_the_readers_and_is_not_counted(
    readers: Readers, comments: Comments, site: Site, exact: Callable[[], None]
) -> None:
    votes = [readers.vote("192.0.2.1") for _ in range(49)]
    assert [vote.ups for vote in votes] == [*range(1, 9)] + [8] * 41
    assert all(vote.up for vote in votes)
    late = (49).to_bytes(8, "big")
    assert comments.own_votes(site, {readers.comment_id: late}) == {readers.comment_id: (True, 1)}
    assert readers.vote("192.0.2.2").ups == 9
    exact()


def test_an_up_vote_that_is_not_counted_stays_so_when_it_is_taken_back_and_given_again(
    readers: Readers, exact: Callable[[], None]
) -> None:
    for _ in range(8):
        readers.vote("192.0.2.1")
    for seq, up in ((1, True), (2, False), (3, True), (3, True), (2, False)):
        vote = readers.vote("192.0.2.1", reader=b"late....", seq=seq, up=up)
        assert vote.ups == 8
    assert (vote.up, vote.seq) == (True, 3)
    # Neither another network nor another day makes it count.
    assert readers.vote("192.0.2.9", reader=b"late....", seq=4, up=False).ups == 8
    later = readers.vote("192.0.2.9", NOW_S + 3 * DAY_S, reader=b"late....", seq=5)
    assert (later.ups, later.up) == (8, True)
    exact()


def test_a_counted_reader_of_a_full_network_may_change_their_up_vote(readers: Readers) -> None:
    readers.vote("192.0.2.1", reader=b"first...")
    for _ in range(20):
        readers.vote("192.0.2.1")
    assert readers.vote("192.0.2.1", reader=b"first...", seq=2, up=False).ups == 7
    assert readers.vote("192.0.2.1", reader=b"first...", seq=3).ups == 8


def test_an_empty_up_vote_uses_the_allowance_too(readers: Readers) -> None:
    for number in range(20):
        readers.vote("192.0.2.1", reader=b"%8d" % number, up=False)
    votes = [readers.vote("192.0.2.1", reader=b"%8d" % number, seq=2) for number in range(20)]
    assert votes[-1].ups == 8


def test_no_day_counts_more_than_20_up_votes_of_a_network_and_midnight_gives_none_back(
    readers: Readers, connection: Connection, site: Site
) -> None:
    times, ups = list[int](), 0
    for now_s in range(MIDNIGHT - 6 * 3600, MIDNIGHT + 30 * 3600, 600):
        voted = readers.vote("192.0.2.1", now_s).ups
        times += [now_s] * (voted - ups)
        ups = voted
    assert 18 <= max(sum(t <= at < t + DAY_S for at in times) for t in times) <= 20
    first_s = min(times)
    assert sum(at < first_s + 6600 for at in times) == 8
    hashes = connection.client.keys(f"rb:{{{site.key}:*}}:cw:*:{readers.comment_id}")
    assert hashes and all(0 < connection.client.ttl(one) <= 2 * DAY_S for one in hashes)


def test_a_48_has_four_times_the_up_votes_of_a_network(readers: Readers) -> None:
    assert [readers.vote(f"2001:db8:7:{n:x}::1").ups for n in range(80)][-1] == 32
    assert [readers.vote("2001:db8:8:1::1").ups for _ in range(20)][-1] == 40


def test_without_an_allowance_every_up_vote_is_counted(
    readers: Readers, comments: Comments, site: Site
) -> None:
    for _ in range(50):
        vote = CommentVote(readers.new(), b"", 1, True, NOW_S)
        ups = comments.vote(site, readers.comment_id, vote).ups
    assert ups == 50


def test_up_votes_stored_before_networks_were_looked_at_stay_counted(
    readers: Readers,
    connection: Connection,
    site: Site,
    article: ArticleRef,
    exact: Callable[[], None],
) -> None:
    of = site.key, article.partition, readers.comment_id
    connection.client.hset(keys.comment_votes(*of), b"old.....", 2 * 7 + 1)
    connection.client.hset(keys.comment(*of), "u", 1)
    assert readers.vote("192.0.2.1", reader=b"old.....", seq=7).up
    assert readers.vote("192.0.2.1", reader=b"old.....", seq=8, up=False).ups == 0
    exact()


@pytest.mark.parametrize(("u", "wrong"), [(7, 0), (6, 0), (5, 1), (8, 1)])
def test_the_recount_knows_up_votes_whose_marks_are_gone(
    readers: Readers,
    connection: Connection,
    site: Site,
    article: ArticleRef,
    exact: Callable[[], None],
    u: int,
    wrong: int,
) -> None:
    of = site.key, article.partition, readers.comment_id
    connection.client.hset(keys.comment(*of), "u", 5)  # as if its table had expired
    exact()
    assert readers.vote("192.0.2.1", reader=b"one.....").ups == 6
    assert readers.vote("192.0.2.1", reader=b"two.....").ups == 7
    if u == 6:
        readers.vote("192.0.2.1", reader=b"two.....", seq=2, up=False)
    connection.client.hset(keys.comment(*of), "u", u)
    found = [one.where for one in CommentRecount(connection).mismatches(site)]
    # The order of the best follows from the up-votes, so it is wrong with them.
    best = keys.ranked_threads(site.key, article.partition, article.id)
    assert found == [best, f"up-votes of {readers.comment_id}"] * wrong


# Reports


def test_reports_of_one_network_queue_a_comment_and_never_hold_it(
    readers: Readers, moderation: Moderation, site: Site, exact: Callable[[], None]
) -> None:
    for address in ("192.0.2.1", "2001:db8:7:1::1"):
        for _ in range(50):
            readers.report(address)
    for number in range(50):
        readers.report(f"2001:db8:7:{number:x}::1")
    assert (readers.comment().state, readers.comment().reports) == ("published", 150)
    assert [one.id for one in moderation.queue(site).comments] == [readers.comment_id]
    for host in (2, 3):
        readers.report(f"192.0.2.{host}")
    assert readers.comment().state == "published"
    readers.report("192.0.2.4")
    assert (readers.comment().state, readers.comment().why) == ("held", ("reported",))
    exact()


def test_a_reader_who_repeats_a_report_from_another_network_adds_nothing(readers: Readers) -> None:
    for host in range(9):
        readers.report(f"192.0.2.{host}", reader=b"same....")
    assert (readers.comment().state, readers.comment().reports) == ("published", 1)


def test_a_network_counts_again_only_after_its_marks_are_gone_and_alone_holds_nothing(
    readers: Readers, connection: Connection, site: Site
) -> None:
    for day in range(0, 30, 3):
        readers.report("192.0.2.1", NOW_S + day * DAY_S)
        readers.report("192.0.2.1", NOW_S + (day + 1) * DAY_S)
    assert (readers.comment().state, readers.comment().reports) == ("published", 20)
    sets = connection.client.keys(f"rb:{{{site.key}:*}}:cn:*:{readers.comment_id}")
    assert sets and all(0 < connection.client.ttl(one) <= 2 * DAY_S for one in sets)


def test_midnight_neither_forgets_a_network_nor_counts_it_twice(readers: Readers) -> None:
    for host in (1, 2, 3, 4):
        readers.report(f"192.0.2.{host}", MIDNIGHT - 60)
    for host in (1, 2, 3, 4):
        readers.report(f"192.0.2.{host}", MIDNIGHT + 60)
    assert readers.comment().state == "published"
    readers.report("192.0.2.5", MIDNIGHT + 120)
    assert readers.comment().state == "held"


def test_only_a_report_that_could_count_asks_and_then_nothing_is_written(
    readers: Readers, moderation: Moderation, site: Site
) -> None:
    assert not readers.report("192.0.2.1", counts=Counts.ASK)
    assert readers.comment().reports == 0 and not moderation.waiting(site)
    assert readers.report("192.0.2.1", reader=b"one.....", counts=Counts.NO)
    assert readers.comment().reports == 1 and moderation.waiting(site) == 1
    assert readers.report("192.0.2.1", reader=b"one.....", counts=Counts.ASK)  # a repeat
    assert not readers.report("192.0.2.1", counts=Counts.ASK)  # the other did not count
    assert readers.report("192.0.2.1")
    assert readers.report("192.0.2.1", counts=Counts.ASK)
    moderation.publish(site, [readers.comment_id], **EDITOR)
    assert readers.report("192.0.2.9", counts=Counts.ASK)


@pytest.mark.parametrize("begins", ["edit", "publish", "hide", "hold", "delete"])
def test_an_edit_and_a_decision_begin_the_counting_anew(
    readers: Readers,
    comments: Comments,
    moderation: Moderation,
    site: Site,
    exact: Callable[[], None],
    begins: str,
) -> None:
    first = [bytes([n]) * 8 for n in range(4)]
    for host, reader in enumerate(first):
        readers.report(f"192.0.2.{host}", reader=reader)
    if begins == "edit":
        edit = Edit("Another text.", CROSS)
        comments.edit(site, readers.comment_id, ALICE, edit, now_s=NOW_S + 9)
    else:  # and its undo, which is a decision too
        [done] = getattr(moderation, begins)(site, [readers.comment_id], **EDITOR)
        [undone] = moderation.undo(site, [done.audit_id], **EDITOR)
        assert undone.result == "done"
    assert readers.comment().status == "reported"
    assert [one.id for one in moderation.queue(site).comments] == [readers.comment_id]
    readers.report("192.0.2.200")
    assert readers.comment().state == "published"
    for host, reader in enumerate(first):
        assert readers.comment().state == "published"
        readers.report(f"192.0.2.{host}", reader=reader)
    assert readers.comment().state == "held"
    exact()


@pytest.mark.parametrize("harmless", ["the same text", "a label"])
def test_what_changes_nothing_for_readers_begins_no_new_counting(
    readers: Readers, comments: Comments, moderation: Moderation, site: Site, harmless: str
) -> None:
    for host in range(4):
        readers.report(f"192.0.2.{host}")
    if harmless == "a label":
        moderation.correct(site, [readers.comment_id], "mixed", **EDITOR)
    else:
        comments.edit(site, readers.comment_id, ALICE, Edit("Good.", GLAD), now_s=NOW_S + 9)
    readers.report("192.0.2.200")
    assert readers.comment().state == "held"


def test_an_approved_comment_that_its_author_edits_can_be_held_again(
    readers: Readers, comments: Comments, moderation: Moderation, site: Site
) -> None:
    for host in range(5):
        readers.report(f"192.0.2.{host}")
    moderation.publish(site, [readers.comment_id], **EDITOR)
    for host in range(5):
        readers.report(f"192.0.2.{host}")
    assert readers.comment().status == "approved" and not moderation.waiting(site)
    edit = Edit("Another text.", CROSS)
    comments.edit(site, readers.comment_id, ALICE, edit, now_s=NOW_S + 90)
    assert readers.comment().status == "reported" and moderation.waiting(site) == 1
    for host in range(5):
        assert readers.comment().state == "published"
        readers.report(f"192.0.2.{host}")
    assert (readers.comment().state, readers.comment().why) == ("held", ("reported",))


@dataclass
class Model:
    """What one comment's reports and up-votes should be."""

    networks: set[int] = field(default_factory=set)
    reporters: set[int] = field(default_factory=set)
    reports: int = 0
    state: str = "published"
    left: dict[int, int] = field(default_factory=dict)
    votes: dict[int, tuple[int, bool, bool]] = field(default_factory=dict)

    def anew(self) -> None:
        self.networks, self.reporters = set(), set()

    def report(self, reader: int, network: int) -> None:
        if self.state == "published" and reader not in self.reporters:
            self.reporters.add(reader)
            self.networks.add(network)
            self.reports += 1
            if len(self.networks) >= 5:
                self.state = "held"

    def vote(self, reader: int, network: int, seq: int, up: bool) -> None:
        if self.state != "published":
            return
        if reader not in self.votes:
            self.left[network] = self.left.get(network, ALLOWANCE.burst) - 1
            self.votes[reader] = (0, False, self.left[network] >= 0)
        old_seq, _, is_counted = self.votes[reader]
        if seq > old_seq:
            self.votes[reader] = (seq, up, is_counted)

    @property
    def ups(self) -> int:
        return sum(up and is_counted for _, up, is_counted in self.votes.values())


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["vote"] * 4 + ["report"] * 4 + ["edit", "release"]),
            st.integers(0, 30),
            st.integers(0, 6),
            st.integers(1, 4),
            st.booleans(),
        ),
        max_size=80,
    )
)
def test_any_sequence_of_up_votes_and_reports_agrees_with_the_model(
    connection: Connection,
    comments: Comments,
    moderation: Moderation,
    site: Site,
    post: Callable[..., Comment],
    exact: Callable[[], None],
    steps: list[tuple[str, int, int, int, bool]],
) -> None:
    connection.client.flushall()
    readers, model = Readers(connection, comments, site), Model()
    readers.comment_id = post().id
    for step, (act, reader, network, seq, up) in enumerate(steps):
        address, mark = f"192.0.2.{network}", bytes([reader]) * 8
        try:
            if act == "vote":
                model.vote(reader, network, seq, up)
                readers.vote(address, reader=mark, seq=seq, up=up)
            elif act == "report":
                model.report(reader, network)
                readers.report(address, reader=mark)
            elif act == "edit":
                model.anew()
                edit = Edit(f"Text {step}", GLAD)
                comments.edit(site, readers.comment_id, ALICE, edit, now_s=NOW_S)
            elif model.state == "held":  # seen, and put back without an approval
                moderation.hide(site, [readers.comment_id], **EDITOR)
                moderation.publish(site, [readers.comment_id], **EDITOR)
                edit = Edit(f"Text {step}", GLAD)
                comments.edit(site, readers.comment_id, ALICE, edit, now_s=NOW_S)
                model.anew()
                model.state = "published"
        except NotFound:
            assert model.state == "held"
        now = readers.comment()
        assert (now.state, now.reports, now.ups) == (model.state, model.reports, model.ups)
    exact()


# Comments


def test_a_new_comment_is_announced_before_it_is_stored_and_a_known_draft_is_not(
    comments: Comments,
    reactions: Reactions,
    site: Site,
    article: ArticleRef,
    connection: Connection,
) -> None:
    def send(*, draft: str, is_admitted: bool, parent: str = "", at_s: int = NOW_S) -> bool:
        one = Draft(new_id(at_s * 1000, article.partition), parent, "Al", "Text", ALICE, GLAD)
        posting = Posting(at_s, draft_id=draft, is_admitted=is_admitted)
        return comments.create(site, article, one, posting).repeated

    with pytest.raises(NewComment) as asked:
        send(draft="d", is_admitted=False)
    assert asked.value.begins_story and not connection.client.keys()
    reactions.cast(site, article, Voter(b"reader.."), Cast(1, 1, NOW_S, 7))
    with pytest.raises(NewComment) as asked:
        send(draft="d", is_admitted=False)
    assert not asked.value.begins_story
    assert not send(draft="d", is_admitted=True)
    assert send(draft="d", is_admitted=False)
    with pytest.raises(NotFound):
        send(draft="e", is_admitted=False, parent="0" * 20)
    with pytest.raises(Closed):
        send(draft="e", is_admitted=False, at_s=NOW_S + site.comments.close_days * DAY_S)
