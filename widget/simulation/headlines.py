"""Headlines of the newsroom's ordinary stories: written ones first, then composed ones. Pure."""

import random

from widget.simulation.story import SECTIONS

WRITTEN: tuple[tuple[str, str], ...] = (
    ("City", "Canal Street gets its trees back, forty years later"),
    ("City", "Bus drivers settle for a longer summer timetable"),
    ("City", "Who owns the empty shops on Mill Road?"),
    ("City", "The market hall reopens without its fishmongers"),
    ("City", "Water board warns of brown tap water until Thursday"),
    ("City", "Parking at the station will cost twice as much"),
    ("City", "A playground for the east side, after eleven petitions"),
    ("Politics", "Council ends free school lunches by one vote"),
    ("Politics", "Three questions that the finance minister did not answer"),
    ("Politics", "Young voters say what would bring them to the polls"),
    ("Politics", "The mayor\u2019s chief of staff resigns"),
    ("Politics", "Why the runway vote was put off again"),
    ("Politics", "What changes for tenants on the first of the month"),
    ("World", "Ferry company stops crossings to the outer islands"),
    ("World", "Ceasefire holds for a third day"),
    ("World", "After the flood, Dunmore counts its bridges"),
    ("World", "Aid convoy reaches the upper valley"),
    ("World", "The village that votes on every shot of its wolves"),
    ("World", "An election without queues: how two islands did it"),
    ("Business", "Port of Westhaven reports its best quarter in ten years"),
    ("Business", "The last typewriter repair shop takes on an apprentice"),
    ("Business", "Small farms sell together, and beat the supermarket"),
    ("Business", "Shipyard cuts ninety jobs before the winter"),
    ("Business", "Four-day week: a brewery reports after twelve months"),
    ("Business", "Energy bills fall for the first time since spring"),
    ("Technology", "The ferry\u2019s new timetable app forgets the tide"),
    ("Technology", "How a school wrote its own rules for chatbots"),
    ("Technology", "E-scooters must park where the painters say"),
    ("Technology", "Old phones become weather stations on the coast"),
    ("Technology", "Your town\u2019s cameras, counted for the first time"),
    ("Technology", "A keyboard for a language with nine speakers"),
    ("Science", "Amateur astronomers find a comet before breakfast"),
    ("Science", "Seed bank wakes a flower that slept for a century"),
    ("Science", "Why the harbour smells of cucumber in November"),
    ("Science", "Beekeepers and hospital share a map of allergies"),
    ("Science", "The eel that came back with a transmitter"),
    ("Science", "How deep is the river? Nobody had measured"),
    ("Sport", "Women\u2019s team wins the cup on penalties"),
    ("Sport", "Ninety-one and still refereeing on Sundays"),
    ("Sport", "Goalkeeper sent off before kick-off"),
    ("Sport", "Marathon moves to autumn because of the heat"),
    ("Sport", "Rowers want their boathouse back"),
    ("Sport", "How a village of 600 built a velodrome"),
    ("Culture", "The last cinema shows one film for a year"),
    ("Culture", "Two lost paintings turn up behind a wardrobe"),
    ("Culture", "Street musicians record the sound of Lower Quay"),
    ("Culture", "Opera house opens its rehearsals to everybody"),
    ("Culture", "A novel written on night trains wins the prize"),
    ("Culture", "Who may sing the harbour songs?"),
    ("Life", "The neighbours who share one washing machine"),
    ("Life", "What a night school taught its teacher"),
    ("Life", "Recipe: rye bread that forgives everything"),
    ("Life", "She planted a tree for every late train"),
    ("Life", "Learning to swim at sixty-eight"),
    ("Life", "How to mend a zip, and other small victories"),
    ("Life", "A family of bakers closes after four generations"),
)
_PLACES = (
    "Port Ellery",
    "the north coast",
    "Canal Street",
    "the old harbour",
    "Mill Road",
    "Westhaven",
    "the upper valley",
    "Saint Anselm",
    "the east side",
    "Lower Quay",
    "the university",
    "Dunmore",
)
_SUBJECTS = (
    "bus drivers",
    "the city council",
    "a night school",
    "small farms",
    "the regional hospital",
    "young voters",
    "the ferry company",
    "a family of bakers",
    "tenants",
    "the water board",
    "amateur astronomers",
    "the last cinema",
    "trainee nurses",
    "a retired judge",
    "the port",
    "street musicians",
    "the women\u2019s team",
    "beekeepers",
    "the library",
    "a seed bank",
)
_VERBS = (
    "win back",
    "argue over",
    "wait for",
    "rebuild",
    "say no to",
    "find money for",
    "leave",
    "open up",
    "measure",
    "celebrate",
    "lose",
    "plan",
    "vote on",
    "explain",
    "share",
)
_OBJECTS = (
    "a longer summer timetable",
    "the flood defences",
    "a second runway",
    "their own archive",
    "cheaper rents",
    "the market hall",
    "a four-day week",
    "an early spring",
    "the old tram line",
    "new rules for e-scooters",
    "free school lunches",
    "the night train",
    "a record harvest",
    "the swimming pool",
    "two lost paintings",
    "a quieter city centre",
    "the longest strike",
)


def headlines(number: int, chance: random.Random) -> list[tuple[str, str]]:
    """Return so many sections and titles: every written one before the first composed one."""
    written = chance.sample(WRITTEN, min(number, len(WRITTEN)))
    return [*written, *(_composed(chance) for _ in range(number - len(written)))]


def _composed(chance: random.Random) -> tuple[str, str]:
    section = chance.choice(list(SECTIONS))
    subject, place = chance.choice(_SUBJECTS), chance.choice(_PLACES)
    what = f"{chance.choice(_VERBS)} {chance.choice(_OBJECTS)}"
    title = chance.choice(
        (
            f"How {subject} came to {what}",
            f"Why {subject} had to {what} in {place}",
            f"{place[0].upper()}{place[1:]}: {subject} to {what}",
            f"“Nobody asked us”: {subject} may {what}",
        )
    )
    return section, title
