"""What alerts work with, wired once by create_app."""

from dataclasses import dataclass

from widget.alerts.address import EgressPolicy
from widget.alerts.delivery import Sender
from widget.alerts.mail import mail_server
from widget.alerts.receivers import SecretMaker
from widget.secrets import Secrets
from widget.services.alerts.watch import Watch
from widget.services.figures.baseline import Baseline
from widget.settings import Settings
from widget.store.alerts.outbox import Outbox
from widget.store.alerts.receivers import ReceiverBook
from widget.store.connect import Connection
from widget.store.figures.headlines import Pages
from widget.store.figures.trends import Trends
from widget.store.sites import Sites


@dataclass(frozen=True, slots=True)
class Alerting:
    book: ReceiverBook
    outbox: Outbox
    sender: Sender
    watch: Watch


def open_alerting(
    connection: Connection, sites: Sites, settings: Settings, secrets: Secrets, egress: EgressPolicy
) -> Alerting:
    smtp = mail_server(settings.smtp_url) if settings.smtp_url else None
    sender = Sender(egress, SecretMaker(secrets.vote_key.encode()), smtp, settings.mail_from)
    book, outbox, trends = ReceiverBook(connection), Outbox(connection), Trends(connection)
    watch = Watch(
        sites,
        book,
        outbox,
        trends,
        Baseline(trends),
        Pages(connection),
        sender,
        public_url=settings.public_url,
        every_s=settings.alerts_s,
    )
    return Alerting(book, outbox, sender, watch)
