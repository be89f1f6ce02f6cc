"""Contracts of official statistics of areas, of years and of months."""

from __future__ import annotations

import dataframely as dy

from sujuva.tables.columns import coded, label
from sujuva.tables.columns import value as numbers

DOTS = (".", "..", "...")
"""What Statistics Finland writes where there is no number: none can be, not available or confidential, confidential."""
AREA_GENDERS = ("total", "male", "female")
MONTH = r"^[12][0-9]{3}M(0[1-9]|1[0-2])$"
"""A month as Statistics Finland writes it: 2024M03."""
_INDICATOR = "indikaattori indikaattoritunnus indikaattorinkoodi tunnusluvunkoodi indikator indicatorid"
_TITLE = "otsikko nimike tiedot uppgifter indikaattorinnimi tunnusluku rubrik nyckeltal"
_AREA = "aluekoodi alueenkoodi kuntakoodi kunnankoodi kuntanumero områdeskod kommunkod areacode"
_AREA_NAME = "areaname alueennimi områdesnamn alue kunta kunnannimi kommun kommunnamn hyvinvointialue"


class AreaIndicators(dy.Schema):
    """One row is a statistic of an area, gender and year.

    `area` is the official code as text: leading zeros matter. `value` is in the unit of the indicator, `absolute`
    the count behind it. A blank or dots stay null: "not published" or "not known", never 0.
    """

    indicator = dy.String(
        primary_key=True,
        min_length=1,
        metadata=label(_INDICATOR),
    )
    title = dy.String(min_length=1, metadata=label(_TITLE, named=True))
    area = dy.String(primary_key=True, min_length=1, metadata=label(_AREA, named=True))
    area_name = dy.String(min_length=1, metadata=label(_AREA_NAME, named=True))
    gender = coded("sex", AREA_GENDERS, "sukupuoli sex kön lapsensukupuoli", primary_key=True)
    year = dy.Int32(primary_key=True, min=1800, max=2199, metadata=numbers("vuosi år"))
    value = dy.Float64(nullable=True, metadata=numbers("arvo värde", missing=DOTS))
    absolute = dy.Float64(nullable=True, metadata=numbers("absoluuttinen lukumäärä antal absolutevalue", missing=DOTS))


class AreaMonths(dy.Schema):
    """One row is a statistic of an area, gender and month: a table of its own, so that no month is taken for a year.

    `month` is written as Statistics Finland does, 2024M03. All else is as in `AreaIndicators`.
    """

    indicator = dy.String(primary_key=True, min_length=1, metadata=label(_INDICATOR))
    title = dy.String(min_length=1, metadata=label(_TITLE, named=True))
    area = dy.String(primary_key=True, min_length=1, metadata=label(_AREA, named=True))
    area_name = dy.String(min_length=1, metadata=label(_AREA_NAME, named=True))
    gender = coded("sex", AREA_GENDERS, "sukupuoli sex kön lapsensukupuoli", primary_key=True)
    month = dy.String(primary_key=True, regex=MONTH, metadata=label("kuukausi månad"))
    value = dy.Float64(nullable=True, metadata=numbers("arvo värde", missing=DOTS))
    absolute = dy.Float64(nullable=True, metadata=numbers("absoluuttinen lukumäärä antal absolutevalue", missing=DOTS))
