"""Checks of the mail server, up to a mail that arrives."""

import secrets
import ssl
from collections.abc import Iterator

from widget.alerts.event import TEST, Message
from widget.alerts.mail import greet, is_address, mail_server, send
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
    except Undelivered as refusal:
        yield problem(
            f"{where}: {refusal}",
            "Correct READBACK_SMTP_URL; in its password, write / : @ ? # as %2F %3A %40 %3F %23.",
        )
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
