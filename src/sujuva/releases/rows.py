"""Which verdict holds for each row of a published table: the worst of the cells that the row is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from sujuva.codebooks import Indicators
from sujuva.codebooks.regions import NETWORK
from sujuva.releases.cells import BUNDLE, CASES, CELL, ITEMS, PAIRS, PERSON_TABLES, SCORES
from sujuva.releases.judge import ANYONE, LEVELS, Verdict
from sujuva.tidy import ALL, ALL_YEARS

_NONE, _ALL = pl.lit(""), pl.lit(ALL)
_NEVER = pl.lit(0, dtype=pl.Int32)
_NOBODY = -1
_REGION, _WAVE = pl.col("region"), pl.col("wave")


@dataclass(frozen=True)
class Places:
    """Where the cells of rows are looked for: an expression for each column of `CELL` that is not the row's own."""

    family: pl.Expr
    scale: pl.Expr = _NONE
    informant: pl.Expr = _NONE
    region: pl.Expr = _REGION
    wave: pl.Expr = _WAVE
    since: pl.Expr = _NEVER
    group: pl.Expr = _ALL

    def on(self) -> list[pl.Expr]:
        """Return the expressions, named as `CELL` with a bar before it."""
        return [getattr(self, name).alias(f"|{name}") for name in CELL]


def since() -> pl.Expr:
    """Return the earlier wave that a category of change names last ("improved:2022", "2022"); 0: none."""
    return pl.col("category").str.split(":").list.last().cast(pl.Int32, strict=False).fill_null(0)


def families(indicators: Indicators) -> dict[str, str]:
    """Return the family of cells of each indicator; "" of those that rest on no persons."""
    found = {}
    for key, one in indicators.items():
        tables = [name for name in one.needs if name in PERSON_TABLES]
        if "answers" in one.needs:
            found[key] = PAIRS if "two_waves" in one.needs else SCORES
        else:
            found[key] = tables[0] if tables else ANYONE if "profile" in one.needs else ""
    return found


def verdict_of(rows: pl.DataFrame, verdicts: pl.DataFrame, places: Sequence[Places], level: pl.Expr) -> pl.Series:
    """Return the worst verdict (Int8) of the places of each row; where there is nobody, NEW.

    A row that counts somebody (n > 0) and has no cell is one that nobody has thought of here: it is HELD.

    `level`: which of `LEVELS` counts, as text.
    """
    columns: dict[str, pl.Series] = {}
    wide = verdicts.rename({name: f"|{name}" for name in CELL})
    bundled = verdicts.filter(pl.col("family") == BUNDLE).rename({"region": "|region"}).cast({"wave": pl.Int32})
    bundled = bundled.select("|region", "wave", _bundle="n")  # the same on each level
    for number, one in enumerate(places):
        found = rows.with_columns(*one.on(), _level=level).cast({"|wave": pl.Int32, "|since": pl.Int32})
        found = found.select("_level", *(f"|{name}" for name in CELL))
        found = found.join(wide, on=[f"|{name}" for name in CELL], how="left", maintain_order="left")
        for year in ("wave", "since"):
            of_year = bundled.rename({"wave": f"|{year}", "_bundle": f"_{year}"})
            found = found.join(of_year, on=["|region", f"|{year}"], how="left", maintain_order="left")
        own = (pl.when(pl.col("_level") == name).then(pl.col(name)) for name in LEVELS)
        nobody = pl.when(pl.col("|family") == "").then(pl.lit(Verdict.NEW)).otherwise(pl.lit(_NOBODY))
        here = pl.coalesce(*own, nobody.cast(pl.Int8))
        since = pl.when(pl.col("|since") > 0).then("_since")  # 0 stands for no earlier wave, not for all years
        there = pl.when(pl.col("|family") != "").then(pl.max_horizontal("_wave", since))
        columns[str(number)] = found.select(verdict=_together(here, there)).to_series()
    highest = pl.max_horizontal(*columns)
    somebody = pl.col("n") > 0 if "n" in rows.columns else pl.lit(value=False)
    unknown = pl.when(somebody).then(pl.lit(Verdict.HELD)).otherwise(pl.lit(Verdict.NEW)).cast(pl.Int8)
    told = pl.when(highest == _NOBODY).then(unknown).otherwise(highest).alias("|verdict")
    return rows.with_columns(**columns).select(told).to_series().alias("verdict")


def _together(here: pl.Expr, there: pl.Expr) -> pl.Expr:
    """Return the verdict on persons here and those whom bundles tell of, together; null: no bundle has any.

    Where some are the same and others new, whoever subtracts the release reads the new ones' numbers, and nobody here
    has counted them: that is held.
    """
    held = pl.any_horizontal(here == Verdict.HELD, there == Verdict.HELD)
    alike = (here == there) | ((here == Verdict.CHANGED) & (there == Verdict.SAME))
    return (
        pl.when(there.is_null() | (alike & ~held))
        .then(here)
        .when((here == _NOBODY) & ~held)
        .then(there)
        .otherwise(pl.lit(Verdict.HELD, dtype=pl.Int8))
    )


