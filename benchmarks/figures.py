"""Seconds of processor that a figure costs: to draw it and to write it for a page (SVG), wide and narrow, and as PNG.

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
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import sujuva
from benchmarks.common import report
from sujuva.figures.catalogue import FIGURES
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture
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
published = read_published("data/published", fdr=0.05)
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


def _all(drawn: Sequence[Picture], how: str) -> list[str | bytes]:
    return [getattr(one, how)() for one in drawn]


def _line(name: str, found: Sequence[float]) -> str:
    return f"{name:28}" + "".join(f" {one:6.2f}" for one in found[:-1]) + f" {found[-1]:6.0f}"


def main() -> None:
    """Print the seconds of each figure and of all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--region", default="network")
    parser.add_argument("--only", default="", help="keys of figures, with commas")
    parser.add_argument("--against", type=Path, help="another checkout, timed on all its figures")
    options = parser.parse_args()
    published, words = read_published(ROOT / "data" / "published", fdr=sujuva.open().params.coping.fdr), Words()
    keys = [one for one in options.only.split(",") if one] or list(FIGURES)
    total = [0.0] * 5
    print(f"{'figure':28} {'rows':>6} {'wide':>6} {'narrow':>6} {'PNG':>6} {'kB':>6}")
    for key in keys:
        for one in pictures(FIGURES[key], published, words, region=options.region):
            one.narrow_svg_file()
            one.png()
        drawn, draw = clocked(partial(pictures, FIGURES[key], published, words, region=options.region))
        wide, narrow, png = (clocked(partial(_all, drawn, how))[1] for how in ("svg", "narrow_svg_file", "png"))
        size = sum(len(one.svg().encode()) for one in drawn) / 1000
        found = (draw, wide, narrow, png, size)
        total = [one + more for one, more in zip(total, found, strict=True)]
        print(_line(key, found) + ("" if drawn else "  nothing to draw"))
    print(_line("all", total))
    if options.against:
        report("every figure as SVG and PNG, here / there", everything(ROOT), everything(options.against.resolve()))


if __name__ == "__main__":
    main()
