"""Lines over time with intervals, a panel for each measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import ScaledTranslation

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.labels import absent
from sujuva.figures.language import Words
from sujuva.figures.layouts.legend import Legend
from sujuva.figures.layouts.panels import (
    Panel,
    Series,
    across_for,
    as_drawn,
    height_of,
    mark_of,
    panelled,
    to_pandas,
    unlabelled,
)
from sujuva.figures.letters import POINTS, lines_of, widest, wrapped
from sujuva.figures.theme import COLOURS, DASHES, INK, MARKERS, OTHER, PAPER, QUIET, TEXT, TEXT_LINE, WIDE, Paper
from sujuva.published import SHOWN

_NAME, _LONGEST = 1.0, 1.3
"""Inches of a name at the end of its line, and of its longest word."""
_KEY = 0.13
"""Inches of the mark before a name, where lines share a colour: names give way to each other and leave their lines."""
DOTTED = (0, (1.5, 1.2))
"""Line of a reference."""
MOST_LINES = 6
"""With more regions than this, regions become rows: lines could not be told apart."""


def region_series(titles: Mapping[str, str], own: str) -> list[Series]:
    """Return the look of regions by their titles: the page's own in colour, the network dark, the others grey.

    Args:
        titles: Titles of regions, in their order.
        own: The region that the page is about.
    """
    looks = []
    for place, (key, title) in enumerate(titles.items()):
        if key == NETWORK and len(titles) > 1:
            looks.append(Series(key, title, colour=INK, marker="d", dash=DOTTED, bold=key == own))
        elif key == own or len(titles) == 1 or (len(titles) == 2 and own not in titles):  # noqa: PLR2004
            looks.append(Series(key, title, colour=COLOURS[0], marker=MARKERS[0], bold=len(titles) > 1))
        else:
            marker, dash = MARKERS[place % len(MARKERS)], DASHES[place % len(DASHES)]
            looks.append(Series(key, title, colour=OTHER, marker=marker, dash=dash))
    return looks


@dataclass(frozen=True)
class Band:
    """An area between two lines of a panel.

    Attributes:
        panel: Key of the panel.
        frame: x, low, high; nothing is drawn of fewer than two rows.
        colour: Its colour.
        depth: How much of it covers what lies below, between 0 and 1.
    """

    panel: str
    frame: pl.DataFrame
    colour: str
    depth: float


@dataclass(frozen=True)
class Lines:
    """Lines over years or days.

    Names of series stand at the ends of their lines. Where the value of a series that is `told` is hidden, the panel
    says so above.

    Attributes:
        frame: panel, series, x, value, low, high, suppressed.
        panels: Panels, each with its axis of values.
        series: Series; the first one is drawn on top.
        ticks: What is written at the values of x.
        ticks_of: The same of single panels.
        apart: Whether each panel spans its own values of x alone.
        height: Height of a panel in inches.
        dodge: How far series stand apart along x, so that intervals do not cover each other.
        legend: Entries of a legend, in place of names at the ends of lines.
        guides: Values of x with a dashed line.
        title: What x is.
        bands: What lies behind the lines, the lowest first.
    """

    frame: pl.DataFrame
    panels: Sequence[Panel]
    series: Sequence[Series]
    ticks: Mapping[float, str]
    ticks_of: Mapping[str, Mapping[float, str]] = field(default_factory=dict)
    apart: bool = False
    height: float = 1.75
    dodge: float = 0.0
    legend: Sequence[Series] = ()
    guides: Sequence[float] = ()
    title: str = ""
    bands: Sequence[Band] = ()

    def draw(self, words: Words, paper: Paper = WIDE) -> Figure:
        """Draw the figure."""
        legend = Legend([mark_of(one) for one in self.legend], paper.width - 0.2, handlelength=3.2)
        ends = self._ends()
        titles = {one.key: one.title for one in self.series if one.title and one.key in ends}
        room = max(_NAME, min(_LONGEST, widest(word for one in titles.values() for word in one.split())))
        names = {key: wrapped(title, room) for key, title in titles.items()}
        named = {key: name for key, name in names.items() if key not in {one.key for one in self.legend}}
        right = 0.15 + (0.1 + self._key() + widest(named.values()) if named else 0.0)
        gap, left = right + 0.45, 0.1 + self._numbers()
        every = [self.ticks_of.get(panel.key, self.ticks) for panel in self.panels]
        need = max(len(one) * (widest(one.values()) + 0.1) for one in every) if every else 1.0
        least = max(1.6, need if any("\n" in text for one in every for text in one.values()) else 0.0)
        across = across_for(paper, len(self.panels), least, left=left, right=right, gap=gap)
        each = (paper.width - left - right - gap * (across - 1)) / across
        if each < need:  # no room for the second line, which the table has
            every = [{x: text.split("\n")[0] for x, text in one.items()} for one in every]
        every = [_thinned(one, each) for one in every]
        hidden = {panel.key: self._hidden(panel.key, words) for panel in self.panels}
        panels = [
            replace(one, about="\n".join(text for text in (one.about, hidden[one.key]) if text)) for one in self.panels
        ]
        written = TEXT_LINE * sum(one.count("\n") + 1 for one in named.values())
        lines = lines_of(text for one in every for text in one.values())
        figure, axes, _ = panelled(
            paper, panels, height=max(self.height, written), left=left, right=right, gap=gap, across=across,
            legend=legend.height, below=0.2 + TEXT_LINE * (lines + bool(self.title)), least=max(paper.least, written),
        )  # fmt: skip
        count = len(self.series)
        shift = {one.key: self.dodge * (number - (count - 1) / 2) for number, one in enumerate(self.series)}
        placed = self.frame.filter(pl.col("series").is_in(list(shift))).with_columns(
            x=pl.col("x") + pl.col("series").replace_strict(shift, return_dtype=pl.Float64)
        )
        known = [*self.frame["x"], *self.ticks, *(one for some in self.ticks_of.values() for one in some)]
        for panel, ticks, ax in zip(panels, every, axes, strict=True):
            mine = placed.filter(pl.col("panel") == panel.key)
            self._panel(ax, mine)
            for band in (one for one in self.bands if one.panel == panel.key and one.frame.height > 1):
                edge = as_drawn(band.frame)
                ax.fill_between(
                    edge["x"], edge["low"], edge["high"], color=band.colour, alpha=band.depth, linewidth=0, zorder=1
                )
            if panel.axis:
                panel.axis.along_y(ax)
            ax.set_xlabel(self.title)
            ax.set_xticks(list(ticks), list(ticks.values()))
            span = list(self.ticks_of[panel.key]) if self.apart else known
            low, high = min(span), max(span)
            room = max(0.35, 0.03 * (high - low))
            ax.set_xlim(low - room, high + room)
            for guide in self.guides:
                ax.axvline(guide, color=COLOURS[1], linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
            self._name(ax, mine, named, height_of(ax))
        legend.along_top(figure)
        return figure

    def _ends(self) -> set[str]:
        """Return the series of which something is drawn."""
        return set(self.frame.filter(pl.col("suppressed") == SHOWN, pl.col("value").is_not_null())["series"])

    def _key(self) -> float:
        """Return the room of the mark before a name."""
        colours = [one.colour for one in self.series]
        return _KEY if len(set(colours)) < len(colours) else 0.0

    def _numbers(self) -> float:
        """Return how wide the numbers of the axes are."""
        return 0.06 + widest(one.axis.written(value) for one in self.panels if one.axis for value in one.axis.places())

    def _hidden(self, panel: str, words: Words) -> str:
        """Say where a series that is told is hidden: a word at its year would stand at some value."""
        told = {one.key: one.title for one in self.series if one.told}
        rows = self.frame.filter(
            pl.col("panel") == panel, pl.col("suppressed") != SHOWN, pl.col("series").is_in(list(told))
        )
        years = rows.group_by("series", maintain_order=True).agg("x")
        said = {
            series: ", ".join(dict.fromkeys(self.ticks.get(x) or f"{x:g}" for x in sorted(xs)))
            for series, xs in years.iter_rows()
        }
        several = len(set(told.values())) > 1
        places = [f"{told[key]} {text}" if several and told[key] else text for key, text in said.items()]
        return f"{absent(rows.row(0, named=True), words)}: {'; '.join(places)}" if said else ""

    def _name(self, ax: Axes, mine: pl.DataFrame, names: Mapping[str, str], inches: float) -> None:
        """Write the names of lines at their ends, as far apart as they need."""
        marks = mine.filter(pl.col("suppressed") == SHOWN, pl.col("value").is_not_null()).sort("x", maintain_order=True)
        last = {row["series"]: row for row in marks.iter_rows(named=True) if row["series"] in names}
        low, high = ax.get_ylim()
        at = {key: (row["value"] - low) / (high - low) * inches for key, row in last.items()}
        tall = {key: TEXT_LINE * (names[key].count("\n") + 1) for key in at}
        looks = {one.key: one for one in self.series}
        key_room = self._key()
        beside = ax.transAxes + ScaledTranslation(key_room / 2 + 0.02, 0, ax.figure.dpi_scale_trans)
        for key, middle in spread(at, tall, inches).items():
            if key_room:
                ax.plot(
                    [1], [middle / inches], marker=looks[key].marker, color=looks[key].colour, markersize=5,
                    markeredgecolor=PAPER, transform=beside, clip_on=False,
                )  # fmt: skip
            ax.annotate(
                names[key], (1, middle / inches), (3 + POINTS * key_room, 0), xycoords="axes fraction",
                textcoords="offset points",
                fontsize=TEXT, color=QUIET if looks[key].colour == OTHER else looks[key].colour, va="center",
                annotation_clip=False, weight="bold" if looks[key].bold else "normal",
            )  # fmt: skip

    def _panel(self, ax: Axes, mine: pl.DataFrame) -> None:
        marks = mine.filter(pl.col("suppressed") == SHOWN, pl.col("value").is_not_null())
        colours = {one.key: one.colour for one in self.series}
        if marks.is_empty():
            return
        spans = marks.filter(pl.col("low").is_not_null(), pl.col("high").is_not_null())
        # Intervals come ready from publish; seaborn's own error bars would compute others.
        shades = [colours[one] for one in spans["series"]]
        ax.vlines(spans["x"], spans["low"], spans["high"], colors=shades, linewidth=1.3)
        drawn = [one for one in reversed(self.series) if one.key in set(marks["series"])]
        with unlabelled(ax):
            sns.lineplot(
                to_pandas(marks), x="x", y="value", hue="series", hue_order=[one.key for one in drawn],
                palette=colours, estimator=None, errorbar=None, legend=False, markersize=6, markeredgecolor=PAPER,
                ax=ax,
            )  # fmt: skip
        # Of more than one variable seaborn looks through every combination, which costs more than all the rest.
        for one, line in zip(drawn, ax.get_lines(), strict=True):
            line.set(marker=one.marker, linestyle=one.dash, linewidth=one.width)


def spread(at: Mapping[str, float], tall: Mapping[str, float], room: float) -> dict[str, float]:
    """Return where texts stand so that none covers another: as near to where they belong as can be.

    Args:
        at: Where the middle of each belongs, in inches from below.
        tall: How tall each is.
        room: How tall their place is; they begin in it, and leave it only if together they are taller.
    """
    order = sorted(at, key=lambda key: (at[key], key))
    placed: dict[str, float] = {}
    floor = 0.0
    for key in order:
        placed[key] = max(at[key], floor + tall[key] / 2)
        floor = placed[key] + tall[key] / 2
    roof = max(room, sum(tall[key] for key in order))
    for key in reversed(order):
        placed[key] = min(placed[key], roof - tall[key] / 2)
        roof = placed[key] - tall[key] / 2
    return placed


def _thinned(ticks: Mapping[float, str], inches: float) -> dict[float, str]:
    """Return as many ticks as fit beside each other, the last one among them."""
    texts = list(ticks.items())
    step = next(
        (step for step in range(1, len(texts)) if len(texts[::step]) * (widest(ticks.values()) + 0.1) <= inches),
        max(1, len(texts)),
    )
    return dict(reversed(texts[::-1][::step]))
