"""Each alternative is what the pipeline's functions make of data so changed; the default is the pipeline's number."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva import integration
from sujuva.errors import ParameterError, SujuvaError
from sujuva.multiverse.computed import tell, ways_of
from sujuva.multiverse.declared import Finding
from sujuva.multiverse.networks import NetworkChange
from sujuva.multiverse.persons import PersonChange
from sujuva.multiverse.specifications import specifications
from sujuva.publish import Privacy
from tests.multiverse.made_up import (
    DENSITY,
    ITEMS,
    KEYS,
    MEAN,
    SHARE,
    WHY,
    changes,
    declared,
    network_changes,
    run,
    tables,
)

NUMBERS = ("estimate", "se", "ci_low", "ci_high", "n", "other_n")


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return run(tmp_path_factory.mktemp("run"))


def numbers(row):
    return [row[name] for name in NUMBERS]


def of(frame, finding=MEAN, *, other_wave=2022, category=None):
    at = {name: finding.get(name, "") for name in ("scale", "category", "informant")} | {
        "region": finding.get("region", "network")
    }
    at |= {"wave": 2024, "other_wave": other_wave, "category": at["category"] if category is None else category}
    return numbers(frame.filter(**at).row(0, named=True))


def computed(source, finding, **chosen):
    change = PersonChange(Finding(**finding), declared(), source)
    return numbers(change.row({name: values[0] for name, values in change.values.items()} | chosen))


def pipeline(**settings):
    answers, people = tables()["clean/answers_who5"], tables()["clean/respondents"]
    return changes(settings.pop("answers", answers), settings.pop("people", people), **settings)


@pytest.mark.parametrize("finding", [MEAN, SHARE], ids=["mean", "share"])
def test_the_default_is_the_number_of_the_pipeline_to_the_last_digit(source, finding):
    assert computed(source, finding) == of(pipeline(), finding)


@pytest.mark.parametrize("finding", [MEAN, SHARE], ids=["mean", "share"])
def test_equal_weights_are_those_of_a_sample_in_which_all_weigh_one(source, finding):
    people = tables()["clean/respondents"].with_columns(weight=pl.lit(1.0))
    found = computed(source, finding, weights="equal")
    assert found == pytest.approx(of(pipeline(people=people), finding), rel=1e-12)
    assert found[0] != computed(source, finding)[0]


def test_units_apart_and_another_reference_wave_are_those_of_the_pipeline(source):
    assert computed(source, MEAN, linked_units="apart") == of(pipeline(linked=False))
    assert computed(source, MEAN, linked_units="apart")[1] != computed(source, MEAN)[1]
    assert computed(source, MEAN, reference_wave="2023") == of(pipeline(), other_wave=2023)


def test_flagged_answers_out_are_as_if_they_had_not_been_given(source):
    flags = tables()["quarantine/flags"]
    kept = tables()["clean/answers_who5"].join(flags, on=KEYS, how="anti")
    assert computed(source, MEAN, flagged="out") == of(pipeline(answers=kept))
    assert computed(source, MEAN, flagged="out")[4] == computed(source, MEAN)[4] - 12


def test_half_of_the_items_is_enough_where_that_is_the_rule(source):
    """WHO-5 asks for all items: filled with the person's own mean, the same answers have the prorated score."""
    found = computed(source, MEAN, missing_rule="half")
    assert found[4:] == [240, 240]
    assert computed(source, MEAN)[4:] == [232, 232]
    raw = tables()["clean/answers_who5"].select("respondent", "wave", pl.mean_horizontal(ITEMS).alias("mean"))
    people = raw.join(tables()["clean/respondents"], on=["respondent", "wave"])
    means = people.group_by("wave").agg((pl.col("mean") * 20 * pl.col("weight")).sum() / pl.col("weight").sum())
    at = dict(means.iter_rows())
    assert found[0] == pytest.approx(at[2024] - at[2022], abs=0.05)  # a prorated score of WHO-5 is a whole number


def test_another_norm_set_has_the_band_that_is_declared(source):
    change = PersonChange(Finding(**SHARE), declared(), source)
    row = change.row({name: values[0] for name, values in change.values.items()} | {"norms": "screening"})
    scores = tables()["clean/answers_who5"].with_columns(score=pl.sum_horizontal(ITEMS, ignore_nulls=False) * 4)
    people = scores.join(tables()["clean/respondents"], on=["respondent", "wave"]).drop_nulls("score")
    share = (pl.col("weight") * (pl.col("score") <= 28)).sum() / pl.col("weight").sum()
    at = dict(people.group_by("wave").agg(share).iter_rows())
    assert row["estimate"] == pytest.approx(at[2024] - at[2022], rel=1e-9)


