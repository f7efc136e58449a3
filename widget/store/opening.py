"""The choice of the store by the settings: the operator's server, or the embedded one."""

from widget.settings import Settings
from widget.store.connect import Connection
from widget.store.embedded import EmbeddedStore


def open_store(settings: Settings) -> tuple[Connection, EmbeddedStore | None]:
    """Return a connection to the store, and the embedded server if that is the store.

    :raise SettingError: the address is wrong, or the embedded server does not start.
    """
    if settings.redis_url:
        return Connection(settings.redis_url, timeout_ms=settings.redis_timeout_ms), None
    embedded = EmbeddedStore(settings.data_dir, fsync=settings.fsync)
    embedded.start()
    return Connection(embedded.url, timeout_ms=settings.redis_timeout_ms), embedded
