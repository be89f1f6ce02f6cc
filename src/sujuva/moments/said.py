"""The moments of what people said: how many distinct persons, never how many passages, and how coders agree.

Persons are counted apart for the network, where somebody of two regions is one. The moments of agreement hold patterns
of codes and how many units have each, and neither whose they are nor a word of them.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.moments.parts import Family, Part, laid_out, summed
from sujuva.moments.study import in_study
from sujuva.tables import NO_THEME
from sujuva.tidy import ALL

SAID = pl.Schema(
    {
        **dict.fromkeys(("indicator", "scale", "category", "region"), pl.String()),
        "wave": pl.Int32(), "group": pl.String(), "heads": pl.Int64(), "n": pl.Int64(),
    }
)  # fmt: skip
"""Columns of the counts of persons: heads of n persons; of a count that is no part of another, heads are n."""
SAID_KEY = ("indicator", "scale", "category", "region", "wave", "group")
"""Columns that tell the counts of persons apart."""
UNITS = pl.Schema({"wave": pl.Int32(), "scale": pl.String(), "pattern": pl.String(), "units": pl.Int64()})
"""Columns of the moments of agreement: how many units were given which values by how many coders."""
UNITS_KEY = ("wave", "scale", "pattern")
PAIRS_OF_CODERS = pl.Schema(
    {
        "wave": pl.Int32(),
        **dict.fromkeys(("coder", "other", "value", "other_value"), pl.String()),
        "units": pl.Int64(),
    }
)
"""Columns of the units that two coders coded both: which values each gave. Private, as coders are persons."""
PAIRS_OF_CODERS_KEY = ("wave", "coder", "other", "value", "other_value")
WITH, OF, AND = "=", ";", "+"
"""What stands in a pattern between a value and its number of coders, between values, and between themes of a value."""
EVERYBODY = ""
"""Instead of a theme: everybody who was interviewed."""
INTERVIEWED, TOGETHER = "interview_theme", "interview_together"
"""What is counted of interviews: who spoke of a theme, and who of two."""
_PERSON = "person"
_AT = ["indicator", "base", "region", "wave", "group"]
_WHO = {INTERVIEWED: "interview", "open_theme": "respondent", "trained_people": "participant"}


def said_part(
    passages: pl.DataFrame,
    themes: pl.DataFrame,
    respondents: pl.DataFrame,
    trainings: pl.DataFrame,
    *,
    regions: Collection[str],
    waves: Collection[int],
) -> Part:
    """Count persons by what they said: of the rows of whole persons.

    Args:
        passages: The clean table coded_passages.
        themes: The clean table open_themes.
        respondents: respondent, wave, region of who answered.
        trainings: The clean table trainings.
        regions: Regions of the study.
        waves: Waves of the study; interviews and trainings are of any year.

    Returns:
        said_themes: indicator, base, scale, category, region, wave, group and the sum heads; said_people: without scale
        and category, and the sum n. `base` tells whose number n is: of interviews "", of open answers the field, of
        trainings the training. The network is there already.
    """
    spoken = in_study(passages, regions=regions)
    found = spoken.filter(pl.col("theme") != NO_THEME).select("interview", "wave", "region", "sector", "theme").unique()
    both = found.join(found.select("interview", "wave", other="theme"), on=["interview", "wave"])
    both = both.filter(pl.col("theme") < pl.col("other"))
    placed = themes.join(respondents.select("respondent", "wave", "region"), on=["respondent", "wave"])
    written = in_study(placed, regions=regions, waves=waves)
    taught = in_study(trainings, regions=regions)
    heads = [
        _long(found, INTERVIEWED, scale="theme"),
        _long(both, TOGETHER, scale="theme", category="other"),
        _long(written, "open_theme", base="field", scale="theme", category="field", said="said"),
        _long(taught, "trained_people", base="training", scale="training"),
    ]
    people = [
        _long(spoken, INTERVIEWED),
        _long(spoken, TOGETHER),
        _long(written, "open_theme", base="field"),
        _long(taught, "trained_people", base="training"),
    ]
    counted = _distinct(pl.concat(heads), [*_AT, "scale", "category"]).rename({"n": "heads"})
    return {"said_themes": summed(counted), "said_people": summed(_distinct(pl.concat(people), _AT))}


def _long(
    rows: pl.DataFrame, indicator: str, *, base: str = "", scale: str = "", category: str = "", said: str = ""
) -> pl.DataFrame:
    """Return rows of persons: where they are counted, and whether they are (`said`: the column that tells)."""

    def of(column: str) -> pl.Expr:
        return pl.col(column) if column else pl.lit("")

    person = _WHO.get(indicator, "interview")
    sector = pl.col("sector") if "sector" in rows.columns else pl.lit(None, dtype=pl.String)
    return rows.select(
        "region", "wave", sector.alias("sector"),
        indicator=pl.lit(indicator), base=of(base), scale=of(scale), category=of(category),
        person=pl.col(person), said=pl.col(said) if said else pl.lit(value=True),
    ).with_columns(pl.col("base", "scale", "category").cast(pl.String))  # fmt: skip


def _distinct(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Count distinct persons of everybody and by sector, in regions and in the network."""
    everywhere = pl.concat([rows, rows.with_columns(region=pl.lit(NETWORK))])
    grouped = everywhere.filter(pl.col("sector").is_not_null()).with_columns(group=pl.format("sector:{}", "sector"))
    every = pl.concat([everywhere.with_columns(group=pl.lit(ALL)), grouped])
    each = every.group_by(*by, _PERSON).agg(n=pl.col("said").any().cast(pl.Int128))
    return each.group_by(by).agg(pl.col("n").sum())


