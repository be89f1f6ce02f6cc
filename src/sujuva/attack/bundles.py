"""An intruder who holds the bundle of a region, or two of them: what small counts its exact sums tell.

It knows the records of the tables (`sujuva.moments.RECORDS`) and the codebooks, and nothing of how bundles are
protected. Sums are exact, so most of what can be learned is a difference; what single scores can be is an integer
programme of their number, sum and sum of squares.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from sujuva.attack.finding import Finding
from sujuva.attack.moments import State, counted
from sujuva.attack.shown import Grid
from sujuva.codebooks import UNITS_OF_PERSONS, Instrument
from sujuva.moments import RECORDS
from sujuva.tidy import ALL, ALL_YEARS

Tables = Mapping[str, pl.DataFrame]
_OF_NOBODY = ("rubric",)
"""How far a region's own work has come: the indicators that are made of it count nobody."""
_THIN = 12
"""Of so few persons every score is tried."""
_DOMAIN = ("wave", "informant", "scale")
_BINARY_TOP = 1


def attack_bundle(
    tables: Tables, ledger: Tables, instruments: Mapping[str, Instrument], threshold: int
) -> list[Finding]:
    """Return the small counts that a bundle tells: of 1 to `threshold` − 1 persons, families or organisations.

    Args:
        tables: Its tables of moments.
        ledger: Its tables of the ledger.
        instruments: The codebooks.
        threshold: The threshold of persons.
    """
    found: list[Finding] = []
    for name, key, what, value, path in (
        *_cells(tables),
        *_rests(tables),
        *_sides(tables),
        *_followed(tables),
        *_missing(tables, ledger),
        *_books(ledger),
        *_families(tables),
        *_clusters(tables),
        *_answers(tables, instruments),
    ):
        if 0 < value < threshold:
            found.append(Finding("bundle", name, key, what, value, value, path))
    return [*found, *_moments(tables, instruments, threshold)]


def attack_successive(before: Tables, after: Tables, threshold: int) -> list[Finding]:
    """Return of how few persons a number changed, from one bundle of a region to the next."""
    found = []
    for name, record in RECORDS.items():
        if record.of in UNITS_OF_PERSONS and name in before and name in after and name not in _OF_NOBODY:
            for drop in ((), ("stratum",)) if "stratum" in record.key else ((),):
                key = [one for one in record.key if one not in drop]
                old, new = (one[name].group_by(key).agg(pl.col(record.counts).sum()) for one in (before, after))
                both = new.join(old, on=key, suffix="_before", nulls_equal=True)
                for count in record.counts:
                    change = (pl.col(count) - pl.col(f"{count}_before")).abs()
                    few = both.filter((change > 0) & (change < threshold)).with_columns(_change=change)
                    for row in few.iter_rows(named=True):
                        at = {one: row[one] for one in key}
                        size = row["_change"]
                        found.append(Finding("bundles", name, at, f"{count} since", size, size, "two bundles"))
    return found


Told = tuple[str, dict[str, Any], str, int, str]


def _cells(tables: Tables) -> Iterator[Told]:
    """Every count as it stands."""
    for name, table in tables.items():
        record = RECORDS[name]
        if record.of in UNITS_OF_PERSONS and name not in _OF_NOBODY:
            for count in record.counts:
                if count != "units":
                    for row in table.filter(pl.col(count).is_not_null()).iter_rows(named=True):
                        yield name, {one: row[one] for one in record.key}, count, row[count], "as it stands"


