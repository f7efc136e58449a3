"""The time zone of a page: its site's, or UTC on pages of no site or of all sites."""

from flask import g

from widget.domain.zones import UTC_ZONE, Zone


def shown_zone() -> Zone:
    site = g.get("site")
    return site.zone if site else UTC_ZONE
