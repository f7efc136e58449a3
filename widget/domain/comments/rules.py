"""A site's rules for comments. Pure; forms/comment_rules.py parses them."""

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec

Order = Literal["best", "newest", "oldest"]
Natural = Annotated[int, msgspec.Meta(ge=0)]


@dataclass(frozen=True, slots=True)
class CommentRules:
    """How a site accepts comments.

    :param hold_first: hold a reader's first comment for an editor.
    :param hold_fast_s: hold a comment written in less time; 0 turns this off.
    :param hold_links: hold a comment with this many links; 0 turns this off.
    :param hold_reports: hold a comment that readers of this many networks report, until an editor
        decides; 0 turns this off.
    :param reserved: names that no reader may use, in addition to the site's name.
    :param order: "oldest" first, or "newest", which means the best where ``best_first`` says so.
        Servers of before there was a best know only this.
    :param close_days: days from an article's first comment until comments close; 0 never closes.
    """

    enabled: bool = True
    hold_first: bool = False
    hold_fast_s: Natural = 2
    hold_links: Natural = 3
    hold_reports: Natural = 5
    reserved: tuple[str, ...] = (
        "admin",
        "administrator",
        "editor",
        "editors",
        "moderator",
        "mod",
        "staff",
        "readback",
    )
    order: Literal["newest", "oldest"] = "newest"
    close_days: Natural = 30
    best_first: bool = True

    @property
    def first(self) -> Order:
        """Which comments come first."""
        return "best" if self.order == "newest" and self.best_first else self.order
