from __future__ import annotations

import re

import polars as pl
import pytest

from sujuva.figures import View, Words, metrics, network_pictures
from sujuva.figures.catalogue.change import gap_rows
from sujuva.figures.catalogue.common import headlined
from sujuva.figures.catalogue.coping import band_parts
from sujuva.figures.catalogue.talks import in_order
from sujuva.figures.labels import clusters_note, note_title
from sujuva.figures.norms import norms_note
from sujuva.figures.theme import INK, QUIET
from sujuva.figures.verdicts import compared
from sujuva.published import CONTRACTS, SHOWN, Published
from tests.figures.drawing import (
    bands,
    change,
    coping,
    did,
    gaps,
    hobbies,
    movers,
    practice,
    reliability,
    strengths,
    transitions,
)
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
    assert "home (Everyday life at home goes well × 1)" in picture.caption
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


def test_a_gap_is_sure_only_by_the_rule_of_verdicts(published):
    rows = gap_rows(published["comparisons"], published.meta, region="network")
    assert rows["sure"].to_list() == [compared(row, published.meta).sure for row in rows.iter_rows(named=True)]
    strict = published.meta | {"coping": published.meta["coping"] | {"fdr": 0.0}}
    assert not gap_rows(published["comparisons"], strict, region="network").filter(pl.col("q") > 0)["sure"].any()


def test_few_clusters_are_said_apart_from_the_caption(published):
    words = Words("en")
    warned = published["comparisons"].with_columns(note=pl.lit("under_30_clusters"))
    silent = published["comparisons"].with_columns(note=pl.lit(""))
    for picture, told in (
        (change(warned, published.meta, words, regions=EVERYONE), True),
        (change(silent, published.meta, words, regions=EVERYONE), False),
    ):
        assert ("fewer than 30 schools or services" in picture.warning) is told
        assert "fewer than 30 schools or services" not in picture.caption  # a page says it once
    assert clusters_note(silent, words) == ""


def test_regions_keep_the_order_of_the_study(published):
    for order in (EVERYONE, EVERYONE[::-1]):
        picture = change(published["comparisons"], published.meta, Words(), regions=order)
        found = picture.data.filter(scale="who5", comparison="change")["region"].to_list()
        assert found == [one for one in order if one in found]
        assert len(found) == 5


def of(scale):
    """A view of a publication that knows one scale."""
    return View(Published({}, {"scales": {"s": scale}}), Words(), "network", ())


@pytest.mark.parametrize(
    ("better", "band", "order"),
    [(True, (0, 49), ["", "low"]), (False, (17, 40), ["", "low"]), (True, (80, 100), ["low", ""])],
)
def test_what_no_band_covers_stands_where_the_bands_are_not(better, band, order):
    about = {"key": "low", "title": {"fi": "x"}, "low": band[0], "high": band[1], "informant": "", "unverified": True}
    span = [0, 40] if not better else [0, 100]
    scale = {"bands": [about], "higher_is_better": better, "range": span, "decimals": 0}
    parts = band_parts(of(scale), "s", "self")
    assert [one.key for one in parts] == order
    assert any(one.title == "x *" for one in parts)


def test_bands_run_from_the_best_to_the_worst():
    def one(key, low, high):
        return {"key": key, "title": {"fi": key}, "low": low, "high": high, "informant": "", "unverified": False}

    three = [one("poor", 0, 3), one("good", 8, 10), one("fair", 4, 7)]
    scale = {"bands": three, "higher_is_better": True, "range": [0, 10], "decimals": 0}
    assert [part.key for part in band_parts(of(scale), "s", "self")] == ["good", "fair", "poor"]
    worse = scale | {"higher_is_better": False}
    assert [part.key for part in band_parts(of(worse), "s", "self")] == ["poor", "fair", "good"]


def test_hidden_shares_are_gaps_and_carry_no_number(published):
    picture = movers(published["parjaavyys"], published.meta, Words("en"), regions=EVERYONE)
    hidden = picture.data.filter(pl.col("suppressed") != SHOWN)
    assert hidden.height > 0
    assert hidden["estimate"].null_count() == hidden.height
    assert "dotted gap" in picture.caption


def written(picture):
    return [text.get_text() for ax in picture.figure.axes for text in ax.texts]


def hiding(frame, one):
    """The frame with all shown, and with one row hidden."""
    shown = frame.with_columns(suppressed=pl.lit(""), estimate=pl.col("estimate").fill_null(0.5))
    numbers = CONTRACTS["parjaavyys"].numbers
    suppressed = pl.when(one).then(pl.lit("primary")).otherwise("suppressed")
    return shown, shown.with_columns(pl.when(~one).then(pl.col(numbers)), suppressed=suppressed)


