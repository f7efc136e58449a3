"""``script/simulate-scale [COSTS]``: print the tables of docs/scale.md from the unit costs."""

import sys
from pathlib import Path

from bench.scale.model import COSTS, Needs, load, needs

ROWS = (
    ("reads a second in the busiest minute", lambda n: f"{n.edge_reads:,.0f}"),
    ("answered by the CDN", lambda n: f"{n.hit_rate * 100:.1f} %"),
    ("reads that reach Readback", lambda n: f"{n.origin_reads:,.0f}"),
    ("votes a second", lambda n: f"{n.votes:,.1f}"),
    ("cores of workers", lambda n: f"{n.app_cores:,}"),
    ("cores of the store in use", lambda n: f"{n.store_cores:.3f}"),
    ("memory of the store", lambda n: f"{n.store_gb:,.2f} GB"),
    ("primaries of the store, each with a replica", lambda n: f"{n.store_nodes:,}"),
    ("US dollars a month", lambda n: f"{n.usd_a_month:,.0f}"),
    ("votes a second on the hottest story", lambda n: f"{n.hottest_votes:,.2f}"),
    ("what fills the first machine", lambda n: n.bottleneck),
)


def tables(path: Path = COSTS) -> str:
    """Return the tables, with a CDN and without."""
    costs = load(path)
    parts = []
    for title, with_cdn in (("with a CDN", True), ("without a CDN", False)):
        found = [needs(costs, size, with_cdn=with_cdn) for size in costs.sizes]
        heads = [f"{size.views:.0e}".replace("e+0", "e").replace("e+", "e") for size in costs.sizes]
        parts.append(table(f"page views a day, {title}", heads, found))
    return "\n\n".join(parts)


def table(title: str, heads: list[str], found: list[Needs]) -> str:
    """Return one table in Markdown."""
    lines = [f"| {title} | {' | '.join(heads)} |", "|---|" + "---|" * len(heads)]
    lines += [f"| {name} | {' | '.join(show(one) for one in found)} |" for name, show in ROWS]
    return "\n".join(lines)


if __name__ == "__main__":
    print(tables(*map(Path, sys.argv[1:2])))
