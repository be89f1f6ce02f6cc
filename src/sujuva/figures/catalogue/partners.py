"""Figures of the profile of integration, of what partners and participants say, and of how deep they work together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import polars as pl

from sujuva.figures.catalogue import findings, findings_services
from sujuva.figures.catalogue.common import (
    EARLIER,
    HIDDEN_WORD,
    INTERVAL,
    NO_EFFECT,
    NO_RANKING,
    NO_RANKING_OF_SEVERAL,
    drawn,
    places,
    year,
)
from sujuva.figures.catalogue.services import (
    by_region,
    everyone,
    known,
    last_year,
    latest_shown,
    narrow,
    own,
    told,
    value_or_word,
)
from sujuva.figures.labels import group_title, indicator_title, range_of, relation_title
from sujuva.figures.language import Words
from sujuva.figures.layouts import Axis, Dots, Panel, Row, Series, year_series
from sujuva.figures.layouts.lines import MOST_LINES
from sujuva.figures.nobody import somebody
from sujuva.figures.profile import COMPOSITE, composite_weights, dimension_titles, profile_rows
from sujuva.figures.specification import Spec, View, ranked, say
from sujuva.figures.theme import COLOURS
from sujuva.published import SHOWN, chosen, placed_of, rows_of

MEAN, LEVEL = "partner_mean", "rubric_level"
GROUP = "participant_group:"
GROUPS = ("children", "young_people", "parents", "professionals")
OBSERVED, EXPECTED, KNOWN, GAP = "hsim_depth", "hsim_depth_expected", "hsim_known", "hsim_gap"
KINDS = ("partner_value", "partner_trust")
_PART = pl.concat_str("indicator", "category", separator="|")
_DEPTHS = range(5)


def whole_steps(low: float, high: float, words: Words, *, better: Literal["", "right"] = "") -> Axis:
    """Return the axis of a rating, every whole number written, and on which side it is better, if on any."""
    ticks = tuple(float(one) for one in range(int(low), int(high) + 1))
    return Axis(float(low), float(high), words.number, ticks, better=better)


# The profile.


def _profile_rows(view: View) -> pl.DataFrame:
    rows = profile_rows(view.data, view.meta, regions=view.regions).filter(somebody())
    return rows.rename({"value": "place"})


def _profile_titles(view: View) -> dict[str, str]:
    held = set(view.data["dimension"])
    return {key: title for key, title in dimension_titles(view.meta, view.words).items() if key in held}


def _profile(view: View) -> Dots | None:
    sides = dict(view.data.select("dimension", "side").unique().iter_rows())
    rows: list[Row] = []
    last = None
    for key, title in _profile_titles(view).items():
        side = sides[key]
        if side != last:
            rows.append(Row("", view.words.title("side", side) if side else view.say("Put together")))
        rows.append(Row(key, title))
        last = side
    frame = drawn(view.data, panel="region", row="dimension", series=year(), value="place", low="low", high="high")
    return by_region(view, frame, rows, Axis(0, 100, view.words.number, (0, 50, 100), better="right"))


def _composite(view: View) -> str:
    titles = dimension_titles(view.meta, view.words)
    weights = {key: chosen(view.meta, "integration", "composite", key) for key in composite_weights(view.meta)}
    return view.words.listed([f"{titles.get(key, key)} × {view.words.tick(one, {})}" for key, one in weights.items()])


def _declared(view: View) -> bool:
    return bool(composite_weights(view.meta))


def _no_composite(view: View) -> str:
    """Say of which regions there is no composite in the latest year, and which of its parts are missing."""
    weights, titles = composite_weights(view.meta), dimension_titles(view.meta, view.words)
    last = view.data["wave"].max()
    numbers = view.data.filter(pl.col("wave") == last, pl.col("place").is_not_null())
    said = []
    for region in (one for one in view.regions if one in set(view.data["region"])):
        mine = set(numbers.filter(pl.col("region") == region)["dimension"])
        away = [titles.get(key, key) for key in weights if key not in mine]
        if away:
            said.append(f"{view.place(region)} ({view.words.listed(away)})")
    if not said:
        return ""
    return view.say(
        "No composite in {year} where a part has no number or is hidden: {regions}. A mean of the other parts would "
        "compare different things.",
        year=last, regions="; ".join(said),
    )  # fmt: skip


def _profile_told(view: View) -> str:
    titles, said = _profile_titles(view), []
    for (region,), mine in latest_shown(view).group_by("region", maintain_order=True):
        rows = sorted(rows_of(mine), key=lambda row: list(titles).index(row["dimension"]))
        places = {row["dimension"]: _place(view, row) for row in rows if row["dimension"] != COMPOSITE}
        if len(places) < len(rows):
            places[COMPOSITE] = _put_together(view, places)
        values = ", ".join(f"{titles[key]} {view.words.number(one)}" for key, one in places.items())
        said.append(f"{view.place(str(region))}: {values}")
    return "; ".join(said)


def _place(view: View, row: Mapping[str, Any]) -> float:
    """Return the place of a dimension on 0–100, which knows its cell and the ends of its range."""
    path = ("integration", "profile")
    at = next(at for at, one in enumerate(view.meta["integration"]["profile"]) if one["key"] == row["dimension"])
    low, high = (chosen(view.meta, *path, at, end) for end in ("low", "high"))
    higher = bool(view.meta["integration"]["profile"][at].get("higher_is_better", True))
    return placed_of(row["estimate"], low, high, higher=higher)


def _put_together(view: View, places: Mapping[str, float]) -> float:
    """Return the composite: the mean of the places of its parts by weight."""
    weights = {key: chosen(view.meta, "integration", "composite", key) for key in composite_weights(view.meta)}
    whole: float = sum(one * places[key] for key, one in weights.items()) / sum(weights.values())
    return whole


# What partners and participants say.


def _instrument(view: View, scale: str) -> str:
    return str(view.meta["scales"].get(scale, {}).get("instrument", "")).replace("_", "-")


def _instruments(view: View) -> list[str]:
    scales = view.data.filter(pl.col("indicator") == MEAN)["scale"].unique().to_list()
    return sorted({_instrument(view, one) for one in scales})


def _partner_rows(view: View) -> pl.DataFrame:
    """Return the means of the scales of an instrument, then the assessed levels of the same conditions."""
    scales = view.meta["scales"]
    held = [one for one in view.data.filter(pl.col("indicator") == MEAN)["scale"].unique()
            if _instrument(view, one) == view.variant]  # fmt: skip
    order = sorted(held, key=lambda key: (scales.get(key, {}).get("order", 0), key))
    levels = view.data.filter(pl.col("indicator") == LEVEL, pl.col("group") == "all", pl.col("wave") > 0)
    levels = ranked(levels.filter(pl.col("category").is_in(order)), "category", "wave", region=view.regions)
    return pl.concat([everyone(view, MEAN, scale=order), levels.sort("category", maintain_order=True)])


def _means(view: View) -> pl.DataFrame:
    return view.data.filter(pl.col("indicator") == MEAN)


def _scales(view: View) -> list[str]:
    return _means(view)["scale"].unique(maintain_order=True).to_list()


def _span(view: View) -> tuple[float, float]:
    return range_of(view.meta, "scales", _scales(view)[0])


def _partners(view: View) -> Dots | None:
    means = _means(view)
    if means.is_empty():
        return None
    return by_region(
        view, drawn(means, panel="region", row="scale", series=year()),
        [Row(one, view.scale(one)) for one in _scales(view)], whole_steps(*_span(view), view.words, better="right"),
        beside=_levels(view), beside_title=view.say("level"),
    )  # fmt: skip


def _levels(view: View) -> dict[tuple[str, str], str]:
    """Return the latest assessed levels by region and condition: number and name; between two levels the number."""
    rows = view.data.filter(pl.col("indicator") == LEVEL)
    found = {}
    for row in rows_of(rows.filter(pl.col("wave") == pl.col("wave").max().over("region", "category"))):
        level = row["estimate"]
        if row["suppressed"] != SHOWN or level is None:
            text = view.say("not shown") if row["suppressed"] != SHOWN else ""
        elif level % 1:
            text = view.words.number(level, 1)
        else:
            text = f"{level:.0f} {view.words.title('practice_level', f'{level:.0f}')}"
        found[row["region"], row["category"]] = text
    return found


def _levels_stand_beside(view: View) -> bool:
    return narrow(view) and any(_levels(view).values())


def _partners_told(view: View) -> str:
    means = known(_means(view))
    mine = means.filter(pl.col("wave") == pl.col("wave").max(), pl.col("region") == own(view, means)[0])
    return told(view, mine, lambda row: view.scale(row["scale"]))


def _group_order(frame: pl.DataFrame) -> list[str]:
    first = ["all", *(f"{GROUP}{one}" for one in GROUPS)]
    return [*first, *sorted(set(frame["group"]) - set(first))]


def feedback_rows(integration: pl.DataFrame, region: str) -> pl.DataFrame:
    """Return the published means of feedback of a region, of everyone and of each group of participants.

    Args:
        integration: Published indicators of integration.
        region: Region, or "network".
    """
    frame = integration.filter(
        pl.col("indicator") == "feedback_mean", pl.col("region") == region, pl.col("wave") > 0,
        (pl.col("group") == "all") | pl.col("group").str.starts_with(GROUP),
    ).filter(somebody())  # fmt: skip
    return frame.sort("scale", pl.col("group").cast(pl.Enum(_group_order(frame))), "wave")


def _feedback(view: View) -> Dots | None:
    if view.shown.is_empty():
        return None
    held = set(view.data["group"])
    return Dots(
        drawn(view.data, panel="scale", row="group", series=year()),
        [Panel(one, view.scale(one)) for one in view.data["scale"].unique(maintain_order=True)],
        [Row(one, group_title(one, view.words), bold=one == "all") for one in _group_order(view.data) if one in held],
        year_series(view.data["wave"].to_list(), view.words), whole_steps(1, 5, view.words, better="right"),
        dodge=False,
    )  # fmt: skip


def _feedback_told(view: View) -> str:
    def name(row: dict[str, Any]) -> str:
        return f"{view.scale(row['scale'])}, {group_title(row['group'], view.words)}"

    return told(view, latest_shown(view), name, region=False)


# How organisations rate each other.


def _relation(view: View, key: str) -> str:
    return relation_title(key, view.words, view.meta)


def _depth_rows(view: View) -> pl.DataFrame:
    """Return the depths of the latest year of each relation that has an expected depth."""
    rows = everyone(view, OBSERVED, EXPECTED, category=[""])
    hoped = rows.filter(
        pl.col("indicator") == EXPECTED, (pl.col("suppressed") != SHOWN) | pl.col("estimate").is_not_null()
    )
    rows = rows.join(hoped.select("scale").unique(), on="scale", how="semi", maintain_order="left")
    rows = rows.filter(pl.col("wave") == pl.col("wave").max().over("scale"))
    return rows.sort("scale", pl.col("region").cast(pl.Enum(list(view.regions))), "indicator")


def _of_depths(view: View, indicator: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the published rows of an indicator in the drawn years, by relation and region."""
    every = view.table("integration").filter(pl.col("indicator") == indicator, pl.col("group") == "all")
    rows = every.join(view.data.unique(["scale", "region", "wave"]), on=["scale", "region", "wave"], how="semi")
    return {(row["scale"], row["region"]): row for row in rows_of(rows)}


