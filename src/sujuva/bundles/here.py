"""What the project here asks of bundles, and what one that it makes says of itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

import sujuva
from sujuva.bundles.books import books_of
from sujuva.bundles.contents import Contents
from sujuva.bundles.manifest import FORM, Manifest
from sujuva.bundles.members import withheld_of
from sujuva.bundles.trust import Rules, meaning
from sujuva.codebooks import load_instruments
from sujuva.codebooks.files import read_yaml
from sujuva.errors import BundleError
from sujuva.params import Params, flat
from sujuva.tables import SCHEMAS, key_columns

_ABOUT = ("title", "responsible", "date")
_PERSONS = {"person", "family", "talk"}


def rules_of(params: Params, *, clean: Path, study: Path, code: str) -> Rules:
    """Return what a project asks of bundles.

    Args:
        params: Its choices.
        clean: The folder of its clean tables; it may be missing, where a project has no data of its own yet.
        study: The folder of the study's codebooks, as `clean` left it.
        code: Fingerprint of the code of its moments.
    """
    return rules_by(flat(params), clean=clean, study=study, code=code)


def rules_by(choices: Mapping[str, Any], *, clean: Path, study: Path, code: str = "") -> Rules:
    """Return what a project asks of bundles, by its choices as section.name → value; other arguments as `rules_of`."""
    regions = choices["study.regions"]
    books: dict[str, Mapping[str, str]] = {}
    for region in regions:
        books |= books_of(study, instruments=load_instruments(study), region=region)
    return Rules(
        regions=regions,
        waves=choices["study.waves"],
        own=own_regions(clean) & {*regions},
        synthetic=_about(study).get("synthetic") is True,
        choices=choices,
        books=books,
        code=code,
        keys=choices["bundles.accepted_keys"],
        signed=choices["bundles.signed_only"],
    )


def rules_of_run(*stages: Mapping[str, Mapping[str, Any]], clean: Path, study: Path) -> Rules:
    """Return what a run asks of bundles, by the choices that its stages took: section → name → value of each."""
    sections = [pair for stage in stages for pair in stage.items()]
    choices = {f"{section}.{name}": value for section, leaves in sections for name, value in leaves.items()}
    return rules_by(choices, clean=clean, study=study)


def own_regions(clean: Path) -> frozenset[str]:
    """Return the regions of which clean tables hold rows of persons or families."""
    found: set[str] = set()
    for name, contract in SCHEMAS.items():
        path = clean / f"{name}.parquet"
        of_persons = _PERSONS & set(key_columns(contract).values())
        if of_persons and "region" in contract.column_names() and path.is_file():
            regions = pl.scan_parquet(path).select(pl.col("region").unique()).collect(engine="streaming")
            found |= set(regions["region"].drop_nulls())
    return frozenset(found)


def manifest_of(
    region: str, contents: Contents, *, number: int, choices: Mapping[str, Mapping[str, Any]], study: Path, code: str,
    thresholds: Mapping[str, int],
) -> Manifest:  # fmt: skip
    """Return what a bundle says of itself, but for its members.

    Args:
        region: Key of the region.
        contents: What leaves: protected.
        number: Which of the region's bundles it is.
        choices: Section → name → value of the choices that the stages took, as `sujuva.handed.read_choices` gives them.
        study: The folder of the study's codebooks, as `clean` left it.
        code: Fingerprint of the code of the moments.
        thresholds: The rules of disclosure control.

    Raises:
        BundleError: Some of the data are synthetic and some are not.
    """
    taken = {f"{section}.{name}": value for section, leaves in choices.items() for name, value in leaves.items()}
    about, ledger = _about(study), contents.ledger["ledger"]
    counted = {"in": "rows_in", "clean": "rows_clean", "quarantine": "rows_quarantined"}
    fielded = sorted({*contents.ledger["items"]["instrument"]})
    return Manifest(
        form=FORM,
        sujuva=sujuva.__version__,
        code=code,
        region=region,
        round=number,
        waves=tuple(taken["study.waves"]),
        synthetic=_synthetic(contents.ledger["sources"], about),
        about=json.loads(json.dumps({name: about[name] for name in _ABOUT if name in about}, default=str)),
        choices=meaning(taken),
        codebooks=books_of(study, instruments=fielded, region=region),
        thresholds=dict(thresholds),
        ledger={name: int(ledger[column].sum()) for name, column in counted.items()},
        withheld=withheld_of(contents),
        members={},
    )


def _synthetic(sources: pl.DataFrame, about: Mapping[str, Any]) -> bool:
    """Tell whether the persons are made up, by what each source says, or else by what is said of the delivery."""
    said = set(sources["synthetic"]) or {about.get("synthetic") is True}
    if len(said) > 1:
        msg = "Some sources of this study are synthetic and some are not: they are never mixed in a bundle."
        raise BundleError(msg, "Say `synthetic: true` in sources.yaml of all of them, or of none.")
    return bool(said.pop())


def _about(study: Path) -> dict[str, Any]:
    path = study / "sources.yaml"
    return dict(read_yaml(path) or {}) if path.is_file() else {}
