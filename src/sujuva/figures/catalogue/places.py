"""Figures of who works with whom, who is at which table, and of municipalities."""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.casework import way
from sujuva.figures.catalogue import findings, findings_services
from sujuva.figures.catalogue.common import HIDDEN_WORD, level
from sujuva.figures.labels import (
    Meta,
    organisation_name,
    region_title,
    relation_title,
    scale_title,
    sector_title,
)
from sujuva.figures.language import Words
from sujuva.figures.layouts import Heat, Level, Network, Panel, Points, Row, pairs_of
from sujuva.figures.specification import Spec, View, latest, say
from sujuva.published import SHOWN, require_published

AWAY, NOT_TOLD = "✕", "not_told"
TIE = "tie"
"""Kind of a relation that is drawn as lines."""
_MANY_CORES = "core_not_unique"
_FEWEST = 2
"""Municipalities that compare anything."""


def actor_list(nodes: pl.DataFrame, meta: Meta, words: Words, *, region: str) -> pl.DataFrame:
    """Number the organisations of a region, sector by sector: the numbers stand in the picture.

    Args:
        nodes: Published places of organisations.
        meta: Metadata of the publication.
        words: The reader's language.
        region: The region.

    Returns:
        number, name (without the region's own name in brackets), sector, sector_title, organisation, x, y, suppressed.
    """
    order = {key: place for place, key in enumerate(meta["sectors"])}
    mine = nodes.filter(pl.col("region") == region, pl.col("suppressed") == SHOWN)
    titles = {key: sector_title(meta, key, words) for key in mine["sector"].unique()}
    return (
        mine.with_columns(
            name=organisation_name(meta, region),
            place=pl.col("sector").replace_strict(order, default=len(order), return_dtype=pl.Int32),
            sector_title=pl.col("sector").replace_strict(titles, return_dtype=pl.String),
        )
        .sort("place", "name", "organisation")
        .with_row_index("number", offset=1)
        .select("number", "name", "sector", "sector_title", "organisation", "x", "y", "suppressed")
    )


def core_of(actors: pl.DataFrame, region: str, relation: str) -> set[tuple[int, str]]:
    """Return year and organisation of those in the core of a network, as far as it is published and the only one.

    Where several cores fit equally well, none of them is the core: which one was found is an accident.

    Args:
        actors: Published measures of organisations.
        region: The region.
        relation: The relation.
    """
    rows = _cores(actors, region, relation).filter(pl.col("value") == 1, ~_of_many())
    return set(rows.select("wave", "organisation").iter_rows())


def _cores(actors: pl.DataFrame, region: str, relation: str) -> pl.DataFrame:
    return require_published(actors, "actors").filter(
        pl.col("region") == region, pl.col("relation") == relation, pl.col("measure") == "core",
        pl.col("suppressed") == SHOWN,
    )  # fmt: skip


def _of_many() -> pl.Expr:
    return pl.col("note").fill_null("").str.contains(_MANY_CORES)


def _ties(view: View) -> pl.DataFrame:
    """Return the shown ties of the region: ratings of value and trust are no lines between organisations."""
    rows = view.data.filter(pl.col("region") == view.region, pl.col("suppressed") == SHOWN, pl.col("observed") > 0)
    kinds = {key: one.get("kind", TIE) for key, one in view.meta.get("relations", {}).items()}
    return rows.filter(pl.col("relation").replace_strict(kinds, default=TIE, return_dtype=pl.String) == TIE)


def _relations(view: View) -> list[str]:
    return [one.replace("_", "-") for one in _ties(view)["relation"].unique().sort()]


def _network_rows(view: View) -> pl.DataFrame:
    rows = _ties(view).filter(pl.col("relation").str.replace_all("_", "-") == view.variant)
    titles = _actors(view).select("organisation", "name")
    for end in ("source", "target"):
        named = titles.rename({"organisation": end, "name": f"{end}_name"})
        rows = rows.join(named, on=end, how="left")
    columns = ("wave", "relation", "source_name", "target_name", "observed", "suppressed", "source", "target")
    return rows.select(columns).sort("wave", "source_name", "target_name")


