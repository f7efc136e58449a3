"""The writer of ledgers: a thread of every worker process, of which one writes each hour.

A vote costs nothing more because of it. Once a minute every process asks the store for a lease. The
one that gets it writes the hour that is over for each site, if nobody has yet.
docs/adr/0136-a-ledger-anyone-can-check.md says why nothing is missing or twice after a crash.
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from widget.domain import clock
from widget.domain.errors import StoreUnavailable
from widget.domain.ledger.block import MOST_STORIES, Head, sealed
from widget.domain.ledger.signing import Signer
from widget.domain.model import Site
from widget.services.repeating import repeat
from widget.store.ledger.chain import Chain, ChainHead
from widget.store.ledger.moved import Moved, MovedStories
from widget.store.sites import Sites

log = logging.getLogger(__name__)

EVERY_S = 60
HOUR_S = 3600
# After an hour, until a server whose clock is a little behind files no more votes under it.
SETTLED_S = 10


class LedgerWriter:
    """:param seeds: private keys, the one that signs last. Without any, nothing is written."""

    def __init__(
        self, sites: Sites, chain: Chain, stories: MovedStories, seeds: Sequence[str]
    ) -> None:
        self._sites, self._chain, self._stories = sites, chain, stories
        self._signers = {signer.public: signer for signer in map(Signer, seeds)}
        self._looked: dict[str, int] = {}  # site -> the hour that is written, so no store is asked
        self._warned: set[str] = set()

    @property
    def public_key(self) -> str:
        """The public key of the secrets file that signs; "" without one."""
        return next(reversed(self._signers), "")

    def start(self) -> None:
        """Write from now on, in this process and in its forks, which do not inherit a thread."""
        if self._signers:
            failure = "The ledger was not written; the next try is in %s s."
            repeat(self.run_once, name="ledger", every_s=EVERY_S, failure=failure)

    def run_once(self) -> None:
        """Write every site's ledger, unless another process has the lease.

        :raise StoreUnavailable: the store timed out or refused.
        """
        if not self._chain.may_write():
            return
        outage = None
        for site in self._sites.all():
            try:
                self.write(site, now_s=int(clock.now()))
            except StoreUnavailable as problem:
                outage = problem  # of the shard of this site, perhaps
        if outage is not None:
            raise outage

    def write(self, site: Site, *, now_s: int) -> None:
        """Write the hour that is over, if it is not written yet.

        :raise StoreUnavailable: the store timed out or refused. The next call continues.
        """
        hour = (now_s - SETTLED_S) // HOUR_S - 1
        if self._looked.get(site.key, -1) >= hour:
            return
        marked = self._stories.latest_marked(site)  # before the head, which only grows
        head = self._finished(site, self._chain.head(site))
        written = max(head.hour, -1 if head.looked is None else head.looked)
        if written > hour + 1:
            self._warn(
                site, "the clock was set back, and the ledger waits until its last hour is over"
            )
        elif written > hour or head.looked == hour:
            self._looked[site.key] = hour
        elif head.key and head.key not in self._signers:
            self._warn(
                site,
                f"it is signed with {head.key}, which is not in this server's secrets file: copy "
                "ledger_keys from a server that has it, or run `readback ledger adopt-key`",
            )
        else:
            for partition, block in marked.items():
                if block > head.blocks:  # a shard of a cluster lost the block in a failover
                    self._stories.forget(site, partition)
            self._write(site, head, hour, now_s)

    def _finished(self, site: Site, head: ChainHead) -> ChainHead:
        """Mark what the last block said, which a process may have left undone."""
        if head.marks:
            self._stories.mark(site, head.blocks, head.marks)
            self._chain.settle(site, head)
        return replace(head, marks={})

    def _write(self, site: Site, head: ChainHead, hour: int, now_s: int) -> None:
        if head.key and head.key != self.public_key:
            found = self._append(site, head, hour, now_s, (), next_key=self.public_key)
            if found is None:
                return
            head = found
        moved = self._stories.since(site, hour)
        while some := list(islice(moved, MOST_STORIES)):
            found = self._append(site, head, hour, now_s, some)
            if found is None:
                return  # another process writes this hour
            head = found
        if self._chain.settle(site, head, looked=hour):
            self._looked[site.key] = hour

    def _append(
        self,
        site: Site,
        head: ChainHead,
        hour: int,
        now_s: int,
        moved: Sequence[Moved],
        *,
        next_key: str = "",
    ) -> ChainHead | None:
        """Append a block and mark its stories; None if another process was first."""
        self._chain.keep_lease()
        signer = self._signers[head.key or self.public_key]
        hours = 0 if head.looked is None else hour - head.looked
        block = sealed(
            Head(site.key, hour, hours, now_s, signer.public, head.hash, next_key),
            [one.line(site) for one in moved],
            signer,
        )
        marks: dict[int, list[str]] = defaultdict(list)
        for one in moved:
            marks[one.partition] += one.id, one.mark(hour)
        appended = self._chain.append(site, head, block, marks)
        return None if appended is None else self._finished(site, appended)

    def _warn(self, site: Site, why: str) -> None:
        """Say once in this process why a ledger is not written."""
        if site.key not in self._warned:
            self._warned.add(site.key)
            log.warning("The ledger of %s is not written: %s.", site.key, why)
