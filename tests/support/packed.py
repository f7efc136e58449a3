"""Votes as the store keeps them, written as lua/shared/marks.lua does."""

from widget.store.reactions.packed_votes import PackedVote


def stored(vote: PackedVote) -> int:
    """Return the long form, which a store may have for any vote."""
    packed = ((vote.seq * 16384 + vote.hours) * 4 + vote.status) * 16 + vote.choice
    return -2 * packed - vote.kind if vote.kind else packed
