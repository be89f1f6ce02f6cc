"""What readers are told beside the numbers: decimals, grids, bands, days, sources and codes, by hand."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
import yaml

from sujuva.codebooks import load_instruments
from sujuva.errors import ParameterError
from sujuva.fingerprint import with_bundles
from sujuva.publish import Privacy
from sujuva.publish.meta import (
    _OF_BUNDLE,
    band_frame,
    build_meta,
    codebook_meta,
    facts_meta,
    grid_of,
    index_meta,
    integration_meta,
    lineage_meta,
    profile_of,
    scale_meta,
    shown_as,
)

INSTRUMENTS = load_instruments()
SCALES = scale_meta(INSTRUMENTS)


@pytest.mark.parametrize(
    ("low", "high", "decimals"),
    [(0, 0.5, 3), (1, 2, 3), (-1, 0, 3), (0, 2, 2), (-1, 1, 2), (1, 5, 2), (0, 12, 2), (1, 13, 2), (0, 13, 1),
     (1, 14, 1), (0, 100, 1)],
)  # fmt: skip
def test_the_wider_a_scale_the_fewer_its_decimals(low, high, decimals):
    assert shown_as(low, high) == {"decimals": decimals, "percent": False}


def test_scores_from_0_to_1_are_per_cent():
    assert shown_as(0, 1) == {"decimals": 1, "percent": True}


def grid(key: str, **changed: Any) -> float:
    instrument = next(one for one in INSTRUMENTS.values() if any(scale.key == key for scale in one.scales))
    scale = next(scale for scale in instrument.scales if scale.key == key)
    return grid_of(scale.model_copy(update=changed), instrument)


@pytest.mark.parametrize(
    ("key", "step"),
    [
        ("gad7", 1.0),  # a sum of whole answers
        ("who5", 4.0),  # four times a sum
        ("brs", 1 / 6),  # a mean of six
        ("common_agenda", 0.25),
        ("wilder_stake", 1 / 3),
        ("wilder_roles", 0.5),
        ("sdq_total", 1.0),  # a sum of four sums
        ("swemwbs", 0.01),  # converted to two decimals
    ],
)
def test_the_grid_is_what_scores_without_gaps_are_whole_multiples_of(key, step):
    assert grid(key) == pytest.approx(step)


def test_the_grid_of_a_mean_of_parts_is_that_of_the_finest_part_shared_out():
    assert grid("sdq_total", score="mean", decimals=2) == 0.25
    parts = ("wilder_stake", "wilder_roles")  # of thirds, and of halves
    assert grid("wilder_goals", items=(), parts=parts, score="sum") == pytest.approx(1 / 3)
    assert grid("wilder_goals", items=(), parts=parts) == pytest.approx(1 / 6)
    assert grid("wilder_goals", items=(), parts=parts, multiply=3) == pytest.approx(1 / 2)


def test_no_grid_is_finer_than_the_decimals_that_are_kept():
    assert grid("brs", decimals=1) == pytest.approx(1 / 6)
    assert grid("brs", decimals=0) == 1.0
    assert grid("gad7", items=(), decimals=2) == 0.01  # made of nothing that is known


def test_scales_are_told_in_their_order_with_range_decimals_and_kind():
    sdq = [key for key, one in SCALES.items() if one["instrument"] == "sdq"]
    assert [SCALES[key]["order"] for key in sdq] == list(range(len(sdq)))
    assert SCALES["who5"]["range"] == [0, 100]
    assert SCALES["who5"]["shown"] == {"decimals": 1, "percent": False}
    assert SCALES["who5"]["grid"] == 4.0
    assert (SCALES["single_hobby"]["binary"], SCALES["single_home"]["binary"]) == (True, False)
    assert (SCALES["sdq_total"]["headline"], SCALES["sdq_emotional"]["headline"]) == (True, False)


def test_what_nobody_verified_of_a_scale_goes_before_what_nobody_verified_of_its_instrument():
    cyrm = INSTRUMENTS["cyrm_r"]
    assert SCALES["cyrm_r"]["unverified"] == cyrm.scales[0].unverified != cyrm.unverified
    assert SCALES["common_agenda"]["unverified"] == INSTRUMENTS["collective_impact"].unverified != ""
    assert SCALES["who5"]["unverified"] == ""


def test_bands_are_those_of_the_norms_that_were_chosen_or_else_of_the_instrument():
    def bands(scale: str, norms: dict[str, str] | None) -> list[tuple[str, float, float]]:
        told = scale_meta(INSTRUMENTS, norms)[scale]["bands"]
        return [(one["key"], one["low"], one["high"]) for one in told]

    assert [key for key, *_ in bands("who5", None)] == ["poor"]
    assert bands("who5", {"who5": "screening"}) == [("likely_depression", 0.0, 28.0)]
    assert bands("who5", {"gad7": "screening"}) == bands("who5", None) == bands("who5", {})
    assert bands("ucla3", None) == [("lonely", 6.0, 9.0)]
    assert bands("brs", None) == []  # norms that nobody chose
    assert scale_meta(INSTRUMENTS, {"who5": "screening"})["who5"]["norms"] == "screening"
    assert (SCALES["who5"]["norms"], SCALES["brs"]["norms"]) == ("who", "")


def test_a_band_tells_of_whom_it_is_where_it_is_not_of_everybody():
    assert {band["informant"] for band in SCALES["sdq_total"]["bands"]} == {"self", "parent", "teacher"}
    assert {band["informant"] for band in SCALES["gad7"]["bands"]} == {""}


def test_the_index_is_a_scale_with_the_parts_and_the_fewest_of_them_that_were_declared():
    made = index_meta({"home": {"who5": 1, "gad7": 2}, "school": {"brs": 1}}, 2, INSTRUMENTS)
    (told,) = made.values()
    assert told["parts"] == {"home": {"who5": 1.0, "gad7": 2.0}, "school": {"brs": 1.0}}
    assert told["min_parts"] == 2
    assert told["range"] == [0, 100]


def test_shares_are_about_bands_ones_and_days():
    band = {"key": "low", "informant": "self", "low": 0, "high": 49}
    scales = {"who5": {"bands": [band], "binary": False}, "hobby": {"bands": [], "binary": True}}
    assert band_frame(scales, [7, 14]).rows() == [
        ("who5", "low", "self", 0.0, 49.0),
        ("hobby", "", "", 1.0, 1.0),
        ("", "7", "", 0.0, 7.0),
        ("", "14", "", 0.0, 14.0),
    ]
    assert band_frame({}, []).is_empty()


def test_the_profile_has_the_dimensions_that_were_asked_for_in_their_order():
    def keys(**chosen: Any) -> list[str]:
        return [one.key for one in profile_of(chosen, [7, 14], "data/input")]

    assert keys(profile=["consent", "density"]) == ["consent", "density"]
    assert len(keys()) > 10
    assert keys() == keys(profile=[]) == keys(profile=None)
    assert keys(profile=["density"], composite=["consent"]) == ["density"]


@pytest.mark.parametrize("chosen", [{"profile": ["densty"]}, {"profile": ["density"], "composite": {"densty": 1}}])
def test_a_dimension_that_no_codebook_has_is_refused(chosen):
    with pytest.raises(ParameterError, match=r"no dimension 'densty'.*density"):
        profile_of(chosen, [7], "data/input")


def test_choices_of_integration_are_told():
    def told(days: list[int], **chosen: Any) -> dict[str, Any]:
        return integration_meta(chosen, days, "data/input")

    made = told([14, 7], profile=["density"], composite=["density", "consent"], curve_days=[30, 7], tie_from=2)
    assert [one["key"] for one in made["profile"]] == ["density"]
    assert made["composite"] == {"density": 1.0, "consent": 1.0}
    assert made["curve_days"] == [7, 14, 30]
    assert made["beside_days"] == 14
    assert made["tie_from"] == 2
    assert told([7], composite={"density": 3})["composite"] == {"density": 3.0}
    assert told([7])["composite"] == {}
    assert (told([])["curve_days"], told([])["beside_days"]) == ([], None)
    assert {"title", "low", "high"} <= {*made["profile"][0]}
    assert "days" not in made["profile"][0]


def test_rows_of_the_page_of_a_region_and_how_rows_are_made_are_told():
    assert {one["topic"] for one in facts_meta("data/input", [7, 14])} >= {"coping"}
    rows = lineage_meta("data/input")
    band = next(one for one in rows if one["rows"] == {"indicator": ["band_share"]})
    assert band == {"table": "parjaavyys", "rows": {"indicator": ["band_share"]},
                    "by": "parjaavyys.level.score_indicators", "from": ["moments/scores"]}  # fmt: skip


ABROAD = "Finnish Medical Association"
SOURCES = pl.DataFrame(
    {
        "source": ["b", "a"], "file": ["b.csv", None], "licence": ["x", "y"], "responsible": [ABROAD, None],
        "citation": [None, "c"], "synthetic": [True, False],
    }
)  # fmt: skip


@pytest.fixture
def study(tmp_path):
    about = {"title": "Tutkimus", "responsible": "Ryhmä", "date": "2026-02-01", "fingerprint": "a" * 12}

    def build(sources: pl.DataFrame = SOURCES, described: dict[str, Any] | None = about, **more: Any) -> dict[str, Any]:
        (tmp_path / "sources.yaml").unlink(missing_ok=True)
        if described is not None:
            (tmp_path / "sources.yaml").write_text(yaml.safe_dump(described), encoding="utf-8")
        given = {"regions": ["oulu"], "waves": [2023], "delay_days": [7], "areas": {}, "confidence": 0.9}
        given |= {"case_start": "contact", "case_end": "meeting", "privacy": Privacy()} | more
        return build_meta(input_folder=tmp_path, sources=sources, **given)

    return build


def test_title_date_sources_and_who_is_responsible_are_told(study):
    made = study()
    assert made["title"]["fi"] == "Tutkimus"
    assert (made["responsible"], made["date"], made["data"]) == ("Ryhmä", "2026-02-01", "a" * 12)
    blank = dict.fromkeys(("file", "licence", "responsible", "citation"), "")
    assert made["sources"] == [
        blank | {"source": "a", "licence": "y", "citation": "c"},
        blank | {"source": "b", "file": "b.csv", "licence": "x", "responsible": ABROAD},
    ]
    assert {name: told["fi"] for name, told in made["producers"].items()} == {ABROAD: "Suomen Lääkäriliitto"}
    assert (made["waves"], made["delay_days"], made["confidence"]) == ([2023], [7], 0.9)
    assert (made["case_start"], made["case_end"]) == ("contact", "meeting")


def test_a_study_that_nobody_described_has_empty_texts(study):
    for described in (None, {}):
        made = study(described=described)
        assert (made["title"]["fi"], made["responsible"], made["date"], made["data"]) == ("", "", "", "")


def test_data_are_called_synthetic_where_any_source_is_or_else_where_the_study_says_so(study):
    for some, said in (([False, False], False), ([True, False], True), ([True, True], True)):
        assert study(SOURCES.with_columns(synthetic=pl.Series(some)))["synthetic"] is said
    for said in (True, False):
        assert study(SOURCES.clear(), {"title": "", "synthetic": said})["synthetic"] is said
    assert study(SOURCES.clear(), {"title": ""})["synthetic"] is False
    assert study(SOURCES.with_columns(synthetic=False), {"title": "", "synthetic": True})["synthetic"] is False


def test_the_fingerprint_is_of_data_choices_and_code_together(study):
    made = study(code="c" * 12, chosen="b" * 12)
    assert (made["code"], made["choices"]) == ("c" * 12, "b" * 12)
    assert made["fingerprint"] == "-".join(letter * 8 for letter in "abc")
    assert study(code="c" * 12)["fingerprint"] == ""


def test_of_bundles_readers_are_told_whose_they_are_and_the_data_are_those_with_them(study):
    one = {name: f"its {name}" for name in _OF_BUNDLE}
    made = study(bundles={"bundles": [one | {"path": "secret"}], "shelf": "shelf"})
    assert made["bundles"] == [one]
    assert made["data"] == with_bundles("a" * 12, "shelf") != "a" * 12
    assert "bundles" not in study()
    assert "bundles" not in study(bundles={"bundles": [], "shelf": ""})


def test_choices_of_coping_have_their_usual_values_where_nothing_is_chosen(study):
    assert study()["coping"] == {"started": {}, "linked_units": True, "reliable_confidence": 0.95}
    chosen = {"started": {"tampere": 2024, "oulu": 2022}, "linked_units": False, "reliable_confidence": 0.9}
    assert study(coping=chosen)["coping"] == chosen
    assert [*study(coping=chosen)["coping"]["started"]] == ["oulu", "tampere"]


def told(**coping: Any) -> dict[str, Any]:
    return codebook_meta("data/input", ["tampere", "nowhere", "oulu"], coping)


def test_regions_that_no_codebook_knows_are_left_out_and_the_others_keep_their_order():
    made = told()
    assert made["region_order"] == ["tampere", "oulu"] == [*made["regions"]]
    assert made["regions"]["oulu"]["code"] == "564"
    assert made["sector_order"] == [*made["sectors"]]


def test_codebooks_tell_conditions_ranges_and_the_index_that_was_chosen():
    made = told(norms={"who5": "screening"})
    assert [*made["conditions"]] == [scale.key for scale in INSTRUMENTS["collective_impact"].scales]
    assert made["relations"]["trust_mission"]["range"] == [1, 4]
    assert made["scales"]["who5"]["norms"] == "screening"
    assert "release" not in made["indicators"]["score_mean"]
    assert {"title", "unit", "description", "kind"} <= {*made["indicators"]["score_mean"]}
    assert "parjaavyys_index" not in made["scales"]
    parts = {"index_parts": {"home": {"who5": 1}}}
    assert told(**parts)["scales"]["parjaavyys_index"]["min_parts"] == 1
    assert told(**parts, index_min_parts=3)["scales"]["parjaavyys_index"]["min_parts"] == 3
