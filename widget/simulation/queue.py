"""The comments of the newsroom's queue, each with a true reason to be there. Pure."""

from dataclasses import dataclass

from widget.domain.comments.reasons import Ground
from widget.simulation.notable import LIBRARY

MODERATORS = ("robin", "mara")


@dataclass(frozen=True, slots=True)
class Case:
    """A comment that an editor has to decide on, or has decided on.

    :param slug: of the story.
    :param why: the rules that hold it.
    :param reports: of readers on networks of their own, oldest first.
    :param approved_after: so many reports came before an editor approved it; None: never approved.
    :param removed: why an editor removed it.
    :param asks_again: its author asked for a second look at that.
    """

    slug: str
    hours_ago: float
    name: str
    text: str
    why: tuple[str, ...] = ()
    reports: tuple[Ground, ...] = ()
    approved_after: int | None = None
    removed: Ground | None = None
    asks_again: bool = False

    @property
    def waits(self) -> bool:
        """Whether an editor has to decide on it."""
        if self.removed:
            return self.asks_again
        return bool(self.why) or len(self.reports) > (self.approved_after or 0)


CASES = (
    Case(
        LIBRARY,
        7.5,
        "cheap-shelves",
        "Closing down? Buy your shelves from us, we deliver on the same day!",
        removed=Ground("spam"),
    ),
    Case(
        LIBRARY,
        6.8,
        "Rolf",
        "The woman in the picture should be sacked first. Look at her.",
        reports=(Ground("insult"), Ground("insult", "She is a member of staff, not a politician")),
        removed=Ground("insult", "Criticise the decision, not a member of staff."),
    ),
    Case(
        "night-bakery",
        6.1,
        "Henrike",
        "I have bought my bread there since 1987, and never on a full stomach.",
        reports=(Ground("off_topic"),),
        approved_after=1,
    ),
    Case(
        LIBRARY,
        5.2,
        "Oskar",
        "Anyone who voted for this is an idiot, and the mayor most of all.",
        reports=(
            Ground("insult"),
            Ground("insult", "Calls every councillor an idiot"),
            Ground("insult"),
        ),
    ),
    Case(
        LIBRARY,
        4.9,
        "tom_77",
        "You people would sell your own grandmother\u2019s books.",
        reports=(Ground("insult"), Ground("off_topic")),
    ),
    Case(
        "talent-visa",
        4.4,
        "Nadia",
        "I moved here on the old visa. It took fourteen months and two lawyers.",
        why=("first_comment",),
    ),
    Case(
        LIBRARY,
        4.1,
        "Rosa",
        "My children do their homework there every Tuesday. Where will they go?",
        why=("first_comment",),
    ),
    Case(
        "night-bakery",
        3.7,
        "best-deals",
        "Great read! Ovens: https://ovens.example/sale, mixers: https://mixers.example/sale, "
        "flour: https://flour.example/sale",
        why=("links",),
    ),
    Case(
        "rents-cap",
        3.2,
        "Ilse",
        "Nobody in this thread has mentioned the cycle lanes yet.",
        reports=(Ground("off_topic", "Third time today, under three stories"),),
    ),
    Case(
        "rents-cap",
        2.9,
        "Karl",
        "Mr Aldous at 14 Mill Road has announced two increases already. So much for “rare cases”.",
        reports=(Ground("off_topic"), Ground("private", "That is somebody\u2019s home address")),
        approved_after=1,
    ),
    Case(
        LIBRARY,
        2.5,
        "Viktor",
        "Look at who bought the plot next door in June. Then look at how they voted.",
        reports=(Ground("other", "Hints at bribes without any source"),),
        removed=Ground("other", "Please give a source for a claim like this."),
        asks_again=True,
    ),
    Case(
        "phone-ban",
        2.1,
        "Marek",
        "I teach maths in year nine. The first week was loud, the second was quiet.",
        why=("first_comment",),
    ),
    Case(
        "swan-and-tram",
        1.7,
        "Philippa",
        "My pictures of all three mornings: https://swans.example/1 https://swans.example/2 "
        "https://swans.example/3",
        why=("links",),
    ),
    Case(
        "talent-visa",
        1.3,
        "Burgher",
        "They come for our jobs, then for our streets. Close the door again.",
        reports=(
            Ground("hate"),
            Ground("hate", "Against a whole group of people"),
            Ground("insult"),
            Ground("hate"),
            Ground("hate"),
        ),
    ),
    Case(
        "night-tram",
        0.8,
        "Pia",
        "I am a nurse on the late shift, and I had walked home for two years.",
        why=("first_comment",),
    ),
    Case(
        "storm-warning",
        0.3,
        "Runa",
        "The harbour road is under water at the petrol station. Please drive around it.",
        why=("first_comment",),
    ),
)
