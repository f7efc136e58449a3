"""What one machine can do to a count: attacks with both cores against the settings as shipped.

docs/security-model.md has the table, and says what is not claimed.
"""

from bench.attack import cost, crowd, growth, stuffing


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    return all([stuffing.main(), cost.main(), crowd.main(), growth.main()])
