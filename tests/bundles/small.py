"""Small bundles: a few made-up rows of scores, and every other table empty."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import polars as pl

import sujuva
from sujuva.bundles.archive import packed, read_bundle, write_bundle
from sujuva.bundles.books import books_of
from sujuva.bundles.contents import LEDGER, Contents
from sujuva.bundles.manifest import FORM, Manifest
from sujuva.bundles.members import members_of, withheld_of
from sujuva.bundles.trust import meaning
from sujuva.moments.records import RECORDS
from sujuva.params import flat, load_params
from sujuva.tables import types_of

ROOT = Path(__file__).resolve().parents[2]
FIELDED = ("who5",)
CODE = "0123456789abcdef"


@cache
def study() -> Path:
    """Return a folder of the project's codebooks, as `clean` leaves it."""
    folder = Path(mkdtemp(prefix="sujuva-study-"))
    shutil.copytree(ROOT / "data/codebooks", folder / "codebooks/project")
    return folder


def scores(region: str, n: int = 40, waves: Sequence[int] = (2022, 2023)) -> pl.DataFrame:
    """A row of sums a year, of everybody."""
    schema = RECORDS["scores"].schema
    row = {name: 0 if kind.is_numeric() else "" for name, kind in schema.items()}
    row |= {"region": region, "scale": "who5_total", "informant": "self", "group": "all", "stratum": f"{region}|1"}
    y, yy, unit = 58 * n, (58**2 + 350) * n, 10**6  # a mean of 58, eight schools of the same size
    row |= {"n": n, "y": y, "yy": yy, "w": n * unit, "wy": y * unit, "wyy": yy * unit, "weight_decimals": 6}
    row |= {"clusters": 8, "design_clusters": 8, "cww": (n * unit) ** 2 // 8, "cwy": n * y * unit**2 // 8}
    row |= {"cyy": (y * unit) ** 2 // 8}
    return pl.DataFrame([row | {"wave": wave} for wave in waves], schema=schema)


def contents(region: str = "oulu", n: int = 40, *, wave: int | None = None) -> Contents:
    moments = {name: pl.DataFrame(schema=one.schema) for name, one in RECORDS.items() if one.always}
    ledger = {name: pl.DataFrame(schema=types_of(one)) for name, one in LEDGER.items()}
    return Contents(moments | {"scores": scores(region, n, (wave,) if wave else (2022, 2023))}, ledger)


def manifest(region: str = "oulu", **other: Any) -> Manifest:
    said: dict[str, Any] = {
        "form": FORM, "sujuva": sujuva.__version__, "code": CODE, "region": region, "round": 1, "waves": (2022, 2023),
        "synthetic": True, "about": {"title": "Example"},
        "choices": meaning(flat(load_params(ROOT / "params.yaml"))),
        "codebooks": books_of(study(), instruments=FIELDED, region=region),
        "thresholds": {"threshold": 5}, "ledger": {"in": 90, "clean": 80, "quarantine": 10}, "withheld": (),
        "members": {},
    }  # fmt: skip
    return Manifest.model_validate(said | other)


@cache
def whole(region: str, n: int) -> bytes:
    """Return a bundle as a file."""
    with TemporaryDirectory() as folder:
        return write_contents(Path(folder, "bundle.zip"), region, contents(region, n)).read_bytes()


def write_contents(path: Path, region: str, held: Contents) -> Path:
    """Write a bundle of these contents."""
    write_bundle(manifest(region, withheld=withheld_of(held)), members_of(held), path)
    return path


def write(path: Path, region: str = "oulu", n: int = 40, **other: Any) -> Path:
    """Write a bundle; parts of its manifest may be given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(whole(region, n))
    if other:
        bundle = read_bundle(path)
        said = manifest(region, **other).model_copy(update={"members": bundle.manifest.members})
        path.write_bytes(packed(said, bundle.members))
    return path