def _actors(view: View) -> pl.DataFrame:
    return actor_list(view.table("nodes"), view.meta, view.words, region=view.region)


def _relation(view: View) -> str:
    return str(view.data["relation"][0])


def _core(view: View) -> set[tuple[int, str]]:
    return core_of(view.table("actors"), view.region, _relation(view))


def _counts(view: View) -> dict[int, int]:
    """Return how many pairs are drawn by year: ties in both directions between two are one line."""
    held = set(_actors(view)["organisation"])
    waves = view.data["wave"].unique().sort()
    return {wave: len(pairs_of(view.data.filter(pl.col("wave") == wave), held)) for wave in waves}


def _network(view: View) -> Network | None:
    if view.data.is_empty():
        return None
    actors = _actors(view)
    possible = view.words.number(math.comb(actors.height, 2))
    return Network(
        actors, view.data,
        sectors={key: sector_title(view.meta, key, view.words) for key in view.meta["sectors"]},
        strengths={one: _strength(view, one) for one in view.data["observed"].unique().sort().to_list()},
        core=_core(view), ring=view.say("in the core"),
        titles={
            wave: f"{wave}\n" + view.say("{n} of {all} possible ties", n=view.words.number(n), all=possible)
            for wave, n in _counts(view).items()
        },
    )  # fmt: skip


def _strength(view: View, observed: int) -> str:
    """Return what a rating means, where the relation is rated on the steps of HSIM, 0–4; else the number."""
    steps = view.meta.get("relations", {}).get(_relation(view), {}).get("range") or []
    if list(steps) == [0, 4] and 0 <= observed <= 4:  # noqa: PLR2004
        return f"{observed} {view.words.title('depth', str(observed))}"
    return view.say("strength {n}", n=observed)


def _many_cores(view: View) -> str:
    """Say of which years no core is ringed."""
    cores = _cores(view.table("actors"), view.region, _relation(view))
    years = [str(one) for one in cores.filter(_of_many())["wave"].unique().sort()]
    if not years:
        return ""
    return view.say("In {years} several cores fit equally well, so none is ringed.", years=view.words.listed(years))


def _core_fit(view: View) -> str:
    """Say how well a core and an edge fit the network by year."""
    if _cores(view.table("actors"), view.region, _relation(view)).is_empty():
        return ""
    fits = view.table("integration").filter(
        pl.col("indicator") == "network_core_fit", pl.col("region") == view.region, pl.col("scale") == _relation(view),
        pl.col("group") == "all", pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null(), pl.col("wave") > 0,
    ).sort("wave")  # fmt: skip
    if fits.is_empty():
        return ""
    values = [f"{wave} {view.words.number(fit, 2)}" for wave, fit in fits.select("wave", "estimate").iter_rows()]
    return view.say(
        "How well core and edge fit the network (correlation, 1 is perfect): {fits}. The lower, the less the ring "
        "means.",
        fits=view.words.listed(values),
    )


# Who is at which table.


def topic_title(topic: str, words: Words) -> str:
    """Return what meetings were about."""
    return words.say("topic not told") if topic == NOT_TOLD else topic.replace("_", " ")


def _presence_rows(view: View) -> pl.DataFrame:
    """Return who attended what in the latest year, sorted by sector and name."""
    mine = latest(view.data.filter(pl.col("region") == view.region))
    actors = _actors(view).select("organisation", "number", "name", "sector", "sector_title")
    joined = mine.join(actors, on="organisation", how="left", maintain_order="left").with_columns(
        pl.col("name").fill_null(pl.col("organisation")), pl.col("sector", "sector_title").fill_null("")
    )
    return joined.sort("number", "name", "phenomenon", nulls_last=True).select(
        "wave", "phenomenon", "organisation", "name", "sector", "sector_title", "attended", "events", "suppressed"
    )


def _attended(view: View) -> pl.DataFrame:
    return view.data.filter(pl.col("suppressed") == SHOWN, pl.col("events") > 0)


def _topics(view: View) -> list[str]:
    return view.data["phenomenon"].unique().sort().to_list()


