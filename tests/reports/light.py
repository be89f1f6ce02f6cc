"""Publications with less to draw, for tests that look at something else."""

from __future__ import annotations

import polars as pl

from sujuva.published import Published

SERVICES = ("integration", "nodes", "edges", "delays")
AROUND = ("situation", "comparisons", "reliability", "quality_items", "quality_response", "distributions")


def without(published: Published, *names: str) -> Published:
    """Return the publication with nothing in some of its tables."""
    empty = {name: published[name].clear() for name in names if name in published.tables}
    return Published(published.tables | empty, published.meta)


def fewer(published: Published) -> Published:
    """One scale and no distributions: enough for a page where the rest is not looked at."""
    one = published["parjaavyys"].filter(pl.col("scale") == "who5")
    return without(Published(published.tables | {"parjaavyys": one}, published.meta), "distributions")
