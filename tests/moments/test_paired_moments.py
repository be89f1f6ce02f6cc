"""Moments of the same persons at two waves against sums made the slow way, and the laws that exactness gives."""

from itertools import combinations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from sujuva.errors import ContractError
from sujuva.moments import (
    ATTRITION,
    DIFFERENCES,
    DIFFERENCES_KEY,
    PAIRED,
    PAIRED_KEY,
    attrition_moments,
    paired_differences,
    paired_moments,
)

SCHEMA = {
    "respondent": pl.String, "wave": pl.Int32, "region": pl.String, "stratum": pl.String, "unit": pl.String,
    "informant": pl.String, "weight": pl.Int64, "score": pl.Int64,
}  # fmt: skip
VISIT = st.fixed_dictionaries(
    {
        "region": st.sampled_from(["oulu", "tampere"]),
        "stratum": st.sampled_from(["1", "2"]),
        "unit": st.sampled_from(["a", "b"]),
        "weight": st.integers(1, 10**9),
        "score": st.none() | st.integers(-40, 40),
    }
)
# Person to wave to what the register and the form say; everybody answers as themselves.
PEOPLE = st.dictionaries(
    st.sampled_from([f"p{number}" for number in range(12)]),
    st.dictionaries(st.sampled_from([2022, 2023, 2024]), VISIT, min_size=1),
    min_size=1,
)
FUNCTIONS = {paired_moments: (PAIRED, PAIRED_KEY), paired_differences: (DIFFERENCES, DIFFERENCES_KEY),
             attrition_moments: (ATTRITION, PAIRED_KEY)}  # fmt: skip


def frame(people):
    rows = [{"respondent": who, "wave": wave, "informant": "self", **one}
            for who, waves in people.items() for wave, one in waves.items()]  # fmt: skip
    return pl.DataFrame(rows, schema=SCHEMA)


def reduce(function, people, order=None):
    rows = frame(people) if order is None else frame(people)[order]
    return function(rows.lazy(), rows.lazy(), {"score": 2}, weight_decimals=6)


def domains(people, *, asked_there=False):
    """Yield every domain: its key, the units of its stratum, and its people (weight, unit, earlier and later score).

    With `asked_there`, somebody of the region has a score at the later wave.
    """
    found = {}
    for before, after in combinations([2022, 2023, 2024], 2):
        asked = {waves[after]["region"] for waves in people.values() if waves.get(after, {}).get("score") is not None}
        for waves in people.values():
            one, other = waves.get(before), waves.get(after)
            if one and one["score"] is not None and (one["region"] in asked if asked_there else asked):
                for region in (one["region"], "network"):
                    key = (region, one["stratum"], "self", "score", before, after)
                    row = (one["weight"], one["unit"], one["score"], other["score"] if other else None)
                    found.setdefault(key, []).append(row)
    for key, rows in sorted(found.items()):
        design = {one["unit"] for waves in people.values() for wave, one in waves.items()
                  if (wave, one["stratum"]) == (key[4], key[1])}  # fmt: skip
        yield key, len(design), rows


def squares(rows, one, other):
    """Σ over clusters of the product of two totals; `one` and `other` make a person's part of them."""
    totals = {}
    for row in rows:
        total = totals.setdefault(row[1], [0, 0])
        total[0] += one(row)
        total[1] += other(row)
    return sum(a * b for a, b in totals.values())


@settings(max_examples=30)
@given(PEOPLE)
def test_the_followed_follow_the_definition(people):
    made = reduce(paired_moments, people)
    assert made.schema == PAIRED
    wanted = []
    for key, design, everybody in domains(people):
        rows = [row for row in everybody if row[3] is not None]
        if not rows:
            continue
        w, wd = (lambda row: row[0]), (lambda row: row[0] * (row[3] - row[2]))
        a, b = (lambda row: row[0] * row[2]), (lambda row: row[0] * row[3])
        wanted.append(
            (
                *key, 2, 6, len(rows),
                sum(y - x for _, _, x, y in rows), sum((y - x) ** 2 for _, _, x, y in rows),
                sum(x for _, _, x, _ in rows), sum(x * x for _, _, x, _ in rows),
                sum(y for _, _, _, y in rows), sum(y * y for _, _, _, y in rows),
                sum(x * y for _, _, x, y in rows),
                sum(map(w, rows)), sum(map(wd, rows)), sum(v * (y - x) ** 2 for v, _, x, y in rows),
                sum(map(a, rows)), sum(v * x * x for v, _, x, _ in rows),
                sum(map(b, rows)), sum(v * y * y for v, _, _, y in rows),
                len({row[1] for row in rows}), design,
                squares(rows, w, w), squares(rows, w, wd), squares(rows, wd, wd),
                squares(rows, a, a), squares(rows, a, b), squares(rows, b, b),
            )
        )  # fmt: skip
    assert made.rows() == wanted