def _presence(view: View) -> Heat | None:
    shown = _attended(view)
    if shown.is_empty():
        return None
    events = dict(shown.group_by("phenomenon").agg(pl.col("events").max()).iter_rows())
    columns = {one: f"{topic_title(one, view.words)} ({view.words.number(events.get(one))})" for one in _topics(view)}
    rows, last = [], ""
    held = view.data.select("organisation", "name", "sector_title").unique(maintain_order=True)
    for organisation, name, sector in held.iter_rows():
        rows += [Row("", sector)] if sector != last else []
        rows.append(Row(organisation, name))
        last = sector
    share = pl.when(pl.col("events") > 0).then(pl.col("attended") / pl.col("events"))
    texts = [
        view.say("not shown") if row["suppressed"] != SHOWN
        else view.say("{sign} missing", sign=AWAY) if row["attended"] == 0
        else f"{view.words.number(row['attended'])}/{view.words.number(row['events'])}"
        for row in view.data.iter_rows(named=True)
    ]  # fmt: skip
    frame = view.data.select(
        "suppressed",
        panel=pl.lit(""),
        row="organisation",
        column="phenomenon",
        text=pl.Series(texts, dtype=pl.String),
        level=pl.when(pl.col("suppressed") == SHOWN).then((share > 0).cast(pl.Int64) + (share >= 0.5).cast(pl.Int64)),  # noqa: PLR2004
    )
    levels = [
        Level(view.say("{sign} missing", sign=AWAY), "#ffffff"),
        Level(view.say("at fewer than half"), "#b9d5e9"),
        Level(view.say("at half or more"), "#2f74ab"),
    ]
    return Heat(frame, [Panel("")], rows, columns, levels)


def _away(view: View) -> str:
    nobody, shown = view.say("nobody"), _attended(view)
    said = []
    for topic in _topics(view):
        away = shown.filter(pl.col("phenomenon") == topic, pl.col("attended") == 0)["name"].to_list()
        said.append(f"{topic_title(topic, view.words)}: {view.words.listed(away) or nobody}")
    return "; ".join(said)


# Integration beside coping.


def _municipality(meta: Meta, region: str, code: str, words: Words) -> str:
    """Return the name of a municipality of a region; the code where nobody knows it."""
    known = meta["regions"].get(region, {}).get("municipalities", {})
    title = region_title(meta, code, words)
    return str(known.get(code, code)) if title == code else title


def _beside_rows(view: View) -> pl.DataFrame:
    """Return the municipalities of a region (of every region for the network), with their names."""
    mine = view.data.filter((pl.col("region") == view.region) | pl.lit(view.region == NETWORK))
    mine = mine.filter(pl.col("region").is_in(list(view.meta["regions"])))
    towns = mine.select("region", "municipality").iter_rows()
    names = [_municipality(view.meta, region, town, view.words) for region, town in towns]
    order = pl.col("region").cast(pl.Enum(list(view.meta["regions"])))
    return mine.with_columns(name=pl.Series(names, dtype=pl.String)).sort(order, "name")


def _both(view: View) -> pl.DataFrame:
    return view.data.filter(pl.col("suppressed") == SHOWN).drop_nulls(["coping", "integration"])


def met_axis(meta: Meta, words: Words) -> str:
    """Return what the number of integration is: the share within so many days."""
    days = meta.get("integration", {}).get("beside_days") or max(meta["delay_days"])
    return way(meta, words).within.format(n=days)


def coping_axis(meta: Meta, words: Words) -> str:
    """Return what the number of coping is: the mean of a scale, between its ends."""
    scale = str(meta.get("integration", {}).get("beside_scale") or "")
    if not scale:
        return words.say("Coping")
    ends = meta["scales"].get(scale, {}).get("range")
    if not ends:
        return words.say("{scale} (mean)", scale=scale_title(meta, scale, words))
    return words.say("{scale} (mean, {span})", scale=scale_title(meta, scale, words), span=words.span(*ends))


def _axes(view: View) -> tuple[str, str]:
    return met_axis(view.meta, view.words), coping_axis(view.meta, view.words)


