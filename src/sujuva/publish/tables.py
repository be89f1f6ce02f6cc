"""The other published tables: delays in weeks, statistics of areas, networks, data quality."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from sujuva.publish.privacy import Privacy
from sujuva.publish.protect import protect
from sujuva.publish.rules import rounded_count, ruled, suppressed_of
from sujuva.publish.sums import Cells, related, sums_within
from sujuva.published import ADDITIVE
from sujuva.situation.intervals import FEWEST_EVENTS
from sujuva.tidy import ALL

FOUR_WEEKS = 28
_PERSONS = r"(?:^|;)(?:respondents|answers_|open_answers|feedback|case_events|lp_topics|observations|participation)"
_OF_ALL = ("area_chart", "area_funnel", "area_signal")
_OF_MONTHS = ("area_month_forecast", "area_month_coverage", "area_month_mase")
_OF_SERIES = (
    "area_aapc", "area_forecast", "area_forecast_coverage", "area_forecast_mase", *_OF_MONTHS, *_OF_ALL
)  # fmt: skip
_SERIES_OF_AREA = ("scale", "category", "informant", "region", "group")
OPEN_END = 10**6
"""Upper end of the last, open bin of delays in computations; published as null."""


def bin_delays(delays: pl.DataFrame, delay_days: Sequence[int]) -> pl.DataFrame:
    """Count cases by bins of days that end with the days of the promise, four weeks, and never.

    Day counts are too small to show one by one, and every further cut makes more cells too small. Delays are cut the
    same way everywhere, so that regions still add up to the network and nothing is learnt from comparing cuts.

    `delays`: region, wave, days, n.

    Returns:
        scale, informant, region, wave, group, bin_low, bin_high, n; every bin of every region and wave.
    """
    edges = [*sorted({FOUR_WEEKS, *(int(day) for day in delay_days)}), OPEN_END]
    cuts = pl.DataFrame(
        {"bin_low": [0, *(edge + 1 for edge in edges[:-1])], "bin_high": edges},
        schema={"bin_low": pl.Int64, "bin_high": pl.Int64},
    )
    known = delays.filter(pl.col("days") >= 0).with_columns(pl.col("days").cast(pl.Int64)).sort("days")
    counted = (
        known.join_asof(cuts.sort("bin_low"), left_on="days", right_on="bin_low", strategy="backward")
        .group_by("region", "wave", "bin_high")
        .agg(pl.col("n").sum().cast(pl.Int64))
    )
    return (
        known.select("region", "wave")
        .unique()
        .join(cuts, how="cross")
        .join(counted, on=["region", "wave", "bin_high"], how="left")
        .with_columns(pl.col("n").fill_null(0), scale=pl.lit(""), informant=pl.lit(""), group=pl.lit(ALL))
        .select("scale", "informant", "region", "wave", "group", "bin_low", "bin_high", "n")
        .sort("region", "wave", "bin_low")
    )


def safe_bins(bins: pl.DataFrame, threshold: int) -> pl.DataFrame:
    """Return the bins of delays where none of them is small, else none of them.

    One small bin would have to be hidden among the shares of those who met in time and the numbers that met, and
    these, which tell more, would give way to it.
    """
    small = bins.filter(pl.col("n").is_between(1, threshold - 1))
    return bins if small.is_empty() else bins.clear()


def suppress_situation(frame: pl.DataFrame, privacy: Privacy) -> pl.DataFrame:
    """Hide the value and the absolute number together where the absolute number is small.

    Genders add up to the total where they do so exactly. Municipalities are not assumed to add up to a county:
    official areas overlap (a municipality may lie only partly in a district).

    A yearly change counts years, not persons. It is made of every year of its series, and with the other years it
    would tell the value of a hidden one: a series with a hidden year shows no change at all, and no forecast either.

    So it is with funnels, charts and signals. Limits are also made of how much all areas differ; numbers below
    `FEWEST_EVENTS` do not count in that (`sujuva.situation.signals`), and where a larger one is hidden no row of that
    statistic and gender is shown.

    Months add up to a year, whose number may be known from elsewhere: where a month is hidden, the months of its year
    are hidden with it.

    `frame`: tidy rows of `area_value`, category the gender (total, male, female), n the absolute number (may be null);
    of `area_month`, category "<gender>:<month>"; and of what is made of a whole series, category "<gender>:…".
    """
    rows = frame.with_row_index("row")
    parts = pl.col("category").str.split(":")
    monthly = pl.col("indicator") == "area_month"
    values = rows.filter(~pl.col("indicator").is_in(_OF_SERIES)).with_columns(
        category=pl.when(monthly).then(parts.list.first()).otherwise("category"),
        month=pl.when(monthly).then(parts.list.last()).otherwise(pl.lit("")),
    )
    known = values.filter(pl.col("n").is_not_null(), pl.col("n") >= 0)
    cells = Cells.of_counts(known["n"].to_list(), threshold=privacy.threshold)
    by = ["indicator", "scale", "informant", "region", "wave", "month", "group"]
    sums = sums_within(known.with_row_index("id"), by, pl.col("category") == "total", "n")
    sums = sums.filter(pl.col("parts").list.len() > 1, pl.col("left") == 0)
    hidden = protect(cells, related(sums, "total", "parts", keep_total=False))
    rule = np.where(cells.primary, "small_absolute", np.where(hidden, ADDITIVE, ""))
    marked = known.select("row").with_columns(rule=pl.Series(rule, dtype=pl.String))
    told = marked.filter(pl.col("rule") != "").join(values, on="row")
    year = [*_SERIES_OF_AREA, "indicator", "wave"]
    whole = known.filter(monthly).join(told.filter(monthly), on=year, how="semi").select("row")
    marked = marked.with_columns(
        rule=pl.when(pl.col("rule") == "", pl.col("row").is_in(whole["row"].implode()))
        .then(pl.lit(ADDITIVE))
        .otherwise("rule")
    )
    told = marked.filter(pl.col("rule") != "").join(values, on="row")
    made = rows.filter(pl.col("indicator").is_in(_OF_SERIES)).with_columns(
        pl.col("category").str.split(":").list.first()
    )
    large = told.filter(pl.col("n") >= FEWEST_EVENTS).select("scale", "category").unique()
    of_all = made.filter(pl.col("indicator").is_in(_OF_ALL)).join(large, on=["scale", "category"], how="semi")
    series = made.join(told.select(_SERIES_OF_AREA).unique(), on=_SERIES_OF_AREA, how="semi")
    # Not primary: nothing in such a row is small in itself.
    bare = pl.concat([series, of_all]).select("row", rule=pl.lit(ADDITIVE)).unique("row").sort("row")
    marked = pl.concat([marked, bare])
    return (
        rows.join(marked, on="row", how="left", maintain_order="left")
        .with_columns(pl.col("rule").fill_null(""))
        .select(*frame.columns, "rule", suppressed=suppressed_of("rule"))
    )


def suppress_networks(nodes: pl.DataFrame, edges: pl.DataFrame, privacy: Privacy) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Hide the drawing of a region whose network has fewer organisations than the threshold."""
    sizes = nodes.group_by("region").agg(actors=pl.len())
    small = pl.col("actors") < privacy.organisation_threshold

    def marked(frame: pl.DataFrame) -> pl.DataFrame:
        joined = frame.join(sizes, on="region", how="left", maintain_order="left")
        return ruled(joined, (small, "small_network")).drop("actors")

    return marked(nodes), marked(edges)


