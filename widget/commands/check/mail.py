"""Checks of the mail server, up to a mail that arrives."""

import secrets
import smtplib
import socket
import ssl
from collections.abc import Iterator

from widget.alerts.event import TEST, Message
from widget.alerts.mail import LIMIT_S, MailServer, greet, is_address, mail_server, send
from widget.alerts.webhook import Undelivered
from widget.commands.check.findings import Finding, note, ok, problem
from widget.settings import SettingError, Settings


def check_mail(settings: Settings, mail_to: str) -> Iterator[Finding]:
    """Sign in to the mail server.

    :param mail_to: whom to send a mail; "" sends none.
    """
    if not settings.smtp_url:
        if mail_to:
            yield problem("READBACK_SMTP_URL is not set, so no mail was sent.", "Set it.")
        else:
            yield note("READBACK_SMTP_URL is not set, so alerts go to webhooks only.")
        return
    server = mail_server(settings.smtp_url)
    where = f"{server.host}:{server.port}"
    try:
        greet(server, ssl.create_default_context)
    except (OSError, smtplib.SMTPException) as trouble:
        why, remedy = _why_and_remedy(trouble, server)
        yield problem(f"{where}: {why}.", remedy)
        return
    yield ok(f"{where} accepts the login." if server.user else f"{where} answers.")
    if not mail_to:
        yield note("No mail was sent.", "`readback check --mail-to YOU@news.example` sends one.")
        return
    text = f"This is the mail that `readback check` sends for {settings.public_url}."
    message = Message(secrets.token_hex(16), TEST, "Readback can send mail", text, "{}")
    try:
        said = send(server, settings.mail_from, [mail_to], message, ssl.create_default_context)
    except Undelivered as refusal:
        yield problem(
            f"{where}: {refusal}", "Correct READBACK_MAIL_FROM or the address, or ask its operator."
        )
        return
    yield ok(f"{said} Look whether it arrives at {mail_to}.")


def mail_address(text: str) -> str:
    """Return the address of --mail-to.

    :raise SettingError: it is none.
    """
    if text and not is_address(text):
        raise SettingError("--mail-to must be an email address such as desk@news.example")
    return text


def _why_and_remedy(trouble: Exception, server: MailServer) -> tuple[str, str]:
    """Return what a mail server did, and what to do. Neither has what it said about a user."""
    match trouble:
        case smtplib.SMTPAuthenticationError():
            return (
                "it refuses the user or the password",
                "Correct READBACK_SMTP_URL; in user and password, write / : @ ? # % as %2F %3A %40 "
                "%3F %23 %25.",
            )
        case smtplib.SMTPNotSupportedError():
            return (
                "it offers no encryption (STARTTLS), or no login",
                "Use a port that does: 587 with smtp://, or 465 with smtps://.",
            )
        case smtplib.SMTPConnectError() | smtplib.SMTPHeloError():
            return (
                f"it refuses with code {trouble.smtp_code}",
                "Ask its operator to let this machine send.",
            )
        case smtplib.SMTPException():
            other = "smtp://, with port 587" if server.tls_first else "smtps://, with port 465"
            return (
                f"it does not speak as a mail server does, or not within {LIMIT_S:g} s",
                f"Correct host and port in READBACK_SMTP_URL. It may want {other}.",
            )
        case ssl.SSLCertVerificationError():
            return (
                f"its certificate is not valid: {trouble.verify_message.rstrip('.')}",
                "Write the host in READBACK_SMTP_URL as the certificate has it; if it has expired, "
                "its operator must renew it.",
            )
        case ssl.SSLError():
            return (
                "it does not speak TLS as it should",
                "smtps:// has TLS from the first byte, often on port 465; smtp:// begins without, "
                "often on port 587.",
            )
        case socket.gaierror():
            return "its name has no address", "Correct the host in READBACK_SMTP_URL, or the DNS."
        case TimeoutError():
            return (
                f"no answer within {LIMIT_S:g} s",
                "A firewall may be in between; many networks close port 25, and few 587 or 465.",
            )
    why = (getattr(trouble, "strerror", None) or type(trouble).__name__).lower()
    return why, "Correct host and port in READBACK_SMTP_URL, or start the mail server."
