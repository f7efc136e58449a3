"""Articles with votes that editors set aside. Reads only."""

from widget.store import keys
from widget.store.reactions.held_votes import RankedVotes


class AsideVotes(RankedVotes):
    _key = staticmethod(keys.aside)
