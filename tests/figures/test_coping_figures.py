from __future__ import annotations

import re

import polars as pl
import pytest

from sujuva.figures import (
    Words,
    bands,
    change,
    coping,
    did,
    gaps,
    hobbies,
    metrics,
    movers,
    network_pictures,
    practice,
    reliability,
    strengths,
    transitions,
)
from sujuva.figures.bars import band_parts
from sujuva.figures.coping import headlined
from sujuva.figures.gaps import gap_rows
from sujuva.figures.labels import clusters_note, note_title
from sujuva.publish import SHOWN
from tests.publish import made_up

EVERYONE = [*made_up.REGIONS, "network"]


def every(published, language="fi", region="network"):
    words, meta = Words(language), published.meta
    frame, compared = published["parjaavyys"], published["comparisons"]
    regions = EVERYONE if region == "network" else [region, "network"]
    return [
        gaps(compared, meta, words, region=region),
        change(compared, meta, words, regions=regions),
        movers(frame, meta, words, regions=regions),
        did(compared, meta, words),
        bands(frame, meta, words, regions=regions),
        reliability(published["reliability"], meta, words, region=region),
        strengths(frame, meta, words, region=region),
        transitions(frame, meta, words, region=region),
        practice(frame, meta, words, regions=regions),
        hobbies(frame, meta, words, regions=regions),
    ]


@pytest.mark.parametrize(("language", "region"), [("fi", "network"), ("sv", "oulu"), ("en", "network")])
def test_every_figure_of_coping_says_what_it_shows(published, language, region):
    made = every(published, language, region)
    assert None not in made
    assert len({one.key for one in made}) == len(made)
    for picture in made:
        assert len(picture.title) > 5
        assert len(picture.caption) > 60
        assert len(picture.alt) > 30
        assert "{" not in picture.caption + picture.alt + picture.title
        assert "suppressed" in picture.data.columns


def test_the_same_numbers_draw_the_same_bytes(published):
    assert [one.svg() for one in every(published)[:3]] == [one.svg() for one in every(published)[:3]]


def test_nothing_is_drawn_where_there_is_nothing(published):
    words, meta = Words(), published.meta
    frame, compared = published["parjaavyys"].clear(), published["comparisons"].clear()
    assert gaps(compared, meta, words, region="network") is None
    assert change(compared, meta, words, regions=EVERYONE) is None
    assert did(compared, meta, words) is None
    assert movers(frame, meta, words, regions=EVERYONE) is None
    assert bands(frame, meta, words, regions=EVERYONE) is None
    assert reliability(published["reliability"].clear(), meta, words, region="network") is None
    assert strengths(frame, meta, words, region="network") is None
    assert transitions(frame, meta, words, region="network") is None
    assert practice(frame, meta, words, regions=EVERYONE) is None
    assert hobbies(frame, meta, words, regions=EVERYONE) is None


def test_the_index_comes_first_and_is_declared(published):
    assert headlined(published.meta)[0] == "parjaavyys_index"
    assert not {"single_home", "single_hobby"} & set(headlined(published.meta))
    picture = coping(published["parjaavyys"], published.meta, Words("en"), regions=EVERYONE)
    assert picture.data["scale"][0] == "parjaavyys_index"
    assert "home (Everyday life at home goes well)" in picture.caption
    assert "at least 2 of these" in picture.caption


def test_gaps_are_ordered_by_size_and_turned_so_that_right_is_better(published):
    rows = gap_rows(published["comparisons"], published.meta, region="network")
    shown = rows.filter(pl.col("effect").is_not_null())
    assert shown["effect"].abs().is_sorted(descending=True)
    worse = shown.filter(pl.col("scale").str.starts_with("sdq_total"))
    assert (worse["turned"] == -worse["effect"]).all()
    better = shown.filter(scale="who5")
    assert (better["turned"] == better["effect"]).all()
    assert worse.height > 0
    assert better.height > 0


def test_a_gap_is_clear_only_under_the_rate_of_false_discoveries(published):
    rows = gap_rows(published["comparisons"], published.meta, region="network")
    assert (rows["clear"] == (rows["q"].fill_null(1) < 0.05)).all()
    strict = published.meta | {"coping": published.meta["coping"] | {"fdr": 0.0}}
    assert not gap_rows(published["comparisons"], strict, region="network")["clear"].any()


