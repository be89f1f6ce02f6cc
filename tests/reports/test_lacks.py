"""What the data lack is said, not left out."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.figures import Words
from sujuva.published import CONTRACTS, Published
from sujuva.reports import region_report
from sujuva.reports.content import page_of
from sujuva.reports.coping import coping_section
from sujuva.reports.differences import change_section
from sujuva.reports.lacks import blank_forms, means_of, no_index, one_year
from sujuva.reports.quality import quality_section
from tests.figures.drawing import bands, blanks, change, coping

EN = Words("en")
INDEX = {
    "title": {"en": "Coping index"}, "instrument": "parjaavyys_index", "headline": True, "min_parts": 2,
    "parts": {"home": {"single_home": 1.0}, "school": {"who5@self": 1.0}},
}  # fmt: skip


def changed(published, **tables):
    return Published(published.tables | tables, published.meta)


def left_blank(frame, scale="who5", where=None):
    """The rows of a scale as they are when every answer was blank."""
    mine = (pl.col("scale") == scale) & (pl.lit(value=True) if where is None else where)
    empty = {
        name: pl.when(mine).then(pl.lit(None)).otherwise(name) for name in ("estimate", "se", "df", "ci_low", "ci_high")
    }
    said = {"n": 0, "note": pl.lit("no_scores"), "suppressed": pl.lit("")}
    return frame.with_columns(
        **empty, **{name: pl.when(mine).then(value).otherwise(name) for name, value in said.items()}
    )


def coping_of(published, region="network"):
    return coping_section(page_of(published, EN, region))


def change_of(published, region="network"):
    return change_section(page_of(published, EN, region))


def test_a_page_says_why_there_is_no_index(published):
    meta = published.meta | {"scales": published.meta["scales"] | {"parjaavyys_index": INDEX}}
    view = page_of(Published(published.tables, meta), EN, "oulu")
    means = means_of(view).filter(pl.col("scale").is_in(["who5", "sdq_total"]))
    none = no_index(view, means.filter(pl.col("scale") != "who5"))
    assert none.startswith("Coping index: there is none here, because none of its parts has answers (")
    assert "WHO" in none
    assert "at least 2" in no_index(view, means)  # who5 is there, but alone
    other = means.with_columns(informant=pl.lit("parent"))
    assert "none of its parts" in no_index(view, other)
    blank = left_blank(means)
    assert "none of its parts" in no_index(view, blank)
    there = pl.concat([means, means.filter(scale="who5").with_columns(scale=pl.lit("parjaavyys_index"))])
    assert no_index(view, there) == ""
    hidden = there.with_columns(suppressed=pl.lit("primary"), estimate=pl.lit(None, pl.Float64))
    assert no_index(view, hidden) == ""
    without = {key: one for key, one in meta["scales"].items() if key != "parjaavyys_index"}
    assert no_index(page_of(Published(published.tables, meta | {"scales": without}), EN, "oulu"), means) == ""


def test_a_form_that_came_back_blank_is_named_and_not_drawn(published):
    frame, regions = left_blank(published["parjaavyys"]), page_of(published, EN, "network").regions
    section = coping_of(changed(published, parjaavyys=frame))
    assert "WHO" in section.missing.replace("\u2011", "-")
    assert not [note for note in section.notes if "WHO" in note]
    for draw in (coping, bands):
        before, after = (draw(one, published.meta, EN, regions=regions) for one in (published["parjaavyys"], frame))
        assert "who5" in before.data["scale"].to_list()
        assert "who5" not in after.data["scale"].to_list()
        assert "WHO" not in after.caption
    assert "Limits of the bands" in bands(published["parjaavyys"], published.meta, EN, regions=regions).caption


def test_a_form_blank_in_one_region_is_told_of_that_region_only(published):
    frame = left_blank(published["parjaavyys"], where=pl.col("region") == "oulu")
    views = [page_of(changed(published, parjaavyys=frame), EN, region) for region in ("oulu", "tampere")]
    told = {view.region: blank_forms(view, means_of(view)) for view in views}
    assert "WHO" in told["oulu"]
    assert told["tampere"] == ""


def test_hidden_scores_are_not_called_blank(published):
    view = page_of(published, EN, "oulu")
    hidden = means_of(view).with_columns(
        suppressed=pl.lit("primary"), estimate=pl.lit(None, pl.Float64), n=pl.lit(None, pl.Int64)
    )
    assert blank_forms(view, hidden) == ""


@pytest.mark.parametrize(("region", "told"), [("network", "The data has"), ("oulu", "This region has")])
def test_one_year_only_is_said_where_change_would_stand(published, region, told):
    frame = published["parjaavyys"]
    wave = frame["wave"].max()
    tables = {
        "parjaavyys": frame.filter(wave=wave, scale="who5", indicator="score_mean"),
        "comparisons": published["comparisons"].clear(),
        "distributions": published["distributions"].clear(), "reliability": published["reliability"].clear(),
    }  # fmt: skip
    one = changed(published, **tables)
    section = change_of(one, region)
    assert section.missing == f"{told} answers of one year only ({wave}): no change can be told."
    assert section.exhibits == []
    assert region_report(one, region, language="en").pages["change"].count("one year only") == 1


def test_two_years_are_not_called_one(published):
    view = page_of(published, EN, "oulu")
    means = means_of(view)
    assert one_year(view, means) == ""
    turn = means.filter(((pl.col("scale") == "who5") & (pl.col("wave") == 2024)) | (pl.col("wave") == 2023))
    turn = turn.filter((pl.col("scale") != "who5") | (pl.col("wave") == 2024))
    assert one_year(view, turn).startswith("No measure has answers of more than one year")
    assert one_year(view, means.clear()) == ""
    assert change_of(changed(published, comparisons=published["comparisons"].clear())).missing == ""
    bare = changed(published, comparisons=published["comparisons"].clear(), parjaavyys=means)
    assert change_of(bare, "oulu").missing == "This data has no comparisons of years of this region."


def test_where_nobody_could_be_followed_circles_are_not_explained(published):
    frame, regions = published["comparisons"], page_of(published, EN, "network").regions
    same = pl.col("comparison") == "change_paired"

    def drawn(rows):
        picture = change(rows, published.meta, EN, regions=regions)
        return picture.caption, [one.get_text() for one in picture.figure.legends[0].get_texts()]

    nobody = frame.with_columns(
        estimate=pl.when(~same).then("estimate"), n=pl.when(same).then(0).otherwise("n"),
        suppressed=pl.when(same).then(pl.lit("")).otherwise("suppressed"),
    )  # fmt: skip
    for rows in (frame.filter(~same), nobody):
        caption, legend = drawn(rows)
        assert "Nobody has a score in both years" in caption
        assert "circles" not in caption
        assert "regression" not in caption
        assert legend == ["everyone who answered"]
    hidden = frame.with_columns(
        suppressed=pl.when(same).then(pl.lit("primary")).otherwise("suppressed"),
        **{name: pl.when(~same).then(name) for name in CONTRACTS["comparisons"].numbers},
    )
    for rows, marks in (
        (frame, 2),
        (hidden, 1),
    ):  # what is hidden has somebody, and no mark that a legend could explain
        caption, legend = drawn(rows)
        assert "Nobody has" not in caption
        assert len(legend) == marks


def test_blank_answers_are_of_those_asked(published):
    picture = blanks(published["quality_items"], published.meta, EN)
    assert picture.caption.startswith("Of those asked the question")
    section = quality_section(page_of(published, EN, "network"))
    captions = {one.picture.key: one.tables[0].caption for one in section.experts if one.picture}
    assert captions["blanks"].endswith("of those asked it; whole network")
    assert captions["blanks-by-region"].endswith("of all questions asked")