def _beside(view: View) -> Points | None:
    shown = _both(view)
    if shown.height < _FEWEST:
        return None
    held = set(shown["region"])
    scale = str(view.meta.get("integration", {}).get("beside_scale", ""))
    ends = {
        f"{axis}{end}": f"{number}{end}"
        for axis, number in (("x", "integration"), ("y", "coping"))
        for end in ("", "_low", "_high")
    }
    return Points(
        shown.select("name", series="region", **ends),
        {one: view.place(one) for one in view.meta["regions"] if one in held},
        _axes(view),
        view.meta["scales"].get(scale, {}).get("shown", {}),
    )


def _beside_told(view: View) -> str:
    return "; ".join(
        f"{row['name']} {view.share(row['integration'])}, {view.words.number(row['coping'], 2)}"
        for row in _both(view).head(12).iter_rows(named=True)
    )


FIGURES: Sequence[Spec] = (
    Spec(
        key="network",
        finding=findings.of_network,
        table="edges",
        topic="services",
        about="region",
        rows_are="others",
        variants=_relations,
        rows=_network_rows,
        helpers=("source", "target"),
        layout=_network,
        title=say(
            "Who works with whom: {relation}",
            relation=lambda view: view.words.inside(relation_title(_relation(view), view.words, view.meta)),
        ),
        caption=(
            say(
                "Each mark is an organisation and stays in its place; a line is a tie, and a thicker line "
                "a stronger one. Colour and shape tell the sector, the number leads to the name below. "
                "Only ties strong enough to count are drawn."
            ),
            say("A tie is between two; where they rate it differently, the stronger rating is drawn."),
            say(
                "A ring marks the core: organisations that work with each other and with the rest, as far as a network "
                "falls into core and edge at all. The edge is not less worth, and a place says nothing of quality.",
                when=lambda view: bool(_core(view)),
            ),
            _many_cores,
            _core_fit,
        ),
        alt=say(
            "Network drawings of {region}: {actors} organisations; ties by year: {ties}.",
            region=View.place,
            actors=lambda view: _actors(view).height,
            ties=lambda view: ", ".join(f"{wave}: {n}" for wave, n in _counts(view).items()),
        ),
    ),
    Spec(
        key="presence",
        finding=findings_services.of_presence,
        table="presence",
        topic="services",
        about="region",
        rows_are="others",
        rows=_presence_rows,
        layout=_presence,
        title=say("Who was at which table in {year}", year=lambda view: view.data["wave"][0]),
        caption=(
            say(
                "At how many of the meetings about each topic an organisation was (meetings in brackets). "
                "Darker: at more of them. {sign}: at none.",
                sign=AWAY,
            ),
            say(
                "Missing is not neglect: not every organisation is needed at every table. The picture asks whether "
                "somebody is missing who should be there."
            ),
            say("Only meetings with a list of those present are here."),
            HIDDEN_WORD,
        ),
        alt=say(
            "Organisations by topic of meetings in {region} in {year}. Missing – {values}.",
            region=View.place, year=lambda view: view.data["wave"][0], values=_away,
        ),
    ),
    Spec(
        key="beside",
        table="beside",
        topic="services",
        about="region",
        rows_are="others",
        rows=_beside_rows,
        layout=_beside,
        title=say("Integration beside coping, by municipality"),
        caption=(
            say(
                "Each mark is a municipality; the thin lines are the {level} confidence intervals of both numbers.",
                level=level,
            ),
            say(
                "This picture cannot show that one thing leads to the other. What holds between municipalities need "
                "not hold for any family in them (ecological fallacy); municipalities differ in much else, such as "
                "size, income and distances (confounding); they are few, so a pattern may be chance; and those who "
                "answered are mostly not the families who met services."
            ),
            say("No line is drawn through the marks, on purpose."),
            say(
                "Where a municipality has answers from few schools or services, the interval of its mean is wide or "
                "missing."
            ),
            say(
                "Municipalities are left out where too few families or persons stand behind a number.",
                when=lambda view: view.data.height > _both(view).height,
            ),
            HIDDEN_WORD,
        ),
        alt=say(
            "Scatter of municipalities in {region}. Across: {met}. Up: {coping}. {values}.", region=View.place,
            met=lambda view: _axes(view)[0], coping=lambda view: _axes(view)[1], values=_beside_told,
        ),
    ),
)  # fmt: skip
