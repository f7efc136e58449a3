"""The origins from which a site's voters came."""

from widget.domain.article import PARTITIONS
from widget.store import keys
from widget.store.connect import Connection
from widget.store.scripts import store_errors


def seen_on(connection: Connection, site_key: str) -> dict[str, int]:
    """Return, by origin, when an article last had its first voter from it, s since the epoch."""
    with store_errors():
        pipe = connection.client.pipeline(transaction=False)
        for partition in range(PARTITIONS):
            pipe.hgetall(keys.seen(site_key, partition))
        replies = pipe.execute()
    last: dict[str, int] = {}
    for reply in replies:
        for origin, at_s in reply.items():
            name = origin.decode()
            last[name] = max(last.get(name, 0), int(at_s))
    return last
