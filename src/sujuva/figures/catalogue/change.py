"""Figures of differences: between groups, between years, in the same children, and beside regions not yet started."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.catalogue import findings
from sujuva.figures.catalogue.common import (
    EDGES,
    HIDDEN_MARK,
    HIDDEN_WORD,
    NO_RANKING,
    PANEL,
    drawn,
    headlined,
    hidden,
    level,
    places,
    scale_about,
    scale_panels,
    who,
)
from sujuva.figures.labels import Meta, direction, group_title, informant_title, manner, outcome_title, scale_title
from sujuva.figures.language import NO_BREAK, Words
from sujuva.figures.layouts import Axis, Bars, Dots, Panel, Part, Row, Series, shares_axis
from sujuva.figures.nobody import somebody
from sujuva.figures.specification import Spec, View, latest, ranked, say
from sujuva.figures.theme import COLOURS
from sujuva.figures.verdicts import compared
from sujuva.published import LEAST, SHOWN, chosen, count_of, row_of, rows_of, stated

MOST = 20
"""Gaps that are drawn; the rest stand in the table."""
CROSS, SAME = "change", "change_paired"
OUTCOMES = {"improved": "#0072b2", "unchanged": "#e3e8ec", "worse": "#c04f00"}
EXAMPLE = 9.4
"""A limit in points, to explain what it asks of whole numbers."""


def _sign(meta: Meta) -> pl.Expr:
    """Return −1 for scales of which less is better."""
    worse = [key for key, one in meta["scales"].items() if not one["higher_is_better"]]
    return pl.when(pl.col("scale").is_in(worse)).then(-1.0).otherwise(1.0)


def _turned(sign: pl.Expr, value: str, low: str, high: str) -> dict[str, pl.Expr]:
    """Return a value with its interval, times a factor that may turn it around; without both ends there is none."""
    ends = (
        pl.min_horizontal(sign * pl.col(low), sign * pl.col(high)),
        pl.max_horizontal(sign * pl.col(low), sign * pl.col(high)),
    )
    whole = pl.col(low).is_not_null() & pl.col(high).is_not_null()
    return {"value": sign * pl.col(value), "low": pl.when(whole).then(ends[0]), "high": pl.when(whole).then(ends[1])}


def gap_rows(comparisons: pl.DataFrame, meta: Meta, *, region: str) -> pl.DataFrame:
    """Return the gaps of the latest year of a region on headline scales, the largest first, hidden ones last.

    `turned` is the effect turned so that more is better for the first-named group, `sure` whether the rule of verdicts
    tells a difference among all that were looked at.
    """
    gaps = comparisons.filter(pl.col("comparison") == "gap", pl.col("region") == region, pl.col("category") == "")
    gaps = latest(gaps).filter(pl.col("scale").is_in(headlined(meta)))
    return gaps.with_columns(
        turned=_sign(meta) * pl.col("effect"),
        sure=pl.Series([compared(row, meta).sure for row in rows_of(gaps)], dtype=pl.Boolean),
        size=pl.col("effect").abs().fill_null(-1.0),
    ).sort("size", "scale", "informant", "group", "other_group", descending=[True, False, False, False, False])


def _largest(view: View) -> pl.DataFrame:
    """Return the gaps that are drawn; `few` where a group is small."""
    few = pl.min_horizontal(pl.col("n").fill_null(0), pl.col("other_n").fill_null(0)) < LEAST
    told = view.data.filter(pl.col("suppressed") == SHOWN, pl.col("turned").is_not_null())
    return told.head(MOST).with_row_index("row").with_columns(pl.col("row").cast(pl.String), few=few)


def _gaps(view: View) -> Dots | None:
    rows = _largest(view)
    if rows.is_empty():
        return None
    several = rows.group_by("scale").agg(pl.col("informant").n_unique()).filter(pl.col("informant") > 1)["scale"]
    ends = rows.select(pl.max_horizontal(pl.col("effect", "effect_low", "effect_high").abs()).max()).item()
    reach = 1.08 * max(0.25, ends)
    few = view.say("fewer than {n} in a group", n=stated("LEAST", LEAST)) if rows["few"].any() else ""
    kind = pl.concat_str("sure", "few", separator="|")
    certain = not rows.filter("sure", "few").is_empty()
    turned = _turned(_sign(view.meta), "effect", "effect_low", "effect_high")
    return Dots(
        drawn(rows, panel=pl.lit(""), row="row", series=kind, **turned),
        panels=[Panel("", view.say("Difference in standard deviations"))],
        rows=[
            Row(row["row"], _pair(row, view, several=row["scale"] in several), quiet=row["few"])
            for row in rows_of(rows)
        ],
        series=[
            Series("true|false", view.say("clear difference"), told=False),
            Series("false|false", view.say("may be chance"), filled=False, told=False),
            Series("true|true", few, colour=COLOURS[-1], told=False),
            Series("false|true", "" if certain else few, colour=COLOURS[-1], filled=False, told=False),
        ],
        axis=Axis(
            -reach, reach, lambda value: view.words.tick(value, {}), zero=True,
            sides=(view.say("first group worse"), view.say("first group better")),
        ),
        dodge=False,
        beside={
            ("", row): view.size(None) if None in (n, other) else f"{view.size(n)}, {view.words.number(other)}"
            for row, n, other in rows.select("row", "n", "other_n").iter_rows()
        },
    )  # fmt: skip


def _pair(row: Mapping[str, Any], view: View, *, several: bool) -> str:
    other = view.words.inside(group_title(row["other_group"], view.words))
    pair = f"{group_title(row['group'], view.words)}{NO_BREAK}– {other}"
    return f"{who(view, row['scale'], row['informant']) if several else view.scale(row['scale'])}: {pair}"


def spoken(row: Mapping[str, Any], meta: Meta, words: Words) -> str:
    """Say a gap in units of its scale: who, compared with whom, how much."""
    shown = manner(meta, {"indicator": "score_mean", "scale": row["scale"]})
    return words.say(
        "{scale}: {group} {difference} compared with {other} ({interval}; {direction})",
        scale=scale_title(meta, row["scale"], words),
        group=words.inside(group_title(row["group"], words)),
        other=words.inside(group_title(row["other_group"], words)),
        difference=words.signed(row["estimate"], shown),
        interval=words.between(row["ci_low"], row["ci_high"], shown),
        direction=direction(meta, row["scale"], words),
    )


def _smaller(view: View) -> int:
    told = view.data.filter(pl.col("suppressed") == SHOWN, pl.col("turned").is_not_null())
    return count_of(told[MOST:])


def change_rows(comparisons: pl.DataFrame, meta: Meta, *, regions: Sequence[str]) -> pl.DataFrame:
    """Return the longest change that ends at the latest year, of everyone and of the same children, on headline scales.

    Rows stand in the order of figures: scales, informants, `regions`, everyone before the same children.
    """
    frame = comparisons.filter(
        pl.col("comparison").is_in([CROSS, SAME]), pl.col("group") == "all", pl.col("category") == "",
        pl.col("region").is_in(regions), pl.col("scale").is_in(headlined(meta)),
    )  # fmt: skip
    frame = latest(frame)
    frame = frame.filter(pl.col("other_wave") == pl.col("other_wave").min().over("comparison", "scale", "informant"))
    return ranked(
        frame,
        "comparison",
        scale=headlined(meta),
        informant=frame["informant"].unique().sort().to_list(),
        region=regions,
    )


def followed(view: View) -> bool:
    """Tell whether anybody is in both years."""
    return not view.data.filter(pl.col("comparison") == SAME, somebody()).is_empty()


def _not_followed(view: View) -> bool:
    return not followed(view)


def _change(view: View) -> Dots | None:
    if view.shown.is_empty():
        return None
    pairs, data = followed(view), view.data
    kinds = [CROSS, SAME] if pairs else [CROSS]
    told = {
        (row["region"], row["comparison"], f"{row['scale']}|{row['informant']}"): row["n"]
        for row in rows_of(view.shown)
    }
    panels = scale_panels(view, view.shown, scale_about, _change_axis)
    return Dots(
        drawn(data, panel=PANEL, row="region", series="comparison"), panels, places(view),
        series=[
            Series(CROSS, view.say("everyone who answered"), marker="s", filled=False),
            *([Series(SAME, view.say("the same children at both times"), colour=COLOURS[1])] if pairs else []),
        ],
        axis=shares_axis(view.words), across=min(2, len(panels)),
        beside={
            (panel.key, place): " / ".join(view.words.number(told.get((place, kind, panel.key))) for kind in kinds)
            for panel in panels
            for place in view.places
        },
        beside_title="n",
    )  # fmt: skip


def _change_axis(view: View, part: pl.DataFrame) -> Axis:
    shown = manner(view.meta, {"indicator": "score_mean", "scale": part["scale"][0]})
    low, high = view.meta["scales"][part["scale"][0]]["range"]
    ends = part.select(pl.max_horizontal(pl.col("estimate", "ci_low", "ci_high").abs()).max()).item()
    reach = max(1.1 * ends, 0.02 * (high - low))
    better: Literal["right", "left"] = (
        "right" if view.meta["scales"][part["scale"][0]]["higher_is_better"] else "left"
    )  # fmt: skip
    return Axis(-reach, reach, lambda value: view.words.tick(value, shown), zero=True, better=better)


def _changed(view: View) -> str:
    said = []
    for row in rows_of(view.shown.filter(pl.col("region") == view.places[0])):
        shown = manner(view.meta, {"indicator": "score_mean", "scale": row["scale"]})
        same = f" ({view.say('the same children at both times')})" if row["comparison"] == SAME else ""
        said.append(f"{view.scale(row['scale'])}{same} {view.words.signed(row['estimate'], shown)}")
    return "; ".join(said)


def _before(view: View) -> int:
    return int(view.shown["other_wave"].min())  # type: ignore[arg-type]


def _mover_rows(view: View) -> pl.DataFrame:
    """Return shares, thresholds and losses since the earliest year; `since` is that year."""
    order = headlined(view.meta)
    wanted = ["change_share", "attrition_share", "attrition_difference", "reliable_threshold"]
    every = latest(view.data.filter(pl.col("group") == "all", pl.col("indicator").is_in(wanted)))
    every = every.filter(pl.col("region").is_in([*view.regions, NETWORK]))
    every = every.with_columns(since=pl.col("category").str.split(":").list.last().cast(pl.Int32, strict=False))
    drawn_ = every.filter(pl.col("indicator") == "change_share", pl.col("region").is_in(view.regions))
    first = drawn_.group_by("scale", "informant").agg(pl.col("since").min())
    kept = every.join(first, on=["scale", "informant", "since"], how="semi")
    return ranked(
        kept, "region", "indicator", "category", scale=order, informant=kept["informant"].unique().sort().to_list()
    )


def _moved(view: View) -> pl.DataFrame:
    """Return the shares that are bars."""
    return view.data.filter(pl.col("indicator") == "change_share", pl.col("region").is_in(view.regions))


def _movers(view: View) -> Bars | None:
    data = _moved(view)
    if data.filter(pl.col("suppressed") == SHOWN).is_empty():
        return None
    keys = [one for one in view.regions if one in set(data["region"])]
    lost = view.data.filter(pl.col("indicator") == "attrition_share").select(PANEL, "region", "estimate")
    shares = {(panel, region): share for panel, region, share in lost.iter_rows()}
    counts = data.filter(pl.col("n").is_not_null()).select(PANEL, "region", told="n")
    sizes = {(panel, region): n for panel, region, n in counts.iter_rows()}
    panels = scale_panels(view, data, _threshold)
    return Bars(
        drawn(data, panel=PANEL, row="region", part=pl.col("category").str.split(":").list.first()), panels,
        places(view, keys),
        [Part(key, outcome_title(key, view.words), colour) for key, colour in OUTCOMES.items()],
        shares_axis(view.words),
        beside={
            (panel.key, region): f"{view.words.number(sizes.get((panel.key, region)))} · "
            f"{view.share(shares.get((panel.key, region)))}"
            for panel in panels
            for region in keys
        },
        beside_title="n · " + view.say("lost"),
    )  # fmt: skip


def _threshold(view: View, part: pl.DataFrame) -> str:
    same = (pl.col("scale") == part["scale"][0]) & (pl.col("informant") == part["informant"][0])
    found = view.data.filter(same, pl.col("indicator") == "reliable_threshold", pl.col("estimate").is_not_null())
    about = [informant_title(part["informant"][0], view.words)]
    if found.height:
        row = row_of(found)
        about.append(
            view.say("more than {points} points", points=view.words.value(row["estimate"], manner(view.meta, row)))
        )
    return ", ".join(one for one in about if one)


def _improved(view: View) -> str:
    best = _moved(view).filter(pl.col("category").str.starts_with("improved"), pl.col("estimate").is_not_null())
    mine = best.filter(pl.col("region") == _last_moved(view))
    said = [f"{view.scale(row['scale'])}, {view.share(row['estimate'])}" for row in rows_of(mine)]
    return "; ".join(said) or view.say("not shown")


def _last_moved(view: View) -> str:
    return [one for one in view.regions if one in set(_moved(view)["region"])][-1]


def _without(view: View) -> str:
    """Name the headline measures of the same children for which no bar can be drawn."""
    followed_ = latest(view.published["parjaavyys"].filter(pl.col("indicator") == "attrition_share"))
    left = [
        one for one in headlined(view.meta) if one in set(followed_["scale"]) and one not in set(_moved(view)["scale"])
    ]
    if not left:
        return ""
    return view.say(
        "Not here: {scales}. A single question, or an index put together from single questions, does not show how "
        "large its own error is, so nobody's change can be called reliable.",
        scales=view.words.listed([view.scale(one) for one in left]),
    )


def did_rows(comparisons: pl.DataFrame, meta: Meta) -> pl.DataFrame:
    """Return the differences in differences of headline scales at the latest year, and the placebos before."""
    frame = comparisons.filter(pl.col("comparison").is_in(["did", "placebo"]), pl.col("category") == "")
    frame = frame.filter(pl.col("wave") == pl.col("wave").max().over("comparison"))
    return ranked(frame, "comparison", scale=headlined(meta), informant=frame["informant"].unique().sort().to_list())


def _did(view: View) -> Dots | None:
    shown = view.shown
    if shown.filter(pl.col("comparison") == "did").is_empty():
        return None
    spans = {key: 100 / (one["range"][1] - one["range"][0]) for key, one in view.meta["scales"].items()}
    factor = _sign(view.meta) * pl.col("scale").replace_strict(spans, return_dtype=pl.Float64)
    turn = pl.concat_str("comparison", "other_wave", "wave", separator="|")
    frame = drawn(shown, panel=pl.lit(""), row=PANEL, series=turn, **_turned(factor, "estimate", "ci_low", "ci_high"))
    ends = frame.select(pl.max_horizontal(pl.col("value", "low", "high").abs()).max()).item()
    reach = 1.1 * max(1.0, ends)
    turns = shown.select("comparison", "other_wave", "wave").unique().sort("comparison", "other_wave", "wave").rows()
    return Dots(
        frame,
        panels=[Panel("", view.say("Per cent of the range of each scale"))],
        rows=[
            Row(f"{scale}|{informant}", who(view, scale, informant))
            for scale, informant in shown.select("scale", "informant").unique(maintain_order=True).iter_rows()
        ],
        series=[
            Series(
                f"{kind}|{before}|{after}", f"{before}–{after}: {turn_title(kind, view.words)}", colour=COLOURS[place],
                marker="o" if kind == "did" else "s", filled=kind == "did", told=False,
            )
            for place, (kind, before, after) in enumerate(turns)
        ],
        axis=Axis(
            -reach, reach, lambda value: view.words.tick(value / 100, {"percent": True}), ticks=6, zero=True,
            sides=(view.say("started regions fell behind"), view.say("started regions gained more")),
        ),
    )  # fmt: skip


def turn_title(comparison: str, words: Words) -> str:
    """Return what a difference in differences compares in time."""
    if comparison == "did":
        return words.say("from before the start to after")
    return words.say("the years before, when there should be nothing to see")


def _did_said(view: View) -> str:
    said = []
    for row in rows_of(view.shown.filter(pl.col("comparison") == "did")):
        shown = manner(view.meta, {"indicator": "score_mean", "scale": row["scale"]})
        said.append(f"{view.scale(row['scale'])} {view.words.signed(row['estimate'], shown)}")
    return "; ".join(said)


def _started(view: View) -> str:
    started = view.meta["coping"]["started"]
    return view.words.listed([f"{view.place(one)}{NO_BREAK}({wave})" for one, wave in started.items()])


_COMPARED = ("scale", "informant", "region", "kind", "years", "difference", "interval")
FIGURES = (
    Spec(
        key="gaps",
        finding=findings.of_gaps,
        table="comparisons",
        topic="differences",
        about="region",
        rows_are="comparisons",
        rows=lambda view: gap_rows(view.data, view.meta, region=view.region),
        helpers=("size", "turned"),
        layout=_gaps,
        title=say("Differences between groups in {year}", year=lambda view: view.data["wave"][0]),
        caption=(
            say(
                "Each row compares two groups on one measure, the largest difference first. Dots right of the line: "
                "the first-named group copes better; left: worse. The line through the dot is the {level} confidence "
                "interval. Differences are in standard deviations so that measures share an axis; points stand in the "
                "table.",
                level=level,
            ),
            say(
                "A full dot: so clear that among all differences called clear on this page, at most {share} are "
                "expected to be false alarms (Benjamini–Hochberg). A hollow dot may be chance.",
                share=lambda view: view.share(chosen(view.meta, "coping", "fdr")),
            ),
            say("Neighbours whose intervals overlap cannot be told apart: their order says nothing."),
            say("A difference between groups tells of circumstances, not of what anyone is like."),
            say("{n} smaller differences stand only in the table.", when=lambda view: _smaller(view) > 0, n=_smaller),
            say(
                "Grey: fewer than {n} in one of the groups. A few persons can make such a difference, even one that is "
                "called clear.",
                when=lambda view: _largest(view)["few"].any(),
                n=stated("LEAST", LEAST),
            ),
            HIDDEN_MARK,
        ),
        alt=say(
            "Dots with intervals for the largest differences in {region}: {values}.",
            region=View.place,
            values=lambda view: "; ".join(
                spoken(row, view.meta, view.words) for row in rows_of(_largest(view).head(8))
            ),
        ),
        columns=("scale", "informant", "groups", "difference", "interval", "effect", "q", "n"),
    ),
    Spec(
        key="change",
        finding=findings.of_scales,
        table="comparisons",
        topic="change",
        rows_are="comparisons",
        rows=lambda view: change_rows(view.data, view.meta, regions=view.regions),
        layout=_change,
        title=say("Change from {before} to {year}", before=_before, year=lambda view: view.years[-1]),
        caption=(
            say(
                "Dots right of the line: more points than before. Squares compare all who answered in either year, "
                "among them many new children; circles follow the same children. The line through a mark is the "
                "{level} confidence interval: where it crosses zero, chance may explain the change. n: all who "
                "answered in the later year / the same children.",
                when=followed,
                level=level,
            ),
            say(
                "Dots right of the line: more points than before. They compare all who answered in either year, among "
                "them many new children. The line through a mark is the {level} confidence interval: where it crosses "
                "zero, chance may explain the change. n: all who answered in the later year.",
                when=_not_followed,
                level=level,
            ),
            say("Nobody has a score in both years, so the same children could not be followed.", when=_not_followed),
            NO_RANKING,
            say(
                "The same children are also older, and those who had it worst at first tend to come nearer the mean by "
                "themselves (regression to the mean).",
                when=followed,
            ),
            HIDDEN_WORD,
        ),
        alt=say(
            "Dots with intervals by region for the change from {before} to {year}. {values}.",
            before=_before,
            year=lambda view: view.years[-1],
            values=_changed,
        ),
        columns=(*_COMPARED, "effect", "q", "n"),
    ),
    Spec(
        key="movers",
        finding=findings.of_movers,
        table="parjaavyys",
        topic="change",
        rows=_mover_rows,
        helpers=("since",),
        layout=_movers,
        title=say(
            "The same children: how many improved from {before} to {year}",
            before=lambda view: _moved(view)["since"].min(),
            year=lambda view: view.data["wave"].max(),
        ),
        caption=(
            say(
                "Of the children with a score in both years (n beside the bar), the share whose score changed by more "
                "than the measure's own error would explain ({level}; Jacobson & Truax 1991). The limit in points "
                "stands above each panel; where scores are whole numbers, it takes the next whole number above it "
                "(over {limit}: at least {next}).",
                level=lambda view: view.share(chosen(view.meta, "coping", "reliable_confidence")),
                limit=lambda view: view.words.number(stated("EXAMPLE", EXAMPLE), 1),
                next=lambda view: view.words.number(stated("NEXT", math.ceil(EXAMPLE))),
            ),
            say(
                "“Lost”: those with a score in the earlier year and none in the later. If they differ from those who "
                "came back, the bars mislead."
            ),
            say(
                "Where families enter in a crisis, many improve without any help at all (regression to the mean): "
                "these shares do not tell what helped."
            ),
            EDGES,
            NO_RANKING,
            _without,
            say("A dotted gap in a bar: shares that are not shown, to protect privacy.", when=hidden),
        ),
        alt=say(
            "Stacked bars of children who improved, did not change or got worse. Improved in {region}: {values}.",
            region=lambda view: view.place(_last_moved(view)),
            values=_improved,
        ),
        columns=("scale", "informant", "region", "indicator", "outcome", "estimate", "interval", "n"),
    ),
    Spec(
        key="did",
        finding=findings.of_work,
        table="comparisons",
        topic="change",
        about="study",
        rows_are="comparisons",
        rows=lambda view: did_rows(view.data, view.meta),
        layout=_did,
        title=say("Did regions that started change more than the others?"),
        caption=(
            say(
                "How much more the regions that started ({regions}) changed than those that had not, with {level} "
                "confidence intervals. Right of the line: they gained more.",
                regions=_started,
                level=level,
            ),
            say(
                "It would show an effect only if all regions had otherwise moved side by side (parallel trends). The "
                "squares look at that: they compare the years before the start and should lie near zero."
            ),
            say(
                "Regions are few, and what happened in one of them alone (a reform, a closed service) is not in the "
                "intervals: take this as a question, not as proof."
            ),
            HIDDEN_MARK,
        ),
        alt=say("Dots with intervals: how much more the regions that started changed. {values}.", values=_did_said),
        columns=(*(one for one in _COMPARED if one != "region"), "n"),
    ),
)
