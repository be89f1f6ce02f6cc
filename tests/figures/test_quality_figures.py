from __future__ import annotations

import re

import polars as pl
import pytest

from sujuva.errors import CodebookError, DisclosureError
from sujuva.figures import Words
from sujuva.figures.catalogue.quality import ANSWERS, BLANKS, short
from sujuva.figures.labels import rule_title
from sujuva.figures.layouts import CROSS
from sujuva.figures.quality_words import (
    flag_advice,
    flag_amount,
    flag_meaning,
    flag_title,
    item_title,
    long,
    part_title,
)
from sujuva.figures.theme import ink_on
from tests.figures.drawing import blanks, blanks_by_region, quality, response, response_again
from tests.publish.made_up import REGIONS

EVERYONE = [*REGIONS, "network"]
FLAGS = ["straight_lining", "all_missing", "too_fast", "negative_item", "mean_jump", "title_changed"]
NEW_RULES = [
    "impossible_order",
    "area_not_in_year",
    "nothing_given",
    "cell_error",
    "identifier_replaced",
    "duration_unusable",
    "pseudonym",
]


def pictures(published, language="fi"):
    words, meta = Words(language), published.meta
    items, answered = published["quality_items"], published["quality_response"]
    return [
        blanks(items, meta, words),
        blanks_by_region(items, meta, words, regions=EVERYONE),
        response(answered, meta, words, regions=EVERYONE),
        response_again(answered, meta, words, regions=EVERYONE),
    ]


def texts(picture):
    return [one.get_text() for ax in picture.figure.axes for one in ax.texts]


def keys(picture):
    return [one.get_text() for one in picture.figure.legends[0].get_texts()]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_picture_says_what_it_shows(published, language):
    made = pictures(published, language)
    assert len({one.key for one in made}) == 4
    for picture in made:
        assert len(picture.title) > 8
        assert len(picture.caption) > 40
        assert re.search(r"\d+\s?%", picture.alt.replace("\u00a0", " ")), "the text alternative has numbers"
        assert picture.stamp


def test_the_most_blank_question_is_named(published):
    alt = blanks(published["quality_items"], published.meta, Words("en")).alt
    assert re.search(r"question 9 \(CYRM.R\) in 2022, 3\d%", alt)


def test_every_published_share_is_printed_in_its_cell(published):
    words = Words()
    picture = blanks_by_region(published["quality_items"], published.meta, words, regions=EVERYONE)
    printed = sorted(one for one in texts(picture) if re.fullmatch(r"[<>]?\d+", one))
    assert printed == sorted(short(row, words) for row in picture.data.iter_rows(named=True))
    assert len(printed) == 3 * 3 * 5


def test_a_hidden_reason_is_under_the_threshold_only_where_that_is_sure(published):
    """Two small counts may be many together, and a count that is hidden for another's sake may be large."""
    rows = {"bad_number": [("a", 20, ""), ("b", None, "primary")]}
    rows |= {"duplicate": [("a", None, "primary"), ("b", None, "primary")], "self_tie": [("a", None, "secondary")]}
    rows |= {"missing_key": [("a", None, "primary")], "wrong_date": [("a", 30, "")]}
    rules = pl.DataFrame(
        [(source, rule, "quarantine", "", n, mark) for rule, some in rows.items() for source, n, mark in some],
        schema={"source": pl.String, "rule": pl.String, "kind": pl.String, "reason": pl.String, "rows": pl.Int64}
        | {"suppressed": pl.String},
        orient="row",
    )
    picture = quality(published["quality_ledger"], rules, published.meta, Words("en"))
    ax = picture.figure.axes[0]
    titles = [one.get_text().replace("\n", " ") for one in ax.get_yticklabels()]
    said = {titles[round(one.xy[1])]: one.get_text() for one in ax.texts if one.get_text()}
    said = {
        title: text for title, text in said.items() if titles.index(title) > titles.index("Why rows were set aside")
    }
    expected = {"wrong_date": "30", "bad_number": "20 and some not shown", "missing_key": "under 5"}
    expected |= dict.fromkeys(("duplicate", "self_tie"), "not shown (privacy)")
    assert said == {rule_title(rule, Words("en")): label for rule, label in expected.items()}


def test_readers_are_told_to_what_rows_are_rounded(published):
    meta = published.meta | {"privacy": published.meta["privacy"] | {"rounding": 3, "threshold": 10}}
    picture = quality(published["quality_ledger"], published["quality_rules"], meta, Words("en"))
    assert "rounded to the nearest 12" in picture.caption


def test_regions_stand_in_the_order_of_the_page(published):
    order = [REGIONS[1], "network", REGIONS[0]]
    words, meta = Words(), published.meta
    for picture in (
        response(published["quality_response"], meta, words, regions=order),
        blanks_by_region(published["quality_items"], meta, words, regions=order),
    ):
        assert picture.data["region"].unique(maintain_order=True).to_list() == order


