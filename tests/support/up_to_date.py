"""Rankings, days and sections as they are once somebody has read them."""

import re

from widget.domain.model import Site
from widget.store.connect import Connection
from widget.store.reactions.catch_up import CatchUp


def bring_up_to_date(connection: Connection) -> None:
    """File everywhere what votes have changed."""
    for key in connection.client.scan_iter("rb:{*}:behind"):
        match = re.fullmatch(rb"rb:\{(.+):(\d+)\}:behind", key)
        assert match
        site_key = match[1].decode()
        CatchUp(connection).run(Site(site_key, site_key, ()), [int(match[2])])
