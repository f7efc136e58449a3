"""The labels of reactions in words about figures."""

from widget.domain.model import REACTIONS, Choice, Poll, Site
from widget.services.figures.labels import reaction_labels


def test_a_retired_reaction_has_its_label_in_the_language_of_the_words() -> None:
    like, *_, sad, _ = REACTIONS.choices
    hope = Choice("hope-2", "Hopeful", "🌱")
    poll = Poll("How was it?", (like,), retired=(sad, hope))
    keys = ("like", "sad", "hope-2", "gone_by")
    site = Site("news", "News", (), reactions=poll, register={"": keys})
    assert reaction_labels(site) == ["Like", "Sad", "Hopeful", "Gone by"]
    assert reaction_labels(site, "de")[1:3] == ["Traurig", "Hopeful"]
