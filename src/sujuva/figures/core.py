"""The core of a network: who is ringed, where one core fits best, and how well it fits at all."""

from __future__ import annotations

import polars as pl

from sujuva.figures.language import Words
from sujuva.published import SHOWN, require_published

_MANY_CORES = "core_not_unique"


def core_of(actors: pl.DataFrame | None, region: str, relation: str) -> set[tuple[int, str]]:
    """Return year and organisation of those in the core of a network, as far as it is published and the only one.

    Where several cores fit equally well, none of them is the core: which one was found is an accident.
    """
    if actors is None or actors.is_empty():
        return set()
    mine = require_published(actors, "actors").filter(
        pl.col("region") == region, pl.col("relation") == relation, pl.col("measure") == "core",
        pl.col("suppressed") == SHOWN, pl.col("value") == 1, ~pl.col("note").fill_null("").str.contains(_MANY_CORES),
    )  # fmt: skip
    return set(mine.select("wave", "organisation").iter_rows())


def core_words(
    actors: pl.DataFrame | None, integration: pl.DataFrame | None, region: str, relation: str, words: Words
) -> str:
    """Say how well a core and an edge fit the network by year, and of which years no core is ringed.

    Args:
        actors: Published measures of organisations.
        integration: Published indicators.
        region: The region.
        relation: The relation.
        words: The reader's language.
    """
    said = []
    if actors is not None and not actors.is_empty():
        mine = actors.filter(
            pl.col("region") == region, pl.col("relation") == relation, pl.col("measure") == "core",
            pl.col("suppressed") == SHOWN,
        )  # fmt: skip
        many = mine.filter(pl.col("note").fill_null("").str.contains(_MANY_CORES))["wave"].unique().sort().to_list()
        if many:
            years = words.listed([str(one) for one in many])
            said.append(words.say("In {years} several cores fit equally well, so none is ringed.", years=years))
        if mine.is_empty():
            return ""
    if actors is None or integration is None:
        return " ".join(said)
    fits = require_published(integration, "network").filter(
        pl.col("indicator") == "network_core_fit", pl.col("region") == region, pl.col("scale") == relation,
        pl.col("group") == "all", pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null(), pl.col("wave") > 0,
    ).sort("wave")  # fmt: skip
    if fits.height:
        values = [f"{wave} {words.number(fit, 2)}" for wave, fit in fits.select("wave", "estimate").iter_rows()]
        said.append(
            words.say(
                "How well core and edge fit the network (correlation, 1 is perfect): {fits}. The lower, the less the "
                "ring means.",
                fits=words.listed(values),
            )
        )
    return " ".join(said)