def test_few_clusters_are_said_in_the_caption(published):
    words = Words("en")
    warned = published["comparisons"].with_columns(note=pl.lit("under_30_clusters"))
    silent = published["comparisons"].with_columns(note=pl.lit(""))
    for picture, told in (
        (change(warned, published.meta, words, regions=EVERYONE), True),
        (change(silent, published.meta, words, regions=EVERYONE), False),
    ):
        assert ("fewer than 30 schools or services" in picture.caption) is told
    assert clusters_note(silent, words) == ""


def test_regions_keep_the_order_of_the_study(published):
    for order in (EVERYONE, EVERYONE[::-1]):
        picture = change(published["comparisons"], published.meta, Words(), regions=order)
        found = picture.data.filter(scale="who5", comparison="change")["region"].to_list()
        assert found == [one for one in order if one in found]
        assert len(found) == 5


@pytest.mark.parametrize(
    ("better", "band", "order"),
    [(True, (0, 49), ["", "low"]), (False, (17, 40), ["", "low"]), (True, (80, 100), ["low", ""])],
)
def test_what_no_band_covers_stands_where_the_bands_are_not(better, band, order):
    about = {"key": "low", "title": {"fi": "x"}, "low": band[0], "high": band[1], "informant": "", "unverified": True}
    span = [0, 40] if not better else [0, 100]
    scale = {"bands": [about], "higher_is_better": better, "range": span, "decimals": 0}
    parts = band_parts({"scales": {"s": scale}}, "s", "self", Words())
    assert [one.key for one in parts] == order
    assert any(one.title == "x *" for one in parts)


def test_bands_run_from_the_best_to_the_worst():
    def one(key, low, high):
        return {"key": key, "title": {"fi": key}, "low": low, "high": high, "informant": "", "unverified": False}

    three = [one("poor", 0, 3), one("good", 8, 10), one("fair", 4, 7)]
    scale = {"bands": three, "higher_is_better": True, "range": [0, 10], "decimals": 0}
    meta = {"scales": {"s": scale}}
    assert [part.key for part in band_parts(meta, "s", "self", Words())] == ["good", "fair", "poor"]
    meta["scales"]["s"]["higher_is_better"] = False
    assert [part.key for part in band_parts(meta, "s", "self", Words())] == ["poor", "fair", "good"]


def test_hidden_shares_are_hatched_and_carry_no_number(published):
    picture = movers(published["parjaavyys"], published.meta, Words("en"), regions=EVERYONE)
    hidden = picture.data.filter(pl.col("suppressed") != SHOWN)
    assert hidden.height > 0
    assert hidden["estimate"].null_count() == hidden.height
    assert "hatched" in picture.caption


def test_differences_are_written_with_their_sign_and_unit():
    fi, en = Words("fi"), Words("en")
    assert fi.signed(0.631, {"decimals": 2}) == "+0,63\u00a0pistettä"
    assert fi.signed(-0.04, {"decimals": 1}) == "0,0\u00a0pistettä"
    assert en.signed(-0.125, {"decimals": 1, "percent": True}) == "\u221212.5\u00a0percentage points"
    assert en.signed(0.125, {"decimals": 1, "percent": True}, brief=True) == "+12.5\u00a0pp"
    assert en.signed(None, {}) == "–"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_note_of_coping_has_words(language):
    from sujuva.estimation import alpha, interval, omega
    from sujuva.parjaavyys import did as two
    from sujuva.parjaavyys import followed, lp

    notes = [interval.UNDER_30_CLUSTERS, alpha.FEW_ANSWERS, alpha.ITEM_WITHOUT_VARIANCE, alpha.NEGATIVE_ALPHA]
    notes += [omega.FEW_ITEMS, omega.HEYWOOD, omega.NO_CONVERGENCE, two.NO_PRE_WAVE, two.NO_CONTROLS, two.NO_STARTED]
    notes += [two.FEW_AREAS, followed.NO_RELIABILITY, lp.NO_ELIGIBLE, lp.MORE_THAN_ELIGIBLE]
    for note in notes:
        assert not re.fullmatch(r"[a-z_0-9]+", note_title(note, Words(language))), note


def test_the_network_draws_them_all_and_metrics_name_them(published):
    drawn = network_pictures(published, Words("en"), regions=made_up.REGIONS)
    assert {"gaps", "change", "movers", "did", "bands", "reliability", "strengths", "transitions", "practice"} <= set(
        drawn
    )
    numbers = metrics(published)["network"]
    assert any(name.startswith("alpha.") for name in numbers)
    assert any(name.startswith("change_paired.") for name in numbers)
    assert "lp_fidelity" in numbers
