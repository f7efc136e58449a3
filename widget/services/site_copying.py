"""Comparing the sites with their copies: a thread of every worker; one has the lease."""

from widget.services.repeating import repeat
from widget.store.site_copies import EVERY_S, SiteCopies


def start_copying(copies: SiteCopies) -> None:
    """Compare from now on, in this process and in its forks, which do not inherit a thread."""

    def step() -> None:
        if copies.may_copy():
            copies.copy_all()

    failure = "Sites were not copied to their own slots; next try in %s s."
    repeat(step, name="sites", every_s=EVERY_S, failure=failure)