def of_persons(column: str) -> pl.Expr:
    """Tell whether one of the tables that a column names (joined by ";") is about persons, children or families."""
    return pl.col(column).str.contains(_PERSONS)


def round_books(ledger: pl.DataFrame, rules: pl.DataFrame, privacy: Privacy) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Round the rows of files about persons or families, as every number of persons is; clean rows are the difference.

    An exact number of forms, held against the numbers of scores, would tell how few forms have no score; and the rows
    that came in, less those whose key became a pseudonym, how few had no key: see `Privacy.rows_rounding`.

    `ledger`: source, tables, rows_in, rows_clean, rows_quarantined; `rules`: source, rows.
    """
    persons = ledger.select("source", _persons=of_persons("tables"))

    def told(name: str) -> pl.Expr:
        near = rounded_count(pl.col(name), privacy.rows_rounding)
        return pl.when("_persons").then(near).otherwise(name).alias(name)

    books = ledger.join(persons, on="source", maintain_order="left")
    books = books.with_columns(told("rows_in"), told("rows_quarantined")).drop("_persons")
    rounded = rules.join(persons, on="source", maintain_order="left").with_columns(told("rows")).drop("_persons")
    return books.with_columns(rows_clean=pl.col("rows_in") - pl.col("rows_quarantined")), rounded


def suppress_quality(ledger: pl.DataFrame, rules: pl.DataFrame, privacy: Privacy) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Hide small counts of quarantined rows, by file and by rule.

    `ledger`: source, file, tables, rows_in, rows_clean, rows_quarantined; `rules`: source, rule, kind, reason, rows.

    Returns:
        Both tables with `suppressed` and `why`: the rule of suppression, since `rule` is a rule of cleaning in `rules`.
    """
    ledger, rules = ledger.sort("source"), rules.sort("source", "kind", "rule")
    values = [*ledger["rows_quarantined"].to_list(), *rules["rows"].to_list()]
    parts = rules.with_row_index("id", offset=ledger.height).filter(pl.col("kind") == "quarantine")
    whole = ledger.with_row_index("total").select("source", "total", _whole="rows_quarantined")
    sums = (
        parts.group_by("source", maintain_order=True)
        .agg(parts="id", _sum=pl.col("rows").sum())
        .join(whole, on="source")
    )
    # A row may break several rules; then the rules are no sum.
    relations = related(
        sums.filter(pl.col("_sum") == pl.col("_whole")).sort("total"), "total", "parts", keep_total=False
    )
    cells = Cells.of_counts(values, threshold=privacy.threshold)
    hidden = protect(cells, relations)
    why = pl.Series("why", np.where(cells.primary, "small_count", np.where(hidden, ADDITIVE, "")), dtype=pl.String)
    first, second = (
        frame.with_columns(part).with_columns(suppressed=suppressed_of("why"))
        for frame, part in ((ledger, why[: ledger.height]), (rules, why[ledger.height :]))
    )
    return first, second