def _depth(view: View) -> Dots | None:
    held = own(view)
    if not held:
        return None
    top = int(view.meta.get("integration", {}).get("depth_max", 4))
    steps = whole_steps(0, top, view.words)
    named = top == len(_DEPTHS) - 1
    axis = Axis(0, top, lambda one: _named_depth(round(one), view.words), steps.ticks) if named else steps
    gaps = {
        key: view.say("gap {value}", value=view.words.number(row["estimate"], 2))
        for key, row in _of_depths(view, GAP).items()
        if row["suppressed"] == SHOWN and row["estimate"] is not None
    }
    relations = view.shown["scale"].unique(maintain_order=True).to_list()
    years = dict(view.data.select("scale", "wave").unique().iter_rows())
    return Dots(
        drawn(view.data, panel="scale", row="region", series="indicator"),
        [Panel(one, f"{_relation(view, one)}, {years[one]}", axis=axis) for one in relations],
        places(view, held),
        [
            Series(OBSERVED, view.say("as it is")),
            Series(EXPECTED, view.say("as partners expect it to be"), colour=COLOURS[1], marker="D", filled=False,
                   told=False),
        ],
        axis, across=min(2, len(relations)), dodge=False, beside=gaps,
    )  # fmt: skip


def _named_depth(level: int, words: Words) -> str:
    """Write a level with its name, a short word a line: names stand side by side."""
    lines: list[str] = []
    for word in words.title("depth", str(level)).split():
        if lines and len(lines[-1]) + len(word) < 9:  # noqa: PLR2004 - letters
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join([str(level), *lines])


