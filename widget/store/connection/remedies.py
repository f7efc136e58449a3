"""What an operator can do about a store that does not answer, by the reason that it gave."""

import re

from widget.store.connection.errors import NO_SERVICE, NO_WRITES

ESCAPES = "@ : / ? # & % in the user or the password as %40 %3A %2F %3F %23 %26 %25"
# What a reason has, and what to do. The first one counts.
_REMEDIES = (
    (
        r"no sentinel names .*(WRONGPASS|NOAUTH)",
        "Give the sentinels' own login as ?sentinel_username=USER&sentinel_password=PASSWORD in "
        f"READBACK_REDIS_URL; write {ESCAPES}",
    ),
    (
        r"no sentinel names .*: it watches no ",
        "Correct the name of the primary, which follows the sentinels in READBACK_REDIS_URL",
    ),
    (
        r"unknown command 'SENTINEL'",
        "This is no sentinel: name the sentinels, whose port is often 26379, or write redis://",
    ),
    (
        r"cluster support disabled",
        "This is no cluster: begin READBACK_REDIS_URL with redis://, or rediss:// with TLS",
    ),
    (r"^MOVED", "This is one server of a cluster: begin READBACK_REDIS_URL with redis+cluster://"),
    (r"DB index", "It has no database of this number: write /0 after the port"),
    (r"has a slot", "Give the slots to its servers: `valkey-cli --cluster fix HOST:PORT` does it"),
    (
        r"WRONGPASS|NOAUTH|invalid (username|password)|AUTH",
        f"Correct the user and the password in READBACK_REDIS_URL; write {ESCAPES}",
    ),
    (
        r"^DENIED|protected mode",
        "Give the store's user a password, and write it in READBACK_REDIS_URL",
    ),
    (r"NOPERM", "Give the user of READBACK_REDIS_URL the rights that docs/deploy.md lists"),
    (r"LOADING", "It is reading its files and will answer soon; wait"),
    (
        r"READONLY|MASTERDOWN",
        "This is a replica: name the primary in READBACK_REDIS_URL, or wait for the failover",
    ),
    (r"NOREPLICAS", "Start its replicas, or lower its min-replicas-to-write"),
    (r"MISCONF", "Make room on its disk"),
    (
        r"CLUSTERDOWN|no node of the cluster",
        "Start the nodes that `valkey-cli cluster info` reports missing",
    ),
    (
        r"name or service|name resolution|no address associated|nodename",
        "The name has no address: correct the host in READBACK_REDIS_URL, or the machine's DNS",
    ),
    (
        r"refused|no such file",
        "Nothing accepts connections there: start the store, or correct READBACK_REDIS_URL",
    ),
    (
        r"permission denied",
        "Let this user write to the socket, for example by its group and `unixsocketperm 770`, or "
        "run this as the service's user",
    ),
    (r"protocol error", "This is not Redis or Valkey: correct host and port in READBACK_REDIS_URL"),
    (r"expired|not yet valid", "Renew the store's certificate, or correct this machine's clock"),
    (
        r"mismatch|not valid for",
        "Write the host in READBACK_REDIS_URL as the store's certificate has it",
    ),
    (
        r"certificate required|handshake failure",
        "It wants a client certificate: name it with ?ssl_certfile= and &ssl_keyfile= in "
        "READBACK_REDIS_URL",
    ),
    (r"certificate", "Name the certificate's authority with ?ssl_ca_certs= in READBACK_REDIS_URL"),
    (
        r"ssl|tls|record|version number|eof|closed by server|reset by peer",
        "The other side ends the connection: rediss:// uses TLS and redis:// does not; use what "
        "the store uses",
    ),
    (
        r"no answer|timed out|timeout|unreachable|no route",
        "It may be down, behind a firewall, or without the TLS of rediss://: start it, or correct "
        "READBACK_REDIS_URL",
    ),
)
_DEFAULT = "Check that it runs, and check READBACK_REDIS_URL"


def remedy(reason: str) -> str:
    """Return what to do, as a sentence without a full stop."""
    found = (what for has, what in _REMEDIES if re.search(has, reason, re.IGNORECASE))
    return next(found, _DEFAULT)


def does(reason: str) -> str:
    """Return ``does not answer: connection refused``, or what the store says: ``refuses: ...``."""
    refuses = reason.split(" ")[0] in (*NO_SERVICE, *NO_WRITES, "CLUSTERDOWN", "ERR")
    return f"{'refuses' if refuses else 'does not answer'}: {reason}"
