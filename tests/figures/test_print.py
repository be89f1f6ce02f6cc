"""What papers need of layouts: parts told apart in grey, many regions in a column, drawings that fit a page."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from matplotlib.patches import Rectangle

from sujuva.figures.language import Words
from sujuva.figures.layouts import Bars, Dots, Flow, Lines, Network, Panel, Part, Row, Series
from sujuva.figures.layouts.fitting import sheets
from sujuva.figures.specification import View
from sujuva.figures.theme import NARROW, WIDE, Paper, alike, style
from sujuva.published import SHOWN, Published
from tests.figures.test_layouts import UNIT, drawn, frame
from tests.figures.test_texts import faults


class Drawing:
    """A drawing as `faults` wants it."""

    def __init__(self, figure):
        self.figure = figure


def bars():
    return Bars(
        frame(["panel", "row", "part"], *(("", "x", part, 1 / 3, None, None, SHOWN) for part in "abc")),
        [Panel("")], [Row("x", "X")],
        [Part("a", "A", "#0072b2"), Part("b", "B", "#ffffff"), Part("c", "C", "#c04f00")], UNIT,
    )  # fmt: skip


def hatches(figure):
    found = [one for ax in figure.axes for one in ax.patches if isinstance(one, Rectangle) and one.get_width() > 0.3]
    return [bool(one.get_hatch()) for one in found]


def test_parts_alike_in_grey_are_hatched_in_print_alone():
    assert alike("#0072b2", "#c04f00")
    assert not alike("#0072b2", "#ffffff")
    assert hatches(drawn(bars(), paper=replace(WIDE, grey=True))) == [False, False, True]
    assert hatches(drawn(bars())) == [False, False, False]


def regions(count, panels="ab"):
    keys = [f"r{place}" for place in range(count)]
    return Dots(
        frame(["panel", "row", "series"], *((one, key, "now", 0.5, 0.4, 0.6, SHOWN) for one in panels for key in keys)),
        [Panel(one, f"Panel {one}") for one in panels], [Row(key, f"Region {key}") for key in keys],
        [Series("now", "Now")], UNIT, beside={(one, key): "n = 1 200" for one in panels for key in keys},
    )  # fmt: skip


def test_many_regions_stand_in_a_column_with_their_names_beside_them():
    few, many = (drawn(regions(count), paper=NARROW) for count in (6, 24))
    inches = [float(one.get_size_inches()[1]) for one in (few, many)]
    assert inches[1] < 2 * 24 * 0.3 + 2
    assert inches[1] < 3 * inches[0]
    assert next(iter(rows_of([many]))) == "Region r0"
    assert not any(rows_of([few]))
    assert not list(faults(Drawing(many)))


def rows_of(figures):
    return [
        one.get_text() for figure in figures for ax in figure.axes if ax.get_visible() for one in ax.get_yticklabels()
    ]


def test_a_drawing_is_divided_into_as_few_parts_as_the_page_allows():
    with style():
        whole = sheets(regions(24), Words("en"), WIDE)
        tall = float(whole[0].get_size_inches()[1])
        halves = sheets(regions(24, "a"), Words("en"), replace(WIDE, height=0.6 * tall))
    assert len(whole) == 1
    assert len(halves) == 2
    assert rows_of(halves) == [f"Region r{place}" for place in range(24)]
    assert all(one.get_size_inches()[1] <= 0.6 * tall for one in halves)


def test_panels_are_divided_before_rows_and_a_heading_stays_with_its_row():
    layout = regions(4, "abcd")
    layout = replace(layout, rows=[*layout.rows[:2], Row("", "Head"), *layout.rows[2:]])
    with style():
        tall = float(layout.draw(Words("en"), NARROW).get_size_inches()[1])
        two = sheets(layout, Words("en"), replace(NARROW, height=0.6 * tall))
        single = sheets(replace(layout, panels=layout.panels[:1]), Words("en"), replace(WIDE, height=1.2))
    assert [[ax.get_title(loc="left") for ax in one.axes] for one in two] == [
        ["Panel a", "Panel b"], ["Panel c", "Panel d"],
    ]  # fmt: skip
    texts = [rows_of([one]) for one in single]
    assert all("Head" not in one or one[one.index("Head") + 1 :] for one in texts)
    assert [one for some in texts for one in some] == ["Region r0", "Region r1", "Head", "Region r2", "Region r3"]


def test_lines_shrink_a_little_before_they_are_divided():
    layout = Lines(
        frame(["panel", "series"], ("a", "x", 0.2, 0.1, 0.3, SHOWN), ("a", "x", 0.8, 0.7, 0.9, SHOWN)).with_columns(
            x=pl.Series([1.0, 2.0])
        ),
        [Panel("a", "A", axis=UNIT)], [Series("x", "X")], {1: "1", 2: "2"},
    )  # fmt: skip
    with style():
        tall = float(layout.draw(Words("en"), WIDE).get_size_inches()[1])
        (lower,) = sheets(layout, Words("en"), replace(WIDE, height=tall - 0.3))
    assert lower.get_size_inches()[1] == pytest.approx(tall - 0.3)


@pytest.mark.parametrize("paper", [WIDE, NARROW, Paper(6.4, height=2.6)])
def test_what_is_told_above_a_flow_stands_apart(paper):
    facts = [
        ("Lost referrals", "33.0% (29.6–36.6%, n = 685)"),
        ("Back again", "16.4% (13.8–19.4%, n = 690)"),
        ("Length of a chain", "1.42 (1.35–1.48, n = 435)"),
        ("Support that starts together", "69% (65–72%)"),
    ]
    layout = Flow({("a", "b"): 20.0, ("b", "a"): 10.0}, set(), {"a": "Schools", "b": "Health"}, facts)
    figure = drawn(layout, paper=paper)
    assert not list(faults(Drawing(figure)))
    said = " ".join(one.get_text() for one in figure.texts)
    assert all(part in said for fact in facts for part in fact)
    assert figure.get_size_inches()[1] <= paper.height


def test_a_network_on_low_paper_has_its_legend_beside_it_and_its_names_apart():
    layout = Network(
        pl.DataFrame({"number": [1, 2], "name": ["School", "Clinic"], "sector": ["a", "b"], "organisation": ["s", "c"],
                      "x": [0.0, 1.0], "y": [0.0, 1.0]}),
        pl.DataFrame({"wave": [2023, 2024], "source": ["s", "s"], "target": ["c", "c"], "observed": [2, 4]}),
        {"a": "Education", "b": "Health"}, {2: "keep in touch", 4: "work together"}, {(2024, "s")}, "core",
        {2023: "2023", 2024: "2024"},
    )  # fmt: skip
    with style():
        found = sheets(layout, Words("en"), Paper(6.4, height=2.5))
        tall = layout.low(Paper(7.0, height=9.4))
    assert all(one.get_size_inches()[1] < 5 for one in tall), "a page taller than wide is not filled for its own sake"
    assert not [fault for one in tall for fault in faults(Drawing(one))]
    assert len(found) == 3
    assert all(one.get_size_inches()[1] <= 2.5 for one in found)
    assert [one.get_text() for one in found[-1].texts] == ["1", "School", "2", "Clinic"]
    assert not [fault for one in found for fault in faults(Drawing(one))]


def test_a_number_of_answers_that_is_hidden_is_a_word():
    view = View(Published({}, {}), Words("fi"), "network", ())
    assert view.size(None) == "n:ää ei näytetä"
    assert view.size(1200).replace("\u00a0", " ") == "n = 1 200"


def test_no_two_of_many_sectors_look_alike():
    keys = [f"s{number}" for number in range(20)]
    actors = pl.DataFrame({"number": range(20), "name": keys, "sector": keys, "organisation": keys,
                           "x": [float(one) for one in range(20)], "y": [0.0] * 20})  # fmt: skip
    ties = pl.DataFrame(schema={"wave": pl.Int64, "source": pl.String, "target": pl.String, "observed": pl.Int64})
    layout = Network(actors, ties, {key: key for key in keys}, {}, set(), "", {2024: "2024"})
    whole = layout._looks()
    assert len(set(whole.values())) == 20
    part = Network(actors[5:], ties, layout.sectors, {}, set(), "", {2024: "2024"})._looks()
    assert part == {key: whole[key] for key in part}, "a sector looks the same wherever it is"
