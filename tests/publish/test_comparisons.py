from __future__ import annotations

import polars as pl
import pytest

from sujuva.codebooks import load_indicators
from sujuva.publish import Indicators, Privacy, publish
from sujuva.publish.comparisons import suppress_comparisons
from sujuva.publish.people import told_on, told_rows
from sujuva.publish.reliability import suppress_reliability
from sujuva.publish.rules import allowed
from sujuva.published import COARSE_MEAN, CONTRACTS, FROM_5, OVER_15, SHOWN, UNDER_5, UNDER_15, require_published
from sujuva.tidy import COMPARISONS, RELIABILITY, TIDY
from tests.publish import made_up, made_up_coping

KNOWN = {"indicators": load_indicators(), "privacy": Privacy()}
SIDE = ["scale", "informant", "region", "wave", "group"]


@pytest.fixture(scope="module")
def out():
    return made_up.publication()


def test_hidden_comparisons_and_measures_carry_no_number(out):
    for name in ("comparisons", "reliability"):
        hidden = out[name].filter(pl.col("suppressed") != SHOWN)
        numbers = CONTRACTS[name].numbers
        assert hidden.height > 0, name
        assert hidden.select(pl.all_horizontal(pl.col(numbers).is_null()).all()).item()
        require_published(out[name], name)


@pytest.mark.parametrize(("comparison", "other"), [("gap", "group"), ("change", "wave")])
def test_a_difference_is_shown_only_where_both_sides_are(out, comparison, other):
    means = out["parjaavyys"].filter(indicator="score_mean").select(*SIDE, state="suppressed")
    rows = out["comparisons"].filter(pl.col("comparison") == comparison, pl.col("suppressed") == SHOWN)
    both = rows.join(means, on=SIDE).join(
        means, left_on=[f"other_{one}" if one == other else one for one in SIDE], right_on=SIDE, suffix="_other"
    )
    assert both.height == rows.height > 20
    assert set(both["state"]) | set(both["state_other"]) == {SHOWN}


def test_the_change_of_the_same_children_is_hidden_with_its_number(out):
    shares = out["parjaavyys"].filter(indicator="change_share").group_by("scale", "region", "wave").agg("n")
    nowhere = shares.filter(pl.col("n").list.drop_nulls().list.len() == 0).select("scale", "region", "wave")
    same = out["comparisons"].filter(comparison="change_paired").join(nowhere, on=["scale", "region", "wave"])
    assert same.filter(pl.col("estimate").is_not_null()).filter(pl.col("n") < 5).is_empty()
    assert out["comparisons"].filter(comparison="change_paired", suppressed=SHOWN).height > 10


def comparison(**changed):
    row = dict.fromkeys(COMPARISONS) | {
        "comparison": "gap", "scale": "who5", "category": "", "informant": "self", "region": "oulu", "wave": 2024,
        "group": "gender:girl", "other_wave": 2024, "other_group": "gender:boy", "estimate": 1.0, "n": 40,
        "other_n": 50, "note": "", "effect_kind": "",
    }  # fmt: skip
    return pl.DataFrame([row | changed], schema=COMPARISONS)


def side(group, suppressed, **changed):
    row = dict.fromkeys(TIDY) | {
        "indicator": "score_mean", "scale": "who5", "category": "", "informant": "self", "region": "oulu",
        "wave": 2024, "group": group, "n": 50, "rule": suppressed and "additive", "suppressed": suppressed,
    }  # fmt: skip
    return row | changed


def marked(*rows):
    return pl.DataFrame(rows, schema=dict(TIDY) | {"rule": pl.String, "suppressed": pl.String})


NONE = marked()


@pytest.mark.parametrize(
    ("girls", "boys", "n", "rule"),
    [
        (SHOWN, SHOWN, 40, ""),
        (SHOWN, SHOWN, 4, "small_count"),
        (SHOWN, "primary", 40, "hidden_side"),
        ("secondary", SHOWN, 40, "additive"),
        ("secondary", "primary", 40, "hidden_side"),
    ],
)
def test_either_side_hides_a_gap(girls, boys, n, rule):
    sides = marked(side("gender:girl", girls), side("gender:boy", boys))
    assert suppress_comparisons(comparison(n=n), sides, NONE, **KNOWN)["rule"].to_list() == [rule]


def test_a_side_that_passed_no_control_counts_as_hidden():
    sides = marked(side("gender:girl", SHOWN))
    assert suppress_comparisons(comparison(), sides, NONE, **KNOWN)["rule"].to_list() == ["hidden_side"]


