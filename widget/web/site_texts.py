"""/desk/<site>/settings/words: what the bar and the comments say, in the site's own words."""

from dataclasses import replace

from flask import Blueprint, Response, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from widget import words_form
from widget.editor import Role
from widget.model import Site
from widget.store.sites import version_of
from widget.web.access import site_for_role_or_404
from widget.web.saving import saved
from widget.web.services import services
from widget.words import COMMENTS, MAX_TEXT_CHARS, RIGHT_TO_LEFT

blueprint = Blueprint("site_texts", __name__, url_prefix="/desk/<site_key>/settings/words")


@blueprint.get("/")
def show(site_key: str) -> Response:
    site_for_role_or_404(site_key, Role.EDITOR)
    site, lang = services().sites.fresh(site_key), words_form.language(request.args.get("lang", ""))
    return _page(site, lang, words_form.rows(site, lang))


@blueprint.post("/")
def set_texts(site_key: str) -> AnyResponse:
    site_for_role_or_404(site_key, Role.EDITOR)
    fields = request.form.to_dict()
    lang = words_form.language(fields.get("lang", ""))

    def change(site: Site) -> Site:
        own = words_form.texts_typed(lang, fields)
        return replace(site, texts=words_form.with_texts(site.texts, lang, own))

    def again(site: Site, status: int, **shown: object) -> Response:
        return _page(site, lang, words_form.rows(site, lang, fields), status=status, **shown)

    return saved(site_key, change, again, then=url_for(".show", site_key=site_key, lang=lang))


def _page(
    site: Site, lang: str, rows: list[words_form.Row], *, status: int = 200, **shown: object
) -> Response:
    page = render_template(
        "desk/words.html", **{
            "site": site, "lang": lang, "names": words_form.NAMES, "prefix": words_form.PREFIX,
            "max_chars": MAX_TEXT_CHARS, "direction": "rtl" if lang in RIGHT_TO_LEFT else "ltr",
            "groups": [
                ("The bar", [row for row in rows if not row.name.startswith(COMMENTS)]),
                ("Comments", [row for row in rows if row.name.startswith(COMMENTS)]),
            ],
            "own_in": [name for name in words_form.NAMES if site.texts.get(name)],
            "version": version_of(site), "problems": {}, **shown,
        },
    )  # fmt: skip
    return make_response(page, status)
