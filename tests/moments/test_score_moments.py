"""Moments of scores against sums made the slow way, and the laws that exactness gives."""

import random
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from sujuva.errors import ContractError, ParameterError
from sujuva.estimation import intraclass
from sujuva.estimation.icc import UnitsOfSize
from sujuva.io import read_table, write_table
from sujuva.moments import (
    SCORES,
    SCORES_KEY,
    fixed_weights,
    merge,
    score_distributions,
    score_moments,
    unit_sizes,
    with_design,
)
from sujuva.moments.parts import check_sums, laid_out, product

PERSON = st.fixed_dictionaries(
    {
        "wave": st.sampled_from([2022, 2023]),
        "region": st.sampled_from(["oulu", "tampere"]),
        "stratum": st.sampled_from(["1", "2"]),
        "unit": st.sampled_from(["a", "b", "c"]),
        "informant": st.sampled_from(["parent", "self"]),
        "gender": st.sampled_from(["girl", "boy", None]),
        "weight": st.integers(1, 10**12),
        "score": st.none() | st.integers(-40, 8500),
    }
)
SCHEMA = {
    "wave": pl.Int32, "region": pl.String, "stratum": pl.String, "unit": pl.String, "informant": pl.String,
    "gender": pl.String, "weight": pl.Int64, "score": pl.Int64,
}  # fmt: skip
PEOPLE = st.lists(PERSON, min_size=1, max_size=25)
GROUPS = ("gender",)


def frame(people):
    return pl.DataFrame(people, schema=SCHEMA)


def moments(people, design=None):
    persons = frame(people).lazy()
    return score_moments(persons, {"score": 2}, design=frame(design or people).lazy(), groups=GROUPS, weight_decimals=6)


def slowly(people):
    """The definition, person by person, in Python's whole numbers."""
    domains = {}
    for one in people:
        for region in (one["region"], "network"):
            for group in ["all"] + ([f"gender:{one['gender']}"] if one["gender"] else []):
                key = (one["wave"], region, group, one["stratum"], one["informant"], "score")
                domains.setdefault(key, []).append(one)
    rows = []
    for key, members in sorted(domains.items()):
        inside = [one for one in members if one["score"] is not None]
        clusters = {}
        for one in inside:
            total = clusters.setdefault(one["unit"], [0, 0])
            total[0] += one["weight"]
            total[1] += one["weight"] * one["score"]
        design = {one["unit"] for one in people if (one["wave"], one["stratum"]) == (key[0], key[3])}
        w, y = [one["weight"] for one in inside], [one["score"] for one in inside]
        rows.append(
            (
                *key, 2, 6, len(inside), len(members) - len(inside), sum(y), sum(b * b for b in y),
                sum(w), sum(a * b for a, b in zip(w, y, strict=True)),
                sum(a * b * b for a, b in zip(w, y, strict=True)),
                len(clusters), len(design),
                sum(t * t for t, _ in clusters.values()), sum(t * s for t, s in clusters.values()),
                sum(s * s for _, s in clusters.values()),
            )
        )  # fmt: skip
    return rows


@settings(max_examples=40)
@given(PEOPLE)
def test_moments_follow_their_definition(people):
    made = moments(people)
    assert made.schema == SCORES
    assert made.rows() == slowly(people)


@settings(max_examples=40)
@given(PEOPLE, st.randoms())
def test_the_order_of_rows_does_not_matter(people, random):
    shuffled = people.copy()
    random.shuffle(shuffled)
    assert_frame_equal(moments(people), moments(shuffled))


@settings(max_examples=40)
@given(PEOPLE, PEOPLE)
def test_parts_with_clusters_of_their_own_add_up(here, there):
    there = [one | {"unit": one["unit"] + "'"} for one in there]
    whole = moments(here + there)
    added = pl.concat([moments(here), moments(there)]).group_by(SCORES_KEY).agg(
        pl.exclude("decimals", "weight_decimals", "design_clusters").sum()
    )  # fmt: skip
    assert_frame_equal(added.sort(SCORES_KEY), whole.select(added.columns))


