"""Sending of mail through the operator's mail server, with the standard library."""

import re
import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from widget.alerts.event import Message
from widget.alerts.webhook import Undelivered
from widget.domain.host_names import can_be_looked_up

LIMIT_S = 5.0  # for each answer of the mail server
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{3,255}\Z)"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
)


@dataclass(frozen=True, slots=True)
class MailServer:
    """The operator's mail server.

    :param tls_first: smtps. Otherwise STARTTLS, which only a server on loopback may lack.
    """

    host: str
    port: int
    user: str
    password: str
    tls_first: bool


def mail_server(url: str) -> MailServer:
    """Parse READBACK_SMTP_URL.

    :raise ValueError: the message leaves the value out, because it may contain a password.
    """
    parts = urlsplit(url)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    wrong = parts.scheme not in ("smtp", "smtps") or not host or not can_be_looked_up(host)
    if (
        wrong
        or parts.path.strip("/")
        or parts.query
        or parts.fragment
        or parts.netloc.count("@") > 1
    ):
        raise ValueError(
            "must be smtp:// or smtps://USER:PASSWORD@HOST:PORT, "
            "with / : @ ? # in the password written as %2F %3A %40 %3F %23"
        )
    tls_first = parts.scheme == "smtps"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user.isascii() and password.isascii()):
        raise ValueError("has a user or a password with other characters than ASCII")
    return MailServer(str(host), port or (465 if tls_first else 587), user, password, tls_first)


def is_address(text: str) -> bool:
    """Return whether this is one mailbox, such as ``desk@news.example``, and safe in a header."""
    return _ADDRESS.fullmatch(text) is not None


def composed(message: Message, sender: str, recipients: Sequence[str]) -> EmailMessage:
    """Compose a mail.

    :raise ValueError: a header would have a line break; EmailMessage refuses it.
    """
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = ", ".join(recipients)
    mail["Subject"] = message.subject
    mail["Message-ID"] = f"<{message.id}@{sender.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: prevents out-of-office replies
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
    """Send a mail to all recipients. Return the result as a sentence.

    :raise Undelivered: the mail server accepted it for nobody.
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
        raise Undelivered("The mail server refused the user or the password.") from None
    except (OSError, smtplib.SMTPException):
        raise Undelivered("The mail server did not accept the mail.") from None
    accepted = len(recipients) - len(refused)
    return f"The mail server accepted it for {accepted} of {len(recipients)}."


def greet(
    server: MailServer, tls: Callable[[], ssl.SSLContext], *, limit_s: float = LIMIT_S
) -> None:
    """Connect and sign in, and send nothing.

    :raise OSError: it cannot be reached, or not with TLS as it should be.
    :raise smtplib.SMTPException: it refuses, or does not speak as a mail server.
    """
    with _connected(server, tls, limit_s) as smtp:
        if server.user:
            smtp.login(server.user, server.password)
        smtp.noop()


def _connected(
    server: MailServer, tls: Callable[[], ssl.SSLContext], limit_s: float
) -> smtplib.SMTP:
    """Connect to the mail server.

    :raise smtplib.SMTPException: a server beyond loopback does not offer encryption.
    """
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
