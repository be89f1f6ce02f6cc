"""Change between waves, in the same persons, and against regions that had not started."""

import math

import polars as pl
import pytest

from sujuva.codebooks import Band, Instrument, Scale, Text, load_indicators
from sujuva.estimation import index_moments
from sujuva.moments import (
    attrition_moments,
    paired_differences,
    paired_moments,
    score_moments,
    score_pairs,
    with_design,
)
from sujuva.parjaavyys import (
    attrition_indicators,
    change_effects,
    differences_in_differences,
    paired_changes,
    reliable_changes,
    score_changes,
)
from sujuva.parjaavyys.did import FEW_AREAS, NO_CONTROLS, NO_PRE_WAVE, NO_STARTED, turns
from sujuva.parjaavyys.followed import NO_RELIABILITY
from sujuva.parjaavyys.gaps import wave_pairs
from sujuva.tidy import COMPARISONS, COMPARISONS_KEY, KEY, RELIABILITY, TIDY

WORDS = Text(fi="x", sv="x", en="x")
BAND = Band(norms="made", key="low", title=WORDS, low=0, high=9, indicator=True)
GOOD = Scale(key="good", title=WORDS, items=(1,), range=(0, 40), higher_is_better=True, bands=(BAND,))
BAD = Scale(key="bad", title=WORDS, items=(2,), range=(1, 41), higher_is_better=False)
MADE = Instrument(
    key="made", title=WORDS, items=2, response=(0, 41), scales=(GOOD, BAD), norms="made", licence="-", citation="-"
)
INSTRUMENTS = {"made": MADE}
REGIONS = ("keski-pohjanmaa", "oulu", "tampere")


def visits():
    """Thirty persons a region in six units; the started region gains 4 points at 2024, everybody 1 point a wave."""
    rows = []
    for place, region in enumerate(REGIONS):
        for number in range(30):
            for wave in (2022, 2023, 2024):
                if wave > 2022 and number % 7 == wave % 5:
                    continue  # some are lost
                wobble = (number * 7 + place * 5 + wave * 3) % 11 - 5
                good = 12 + number % 5 + wobble + (wave - 2022) + (4 if region == "oulu" and wave == 2024 else 0)
                rows.append((f"{region}{number}", wave, region, region, f"{region}{number % 6}", 1 + number % 3,
                             "girl" if number % 2 else "boy", max(good, 0), 41 - max(good, 0)))  # fmt: skip
    names = ["respondent", "wave", "region", "stratum", "unit", "weight", "gender", "good", "bad"]
    frame = pl.DataFrame(rows, schema=names, orient="row").with_columns(pl.col("wave").cast(pl.Int32))
    return frame.with_columns(informant=pl.lit("self"), low=(pl.col("good") <= 9).cast(pl.Int64)).rename(
        {"low": "good.low"}
    )


@pytest.fixture(scope="module")
def made():
    frame = visits().lazy()
    answers = frame.select("respondent", "wave", "informant", "good", "bad", "good.low")
    persons = with_design(answers, frame, groups=["gender"])
    columns = {"good": 0, "bad": 0, "good.low": 0}
    scores = score_moments(persons, columns, design=frame, groups=["gender"], weight_decimals=0)
    pairs = score_pairs(persons, columns, design=frame, groups=["gender"])
    whole = {"good": 0, "bad": 0}
    return {
        "scores": scores,
        "moments": index_moments(scores, pairs),
        "paired": paired_moments(answers, frame, whole, weight_decimals=0),
        "differences": paired_differences(answers, frame, whole, weight_decimals=0),
        "attrition": attrition_moments(answers, frame, whole, weight_decimals=0),
    }


def alpha(value, *, scales=("good", "bad")):
    rows = [("alpha", scale, "", "self", "network", wave, value, None, None, 90, "")
            for scale in scales for wave in (2022, 2023, 2024)]  # fmt: skip
    return pl.DataFrame(rows, schema=RELIABILITY, orient="row")


def weighted(frame, column="good"):
    return frame.select((pl.col(column) * pl.col("weight")).sum() / pl.col("weight").sum()).item()


