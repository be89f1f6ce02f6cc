"""What an intruder learns from published tables, and what it costs readers that it learns nothing.

    python -m benchmarks.attack [SECTION …] [--folder data/published] [--earlier FOLDER …] [--worlds 20] [--first 0]
                                [--tables 2000] [--pairs 40] [--data ../shared/data] [--before CHECKOUT]

Sections, all where none is named:

- folder: published tables, and their earlier releases;
- example: the example as it is published now, and with --before as an earlier version published it;
- worlds: persons of the example's generator through the whole pipeline, 300 to 1,200 of them; in every other world all
  weigh the same. What is learned is held against the truth: a false alarm is no leak;
- tables: regions × groups with their margins, most counts small, through `sujuva.publish.protect`;
- real: area statistics with threshold 10, placed children, and persons of a survey by sex and grade;
- pairs: two releases of a study, between which few or many joined or left.

Beside what is learned stands what is hidden: the share of rows (or cells), of the persons that these count, and of rows
about everybody in a region, by plain primary suppression (counts and sides of shares below the threshold, nothing else)
and as published. CPU is what the attack took, in seconds. --before is a checkout of an earlier version.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.attacks import pairs, real, report, tables, worlds
from benchmarks.attacks.report import Line
from sujuva.attack import attack
from sujuva.published import read_published


def lines(section: str, options: argparse.Namespace) -> Iterator[Line]:
    """Attack what a section is about."""
    before = Path(options.before).resolve() if options.before else None
    if section == "folder":
        start = time.process_time()
        found = attack(read_published(options.folder), [read_published(one) for one in options.earlier])
        yield Line(options.folder, len(found), report.told(found), cpu=time.process_time() - start)
    elif section == "example":
        yield from worlds.example(before)
    elif section == "worlds":
        yield from worlds.lines(options.first, options.worlds, before)
    elif section == "tables":
        yield from tables.lines(options.tables)
    elif section == "real":
        yield from real.lines(Path(options.data).resolve())
    else:
        yield from pairs.lines(options.pairs)


SECTIONS = ("folder", "example", "worlds", "tables", "real", "pairs")


def main() -> None:
    """Print a table of all that was attacked; end with 1 where the tables of today tell anything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sections", nargs="*", help=", ".join(SECTIONS))
    parser.add_argument("--folder", default="data/published")
    parser.add_argument("--earlier", nargs="*", default=[])
    parser.add_argument("--worlds", type=int, default=worlds.WORLDS)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--tables", type=int, default=2000)
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--data", default="../shared/data")
    parser.add_argument("--before")
    options = parser.parse_args()
    if unknown := {*options.sections} - {*SECTIONS}:
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    found = []
    try:
        for section in options.sections or SECTIONS:
            for line in lines(section, options):
                print(f"{line.what}: {line.learned} learned{f' ({line.told})' if line.told else ''}", file=sys.stderr)
                found.append(line)
    finally:
        print(report.show(found))
    sys.exit(int(any(one.learned for one in found if one.is_today)))


if __name__ == "__main__":
    main()
