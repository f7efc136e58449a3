"""What the page of a question's results shows, at the desk and behind a shared link."""

from typing import Any

from widget.domain import clock
from widget.domain.figures import chart
from widget.services.figures.questions import QuestionFigures
from widget.store.figures.poll_votes import MOST_STORIES


def result_values(found: QuestionFigures) -> dict[str, Any]:
    """Return the template's values for a question's results, also for a shared link."""
    totals = [[sum(row)] for row in found.line.series] if found.line else []
    return {
        "figures": found,
        "stack": chart.stack(totals),
        "most_stories": MOST_STORIES,
        "now_s": int(clock.now()),
    }
