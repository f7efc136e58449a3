"""Who names a story: readers' pages that agree, from several networks, or its own file."""

from widget.domain import clock
from widget.domain.article import ArticleRef
from widget.domain.model import Site
from widget.domain.page import Page
from widget.store.limits import Limits
from widget.store.reactions.naming import Naming


class StoryNames:
    """Records what the pages of counted voters and published comments say about their stories."""

    def __init__(self, naming: Naming, limits: Limits) -> None:
        self._naming = naming
        self._limits = limits

    def hear(
        self, site: Site, article: ArticleRef, page: Page, *, address: str, is_own: bool = False
    ) -> None:
        """Take note of what a reader's page says.

        :param address: the reader's network address; without one nothing is recorded.
        :param is_own: the page is our own story's, as its file has it.
        """
        now_s = int(clock.now())
        if is_own:
            self._naming.settle(site, article, page, now_s=now_s)
        elif not page.is_silent:
            marks = self._limits.customer_marks(address, f"{site.key}|{article.id}", now_s=now_s)
            if marks:
                self._naming.hear(site, article, page, marks, now_s=now_s)
