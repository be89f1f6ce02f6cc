"""Lean axes: what they draw is what matplotlib's own axes draw, to the byte."""

from collections.abc import Callable

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from sujuva.figures.axes import LeanAxes
from sujuva.figures.canvas import as_png, as_svg
from sujuva.figures.theme import INK, style

_PLACE, _PAPER = (0.2, 0.2, 0.7, 0.7), Bbox.from_extents(0, 0, 4, 3)


def _titled(ax: Axes) -> None:
    ax.set_yticks([0, 1, 2.5], ["one", "two\nlines", ""])
    for number, label in enumerate(ax.get_yticklabels()):
        label.set(fontweight="bold" if number else "normal", color=INK)


def _at_the_ends(ax: Axes) -> None:
    ax.set_xlim(0, 100)
    ax.set_xticks([0, 50])
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:g} %")
    ax.get_xticklabels()[0].set_horizontalalignment("left")
    ax.set_xticks([0, 25, 50, 100])  # those that come later stand in the middle
    ax.grid(visible=True, axis="x")


def _named(ax: Axes) -> None:
    ax.plot([0, 1, 2], [3, 1, 2])
    ax.set_xlabel("across")
    ax.set_ylabel("up")
    ax.set_title("both", loc="left")


def _bare(ax: Axes) -> None:
    ax.bar([0, 1], [1, 2])
    ax.tick_params(length=0, rotation=0)
    ax.grid(visible=False)
    ax.spines[["left", "bottom"]].set_visible(False)


def _outside(ax: Axes) -> None:
    ax.set_xticks([0, 1, 2, 3])
    ax.set_xlim(0.5, 2.5)
    ax.set_ylim(2, -1)


def _drawn(kind: type[Axes], prepare: Callable[[Axes], None]) -> tuple[str, bytes]:
    with style():
        figure = Figure(figsize=(4, 3))
        prepare(figure.add_axes(_PLACE, axes_class=kind))
        return as_svg(figure, _PAPER, "axes"), as_png(figure, _PAPER, dots=96, about={})


@pytest.mark.parametrize("prepare", [_titled, _at_the_ends, _named, _bare, _outside])
def test_lean_axes_draw_what_matplotlibs_own_axes_draw(prepare: Callable[[Axes], None]):
    lean, own = _drawn(LeanAxes, prepare), _drawn(Axes, prepare)

    assert "<text" in lean[0]
    assert lean == own
