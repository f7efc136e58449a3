"""``python -m bench NAME ...``: run these measurements, or all of the service's own."""

import argparse
import importlib
import signal
import sys

SERVICE = {
    "script": "votes a second of the store's script alone",
    "memory": "bytes a voter",
    "http": "processor time and rates of reads and votes (needs wrk)",
    "latency": "how long votes take at 70 % of saturation",
    "embed": "what the bar costs a page: tasks, shift, requests, leaks, size (needs Chromium)",
}
BY_NAME = {
    "attack": "what one machine can do to a count, and what it leaves (needs Chromium; 15 minutes)",
    "cluster": "a cluster that is resharded, extended and restarted under votes (10 minutes)",
    "desk": "the desk's pages at 10,000 articles",
    "experiment": "false alarms of the blind experiment, and planted effects found (5 minutes)",
    "faults": "kills, failovers and pauses of each kind of store (BENCH_SHARE=0.1: a tenth)",
    "integrity": "stuffed votes found, and false flags (BENCH_SHARE=0.02: a smoke test)",
    "load": "half an hour at 70 % of saturation, and slow clients (needs nginx)",
    "peers": "Isso and Waline beside Readback (needs wrk, node; BENCH_PEERS keeps them)",
    "setup": "a fresh clone to its first page, with empty package caches (needs the network)",
    "size": "the desk, votes beside it and verify at 100,000 stories (10 minutes)",
    "tone": "quality and cost of the tone scores",
}


def main(names: list[str]) -> int:
    """Return 0, or 1 if a figure is implausible or misses its bound."""
    # So that what a measurement started ends with it, as after an interrupt from the keyboard.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    met = [importlib.import_module(f"bench.{name}").main() for name in names or SERVICE]
    return 0 if all(met) else 1


def parse_names(arguments: list[str]) -> list[str]:
    """Return the measurements that the command line names. End the process if one is unknown."""
    known = {**SERVICE, **BY_NAME}
    parser = argparse.ArgumentParser(
        "script/bench",
        description=f"Measure what docs/scale.md explains. Without a name: {', '.join(SERVICE)}.",
        epilog="\n".join(f"  {name:10}{what}" for name, what in known.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="one of those below")
    names: list[str] = parser.parse_args(arguments).names
    for name in names:
        if name not in known:
            parser.error(f"no measurement {name!r}: {', '.join(known)}")
    return names


if __name__ == "__main__":
    sys.exit(main(parse_names(sys.argv[1:])))
