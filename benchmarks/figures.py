"""Seconds of processor that a figure costs: to draw it, to write it for a page (SVG) and for a file (PNG).

Every figure of the catalogue is drawn from the published tables that are there, as a report of the network draws them,
once to warm up and once for the clock. Another checkout is timed on all its figures together, in its own process.

    .venv/bin/python -m benchmarks.figures
    .venv/bin/python -m benchmarks.figures --region oulu --only coping,bands
    .venv/bin/python -m benchmarks.figures --against ../an-older-checkout
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.common import report
from sujuva.figures.catalogue import FIGURES
from sujuva.figures.language import Words
from sujuva.figures.specification import pictures
from sujuva.published import read_published

ROOT = Path(__file__).resolve().parents[1]
# Runs in either checkout: what both have is the function that draws everything.
_ALL = """
import time
from sujuva.figures import Words, network_pictures
try:
    from sujuva.published import read_published
except ModuleNotFoundError:  # before published tables had a room of their own
    from sujuva.publish import read_published
published = read_published("data/published")
regions = list(published.meta["regions"])
def draw():
    for one in network_pictures(published, Words(), regions=regions).values():
        one.svg()
        one.png()
draw()
start = time.process_time()
draw()
print(time.process_time() - start)
"""


def clocked(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what `work` returns, and the seconds of processor that it took."""
    start = time.process_time()
    done = work()
    return done, time.process_time() - start


def everything(checkout: Path) -> float:
    """Return the seconds of processor for every figure of a checkout, from the published tables of this one."""
    path = {**os.environ, "PYTHONPATH": str(checkout / "src")}
    done = subprocess.run([sys.executable, "-c", _ALL], cwd=ROOT, env=path, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return float(done.stdout)


def main() -> None:
    """Print the seconds of each figure and of all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--region", default="network")
    parser.add_argument("--only", default="", help="keys of figures, with commas")
    parser.add_argument("--against", type=Path, help="another checkout, timed on all its figures")
    options = parser.parse_args()
    published, words = read_published(ROOT / "data" / "published"), Words()
    keys = [one for one in options.only.split(",") if one] or list(FIGURES)
    total = [0.0, 0.0, 0.0]
    print(f"{'figure':24} {'draw':>6} {'SVG':>6} {'PNG':>6}")
    for key in keys:
        pictures(FIGURES[key], published, words, region=options.region)
        drawn, draw = clocked(lambda key=key: pictures(FIGURES[key], published, words, region=options.region))
        _, svg = clocked(lambda drawn=drawn: [one.svg() for one in drawn])
        _, png = clocked(lambda drawn=drawn: [one.png() for one in drawn])
        total = [one + more for one, more in zip(total, (draw, svg, png), strict=True)]
        print(f"{key:24} {draw:6.2f} {svg:6.2f} {png:6.2f}" + ("" if drawn else "  nothing to draw"))
    print(f"{'all':24} {total[0]:6.2f} {total[1]:6.2f} {total[2]:6.2f}")
    if options.against:
        report("every figure as SVG and PNG, here / there", everything(ROOT), everything(options.against.resolve()))


if __name__ == "__main__":
    main()
