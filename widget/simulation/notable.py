"""The stories of the newsroom that have something the desk should show. Pure.

One invented week: a library whose readers turned to Angry after its headline changed, and votes of
one night on it that are in doubt; warm ones, a funny one, three that split, a small one.
"""

from widget.domain.page import Page
from widget.simulation.story import SimulatedStory

LIBRARY = "riverside-library"
BRIDGE = "old-bridge"

NOTABLE = {
    LIBRARY: SimulatedStory(
        "",
        Page(
            "Council votes to close the riverside library",
            "City",
            "Mira Lindqvist",
            ("books", "council"),
        ),
        hours_ago=54,
        mood=(16, 14, 16, 5, 12, 29, 8),
        pull=3.0,
        turn=6,
        turned=(4, 11, 6, 1, 60, 16, 1),
        leaning=0.02,
        crowd=0.19,
        crowd_mood=(1, 3, 1, 0, 93, 2, 0),
    ),
    "night-bakery": SimulatedStory(
        "",
        Page("The bakery that feeds the night shift", "Life", "Tomas Okafor", ("food", "work")),
        hours_ago=110,
        mood=(22, 1, 66, 6, 1, 2, 2),
        pull=1.5,
    ),
    "rents-cap": SimulatedStory(
        "",
        Page("Rents: what the new cap would really do", "City", "Yusuf Haddad", ("housing",)),
        hours_ago=78,
        mood=(28, 18, 20, 3, 27, 2, 2),
        pull=1.35,
    ),
    "talent-visa": SimulatedStory(
        "",
        Page(
            "A new visa opens the door to the world\u2019s engineers",
            "Technology",
            "Jun Mori",
            ("migration", "work"),
        ),
        hours_ago=34,
        mood=(24, 5, 44, 2, 8, 3, 14),
        pull=1.3,
        leaning=0.15,
    ),
    "swan-and-tram": SimulatedStory(
        "",
        Page(
            "Swan holds up the number 14 tram for a third morning",
            "City",
            "Keira Walsh",
            ("transport", "animals"),
        ),
        hours_ago=58,
        mood=(16, 1, 14, 62, 1, 1, 5),
        pull=0.9,
    ),
    "phone-ban": SimulatedStory(
        "",
        Page("A phone ban divides the staff room", "Life", "Ruth Adeyemi", ("schools",)),
        hours_ago=88,
        mood=(24, 19, 20, 6, 20, 3, 8),
        pull=0.55,
    ),
    "night-tram": SimulatedStory(
        "",
        Page(
            "The night tram returns, and so does the noise",
            "City",
            "Ioan Popescu",
            ("transport", "health"),
        ),
        hours_ago=130,
        mood=(26, 16, 28, 4, 18, 4, 4),
        pull=0.4,
    ),
    BRIDGE: SimulatedStory(
        "",
        Page(
            "The old bridge is closed for good. What now?",
            "City",
            "Ana Duarte",
            ("harbour", "history"),
        ),
        hours_ago=64,
        mood=(34, 6, 18, 3, 8, 22, 9),
        pull=0.45,
    ),
    "storm-warning": SimulatedStory(
        "",
        Page("Storm warning for the north coast", "World", "Greta Holm", ("climate",)),
        hours_ago=2.4,
        mood=(12, 1, 2, 2, 6, 46, 31),
        pull=0.14,
    ),
    "harbour-hebrew": SimulatedStory(
        "",
        Page("הנמל הישן נפתח מחדש לקהל אחרי עשרים שנה", "Culture", "Noor Rahman", ("harbour",)),
        hours_ago=30,
        mood=(30, 4, 46, 6, 2, 4, 8),
        pull=0.12,
    ),
    "long-read": SimulatedStory(
        "",
        Page(
            "What eleven years of tide tables, four flooded cellars and one stubborn "
            "harbour master can teach a city that has to decide before the spring whether it "
            "moves its oldest street uphill",
            "Science",
            "Clare Whitcombe",
            ("climate", "harbour", "water"),
        ),
        hours_ago=60,
        mood=(30, 4, 30, 3, 2, 12, 19),
        pull=0.15,
    ),
}
