"""What the page of a question's results shows, at the desk and behind a shared link."""

from typing import Any

from widget.domain import clock
from widget.domain.figures import chart
from widget.domain.figures.axis import axis
from widget.services.figures.questions import QuestionFigures
from widget.store.figures.poll_votes import MOST_STORIES
from widget.web.desk.zone import shown_zone


def result_values(found: QuestionFigures) -> dict[str, Any]:
    """Return the template's values for a question's results, also for a shared link."""
    drawing, line = None, found.line
    if line is not None:
        totals = [[sum(row)] for row in line.series]
        drawing = chart.draw(totals, axis(line.bounds, line.unit, shown_zone()), [0])
    return {
        "figures": found,
        "drawing": drawing,
        "most_stories": MOST_STORIES,
        "now_s": int(clock.now()),
    }
