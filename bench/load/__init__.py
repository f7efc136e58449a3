"""What long load and slow clients do to one server. BENCH_SHARE=0.1: a tenth as long."""

from bench.load import slow, soak


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    return all([soak.main(), slow.main()])