def _answered(view: View) -> str:
    """Say how many of the pairs were rated, by relation and region, as far as it is published."""
    rated = {key: row["estimate"] for key, row in _of_depths(view, KNOWN).items()
             if row["suppressed"] == SHOWN and row["estimate"] is not None}  # fmt: skip
    if not rated:
        return ""
    if len(set(rated.values())) == 1:
        return view.say("Of the pairs, {share} were rated.", share=view.share(next(iter(rated.values()))))
    order = view.data.select("scale", "region").unique(maintain_order=True).iter_rows()
    said = [f"{_relation(view, scale)}, {view.place(region)} {view.share(rated[scale, region])}"
            for scale, region in order if (scale, region) in rated]  # fmt: skip
    return view.say("Of the pairs, so many were rated: {shares}.", shares="; ".join(said))


def _depth_told(view: View) -> str:
    pairs = {(row["scale"], row["region"], row["indicator"]): row for row in rows_of(view.data)}
    said = []
    for relation in view.shown["scale"].unique(maintain_order=True):
        for region in own(view):
            observed, expected = (value_or_word(view, pairs.get((relation, region, one)), 2)
                                  for one in (OBSERVED, EXPECTED))  # fmt: skip
            both = view.say("observed {observed}, expected {expected}", observed=observed, expected=expected)
            said.append(f"{_relation(view, relation)}, {view.place(region)}: {both}")
    return "; ".join(said)


