"""The receivers of a site's alerts, and the secret that signs them. Pure."""

import base64
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from widget.alerts.address import Unreachable, canonical
from widget.alerts.mail import is_address
from widget.domain.forms.problems import InvalidForm

MAX_MAILS = 10
OLD_SECRET_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Receivers:
    """A site's webhook and mail addresses.

    :param salt: hex; the secret is derived from it, so a new salt makes a new secret.
    :param old_salt: that of the previous secret, which also signs until a day after ``rotated_s``.
    """

    webhook: str = ""
    mails: tuple[str, ...] = ()
    salt: str = ""
    old_salt: str = ""
    rotated_s: int = 0

    @property
    def channels(self) -> tuple[str, ...]:
        return (*(("webhook",) if self.webhook else ()), *(("mail",) if self.mails else ()))

    @property
    def described(self) -> dict[str, str]:
        """The receivers as the audit log shows them.

        It leaves out the path of a webhook, which may serve as a password.
        """
        host = f"https://{urlsplit(self.webhook).netloc}" if self.webhook else ""
        return {"webhook": host, "mail": ", ".join(self.mails)}

    def with_new_secret(self, *, now_s: int) -> "Receivers":
        """Replace the secret. The old one also signs for a day, until the receiver has changed."""
        new = secrets.token_hex(16)
        return replace(self, salt=new, old_salt=self.salt, rotated_s=now_s)


class SecretMaker:
    """The maker of a site's secret, from a key that is not in the store.

    So a stolen dump of the store cannot forge a signature.

    :param key: the vote key. It never changes, so a secret changes only if it is replaced.
    """

    def __init__(self, key: bytes) -> None:
        # The prefix ensures that no reader's mark (reader.py) comes from the same bytes.
        self._key = hmac.digest(key, b"\0alerts|webhook", "sha256")

    def secret(self, site_key: str, salt: str) -> bytes:
        return hmac.digest(self._key, f"{site_key}|{salt}".encode(), "sha256")

    def signing(self, site_key: str, receivers: Receivers, *, now_s: int) -> list[bytes]:
        """Return the secrets that sign now, the current one first."""
        salts = [receivers.salt]
        if receivers.old_salt and now_s < receivers.rotated_s + OLD_SECRET_S:
            salts.append(receivers.old_salt)
        return [self.secret(site_key, salt) for salt in salts]

    def shown(self, site_key: str, receivers: Receivers) -> str:
        """Format the secret as Standard Webhooks specifies."""
        raw = self.secret(site_key, receivers.salt)
        return "whsec_" + base64.b64encode(raw).decode()


def receivers_typed(fields: Mapping[str, str], stored: Receivers) -> Receivers:
    """Parse the form. A new webhook address gets a new secret.

    :raise InvalidForm: by field.
    """
    problems: dict[str, str] = {}
    webhook = fields.get("webhook", "").strip()
    try:
        webhook = canonical(webhook) if webhook else ""
    except Unreachable as problem:
        problems["webhook"] = str(problem)
    lines = fields.get("mails", "").replace(",", "\n").splitlines()
    mails = tuple(dict.fromkeys(filter(None, (line.strip() for line in lines))))
    wrong = next((mail for mail in mails if not is_address(mail)), None)
    if wrong is not None:
        problems["mails"] = f"“{wrong[:60]}” is not an email address such as desk@news.example."
    elif len(mails) > MAX_MAILS:
        problems["mails"] = f"Enter at most {MAX_MAILS} addresses, or that of a mailing list."
    if problems:
        raise InvalidForm(problems)
    if webhook == stored.webhook:
        return replace(stored, mails=mails)
    return Receivers(webhook, mails, secrets.token_hex(16) if webhook else "")
