"""gunicorn's logger, without its access log."""

from gunicorn.glogging import Logger


class Log(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Writes what gunicorn says of itself.

    With any configuration of logging, gunicorn prepares a line of an access log for each request,
    which costs more than a vote in the store, and nobody would see it.
    """

    @property
    def access_log_enabled(self) -> bool:
        """Leave requests to widget/web/watched.py."""
        return False