def _trust_rows(view: View) -> pl.DataFrame:
    """Return value and trust with their parts by region and wave, each as mean and in per cent."""
    kinds = [kind + end for kind in KINDS for end in ("", "_percent", "_percent_of_range")]
    rows = everyone(view, *kinds)
    order = pl.col("indicator").cast(pl.Enum(kinds))
    return rows.sort(order, "category", pl.col("region").cast(pl.Enum(list(view.regions))), "wave")


def _ratings(view: View) -> pl.DataFrame:
    """Return the means; single organisations and the network as a whole are never shown."""
    return view.data.filter(pl.col("indicator").is_in(KINDS), pl.col("region") != "network")


def _trust_span(view: View) -> tuple[float, float]:
    rated = next(
        key for key, one in view.meta["relations"].items() if one.get("kind") in ("value", "trust") and one.get("range")
    )
    return range_of(view.meta, "relations", rated)


def _trust(view: View) -> Dots | None:
    ratings = _ratings(view)
    keys = view.data.filter(pl.col("indicator").is_in(KINDS)).select(_PART.alias("row"), "indicator", "category")
    rows = [
        Row(row, _relation(view, part) if part else indicator_title(view.meta, kind, view.words), bold=not part)
        for row, kind, part in keys.unique(maintain_order=True).iter_rows()
    ]
    return by_region(
        view, drawn(ratings, panel="region", row=_PART, series=year()), rows,
        whole_steps(*_trust_span(view), view.words, better="right"), beside=_of_highest(view),
        beside_title=view.say("of highest"),
    )  # fmt: skip


def _of_highest(view: View) -> Mapping[tuple[str, str], str]:
    rows = view.shown.filter(pl.col("indicator").is_in([f"{kind}_percent" for kind in KINDS]))
    rows = rows.filter(pl.col("wave") == pl.col("wave").max().over("region", "indicator", "category"))
    return {
        (row["region"], f"{row['indicator'].removesuffix('_percent')}|{row['category']}"): view.share(row["estimate"])
        for row in rows_of(rows)
    }


def _trust_told(view: View) -> str:
    rows = known(_ratings(view))
    latest = rows.filter(pl.col("wave") == rows["wave"].max(), pl.col("category") == "")
    return told(view, latest, lambda row: indicator_title(view.meta, row["indicator"], view.words))


