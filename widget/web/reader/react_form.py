"""Voting without JavaScript: one form for our own stories and one for other sites' articles.

A form page is personal and no-store: its CSRF token and cookie never reach a story's page.
"""

import time
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse

from widget.domain.article import ArticleRef
from widget.domain.errors import BadField, Closed, NotFound, RateLimited
from widget.domain.model import MAX_SEQ, Poll, Site
from widget.domain.page import Page
from widget.services.voting import HOME, choice_number, counts_by_key, poll_or_error, services
from widget.store.reactions.votes import OwnVote
from widget.web.reader.cookie import known_reader, reader_of_form, remember

blueprint = Blueprint("react_form", __name__)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a form is about.

    :param back: where the article can be read, if that is known.
    :param action: the form's own path.
    """

    site: Site
    article: ArticleRef
    poll_key: str
    poll: Poll
    page: Page
    back: str
    action: str
    origin: str


@blueprint.get("/articles/<slug>/react")
def story_form(slug: str) -> Response:
    return _form(_story(slug))


@blueprint.post("/articles/<slug>/react")
def cast_on_story(slug: str) -> AnyResponse:
    return _cast(_story(slug), then=url_for("pages.article", slug=slug) + "#reactions")


@blueprint.get("/r/<site_key>/<path:named>", merge_slashes=False)
def site_form(site_key: str, named: str) -> Response:
    """The same form for an article of another site, where its page's <noscript> leads."""
    return _form(_elsewhere(site_key, named))


@blueprint.post("/r/<site_key>/<path:named>", merge_slashes=False)
def cast_elsewhere(site_key: str, named: str) -> AnyResponse:
    subject = _elsewhere(site_key, named)
    return _cast(subject, then=subject.action)


def _story(slug: str) -> Subject:
    story = services().stories.get(slug)
    if story is None:
        raise NotFound("There is no story at this address. It may have moved.")
    site = services().sites.get(HOME)
    page = services().page_of(site, story.id, Page())
    poll = poll_or_error(site, "", page.section)
    back = url_for("pages.article", slug=slug)
    action = url_for("react_form.story_form", slug=slug)
    origin = services().settings.public_url
    article = services().article(site, story.id)
    return Subject(site, article, "", poll, page, back, action, origin)


def _elsewhere(site_key: str, named: str) -> Subject:
    site = services().sites.get(site_key)
    poll_key = request.args.get("poll", "")
    poll_or_error(site, poll_key)
    article = services().article(site, named, poll_key)
    record = services().reactions.page(site, article)
    page = Page(record.title, record.section, url=record.url) if record else Page()
    # Only an address that was checked to be the site's own is linked.
    back = page.url or (f"https:{article.address}" if article.address.startswith("//") else "")
    poll = poll_or_error(site, poll_key, page.section)
    action = url_for("react_form.site_form", site_key=site_key, named=named, poll=poll_key or None)
    return Subject(site, article, poll_key, poll, page, back.partition("#")[0], action, origin="")


def _form(subject: Subject, *, status: int = 200, note: str = "") -> Response:
    site, article = subject.site, subject.article
    choices = len(site.choice_keys(subject.poll_key))
    [tally] = services().tallies(site, [(article, choices)], now_s=int(time.time()))
    counts = counts_by_key(site, subject.poll_key, subject.poll, tally)
    own = _own_vote(subject, known_reader(site))
    if not note and not tally.is_open:
        note = "closed"
    elif not note and own.is_held:
        note = "held"
    page = render_template(
        "pages/react.html",
        form=FlaskForm(),
        subject=subject,
        counts=counts,
        is_open=tally.is_open,
        own=_key(subject, own.choice),
        asked=request.args.get("choice"),
        note=note,
        total=sum(counts.values()),
        correction=tally.note,
    )
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _cast(subject: Subject, *, then: str) -> AnyResponse:
    """One vote by form: ``reaction`` is a choice's key, or empty to take the vote back."""
    if not FlaskForm().validate_on_submit():
        return _form(subject, status=400, note="expired")
    site = subject.site
    try:
        choice = choice_number(
            site, subject.poll_key, subject.poll, request.form.get("reaction") or None
        )
        reader = reader_of_form(site)
        own = _own_vote(subject, reader.id)
        tally = services().cast(
            site,
            subject.article,
            subject.poll_key,
            reader.id,
            min(own.seq + 1, MAX_SEQ),
            choice,
            page=subject.page,
            origin=subject.origin,
            hold=reader.hold,
        )
    except BadField:
        return _form(subject, status=400, note="expired")
    except Closed:
        return _form(subject, status=409, note="closed")
    except RateLimited:
        return _form(subject, status=429, note="busy" if known_reader(site) else "crowded")
    answer = redirect(subject.action if tally.is_held else then, 303)
    remember(answer, site, reader)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _own_vote(subject: Subject, reader: bytes | None) -> OwnVote:
    if reader is None:
        return OwnVote()
    voter = services().voter(subject.site, subject.article, reader)
    return services().reactions.own_vote(subject.site, subject.article, voter)


def _key(subject: Subject, choice: int) -> str | None:
    return subject.site.choice_keys(subject.poll_key)[choice - 1] if choice else None
