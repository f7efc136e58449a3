"""Delivery of one message to one receiver, and the retry policy. No store here."""

from dataclasses import dataclass

from widget.alerts import mail, webhook
from widget.alerts.address import EgressPolicy, Unreachable
from widget.alerts.event import Message
from widget.alerts.receivers import Receivers, SecretMaker
from widget.alerts.webhook import GONE, Undelivered
from widget.domain.model import Site

RETRY_S = (60, 300, 1800, 5400)  # after the first, second, third and fourth try
MOST_TRIES = len(RETRY_S) + 1
LATE_S = 4 * 3600  # alerts older than this are dropped


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one try.

    :param detail: a sentence for an admin.
    :param is_final: trying again would change nothing.
    """

    arrived: bool
    detail: str
    is_final: bool = False


class Sender:
    """The sender of messages through each channel.

    :param smtp: the operator's mail server; None turns mail off.
    """

    def __init__(
        self, egress: EgressPolicy, keys: SecretMaker, smtp: mail.MailServer | None, mail_from: str
    ) -> None:
        self.egress, self.keys = egress, keys
        self._smtp, self._from = smtp, mail_from

    @property
    def can_mail(self) -> bool:
        return self._smtp is not None

    def send(
        self, site: Site, receivers: Receivers, channel: str, message: Message, *, now_s: int
    ) -> Outcome:
        """Try once. Failures are in the outcome; nothing is raised."""
        if channel not in receivers.channels:
            return Outcome(False, "This channel no longer has a receiver.", is_final=True)
        try:
            if channel == "mail":
                return self._mail(receivers, message)
            return self._post(site, receivers, message, now_s=now_s)
        except (Undelivered, Unreachable) as problem:
            return Outcome(False, str(problem))

    def _mail(self, receivers: Receivers, message: Message) -> Outcome:
        if self._smtp is None:
            return Outcome(False, "Mail is off: READBACK_SMTP_URL is not set.", is_final=True)
        tls = self.egress.tls
        return Outcome(True, mail.send(self._smtp, self._from, receivers.mails, message, tls))

    def _post(self, site: Site, receivers: Receivers, message: Message, *, now_s: int) -> Outcome:
        secrets = self.keys.signing(site.key, receivers, now_s=now_s)
        status = webhook.post(receivers.webhook, secrets, message, self.egress, now_s=now_s)
        detail = f"It answered {status}."
        if 300 <= status < 400:
            detail = f"It answered {status}, a redirect, which is not followed."
        return Outcome(200 <= status < 300, detail, is_final=status == GONE)


def next_try_s(tries: int, outcome: Outcome, *, made_s: int, now_s: int) -> int | None:
    """Return when to try again; None if it arrived, must not be retried, or would be too late."""
    if outcome.arrived or outcome.is_final or tries >= MOST_TRIES:
        return None
    at_s = now_s + RETRY_S[tries - 1]
    return at_s if at_s < made_s + LATE_S else None