def of_indicators(rows: pl.DataFrame, verdicts: pl.DataFrame, indicators: Indicators) -> tuple[pl.Series, pl.Series]:
    """Return the verdicts on tidy rows: on their n, and on what they tell.

    `rows`: the columns of `sujuva.tidy.KEY`, and n.
    """
    family = pl.col("indicator").replace_strict(families(indicators), default=ANYONE, return_dtype=pl.String)
    shares = [key for key, one in indicators.items() if one.behind.estimate in {"numerator", "halves"}]
    of_scores, of_pairs = family == SCORES, family == PAIRS
    scaled = of_scores | of_pairs
    place = Places(
        family,
        scale=pl.when(scaled).then("scale").otherwise(_NONE),
        informant=pl.when(scaled).then("informant").otherwise(_NONE),
        wave=pl.when(family == ANYONE).then(pl.lit(ALL_YEARS)).otherwise("wave"),
        since=pl.when(of_pairs).then(since()).otherwise(_NEVER),
        group=pl.when(of_scores).then("group").otherwise(_ALL),
    )
    share = pl.col("indicator").is_in(shares)
    own = pl.when(of_scores & share).then(pl.lit("bands")).otherwise(pl.lit("n"))
    return tuple(verdict_of(rows, verdicts, [place], level) for level in (pl.lit("n"), own))  # type: ignore[return-value]


def _scores(wave: str, group: str) -> Places:
    return Places(pl.lit(SCORES), pl.col("scale"), pl.col("informant"), wave=pl.col(wave), group=pl.col(group))


def _comparisons(rows: pl.DataFrame, verdicts: pl.DataFrame, indicators: Indicators) -> pl.Series:
    own = families(indicators)
    family = pl.col("comparison").replace_strict(own, default=ANYONE, return_dtype=pl.String)
    scaled = pl.col("comparison").is_in([key for key, one in own.items() if one in {SCORES, PAIRS}])
    same = pl.col("comparison").is_in(list(indicators.where(compares="same_persons")))
    pooled = pl.col("comparison").is_in(list(indicators.where(compares="regions")))
    band = pl.when(pl.col("category") != "").then(pl.lit("bands")).otherwise(pl.lit("n"))
    one, other = (_scores(wave, group) for wave, group in (("wave", "group"), ("other_wave", "other_group")))
    network = [replace(_scores(wave, "group"), region=pl.lit(NETWORK), group=_ALL) for wave in ("wave", "other_wave")]
    pairs = Places(pl.lit(PAIRS), pl.col("scale"), pl.col("informant"), since=pl.col("other_wave"))
    tables = Places(family)
    found = rows.select(
        sides=verdict_of(rows, verdicts, [one, other], band),
        pooled=verdict_of(rows, verdicts, network, band),
        pairs=verdict_of(rows, verdicts, [pairs], pl.lit("n")),
        tables=verdict_of(rows, verdicts, [tables], pl.lit("n")),
        scaled=scaled, is_same=same, is_pooled=pooled,
    )  # fmt: skip
    return found.select(
        pl.when(~pl.col("scaled"))
        .then("tables")
        .when("is_same")
        .then("pairs")
        .when("is_pooled")
        .then("pooled")
        .otherwise("sides")
        .alias("verdict")
    ).to_series()


def _bins(rows: pl.DataFrame, verdicts: pl.DataFrame, _: Indicators) -> pl.Series:
    return verdict_of(rows, verdicts, [_scores("wave", "group")], pl.lit("bins"))


def _fixed(*places: Places, level: str = "n") -> Callable[[pl.DataFrame, pl.DataFrame, Indicators], pl.Series]:
    return lambda rows, verdicts, _: verdict_of(rows, verdicts, places, pl.lit(level))


_OF_PARTNERS = pl.col("informant") == ""
_MEASURED = Places(
    pl.when(_OF_PARTNERS).then(pl.lit("partner_ratings")).otherwise(pl.lit(ITEMS)),
    scale=pl.when(_OF_PARTNERS).then(_NONE).otherwise("scale"),
    informant=pl.col("informant"),
)
_REGION_YEAR = Places(pl.lit(ANYONE))
_EVERYTHING = Places(pl.lit(ANYONE), region=pl.lit(NETWORK), wave=pl.lit(ALL_YEARS))
_TABLES: Mapping[str, Callable[[pl.DataFrame, pl.DataFrame, Indicators], pl.Series]] = {
    **dict.fromkeys(("parjaavyys", "integration"), lambda *all_: of_indicators(*all_)[1]),
    "comparisons": _comparisons,
    "reliability": _fixed(_MEASURED),
    "distributions": _bins,
    "delays": _fixed(Places(pl.lit(CASES))),
    "survival": _fixed(Places(pl.lit(CASES), wave=pl.lit(ALL_YEARS))),
    "beside": _fixed(Places(pl.lit(ANYONE), wave=pl.lit(ALL_YEARS))),
    **dict.fromkeys(("quality_ledger", "quality_rules", "quality_rows"), _fixed(_EVERYTHING, level="classes")),
    **dict.fromkeys(("quality_items", "quality_response", "quality_flags"), _fixed(_REGION_YEAR, level="classes")),
}
"""Published tables that rest on persons; the others (areas, organisations and their ties) tell of none."""
OF_NOBODY = ("situation", "nodes", "edges", "actors", "presence", "decisions")


def verdicts_on(name: str, rows: pl.DataFrame, verdicts: pl.DataFrame, indicators: Indicators) -> pl.Series:
    """Return the verdict (Int8) on each row of the published table `name`.

    Raises:
        KeyError: The table is not known here: what nobody has thought of is not published beside earlier releases.
    """
    if name in OF_NOBODY:
        return pl.repeat(Verdict.NEW, rows.height, dtype=pl.Int8, eager=True).alias("verdict")
    return _TABLES[name](rows, verdicts, indicators).alias("verdict")
