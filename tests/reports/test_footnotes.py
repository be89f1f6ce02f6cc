"""Signs in tables: a note on a number stands with the number, one on its interval with the interval."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.figures import Words
from sujuva.published import Published
from sujuva.reports.content import page_of
from sujuva.reports.services_findings import change_told, changes, profile_sentence
from sujuva.reports.signs import DAGGER, Footnotes, formula, of_interval, star_note
from sujuva.reports.tables import COMPARED, by_wave, row_table
from tests.figures.made_integration import HIDDEN, integrated

EN = Words("en")


@pytest.fixture(scope="module")
def full(published):
    return integrated(published)


def density(full, note):
    rows = full["integration"].filter(indicator="network_density", region="oulu", scale="collaboration")
    return rows.with_columns(ci_low=None, ci_high=None, note=pl.when(wave=2024).then(pl.lit(note)).otherwise("note"))


def test_a_note_on_a_number_is_a_footnote_of_the_number(full):
    rows = density(full, "missing_ratings")
    columns = ["wave", "estimate", "interval"]
    view = page_of(full, EN, "oulu")
    table = row_table(view, rows, columns, caption="c", name="n")
    marked = {row[0]: (row[1].endswith("¹"), row[2]) for row in table.rows}
    assert marked["2024"] == (True, "–")
    assert not any(sign for year, (sign, _) in marked.items() if year != "2024")
    assert "¹ Some ratings are missing and left out." in table.note
    wide = by_wave(view, rows, lambda row: row["indicator"], caption="c", heads=["f"], name="n")
    assert wide.rows[0][-1].endswith("¹")
    assert "¹ Some ratings" in wide.note


def test_a_note_on_an_interval_stands_in_its_column(full):
    rows = density(full, "few_agencies")
    table = row_table(page_of(full, EN, "oulu"), rows, ["wave", "estimate", "interval"], caption="c", name="n")
    last = next(row for row in table.rows if row[0] == "2024")
    assert not last[1].endswith("¹")
    assert last[2] == "– (too few organisations for an interval)"


def test_a_hidden_number_has_no_footnote(full):
    rows = density(full, "missing_ratings").with_columns(
        estimate=None, se=None, df=None, n=None, suppressed=pl.lit("primary")
    )
    table = row_table(page_of(full, EN, "oulu"), rows, ["wave", "estimate"], caption="c", name="n")
    assert {row[1] for row in table.rows} == {"not shown"}
    assert table.note == ""


def test_footnotes_are_numbered_as_they_are_met():
    signs = Footnotes(EN)
    shown = {"suppressed": "", "estimate": 1.0}
    assert signs.marked("1", {**shown, "note": "missing_ratings"}) == "1¹"
    assert signs.marked("2", {**shown, "note": "core_not_unique; missing_ratings"}) == "2² ¹"
    assert signs.marked("3", {**shown, "note": "under_30_clusters"}) == "3"
    assert signs.marked("–", {**shown, "estimate": None, "note": "missing_ratings"}) == "–"
    assert of_interval("missing_ratings; few_degrees") == "few_degrees"
    assert signs.said().count(".") == 2


@pytest.mark.parametrize(
    "key", ["partner_value_percent", "agreement_graded", "hsim_reciprocity_graded", "hsim_congruence", "scale_links"]
)
def test_own_formulas_have_a_dagger_and_a_line(full, key):
    assert formula(page_of(full, EN, "oulu"), key) == DAGGER
    assert "own or not verified" in star_note([[f"x{DAGGER}"]], EN)


@pytest.mark.parametrize("key", ["network_transitivity", "delay_median", "case_blau"])
def test_others_have_none(full, key):
    assert formula(page_of(full, EN, "oulu"), key) == ""


def change(**changed):
    row = {"category": "network_density", "estimate": 0.1, "ci_low": 0.01, "ci_high": 0.19, "q": 0.2, "note": ""}
    row |= {"comparison": "network_change", "scale": "collaboration", "suppressed": ""}
    return row | changed


def test_a_change_is_told_with_its_verdict(full):
    view = page_of(full, EN, "oulu")
    assert change_told(view, change()).endswith("; perhaps better)")
    assert change_told(view, change(q=0.01)).endswith("; slightly better)")
    assert change_told(view, change(q=0.01, ci_low=0.1)).endswith("; clearly better)")
    assert change_told(view, change(ci_low=-0.01, q=0.01)).endswith("; cannot be told)")


def test_the_interval_of_a_change_of_shares_is_in_percentage_points(full):
    said = change_told(page_of(full, EN, "oulu"), change(q=0.01), as_share=True)
    assert said == "+10\u00a0pp (1–19\u00a0pp; slightly better)"
    assert EN.between(-0.1, 0.2, {"percent": True, "decimals": 0}) == "−10 – 20\u00a0pp"
    assert EN.between(None, None, {"percent": True}) == "–"
    rows = full["comparisons"].filter(comparison="change").head(1)
    view = page_of(full, EN, "network")
    text = row_table(view, rows, ["interval"], caption="c", name="n", known=COMPARED).rows[0][0]
    assert "%" not in text


def test_a_change_without_a_value_says_why(full):
    none = pl.col("comparison") == "network_change"
    other = full["comparisons"].with_columns(
        note=pl.when(none).then(pl.lit("direction_changed")).otherwise("note"),
        **{name: pl.when(~none).then(name) for name in ("estimate", "ci_low", "ci_high")},
    )
    view = page_of(Published({**full.tables, "comparisons": other}, full.meta), EN, "oulu")
    mine = changes(view, "collaboration")
    assert change_told(view, mine["network_density"]) == "– (the ties have a direction in one year only)"


def test_dimensions_without_a_number_are_named_and_hidden_ones_are_not_missing(full):
    rows = full["integration"].filter(~pl.col("indicator").is_in(["case_consent"]))
    hide = (pl.col("indicator") == "case_referral_lost") & (pl.col("region") == "oulu") & (pl.col("wave") == 2024)
    rows = rows.with_columns(
        suppressed=pl.when(hide).then(pl.lit("primary")).otherwise("suppressed"),
        **{name: pl.when(~hide).then(name) for name in HIDDEN},
    )
    said = profile_sentence(page_of(Published({**full.tables, "integration": rows}, full.meta), EN, "oulu"))
    assert "Without a number: Suostumus ennen prosessia." in said
    assert "Hidden to protect privacy: Ohjaukset, jotka johtivat perille." in said


def test_one_region_is_not_compared_with_itself(full):
    one = Published(full.tables, {**full.meta, "regions": {"oulu": full.meta["regions"]["oulu"]}})
    assert page_of(one, EN, "oulu").regions == page_of(one, EN, "network").regions == ("oulu",)
    assert page_of(full, EN, "oulu").regions == ("oulu", "network")
