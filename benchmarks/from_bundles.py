"""The whole way from bundles alone: the example's regions send theirs, and the network's pages are made of them.

The moments of `data/moments` are taken apart by region, protected as `sujuva bundle` does and written as bundles; a
copy of the project that has no data of its own takes them in and runs every stage. Printed is what became of the rows
that the pooled run shows: the same, told otherwise, hidden, or not there. With `--exact` nothing but coders is withheld
before the bundles leave: then what differs is what bundles cannot tell, and what no region may learn of another. The
tables of indicators, which nothing has been hidden in yet, are compared row by row, too.

    .venv/bin/python -m benchmarks.from_bundles [--exact] [--place FOLDER]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import polars as pl
import yaml

from benchmarks.attack_bundles import contents
from sujuva.bundles import Contents
from sujuva.bundles.archive import write_bundle
from sujuva.bundles.here import manifest_of
from sujuva.bundles.members import keys_of_persons, members_of
from sujuva.bundles.protect import protected
from sujuva.codebooks import load_instruments
from sujuva.fingerprint import code_fingerprint
from sujuva.handed import read_choices
from sujuva.params import load_params, rules_of_privacy
from sujuva.publish import Privacy
from sujuva.published import KEYS, SHOWN
from sujuva.signatures import sign
from tests.acceptance.copies import ROOT, Copy, copy_project
from tests.test_signatures import made_key

INPUT = "data/received"
_MARK = "suppressed"
_ABOUT = ("synthetic", "key", "title", "responsible", "date")


def send_all(copy: Copy, *, exact: bool) -> None:
    """Write the bundle of every region of this project's run into a copy."""
    study, chosen = ROOT / "data/study", load_params(ROOT / "params.yaml").privacy
    privacy, instruments = Privacy(**chosen.model_dump()), load_instruments(study)
    made_by = read_choices(*(str(ROOT / name) for name in ("data/ledger/choices.json", "data/moments/choices.json")))
    for region, own in contents(ROOT / "data"):
        leaving = without_keys(own) if exact else protected(own, privacy, instruments=instruments)
        manifest = manifest_of(
            region,
            leaving,
            number=1,
            choices=made_by,
            study=study,
            code=code_fingerprint("moments", copy.path),
            thresholds={name: getattr(chosen, name) for name in rules_of_privacy()},
        )
        bundle = copy.path / f"data/bundles/{region}.zip"
        write_bundle(manifest, members_of(leaving), bundle)
        bundle.with_name(f"{bundle.name}.minisig").write_text(
            sign(bundle, made_key(region.encode().ljust(32))), "utf-8"
        )
        print(f"{region}: {sum(one.height for one in leaving.moments.values()):,} rows leave", flush=True)


def without_keys(own: Contents) -> Contents:
    """Return what a region knows without tables that name coders by pseudonym: no bundle may hold one."""
    keys = keys_of_persons()
    return replace(
        own, moments={name: one.clear() if keys & {*one.columns} else one for name, one in own.moments.items()}
    )


def without_data(copy: Copy, regions: Sequence[str]) -> None:
    """Give the copy an input folder that describes the study and names no file, and the keys of its regions."""
    about = yaml.safe_load((ROOT / "data/example/sources.yaml").read_text(encoding="utf-8"))
    folder = copy.path / INPUT
    folder.mkdir()
    kept = {name: about[name] for name in _ABOUT if name in about}
    (folder / "sources.yaml").write_text(yaml.safe_dump({**kept, "sources": []}, allow_unicode=True), encoding="utf-8")
    params = copy.path / "params.yaml"
    text = params.read_text(encoding="utf-8")
    keys = {region: [made_key(region.encode().ljust(32)).public.text] for region in regions}
    for old, new in (("input: data/example", f"input: {INPUT}"), ("accepted_keys: {}", f"accepted_keys: {keys}")):
        assert text.count(old) == 1, f"params.yaml does not say '{old}'"
        text = text.replace(old, new)
    params.write_text(text, encoding="utf-8")
    # What is said of the pooled run need not be told by bundles.
    (copy.path / "data/claims.yaml").write_text("claims: []\n", encoding="utf-8")


def fates(pooled: Path, made: Path, name: str) -> Counter[str]:
    """Count what became of the rows of a published table that the pooled run shows."""
    one, other = (pl.read_parquet(folder / f"{name}.parquet") for folder in (pooled, made))
    key = list(KEYS[name])
    marked = _MARK in one.columns and _MARK not in key
    shown = one.filter(pl.col(_MARK) == SHOWN) if marked else one
    rest = [column for column in one.columns if column not in {*key, _MARK}]
    both = shown.join(other.with_columns(_there=True), on=key, how="left", nulls_equal=True, suffix="|made")
    same = pl.all_horizontal(True, *(pl.col(column).eq_missing(pl.col(f"{column}|made")) for column in rest))
    hidden = pl.col(f"{_MARK}|made") != SHOWN if marked else pl.lit(value=False)
    fate = (
        pl.when(pl.col("_there").is_null())
        .then(pl.lit("not there"))
        .when(hidden)
        .then(pl.lit("hidden"))
        .when(same)
        .then(pl.lit("same"))
        .otherwise(pl.lit("otherwise"))
    )
    counts = Counter(dict(both.select(fate=fate).group_by("fate").len().iter_rows()))
    counts["new"] = other.join(one, on=key, how="anti", nulls_equal=True).height
    return counts


def unlike(pooled: Path, made: Path) -> pl.DataFrame:
    """Return the rows of a table of indicators that are in one run alone, told to the last bit."""
    runs = [pl.read_parquet(path) for path in (pooled, made)]
    alone = [one.join(other, on=one.columns, how="anti", nulls_equal=True) for one, other in (runs, runs[::-1])]
    return pl.concat(alone)


def what(rows: pl.DataFrame) -> str:
    """Say which indicators some rows are of."""
    if rows.is_empty():
        return "equal"
    names = sorted(rows["indicator"].unique()) if "indicator" in rows.columns else []
    return f"{rows.height:,} rows unlike {', '.join(names)}"


def main() -> None:
    """Send, take in, run, and print a line a published table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exact", action="store_true", help="withhold nothing")
    parser.add_argument("--place", type=Path, help="keep the project of the network there")
    chosen = parser.parse_args()
    with nullcontext(chosen.place) if chosen.place else tempfile.TemporaryDirectory() as folder:
        copy = copy_project(Path(folder).resolve() / "sujuva")
        send_all(copy, exact=chosen.exact)
        without_data(copy, load_params(ROOT / "params.yaml").study.regions)
        start = time.perf_counter()
        done = copy.run("sujuva", "repro")
        print(f"sujuva repro: exit code {done.returncode}, {time.perf_counter() - start:.0f} s", flush=True)
        if done.returncode:
            msg = f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
            raise SystemExit(msg)
        for path in sorted((ROOT / "data/indicators").rglob("*.parquet")):
            own = path.relative_to(ROOT)
            print(f"{own}: {what(unlike(path, copy.path / own))}")
        total = Counter[str]()
        order = ("same", "otherwise", "hidden", "not there", "new")
        print(f"{'table':16}" + "".join(f"{one:>11}" for one in order))
        for name in KEYS:
            if (ROOT / f"data/published/{name}.parquet").is_file():
                counts = fates(ROOT / "data/published", copy.path / "data/published", name)
                total += counts
                print(f"{name:16}" + "".join(f"{counts[one]:>11,}" for one in order))
        print(f"{'all':16}" + "".join(f"{total[one]:>11,}" for one in order))


if __name__ == "__main__":
    main()
