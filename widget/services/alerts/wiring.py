"""The alerts' part of the services, built once."""

from dataclasses import dataclass

from widget.alerts.address import EgressPolicy
from widget.alerts.delivery import Sender
from widget.alerts.mail import mail_server
from widget.alerts.receivers import SecretMaker
from widget.secrets import Secrets
from widget.services.alerts.check import AngerCheck
from widget.services.alerts.dispatch import Dispatcher
from widget.services.alerts.morning import MorningMail
from widget.services.alerts.scheduler import Scheduler
from widget.services.figures.wiring import Figures
from widget.settings import Settings
from widget.store.alerts.outbox import Outbox
from widget.store.alerts.receivers import ReceiverBook
from widget.store.connect import Connection
from widget.store.desk.site_desk import SiteDesk
from widget.store.sites import Sites


@dataclass(frozen=True, slots=True)
class Alerting:
    book: ReceiverBook
    outbox: Outbox
    sender: Sender
    scheduler: Scheduler


def open_alerting(
    connection: Connection,
    sites: Sites,
    settings: Settings,
    secrets: Secrets,
    egress: EgressPolicy,
    figures: Figures,
) -> Alerting:
    """Build the alerts on one store.

    :param egress: how alerts reach other people's servers.
    """
    smtp = mail_server(settings.smtp_url) if settings.smtp_url else None
    sender = Sender(egress, SecretMaker(secrets.vote_key.encode()), smtp, settings.mail_from)
    book, outbox = ReceiverBook(connection), Outbox(connection)
    check = AngerCheck(
        figures.trends, figures.usual, figures.pages, outbox, public_url=settings.public_url
    )
    morning = MorningMail(
        figures.overviews,
        figures.todos,
        SiteDesk(connection),
        outbox,
        public_url=settings.public_url,
    )
    dispatcher = Dispatcher(outbox, sender)
    scheduler = Scheduler(
        sites, book, outbox, check, morning, dispatcher, every_s=settings.alerts_s
    )
    return Alerting(book, outbox, sender, scheduler)
