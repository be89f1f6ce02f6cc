"""A site in three languages against the same site in one: the stages `region` and `site`, in a copy of the project.

The published tables that are there are made as wide as wanted: each further region is one of theirs under another name,
so pages and figures are as large as in the example. The target, of 23 regions: three languages take at most 2.5 times
what one takes, in seconds of processor, since the machine may have other work. What the site of three languages weighs,
and its largest page and index of the search, are told too.

    .venv/bin/python -m benchmarks.site [--regions 23]
"""  # noqa: A005

from __future__ import annotations

import argparse
import resource
import tempfile
from pathlib import Path

import polars as pl
import yaml

from benchmarks.common import report
from benchmarks.publish import areas
from sujuva.codebooks import load_regions
from sujuva.published import Published, read_published
from sujuva.published.folder import write_published
from tests.acceptance.copies import ROOT, Copy, copy_project

TARGET = 2.5
REGIONS = 23
LANGUAGES = ["fi", "sv", "en"]


def widened(published: Published, keys: list[str]) -> Published:
    """Return the publication with these regions: its own, and copies of them under the names of others."""
    own, known = list(published.meta["regions"]), load_regions()
    copied = {key: own[number % len(own)] for number, key in enumerate(keys) if key not in own}
    tables = {
        name: pl.concat(
            [frame, *(frame.filter(region=one).with_columns(region=pl.lit(key)) for key, one in copied.items())]
        )
        if "region" in frame.columns
        else frame
        for name, frame in published.tables.items()
    }
    named = {key: published.meta["regions"][one] | {"title": dict(known[key].title)} for key, one in copied.items()}
    regions = published.meta["regions"] | named
    return Published(tables, published.meta | {"regions": regions, "region_order": list(regions)})


def choose(copy: Copy, **choices: dict[str, list[str]]) -> None:
    """Write choices into the copy's `params.yaml`."""
    file = copy.path / "params.yaml"
    params = yaml.safe_load(file.read_text(encoding="utf-8"))
    for section, values in choices.items():
        params[section] |= values
    file.write_text(yaml.safe_dump(params, allow_unicode=True, sort_keys=False), encoding="utf-8")


def built(copy: Copy, languages: list[str]) -> float:
    """Make the site in these languages as the stages do, and return the seconds of processor."""
    choose(copy, report={"languages": languages})
    stages = yaml.safe_load((copy.path / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    start = spent()
    for stage in ("region", "site"):
        done = copy.run(*stages[stage]["cmd"].split())
        if done.returncode:
            msg = f"{stage}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
            raise SystemExit(msg)
    return spent() - start


def spent() -> float:
    """Return the seconds of processor of all processes that this one has started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def told(site: Path) -> str:
    """Say what a site weighs."""
    sizes = {path: path.stat().st_size for path in site.rglob("*") if path.is_file()}
    pages = [size for path, size in sizes.items() if path.suffix == ".html"]
    index = max(size for path, size in sizes.items() if path.name == "search.html")
    return (
        f"  {len(pages)} pages, {sum(sizes.values()) / 1e6:.1f} MB; the largest page {max(pages) / 1e3:.0f} kB, the "
        f"largest search page {index / 1e3:.0f} kB"
    )


def main() -> None:
    """Build both sites in one run and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--regions", type=int, default=REGIONS, help="as many as are published, at least")
    wanted = parser.parse_args().regions
    published = read_published(ROOT / "data/published")
    own = list(published.meta["regions"])
    keys = areas(max(wanted, len(own)), own)
    with tempfile.TemporaryDirectory() as folder:
        copy = copy_project(Path(folder) / "project")
        place = copy.path / "data/published"
        place.mkdir(parents=True)
        write_published(widened(published, keys), place)
        choose(copy, study={"regions": keys})
        one, three = built(copy, LANGUAGES[:1]), built(copy, LANGUAGES)
        report(f"{len(keys)} regions: three languages / one", three, one, at_most=TARGET)
        print(told(copy.path / "reports/site"))


if __name__ == "__main__":
    main()
