"""Contract of observations: what professionals noticed, the phenomenon it belongs to, and what was started for it."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from sujuva.tables import columns
from sujuva.tables.columns import code, coded, key, value

OBSERVATION_CLASSES = ("feedback", "need")
"""Classes of observations (Itla, *Sisältäpäin lähtevä muutos*): feedback on current work; needs and phenomena."""
CHANGE_LEVELS = ("local", "regional", "national")
"""Levels at which something can be changed."""
_KEY = "havainto havaintoid havaintotunnus havainnontunnus observationid observation iakttagelse"
_CLASS = "luokka havaintoluokka havainnonluokka class klass observationclass"
_DATE = "pvm päivämäärä päivä havaintopäivä havaintopvm datum"
_SECTOR = "toimijasektori toimijansektori sektori toimiala sektor aktörssektor"
_PHENOMENON = "ilmiö ilmiöid ilmiötunnus fenomen fenomenid"
_INITIATIVE = "aloite aloitepvm aloitepäivä aloitepäivämäärä initiativ initiativdatum initiative"


class Observations(dy.Schema):
    """One row is an observation that a professional wrote down. Private: it never leaves the microdata floor.

    What was noticed, in words, has no column here: it is not read. `phenomenon` names what several observations have in
    common, null where it belongs to none yet; `initiative` is the day on which something was started because of it,
    null where nothing was; `level` is the level that the initiative, or else the phenomenon, asks for a change at.
    """

    observation = dy.String(primary_key=True, min_length=1, metadata=key("item", _KEY))
    date = dy.Date(metadata=value(_DATE))
    region = columns.region()
    sector = dy.String(nullable=True, min_length=1, metadata=code("sector", _SECTOR))
    observation_class = coded("observation_class", OBSERVATION_CLASSES, _CLASS)
    phenomenon = dy.String(nullable=True, min_length=1, metadata=code("phenomenon", _PHENOMENON, named=True))
    initiative = dy.Date(nullable=True, metadata=value(_INITIATIVE))
    level = coded("change_level", CHANGE_LEVELS, "taso muutostaso muutoksentaso nivå level", nullable=True)

    @dy.rule()
    def begun_after(cls) -> pl.Expr:  # noqa: N805  dataframely passes the class
        """Nothing is started for what nobody has noticed yet."""
        return pl.col("initiative").is_null() | (pl.col("initiative") >= pl.col("date"))

    @dy.rule()
    def begun_for_something(cls) -> pl.Expr:  # noqa: N805
        """An initiative answers a phenomenon."""
        return pl.col("initiative").is_null() | pl.col("phenomenon").is_not_null()