@settings(max_examples=30)
@given(PEOPLE, st.integers(0, 80))
def test_tails_beyond_any_threshold_have_exact_second_moments(people, threshold):
    made = reduce(paired_differences, people)
    assert made.schema == DIFFERENCES
    for key, _, everybody in domains(people):
        rows = [row for row in everybody if row[3] is not None]
        mine = made.filter(**dict(zip(PAIRED_KEY, key, strict=True)))
        assert mine["n"].sum() == len(rows)
        assert mine["w"].sum() == sum(row[0] for row in rows)
        beyond = mine.filter(pl.col("distance") > threshold)

        def up(row):
            return row[0] * (row[3] - row[2] > threshold)

        def down(row):
            return row[0] * (row[2] - row[3] > threshold)

        def every(row):
            return row[0]

        assert beyond.select(pl.col("^[nw]_.*r$", "^c.*$").sum()).row(0) == (
            sum(up(row) > 0 for row in rows), sum(down(row) > 0 for row in rows),
            sum(map(up, rows)), sum(map(down, rows)),
            squares(rows, every, up), squares(rows, every, down),
            squares(rows, up, up), squares(rows, down, down), squares(rows, up, down),
        )  # fmt: skip


@settings(max_examples=30)
@given(PEOPLE)
def test_the_lost_follow_the_definition(people):
    made = reduce(attrition_moments, people)
    assert made.schema == ATTRITION
    wanted = list(domains(people, asked_there=True))
    assert made.select(PAIRED_KEY).rows() == [key for key, *_ in wanted]
    for mine, (_, design, rows) in zip(made.iter_rows(named=True), wanted, strict=True):
        assert (mine["design_clusters"], mine["clusters"]) == (design, len({row[1] for row in rows}))

        def total(row, end, y):
            inside = (row[3] is not None) == (end == "followed")
            return row[0] * inside * (row[2] if y else 1)

        for end in ("followed", "lost"):
            some = [row for row in rows if (row[3] is not None) == (end == "followed")]
            assert mine[f"n_{end}"] == len(some)
            assert mine[f"clusters_{end}"] == len({row[1] for row in some})
            assert (mine[f"y_{end}"], mine[f"yy_{end}"]) == (sum(r[2] for r in some), sum(r[2] ** 2 for r in some))
            assert mine[f"wyy_{end}"] == sum(r[0] * r[2] ** 2 for r in some)
        for first, second, suffix in (("followed",) * 2 + ("followed",), ("lost",) * 2 + ("lost",),
                                      ("followed", "lost", "across")):  # fmt: skip
            for a, b in ("ww", "wy", "yw", "yy"):
                name = f"c{a}{b}_{suffix}"
                if name in mine:
                    one = squares(
                        rows,
                        lambda row, a=a, first=first: total(row, first, a == "y"),
                        lambda row, b=b, second=second: total(row, second, b == "y"),
                    )
                    assert mine[name] == one, name


@pytest.mark.parametrize("function", FUNCTIONS)
@settings(max_examples=12)
@given(people=PEOPLE, random=st.randoms())
def test_the_order_of_rows_does_not_matter(function, people, random):
    order = list(range(frame(people).height))
    random.shuffle(order)
    assert_frame_equal(reduce(function, people), reduce(function, people, order))


@pytest.mark.parametrize("function", FUNCTIONS)
@settings(max_examples=12)
@given(here=PEOPLE, there=PEOPLE)
def test_parts_with_clusters_of_their_own_add_up(function, here, there):
    here = {who: {wave: one | {"region": "oulu", "stratum": "o" + one["stratum"]} for wave, one in waves.items()}
            for who, waves in here.items()}  # fmt: skip
    there = {who + "'": {wave: one | {"region": "tampere"} for wave, one in waves.items()}
             for who, waves in there.items()}  # fmt: skip
    parts = [reduce(function, one) for one in (here, there)]
    whole = reduce(function, here | there)
    key = FUNCTIONS[function][1]
    assert_frame_equal(pl.concat(parts).sort(key), whole.sort(key))


def test_region_unit_and_weight_are_those_of_the_earlier_wave():
    visit = {"region": "oulu", "stratum": "1", "unit": "a", "weight": 3, "score": 10}
    moved = visit | {"region": "tampere", "stratum": "2", "unit": "b", "weight": 5, "score": 14}
    made = reduce(paired_moments, {"p": {2022: visit, 2023: moved}})
    assert made.select("region", "stratum", "w", "wd", "design_clusters").rows() == [
        ("network", "1", 3, 12, 1),
        ("oulu", "1", 3, 12, 1),
    ]


def test_whoever_never_could_answer_again_is_not_called_lost():
    visit = {"region": "oulu", "stratum": "1", "unit": "a", "weight": 1, "score": 10}
    people = {"p": {2022: visit, 2023: visit | {"score": None}}, "q": {2022: visit, 2023: visit | {"score": None}}}
    assert reduce(attrition_moments, people).is_empty()
    people["q"][2023] = visit
    made = reduce(attrition_moments, people).filter(region="oulu")
    assert made.select("from_wave", "wave", "n_followed", "n_lost").rows() == [(2022, 2023, 1, 1)]


def test_nobody_and_no_scores_make_empty_tables_with_all_columns():
    for function, (schema, _) in FUNCTIONS.items():
        assert reduce(function, {}).schema == schema
        rows = frame({}).lazy()
        assert function(rows, rows, {}, weight_decimals=6).schema == schema


def test_squares_that_would_leave_38_digits_are_refused():
    visit = {"region": "oulu", "stratum": "1", "unit": "a", "weight": 2**53, "score": 0}
    people = {"p": {2022: visit, 2023: visit | {"score": 10**6}}}
    with pytest.raises(ContractError, match="too large"):
        reduce(paired_moments, people)
