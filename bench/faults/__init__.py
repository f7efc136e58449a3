"""What faults cost: votes lost, votes doubled, and how long readers are refused.

BENCH_SHARE=0.1 does a tenth. The parts are those of tests/faults (docs/adr/0026).
"""

from bench.faults import failovers, kills, pauses


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    return all([kills.main(), failovers.main(), pauses.main()])