def _of_scores(tables: Tables) -> Iterator[tuple[str, pl.DataFrame]]:
    """Scores with `yes` where all are 0 or 1, by stratum and of the region."""
    for name in ("scores", "partner_scores", "lp", "feedback", "municipality_scores"):
        if name in tables and tables[name].height:
            unit = pl.lit(10, pl.Int128).pow(pl.col("decimals"))
            y, yy = pl.col("y").cast(pl.Int128), pl.col("yy").cast(pl.Int128)
            rows = tables[name].with_columns(
                _binary=(yy == y * unit).all().over("scale"), yes=(y // unit).cast(pl.Int64)
            )
            yield name, rows
            region = rows.group_by(*_DOMAIN, "group", "_binary").agg(pl.col("n", "yes").sum())
            yield name, region.with_columns(stratum=pl.lit(""))


def _rests(tables: Tables) -> Iterator[Told]:
    """Who is in no group of a kind: of scores, bins, tallies and days."""
    for name, rows in _of_scores(tables):
        yield from _rest(name, rows, [*_DOMAIN, "stratum"], "n")
        binary = rows.filter("_binary")
        yield from _rest(name, binary, [*_DOMAIN, "stratum"], "yes")
        yield from _rest(name, binary.with_columns(no=pl.col("n") - pl.col("yes")), [*_DOMAIN, "stratum"], "no")
    others = {
        "distributions": ([*_DOMAIN, "score"], "n"),
        "partner_distributions": ([*_DOMAIN, "score"], "n"),
        "case_tallies": (["measure", "category", "wave", "total", "size"], "families"),
        "durations": (["measure", "wave", "seconds", "days", "workdays"], "n"),
        "said": (["indicator", "scale", "category", "wave"], "heads"),
    }
    for name, (key, count) in others.items():
        yield from _rest(name, tables[name], key, count)
    yield from _rest("said", tables["said"], others["said"][0], "n")


def _rest(name: str, rows: pl.DataFrame, key: list[str], count: str) -> Iterator[Told]:
    kind = pl.col("group").str.split(":").list.first()
    everybody = rows.filter(pl.col("group") == ALL).select(*key, _all=count)
    known = rows.filter(pl.col("group") != ALL).group_by(*key, kind=kind).agg(pl.col(count).sum())
    for row in known.join(everybody, on=key, nulls_equal=True).iter_rows(named=True):
        at = {one: row[one] for one in (*key, "kind")}
        yield name, at, f"{count} of no group", row["_all"] - row[count], "everybody less groups"


def _sides(tables: Tables) -> Iterator[Told]:
    """Both sides of shares, by stratum and of the region."""
    for name, rows in _of_scores(tables):
        for row in rows.filter("_binary").iter_rows(named=True):
            at = {one: row[one] for one in (*_DOMAIN, "group", "stratum")}
            yield name, at, "yes", row["yes"], "sums of 0 and 1"
            yield name, at, "no", row["n"] - row["yes"], "sums of 0 and 1"
    for row in tables["said"].iter_rows(named=True):
        at = {one: row[one] for one in RECORDS["said"].key}
        yield "said", at, "silent", row["n"] - row["heads"], "all less those who spoke"
    for row in tables["lp_children"].iter_rows(named=True):
        at = {one: row[one] for one in RECORDS["lp_children"].key}
        for side in ("heads", "other_heads"):
            yield "lp_children", at, f"not {side}", row["n"] - row[side], "all less one side"


def _followed(tables: Tables) -> Iterator[Told]:
    scores = tables["scores"].filter(pl.col("group") == ALL)
    for strata in ([], ["stratum"]):
        place = ["informant", "scale", *strata]
        here = scores.group_by(*place, "wave").agg(_all=pl.col("n").sum())
        paired = tables["paired"].group_by(*place, "from_wave", "wave").agg(pl.col("n", "y1", "y2").sum())
        for wave, what in (("wave", "new"), ("from_wave", "lost")):
            for row in paired.join(here.rename({"wave": wave}), on=[*place, wave]).iter_rows(named=True):
                at = {one: row[one] for one in (*place, "from_wave", "wave")}
                yield "paired", at, what, row["_all"] - row["n"], "scores less those followed"
    for row in (
        tables["paired"]
        .filter(
            ((pl.col("y1y1") == pl.col("y1")) & (pl.col("y2y2") == pl.col("y2"))).all().over("scale"),
            pl.col("decimals") == 0,
        )
        .iter_rows(named=True)
    ):
        both, n = int(row["y1y2"]), row["n"]
        at = {one: row[one] for one in RECORDS["paired"].key}
        for what, value in (
            ("yes twice", both),
            ("yes then no", row["y1"] - both),
            ("no then yes", row["y2"] - both),
            ("no twice", n - row["y1"] - row["y2"] + both),
        ):
            yield "paired", at, what, value, "products of 0 and 1"


def _missing(tables: Tables, ledger: Tables) -> Iterator[Told]:
    """Who was asked is the same for all scales of an informant: where one tells it, all do."""
    for prefix in ("", "partner_"):
        scores = tables[f"{prefix}scores"].filter(pl.col("group") == ALL)
        region = scores.group_by(_DOMAIN).agg(
            pl.col("n").sum(), pl.when(pl.col("n_missing").null_count() == 0).then(pl.col("n_missing").sum())
        )
        for (wave, informant), rows in region.group_by("wave", "informant"):
            for asked in {n + gone for n, gone in rows.select("n", "n_missing").iter_rows() if gone is not None}:
                for scale, n in rows.select("scale", "n").iter_rows():
                    at = {"wave": wave, "informant": informant, "scale": scale}
                    yield f"{prefix}scores", at, "missing", asked - n, "asked less scores"
            forms = ledger["response"].filter(wave=wave, informant=informant)
            for instrument, answered in forms.select("instrument", "n_answered").iter_rows():
                for scale, n in (
                    rows.filter(pl.col("scale").str.starts_with(instrument)).select("scale", "n").iter_rows()
                ):
                    at = {"wave": wave, "informant": informant, "scale": scale}
                    yield "ledger/response", at, "missing", answered - n, "forms less scores"


def _books(ledger: Tables) -> Iterator[Told]:
    for name, columns in (("ledger", ["rows_quarantined"]), ("rules", ["rows"]), ("items", ["n", "n_missing"])):
        for row in ledger[name].iter_rows(named=True):
            for column in columns:
                yield (
                    f"ledger/{name}",
                    {"source": row.get("source", row.get("item"))},
                    column,
                    row[column],
                    "as it stands",
                )
    for row in ledger["response"].iter_rows(named=True):
        at = {one: row[one] for one in ("instrument", "informant", "wave")}
        yield "ledger/response", at, "silent", row["n_respondents"] - row["n_answered"], "asked less forms"


def _families(tables: Tables) -> Iterator[Told]:
    """Families beside a measure, and cases outside of all years."""
    cases = dict(tables["events"].select("wave", "cases").iter_rows())
    years = sum(count for wave, count in cases.items() if wave != ALL_YEARS)
    if ALL_YEARS in cases:
        yield "events", {"wave": ALL_YEARS}, "other years", cases[ALL_YEARS] - years, "all less years"
    tallies = tables["case_tallies"].filter(pl.col("group") == ALL)
    measured = tallies.group_by("wave", "measure", "category").agg(pl.col("families").sum())
    for wave, measure, category, families in measured.iter_rows():
        at = {"wave": wave, "measure": measure, "category": category}
        yield "case_tallies", at, "not measured", cases.get(wave, 0) - families, "cases less families"


def _clusters(tables: Tables) -> Iterator[Told]:
    """Units with few members, or one that surely has a single one; and pairs, where weights are alike."""
    for name in ("unit_sizes", "partner_unit_sizes"):
        for row in tables[name].iter_rows(named=True):
            at = {one: row[one] for one in RECORDS[name].key}
            yield name, at, "members of a unit", row["size"], "as it stands"
    for name in ("scores", "partner_scores"):
        for row in tables[name].filter(pl.col("n") > 0, pl.col("n") < 2 * pl.col("clusters")).iter_rows(named=True):
            yield name, {one: row[one] for one in RECORDS[name].key}, "members of a unit", 1, "fewer than two a unit"
    scores = tables["scores"].filter(pl.col("n") > 0)
    weights = (scores["w"].cast(pl.Int128) // scores["n"]).unique()
    even = (scores["w"].cast(pl.Int128) == weights[0] * scores["n"]).all() if len(weights) == 1 else False
    if even:
        known = scores.select("stratum", "informant", "scale", "wave", "group", "n")
        for row in (
            tables["pairs"].join(known, on=["stratum", "informant", "scale", "wave", "group"]).iter_rows(named=True)
        ):
            at = {one: row[one] for one in RECORDS["pairs"].key}
            shared = int(row["w"]) // weights[0]
            yield "pairs", at, "in shared units", shared, "equal weights"
            yield "pairs", at, "in other units", row["n"] - shared, "equal weights"


def _answers(tables: Tables, instruments: Mapping[str, Instrument]) -> Iterator[Told]:
    """Of three answers the sums tell how many gave each; of two items, who is apart from an end in both."""
    ends = {name: span for one in instruments.values() if not one.recode for name, span in one.item_responses.items()}
    for name in ("items", "partner_items"):
        for row in tables[name].iter_rows(named=True):
            low, high = ends.get(row["item"], (0, 99))
            if high - low == 2:  # noqa: PLR2004 - three answers
                n, total = row["n"], row["sum"] - low * row["n"]
                squares = row["sumsq"] - 2 * low * row["sum"] + low * low * n
                twos = (squares - total) // 2
                at = {one: row[one] for one in RECORDS[name].key}
                for what, value in (("highest", twos), ("middle", total - 2 * twos), ("lowest", n - total + twos)):
                    yield name, at, what, value, "sums of three answers"


def _moments(tables: Tables, instruments: Mapping[str, Instrument], threshold: int) -> Iterator[Finding]:
    """Whole scores: where persons are few, or their scores so near to one another that some must be there."""
    scales = {one.key: one for each in instruments.values() for one in each.scales if one.decimals == 0}
    rows = tables["scores"].filter(pl.col("n") > 0, pl.col("scale").is_in(list(scales)))
    whole = pl.col("y", "yy").cast(pl.Int128)
    region = rows.with_columns(whole).group_by(*_DOMAIN, "group").agg(pl.col("n", "y", "yy").sum())
    for part in (rows.with_columns(whole), region.with_columns(stratum=pl.lit(""))):
        for row in part.iter_rows(named=True):
            scale = scales[row["scale"]]
            grid = Grid(*scale.range, scale.multiply)
            if grid.top <= _BINARY_TOP:
                continue
            n, low, step = row["n"], grid.low, grid.step
            total = (row["y"] - n * low) // step
            squares = (row["yy"] - 2 * low * row["y"] + n * low * low) // step**2
            for score in range(grid.top + 1):
                near = squares - 2 * score * total + n * score * score < n
                away = min(total, n * grid.top - total)  # of all from the nearer end, in steps
                if n > _THIN and not near and away >= threshold:
                    continue
                span = counted(grid, [State(n, total, (squares, squares), free=False)], frozenset({score}), threshold)
                if span is not None and span[0] >= 1 and span[1] < threshold:
                    at = {one: row[one] for one in (*_DOMAIN, "group", "stratum")}
                    yield Finding("bundle", "scores", at, f"persons at {score}", *span, "number, sum and squares")
