"""The books of a cleaning: quarantine, ledger, counts of rules, list of sources, counts of items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from sujuva.cleaning.feeds import Fed
from sujuva.cleaning.rules import rule_of
from sujuva.codebooks import Instrument
from sujuva.errors import ContractError
from sujuva.sources import RawTable, Source, textual
from sujuva.tables import PREFIX, ItemCounts, Ledger, Quarantine, RuleCounts

_WORST = 4  # rules that an error names


def quarantine(source: Source, raw: RawTable, broken: pl.DataFrame) -> pl.DataFrame:
    """Return the raw rows of one source that were set aside, with their rules and their content as JSON.

    Args:
        source: The source.
        raw: Its raw table.
        broken: Columns _row, rule of this source.

    Returns:
        A frame of the contract `Quarantine`, ordered by row.
    """
    rules = broken.group_by("_row").agg(pl.col("rule").unique().sort().str.join(";").alias("rules"))
    text = textual(raw.frame).select(pl.struct(pl.all()).struct.json_encode().alias("raw")).with_columns(_row=raw.rows)
    joined = text.join(rules, on="_row", how="inner", maintain_order="left")
    return joined.select(
        source=pl.lit(source.name), file=pl.lit(source.file), row=pl.col("_row"), rules="rules", raw="raw"
    ).cast({name: column.dtype for name, column in Quarantine.columns().items()})


def ledger(source: Source, raw: RawTable, fed: Sequence[Fed], broken: pl.DataFrame) -> dict[str, object]:
    """Count the rows of one source: in, clean (counted in the tables themselves) and set aside.

    Args:
        source: The source.
        raw: Its raw table.
        fed: What it brought to each table, rows that were set aside already taken away.
        broken: Columns _row, rule of this source.

    Raises:
        ContractError: A raw row is lost or is in two places.
    """
    aside = broken["_row"].n_unique()
    kept = {one.frame["_row"].n_unique() for one in fed if one.whole} or {raw.rows.len() - aside}
    heights = {one.frame.height for one in fed if one.whole} or kept
    if kept != heights or kept != {raw.rows.len() - aside}:
        msg = (
            f"Source '{source.name}', file {source.file}: the ledger does not add up: {raw.rows.len()} rows in, "
            f"{aside} set aside, and {sorted(kept | heights)} clean."
        )
        raise ContractError(msg, "A reader or rule loses or repeats rows; this is an error in the program.")
    return {
        "source": source.name,
        "file": source.file,
        "tables": ";".join(source.targets),
        "rows_in": raw.rows.len(),
        "rows_clean": kept.pop(),
        "rows_quarantined": aside,
    }


def check_share(row: Mapping[str, object], broken: pl.DataFrame, max_quarantine: float) -> None:
    """Stop the run when too large a share of a file is set aside: then the description is wrong, not the rows.

    Args:
        row: The source's row of the ledger.
        broken: Columns _row, rule of this source.
        max_quarantine: Largest share, 0 to 1.

    Raises:
        ContractError: Names the source, the share, and the rules with most rows.
    """
    aside, total = int(str(row["rows_quarantined"])), int(str(row["rows_in"]))
    if aside <= max_quarantine * total:
        return
    counts = broken.group_by("rule").agg(pl.col("_row").n_unique().alias("n"), pl.col("_row").min().alias("first"))
    worst = counts.sort(["n", "rule"], descending=[True, False]).head(_WORST).iter_rows()
    why = ", ".join(f"{rule} ({n} rows, the first is row {first})" for rule, n, first in worst)
    msg = (
        f"Source '{row['source']}', file {row['file']}: {aside} of {total} rows were set aside, which is more than "
        f"max_quarantine = {max_quarantine:g} allows: {why}."
    )
    raise ContractError(msg, "Mend its description in sources.yaml, or raise max_quarantine in params.yaml.")


def rule_counts(sources: Sequence[Source], noted: pl.DataFrame) -> pl.DataFrame:
    """Count the raw rows that each rule touched, by source.

    Args:
        sources: The delivery.
        noted: Columns _source, _row, rule: broken rules and recodes.

    Returns:
        A frame of the contract `RuleCounts`.
    """
    counts = noted.group_by("_source", "rule").agg(pl.col("_row").n_unique().alias("rows")).sort("_source", "rule")
    return pl.DataFrame(
        [
            (sources[position].name, rule, rule_of(rule).kind, rule_of(rule).reason, rows)
            for position, rule, rows in counts.iter_rows()
        ],
        schema={name: column.dtype for name, column in RuleCounts.columns().items()},
        orient="row",
    )


def ledger_frame(rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    """Return the rows of the ledger as a frame of the contract `Ledger`."""
    return pl.DataFrame(rows, schema={name: column.dtype for name, column in Ledger.columns().items()})


def item_counts(tables: Mapping[str, pl.DataFrame], instruments: Mapping[str, Instrument]) -> pl.DataFrame:
    """Count answers and blanks of every item by wave and region, over all informants.

    Args:
        tables: Clean tables; answers take their region from the respondents.
        instruments: Codebooks by key.

    Returns:
        A frame of the contract `ItemCounts`, ordered by its key.
    """
    schema = pl.Schema({name: column.dtype for name, column in ItemCounts.columns().items()})
    parts = [pl.DataFrame(schema=schema)]
    regions = tables["respondents"].select("respondent", "wave", "region")
    for key, instrument in instruments.items():
        answers = tables.get(PREFIX + key)
        if answers is None:
            continue
        long = answers.join(regions, on=["respondent", "wave"]).unpivot(
            instrument.item_columns, index=["wave", "region"], variable_name="item", value_name="answer"
        )
        counts = long.group_by("wave", "region", "item").agg(n=pl.len(), n_missing=pl.col("answer").null_count())
        number = pl.col("item").str.strip_prefix(f"{key}_").cast(pl.Int32)
        parts.append(counts.with_columns(number, instrument=pl.lit(key)).select(schema.names()).cast(schema))
    return pl.concat(parts).sort("instrument", "wave", "region", "item")
