"""The attack kit: what is planted in a story."""

from dataclasses import dataclass

from bench.integrity.stories import HOURS, SLOTS, Stories, Story, Vote, cumulated

ATTACKED = (1, 4, 2)  # choices, usually rare, and how often each is attacked
ATTACKED_WEIGHTS = (0.3, 0.5, 0.2)
ELSEWHERE = 5 * 10**9  # an attack's networks are none of the readers'


@dataclass(frozen=True)
class Attack:
    """An attack on one choice.

    :param title: what a table calls it.
    :param aged: share of its tokens that are older than a day, so aged or stockpiled.
    :param networks: least and most; (0, 0): one for each vote.
    :param mimic: share of its votes that follow the story's own mix.
    :param jitter: shape of the gamma weights of its slots; a small one comes in bursts.
    :param rotates: whether it changes to other networks of its own every hour.
    """

    title: str
    votes: int = 250
    hours: int = 6
    aged: float = 0.0
    networks: tuple[int, int] = (0, 0)
    mimic: float = 0.0
    jitter: float = 1.0
    rotates: bool = False


@dataclass(frozen=True)
class Attacked:
    """A story with an attack. ``slots`` are those of the stuffed votes for the choice, in order."""

    story: Story
    choice: int
    slots: list[int]


# By the names that widget/domain/integrity/figures.json has for them.
KIT = {
    "new": Attack("250 new readers in 6 hours"),
    "new_100_networks": Attack("250 from 100 networks", networks=(100, 100)),
    "tenth_aged": Attack("250, a tenth with aged tokens", aged=0.1),
    "half_aged": Attack("250, half aged, from under 50 networks", aged=0.5, networks=(10, 49)),
    "rotating": Attack(
        "250, half aged, networks rotating", aged=0.5, networks=(10, 49), rotates=True
    ),
    "half_aged_many_networks": Attack("250, half aged, a network each", aged=0.5),
    "stockpiled": Attack("250, all aged, from under 50 networks", aged=1.0, networks=(10, 49)),
    "one_hour": Attack("250 new readers in 1 hour", hours=1),
    "drip": Attack("250 new readers over 24 hours", hours=24),
    "bursts": Attack("250 new readers in bursts", jitter=0.1),
    "small": Attack("120 new readers in 6 hours", votes=120),
    "large": Attack("500 new readers in 6 hours", votes=500),
    "mimicry_30": Attack("250, of which 30 % follow the mix", mimic=0.3),
    "mimicry_60": Attack("250, of which 60 % follow the mix", mimic=0.6),
    "mimicry_100": Attack("250, which all follow the mix", mimic=1.0),
}


def attacked(stories: Stories, attack: Attack) -> Attacked:
    """Return an organic story with the attack in it."""
    random = stories.random
    story = stories.organic()
    choice = random.choices(ATTACKED, ATTACKED_WEIGHTS)[0]
    first = random.randint(1, 29) * SLOTS + random.randrange(SLOTS)
    weights = [random.gammavariate(attack.jitter, 1) + 1e-9 for _ in range(attack.hours * SLOTS)]
    mix = cumulated(story.mix)
    pool = random.randint(*attack.networks) if attack.networks[1] else 0
    base = ELSEWHERE + random.randrange(10**6) * 1000
    for number, offset in enumerate(
        sorted(random.choices(range(len(weights)), weights, k=attack.votes))
    ):
        network = number
        if pool and attack.rotates:
            part = max(1, pool // attack.hours)
            network = (offset // SLOTS * part + random.randrange(part)) % pool
        elif pool:
            network = random.randrange(pool)
        chosen = choice
        if random.random() < attack.mimic:
            chosen = random.choices(range(len(mix)), cum_weights=mix)[0]
        story.votes.append(
            Vote(first + offset, chosen, random.random() >= attack.aged, base + network, True)
        )
    stuffed = [v.slot for v in story.votes if v.is_stuffed and v.slot < HOURS * SLOTS]
    mine = [v.slot for v in story.votes if v.is_stuffed and v.choice == choice]
    return Attacked(story, choice, [slot for slot in mine if slot <= max(stuffed)])