def test_paired_changes_are_the_mean_differences_of_the_followed(made):
    table = paired_changes(made["paired"], INSTRUMENTS)
    assert table.schema == COMPARISONS
    assert table.select(COMPARISONS_KEY).is_duplicated().sum() == 0
    frame = visits()
    both = frame.filter(wave=2022, region="oulu").join(frame.filter(wave=2024), on="respondent")
    mine = table.filter(scale="good", region="oulu", wave=2024, other_wave=2022).row(0, named=True)
    expected = weighted(both.with_columns(d=pl.col("good_right") - pl.col("good")), "d")
    assert mine["estimate"] == pytest.approx(expected)
    assert mine["n"] == mine["other_n"] == both.height
    assert (mine["comparison"], mine["group"], mine["other_group"], mine["effect_kind"]) == (
        "change_paired", "all", "all", "srm",
    )  # fmt: skip


def test_only_a_scale_with_a_true_zero_has_a_relative_change(made):
    for table in (paired_changes(made["paired"], INSTRUMENTS), score_changes(made["moments"], INSTRUMENTS)):
        means = table.filter(category="")
        assert means.filter(scale="good")["relative"].null_count() == 0
        assert means.filter(scale="bad")["relative"].null_count() == means.filter(scale="bad").height > 0


def test_a_scale_turned_round_changes_the_other_way_with_the_same_certainty(made):
    for table in (
        paired_changes(made["paired"], INSTRUMENTS),
        score_changes(made["moments"], INSTRUMENTS).filter(category=""),
        differences_in_differences(made["moments"], INSTRUMENTS, {"oulu": 2024}).filter(category=""),
    ):
        good, bad = (table.filter(scale=one) for one in ("good", "bad"))
        assert good.height == bad.height > 0
        for one, sign in (("estimate", -1), ("effect", -1), ("se", 1), ("p", 1)):
            if good[one].null_count() < good.height:  # few regions: no p
                assert good[one].to_list() == pytest.approx([sign * value for value in bad[one]], rel=1e-9)
            else:
                assert set(good["note"]) == {FEW_AREAS}
                assert bad[one].null_count() == bad.height


def test_whoever_improved_follows_from_the_direction_of_the_scale(made):
    table = reliable_changes(made["paired"], made["differences"], made["scores"], alpha(0.8), INSTRUMENTS)
    assert table.schema == TIDY
    assert table.select(KEY).is_duplicated().sum() == 0
    shares = table.filter(indicator="change_share")
    good, bad = (shares.filter(scale=one).drop("scale") for one in ("good", "bad"))
    assert good.equals(bad)
    summed = shares.group_by("scale", "region", "wave", pl.col("category").str.slice(-4)).agg(pl.col("estimate").sum())
    assert summed["estimate"].to_list() == pytest.approx([1.0] * summed.height)
    improved = shares.filter(scale="good", region="oulu", wave=2024, category="improved:2022")["estimate"].item()
    worse = shares.filter(scale="good", region="oulu", wave=2024, category="worse:2022")["estimate"].item()
    assert improved > worse


def test_the_threshold_is_that_of_the_networks_baseline(made):
    table = reliable_changes(made["paired"], made["differences"], made["scores"], alpha(0.8), INSTRUMENTS)
    mine = table.filter(indicator="reliable_threshold", scale="good", wave=2024, category="2022").row(0, named=True)
    baseline = visits().filter(wave=2022)["good"]
    assert mine["estimate"] == pytest.approx(1.959963985 * 2**0.5 * baseline.std() * 0.2**0.5)
    assert (mine["region"], mine["n"]) == ("network", baseline.len())
    frame = visits()
    both = frame.filter(wave=2022, region="oulu").join(frame.filter(wave=2024), on="respondent")
    up = both.with_columns(up=(pl.col("good_right") - pl.col("good") > mine["estimate"]).cast(pl.Float64))
    found = table.filter(scale="good", region="oulu", wave=2024, category="improved:2022")["estimate"].item()
    assert found == pytest.approx(weighted(up, "up"))


@pytest.mark.parametrize("value", [None, 0.0, -0.3])
def test_without_a_reliability_no_change_is_called_reliable(made, value):
    table = reliable_changes(made["paired"], made["differences"], made["scores"], alpha(value), INSTRUMENTS)
    assert set(table["indicator"]) == {"reliable_threshold"}
    assert set(table["note"]) == {NO_RELIABILITY}
    nothing = reliable_changes(
        made["paired"], made["differences"], made["scores"], alpha(value, scales=()), INSTRUMENTS
    )
    assert nothing.is_empty()


