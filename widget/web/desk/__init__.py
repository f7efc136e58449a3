"""The desk: pages for editors who have signed in. One guard protects every address under /desk."""

from flask import Flask

from widget.web.desk import (
    addresses,
    audit_log,
    chooser,
    editors,
    experiment,
    filters,
    held_votes,
    todo_words,
    todos,
    waiting,
)
from widget.web.desk.comments import labels, tone
from widget.web.desk.comments import views as comments
from widget.web.desk.corrections import views as corrections
from widget.web.desk.figures import api, articles, overview, questions, sections, share_links
from widget.web.desk.figures import filters as figure_filters
from widget.web.desk.integrity import views as integrity
from widget.web.desk.integrity import wording as integrity_wording
from widget.web.desk.settings import (
    alerts,
    api_keys,
    new_site,
    page_check,
    refused_origins,
    site,
    texts,
)
from widget.web.desk.settings import questions as question_forms
from widget.web.desk.signin import access, auth

BLUEPRINTS = tuple(
    module.blueprint
    for module in (
        auth,
        chooser,
        new_site,
        editors,
        site,
        question_forms,
        texts,
        api_keys,
        alerts,
        page_check,
        refused_origins,
        audit_log,
        corrections,
        comments,
        labels,
        tone,
        held_votes,
        experiment,
        integrity,
        waiting,
        overview,
        articles,
        sections,
        questions,
        share_links,
        api,
    )
)


def register(app: Flask) -> None:
    """Guard every address under /desk, and give the desk's templates their filters."""
    access.register(app)
    addresses.register(app)
    filters.register(app)
    figure_filters.register(app)
    integrity_wording.register(app)
    todo_words.register(app)
    todos.register(app)
