"""Refusals of a back-up or a restore."""


class BackupError(Exception):
    """A back-up or a restore that cannot be done. The message says why, and what to do."""