def test_the_lost_are_counted_and_compared(made):
    table = attrition_indicators(made["attrition"], INSTRUMENTS)
    assert table.schema == TIDY
    frame = visits()
    before = frame.filter(wave=2022, region="tampere")
    after = frame.filter(wave=2023)["respondent"].to_list()
    lost = before.with_columns(lost=(~pl.col("respondent").is_in(after)).cast(pl.Float64))
    mine = {
        row["indicator"]: row
        for row in table.filter(scale="good", region="tampere", wave=2023, category="2022").to_dicts()
    }
    assert mine["attrition_share"]["estimate"] == pytest.approx(weighted(lost, "lost"))
    difference = weighted(lost.filter(lost=0)) - weighted(lost.filter(lost=1))
    assert mine["attrition_difference"]["estimate"] == pytest.approx(difference)
    assert {row["n"] for row in mine.values()} == {before.height}


def test_waves_are_compared_with_the_next_and_the_last_with_the_first(made):
    assert wave_pairs([2024, 2022]) == [(2022, 2024)]
    assert wave_pairs([1, 2, 3, 4]) == [(1, 2), (2, 3), (3, 4), (1, 4)]
    assert wave_pairs([2022]) == []
    table = score_changes(made["moments"], INSTRUMENTS)
    assert table.schema == COMPARISONS
    assert set(table.select("other_wave", "wave").unique().rows()) == {(2022, 2023), (2023, 2024), (2022, 2024)}
    assert {"all", "gender:girl", "gender:boy"} == set(table["group"])
    assert (table["group"] == table["other_group"]).all()
    assert set(table.filter(scale="good")["category"]) == {"", "low"}
    frame = visits().filter(region="oulu", gender="girl")
    mine = table.filter(scale="good", category="", region="oulu", group="gender:girl", wave=2024, other_wave=2023)
    assert mine["estimate"].item() == pytest.approx(
        weighted(frame.filter(wave=2024)) - weighted(frame.filter(wave=2023))
    )


def test_the_started_are_compared_with_those_that_had_not(made):
    table = differences_in_differences(made["moments"], INSTRUMENTS, {"oulu": 2024}).filter(scale="good", category="")
    assert table.select("comparison", "wave", "other_wave", "region", "group", "other_group").rows() == [
        ("did", 2024, 2023, "network", "started", "not_started"),
        ("placebo", 2023, 2022, "network", "started", "not_started"),
    ]
    frame = visits()
    mean = {(place, wave): weighted(frame.filter(pl.col("wave") == wave, (pl.col("region") == "oulu") == place))
            for place in (True, False) for wave in (2022, 2023, 2024)}  # fmt: skip
    found = dict(table.select("comparison", "estimate").iter_rows())
    assert found["did"] == pytest.approx(mean[True, 2024] - mean[True, 2023] - mean[False, 2024] + mean[False, 2023])
    assert found["placebo"] == pytest.approx(
        mean[True, 2023] - mean[True, 2022] - mean[False, 2023] + mean[False, 2022]
    )
    assert set(table["note"]) == {FEW_AREAS}
    did = table.filter(comparison="did").row(0, named=True)
    assert (did["clusters"], did["effect_kind"], did["p"], did["q"]) == (18, "ses", None, None)
    assert 4 <= did["df"] <= 15  # clusters minus strata, or fewer: one region against the others
    assert did["n"] == frame.filter(wave=2024, region="oulu").height


def test_nobody_started_nothing_to_compare(made):
    assert differences_in_differences(made["moments"], INSTRUMENTS, {}).is_empty()
    assert differences_in_differences(made["moments"], INSTRUMENTS, {"oulu": 2030}).is_empty()


WAVES = {2022, 2023, 2024}


