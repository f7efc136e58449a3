"""A ledger of three days, and what somebody may do to its files."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from widget.domain.ledger.block import Block, Head, StoryLine, sealed
from widget.domain.ledger.signing import Signer
from widget.domain.ledger.texts import new_seed

SIGNER = Signer(new_seed())
STORIES = tuple(f"{number:022}" for number in range(9))
FIRST_HOUR = 490_992  # 2026-01-05 00:00 UTC
HOURS_A_DAY = 2

Files = dict[str, bytes]


def lines(hour: int) -> list[StoryLine]:
    """Return what a ledger says of some stories in an hour."""
    return [
        StoryLine(story, {"like": hour % 97 + at, "sad": 3}, {"like": 1}, {"sad": at}, at)
        for at, story in enumerate(STORIES)
        if (hour + at) % 3
    ]


def chain(
    signers: Sequence[Signer], changed: Mapping[int, list[StoryLine]] | None = None
) -> list[Block]:
    """Return the blocks of three days, one signer for each block or the same for all.

    :param changed: other lines of some blocks, by their number.
    """
    blocks: list[Block] = []
    for number in range(3 * HOURS_A_DAY):
        hour = FIRST_HOUR + number // HOURS_A_DAY * 24 + number % HOURS_A_DAY * 5
        before = blocks[-1].hash if blocks else ""
        signer = signers[number % len(signers)]
        head = Head("news", hour, 1, hour * 3600 + 3607, signer.public, before)
        told = (changed or {}).get(number, lines(hour))
        blocks.append(sealed(head, told, signer))
    return blocks


def files(blocks: Sequence[Block]) -> Files:
    """Return blocks as the files of their days."""
    found: Files = {}
    for block in blocks:
        name = f"day-{block.head.hour // 24}.txt"
        found[name] = found.get(name, b"") + block.text
    return found


def changed(chance: random.Random) -> tuple[str, Files]:
    """Return what was done to the ledger's files, and the files after it."""
    change = chance.choice(CHANGES)
    return change.__name__.strip("_"), change(chance)


BLOCKS = chain([SIGNER])
WHOLE = files(BLOCKS)


def _other_lines(chance: random.Random) -> tuple[int, list[StoryLine]]:
    """Return the number of a block before the last one, and its lines with one count changed."""
    number = chance.randrange(len(BLOCKS) - 1)
    told = lines(BLOCKS[number].head.hour)
    at = chance.randrange(len(told))
    votes = {**told[at].counts, "like": told[at].counts["like"] + chance.choice((-1, 1, 1000))}
    told[at] = replace(told[at], counts=votes)
    return number, told


def _a_count(chance: random.Random) -> Files:
    number, told = _other_lines(chance)
    block = BLOCKS[number]
    other = sealed(block.head, told, SIGNER).text.splitlines(keepends=True)
    kept = block.text.splitlines(keepends=True)
    text = b"".join([*other[:-1], kept[-1]])  # under the signature of what it was
    return files([*BLOCKS[:number], replace(block, text=text), *BLOCKS[number + 1 :]])


def _a_block_signed_again(chance: random.Random) -> Files:
    """Rewrite one hour with the right key, and leave the hours after it."""
    number, told = _other_lines(chance)
    again = sealed(BLOCKS[number].head, told, SIGNER)
    return files([*BLOCKS[:number], again, *BLOCKS[number + 1 :]])


def _all_signed_again(chance: random.Random) -> Files:
    """Rewrite one hour and all after it with the right key: only a hash that was kept tells."""
    number, told = _other_lines(chance)
    return files(chain([SIGNER], {number: told}))


def _another_key(chance: random.Random) -> Files:
    number, told = _other_lines(chance)
    return files(chain([Signer(new_seed())], {number: told}))


def _another_key_for_a_while(chance: random.Random) -> Files:
    signers = [SIGNER] * len(BLOCKS)
    signers[chance.randrange(len(BLOCKS))] = Signer(new_seed())
    return files(chain(signers))


def _lines_of_a_file(change: Callable[[random.Random, list[bytes]], None]) -> Callable[..., Files]:
    def run(chance: random.Random) -> Files:
        name = chance.choice(list(WHOLE))
        text = WHOLE[name].splitlines(keepends=True)
        change(chance, text)
        return {**WHOLE, name: b"".join(text)}

    run.__name__ = change.__name__
    return run


def _a_line_dropped(chance: random.Random, text: list[bytes]) -> None:
    del text[chance.randrange(len(text))]


def _a_line_twice(chance: random.Random, text: list[bytes]) -> None:
    at = chance.randrange(len(text))
    text.insert(chance.randrange(len(text)), text[at])


def _lines_swapped(chance: random.Random, text: list[bytes]) -> None:
    one, other = chance.sample(range(len(text)), 2)
    text[one], text[other] = text[other], text[one]


def _a_head(chance: random.Random, text: list[bytes]) -> None:
    at = chance.choice([at for at, line in enumerate(text) if line.startswith(b'{"ledger"')])
    old, new = chance.choice(
        [
            (b'"site":"news"', b'"site":"news2"'),
            (b'"hours":1', b'"hours":2'),
            (b'"stories":', b'"stories":1'),
            (b'"before":"', b'"before":"0'),
            (b"T", b"U"),
            (b'"ledger":1', b'"ledger":2'),
            (b'"key":"', b'"key":"A'),
            (b'"written"', b'"next_key":"x","written"'),
        ]
    )
    text[at] = text[at].replace(old, new, 1)


def _a_bit(chance: random.Random) -> Files:
    name = chance.choice(list(WHOLE))
    text = bytearray(WHOLE[name])
    text[chance.randrange(len(text))] ^= 1 << chance.randrange(8)
    return {**WHOLE, name: bytes(text)}


def _cut_off(chance: random.Random) -> Files:
    name = chance.choice(list(WHOLE))
    return {**WHOLE, name: WHOLE[name][: chance.randrange(len(WHOLE[name]))]}


def _a_block_dropped(chance: random.Random) -> Files:
    kept = list(BLOCKS)
    del kept[chance.randrange(len(kept))]
    return files(kept)


def _blocks_swapped(chance: random.Random) -> Files:
    found = list(BLOCKS)
    at = chance.randrange(len(found) - 1)
    if found[at].head.hour // 24 != found[at + 1].head.hour // 24:
        at -= 1  # of one file: the order of files is no matter
    found[at], found[at + 1] = found[at + 1], found[at]
    return files(found)


def _a_day_dropped(chance: random.Random) -> Files:
    found = dict(WHOLE)
    del found[chance.choice(list(found)[1:])]
    return found


CHANGES = (
    *[_a_count] * 4,
    _a_block_signed_again,
    _all_signed_again,
    _another_key,
    _another_key_for_a_while,
    *map(_lines_of_a_file, (_a_line_dropped, _a_line_twice, _lines_swapped, _a_head)),
    _a_bit,
    _cut_off,
    _a_block_dropped,
    _blocks_swapped,
    _a_day_dropped,
)
