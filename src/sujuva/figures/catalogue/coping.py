"""Figures of how children and young people cope: means by year, bands, and how scores are spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.catalogue import findings
from sujuva.figures.catalogue.common import (
    EDGES,
    HIDDEN_WORD,
    INDEX,
    NO_RANKING,
    PANEL,
    drawn,
    ends_of_time,
    headlined,
    hidden,
    level,
    number,
    places,
    scale_about,
    scale_panels,
    threshold,
    year,
)
from sujuva.figures.labels import environment_title, informant_title, level_note, manner, record
from sujuva.figures.layouts import (
    MOST_LINES,
    Axis,
    Bars,
    Dots,
    Histogram,
    Lines,
    Part,
    Series,
    region_series,
    shares_axis,
)
from sujuva.figures.nobody import of_somebody, somebody
from sujuva.figures.norms import norms_note
from sujuva.figures.specification import Spec, View, latest, ranked, say
from sujuva.figures.theme import COLOURS, MARKERS
from sujuva.published import SHOWN, chosen, row_of, rows_of

_LEAST_PART = 3
_SPREAD_DASHES = ((0, (1.5, 1.2)), (0, (4, 1.5)))
GOOD_TO_BAD = {
    1: ("#0072b2",),
    2: ("#cfe3f0", "#c04f00"),
    3: ("#cfe3f0", "#f0c9a8", "#c04f00"),
    4: ("#cfe3f0", "#f6e3d3", "#ea9a5e", "#b34700"),
    5: ("#9cc9e3", "#d9e8f2", "#f6e3d3", "#ea9a5e", "#b34700"),
}
"""Colours from the best part to the worst, lightness falling towards what calls for attention."""


def mean_rows(view: View) -> pl.DataFrame:
    """Return the mean scores of everyone on headline scales, in the order of figures."""
    means = view.data.filter(pl.col("indicator") == "score_mean", pl.col("group") == "all")
    wanted = headlined(view.meta) or means["scale"].unique().sort().to_list()
    return ranked(means, "informant", "region", "wave", scale=wanted)


def _coping_rows(view: View) -> pl.DataFrame:
    """Keep the scales that somebody in the regions (other than the network) has."""
    means = mean_rows(view).filter(pl.col("region").is_in(view.regions))
    own = means.filter(somebody(), (pl.col("region") != NETWORK) | (pl.lit(list(view.regions) == [NETWORK])))
    return means.join(
        own.select("scale", "informant").unique(), on=["scale", "informant"], how="semi", maintain_order="left"
    )


def window(view: View, part: pl.DataFrame) -> Axis:
    """Return the part of a scale that a panel shows: the intervals with room, at least a third of the scale.

    The whole range would flatten every difference, the intervals alone would blow each of them up.
    """
    ends = part.select(
        low=pl.min_horizontal("estimate", "ci_low").min(), high=pl.max_horizontal("estimate", "ci_high").max()
    ).row(0)
    shown = manner(view.meta, row_of(part))
    bottom, top = (float(one) for one in record(view.meta, "scales", part["scale"][0])["range"])
    low, high = (float(one) for one in (ends if ends[0] is not None else (bottom, top)))
    width = min(max((top - bottom) / _LEAST_PART, 1.3 * (high - low)), top - bottom)
    start = min(max((low + high - width) / 2, bottom), top - width)
    return Axis(start, start + width, lambda value: view.words.tick(value, shown))


def _own(view: View) -> list[str]:
    """Return the regions that have rows."""
    return [one for one in view.regions if one in set(view.data["region"])]


def _coping(view: View) -> Lines | Dots | None:
    regions, data = _own(view), view.data
    if not regions:
        return None
    panels = scale_panels(view, view.data, scale_about, window)
    if len(regions) > MOST_LINES:
        roles, series = ends_of_time(data, view)
        return Dots(
            drawn(data, panel=PANEL, row="region", **roles), panels, places(view, regions), series,
            panels[0].axis or shares_axis(view.words), dodge=False,
        )  # fmt: skip
    waves = data["wave"].unique().sort().to_list()
    first = data.filter(pl.col("region") == regions[0]).select(PANEL.alias("panel"), "wave", "n")
    counts = {(panel, wave): f"\n{view.size(n)}" for panel, wave, n in first.iter_rows() if n is not None}
    single = len([one for one in regions if one != NETWORK]) <= 1
    ticks = {
        panel.key: {wave: f"{wave}{counts.get((panel.key, wave), '') if single else ''}" for wave in waves}
        for panel in panels
    }
    return Lines(
        drawn(data, panel=PANEL, series="region", x=pl.col("wave").cast(pl.Float64)), panels,
        region_series({one: view.place(one) for one in regions}, view.region), ticks={}, ticks_of=ticks, dodge=0.09,
    )  # fmt: skip


def _many(view: View) -> bool:
    return len(_own(view)) > MOST_LINES


def index_note(view: View) -> str:
    """Say what the index of coping is made of; nothing where there is none."""
    about = view.meta["scales"].get(INDEX) if INDEX in view.data["scale"] else None
    if not about:
        return ""
    said = []
    for place, some in about["parts"].items():
        weight_of = (view.meta, "scales", INDEX, "parts", place)
        named = [f"{view.scale(name.split('@')[0])} × {view.words.tick(chosen(*weight_of, name), {})}" for name in some]
        said.append(f"{view.words.inside(environment_title(place, view.words))} ({' + '.join(named)})")
    return view.say(
        "The index (0–100) is this project's own and has no norms: each part is put on 0–100 of its scale, turned so "
        "that more is better, and averaged by weight over {parts}; a person needs at least {least} of these.",
        parts=view.words.listed(said),
        least=chosen(view.meta, "scales", INDEX, "min_parts"),
    )


def _coping_alt(view: View) -> str:
    said = []
    mine = view.data.filter(pl.col("region") == _own(view)[0], pl.col("estimate").is_not_null())
    for (scale, _), part in mine.group_by("scale", "informant", maintain_order=True):
        ends = [row_of(part), row_of(part, -1)][: part["wave"].n_unique()]
        said.append(f"{view.scale(str(scale))} " + " → ".join(f"{number(view, row)} ({row['wave']})" for row in ends))
    start = view.say("Dot charts of mean scores by region.") if _many(view) else view.say("Line charts of mean scores.")
    nothing = view.say("No figures to show.")
    return f"{start} {view.place(_own(view)[0])}: {'; '.join(said)}." if said else f"{start} {nothing}"


def band_rows(view: View) -> pl.DataFrame:
    """Return the shares in the bands of headline scales at the latest year."""
    order = [key for key in headlined(view.meta) if view.meta["scales"][key]["bands"]]
    shares = view.data.filter(pl.col("indicator") == "band_share", pl.col("group") == "all")
    some = of_somebody(latest(ranked(shares, "informant", scale=order, region=view.regions)), ["scale", "informant"])
    return some.sort(
        pl.col("scale").cast(pl.Enum(order)), "informant", pl.col("region").cast(pl.Enum(list(view.regions)))
    )


def band_parts(view: View, scale: str, informant: str) -> list[Part]:
    """Return the bands of a scale from the best to the worst; what no band covers is told as the rest."""
    about = view.meta["scales"][scale]
    mine = [one for one in about["bands"] if one["informant"] in ("", informant)]
    lows = {one["key"]: min(other["low"] for other in mine if other["key"] == one["key"]) for one in mine}
    keys = sorted(lows, key=lambda key: lows[key], reverse=about["higher_is_better"])
    titles = {one["key"]: view.words.of(one["title"], one["key"]) + (" *" if one["unverified"] else "") for one in mine}
    low, high = about["range"]
    covered = sum(one["high"] - one["low"] + 10 ** -about["decimals"] for one in mine)
    if covered < high - low:  # what no band covers stands where the bands are not
        best = high if about["higher_is_better"] else low
        keys = [*keys, ""] if any(one["low"] <= best <= one["high"] for one in mine) else ["", *keys]
    colours = GOOD_TO_BAD[min(len(keys), max(GOOD_TO_BAD))]
    return [
        Part(key, titles.get(key, view.say("others")), colours[min(place, len(colours) - 1)])
        for place, key in enumerate(keys)
    ]


def _bands(view: View) -> Bars | None:
    if view.shown.is_empty():
        return None
    panels = scale_panels(view, view.data, lambda view, part: informant_title(part["informant"][0], view.words))
    parts = {one.key: band_parts(view, *one.key.split("|")) for one in panels}
    frame = drawn(view.data, panel=PANEL, row="region", part="category")
    whole = frame.group_by("panel", "row", maintain_order=True).agg(
        value=(1 - pl.col("value").sum()).clip(0), known=pl.col("value").is_not_null().all()
    )
    rest = whole.filter(pl.col("panel").is_in([key for key, some in parts.items() if "" in [one.key for one in some]]))
    rest = rest.select(
        pl.when("known").then(pl.lit(SHOWN)).otherwise(pl.lit("secondary")).alias("suppressed"), "panel", "row",
        part=pl.lit(""), value=pl.when("known").then("value"),
    )  # fmt: skip
    return Bars(
        pl.concat([frame, rest], how="diagonal"), panels, places(view, _own(view)), parts, shares_axis(view.words),
        beside=sizes_of(view),
    )  # fmt: skip


def sizes_of(view: View) -> dict[tuple[str, str], str]:
    """Return n by panel and region."""
    told = view.data.filter(pl.col("n").is_not_null()).select(PANEL, "region", told="n")
    return {(panel, region): view.size(n) for panel, region, n in told.iter_rows()}


def _used(view: View) -> Sequence[str]:
    return view.data["scale"].unique(maintain_order=True).to_list()


def _unverified(view: View) -> bool:
    return any(one["unverified"] for key in _used(view) for one in view.meta["scales"][key]["bands"])


def _bands_said(view: View) -> str:
    said = []
    mine = view.data.filter(pl.col("region") == _own(view)[0], pl.col("estimate").is_not_null())
    for row in rows_of(mine):
        titles = {
            one["key"]: view.words.of(one["title"], one["key"]) for one in view.meta["scales"][row["scale"]]["bands"]
        }
        said.append(f"{view.scale(row['scale'])}, {titles.get(row['category'], '')} {number(view, row)}")
    return f"{view.place(_own(view)[0])}: {'; '.join(said)}"


def _spread_rows(view: View) -> pl.DataFrame:
    """Join the bins with the n of their year; what was asked, but left blank, is left out."""
    means = mean_rows(replace(view, data=view.table("parjaavyys"))).filter(pl.col("region") == view.region)
    totals = means.select("scale", "informant", "wave", total="n", place=pl.int_range(pl.len()))
    bins = view.data.filter(pl.col("region") == view.region, pl.col("group") == "all")
    return (
        bins.join(totals, on=["scale", "informant", "wave"])
        .filter(pl.col("total").ne_missing(0))
        .with_columns(share=(pl.col("n") / pl.col("total")).round(3))
        .sort("place", "wave", "bin_low")
        .drop("place")
    )


def _spread(view: View) -> Histogram | None:
    if view.data.is_empty():
        return None
    waves = view.data["wave"].unique().sort(descending=True).to_list()
    frame = view.data.select("suppressed", panel=PANEL, series=year(), low="bin_low", high="bin_high", value="share")
    return Histogram(
        frame,
        scale_panels(view, view.data, lambda view, part: informant_title(part["informant"][0], view.words)),
        [
            Series(str(wave), str(wave), colour=COLOURS[place], marker=MARKERS[place], dash=_SPREAD_DASHES[place % 2])
            for place, wave in enumerate(waves)
        ],
        lambda value: view.words.tick(value, {}),
    )


def _spread_said(view: View) -> str:
    panels = view.data.select("scale", "informant").unique(maintain_order=True)
    return view.words.listed([view.scale(one) for one in panels["scale"]])


FIGURES = (
    Spec(
        key="coping",
        finding=findings.of_scales,
        table="parjaavyys",
        topic="coping",
        rows=_coping_rows,
        layout=_coping,
        title=say("How children and young people cope"),
        caption=(
            say("Mean scores by year. Only a part of each scale is drawn; its whole range stands above the panel."),
            say(
                "The vertical line is the {level} confidence interval: how far the mean could move by chance alone.",
                when=lambda view: not _many(view), level=level,
            ),
            say(
                "The horizontal line is the {level} confidence interval: how far the mean could move by chance alone.",
                when=_many, level=level,
            ),
            say(
                "A change between years is not by itself an effect of the work: those who answer differ, "
                "there is no control group, and extreme results tend to even out by themselves "
                "(regression to the mean)."
            ),
            lambda view: level_note(view.meta, view.words) if len(_own(view)) > 2 else "",  # noqa: PLR2004
            HIDDEN_WORD,
            index_note,
        ),
        alt=_coping_alt,
        columns=("scale", "informant", "region", "wave", "estimate", "interval", "n"),
    ),
    Spec(
        key="bands",
        finding=findings.of_bands,
        table="parjaavyys",
        topic="coping",
        rows=band_rows,
        layout=_bands,
        title=say("Respondents by band in {year}", year=lambda view: view.years[-1]),
        caption=(
            say(
                "Share of respondents in each band, per cent; n beside the bar. Darker: more reason for concern. "
                "Bands describe groups. They are nobody's diagnosis."
            ),
            lambda view: norms_note(_used(view), view.meta, view.words),
            say(
                "* Not verified: these limits are this project's own, or their source has not been read.",
                when=_unverified,
            ),
            EDGES,
            NO_RANKING,
            say(
                "A dotted gap in a bar: bands that are not shown, to protect privacy.", when=hidden
            ),
        ),
        alt=say(
            "Stacked bars of shares by band in {year}. {values}.", year=lambda view: view.years[-1], values=_bands_said
        ),
        columns=("scale", "informant", "region", "band", "wave", "estimate", "interval", "n"),
    ),
    Spec(
        key="distributions",
        table="distributions",
        topic="coping",
        about="region",
        rows_are="others",
        rows=_spread_rows,
        layout=_spread,
        title=say("How the scores are spread"),
        caption=(
            say(
                "Share of respondents by score. Bars: the latest year; lines: earlier years. A whole "
                "group moving shows better here than in a mean."
            ),
            say(
                "“{word}”: the share is hidden to protect privacy (fewer than {n} persons, or one of the cells that "
                "protect them).",
                when=hidden, word=say("not shown"), n=threshold,
            ),
        ),
        alt=say(
            "Bar charts of how scores are spread in {region}, years {years}, scales: {scales}.",
            region=View.place,
            years=lambda view: view.words.listed([str(one) for one in view.data["wave"].unique().sort()]),
            scales=_spread_said,
        ),
        columns=("scale", "wave", "score", "n"),
    ),
)  # fmt: skip