@pytest.mark.parametrize(
    ("answered", "started", "wanted"),
    [
        ({"a": WAVES, "b": WAVES}, {"a": 2022}, [("did", 2022, 2022, NO_PRE_WAVE)]),
        (
            {"a": WAVES, "b": WAVES},
            {"a": 2023},
            [("did", 2023, 2022, ""), ("did", 2024, 2022, ""), ("placebo", 2022, 2022, NO_PRE_WAVE)],
        ),
        # The other region starts a wave later: until then it is compared with, then it is compared itself.
        (
            {"a": WAVES, "b": WAVES, "c": WAVES},
            {"a": 2023, "b": 2024},
            [("did", 2023, 2022, ""), ("did", 2024, 2022, ""), ("placebo", 2022, 2022, NO_PRE_WAVE),
             ("did", 2024, 2023, ""), ("placebo", 2023, 2022, "")],
        ),
        ({"a": WAVES}, {"a": 2024}, [("did", 2024, 2023, NO_CONTROLS), ("placebo", 2023, 2022, NO_CONTROLS)]),
        ({"a": {2024}, "b": WAVES}, {"a": 2024},
         [("did", 2024, 2023, NO_STARTED), ("placebo", 2023, 2022, NO_STARTED)]),
        # A start between two waves counts from the later one.
        ({"a": {2022, 2024}, "b": {2022, 2024}}, {"a": 2023},
         [("did", 2024, 2022, ""), ("placebo", 2022, 2022, NO_PRE_WAVE)]),
        ({"a": WAVES, "b": WAVES}, {"b": 2025, "elsewhere": 2023}, []),
        ({}, {}, []),
    ],
)  # fmt: skip
def test_which_comparisons_a_design_of_starts_allows(answered, started, wanted):
    assert [(one.comparison, one.post, one.pre, one.note) for one in turns(answered, started)] == wanted


def test_regions_that_had_started_before_take_no_part():
    dids = {(one.post, one.pre): (one.started, one.others)
            for one in turns(dict.fromkeys("abcd", WAVES), {"a": 2022, "b": 2023, "c": 2024})
            if one.comparison == "did" and not one.note}  # fmt: skip
    assert dids == {(2023, 2022): (("b",), ("c", "d")), (2024, 2022): (("b",), ("d",)), (2024, 2023): (("c",), ("d",))}


def test_every_indicator_of_change_is_described(made):
    tables = [
        change_effects(made["paired"], INSTRUMENTS),
        reliable_changes(made["paired"], made["differences"], made["scores"], alpha(0.8), INSTRUMENTS),
        attrition_indicators(made["attrition"], INSTRUMENTS),
    ]
    assert all(table.schema == TIDY for table in tables)
    used = {key for table in tables for key in table["indicator"]}
    described = {key: one for key, one in load_indicators().items() if one.family == "parjaavyys"}
    assert used <= set(described)
    for key in used:
        info = described[key]
        assert all([info.title.sv, info.title.en, info.description.sv, info.description.en, info.method]), key
    kinds = set(tables[0]["category"].str.split(":").list.first())
    assert kinds == {"srm", "srm_hedges", "ses", "d_av", "d_rm"}


def test_nothing_in_nothing_out(made):
    empty = {name: made[name].clear() for name in ("paired", "differences", "attrition", "scores")}
    nothing = index_moments(made["scores"].clear(), score_pairs(visits().lazy(), {}, design=visits().lazy()))
    assert paired_changes(empty["paired"], INSTRUMENTS).schema == COMPARISONS
    assert score_changes(nothing, INSTRUMENTS).schema == COMPARISONS
    assert differences_in_differences(nothing, INSTRUMENTS, {"oulu": 2023}).schema == COMPARISONS
    assert change_effects(empty["paired"], INSTRUMENTS).schema == TIDY
    assert attrition_indicators(empty["attrition"], INSTRUMENTS).schema == TIDY
    assert reliable_changes(*(empty[name] for name in ("paired", "differences", "scores")), alpha(0.8), INSTRUMENTS).schema == TIDY  # fmt: skip  # noqa: E501


