"""What alerts work with, wired once by create_app."""

from dataclasses import dataclass

from .alert_watch import Watch
from .alerts.address import Outward
from .alerts.delivery import Sender
from .alerts.mail import mail_server
from .alerts.receivers import SecretMaker
from .secrets import Secrets
from .settings import Settings
from .store.connect import Connection
from .store.outbox import Outbox
from .store.pages import Pages
from .store.receivers import ReceiverBook
from .store.sites import Sites
from .store.trends import Trends
from .store.usual import Usual


@dataclass(frozen=True, slots=True)
class Alerting:
    book: ReceiverBook
    outbox: Outbox
    sender: Sender
    watch: Watch


def open_alerting(
    connection: Connection, sites: Sites, settings: Settings, secrets: Secrets, outward: Outward
) -> Alerting:
    smtp = mail_server(settings.smtp_url) if settings.smtp_url else None
    sender = Sender(outward, SecretMaker(secrets.vote_key.encode()), smtp, settings.mail_from)
    book, outbox, trends = ReceiverBook(connection), Outbox(connection), Trends(connection)
    watch = Watch(
        sites, book, outbox, trends, Usual(trends), Pages(connection), sender,
        public_url=settings.public_url, every_s=settings.alerts_s,
    )  # fmt: skip
    return Alerting(book, outbox, sender, watch)
