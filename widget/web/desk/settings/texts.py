"""/desk/<site>/settings/words: the site's own wording of the bar and the comments."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from widget.domain.editors.editor import Role
from widget.domain.forms import strings as strings_form
from widget.domain.model import Site
from widget.domain.strings import tags
from widget.store.sites import version_of
from widget.web.desk.settings.saving import saved
from widget.web.desk.signin.access import site_for_role_or_404
from widget.web.services import services

MAX_FORM_BYTES = 128 * 1024  # every text in letters of nine bytes, as a form has them

blueprint = Blueprint("site_texts", __name__, url_prefix="/desk/<site_key>/settings/words")


@blueprint.url_value_preprocessor
def _allow_a_whole_language(endpoint: str | None, _: object) -> None:
    """Accept a form with a text for each string, before anything reads the form."""
    if endpoint == f"{blueprint.name}.{set_texts.__name__}":
        request.max_content_length = request.max_form_memory_size = MAX_FORM_BYTES


@blueprint.get("/")
def show(site_key: str) -> Response:
    site_for_role_or_404(site_key, Role.EDITOR)
    lang = strings_form.language(request.args.get("lang", ""))
    site = services().sites.fresh(site_key)
    return _page(site, lang, strings_form.rows(site, lang))


@blueprint.post("/")
def set_texts(site_key: str) -> AnyResponse:
    site_for_role_or_404(site_key, Role.EDITOR)
    fields = request.form.to_dict()
    lang = strings_form.language(fields.get("lang", ""))
    act, _, name = fields.get("act", "").partition(":")
    if act in ("default", "preview"):  # the form comes back, and nothing is stored
        site = services().sites.fresh(site_key)
        typed = {**fields, strings_form.PREFIX + name: ""} if act == "default" else fields
        rows = strings_form.rows(site, lang, typed)
        focus = strings_form.PREFIX + name
        return _page(site, lang, rows, version=fields.get("version", ""), focus=focus)

    def change(site: Site) -> Site:
        own = strings_form.texts_from_form(lang, fields)
        return replace(site, texts=strings_form.with_texts(site.texts, lang, own))

    def again(site: Site, status: int, **values: object) -> Response:
        return _page(site, lang, strings_form.rows(site, lang, fields), status=status, **values)

    return saved(site_key, change, again, then=url_for(".show", site_key=site_key, lang=lang))


def _page(
    site: Site, lang: str, rows: list[strings_form.Row], *, status: int = 200, **values: object
) -> Response:
    text = request.values.get("q", "")[:100].strip()
    problems: Any = values.get("problems", {})
    wrong = {row.name for row in rows if strings_form.PREFIX + row.name in problems}
    groups = [(title, [row for row in rows if row.group == title]) for title in strings_form.GROUPS]
    page = render_template(
        "desk/words.html",
        **{
            "site": site,
            "lang": lang,
            "names": strings_form.NAMES,
            "prefix": strings_form.PREFIX,
            "direction": tags.direction(lang),
            "groups": groups,
            "text": text,
            "found": wrong | {row.name for row in rows if row.matches(text)},
            "examples": strings_form.EXAMPLES,
            "focus": "",
            "own_in": [name for name in strings_form.NAMES if site.texts.get(name)],
            "version": version_of(site),
            "problems": {},
            **values,
        },
    )
    return make_response(page, status)