def test_paired_change_of_a_share_has_every_row_and_no_effect():
    """A scale of 0 and 1, of which R's `svymean(~I(y2 - y1))` would give the same: cluster totals by hand."""
    yes = Scale(key="yes", title=WORDS, items=(1,), range=(0, 1), higher_is_better=True)
    asked = {
        "asked": Instrument(
            key="asked", title=WORDS, items=1, response=(0, 1), scales=(yes,), licence="-", citation="-"
        )
    }
    before, after = [0, 0, 1, 1, 0, 1, 0, 0], [1, 0, 1, 0, 1, 1, 1, 1]
    weights, units = [1, 2, 1, 3, 1, 1, 2, 1], "aabbccdd"
    frame = pl.DataFrame(
        [
            (f"{region}{number}", wave, region, region, units[number], weights[number], score)
            for region in ("oulu", "tampere")
            for wave, scores in ((2022, before), (2023, after), (2024, before))
            for number, score in enumerate(scores)
        ],
        schema=["respondent", "wave", "region", "stratum", "unit", "weight", "yes"],
        orient="row",
    ).with_columns(pl.col("wave").cast(pl.Int32), informant=pl.lit("self"))  # fmt: skip
    answers = frame.lazy().select("respondent", "wave", "informant", "yes")
    paired = paired_moments(answers, frame.lazy(), {"yes": 0}, weight_decimals=0)
    table = paired_changes(paired, asked)
    assert table.select("scale", "informant", "region", "wave", "other_wave", "group", "other_group").rows() == [
        ("yes", "self", region, wave, other, "all", "all")
        for region in ("network", "oulu", "tampere")
        for wave, other in ((2023, 2022), (2024, 2022), (2024, 2023))
    ]
    assert table.select(pl.col("effect", "effect_low", "effect_high").is_null().all()).row(0) == (True,) * 3
    assert set(table["effect_kind"]) == {""}
    mine = table.filter(region="oulu", wave=2023).row(0, named=True)
    differences = [late - early for early, late in zip(before, after, strict=True)]
    change = sum(w * d for w, d in zip(weights, differences, strict=True)) / sum(weights)
    assert mine["estimate"] == pytest.approx(change)
    totals = [
        sum(w * (d - change) for w, d, unit in zip(weights, differences, units, strict=True) if unit == one)
        for one in "abcd"
    ]
    assert mine["se"] == pytest.approx(math.sqrt(4 / 3 * sum(z * z for z in totals)) / sum(weights))
    assert (mine["n"], mine["clusters"], mine["df"]) == (8, 4, 3)
    assert change_effects(paired, asked).is_empty()


def linearised_error(values):
    """√Σ_h H/(H − 1)·Σ(z − z̄)² over clusters' linearised values by stratum."""
    return math.sqrt(
        sum(len(z) / (len(z) - 1) * sum((one - sum(z) / len(z)) ** 2 for one in z) for z in values.values())
    )


def test_errors_of_attrition_are_those_of_cluster_totals_by_hand(made):
    table = attrition_indicators(made["attrition"], INSTRUMENTS)
    frame = visits()
    for region, strata in (("tampere", ["tampere"]), ("network", list(REGIONS))):
        there = set(frame.filter(wave=2023)["respondent"])
        people = [
            (row["stratum"], row["unit"], row["weight"], row["good"], row["respondent"] not in there)
            for row in frame.filter(pl.col("wave") == 2022, pl.col("stratum").is_in(strata)).to_dicts()
        ]
        weight = {lost: sum(w for *_, w, _, one in people if one == lost) for lost in (True, False)}
        mean = {lost: sum(w * y for *_, w, y, one in people if one == lost) / weight[lost] for lost in (True, False)}
        share = weight[True] / (weight[True] + weight[False])
        of_share, of_difference = ({stratum: {} for stratum in strata} for _ in range(2))
        for stratum, unit, w, y, lost in people:
            for totals, z in (
                (of_share, w * (lost - share) / sum(weight.values())),
                (of_difference, (-1 if lost else 1) * w * (y - mean[lost]) / weight[lost]),
            ):
                totals[stratum][unit] = totals[stratum].get(unit, 0) + z
        for indicator, totals in (("attrition_share", of_share), ("attrition_difference", of_difference)):
            mine = table.filter(scale="good", region=region, wave=2023, category="2022", indicator=indicator)
            wanted = linearised_error({stratum: list(units.values()) for stratum, units in totals.items()})
            assert mine["se"].item() == pytest.approx(wanted, rel=1e-12), (region, indicator)
            assert mine["n"].item() == len(people)
