"""Packed votes: what the script packs, Python unpacks; both read what earlier builds stored."""

import random
from itertools import product

import pytest

from tests.support.packed import stored
from widget.domain.integrity.evidence import Kind
from widget.store.connect import Connection
from widget.store.reactions.packed_votes import PackedVote, Status
from widget.store.scripts import script_text

MARKS = script_text("shared/marks.lua")
BASE = 489_000  # hours since the epoch
LAST_SHORT_HOUR = 2046
EDGES = (
    (0, 1, 7, 15),
    tuple(Status),
    (0, 1, 254, 255, LAST_SHORT_HOUR, LAST_SHORT_HOUR + 1, 2**14 - 1),
    (1, 2, 3, 2**31 - 1),
    tuple(Kind),
)

PACK_AND_UNPACK = """
local found = {}
for i = 1, #ARGV, 5 do
  local choice, status, hours, seq, kind = unpack(ARGV, i, i + 4)
  choice, status, seq, kind = tonumber(choice), tonumber(status), tonumber(seq), tonumber(kind)
  local packed = pack_vote(choice, status, BASE + hours, seq, kind, BASE)
  found[#found + 1] = tostring(packed)
  found[#found + 1] = table.concat({ unpack_vote(tonumber(packed), BASE) }, ' ')
end
return found
""".replace("BASE", str(BASE))

UNPACK = """
local found = {}
for i, packed in ipairs(ARGV) do
  found[i] = table.concat({ unpack_vote(tonumber(packed), BASE) }, ' ')
end
return found
""".replace("BASE", str(BASE))


def votes() -> list[PackedVote]:
    drawn = random.Random(1)
    some = [
        PackedVote(
            drawn.randrange(16),
            drawn.choice(list(Status)),
            drawn.randrange(2**14),
            drawn.choice([1, 2, drawn.randrange(1, 2**31)]),
            drawn.choice(list(Kind)),
        )
        for _ in range(500)
    ]
    return [PackedVote(*fields) for fields in product(*EDGES)] + some


def as_lua(vote: PackedVote) -> str:
    return f"{vote.choice} {vote.status} {BASE + vote.hours} {vote.seq} {vote.kind}"


def packed(connection: Connection, some: list[PackedVote]) -> tuple[list[int], list[str]]:
    arguments = [str(int(field)) for vote in some for field in vote]
    found = connection.client.eval(MARKS + PACK_AND_UNPACK, 0, *arguments)
    return [int(one) for one in found[::2]], [one.decode() for one in found[1::2]]


def test_script_and_python_agree_on_every_vote(connection: Connection) -> None:
    some = votes()
    numbers, unpacked = packed(connection, some)
    assert [PackedVote.of(number) for number in numbers] == some
    assert unpacked == [as_lua(vote) for vote in some]
    assert len(set(numbers)) == len(set(some))  # no two votes share a number


def test_the_long_form_of_every_vote_is_still_read(connection: Connection) -> None:
    some = votes()
    numbers = [stored(vote) for vote in some]
    assert [PackedVote.of(number) for number in numbers] == some
    unpacked = connection.client.eval(MARKS + UNPACK, 0, *map(str, numbers))
    assert [one.decode() for one in unpacked] == [as_lua(vote) for vote in some]


@pytest.mark.parametrize("kind", [Kind.NEW, Kind.KNOWN])
def test_a_readers_only_vote_is_small(connection: Connection, kind: Kind) -> None:
    early, late, again = (
        PackedVote(7, Status.COUNTED, 254, 1, kind),
        PackedVote(7, Status.COUNTED, LAST_SHORT_HOUR, 1, kind),
        PackedVote(7, Status.COUNTED, 0, 2, kind),
    )
    numbers, _ = packed(connection, [early, late, again])
    assert abs(numbers[0]) < 2**12 and abs(numbers[1]) < 2**15  # as a bucket has sizes for
    assert abs(numbers[2]) >= 2**20


def test_no_vote_is_read_where_there_is_none() -> None:
    assert PackedVote.of(0) == PackedVote(0, Status.COUNTED, 0, 0, Kind.NONE)
