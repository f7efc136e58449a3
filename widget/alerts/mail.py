"""One mail through the operator's mail server, with the standard library."""

import re
import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from widget.alerts.event import Message
from widget.alerts.webhook import Undelivered

LIMIT_S = 5.0  # for each answer of the mail server
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{3,255}\Z)"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
)


@dataclass(frozen=True, slots=True)
class MailServer:
    """:param tls_first: smtps; else STARTTLS, without which only a loopback server is used."""

    host: str
    port: int
    user: str
    password: str
    tls_first: bool


def mail_server(url: str) -> MailServer:
    """READBACK_SMTP_URL read. :raise ValueError: without the value, which holds a password."""
    parts = urlsplit(url)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    wrong = parts.scheme not in ("smtp", "smtps") or not host or parts.path.strip("/")
    if wrong or parts.query or parts.fragment or parts.netloc.count("@") > 1:
        raise ValueError(
            "must be smtp:// or smtps://USER:PASSWORD@HOST:PORT, "
            "with / : @ ? # in the password written as %2F %3A %40 %3F %23"
        )
    tls_first = parts.scheme == "smtps"
    return MailServer(
        str(host),
        port or (465 if tls_first else 587),
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        tls_first,
    )


def is_address(text: str) -> bool:
    """A mailbox such as ``desk@news.example``: nothing that could end a header or name a second."""
    return _ADDRESS.fullmatch(text) is not None


def composed(message: Message, sender: str, recipients: Sequence[str]) -> EmailMessage:
    """:raise ValueError: a header with a line break; EmailMessage lets none in."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = ", ".join(recipients)
    mail["Subject"] = message.subject
    mail["Message-ID"] = f"<{message.id}@{sender.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice answers this
    mail.set_content(message.text)
    return mail


def send(
    server: MailServer,
    sender: str,
    recipients: Sequence[str],
    message: Message,
    tls: Callable[[], ssl.SSLContext],
    *,
    limit_s: float = LIMIT_S,
) -> str:
    """Send a mail to everyone, and answer how it went.

    :raise Undelivered: the mail server took it for nobody.
    """
    mail = composed(message, sender, recipients)
    try:
        with _connected(server, tls, limit_s) as smtp:
            if server.user:
                smtp.login(server.user, server.password)
            refused = smtp.send_message(mail, sender, list(recipients))
    except smtplib.SMTPRecipientsRefused:
        raise Undelivered("The mail server refused every recipient.") from None
    except smtplib.SMTPAuthenticationError:
        raise Undelivered("The mail server refused the user or password it was given.") from None
    except (OSError, smtplib.SMTPException):
        raise Undelivered("The mail server did not take the mail.") from None
    taken = len(recipients) - len(refused)
    return f"The mail server took it for {taken} of {len(recipients)}."


def _connected(
    server: MailServer, tls: Callable[[], ssl.SSLContext], limit_s: float
) -> smtplib.SMTP:
    """:raise smtplib.SMTPException: a server on the network that offers no encryption."""
    if server.tls_first:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=limit_s, context=tls())
    smtp = smtplib.SMTP(server.host, server.port, timeout=limit_s)
    try:
        smtp.ehlo()
        if server.host not in _LOOPBACK or smtp.has_extn("starttls"):
            smtp.starttls(context=tls())
    except BaseException:
        smtp.close()
        raise
    return smtp