def test_a_rule_that_is_the_codebooks_own_is_no_other_way(source):
    own = declared(choices={"missing_rule": [{"value": "complete", "why": WHY}, {"value": "half", "why": WHY}]})
    assert PersonChange(Finding(**MEAN), own, source).values["missing_rule"] == ["codebook", "half"]


@pytest.mark.parametrize(("tie_from", "confirmation"), [(2, "either"), (3, "either"), (2, "both"), (3, "both")])
def test_networks_under_another_rule_are_those_of_the_pipeline(source, tie_from, confirmation):
    change = NetworkChange(Finding(**DENSITY), declared(), source)
    chosen = {name: values[0] for name, values in change.values.items()}
    row = change.row(chosen | {"tie_from": str(tie_from), "confirmation": confirmation})
    rule = integration.TieRule(tie_from, confirmation)
    assert numbers(row) == of(network_changes(tables()["moments/actors"], tables()["moments/ties"], rule), DENSITY)


def test_a_choice_that_changes_nothing_of_a_network_is_no_other_way(source):
    reciprocity = Finding(**DENSITY | {"category": "network_reciprocity_dyad"})
    assert NetworkChange(reciprocity, declared(), source).values["confirmation"] == ["either"]
    assert NetworkChange(Finding(**DENSITY), declared(), source).values["confirmation"] == ["either", "both"]


def test_results_that_do_not_belong_to_the_code_are_refused(tmp_path):
    source = run(tmp_path)
    path = tmp_path / "indicators/parjaavyys/comparisons.parquet"
    pl.read_parquet(path).with_columns(pl.col("estimate") + 1e-6).write_parquet(path)
    with pytest.raises(SujuvaError, match="another number"):
        tell(Finding(**MEAN), declared(), source, Privacy())


@pytest.mark.parametrize(
    ("finding", "choices", "said"),
    [
        (MEAN | {"scale": "who6"}, {}, "no row who6|no instrument"),
        (MEAN | {"region": "nowhere"}, {}, "no row"),
        (MEAN, {"reference_wave": [{"value": 2021, "why": WHY}]}, "2021 is no wave"),
        (SHARE, {"norms": [{"value": "whoo", "scale": "who5", "band": "poor", "why": WHY}]}, "norm set 'whoo'"),
        (SHARE, {"norms": [{"value": "who", "scale": "who5", "band": "poor", "why": WHY}]}, None),
    ],
)
def test_what_the_run_does_not_have_is_an_error_and_the_default_again_is_none(source, finding, choices, said):
    own = declared(findings=[finding], choices=choices)
    if said is None:
        assert len(tell(own.findings[0], own, source, Privacy()).table) == 1
        return
    with pytest.raises(ParameterError, match=said):
        tell(own.findings[0], own, source, Privacy())


def test_parts_count_those_who_are_treated_alike(source):
    change = PersonChange(Finding(**MEAN), declared(), source)
    design = specifications(change.values, most=64, sample=0, seed="s")
    parts = ways_of(change, design, source).parts.filter(wave=2024)
    treatments = ["codebook|kept|", "half|kept|", "codebook|out|", "half|out|"]
    counted = {tuple(row[:-1]): row[-1] for row in parts.select(*treatments, "members").iter_rows()}
    assert counted == {(1, 1, 1, 1): 220, (None, 1, None, 1): 8, (1, 1, None, None): 12}


def test_told_numbers_are_those_of_the_door_and_no_number_of_persons_is_among_them(source):
    told = tell(Finding(**MEAN), declared(), source, Privacy())
    published = source.published["comparisons"].filter(
        scale="who5", category="", wave=2024, other_wave=2022, region="network"
    )
    assert told.table.row(0)[1:4] == published.select("estimate", "ci_low", "ci_high").row(0)
    assert told.table.columns == ["specification", "estimate", "ci_low", "ci_high", "way", "suppressed"]
    assert told.told.height == 32
    step = 5.0  # 5 persons × 100 points of some 230: 2.2, and the next of 1, 2, 5
    later = told.told.filter(pl.col("specification") > 0).select(pl.col("estimate", "ci_low", "ci_high") / step)
    assert later.select((pl.all() - pl.all().round()).abs().max()).row(0) == pytest.approx((0, 0, 0), abs=1e-9)


def test_a_hidden_finding_stays_hidden_in_every_way(tmp_path):
    told = tell(Finding(**MEAN), declared(), run(tmp_path, hidden=True), Privacy())
    assert (told.way, told.holds, told.told.height) == ("", 0, 0)
    assert told.table.select(pl.col("estimate", "ci_low", "ci_high").is_null().all()).row(0) == (True, True, True)
