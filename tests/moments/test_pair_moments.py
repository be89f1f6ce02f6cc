"""Moments of pairs against sums made the slow way."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from sujuva.codebooks import Region, Text, load_regions
from sujuva.errors import CodebookError, ContractError
from sujuva.io import read_table, write_table
from sujuva.moments import PAIRS, PAIRS_KEY, score_pairs, with_municipality_types

PERSON = st.fixed_dictionaries(
    {
        "wave": st.sampled_from([2021, 2022, 2023]),
        "region": st.sampled_from(["oulu", "tampere"]),
        "stratum": st.sampled_from(["1", "2"]),
        "unit": st.sampled_from(["a", "b", "c"]),
        "informant": st.sampled_from(["parent", "self"]),
        "gender": st.sampled_from(["girl", "boy", "other", None]),
        "weight": st.integers(1, 10**12),
        "score": st.none() | st.integers(-40, 8500),
    }
)
SCHEMA = {
    "wave": pl.Int32, "region": pl.String, "stratum": pl.String, "unit": pl.String, "informant": pl.String,
    "gender": pl.String, "weight": pl.Int64, "score": pl.Int64,
}  # fmt: skip
PEOPLE = st.lists(PERSON, min_size=1, max_size=25)


def pairs(people, *, linked=True):
    persons = pl.DataFrame(people, schema=SCHEMA).lazy()
    return score_pairs(persons, {"score": 2}, design=persons, groups=["gender"], linked_units=linked)


def slowly(people, *, linked):
    """The definition, person by person, in Python's whole numbers."""
    totals = {}  # (region, stratum, informant) → (wave, group) → unit → (Σw, Σwy)
    for one in people:
        if one["score"] is None:
            continue
        for region in (one["region"], "network"):
            for group in ["all"] + ([f"gender:{one['gender']}"] if one["gender"] else []):
                place = totals.setdefault((region, one["stratum"], one["informant"]), {})
                total = place.setdefault((one["wave"], group), {}).setdefault(one["unit"], [0, 0])
                total[0] += one["weight"]
                total[1] += one["weight"] * one["score"]
    rows = []
    for (region, stratum, informant), place in totals.items():
        waves = {one["wave"] for one in people if one["stratum"] == stratum}
        ends = {(wave, group) for wave, group in place}
        ends |= {(wave, group) for _, group in ends for wave in waves} if linked else set()
        for wave, group in ends:
            for other_wave, other_group in ends:
                levels = wave == other_wave and "all" not in (group, other_group) and group < other_group
                across = linked and wave > other_wave and group == other_group
                if not (levels or across):
                    continue
                a, b = place.get((wave, group), {}), place.get((other_wave, other_group), {})
                shared = a.keys() & b.keys()
                if (levels and not shared) or (across and not (a or b)):
                    continue
                units, others = (
                    {o["unit"] for o in people if o["stratum"] == stratum and o["wave"] == at}
                    for at in (wave, other_wave)
                )
                sums = [sum(a[u][i] * b[u][j] for u in shared) for i, j in ((0, 0), (0, 1), (1, 0), (1, 1))]
                sums += [sum(own[u][i] for u in own.keys() & units & others) for own in (a, b) for i in (0, 1)]
                key = (region, stratum, informant, "score", wave, group, other_wave, other_group)
                rows.append((*key, len(a.keys() | b.keys()), len(units & others), *sums))
    return sorted(rows)


@settings(max_examples=40)
@given(PEOPLE, st.booleans())
def test_pairs_follow_their_definition(people, linked):
    made = pairs(people, linked=linked)
    assert made.schema == PAIRS
    assert made.rows() == slowly(people, linked=linked)


@settings(max_examples=25)
@given(PEOPLE, st.randoms())
def test_the_order_of_rows_does_not_matter(people, random):
    shuffled = people.copy()
    random.shuffle(shuffled)
    assert_frame_equal(pairs(people), pairs(shuffled))


def test_a_group_at_one_wave_only_pairs_with_nothing():
    person = {"region": "oulu", "stratum": "1", "unit": "a", "informant": "self", "gender": None, "weight": 1}
    made = pairs([person | {"wave": 2022, "score": 1}])
    assert made.schema == PAIRS
    assert made.is_empty()


def test_no_scores_no_pairs():
    persons = pl.LazyFrame(schema=SCHEMA)
    assert score_pairs(persons, {}, design=persons).schema == PAIRS
    assert score_pairs(persons, {"score": 0}, design=persons).equals(pl.DataFrame(schema=PAIRS))


def test_large_sums_survive_the_file_and_too_large_ones_are_refused(tmp_path):
    person = {"region": "oulu", "stratum": "1", "unit": "a", "informant": "self", "gender": None, "weight": 10**13}
    made = pairs([person | {"wave": 2022, "score": 8500}, person | {"wave": 2023, "score": 8499}])
    write_table(made, tmp_path / "pairs.parquet", key=PAIRS_KEY)
    back = read_table(tmp_path / "pairs.parquet").with_columns(pl.col(pl.Decimal).cast(pl.Int128))
    assert_frame_equal(back, made)
    assert made["cyy"].to_list() == [10**26 * 8500 * 8499] * 2
    with pytest.raises(ContractError, match="too large"):
        pairs([person | {"wave": 2022, "weight": 10**18, "score": 10}])


def test_municipalities_have_the_types_of_the_codebook():
    people = pl.LazyFrame({"municipality": ["564", "074", "276", "999", None]})
    made = with_municipality_types(people, load_regions()).collect()
    assert made["municipality_type"].to_list() == ["urban", "rural", "semi_urban", None, None]
    assert made.schema["municipality_type"] == pl.String
    assert with_municipality_types(people, {}).collect()["municipality_type"].null_count() == 5


def test_a_municipality_with_two_types_is_refused():
    title = Text(fi="a", sv="a", en="a")
    regions = {
        key: Region(key=key, title=title, level="other", municipality_types={kind: ("564",)})
        for key, kind in (("one", "urban"), ("two", "rural"))
    }
    with pytest.raises(CodebookError, match="564"):
        with_municipality_types(pl.LazyFrame({"municipality": ["564"]}), regions)
