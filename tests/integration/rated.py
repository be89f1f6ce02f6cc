"""Small rated networks for the tests of rated relations."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

Cell = int | None
TIES = {
    "region": pl.String,
    "wave": pl.Int32,
    "relation": pl.String,
    "source": pl.String,
    "target": pl.String,
    "observed": pl.Int16,
    "expected": pl.Int16,
    "directed": pl.Boolean,
}
# The worked example of the definitions: five services of three sectors.
SERVICES = ("varhaiskasvatus", "koulu", "perhesosiaalityö", "neuvola", "järjestö")
SECTORS = ("siv", "siv", "sote", "sote", "3s")
OBSERVED = ((0, 3, 2, 4, 1), (2, 0, 3, 1, 1), (2, 4, 0, 3, 0), (3, 1, 4, 0, 0), (1, 2, 1, 0, 0))
EXPECTED = ((0, 4, 3, 4, 2), (3, 0, 4, 2, 2), (3, 4, 0, 4, 2), (4, 3, 4, 0, 1), (2, 3, 3, 2, 0))


def organisations(
    names: Sequence[str] = SERVICES, sectors: Sequence[str] = SECTORS, levels: Sequence[str | None] | None = None
) -> pl.DataFrame:
    columns = {
        "region": ["oulu"] * len(names),
        "organisation": list(names),
        "name": list(names),
        "sector": list(sectors),
        "level": list(levels) if levels else [None] * len(names),
    }
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def ties_of(
    observed: Sequence[Sequence[Cell]] = OBSERVED,
    expected: Sequence[Sequence[Cell]] | None = EXPECTED,
    names: Sequence[str] = SERVICES,
    *,
    wave: int = 2022,
    relation: str = "work",
    directed: bool = True,
) -> pl.DataFrame:
    """A row for each cell that is not None; of undirected relations, of the upper triangle."""
    rows = [
        ("oulu", wave, relation, names[i], names[j], value, None if expected is None else expected[i][j], directed)
        for i, row in enumerate(observed)
        for j, value in enumerate(row)
        if i != j and value is not None and (directed or i < j)
    ]
    return pl.DataFrame(rows, schema=TIES, orient="row")


def values(table: pl.DataFrame) -> dict[str, float | None]:
    assert not table["estimate"].is_nan().any()
    return dict(table.select("indicator", "estimate").iter_rows())


def notes(table: pl.DataFrame) -> dict[str, str]:
    return dict(table.select("indicator", "note").iter_rows())


def of_actors(table: pl.DataFrame, measure: str) -> dict[str, float | None]:
    assert not table["value"].is_nan().any()
    return dict(table.filter(measure=measure).select("organisation", "value").iter_rows())
