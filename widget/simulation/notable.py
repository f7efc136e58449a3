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
        remarks=(
            "I learned to read in that building. Closing it is a disgrace.",
            "They lied to us in March: “no closures”, the mayor said, on camera.",
            "I am furious. Forty pupils do their homework there because home is too loud.",
            "Sad. The reading room by the river is the only warm place for some people.",
            "The headline was different this morning. Which one is true?",
            "A library costs less a year than the new roundabout. Shameful.",
            "I am ashamed of my own party tonight.",
            "The staff deserved better than to hear it from the newspaper. Cruel.",
            "Where is the money going? I read the budget twice and cannot find it.",
            "I love this library, and I will be at the gates on Saturday.",
            "My mother, who is 84, walks there every day. The next one is two buses away.",
            "To be fair, the roof has leaked for ten years and nobody wanted to pay.",
            "Thank you for printing how every councillor voted.",
            "We feel betrayed. Nine thousand signatures, and not one word in the debate.",
        ),
        crowd=0.19,
        crowd_mood=(1, 3, 1, 0, 93, 2, 0),
    ),
    "night-bakery": SimulatedStory(
        "",
        Page("The bakery that feeds the night shift", "Life", "Tomas Okafor", ("food", "work")),
        hours_ago=110,
        mood=(22, 1, 66, 6, 1, 2, 2),
        pull=1.5,
        remarks=(
            "I drive the night bus. Their cinnamon rolls are the best part of four o\u2019clock.",
            "A lovely story. I could smell the bread.",
            "They gave my daughter her first job, and she still talks about it.",
            "Nurse here: thank you, thank you, thank you.",
            "What a kind family. I will go on Friday.",
        ),
    ),
    "rents-cap": SimulatedStory(
        "",
        Page("Rents: what the new cap would really do", "City", "Yusuf Haddad", ("housing",)),
        hours_ago=78,
        mood=(28, 18, 20, 3, 27, 2, 2),
        pull=1.35,
        remarks=(
            "At last somebody explains it with figures. Excellent.",
            "A cap helps those who already have a flat. I have been looking for two years.",
            "I own one small flat, and this treats me like a criminal. Unfair.",
            "Without a cap I must leave the street where my children go to school.",
            "The table under the third heading should be on every notice board.",
            "It failed in two other cities. Why would it be different here?",
        ),
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
        remarks=(
            "And the nurses whom we turned away last year? This is a sad joke.",
            "Great for engineers. My wife is a teacher, and for her nothing changes.",
            "The fee is absurd, nobody whom I know can pay that.",
            "I welcome everybody who comes, but the office cannot even answer its phone.",
            "Wonderful news for my team, we have waited a year for this.",
        ),
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
        remarks=(
            "Give the swan a season ticket.",
            "Late for work, best excuse of my life.",
            "The driver\u2019s face in the second picture! I laughed out loud.",
            "It has the right of way, it is in the timetable now.",
        ),
    ),
    "phone-ban": SimulatedStory(
        "",
        Page("A phone ban divides the staff room", "Life", "Ruth Adeyemi", ("schools",)),
        hours_ago=88,
        mood=(24, 19, 20, 6, 20, 3, 8),
        pull=0.55,
        remarks=(
            "My class is calmer, and so am I. I would never go back.",
            "My son has diabetes and needs his phone. Nobody thought of him.",
            "A ban is easy. Teaching them to use it would be work.",
        ),
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
        remarks=(
            "I can finally get home after the late shift. Thank you!",
            "It brakes under my bedroom eleven times a night. I am exhausted.",
        ),
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
        remarks=(
            "My parents met on it. Please keep it for walking.",
            "A new one would take the lorries out of Lower Quay at last.",
        ),
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