@settings(max_examples=40)
@given(PEOPLE)
def test_doubling_the_rows_and_halving_the_weights_changes_no_weighted_sum(people):
    even = [one | {"weight": 2 * one["weight"]} for one in people]
    halves = [one | {"weight": one["weight"] // 2} for one in even for _ in range(2)]
    kept = ["w", "wy", "wyy", "clusters", "design_clusters", "cww", "cwy", "cyy"]
    assert_frame_equal(moments(even).select(*SCORES_KEY, *kept), moments(halves).select(*SCORES_KEY, *kept))
    assert moments(halves)["n"].to_list() == [2 * n for n in moments(even)["n"]]


def test_a_cluster_in_two_regions_counts_once_in_the_network():
    person = {"wave": 2022, "stratum": "1", "unit": "a", "informant": "self", "gender": None, "weight": 1}
    made = moments([person | {"region": "oulu", "score": 2}, person | {"region": "tampere", "score": 3}])
    assert made.filter(region="network").select("clusters", "cww", "cwy", "cyy").rows() == [(1, 4, 10, 25)]
    assert made.filter(region="oulu").select("clusters", "cww", "cwy", "cyy").rows() == [(1, 1, 2, 4)]


def test_clusters_that_did_not_answer_belong_to_the_design():
    person = {"wave": 2022, "region": "oulu", "stratum": "1", "informant": "self", "gender": "boy", "weight": 1}
    design = [person | {"unit": unit, "score": None} for unit in "abcd"]
    made = moments([person | {"unit": "a", "score": 1}], design)
    assert made["design_clusters"].unique().to_list() == [4]


def test_distributions_add_up_to_the_counts():
    people = [
        {"wave": 2022, "region": region, "stratum": "1", "unit": "a", "informant": "self", "gender": gender,
         "weight": 2, "score": score}
        for region in ("oulu", "tampere") for gender in ("girl", None) for score in (0, 0, 5, None)
    ]  # fmt: skip
    made = score_distributions(frame(people).lazy(), {"score": 2}, groups=GROUPS)
    assert made.filter(region="network", group="all").select("score", "n", "w").rows() == [(0, 8, 16), (5, 4, 8)]
    assert made.filter(region="oulu", group="gender:girl").select("score", "n").rows() == [(0, 2), (5, 1)]
    assert "gender:None" not in made["group"]


def test_nobody_makes_empty_tables_with_all_columns():
    assert moments([]).schema == SCORES
    assert moments([]).is_empty()


def test_sums_beyond_64_bits_survive_the_file(tmp_path):
    person = {"wave": 2022, "region": "oulu", "stratum": "1", "unit": "a", "informant": "self", "gender": None}
    made = moments([person | {"weight": 10**13, "score": 8500}, person | {"weight": 10**13 - 1, "score": 8499}])
    write_table(made, tmp_path / "scores.parquet", key=SCORES_KEY)
    back = read_table(tmp_path / "scores.parquet").with_columns(
        pl.col("yy", "w", "wy", "wyy", "cww", "cwy", "cyy").cast(pl.Int128)
    )
    assert_frame_equal(back, made)
    assert made.filter(region="oulu")["cyy"].item() == (10**13 * 8500 + (10**13 - 1) * 8499) ** 2


def test_squares_that_would_leave_38_digits_are_refused():
    totals = pl.DataFrame({"w": [10**18] * 100}, schema={"w": pl.Int128})
    check_sums(totals[:99], [product("w", "w")])
    with pytest.raises(ContractError, match="too large"):
        check_sums(totals, [product("w", "w")])


def test_weights_become_whole_numbers():
    weights = pl.LazyFrame({"weight": [0.1234564, 0.1234566, 2.0]})
    assert fixed_weights(weights, 6).collect()["weight"].to_list() == [123456, 123457, 2_000_000]
    assert Fraction(*(0.1).as_integer_ratio()) != Fraction(1, 10), "which is why sums of floats are not used"


@pytest.mark.parametrize(
    ("weight", "decimals", "error", "words"),
    [
        (0.04, 1, ParameterError, "become 0"),
        (1.0, 10, ParameterError, "0 to 9"),
        (1e12, 6, ContractError, "too large"),
        (float("nan"), 6, ContractError, "too large|missing"),
        (None, 6, ContractError, "missing"),
    ],
)
def test_weights_that_cannot_be_exact_are_refused(weight, decimals, error, words):
    with pytest.raises(error, match=words):
        fixed_weights(pl.LazyFrame({"weight": [1.0, weight]}), decimals)


def test_an_unknown_group_names_the_nearest():
    with pytest.raises(ParameterError, match="'gender'"):
        with_design(pl.LazyFrame(), pl.LazyFrame(), groups=["gendre"])


def test_squares_of_six_decimals_are_exact_however_many_persons():
    """20,000 persons on a scale of 0 to 100 with six decimals: Σy² has 20 digits, and 64 bits hold less than 19."""
    lot = random.Random(1)
    people = [(f"u{place % 200}", lot.randrange(10**8)) for place in range(20_000)]
    persons = pl.LazyFrame(people, schema={"unit": pl.String, "y": pl.Int64}, orient="row").with_columns(
        wave=pl.lit(2022, pl.Int32), region=pl.lit("oulu"), stratum=pl.lit("1"), informant=pl.lit("self"),
        weight=pl.lit(1, pl.Int64),
    )  # fmt: skip
    sizes = unit_sizes(persons, {"y": 6}, design=persons).filter(region="oulu")
    squares = sum(y * y for _, y in people)
    assert squares > 2**63
    assert sizes["yy"].to_list() == [squares]
    assert score_moments(persons, {"y": 6}, design=persons).filter(region="oulu")["yy"].to_list() == [squares]
    found = intraclass([UnitsOfSize(*row) for row in sizes.select("size", "units", "y", "yy", "tt").iter_rows()], 0.95)
    # One-way analysis of variance, in fractions.
    units = {}
    for unit, y in people:
        units.setdefault(unit, []).append(y)
    mean = Fraction(sum(y for _, y in people), len(people))
    means = {unit: Fraction(sum(ys), len(ys)) for unit, ys in units.items()}
    between = sum(len(ys) * (means[unit] - mean) ** 2 for unit, ys in units.items()) / (len(units) - 1)
    within = sum((y - means[unit]) ** 2 for unit, ys in units.items() for y in ys) / (len(people) - len(units))
    wanted = (between - within) / (between + 99 * within)
    assert found.icc == pytest.approx(float(wanted), rel=1e-9)
    assert abs(found.icc) < 0.01


def test_sums_that_no_number_holds_end_in_a_sentence():
    person = {"wave": 2022, "region": "oulu", "stratum": "1", "unit": "a", "informant": "self", "gender": None}
    for score in (10**14, -(10**14), 10**17):
        with pytest.raises(ContractError, match="too large for exact sums"):
            moments([person | {"weight": 10**12, "score": score}] * 2)
    part = {
        "clusters": pl.DataFrame({"region": ["oulu"], "w": [6 * 10**37]}, schema={"region": pl.String, "w": pl.Int128})
    }
    with pytest.raises(ContractError, match="too large for exact sums"):
        merge([part, part])


def test_a_sum_that_its_column_cannot_hold_ends_in_a_sentence():
    table = pl.DataFrame({"n": [2**63 - 1, 2**63]}, schema={"n": pl.Int128})
    schema = pl.Schema({"n": pl.Int64()})
    assert laid_out(table[:1], schema, ["n"])["n"].to_list() == [2**63 - 1]
    with pytest.raises(ContractError, match="The sum 'n' is too large for 64 bits"):
        laid_out(table, schema, ["n"])
