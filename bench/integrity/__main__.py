"""``python -m bench.integrity``: as ``script/bench integrity``, with options."""

import argparse
import sys

from bench.integrity import main

if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        "python -m bench.integrity", description="Measure the detector."
    )
    parser.add_argument(
        "--write", action="store_true", help="renew the figures that the desk shows"
    )
    parser.add_argument("--tune", action="store_true", help="use the half that is not held out")
    options = parser.parse_args()
    sys.exit(not main(held_out=not options.tune, write=options.write))
