"""Publications with less to draw, for tests that look at something else."""

from __future__ import annotations

from sujuva.published import Published

SERVICES = ("integration", "nodes", "edges", "delays")
AROUND = ("situation", "comparisons", "reliability", "quality_items", "quality_response", "distributions")


def without(published: Published, *names: str) -> Published:
    """Return the publication with nothing in some of its tables."""
    empty = {name: published[name].clear() for name in names if name in published.tables}
    return Published(published.tables | empty, published.meta)
