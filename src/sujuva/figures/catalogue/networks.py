"""Figures of who works with whom: the network of organisations, and its core."""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl

from sujuva.figures.catalogue import findings
from sujuva.figures.labels import (
    Meta,
    organisation_name,
    relation_title,
    sector_title,
)
from sujuva.figures.language import Words
from sujuva.figures.layouts import Network, pairs_of
from sujuva.figures.specification import Spec, View, say
from sujuva.published import SHOWN, require_published, rows_of, whole_of

TIE = "tie"
"""Kind of a relation that is drawn as lines."""
_MANY_CORES = "core_not_unique"


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
    titles = actors_of(view).select("organisation", "name")
    for end in ("source", "target"):
        named = titles.rename({"organisation": end, "name": f"{end}_name"})
        rows = rows.join(named, on=end, how="left")
    columns = ("wave", "relation", "source_name", "target_name", "observed", "suppressed", "source", "target")
    return rows.select(columns).sort("wave", "source_name", "target_name")


def actors_of(view: View) -> pl.DataFrame:
    """Return the organisations of the page's region: see `actor_list`."""
    return actor_list(view.table("nodes"), view.meta, view.words, region=view.region)


def _relation(view: View) -> str:
    return str(view.data["relation"][0])


def _core(view: View) -> set[tuple[int, str]]:
    return core_of(view.table("actors"), view.region, _relation(view))


def _counts(view: View) -> dict[int, int]:
    """Return how many pairs are drawn by year: ties in both directions between two are one line."""
    held = set(actors_of(view)["organisation"])
    waves = view.data["wave"].unique().sort()
    about = {"region": view.region, "relation": _relation(view)}
    return {
        wave: whole_of(
            len(pairs_of(view.data.filter(pl.col("wave") == wave), held)), "edges", pairs=True, wave=wave, **about
        )
        for wave in waves
    }


def _network(view: View) -> Network | None:
    if view.data.is_empty():
        return None
    actors = actors_of(view)
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
    values = [f"{row['wave']} {view.words.number(row['estimate'], 2)}" for row in rows_of(fits)]
    return view.say(
        "How well core and edge fit the network (correlation, 1 is perfect): {fits}. The lower, the less the ring "
        "means.",
        fits=view.words.listed(values),
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
            actors=lambda view: view.words.number(whole_of(actors_of(view).height, "nodes", region=view.region)),
            ties=lambda view: ", ".join(f"{wave}: {view.words.number(n)}" for wave, n in _counts(view).items()),
        ),
    ),
)
