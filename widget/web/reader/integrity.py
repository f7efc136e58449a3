"""/integrity/<site> and /integrity/<site>/<article>: how votes are counted, and why some are not.

Both are public and the same for every reader of a language: they have numbers of a window, and
nothing of a reader.
"""

from flask import Blueprint, Response, render_template, request

from widget.domain.forms.strings import NAMES
from widget.domain.integrity.notice import statement_path, why_path
from widget.domain.model import Site
from widget.domain.strings.language import Language
from widget.services.set_aside import StoryAside
from widget.web.reader.answers import shared
from widget.web.services import services
from widget.web.windows import Window, window_of

blueprint = Blueprint("set_aside", __name__, url_prefix="/integrity")
blueprint.add_app_template_filter(statement_path)


@blueprint.get("/<site_key>")
def statement(site_key: str) -> Response:
    site = services().sites.get(site_key)
    language = _language(site)
    stories = [
        {
            "path": why_path(site.key, story.article.id),
            "name": _name(site, story),
            "said": language.say("integrity.plain", n=story.votes, total=story.total),
            "windows": _windows(site, story, language),
        }
        for story in services().set_aside.of_site(site)
    ]
    return _page(
        "pages/integrity/statement.html",
        site,
        language,
        stories=stories,
        has_ledger=bool(services().settings.ledger_days),
    )


@blueprint.get("/<site_key>/<article_id>")
def why(site_key: str, article_id: str) -> Response:
    """Say why votes of a story are not counted; on one whose votes all count, that they do."""
    site = services().sites.get(site_key)
    language = _language(site)
    story = services().set_aside.of_article(site, article_id)
    return _page(
        "pages/integrity/why.html",
        site,
        language,
        story=story,
        name=_name(site, story),
        question=_question(site, story),
        windows=_windows(site, story, language) if story.votes else [],
    )


def _language(site: Site) -> Language:
    """Return the language that the address asks for, or else the reader's browser."""
    asked = request.args.get("lang") or request.headers.get("Accept-Language", "")
    return Language.of(site, asked)


def _name(site: Site, story: StoryAside) -> str:
    """Return a story's title, or else where it is."""
    return story.page.title or story.page.url.partition("://")[2] or site.name


def _question(site: Site, story: StoryAside) -> str:
    """Return the text of an editor's own question, "" for the reactions."""
    poll_key = story.article.poll_key
    return site.question_text(poll_key) if poll_key else ""


def _windows(site: Site, story: StoryAside, language: Language) -> list[Window]:
    return [
        window_of(site, story.article.poll_key, flag, story.total, language)
        for flag in story.windows
    ]


def _page(template: str, site: Site, language: Language, **values: object) -> Response:
    page = render_template(template, site=site, language=language, languages=NAMES, **values)
    answer = shared(page)
    answer.vary.add("Accept-Language")
    return answer
