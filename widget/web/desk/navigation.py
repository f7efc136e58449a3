"""The navigation of a site's desk: its pages in order, and the counts beside them."""

from dataclasses import dataclass

from flask import current_app, url_for

from widget.domain.editors.editor import Editor, Role
from widget.domain.model import Site


@dataclass(frozen=True, slots=True)
class SitePage:
    """An entry of the navigation.

    :param key: what a template names in ``active`` to mark the entry as the current one; without
        that, it is the blueprint.
    :param is_tab: whether a phone shows it in its row of tabs; the others are behind "More".
    """

    key: str
    endpoint: str
    name: str
    role: Role
    is_tab: bool = True

    def path(self, site: Site) -> str:
        return url_for(self.endpoint, site_key=site.key)


SITE_PAGES = (
    SitePage("overview", "overview.show", "Overview", Role.VIEWER),
    SitePage("articles", "articles.index", "Stories", Role.VIEWER),
    SitePage("sections", "sections.index", "Sections", Role.VIEWER, is_tab=False),
    SitePage("moderation", "moderation.index", "Comments", Role.MODERATOR),
    SitePage("questions", "questions.index", "Questions", Role.VIEWER, is_tab=False),
    SitePage("integrity", "integrity.index", "Integrity", Role.VIEWER),
    SitePage("site_settings", "site_settings.show", "Settings", Role.EDITOR, is_tab=False),
)


def pages_for(site: Site, editor: Editor) -> list[SitePage]:
    """Return the pages of a site that an editor may open."""
    return [
        page
        for page in SITE_PAGES
        if page.endpoint in current_app.view_functions and editor.may(page.role, site.key)
    ]


def first_page(site: Site, editor: Editor) -> str:
    """Return the path of the first page of a site that an editor may open."""
    pages = pages_for(site, editor)
    return pages[0].path(site) if pages else url_for("auth.account")
