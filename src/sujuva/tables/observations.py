"""Contracts of observations, of initiatives that answer them, and of who of families took part in the work."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from sujuva.tables import columns
from sujuva.tables.columns import code, coded, key, value

OBSERVATION_CLASSES = ("feedback", "need")
"""Classes of observations (Itla, *Sisältäpäin lähtevä muutos*): feedback on current work; needs and phenomena."""
CHANGE_LEVELS = ("local", "regional", "national")
"""Levels at which something can be changed."""
INITIATIVE_STATUSES = ("proposed", "under_way", "done", "dropped")
"""What became of an initiative (our own)."""
ENDED = INITIATIVE_STATUSES[2:]
"""Of these, those of which nothing more will come."""
TAKING_PART = ("children", "young_people", "parents")
"""Whose part in the work is asked for (Ilmiölähtöisen yhteiskehittämisen toimintamalli, Innokylä)."""
WAYS = ("co_developer", "workshop", "online", "feedback")
"""How they took part, in the same source: as a developer client, in a workshop, on a common platform, by feedback."""
_KEY = "havainto havaintoid havaintotunnus havainnontunnus observationid observation iakttagelse"
_PARENT = "initiatives.initiative"
_CLASS = "luokka havaintoluokka havainnonluokka class klass observationclass"
_DATE = "pvm päivämäärä päivä havaintopäivä havaintopvm datum"
_SECTOR = "toimijasektori toimijansektori sektori toimiala sektor aktörssektor"
_PHENOMENON = "ilmiö ilmiöid ilmiötunnus fenomen fenomenid"
_BEGUN = "aloitepvm aloitepäivä aloitepäivämäärä initiativdatum"
_INITIATIVE = "aloite aloiteid aloitetunnus aloitteentunnus initiativ initiativid initiative initiativeid"
_LEVEL = "taso muutostaso muutoksentaso nivå level"
_STATUS = "tila aloitteentila status läge"
_CLOSED = "päättynyt päättymispäivä päättymispvm loppupvm avslutad slutdatum"
_PARTICIPANT = "osallistuja osallistujatunnus osallistujaid deltagare deltagarid"
_GROUP = "ryhmä osallistujaryhmä ikäryhmä grupp deltagargrupp"
_WAY = "osallistumistapa tapa osallistumisentapa deltagandesätt sätt"


class Observations(dy.Schema):
    """One row is an observation that a professional wrote down. Private: it never leaves the microdata floor.

    What was noticed, in words, has no column here: it is not read. `phenomenon` names what several observations have in
    common, null where it belongs to none yet. What was started because of it is an initiative of the table of
    initiatives (`answered_by`), or, where no such table is kept, the day alone (`initiative`); null where nothing was.
    `level` is the level that the initiative, or else the phenomenon, asks for a change at.
    """

    observation = dy.String(primary_key=True, min_length=1, metadata=key("item", _KEY))
    date = dy.Date(metadata=value(_DATE))
    region = columns.region()
    sector = dy.String(nullable=True, min_length=1, metadata=code("sector", _SECTOR))
    observation_class = coded("observation_class", OBSERVATION_CLASSES, _CLASS)
    phenomenon = dy.String(nullable=True, min_length=1, metadata=code("phenomenon", _PHENOMENON, named=True))
    initiative = dy.Date(nullable=True, metadata=value(_BEGUN))
    answered_by = dy.String(nullable=True, min_length=1, metadata=key("item", _INITIATIVE, refers=_PARENT))
    level = coded("change_level", CHANGE_LEVELS, _LEVEL, nullable=True)

    @dy.rule()
    def begun_after(cls) -> pl.Expr:  # noqa: N805  dataframely passes the class
        """Nothing is started for what nobody has noticed yet."""
        return pl.col("initiative").is_null() | (pl.col("initiative") >= pl.col("date"))

    @dy.rule()
    def begun_for_something(cls) -> pl.Expr:  # noqa: N805
        """An initiative answers a phenomenon."""
        begun = pl.any_horizontal(pl.col("initiative", "answered_by").is_not_null())
        return ~begun | pl.col("phenomenon").is_not_null()

    @dy.rule()
    def begun_once(cls) -> pl.Expr:  # noqa: N805
        """The day of an initiative stands in the table of initiatives, where there is one, and not here, too."""
        return pl.col("initiative").is_null() | pl.col("answered_by").is_null()


class Initiatives(dy.Schema):
    """One row is an initiative, which may answer several observations, or none that is known.

    `sector` is that of who made it, `date` the day on which it was made, `closed` the day on which it was carried out
    or dropped.
    """

    initiative = dy.String(primary_key=True, min_length=1, metadata=key("item", _INITIATIVE))
    date = dy.Date(metadata=value(f"{_DATE} {_BEGUN}"))
    region = columns.region()
    sector = dy.String(
        nullable=True, min_length=1, metadata=code("sector", f"{_SECTOR} tekijänsektori aloitteentekijänsektori")
    )
    level = coded("change_level", CHANGE_LEVELS, _LEVEL, nullable=True)
    status = coded("initiative_status", INITIATIVE_STATUSES, _STATUS, nullable=True)
    closed = dy.Date(nullable=True, metadata=value(_CLOSED))

    @dy.rule()
    def closed_after(cls) -> pl.Expr:  # noqa: N805
        """Nothing ends before it begins."""
        return pl.col("closed").is_null() | (pl.col("closed") >= pl.col("date"))

    @dy.rule()
    def closed_for_good(cls) -> pl.Expr:  # noqa: N805
        """What has ended was carried out or dropped."""
        return pl.col("closed").is_null() | pl.col("status").is_in(ENDED).fill_null(value=False)


class Participation(dy.Schema):
    """One row is a way in which a child, a young person or a parent took part in the work on a day.

    Private like all that persons did. Feedback that was given in words or marks is in the table of feedback.
    """

    participant = dy.String(primary_key=True, min_length=1, metadata=key("person", _PARTICIPANT))
    date = dy.Date(primary_key=True, metadata=value(_DATE))
    region = columns.region(primary_key=True)
    way = coded("way_of_taking_part", WAYS, _WAY, primary_key=True)
    participant_group = coded("participant_group", TAKING_PART, _GROUP)
