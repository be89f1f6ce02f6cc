"""Discussions, families, what was said and noticed, organisations: which blocks tell of few of whom they are about."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sujuva.bundles.answers import hide_small
from sujuva.bundles.small import Block, Hidden, Thresholds, any_few, blocks_in, few, kinds_of_groups
from sujuva.codebooks import load_relations, relation_of
from sujuva.tidy import ALL, ALL_YEARS

Tables = Mapping[str, pl.DataFrame]


def hide_talks(hidden: Hidden, tables: Tables, least: int) -> None:
    """Find what tells of few children: discussions, topics, and what became of them.

    A child may stand on both sides of a share of topics, so all four differences count. Parts of one whole (at home, at
    school …) and what lies inside it (a plan within a vulnerability) have numbers that subtract: where two differ by
    few the smaller stays here. All shares of an indicator go together, since some make up one.
    """
    n, heads, others = pl.col("n"), pl.col("heads"), pl.col("other_heads")
    children = tables["lp_children"]
    hide_small(hidden, "lp_children", children, least, n, heads, others, n - heads, n - others)
    _hide_nested(hidden, children, least)
    for table, other in (("lp_children", "lp"), ("lp", "lp_children"), ("lp_children", "lp")):
        lost = {(wave, scale.split(".")[0]) for wave, scale, _, _ in hidden.of(table)}
        for name in (table, other):
            every = blocks_in(name, tables[name])
            hidden.hide(name, [one for one in every if (one[0], one[1].split(".")[0]) in lost], "below")
    talks, first, all_of = (pl.col(name) for name in ("talks", "first", "children"))
    hide_small(hidden, "lp_talks", tables["lp_talks"], least, talks, first, all_of, talks - first, all_of - first)
    for name in ("lp_topics", "lp_transitions"):
        hide_small(hidden, name, tables[name], least, "n")
    hide_small(hidden, "lp_changes", tables["lp_changes"], least, "children", "b", "c")


def _hide_nested(hidden: Hidden, children: pl.DataFrame, least: int) -> None:
    lost = hidden.of("lp_children")
    for (wave,), rows in children.sort("n", descending=True).group_by("wave", maintain_order=True):
        told: list[int] = []
        for scale, n in rows.select("scale", "n").iter_rows():
            block: Block = (int(str(wave)), scale, "", "")
            if block in lost:
                continue
            if any(0 < one - n < least for one in told):
                hidden.hide("lp_children", [block], "small_rest")
            else:
                told.append(n)


def hide_families(hidden: Hidden, tables: Tables, least: int) -> None:
    """Find what tells of few families: a bin of days or counts, a number, what is left of all families beside it."""
    for name, counts in (("durations", "n"), ("case_tallies", "families")):
        table = tables[name]
        hide_small(hidden, name, table, least, counts)
        _hide_rest(hidden, name, table, counts, least)
    either, both, families = pl.col("either"), pl.col("both"), pl.col("families")
    hide_small(hidden, "service_pairs", tables["service_pairs"], least, either, both, either - both)
    for name in ("referrals", "handovers"):
        hide_small(hidden, name, tables[name], least, "n", "families")
    between, within = pl.col("between"), pl.col("within")
    sides = (families, between, within, families - between, families - within)
    hide_small(hidden, "handover_families", tables["handover_families"], least, *sides)
    events = tables["events"]
    hide_small(hidden, "events", events, least, "cases")
    years = events.filter(pl.col("wave") != ALL_YEARS)["cases"].sum()
    together = events.filter(pl.col("wave") == ALL_YEARS)
    hidden.rows("events", together, {"small_rest": few(pl.col("cases") - years, least)})
    if any(wave != ALL_YEARS for wave, *_ in hidden.of("events")):
        hidden.hide("events", blocks_in("events", together), "below")
    # Of a measure that fewer families have than there are, the others count, too.
    cases = events.select("wave", _cases="cases")
    for name, counts in (("case_tallies", "families"), ("durations", "n")):
        everybody = tables[name].filter(pl.col("group") == ALL)
        measured = everybody.group_by("wave", "group", *_measure(everybody)).agg(pl.col(counts).sum())
        beside = measured.join(cases, on="wave")
        hidden.rows(name, beside, {"small_rest": few(pl.col("_cases") - pl.col(counts), least)})
        _below_everybody(hidden, name, tables[name])
    met = pl.col("met")
    delays = tables["municipality_delays"]
    hide_small(hidden, "municipality_delays", delays, least, met, families, families - met)
    of_all = int(together["cases"].sum()) - int(delays["families"].sum())
    if 0 < of_all < least:
        hidden.hide("municipality_delays", blocks_in("municipality_delays", delays), "small_rest")


def _measure(table: pl.DataFrame) -> list[str]:
    return [name for name in ("measure", "category") if name in table.columns]


def _hide_rest(hidden: Hidden, name: str, table: pl.DataFrame, counts: str, least: int) -> None:
    """Of everybody's rows, those in no group of a kind, row by row and together."""
    row = [one for one in table.columns if one not in {counts, "group", "region"}]
    kind = pl.col("group").str.split(":").list.first()
    for group in kinds_of_groups(table):
        known = table.filter(kind == group)
        for by in (row, ["wave", *_measure(table)]):
            parts = known.group_by(by).agg(_known=pl.col(counts).sum())
            everybody = table.filter(pl.col("group") == ALL).group_by(by).agg(pl.col(counts).sum())
            beside = everybody.join(parts, on=by, how="left", nulls_equal=True).with_columns(group=pl.lit(group))
            beside = beside.join(known.select("wave", "measure").unique(), on=["wave", "measure"], how="semi")
            left = pl.col(counts) - pl.col("_known").fill_null(0)
            hidden.rows(name, beside, {"small_rest": few(left, least)})