FIGURES: Sequence[Spec] = (
    Spec(
        key="profile",
        finding=findings_services.of_profile,
        table="integration",
        topic="services",
        rows=_profile_rows,
        helpers=("low", "high", "side"),
        layout=_profile,
        title=say("Profile of integration, three sides side by side"),
        caption=(
            say(
                "Each dimension is put on 0–100 between the ends of its own range: 100 is as good as the measure goes. "
                "The full dot is the latest year, hollow marks are earlier ones. What n is, and the numbers in their "
                "own units, stand in the table."
            ),
            INTERVAL,
            say("A dot without a line: the measure has no interval of its own, which does not make it certain."),
            say(
                "Dimensions cannot be compared with one another: 60 on one does not mean the same as 60 on another. "
                "The three sides may disagree, and that is worth a talk."
            ),
            NO_EFFECT,
            NO_RANKING_OF_SEVERAL,
            say(
                "The composite is this project's own: the weighted mean of {parts}. It tells less than its parts.",
                when=_declared, parts=_composite,
            ),
            lambda view: _no_composite(view) if _declared(view) else "",
            HIDDEN_WORD,
        ),
        alt=say("Dots on 0–100 by dimension in {year}. {values}.", year=last_year, values=_profile_told),
        columns=("dimension", "region", "wave", "place", "estimate", "interval", "n"),
    ),
    Spec(
        key="partners",
        finding=findings.of_partners,
        table="integration",
        topic="services",
        variants=_instruments,
        rows=_partner_rows,
        layout=_partners,
        title=say(
            "What partners say of working together: {instrument}",
            instrument=lambda view: view.words.of(
                view.meta["scales"].get(_scales(view)[0], {}).get("instrument_title"), view.variant
            ),
        ),
        caption=(
            say(
                "Means of what people in partner organisations answered, on {span}; higher is better.",
                span=lambda view: view.words.span(*_span(view)),
            ),
            INTERVAL,
            EARLIER,
            say("People of one organisation are taken to be alike."),
            say(
                "To the right: the level that was assessed for the latest year, 0–3, with evidence: the median of the "
                "assessors, so it may lie between two levels. It is another source than the answers, and may disagree.",
                when=_levels_stand_beside,
            ),
            say(
                "Parts of this instrument are not verified or this project's own: see “Instruments”.",
                when=lambda view: any(view.meta["scales"].get(one, {}).get("unverified") for one in _scales(view)),
            ),
            say("Those who answer are those who take part. Who stayed away is not heard here."),
            NO_EFFECT,
            NO_RANKING_OF_SEVERAL,
            HIDDEN_WORD,
        ),
        alt=say(
            "Dots with intervals for what partners say in {year}. {values}.", year=last_year, values=_partners_told
        ),
        columns=("indicator", "condition", "region", "wave", "estimate", "interval", "n"),
    ),
    Spec(
        key="feedback",
        finding=findings.of_feedback,
        table="integration",
        topic="services",
        about="region",
        rows=lambda view: feedback_rows(view.data, view.region),
        layout=_feedback,
        title=say("Feedback of those who took part"),
        caption=(
            say("Means of ratings from 1 to 5, by who took part; higher is better."),
            INTERVAL,
            EARLIER,
            say("Ratings of one event are taken to be alike."),
            say(
                "Feedback comes from those who came and answered. Children's and parents' experiences may differ from "
                "those of professionals: that is why they stand apart."
            ),
            NO_EFFECT,
            HIDDEN_WORD,
        ),
        alt=say(
            "Dots with intervals for feedback in {region} in {year}. {values}.",
            region=View.place, year=last_year, values=_feedback_told,
        ),
        columns=("scale", "group", "wave", "estimate", "interval", "n"),
    ),
    Spec(
        key="depth",
        finding=findings.of_depth,
        table="integration",
        topic="services",
        rows=_depth_rows,
        layout=_depth,
        title=say("How deep organisations work together, and how deep they expect to"),
        caption=(
            say(
                "Mean of how organisations rate their work with each other, 0–4 (Human Service Integration Measure), "
                "in the latest year. The gap is expected less observed; missing ratings are left out of both."
            ),
            say(
                "Every pair of organisations was to be rated, so the means have no sampling error. They rest on the "
                "ratings that were given, and on the word of those who answered for each organisation."
            ),
            _answered,
            say(
                "The deepest work with everyone is no aim in itself: what is deep enough depends on what families need."
            ),
            NO_RANKING_OF_SEVERAL,
            HIDDEN_WORD,
        ),
        alt=say("Pairs of dots, observed and expected depth. {values}.", values=_depth_told),
        columns=("relation", "indicator", "region", "wave", "estimate", "n"),
    ),
    Spec(
        key="trust",
        finding=findings_services.of_trust,
        table="integration",
        topic="services",
        rows=_trust_rows,
        layout=_trust,
        title=say("What organisations are worth to each other, and how far they trust each other"),
        caption=(
            say(
                "How others rate an organisation, on {span} (PARTNER tool); the mean over the organisations of a "
                "region. Higher is better.",
                span=lambda view: view.words.span(*_trust_span(view)),
            ),
            say(
                "To the right: the latest mean as a share of the highest possible. Even the lowest answers give "
                "{least} of it. How the tool makes its per cents is not verified.",
                when=lambda view: bool(_of_highest(view)) and len(own(view, _ratings(view))) <= MOST_LINES,
                least=lambda view: view.share(_trust_span(view)[0] / _trust_span(view)[1]),
            ),
            say("Single organisations are not shown: few have rated each of them."),
            NO_EFFECT,
            lambda view: NO_RANKING(view) if known(_ratings(view))["region"].n_unique() > 1 else "",
            HIDDEN_WORD,
        ),
        alt=say("Dots for value and trust by region in {year}. {values}.", year=last_year, values=_trust_told),
        columns=("indicator", "part", "region", "wave", "estimate", "n"),
    ),
)  # fmt: skip
