"""The integrity desk's part of the services, built once."""

from dataclasses import dataclass

from widget.services.alerts.wiring import Alerting
from widget.services.desk import Desk
from widget.services.figures.wiring import Figures
from widget.services.integrity.acts import FlagActs
from widget.services.integrity.held import HeldReleases
from widget.services.integrity.notices import FlagNotices
from widget.services.integrity.resting import RestingFlags
from widget.services.integrity.usual import SiteUsual
from widget.services.integrity.watch import IntegrityWatch
from widget.settings import Settings
from widget.store.connect import Connection
from widget.store.integrity.flags import Flags
from widget.store.reactions.evidence import Evidence
from widget.store.sites import Sites


@dataclass(frozen=True, slots=True)
class Integrity:
    """
    :param acts: what an editor decides about a flag.
    :param releases: releases the held votes of many stories.
    """

    flags: Flags
    evidence: Evidence
    acts: FlagActs
    releases: HeldReleases
    watch: IntegrityWatch


def open_integrity(
    connection: Connection,
    sites: Sites,
    settings: Settings,
    desk: Desk,
    figures: Figures,
    alerting: Alerting,
) -> Integrity:
    """Build it on one store."""
    flags, evidence = Flags(connection), Evidence(connection)
    releases = HeldReleases(desk.held_votes, desk.corrections, flags)
    notices = FlagNotices(flags, figures.pages, alerting.outbox, public_url=settings.public_url)
    watch = IntegrityWatch(
        sites,
        figures.trends,
        evidence,
        flags,
        SiteUsual(figures.trends),
        alerting.book,
        notices,
        releases,
        RestingFlags(flags, evidence, desk.corrections.records),
        every_s=settings.integrity_s,
    )
    return Integrity(flags, evidence, FlagActs(flags, desk.corrections), releases, watch)