def _below_everybody(hidden: Hidden, name: str, table: pl.DataFrame) -> None:
    lost = {block[:3] for block in hidden.of(name) if block[3] == ALL}
    hidden.hide(name, [one for one in blocks_in(name, table) if one[:3] in lost], "below")


def hide_said(hidden: Hidden, said: pl.DataFrame, least: int) -> None:
    """Find themes that few persons speak of, or few do not; and what sectors and pairs of themes leave over."""
    n, heads = pl.col("n"), pl.col("heads")
    hide_small(hidden, "said", said, least, n, heads, n - heads)
    key = ["wave", "indicator", "scale", "category"]
    for kind in kinds_of_groups(said):
        parts = said.filter(pl.col("group").str.split(":").list.first() == kind)
        known = parts.group_by(key).agg(_n=n.sum(), _heads=heads.sum())
        beside = said.filter(pl.col("group") == ALL).join(known, on=key).with_columns(group=pl.lit(kind))
        rest, of_rest = n - pl.col("_n"), heads - pl.col("_heads")
        hidden.rows("said", beside, {"small_rest": any_few(least, rest, of_rest, rest - of_rest)})
    single = said.filter(pl.col("indicator") == "interview_theme").select("wave", "group", "scale", "heads")
    both = said.filter(pl.col("indicator") == "interview_together")
    four = both.join(single.rename({"heads": "_one"}), on=["wave", "group", "scale"], how="left").join(
        single.rename({"heads": "_two", "scale": "category"}), on=["wave", "group", "category"], how="left"
    )
    one, two = pl.col("_one") - heads, pl.col("_two") - heads
    hidden.rows("said", four, {"small_side": any_few(least, one, two, n - one - two - heads)})
    themes = [(wave, group) for wave, scale, _, group in hidden.of("said") if scale == "interview_theme"]
    hidden.hide("said", [(wave, "interview_together", "", group) for wave, group in themes], "below")
    _below_everybody(hidden, "said", said)
    present = set(blocks_in("said", said))
    hidden.blocks["said"] = {block: reason for block, reason in hidden.of("said").items() if block in present}


