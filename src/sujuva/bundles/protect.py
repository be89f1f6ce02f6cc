"""What may leave a region: blocks of moments that tell of few persons, families or organisations stay there.

A bundle holds exact sums, so nothing is rounded, and what sums would give back must stay, too. So rows are withheld in
blocks: all groups of a kind at a place (wave, scale, informant), in every table that tells of them, as soon as one of
them, or a difference between numbers that leave, is of 1 to the threshold less 1 persons. docs/disclosure.md says what
that costs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from sujuva.bundles.answers import grids_of_scales, hide_bins, hide_items, hide_pinned, hide_unit_sizes
from sujuva.bundles.blocks import BLOCK, blocks_of
from sujuva.bundles.changes import hide_changes
from sujuva.bundles.contents import WITHHELD, WITHHELD_KEY, Contents
from sujuva.bundles.domains import Kind, below, counted, hide_domains, hide_pairs, missing_places
from sujuva.bundles.followed import TOGETHER, hide_followed
from sujuva.bundles.forms import hide_books
from sujuva.bundles.practice import (
    hide_areas,
    hide_coders,
    hide_families,
    hide_municipalities,
    hide_noticed,
    hide_organisations,
    hide_rows,
    hide_said,
    hide_talks,
)
from sujuva.bundles.small import Block, Hidden, Thresholds, blocks_in
from sujuva.bundles.strata import design_of, joined
from sujuva.codebooks import Instrument, load_instruments
from sujuva.codebooks.regions import NETWORK
from sujuva.errors import DisclosureError
from sujuva.moments import record_of, require_recorded
from sujuva.tidy import ALL, ALL_YEARS

PARTIAL = ("few_missing", "strata_joined")
"""Reasons for which no row stays: only the numbers of missing answers, or the strata, of the block do not leave."""
_MISSING = ("scores", "items", "municipality_scores", "partner_scores", "partner_items")
"""Tables with numbers of missing answers: of the same persons, so they leave together."""
_ADDED_OVER_YEARS = (
    "durations", "case_tallies", "handovers", "handover_families", "referrals", "participation", "observations",
)  # fmt: skip
"""Tables whose years indicators add up."""
_OF_PARTNERS = Kind(clusters="organisations")


def protected(
    contents: Contents,
    privacy: Thresholds,
    *,
    instruments: Mapping[str, Instrument] | None = None,
    earlier: Sequence[Contents] = (),
) -> Contents:
    """Return what may leave a region, and the list of what stays there.

    Args:
        contents: The region's own moments, exact, and its ledger; nothing may be withheld yet.
        privacy: The rules of disclosure control (`sujuva.publish.Privacy`).
        instruments: The codebooks; None: the project's.
        earlier: What each bundle that the region has sent so far told, the oldest first; this one corrects the last.
            Whoever has kept the first holds this one beside it, too.

    Returns:
        The tables without the blocks that stay, and `withheld`: a row a block and table. Of a block with a reason of
        `PARTIAL` the rows leave, without their numbers of missing answers (null), or with the strata joined to one.

    Raises:
        ContractError: A table or a column is not known.
        DisclosureError: The rows are not of one region alone, or something was withheld before.
    """
    region = _require_own(contents)
    known = load_instruments() if instruments is None else instruments
    tables = dict(contents.moments)
    least = privacy.threshold
    notes: list[pl.DataFrame] = []
    _join_small_strata(tables, notes, privacy)
    hidden = Hidden()
    missing = _hide_coping(hidden, tables, privacy, known)
    missing |= _hide_partners(hidden, tables, privacy, known)
    for place, groups in (("lp", Kind(bands=False, clusters="children")), ("feedback", Kind(bands=False))):
        hide_domains(hidden, place, tables[place], privacy, groups)
    hide_talks(hidden, tables, least)
    hide_families(hidden, tables, least)
    hide_said(hidden, tables["said"], least)
    hide_noticed(hidden, tables, least)
    hide_organisations(hidden, tables, privacy)
    hide_areas(hidden, tables, least)
    hide_rows(hidden, tables, least)
    hide_coders(hidden, tables)
    hide_books(hidden, contents.ledger, missing, least)
    _in_every_year(hidden, tables)
    for sent in earlier:
        leaving = {name: _left(name, table, hidden) for name, table in tables.items()}
        hide_changes(hidden, leaving, sent.moments, least)
        for prefix in ("", "partner_"):
            below(hidden, f"{prefix}scores", tables[f"{prefix}scores"], bands=True)
            _follow_scores(hidden, tables, prefix)
    notes += _without_missing(tables, missing)
    notes += _withheld(hidden, {**tables, **_of_ledger(contents.ledger)})
    found = pl.concat(notes).with_columns(region=pl.lit(region)).select(WITHHELD.names()).cast(WITHHELD)
    return replace(
        contents,
        moments={name: _left(name, table, hidden) for name, table in tables.items()},
        ledger={name: _left(f"ledger/{name}", table, hidden) for name, table in contents.ledger.items()},
        withheld=found.sort(WITHHELD_KEY),
    )


def taken_away(name: str, withheld: pl.DataFrame) -> pl.DataFrame:
    """Return what a list of `WITHHELD` tells of a table whose rows stay: not only their numbers of missing answers."""
    return withheld.filter(pl.col("table") == name, ~pl.col("reason").is_in(PARTIAL))


def without_withheld(name: str, rows: pl.DataFrame, withheld: pl.DataFrame) -> pl.DataFrame:
    """Return rows without those of blocks that some region withheld: the network's would lack that region's persons.

    Args:
        name: The table of moments.
        rows: Its rows, of the network.
        withheld: The lists of all regions.
    """
    gone = taken_away(name, withheld).select(BLOCK).unique()
    return _without(name, rows, gone)


def _require_own(contents: Contents) -> str:
    require_recorded(contents.moments)
    regions = {one for table in contents.moments.values() if "region" in table for one in table["region"].unique()}
    if len(regions) != 1 or NETWORK in regions:
        msg = f"A bundle is of one region: these moments are of {', '.join(sorted(regions)) or 'none'}."
        raise DisclosureError(msg, "Take the rows of one region, without those of the network.")
    if contents.withheld.height:
        msg = "Some of these moments were withheld before: differences to what stayed cannot be looked at."
        raise DisclosureError(msg, "Protect the region's own moments, as its stage moments made them.")
    for name, table in contents.ledger.items():
        blocks_of(f"ledger/{name}", table)
    for name, table in contents.moments.items():
        blocks_of(name, table)
    return str(regions.pop())


def _of_ledger(ledger: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    return {f"ledger/{name}": table for name, table in ledger.items()}


def _join_small_strata(tables: dict[str, pl.DataFrame], notes: list[pl.DataFrame], privacy: Thresholds) -> None:
    """Join the strata of scales of which everybody may be told in the region, and not in each stratum.

    The bands of a scale are joined together, and the tables of those who were followed together.
    """
    own, whole_region = Hidden(), Hidden()
    everything = {name: _joined_all(name, tables[name]) for name in ("scores", "pairs", *TOGETHER)}
    for hidden, these in ((own, tables), (whole_region, everything)):
        hide_domains(hidden, "scores", these["scores"], privacy, Kind())
        hide_pairs(hidden, these["scores"], these["pairs"], privacy.threshold)
        hide_followed(hidden, these, these["scores"], privacy.threshold)
    for names, sign in ((("scores", "pairs"), "scores"), (TOGETHER, "paired")):
        rescued = set(own.of(sign)) - set(whole_region.of(sign))
        units = {(one[2], _unit(one[1])) for one in rescued if one[3] in (ALL, "")}
        some = tables[sign].select("informant", "scale").unique()
        some = some.filter(pl.Series([one in units for one in _units(some)], dtype=pl.Boolean))
        if some.height:
            for name in names:
                notes.append(
                    _noted(name, tables[name].join(some, on=["informant", "scale"], how="semi"), "strata_joined")
                )
                tables[name] = _joined(name, tables[name], some)


def _unit(scale: str) -> str:
    base, _, band = scale.partition(".")
    return f"{base}." if band else base


def _units(some: pl.DataFrame) -> list[tuple[str, str]]:
    return [(informant, _unit(scale)) for informant, scale in some.iter_rows()]


def _joined(name: str, table: pl.DataFrame, some: pl.DataFrame) -> pl.DataFrame:
    return joined(name, table, some, record_of(name).key, design_of(name, table)) if some.height else table


def _joined_all(name: str, table: pl.DataFrame) -> pl.DataFrame:
    return _joined(name, table, table.select("informant", "scale").unique())


def _hide_coping(
    hidden: Hidden, tables: Mapping[str, pl.DataFrame], privacy: Thresholds, instruments: Mapping[str, Instrument]
) -> set[tuple[int, str]]:
    """Find blocks of the questionnaires of respondents; return where numbers of missing answers do not leave."""
    least, scores = privacy.threshold, tables["scores"]
    hide_domains(hidden, "scores", scores, privacy, Kind())
    hide_pairs(hidden, scores, tables["pairs"], least)
    below(hidden, "scores", scores, bands=True)
    hide_pinned(hidden, "scores", scores, grids_of_scales(instruments), least)
    below(hidden, "scores", scores, bands=True)
    hide_bins(hidden, "distributions", tables["distributions"], least)
    hide_unit_sizes(hidden, "unit_sizes", tables["unit_sizes"], least)
    hide_items(hidden, "", tables, instruments, least)
    hide_followed(hidden, tables, _left("scores", scores, hidden), least)
    if "municipality_scores" in tables:
        hide_domains(hidden, "municipality_scores", tables["municipality_scores"], privacy, Kind(bands=False))
    hide_municipalities(hidden, tables, _left("scores", scores, hidden), least)
    _follow_scores(hidden, tables, "")
    missing = missing_places(counted(scores, Kind()), least) | _missing_items(tables["items"], least)
    if "municipality_scores" in tables:
        missing |= missing_places(counted(tables["municipality_scores"], Kind(bands=False)), least)
    # All years together are the sum of them.
    return missing | {(ALL_YEARS, informant) for _, informant in missing}


def _hide_partners(
    hidden: Hidden, tables: Mapping[str, pl.DataFrame], privacy: Thresholds, instruments: Mapping[str, Instrument]
) -> set[tuple[int, str]]:
    scores = tables["partner_scores"]
    hide_domains(hidden, "partner_scores", scores, privacy, _OF_PARTNERS)
    hide_bins(hidden, "partner_distributions", tables["partner_distributions"], privacy.threshold)
    hide_unit_sizes(hidden, "partner_unit_sizes", tables["partner_unit_sizes"], privacy.threshold)
    hide_items(hidden, "partner_", tables, instruments, privacy.threshold)
    _follow_scores(hidden, tables, "partner_")
    own = missing_places(counted(scores, _OF_PARTNERS), privacy.threshold)
    return own | _missing_items(tables["partner_items"], privacy.threshold)


def _missing_items(items: pl.DataFrame, least: int) -> set[tuple[int, str]]:
    some = items.filter(pl.col("n_missing").is_between(1, least - 1))
    return set(some.select("wave", "informant").unique().rows())


def _follow_scores(hidden: Hidden, tables: Mapping[str, pl.DataFrame], prefix: str) -> None:
    """Hide in all tables of a questionnaire what tells of a block of scores that stays."""
    lost = hidden.of(f"{prefix}scores")
    for name in ("distributions", "unit_sizes", "products", *TOGETHER):
        table = f"{prefix}{name}"
        if table in tables:
            every = blocks_in(table, tables[table])
            hidden.hide(table, [one for one in every if _told_by(one, lost)], "below")


def _told_by(block: Block, lost: Mapping[Block, str]) -> bool:
    wave, scale, informant, group = block
    return (wave, scale, informant, group or ALL) in lost or (wave, scale, informant, ALL) in lost


def _without_missing(tables: dict[str, pl.DataFrame], missing: set[tuple[int, str]]) -> list[pl.DataFrame]:
    """Take the numbers of missing answers out of the rows of some waves and informants, and note where."""
    places = [f"{wave} {informant}" for wave, informant in sorted(missing)]
    there = pl.format("{} {}", "wave", "informant").is_in(places)
    notes = []
    for name in (one for one in _MISSING if one in tables):
        notes.append(_noted(name, tables[name].filter(there), "few_missing"))
        told = pl.when(~there).then("n_missing").alias("n_missing")
        tables[name] = tables[name].with_columns(told)
    return notes


def _in_every_year(hidden: Hidden, tables: Mapping[str, pl.DataFrame]) -> None:
    """Hide a block of what is added up over years in all of them: all years together would lack one, unseen."""
    for name in _ADDED_OVER_YEARS:
        lost = {block[1:]: reason for block, reason in hidden.of(name).items()}
        for block in blocks_in(name, tables[name]) if lost else []:
            if block[1:] in lost:
                hidden.hide(name, [block], lost[block[1:]])


def _noted(name: str, rows: pl.DataFrame, reason: str) -> pl.DataFrame:
    blocks = blocks_of(name, rows).group_by(BLOCK).agg(rows=pl.len().cast(pl.Int64))
    return blocks.select(pl.lit(name).alias("table"), *BLOCK, pl.lit(reason).alias("reason"), "rows")


def _withheld(hidden: Hidden, tables: Mapping[str, pl.DataFrame]) -> list[pl.DataFrame]:
    """Return of each table the blocks that stay, with their reasons and how many rows they have."""
    found = []
    schema = {"wave": pl.Int32, "scale": pl.String, "informant": pl.String, "group": pl.String, "reason": pl.String}
    for name, table in tables.items():
        lost = hidden.of("scores" if name == "pairs" else name)
        if not lost:
            continue
        reasons = pl.DataFrame([(*one, why) for one, why in lost.items()], schema=schema, orient="row")
        # A pair of waves or groups is of two blocks, and stays with either.
        blocks = [blocks_of(name, table, other=other) for other in _sides(name)]
        counts = pl.concat(blocks).group_by(BLOCK).agg(rows=pl.len().cast(pl.Int64))
        both = counts.join(reasons, on=BLOCK)
        found.append(both.select(pl.lit(name).alias("table"), *BLOCK, "reason", "rows"))
    return found


def _sides(name: str) -> tuple[bool, ...]:
    return (False, True) if name == "pairs" else (False,)


def _left(name: str, table: pl.DataFrame, hidden: Hidden) -> pl.DataFrame:
    lost = hidden.of("scores" if name == "pairs" else name)
    gone = pl.DataFrame(list(lost), schema=dict.fromkeys(BLOCK, pl.String) | {"wave": pl.Int32}, orient="row")
    return _without(name, table, gone)


def _without(name: str, rows: pl.DataFrame, gone: pl.DataFrame) -> pl.DataFrame:
    """Return rows of no block of `gone`; of two blocks that a pair is of, neither may be."""
    if gone.is_empty():
        return rows
    kept = pl.lit(value=True)
    for other in _sides(name):
        blocks = blocks_of(name, rows, other=other).with_row_index("row")
        left = blocks.join(gone, on=BLOCK, how="anti")["row"]
        kept &= pl.int_range(pl.len()).is_in(left.cast(pl.Int64).implode())
    return rows.filter(kept)