def test_a_row_without_a_mark_says_why(published):
    words, one = Words("en"), (pl.col("indicator") == "lp_fidelity") & (pl.col("region") == "oulu")
    shown, hidden = hiding(published["parjaavyys"], one)
    for rows, told in ((shown, 0), (hidden, 1)):
        picture = practice(rows, published.meta, words, regions=EVERYONE)
        assert written(picture).count("not shown") == told
        assert ("does not mean zero" in picture.caption) is bool(told)
    whole, without = (
        written(practice(rows, published.meta, words, regions=EVERYONE)) for rows in (shown, shown.filter(~one))
    )
    assert without.count("no data") == whole.count("no data") + 1


def test_hobbies_say_which_year_is_hidden(published):
    hobby = published["parjaavyys"].filter(scale="single_hobby")
    first = hobby["wave"].min()
    one = (pl.col("region") == "oulu") & (pl.col("wave") == first) & (pl.col("group") == "all")
    for rows, told in zip(hiding(hobby, one), (False, True), strict=True):
        picture = hobbies(rows, published.meta, Words("en"), regions=EVERYONE)
        assert (f"{first}: not shown" in written(picture)) is told


def test_children_reached_are_explained_only_where_they_are_drawn(published):
    others = published["parjaavyys"].filter(pl.col("indicator") != "lp_coverage")
    no_interval = pl.lit(None, pl.Float64)
    reached = others.filter(indicator="lp_fidelity").with_columns(
        indicator=pl.lit("lp_coverage"), ci_low=no_interval, ci_high=no_interval
    )
    for rows, told in ((pl.concat([others, reached]), True), (others, False)):
        picture = practice(rows, published.meta, Words("en"), regions=EVERYONE)
        assert ("has no interval" in picture.caption) is told


def test_measures_without_a_known_error_are_named(published):
    frame, words = published["parjaavyys"], Words("en")
    frame = frame.filter(pl.col("scale").is_in(["who5", "cyrm_r"]))
    assert "Not here" not in movers(frame, published.meta, words, regions=EVERYONE).caption
    lost = frame.filter(indicator="change_share", scale="who5").with_columns(
        indicator=pl.lit("attrition_share"), scale=pl.lit("single_heard")
    )
    picture = movers(pl.concat([frame, lost]), published.meta, words, regions=EVERYONE)
    assert "Not here: Feels heard." in picture.caption


def test_small_groups_are_grey_and_said(published):
    for size, told in ((25, True), (30, False)):
        frame = published["comparisons"].filter(pl.col("suppressed") == SHOWN)
        frame = frame.with_columns(n=pl.lit(size, pl.Int64), other_n=pl.lit(300, pl.Int64))
        picture = gaps(frame, published.meta, Words("en"), region="network")
        colours = {label.get_color() for label in picture.figure.axes[0].get_yticklabels()}
        assert colours == {QUIET if told else INK}
        assert ("Grey" in picture.caption) is told
        assert any("fewer than 30" in one.get_text() for one in picture.figure.legends[0].get_texts()) is told


def test_norm_sets_are_named_in_words():
    def scale(norms):
        return {"instrument_title": {"en": norms.upper()}, "norms": norms, "bands": [{"key": "x"}]}

    meta = {"scales": {"a": scale("uk4"), "b": scale("own"), "c": scale("smith"), "d": scale("who") | {"bands": []}}}
    said = norms_note("abcd", meta, Words("en"))
    assert said.removeprefix("Limits of the bands: ").split("; ") == [
        "UK4: British norms, four bands (uk4)",
        "OWN: this project's own",
        "SMITH: limits of Smith (smith).",
    ]
    assert norms_note("d", meta, Words("en")) == ""


def test_topics_stand_as_a_day_goes():
    places = ["", "leisure", "home", "school", "daycare"]
    assert in_order(pl.DataFrame({"category": places}))["category"].to_list() == [
        "home", "daycare", "school", "leisure", "",
    ]  # fmt: skip
    turned = ["unchanged", "vulnerability_to_strength:home", "vulnerability_to_strength", "unchanged:home"]
    assert in_order(pl.DataFrame({"category": turned}))["category"].to_list() == [
        "vulnerability_to_strength:home", "unchanged:home", "vulnerability_to_strength", "unchanged",
    ]  # fmt: skip


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