def test_a_difference_of_shares_looks_at_the_shares():
    band = {"indicator": "band_share", "category": "low"}
    sides = marked(
        side("gender:girl", SHOWN), side("gender:boy", SHOWN),
        side("gender:girl", SHOWN, **band), side("gender:boy", "primary", **band),
    )  # fmt: skip
    rows = pl.concat([comparison(), comparison(category="low")])
    assert suppress_comparisons(rows, sides, NONE, **KNOWN)["rule"].to_list() == ["", "hidden_side"]


def test_yes_and_no_of_the_same_children_is_never_compared():
    same = {"comparison": "change_paired", "group": "all", "other_group": "all", "other_wave": 2023}
    paired = marked(side("all", SHOWN, indicator="change_paired", category="2023", rule=""))
    for binary, rule in (([], ""), (["who5"], "small_share")):
        found = suppress_comparisons(comparison(**same), NONE, paired, **KNOWN, binary=binary)
        assert found["rule"].to_list() == [rule]


def test_what_pools_regions_needs_the_mean_of_every_region():
    pooled = comparison(comparison="did", region="network", group="started", other_group="not_started", other_wave=2023)
    for hidden, rule in ((SHOWN, ""), ("secondary", "additive")):
        sides = marked(side("all", SHOWN), side("all", hidden, region="tampere"))
        assert suppress_comparisons(pooled, sides, NONE, **KNOWN)["rule"].to_list() == [rule]


def test_groups_too_rare_to_be_named_are_not_named_in_gaps(made, example_folder):
    rare = made.tables["comparisons"].filter(comparison="gap").head(1).with_columns(group=pl.lit("gender:rare"))
    tables = made.tables | {"comparisons": rare}
    out = publish(
        Indicators(tables), input_folder=example_folder, privacy=Privacy(), regions=made_up.REGIONS,
        waves=made_up.WAVES, coping=made_up_coping.COPING,
    )  # fmt: skip
    assert out["comparisons"].is_empty()


def measure(name, estimate, n):
    place = {"scale": "who5", "item": "", "informant": "self", "region": "oulu", "wave": 2024, "note": ""}
    return place | {"measure": name, "estimate": estimate, "ci_low": None, "ci_high": None, "n": n}


def bars(*states):
    return pl.DataFrame(
        [("who5", "self", "oulu", 2024, "all", 10.0 * low, one) for low, one in enumerate(states)],
        schema={
            "scale": pl.String, "informant": pl.String, "region": pl.String, "wave": pl.Int32, "group": pl.String,
            "bin_low": pl.Float64, "suppressed": pl.String,
        },
        orient="row",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("share", "n", "bound"),
    [(0.02, 100, UNDER_5), (0.02, 99, UNDER_15), (0.08, 100, FROM_5), (0.08, 99, UNDER_15), (0.2, 40, OVER_15)],
)
def test_floors_are_told_in_classes_that_hold_every_small_count(share, n, bound):
    rows = pl.DataFrame([measure("floor", share, n)], schema=RELIABILITY)
    found = suppress_reliability(rows, bars(SHOWN, SHOWN), **KNOWN)
    assert found["bound"].to_list() == [bound]
    assert allowed(found, load_indicators(), "reliability", "measure")["estimate"].to_list() == [None]


def test_a_floor_is_not_told_where_its_bin_is_hidden_or_answers_are_few():
    rows = pl.DataFrame(
        [measure("floor", 0.02, 200), measure("ceiling", 0.02, 200), measure("alpha", 0.8, 29)], schema=RELIABILITY
    )
    found = suppress_reliability(rows, bars("secondary", SHOWN), **KNOWN)
    assert dict(found.select("measure", "rule").iter_rows()) == {
        "floor": "additive",
        "ceiling": "",
        "alpha": "few_answers",
    }
    assert found.filter(pl.col("suppressed") != SHOWN)["bound"].to_list() == ["", ""]


def test_measures_that_would_tell_small_counts_are_left_out(out, made):
    assert {"missing", "item_mean"} <= set(made.tables["reliability"]["measure"])
    assert not {"missing", "item_mean"} & set(out["reliability"]["measure"])


def test_bands_that_are_no_indicator_are_told_of_everyone_only():
    bands = [{"key": "low", "indicator": True}, {"key": "high", "indicator": False}]
    scales = {"who5": {"bands": bands, "binary": False}, "yes": {"bands": [], "binary": True}}
    rows = [
        side(group, "", indicator="band_share", category=band)
        for group in ("all", "gender:girl")
        for band in ("low", "high")
    ]
    rows += [side("all", "", indicator="score_pomp", scale=scale) for scale in ("who5", "yes")]
    known = load_indicators()
    kept = (
        told_on(told_rows(marked(*rows), known), known, [], scales)
        .select("indicator", "scale", "category", "group")
        .rows()
    )
    assert ("band_share", "who5", "high", "gender:girl") not in kept
    assert ("score_pomp", "yes", "", "all") not in kept
    assert len(kept) == 4


