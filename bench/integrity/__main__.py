"""``python -m bench.integrity``: as ``script/bench integrity``, and ``--write``, ``--quick``."""

import argparse
import os
import sys

from bench.integrity import main

QUICK = "0.02"  # of all stories and attacks

if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        "python -m bench.integrity", description="Measure the detector."
    )
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--quick", action="store_true", help="a smoke test, as BENCH_SHARE=0.02 is")
    one.add_argument("--write", action="store_true", help="renew the figures that the desk shows")
    options = parser.parse_args()
    if options.quick:
        os.environ["BENCH_SHARE"] = QUICK
    sys.exit(not main(write=options.write))
