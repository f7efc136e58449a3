"""The table of settings. Parsing, the help text, docs/settings.md and its test all read it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any

from widget.assets import asset_folder, checkout
from widget.domain.errors import OperatorError
from widget.environment import values
from widget.environment.environment import Complaint, Environment, read_environment
from widget.environment.masking import masked


class SettingError(OperatorError):
    """A wrong or missing setting. The message is one line that names it and the remedy."""


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    parse: Callable[[str], Any]
    default: str
    help: str
    is_secret: bool = False  # it may hold a password, so error messages leave the value out

    @property
    def field(self) -> str:
        """The name of this setting's attribute in :class:`Settings`."""
        return self.name.removeprefix("READBACK_").lower()


SETTINGS = (
    Setting(
        "READBACK_REDIS_URL",
        str,
        "",
        "Address of the store; unset: start the embedded Valkey",
        is_secret=True,
    ),
    Setting(
        "READBACK_DATA_DIR",
        values.whole_path,
        "./var",
        "Folder of the embedded store and generated secrets (0600)",
    ),
    Setting(
        "READBACK_SECRETS",
        values.file_path,
        "",
        "Path of the secrets file; required with READBACK_REDIS_URL",
    ),
    Setting(
        "READBACK_PUBLIC_URL",
        values.public_url,
        "",
        "Base of all absolute URLs; unset: http, with READBACK_BIND and PORT",
    ),
    Setting(
        "READBACK_TRUSTED_PROXY_HOPS",
        values.natural,
        "0",
        "Number of proxies in "
        "front of Readback that append to X-Forwarded-For; 0: ignore that header",
    ),
    Setting("READBACK_BIND", values.bind, "127.0.0.1", "Address to listen on, IPv4 or IPv6"),
    Setting("PORT", values.port, "8000", "Port to listen on"),
    Setting(
        "READBACK_FSYNC",
        values.fsync,
        "everysec",
        "When the embedded store writes to disk: everysec or always",
    ),
    Setting(
        "READBACK_STORE_MB",
        values.natural,
        "512",
        "Memory limit of the embedded store in MB; near it, readers' writes are refused; "
        "0: no limit",
    ),
    Setting(
        "READBACK_BACKUP_HOURS",
        values.natural,
        "0",
        "Hours between two back-ups of the embedded store, in the folder backups of its data; "
        "0: none",
    ),
    Setting("READBACK_BACKUP_KEEP", values.positive, "7", "Number of these back-ups to keep"),
    Setting(
        "READBACK_REDIS_TIMEOUT_MS",
        values.positive,
        "1000",
        "Longest wait for the store: of a request over all its calls, of a command for each one",
    ),
    Setting(
        "READBACK_REPLICATE",
        values.natural,
        "0",
        "Replicas of the store that must have a vote or comment, or an editor's act, before it is "
        "acknowledged; 0: none",
    ),
    Setting(
        "READBACK_ARTICLES_DIR",
        values.whole_path,
        "./articles",
        "Folder of the stories that Readback serves; unset and missing: the examples",
    ),
    Setting(
        "READBACK_LOG",
        values.log_form,
        "text",
        "Form of the lines on standard error: text for people, json for a log collector",
    ),
    Setting(
        "READBACK_METRICS_TOKEN",
        values.token,
        "",
        "Token to read /metrics, sent as Authorization: Bearer TOKEN; unset: this machine and "
        "private networks may read it",
        is_secret=True,
    ),
    Setting(
        "READBACK_SERVER",
        values.server,
        "gunicorn",
        "Program that reads the requests: gunicorn, or granian (cheap reads; an extra to install)",
    ),
    Setting("READBACK_WORKERS", values.positive, "2", "Worker processes"),
    Setting("READBACK_THREADS", values.positive, "8", "Threads in each worker"),
    Setting(
        "READBACK_NEW_READERS",
        values.positive,
        "20",
        "New readers that one network may bring "
        "in two hours; each further one must do a proof of work",
    ),
    Setting("READBACK_NEW_READERS_WIDE", values.positive, "300", "The same for its /24 or /48"),
    Setting(
        "READBACK_WORKED_READERS",
        values.natural,
        "2000",
        "New readers of a network that a proof of work admits; further ones are held",
    ),
    Setting(
        "READBACK_HELD_READERS",
        values.natural,
        "600",
        "New readers in 10 minutes that a crowded "
        "network may bring without a proof of work; their votes are held for an editor",
    ),
    Setting(
        "READBACK_PROOF_COST",
        values.positive,
        "1000",
        "PBKDF2 rounds of one attempt at the proof of work, before its price rises",
    ),
    Setting(
        "READBACK_NETWORK_VOTES",
        values.natural,
        "120",
        "Readers of one network whose votes on one story are counted in a day; "
        "the votes of further ones are held for an editor; 0: no limit",
    ),
    Setting(
        "READBACK_NETWORK_COMMENTS",
        values.natural,
        "60",
        "Comments of one network that are published in an hour; further ones are held "
        "for an editor; beyond as many held ones they are refused; 0: no limit",
    ),
    Setting(
        "READBACK_NEW_STORIES",
        values.natural,
        "40",
        "Stories on which one network may be the first to vote or comment in an hour; "
        "a reader: half as many; a site: 50 times as many; 0: no limit",
    ),
    Setting(
        "READBACK_UNCONFIRMED_DAYS",
        values.natural,
        "7",
        "Days after its first vote until a story is removed on which only one network has voted, "
        "unless it is confirmed (`readback story confirm`, or an editor); 0: never",
    ),
    Setting(
        "READBACK_WRITES",
        values.natural,
        "1200",
        "Votes, comments and other acts from one network in a minute; 0: no limit",
    ),
    Setting("READBACK_CASTS", values.natural, "20", "Votes by one reader in a minute; 0: no limit"),
    Setting(
        "READBACK_COMMENTS", values.natural, "3", "Comments by one reader in a minute; 0: no limit"
    ),
    Setting(
        "READBACK_READS",
        values.natural,
        "600",
        "Reads and pages of one network in a minute; 0: no limit",
    ),
    Setting(
        "READBACK_ALERTS_S",
        values.natural,
        "60",
        "Seconds between two checks for alerts; 0: "
        "this server neither checks for alerts nor sends them",
    ),
    Setting(
        "READBACK_INTEGRITY_S",
        values.natural,
        "300",
        "Seconds between two looks for votes that are not organic; 0: this server never looks",
    ),
    Setting(
        "READBACK_LEDGER_DAYS",
        values.natural,
        "400",
        "Days that the signed ledger of the counts is kept; 0: no ledger is written",
    ),
    Setting(
        "READBACK_SMTP_URL",
        values.smtp_url,
        "",
        "The mail server that sends alerts; unset: no mail",
        is_secret=True,
    ),
    Setting(
        "READBACK_MAIL_FROM",
        values.mail_from,
        "",
        "Sender of alert mails; required with READBACK_SMTP_URL",
    ),
)