def hide_noticed(hidden: Hidden, tables: Tables, least: int) -> None:
    """Find what few persons noticed, took part in or learned, or few families got."""
    for name in ("observations", "participation"):
        hide_small(hidden, name, tables[name], least, "n")
    reach = tables["method_reach"]
    some = [pl.col(name).fill_null(0) for name in ("professionals", "families")]
    hide_small(hidden, "method_reach", reach, least, *some)
    together = tables["participation"].filter(pl.col("way") == "").select("wave", "participant_group", _all="n")
    ways = tables["participation"].filter(pl.col("way") != "").join(together, on=["wave", "participant_group"])
    hidden.rows("participation", ways, {"small_rest": few(pl.col("_all") - pl.col("n"), least)})


def hide_organisations(hidden: Hidden, tables: Tables, privacy: Thresholds) -> None:
    """Find what one organisation said of another, networks of few, and phenomena that few of them met about."""
    least, relations = privacy.organisation_threshold, load_relations()
    ties, attendance = tables["ties"], tables["attendance"]
    kinds = {name: relation_of(name, relations).kind for name in ties["relation"].unique().to_list()}
    ratings = [name for name, kind in kinds.items() if kind != "tie"]
    rated = pl.col("relation").is_in(ratings) & pl.lit(least > 1)
    hidden.rows("ties", ties, {"single_rating": rated})
    actors = tables["actors"]
    if 0 < actors["organisation"].n_unique() < least:
        for name in ("actors", "ties", "attendance"):
            hidden.hide(name, blocks_in(name, tables[name]), "few_organisations")
    met = pl.col("organisation").n_unique()
    rare = attendance.filter((met.over("phenomenon") < least) & pl.col("phenomenon").is_not_null())
    hidden.hide("attendance", blocks_in("attendance", rare), "few_organisations")


def hide_areas(hidden: Hidden, tables: Tables, least: int) -> None:
    """Find statistics with a small absolute number somewhere: all areas of it stay, since areas add up."""
    for name in ("area", "area_months"):
        table = tables[name]
        few_there = table.filter(few(pl.col("absolute").abs(), least).fill_null(value=False))["indicator"].unique()
        hidden.hide(name, blocks_in(name, table.filter(pl.col("indicator").is_in(few_there.implode()))), "small_count")


def hide_municipalities(hidden: Hidden, tables: Tables, scores: pl.DataFrame, least: int) -> None:
    """Find municipalities with few persons, or few of the region who are in none."""
    if "municipality_persons" not in tables:
        return
    persons, heads, others = (pl.col(name) for name in ("persons", "heads", "other_heads"))
    table = tables["municipality_persons"]
    told = (persons, heads, others, persons - heads, persons - others)
    hide_small(hidden, "municipality_persons", table, least, *told)
    by_scale = ["scale", "informant"]
    own = tables["municipality_scores"].group_by(by_scale).agg(pl.col("n").sum())
    everybody = scores.filter(pl.col("group") == ALL).group_by(by_scale).agg(_all=pl.col("n").sum())
    if own.join(everybody, on=by_scale).filter(few(pl.col("_all") - pl.col("n"), least)).height:
        hidden.hide(
            "municipality_scores", blocks_in("municipality_scores", tables["municipality_scores"]), "small_rest"
        )
    pair = ("municipality_persons", "municipality_scores")
    if any(hidden.of(name) for name in pair):
        for name in pair:
            hidden.hide(name, blocks_in(name, tables[name]), "below")


def hide_rows(hidden: Hidden, tables: Tables, least: int) -> None:
    """Find clean tables of which few rows, or rows of few persons, were used or left out."""
    hide_small(hidden, "rows", tables["rows"], least, "rows", "behind")


def hide_coders(hidden: Hidden, tables: Tables) -> None:
    """Coders are persons, and their names are pseudonyms: none of them leaves."""
    hidden.hide("coding_pairs", blocks_in("coding_pairs", tables["coding_pairs"]), "pseudonyms")