def test_ends_of_quantiles_are_shown_only_with_enough_beyond_them(out, made):
    ends = out["parjaavyys"].filter(indicator="score_quantile", suppressed=SHOWN)
    bins = made.tables["distributions"].filter(group="all")
    told = ends.filter(pl.col("ci_low").is_not_null())
    assert 0 < told.height < ends.height
    below = told.join(bins, on=["scale", "informant", "region", "wave", "group"]).filter(
        pl.col("bin_high") <= pl.col("ci_low") + 0.05
    )
    counts = below.group_by("scale", "informant", "region", "wave", "category").agg(pl.col("n_right").sum())
    assert counts.height == told.height
    assert counts["n_right"].min() >= 5


def test_few_discussions_with_a_network_meeting_are_hidden(made, example_folder):
    """Three of 45 discussions had one: the share times their number would tell, and so would the other regions."""
    lp = pl.col("indicator").str.starts_with("lp_")
    few = (pl.col("indicator") == "lp_need_share") & (pl.col("region") == made_up.REGIONS[0])
    rows = made.tables["parjaavyys"].filter(lp, pl.col("wave") == made_up.WAVES[-1])
    talks = rows.filter(indicator="lp_talks", region=made_up.REGIONS[0])["estimate"][0]
    rows = rows.with_columns(estimate=pl.when(few).then(3 / talks).otherwise("estimate"))
    out = publish(
        Indicators(made.tables | {"parjaavyys": rows}), input_folder=example_folder, privacy=Privacy(),
        regions=made_up.REGIONS, waves=made_up.WAVES, coping=made_up_coping.COPING,
    )["parjaavyys"]  # fmt: skip
    need = out.filter(indicator="lp_need_share")
    assert need.filter(region=made_up.REGIONS[0])["suppressed"].to_list() == ["primary"]
    assert need.filter(pl.col("suppressed") != SHOWN).height > 1
    assert out.filter(indicator="lp_strength_share", suppressed=SHOWN).height == 25


def test_topics_that_nobody_or_everybody_shares_are_hidden(made, example_folder):
    everyone = pl.col("indicator") == "lp_plan_share"
    rows = made.tables["parjaavyys"].with_columns(estimate=pl.when(everyone).then(1.0).otherwise("estimate"))
    out = publish(
        Indicators(made.tables | {"parjaavyys": rows}), input_folder=example_folder, privacy=Privacy(),
        regions=made_up.REGIONS, waves=made_up.WAVES, coping=made_up_coping.COPING,
    )["parjaavyys"]  # fmt: skip
    assert set(out.filter(indicator="lp_plan_share")["suppressed"]) == {"primary"}


def test_readers_are_told_of_the_choices_behind_the_numbers(out):
    assert out.meta["coping"] == {
        "started": made_up_coping.STARTED, "linked_units": True, "fdr": 0.05, "reliable_confidence": 0.95,
    }  # fmt: skip
    index = out.meta["scales"]["parjaavyys_index"]
    assert index["range"] == [0, 100]
    assert index["parts"] == made_up_coping.COPING["index_parts"]
    assert index["min_parts"] == 2


def test_the_norm_set_asked_for_is_the_one_that_readers_are_told_of(example_folder):
    from sujuva.codebooks import load_instruments
    from sujuva.publish.meta import scale_meta

    books = load_instruments()
    own, other = scale_meta(books)["gad7"], scale_meta(books, {"gad7": "original"})["gad7"]
    assert (own["norms"], other["norms"]) == ("thl", "original")
    assert [band["high"] for band in own["bands"]] == [4, 9, 15, 21]
    assert [band["high"] for band in other["bands"]] == [4, 9, 14, 21]


def test_beside_a_mean_told_coarsely_no_difference_tells_it_finely():
    rows = marked(side("gender:girl", SHOWN, note=COARSE_MEAN), side("gender:boy", SHOWN))
    told = suppress_comparisons(comparison(), rows, NONE, **KNOWN)
    assert told.select("rule", "suppressed").row(0) == ("additive", "secondary")
    everyone = marked(side("all", SHOWN, note=COARSE_MEAN), side("all", SHOWN, region="tampere"))
    effect = comparison(comparison="did", region="network", group="started", other_group="not_started", other_wave=2023)
    assert suppress_comparisons(effect, everyone, NONE, **KNOWN)["rule"].item() == "additive"