def test_a_hidden_share_is_a_word(published):
    first = (pl.col("region") == "oulu") & (pl.col("wave") == 2023)
    frame = published["quality_response"].with_columns(
        estimate=pl.when(~first).then("estimate"),
        suppressed=pl.when(first).then(pl.lit("secondary")).otherwise(pl.lit("")),
    )
    picture = response(frame, published.meta, Words(), regions=EVERYONE)
    assert texts(picture).count("ei näytetä") == 3
    shown = response(published["quality_response"], published.meta, Words(), regions=EVERYONE)
    assert "ei näytetä" not in texts(shown)


def test_a_region_page_compares_with_the_network_only(published):
    picture = response(published["quality_response"], published.meta, Words(), regions=["oulu", "network"])
    assert set(picture.data["region"]) == {"oulu", "network"}
    assert [one.get_text() for one in picture.figure.axes[0].get_yticklabels()] == ["Oulu", "Koko verkosto"]


@pytest.mark.parametrize(
    ("row", "spoken", "cell", "place"),
    [
        ((0.01, "below", ""), "alle 1\u00a0%", "<1", 0),
        ((0.05, "below", ""), "alle 5\u00a0%", "<5", 0),
        ((0.05, "", ""), "5\u00a0%", "5", 1),
        ((0.4, "", ""), "40\u00a0%", "40", 4),
        ((0.98, "above", ""), "yli 98\u00a0%", ">98", 4),
        ((None, "", "secondary"), "ei näytetä", CROSS, None),
    ],
)
def test_shares_in_words_cells_and_colours(row, spoken, cell, place):
    one = dict(zip(("estimate", "bound", "suppressed"), row, strict=True))
    assert long(one, Words()) == spoken
    assert short(one, Words()) == cell
    if place is not None:
        frame = pl.DataFrame({"estimate": [one["estimate"]], "bound": [one["bound"]]})
        assert frame.select(BLANKS.place()).item() == place


@pytest.mark.parametrize("scale", [BLANKS, ANSWERS])
def test_every_class_of_colour_has_a_name(scale):
    assert [one.colour for one in scale.levels(Words())] == list(scale.colours)
    assert scale.levels(Words("en"))[1].title == f"{scale.limits[0]}–{scale.limits[1] - 1}%"


def test_numbers_stand_out_from_their_ground():
    """Contrast of at least 4.5:1 between a number and its cell (WCAG 2.2, 1.4.3)."""

    def light(colour):
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        parts = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    for scale in (BLANKS, ANSWERS):
        for ground in scale.colours:
            ends = sorted([light(ink_on(ground)), light(ground)])
            assert (ends[1] + 0.05) / (ends[0] + 0.05) >= 4.5, ground


def test_tables_that_did_not_pass_publish_are_refused(published):
    raw = published["quality_items"].drop("suppressed")
    with pytest.raises(DisclosureError, match="suppressed"):
        blanks(raw, published.meta, Words())


def test_nothing_is_drawn_where_there_is_nothing(published):
    words, meta = Words(), published.meta
    assert blanks(published["quality_items"].clear(), meta, words) is None
    assert blanks_by_region(published["quality_items"].clear(), meta, words, regions=EVERYONE) is None
    assert response(published["quality_response"].clear(), meta, words, regions=EVERYONE) is None


def test_a_long_instrument_goes_on_below(published):
    items = published["quality_items"].filter(instrument="who5", region="network", item=1)
    many = pl.concat([items.with_columns(item=pl.lit(one, pl.Int32)) for one in range(61)])
    picture = blanks(many, published.meta, Words())
    assert len(picture.figure.axes) == 3
    assert all(ax.get_position().x1 <= 1 for ax in picture.figure.axes)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_rules_and_flags_have_words(language):
    words = Words(language)
    for rule in NEW_RULES:
        assert rule_title(rule, words) not in ("", rule)
    for flag in FLAGS:
        assert flag_title(flag, words) not in ("", flag)
        assert len(flag_meaning(flag, words)) > 20
        assert len(flag_advice(flag, words)) > 20
    with pytest.raises(CodebookError, match=r"terms.yaml: the flag 'unheard_of' has no title"):
        flag_title("unheard_of", words)


def test_what_a_flag_is_about(published):
    words, meta = Words("en"), published.meta
    assert part_title(meta, "sdq", "sdq_7", words) == item_title(7, words) == "question 7"
    assert part_title(meta, "answers_sdq", "sdq_7", words) == "question 7"
    assert part_title(meta, "who5", "who5", words) == "Wellbeing (WHO-5)"
    assert part_title(meta, "area_indicators", "90001", words).startswith("Tuntee itsensä")
    jump = {"kind": "value", "flag": "mean_jump", "estimate": 0.8, "bound": "", "suppressed": ""}
    assert flag_amount(jump, words) == "0.8 standard deviations"
    assert flag_amount(jump | {"estimate": None, "suppressed": "primary"}, words) == "not shown"