_PATHS = (values.whole_path, values.file_path)
NAMES = tuple(setting.name for setting in SETTINGS)
SECRET_NAMES = tuple(setting.name for setting in SETTINGS if setting.is_secret)


@dataclass(frozen=True, slots=True)
class Settings:
    redis_url: str = field(repr=False)
    data_dir: Path
    secrets: str
    public_url: str
    trusted_proxy_hops: int
    bind: str
    port: int
    fsync: str
    store_mb: int
    backup_hours: int
    backup_keep: int
    redis_timeout_ms: int
    replicate: int
    articles_dir: Path
    log: str
    metrics_token: str = field(repr=False)
    server: str
    workers: int
    threads: int
    new_readers: int
    new_readers_wide: int
    worked_readers: int
    held_readers: int
    proof_cost: int
    network_votes: int
    network_comments: int
    new_stories: int
    unconfirmed_days: int
    writes: int
    casts: int
    comments: int
    reads: int
    alerts_s: int
    integrity_s: int
    ledger_days: int
    smtp_url: str = field(repr=False)
    mail_from: str

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Read and check every setting.

        :param env: variables to read instead of those of the process and the settings file.
        :raise SettingError: the message names the variable and the remedy.
        :raise BadSettingsFile: the settings file cannot be read.
        """
        environment = read_environment() if env is None else Environment(env)
        found: dict[str, Any] = {
            setting.field: _value(setting, environment) for setting in SETTINGS
        }
        found["public_url"] = found["public_url"] or own_url(found["bind"], found["port"])
        if not environment.get("READBACK_ARTICLES_DIR") and not found["articles_dir"].is_dir():
            found["articles_dir"] = asset_folder("articles")
        settings = cls(**found)
        settings._refuse_what_is_unsafe(environment)
        return settings

    def _refuse_what_is_unsafe(self, env: Environment) -> None:
        for name in ("DEBUG", "FLASK_DEBUG"):
            if env.get(name) not in ("", "0"):
                raise SettingError(f"{name} is set. Unset it: Readback has no debug mode")
        if self.redis_url and not self.secrets:
            raise SettingError(
                "READBACK_SECRETS is required with READBACK_REDIS_URL: "
                "create a file with `readback secrets new PATH`, keep it, and set its path here"
            )
        if self.redis_url and self.backup_hours:
            raise SettingError(
                "READBACK_BACKUP_HOURS is for the embedded store: with READBACK_REDIS_URL set it "
                "to 0, and run `readback backup PATH` at regular times, for example from cron"
            )
        if self.replicate and not self.redis_url:
            raise SettingError(
                "READBACK_REPLICATE needs replicas, and the embedded store has none: set "
                "READBACK_REDIS_URL to a store with replicas, or unset READBACK_REPLICATE"
            )
        if self.smtp_url and not self.mail_from:
            raise SettingError(
                "READBACK_MAIL_FROM is required with READBACK_SMTP_URL: "
                "set it to the address that alerts are sent from"
            )
        if self.trusted_proxy_hops and not is_loopback(self.bind):
            raise SettingError(
                "READBACK_TRUSTED_PROXY_HOPS with a public READBACK_BIND lets anyone forge their "
                "address: bind to 127.0.0.1 behind the proxy, or set the hops to 0"
            )


def _value(setting: Setting, environment: Environment) -> Any:
    """Return one setting's value.

    :raise SettingError: it is wrong.
    """
    text = environment.get(setting.name)
    is_from_file = environment.is_from_file(setting.name)
    try:
        if setting.parse in _PATHS and text and is_from_file and not text.startswith("/"):
            raise ValueError(
                "must be a whole path, which begins with /: server and commands may be started in "
                "different folders"
            )
        if setting.parse in _PATHS and not text and setting.default:
            return (checkout() or Path.cwd()) / setting.default
        return setting.parse(text or setting.default)
    except ValueError as problem:
        shown = setting.name if setting.is_secret else f"{setting.name}={_without_login(text)!r}"
        where = f" ({environment.source(setting.name)})" if is_from_file else ""
        raise SettingError(f"{shown}{where}: {problem}") from None


def _without_login(text: str) -> str:
    """Return a value as messages show it: it may be an address with a password, by mistake."""
    return masked(text) if "@" in text and ":" in text else text


def complaints() -> Iterator[Complaint]:
    """Yield a line for each variable of this process or its file that is misspelt or unused."""
    return read_environment().complaints(NAMES, SECRET_NAMES)


def is_loopback(bind: str) -> bool:
    """Return whether only this machine can reach an address to listen on."""
    try:
        ip = ip_address(bind)
    except ValueError:
        return bind == "localhost"
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    return (mapped or ip).is_loopback


def own_url(bind: str, port: int) -> str:
    """Return the address at which this machine reaches a server that listens on another."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind, bind)
    return f"http://{in_address(host)}:{port}"


def in_address(host: str) -> str:
    """Return a host as addresses have it: an IPv6 address is in brackets."""
    return f"[{host}]" if ":" in host else host
