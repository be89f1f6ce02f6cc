"""Layouts draw what they are given, and say in words or hatching what is hidden."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex

from sujuva.figures.language import Words
from sujuva.figures.layouts import Axis, Bars, Dots, Heat, Histogram, Level, Lines, Panel, Part, Row, Series
from sujuva.figures.layouts.lines import spread
from sujuva.figures.layouts.panels import to_pandas
from sujuva.figures.letters import breadth, wrapped
from sujuva.figures.theme import INK, NARROW, OTHER, PAPER, WIDE, style
from sujuva.published import SHOWN

UNIT = Axis(0, 1, lambda value: f"{100 * value:.0f} %", (0, 0.5, 1))
NUMBERS = {"value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "suppressed": pl.String}


def frame(names, *rows):
    """Rows of a layout: the names of keys, then their values, value, low, high, suppressed."""
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String) | NUMBERS, orient="row")


def drawn(layout, language="en", paper=WIDE):
    with style():
        figure = layout.draw(Words(language), paper)
        figure.draw_without_rendering()
    return figure


def texts(ax):
    return [one.get_text() for one in ax.texts if one.get_text()]


def points(ax):
    """Where dots stand."""
    marks = [one for one in ax.collections if isinstance(one, PathCollection)]
    return {tuple(place.round(3).tolist()) for one in marks for place in one.get_offsets()}


def dots(*rows, **more):
    return Dots(
        frame(["panel", "row", "series"], *rows),
        panels=[Panel("a", "A"), Panel("b", "B")],
        rows=[Row("", "Group"), Row("x", "X"), Row("y", "Y")],
        series=[Series("now", "Now")],
        axis=UNIT,
        **more,
    )


def test_dots_stand_on_their_row_at_their_value():
    figure = drawn(dots(("a", "x", "now", 0.2, 0.1, 0.3, SHOWN), ("a", "y", "now", 0.6, None, None, SHOWN)))
    ax = figure.axes[0]
    assert {(0.2, 1.0), (0.6, 2.0)} <= points(ax)
    lines = [path.vertices[:, 0].tolist() for path in ax.collections[0].get_paths()]
    assert lines == [[0.1, 0.3]]  # an interval only where it has both ends
    assert [one.get_text() for one in ax.get_yticklabels()] == ["Group", "X", "Y"]
    assert [one.get_text() for one in figure.axes[1].get_yticklabels()] == ["", "", ""]


def test_a_row_without_a_mark_has_a_word():
    figure = drawn(
        dots(
            ("a", "x", "now", None, None, None, "primary"),
            ("a", "y", "now", 0.5, None, None, SHOWN),
            ("b", "x", "now", None, None, None, SHOWN),
        )
    )
    assert texts(figure.axes[0]) == ["not shown"]
    assert texts(figure.axes[1]) == ["no data", "no data"]
    assert points(figure.axes[0]) == {(0.5, 2.0)}


def test_what_only_regions_have_is_no_missing_number_of_the_network():
    rows = [("oulu", "x", "now", 0.5, None, None, SHOWN), ("oulu", "y", "now", 0.4, None, None, SHOWN)]
    layout = Dots(
        frame(["panel", "row", "series"], *rows, ("network", "y", "now", 0.4, None, None, SHOWN)),
        panels=[Panel("oulu"), Panel("network")], rows=[Row("x", "X"), Row("y", "Y")], series=[Series("now", "Now")],
        axis=UNIT,
    )  # fmt: skip
    assert texts(drawn(layout).axes[1]) == ["by region only"]


def test_turned_dots_keep_every_mark_and_text():
    rows = [("a", "x", "now", 0.2, None, None, SHOWN), ("b", "y", "now", 0.7, None, None, SHOWN)]
    layout = dots(*rows, beside={("a", "x"): "n = 3"}).turned()
    figure = drawn(layout)
    assert [one.title for one in layout.panels] == ["X", "Y"]
    assert [one.title for one in layout.rows] == ["A", "B"]
    assert points(figure.axes[0]) == {(0.2, 0.0)}
    assert points(figure.axes[1]) == {(0.7, 1.0)}
    assert "n = 3" in texts(figure.axes[0])


def test_series_of_a_row_stand_beside_each_other_unless_told_otherwise():
    rows = [("a", "x", "now", 0.2, None, None, SHOWN), ("a", "x", "then", 0.4, None, None, SHOWN)]
    two = [Series("then", "Then", filled=False), Series("now", "Now")]
    for dodge, apart in ((True, True), (False, False)):
        layout = Dots(
            frame(["panel", "row", "series"], *rows), panels=[Panel("a")], rows=[Row("x", "X")], series=two, axis=UNIT,
            dodge=dodge,
        )  # fmt: skip
        heights = {y for _, y in points(drawn(layout).axes[0])}
        assert (len(heights) == 2) is apart


def lines(*rows):
    return Lines(
        frame(["panel", "series"], *rows).with_columns(x=pl.Series([2022.0, 2023.0, 2024.0])),
        panels=[Panel("a", "A", axis=UNIT)], series=[Series("oulu", "Oulu", marker="s")],
        ticks={2022.0: "2022", 2023.0: "2023", 2024.0: "2024"},
    )  # fmt: skip


def test_a_hidden_year_of_a_line_is_said_above_it_and_has_no_mark():
    (ax,) = drawn(
        lines(
            ("a", "oulu", 0.2, 0.1, 0.3, SHOWN),
            ("a", "oulu", None, None, None, "primary"),
            ("a", "oulu", 0.4, 0.3, 0.5, SHOWN),
        )
    ).axes
    (line,) = ax.get_lines()
    assert line.get_xdata().tolist() == [2022.0, 2024.0]
    assert line.get_marker() == "s"
    assert texts(ax) == ["not shown: 2023", "Oulu"]
    above, name = (one for one in ax.texts if one.get_text())
    assert above.xy == (0, 1)
    assert name.xy == pytest.approx((1, 0.4))  # a name stands at the end of its line
    assert ax.get_ylim() == (0, 1)


def test_a_name_that_leaves_its_line_carries_the_mark_of_the_line_where_lines_share_a_colour():
    shown = [("a", key, value, None, None, SHOWN) for key in ("oulu", "tampere") for value in (0.2, 0.3, 0.5)]
    looks = [Series("oulu", "Oulu", marker="s", colour=OTHER), Series("tampere", "Tampere", marker="^", colour=OTHER)]
    both = Lines(
        frame(["panel", "series"], *shown).with_columns(x=pl.Series([2022.0, 2023.0, 2024.0] * 2)),
        panels=[Panel("a", "A", axis=UNIT)], series=looks, ticks={2022.0: "2022", 2023.0: "2023", 2024.0: "2024"},
    )  # fmt: skip
    (ax,) = drawn(both).axes
    marks = {line.get_ydata()[0]: line.get_marker() for line in ax.get_lines() if list(line.get_xdata()) == [1]}
    names = {text.xy[1]: text.get_text() for text in ax.texts if text.get_text() in {"Oulu", "Tampere"}}
    assert {names[y]: marker for y, marker in marks.items()} == {"Oulu": "s", "Tampere": "^"}

    own, other = looks[0], replace(looks[1], colour=INK)
    (ax,) = drawn(replace(both, series=[own, other])).axes  # colours tell them apart
    assert len(ax.get_lines()) == 2


def bars(row, keys, **more):
    """A bar whose parts are `row`: value, low, high by key; a part without a value is hidden."""
    rows = [("", "r", key, *one, SHOWN if one[0] is not None else "primary") for key, one in row.items()]
    return Bars(
        frame(["panel", "row", "part"], *rows), panels=[Panel("")], rows=[Row("r", "R")],
        parts=[Part(key, key, "#cfe3f0") for key in keys], axis=UNIT, **more,
    )  # fmt: skip


def edges(row, keys):
    """Where the intervals of one bar are drawn, from and to, in per cent."""
    (ax,) = drawn(bars(row, keys)).axes
    spans = [(100 * path.vertices[:, 0]).round(6).tolist() for one in ax.collections for path in one.get_paths()]
    return spans[: len(spans) // 2]  # each line has a pale one under it


ROW = {"a": (0.2, 0.1, 0.35), "b": (0.7, 0.6, 0.8), "c": (0.1, 0.05, 0.2)}


def test_intervals_stand_at_the_edges_of_the_first_and_the_last_part():
    assert edges(ROW, "abc") == [[10, 35], [80, 95]]


def test_two_parts_share_one_interval():
    row = {"a": (0.8, 0.7, 0.9), "b": (0.2, 0.1, 0.3)}
    assert edges(row, "ab") == [[70, 90]]
    assert edges({"a": (0.8, None, None), "b": row["b"]}, "ab") == [[70, 90]]


@pytest.mark.parametrize(
    ("hidden", "left"), [("a", []), ("b", [[10, 35]]), ("c", [[10, 35]]), ("bc", [[10, 35]]), ("abc", [])]
)
def test_no_interval_stands_beside_what_is_hidden(hidden, left):
    assert edges(ROW | dict.fromkeys(hidden, (None, None, None)), "abc") == left


def test_parts_are_as_wide_as_they_are_large_and_what_is_hidden_is_a_gap_in_its_place():
    (ax,) = drawn(bars(ROW | {"b": (None, None, None)}, "abc")).axes
    wide = [(one.get_x(), one.get_width(), to_hex(one.get_facecolor())) for one in ax.patches]
    assert sorted((round(x, 6), round(width, 6), colour) for x, width, colour in wide) == [
        (0.0, 0.2, "#cfe3f0"), (0.2, 0.7, PAPER), (0.9, 0.1, "#cfe3f0"),
    ]  # fmt: skip
    assert sorted(texts(ax)) == ["10", "20", "not shown"]


def test_a_bar_whose_place_nobody_knows_is_told_in_words():
    (ax,) = drawn(bars(ROW | {"a": (None, None, None), "c": (None, None, None)}, "abc")).axes
    assert texts(ax) == ["b 70 %; others not shown"]
    assert not ax.patches


def test_a_bar_of_which_all_is_hidden_says_so():
    (ax,) = drawn(bars(dict.fromkeys("abc", (None, None, None)), "abc")).axes
    assert texts(ax) == ["not shown"]
    assert not [one for one in ax.patches if one.get_width() > 0]


def test_cells_have_the_colour_of_their_class_and_a_cross_where_they_are_hidden():
    cells = pl.DataFrame(
        {
            "panel": [""] * 3, "row": ["r"] * 3, "column": ["1", "2", "3"], "level": [0, 1, None],
            "text": ["5", "50", ""], "suppressed": [SHOWN, SHOWN, "primary"],
        }
    )  # fmt: skip
    levels = [Level("low", "#ffffff"), Level("high", "#0b4673")]
    figure = drawn(Heat(cells, [Panel("")], [Row("r", "R")], {key: key for key in "1234"}, levels))
    (ax,) = figure.axes
    colours = ax.collections[0].get_facecolors()
    assert colours[0].tolist() == [1, 1, 1, 1]
    assert colours[1, :3] * 255 == pytest.approx([0x0B, 0x46, 0x73])
    assert sorted((one.get_position()[0], one.get_text()) for one in ax.texts if one.get_text()) == [
        (0.5, "5"), (1.5, "50"), (2.5, "not shown"),
    ]  # fmt: skip
    many = Heat(cells, [Panel("")], [Row("r", "R")], {str(key): str(key) for key in range(1, 20)}, levels)
    figure = drawn(many)
    assert "×" in texts(figure.axes[0])  # no room for a word
    assert "not shown (privacy)" in [one.get_text() for one in figure.legends[0].get_texts()]


def test_a_hidden_share_of_a_histogram_is_a_word_and_not_zero():
    bins = pl.DataFrame(
        {
            "panel": [""] * 4, "series": ["2024"] * 3 + ["2023"], "low": [0.0, 10.0, 20.0, 10.0],
            "high": [9.0, 19.0, 29.0, 19.0], "value": [0.25, None, 0.75, 0.5],
            "suppressed": [SHOWN, "primary", SHOWN, SHOWN],
        }
    )  # fmt: skip
    series = [Series("2024", "2024"), Series("2023", "2023")]
    figure = drawn(Histogram(bins, [Panel("")], series, str))
    (ax,) = figure.axes
    tall = {round(one.get_x() + one.get_width() / 2): one.get_height() for one in ax.patches}
    assert tall == {5: 0.25, 25: 0.75}
    assert [(one.get_text(), one.xy[0]) for one in ax.texts] == [("not shown", 15.0)]
    assert ax.get_lines()[0].get_xydata().tolist() == [[15.0, 0.5]]


def test_the_last_bits_of_a_float_are_not_drawn():
    assert to_pandas(pl.DataFrame({"x": [0.1 + 0.2]}))["x"].tolist() == [0.3]


def test_an_axis_writes_round_values_inside_its_ends():
    assert Axis(0.49, 1.0, str, ticks=6).places() == [0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    assert Axis(0, 1, str, ticks=(0, 1)).places() == [0, 1]


def test_on_narrow_paper_titles_stand_above_their_rows_and_panels_below_each_other():
    rows = [(panel, row, "now", 0.5, None, None, SHOWN) for panel in "ab" for row in "xy"]
    long = "A row whose title is longer than a narrow paper is wide, and is wrapped"
    layout = replace(dots(*rows, beside={("a", "y"): "n = 3"}), rows=[Row("x", "X"), Row("y", long)])
    figure = drawn(layout, paper=NARROW)
    one, other = figure.axes
    assert figure.get_size_inches()[0] == NARROW.width
    assert one.get_position().x0 == other.get_position().x0
    assert one.get_position().y0 > other.get_position().y1
    said = [text.get_text() for text in one.texts if text.get_text()]
    assert said[0] == "X"
    assert said[1].replace("\n", " ") == long
    assert "\n" in said[1]
    assert "n = 3" in said


def test_words_are_wrapped_and_none_is_cut():
    text = "Varhaiskasvatuspedagogiikkatoimikunta ja koulu"
    lines = wrapped(text, 1.2).split("\n")
    assert all(breadth(one) <= 1.2 for one in lines)
    assert "".join(one.removesuffix("-") if one.endswith("-") else one + " " for one in lines).strip() == text
    assert wrapped("Hyvinvointi (WHO-5)", 9) == "Hyvinvointi (WHO-5)"


def test_texts_side_by_side_are_spread_in_their_order():
    placed = spread({"a": 1.0, "b": 1.05, "c": 1.9}, dict.fromkeys("abc", 0.2), 2.0)
    assert sorted(placed, key=placed.get) == ["a", "b", "c"]
    assert placed["b"] - placed["a"] == pytest.approx(0.2)
    assert placed["c"] == pytest.approx(1.9)
    crowded = spread(dict.fromkeys("abc", 0.0), dict.fromkeys("abc", 0.2), 0.3)
    assert sorted(crowded.values()) == pytest.approx([0.1, 0.3, 0.5])
