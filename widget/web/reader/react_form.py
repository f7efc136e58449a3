"""Voting without JavaScript: one form for our own stories and one for other sites' articles.

A form page is personal and no-store: its CSRF token and cookie never reach a story's page.
"""

from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse

from widget.domain.article import ArticleRef, address_url
from widget.domain.errors import BadField, Closed, RateLimited
from widget.domain.integrity.notice import notice_of
from widget.domain.model import RESULTS
from widget.domain.page import Page
from widget.services.voting import Ballot
from widget.store.reactions.page_records import PageRecord
from widget.store.reactions.votes import OwnVote
from widget.web.reader.answers import unshared
from widget.web.reader.cookie import known_reader, reader_of_form, remember
from widget.web.reader.stories import home, story_or_404
from widget.web.services import request_address, services

blueprint = Blueprint("react_form", __name__)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a form is about.

    :param back: where the article can be read, "" if that is unknown.
    :param action: the form's own path.
    :param then: where a vote leads.
    :param results: how the bar shows figures.
    :param origin: the origin that a vote counts for, "" if that is unknown.
    """

    ballot: Ballot
    back: str
    action: str
    then: str
    results: str
    origin: str = ""

    @property
    def is_after(self) -> bool:
        """Whether the counts wait for the reader's choice."""
        return self.results == "after"


@blueprint.get("/articles/<slug>/react")
def story_form(slug: str) -> Response:
    return _form(_story(slug))


@blueprint.post("/articles/<slug>/react")
def cast_on_story(slug: str) -> AnyResponse:
    return _cast(_story(slug))


@blueprint.get("/r/<site_key>/<path:named>", merge_slashes=False)
def site_form(site_key: str, named: str) -> Response:
    """Show the same form for an article of another site; its page's <noscript> links here."""
    return _form(_elsewhere(site_key, named))


@blueprint.post("/r/<site_key>/<path:named>", merge_slashes=False)
def cast_elsewhere(site_key: str, named: str) -> AnyResponse:
    return _cast(_elsewhere(site_key, named))


def _story(slug: str) -> Subject:
    story = story_or_404(slug)
    back, action = url_for("pages.article", slug=slug), url_for("react_form.story_form", slug=slug)
    results = home().results
    return Subject(
        ballot=services().voting.ballot(home(), story.id),
        back=back,
        action=action,
        # The story's page is the same for everyone, so only the form can show a choice's counts.
        then=action if results == "after" else f"{back}#reactions",
        results=results,
        origin=services().settings.public_url,
    )


def _elsewhere(site_key: str, name: str) -> Subject:
    site, poll_key = services().sites.get(site_key), request.args.get("poll", "")
    article = services().voting.article(site, name, poll_key)
    record = services().voting.settled_page(site, article)
    page = Page(record.title, record.section, url=record.url) if record else Page()
    results = request.args.get("results", "")
    is_chosen = results in RESULTS
    action = url_for(
        "react_form.site_form",
        site_key=site_key,
        named=name,
        poll=poll_key or None,
        results=results if is_chosen else None,
    )
    return Subject(
        ballot=services().voting.ballot(site, name, poll_key, claimed=page),
        back=_address(article, record),
        action=action,
        then=action,
        results=results if is_chosen else site.results,
    )


def _address(article: ArticleRef, record: PageRecord | None) -> str:
    """Return where the article can be read: only an address checked to be the site's own."""
    return record.url if record else address_url(article.address)


def _form(subject: Subject, *, status: int = 200, note: str = "") -> Response:
    ballot = subject.ballot
    tally = services().voting.tally(ballot)
    counts = ballot.counts(tally)
    own = _own_vote(ballot, known_reader(ballot.site))
    if not note and not tally.is_open:
        note = "closed"
    elif not note and own.is_held:
        note = "held"
    page = render_template(
        "pages/react.html",
        form=FlaskForm(),
        subject=subject,
        ballot=ballot,
        counts=counts,
        is_open=tally.is_open,
        is_withheld=subject.is_after and tally.is_open and not own.choice,
        own=ballot.choice_key(own.choice),
        asked=request.args.get("choice"),
        note=note,
        total=sum(counts.values()),
        correction=tally.note,
        aside=notice_of(ballot.site, ballot.article.id, tally),
        site=ballot.site,
    )
    return unshared(page, status)


def _cast(subject: Subject) -> AnyResponse:
    """Cast one vote by form: ``reaction`` is a choice's key, or empty to take the vote back."""
    if not FlaskForm().validate_on_submit():
        return _form(subject, status=400, note="expired")
    ballot = subject.ballot
    site = ballot.site
    try:
        choice = ballot.choice_number(request.form.get("reaction") or None)
        reader = reader_of_form(site)
        tally = services().voting.cast(
            ballot,
            reader.id,
            choice,
            address=request_address(),
            origin=subject.origin,
            hold=reader.hold,
            kind=reader.kind,
            channel="form",
        )
    except BadField:
        return _form(subject, status=400, note="expired")
    except Closed:
        return _form(subject, status=409, note="closed")
    except RateLimited:
        return _form(subject, status=429, note="busy" if known_reader(site) else "crowded")
    answer = redirect(subject.action if tally.is_held else subject.then, 303)
    remember(answer, site, reader)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _own_vote(ballot: Ballot, reader: bytes | None) -> OwnVote:
    return services().voting.own_vote(ballot, reader) if reader else OwnVote()
