"""Refusals of a back-up or a restore."""

from widget.domain.errors import OperatorError


class BackupError(OperatorError):
    """A back-up or a restore that cannot be done. The message says why, and what to do."""
