"""What the rows of some tables of moments were made of, read back from them, and their families' `finish` of that.

Their rows hang on what is known anywhere: of a word that one region uses, all others have as many families as have it
not. So rows of regions are not only put side by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.moments import Part, merge
from sujuva.moments.case_services import finish_service_pairs
from sujuva.moments.case_tallies import finish_tallies
from sujuva.moments.parts import summed
from sujuva.moments.records import RECORDS
from sujuva.moments.said import EVERYBODY, INTERVIEWED, TOGETHER, finish_coding, finish_said

_BASE = {"open_theme": "category", "trained_people": "scale"}  # whose number n is, by indicator; else everybody's


def tallies_again(tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Count families by words that other regions use, too: they have none of them.

    Args:
        tables: The tables case_tallies of several runs, each with its network.

    Returns:
        One, of all regions and their network. A family has one region, so its network is that of regions.
    """
    single = _regions(tables).with_columns(pl.col("families").cast(pl.Int128))
    domain = ["measure", "region", "wave", "group", "size"]
    # Those with and those without a word are everybody, whichever word.
    worded = single.filter(pl.col("category") != "").group_by(*domain, "category").agg(pl.col("families").sum())
    everybody = worded.group_by(domain).agg(pl.col("families").max())
    with_any = single.filter((pl.col("category") == "") | (pl.col("total") > 0))
    none = everybody.with_columns(category=pl.lit(None, pl.String), total=pl.lit(0, pl.Int64))
    table = pl.concat([with_any, none.select(with_any.columns)])
    return finish_tallies(table, single.select("region", "measure").unique())


def services_again(tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Pair every two services of the network, also those that no region has both of; tables as in `tallies_again`."""
    single = _regions(tables).filter((pl.col("both") > 0) | (pl.col("one") == pl.col("other")))
    return finish_service_pairs(single.select("region", "one", "other", pl.col("both").cast(pl.Int128)))


def said_again(tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Count those who did not speak of a theme that is known elsewhere; tables as in `tallies_again`.

    Somebody of two regions of one run is one person in its network, so networks are added up as they are.
    """
    parts = [_said_part(table) for table in tables]
    return finish_said(merge(parts))


def _said_part(rows: pl.DataFrame) -> Part:
    """Return the part that a finished table was made of."""
    base = pl.lit("")
    for indicator, column in _BASE.items():
        base = pl.when(pl.col("indicator") == indicator).then(column).otherwise(base)
    whole = rows.with_columns(base=base, heads=pl.col("heads").cast(pl.Int128), n=pl.col("n").cast(pl.Int128))
    at = ["indicator", "base", "region", "wave", "group"]
    people = whole.filter(pl.col("indicator") != TOGETHER).select(*at, "n").unique()
    # Of two themes, too, everybody who was interviewed could have spoken.
    asked = people.filter(pl.col("indicator") == INTERVIEWED).with_columns(indicator=pl.lit(TOGETHER))
    themes = whole.filter((pl.col("indicator") != INTERVIEWED) | (pl.col("scale") != EVERYBODY)).drop("n")
    return {"said_themes": themes, "said_people": pl.concat([people, asked])}


def coding_again(tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Count for each theme of any region the units that were not given it; of the tables coding_units."""
    rows = pl.concat(tables).filter(pl.col("scale") == "")
    whole = summed(rows.select("wave", "pattern", pl.col("units").cast(pl.Int128)))
    pairs = pl.DataFrame(schema=RECORDS["coding_pairs"].schema)
    return finish_coding({"coding_units": whole, "coding_pairs": pairs})["coding_units"]


def _regions(tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(tables).filter(pl.col("region") != NETWORK)


def counted_again(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Count the rows of public statistics in the table rows as they stand: a row that several regions gave is one."""
    heights = {one.copied: tables[name].height for name, one in RECORDS.items() if one.copied}
    once = pl.col("table").replace_strict(heights, default=None, return_dtype=pl.Int64)
    rows = tables["rows"].with_columns(pl.coalesce(once, name).alias(name) for name in RECORDS["rows"].counts)
    return dict(tables) | {"rows": rows}