def finish_said(merged: Part) -> pl.DataFrame:
    """Return columns `SAID`: wherever anybody was asked, a row for each theme that is known there, also of nobody.

    Of interviews there is a row of everybody, too (scale `EVERYBODY`, heads are n), so that regions' rows make the
    network's, even where nobody spoke of any theme.
    """
    themes, people = merged["said_themes"], merged["said_people"]
    known = themes.select("indicator", "base", "scale", "category").unique()
    every = people.join(known, on=["indicator", "base"])
    counted = every.join(themes, on=[*_AT, "scale", "category"], how="left").with_columns(pl.col("heads").fill_null(0))
    asked = people.filter(pl.col("indicator") == INTERVIEWED).with_columns(
        scale=pl.lit(EVERYBODY), category=pl.lit(""), heads=pl.col("n")
    )
    return laid_out(pl.concat([counted, asked.select(counted.columns)]), SAID, SAID_KEY)


said_moments = Family(said_part, finish_said, schema=SAID, key=SAID_KEY, source="said_people")


def coding_part(passages: pl.DataFrame, *, regions: Collection[str]) -> Part:
    """Count units that several coders coded, by the values they gave.

    A value is the set of themes that a coder gave a unit (its one theme, where coders give one). A coder who gave a
    unit no row has not coded it.

    Args:
        passages: The clean table coded_passages, all codes of a passage in one part.
        regions: Regions of the study.

    Returns:
        coding_units: wave, pattern (each value with its number of coders) and the sum units; coding_pairs: wave,
        coder, other, value, other_value and the sum units.
    """
    unit = ["interview", "passage", "wave"]
    rows = in_study(passages, regions=regions).select(*unit, "coder", "theme").unique()
    sets = rows.group_by(*unit, "coder").agg(value=pl.col("theme").sort().str.join(AND))
    sets = sets.filter(pl.col("coder").n_unique().over(unit) > 1)
    told = sets.group_by(*unit, "value").agg(coders=pl.len())
    patterns = told.group_by(unit).agg(pattern=pl.format(f"{{}}{WITH}{{}}", "value", "coders").sort().str.join(OF))
    pairs = sets.join(sets, on=unit, suffix="|").filter(pl.col("coder") < pl.col("coder|"))
    one = pl.lit(1, pl.Int128)
    return {
        "coding_units": summed(patterns.select("wave", "pattern", units=one)),
        "coding_pairs": summed(pairs.select("wave", "coder", "value", other="coder|", other_value="value|", units=one)),
    }


def finish_coding(merged: Part) -> dict[str, pl.DataFrame]:
    """Return coding_units (columns `UNITS`: scale "" and each theme) and coding_pairs (columns `PAIRS_OF_CODERS`).

    The values of a theme are 1 (the coder gave it) and 0.
    """
    whole = merged["coding_units"].with_columns(scale=pl.lit(""))
    coders = (
        whole.select("wave", "pattern", "units", value=pl.col("pattern").str.split(OF))
        .explode("value")
        .with_columns(
            given=pl.col("value").str.extract(f"^(.*){WITH}").str.split(AND),
            coders=pl.col("value").str.extract(f"{WITH}([0-9]+)$").cast(pl.Int64),
        )
    )
    themes = coders.select(scale=pl.col("given").explode()).unique().filter(pl.col("scale") != NO_THEME)
    said = pl.col("coders").filter(pl.col("given").list.contains(pl.col("scale"))).sum()
    sides = (
        coders.join(themes, how="cross")
        .group_by("scale", "wave", "pattern", "units")
        .agg(pl.col("coders").sum(), said=said)
    )
    single = sides.select(
        "wave", "scale", "units",
        pattern=pl.format(f"0{WITH}{{}}{OF}1{WITH}{{}}", pl.col("coders") - pl.col("said"), "said"),
    )  # fmt: skip
    every = pl.concat([whole.select(single.columns), single])
    return {
        "coding_units": laid_out(summed(every), UNITS, UNITS_KEY),
        "coding_pairs": laid_out(merged["coding_pairs"], PAIRS_OF_CODERS, PAIRS_OF_CODERS_KEY),
    }


coding_moments = Family(coding_part, finish_coding)
