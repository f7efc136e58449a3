"""What readers remember, compared with what the store has: lost, wrong or counted twice?"""

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.faults.support.load import Ballot, Choice, Load
from widget.domain.article import PARTITIONS, ArticleRef, resolve_for
from widget.domain.model import Site
from widget.domain.readers.reader import Readers, reader_from_nonce
from widget.secrets import load_secrets
from widget.services.home import HOME
from widget.store.comments.recount import CommentRecount
from widget.store.connect import Connection
from widget.store.reactions.votes import OwnVote, Reactions, Voter

NOTHING = Choice(0, None)
HOME_SITE = Site(HOME, "Readback", ())


@dataclass(frozen=True)
class Comparison:
    """The store, seen by the readers.

    :param votes: ballots with an acknowledged choice, ``comments``: acknowledged comments.
    :param lost: ballots whose stored choice is older than the acknowledged one.
    :param wrong: ballots with a choice that the reader never sent under that number.
    :param unanswered: ballots with a later choice, which was sent and never acknowledged.
    :param doubled: votes in the totals that no reader's ballot explains; ``missing``: the reverse.
    :param lost_comments: acknowledged comments that are not stored, or with another text.
    :param doubled_comments: comments that are stored more than once.
    :param odd: answers that no fault explains.
    """

    votes: int
    comments: int
    lost: list[Ballot]
    wrong: list[Ballot]
    unanswered: int
    doubled: int
    missing: int
    lost_comments: int
    doubled_comments: int
    odd: list[str]

    @property
    def is_exact(self) -> bool:
        """Whether nothing is lost, wrong or doubled."""
        return not (self.lost or self.lost_comments) and self.is_consistent

    @property
    def is_consistent(self) -> bool:
        """Whether nothing is wrong or doubled. Something may be lost."""
        broken = self.doubled or self.missing or self.doubled_comments
        return not (self.wrong or broken or self.odd)


def compare(
    load: Load, connection: Connection, secrets_path: Path, site: Site = HOME_SITE
) -> Comparison:
    """Look up every ballot and comment of a load that has ended.

    :param secrets_path: the secrets of the servers, under which a reader has a mark.
    """
    store = _Store(load, connection, secrets_path, site)
    lost, wrong, unanswered = [], [], 0
    expected: Counter[str] = Counter()
    for ballot, sent in load.memory.sent.items():
        stored = store.choice_of(ballot)
        acknowledged = load.memory.votes.get(ballot, NOTHING)
        if stored.key is not None:
            expected[ballot[0]] += 1
        if stored in sent:
            unanswered += 1
        elif stored.seq < acknowledged.seq:
            lost.append(ballot)
        elif stored != acknowledged:
            wrong.append(ballot)
    found = store.totals()
    differences = [found[article] - expected[article] for article in load.articles]
    texts = store.texts()
    by_text = Counter(texts.values())
    return Comparison(
        votes=len(load.memory.votes),
        comments=len(load.memory.comments),
        lost=lost,
        wrong=wrong,
        unanswered=unanswered,
        doubled=sum(max(0, by) for by in differences),
        missing=sum(max(0, -by) for by in differences),
        lost_comments=sum(texts.get(one) != text for one, text in load.memory.comments.items()),
        doubled_comments=sum(by_text[text] > 1 for text in load.memory.sent_comments),
        odd=load.memory.odd,
    )


class _Store:
    def __init__(self, load: Load, connection: Connection, secrets_path: Path, site: Site) -> None:
        secrets = load_secrets(secrets_path)
        self._load, self._connection = load, connection
        self._readers = Readers(secrets.token_keys, secrets.vote_key.encode())
        self._reactions = Reactions(connection)
        self._site = site
        self._keys = self._site.choice_keys("")

    def choice_of(self, ballot: Ballot) -> Choice:
        article, nonce = self._article(ballot[0]), ballot[1]
        mark = self._readers.mark(self._site.key, article.id, reader_from_nonce(nonce))
        own: OwnVote = self._reactions.own_vote(self._site, article, Voter(mark))
        return Choice(own.seq, self._keys[own.choice - 1] if own.choice else None)

    def totals(self) -> dict[str, int]:
        """Return the counted votes of each article."""
        names = self._load.articles
        asked = [(self._article(name), len(self._keys)) for name in names]
        tallies = self._reactions.tallies(self._site, asked, now_s=int(time.time()))
        return {name: sum(tally.counts) for name, tally in zip(names, tallies, strict=True)}

    def texts(self) -> dict[str, str]:
        """Return the text of every stored comment of the site, by id."""
        recount = CommentRecount(self._connection)
        return {
            comment.id: comment.text
            for partition in range(PARTITIONS)
            for comment in recount.each(self._site, partition)
        }

    def _article(self, name: str) -> ArticleRef:
        return resolve_for(self._site, name)
