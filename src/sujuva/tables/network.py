"""Contracts of the network of services: organisations, their rated ties, and who came to which meeting."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from sujuva.tables import columns
from sujuva.tables.columns import code, label, value

RATING_RANGE = (0, 10)
"""Lowest and highest rating of a tie that any source may use."""
_NAME = "toimija organisaatio nimi toimijannimi aktör organization organisaationnimi taho tahonnimi aktörsnamn"
_LEVEL = "taso nivå palvelutaso"
_SOURCE = "arvioija lähde from ego rater sender källa a"
_TARGET = "arvioitava kohde to alter ratee receiver mål b"
_OBSERVED = "nykyinen toteutunut nykytila nuvarande rating strength nyt"
_ACTOR = "organisations.organisation"


class Organisations(dy.Schema):
    """One row is an actor of a region's network.

    `level` is the level of services that it belongs to (such as basic or specialised): links within a level are
    horizontal, links between levels vertical.
    """

    region = columns.region(primary_key=True)
    organisation = columns.organisation()
    name = dy.String(min_length=1, metadata=label(_NAME, named=True))
    sector = columns.sector(nullable=False)
    level = dy.String(nullable=True, min_length=1, metadata=code("service_level", _LEVEL))


class Ties(dy.Schema):
    """One row is a rated relation from `source` to `target` at a wave.

    `observed` and `expected` are ratings (0 = none); `directed` is false where one row speaks for both ends.
    """

    region = columns.region(primary_key=True)
    wave = columns.wave()
    relation = dy.String(
        primary_key=True, min_length=1, metadata=code("relation", "suhde relaatio yhteydenlaji relationstyp")
    )
    source = dy.String(primary_key=True, min_length=1, metadata=label(_SOURCE, refers=_ACTOR))
    target = dy.String(primary_key=True, min_length=1, metadata=label(_TARGET, refers=_ACTOR))
    observed = dy.Int16(min=RATING_RANGE[0], max=RATING_RANGE[1], metadata=value(_OBSERVED))
    expected = dy.Int16(
        nullable=True,
        min=RATING_RANGE[0],
        max=RATING_RANGE[1],
        metadata=value("toivottu tavoite odotettu önskad desired"),
    )
    directed = dy.Bool(metadata=value(made=True))

    @dy.rule()
    def two_ends(cls) -> pl.Expr:  # noqa: N805  dataframely passes the class
        """An organisation does not rate itself."""
        return pl.col("source") != pl.col("target")


class Attendance(dy.Schema):
    """One row is an organisation that was at an event (a meeting or workshop), and the one phenomenon it was about."""

    event = columns.event()
    wave = columns.wave(any_year=True)
    region = columns.region(primary_key=True)
    organisation = columns.organisation(refers=_ACTOR)
    phenomenon = dy.String(
        nullable=True, min_length=1, metadata=code("phenomenon", "ilmiö teema fenomen tema", named=True)
    )
