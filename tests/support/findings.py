"""What a detector could have found."""

from dataclasses import replace
from typing import Any

from widget.domain.integrity.flag import Finding

_FOUND = Finding(
    choice=1,
    from_hour=100,
    to_hour=104,
    signal="odds",
    strength=9.5,
    new_chosen=320,
    new_other=40,
    known_chosen=80,
    known_other=120,
    odds=12.0,
    odds_least=7.5,
    networks=300,
    networks_usual=None,
    excess=300,
    kind="new",
    honest=6.0,
    honest_most=18.0,
)


def finding(**differently: Any) -> Finding:
    """Return a finding: 300 votes of new readers for choice 1 in hours 100 to 103."""
    return replace(_FOUND, **differently)
