"""Contract of Lapset puheeksi (LP) discussions: what was found out and agreed about each topic, never in words."""

from __future__ import annotations

from typing import Any

import dataframely as dy

from sujuva.tables import columns
from sujuva.tables.columns import code, coded, key, value

LP_ENVIRONMENTS = ("home", "daycare", "school", "leisure")
LP_RATINGS = ("strength", "vulnerability", "neither", "not_discussed")
LP_OUTCOMES = ("done", "partly", "not_done", "unknown")
LP_FORMS = (
    "daycare", "preschool", "primary_adults", "primary_child", "lower_secondary_adults", "lower_secondary_youth",
    "reception",
)  # fmt: skip
"""Versions of the form that guides a discussion; `_child` and `_youth`: the child takes part."""
TOPIC = r"^[A-Za-zÅÄÖåäö]{0,12}[ ._-]?[0-9]{1,4}$"
"""A topic is a code: up to twelve letters and a number. A sentence, or a name, is none."""
_TALK = "lptunnus lpid keskustelu keskustelutunnus keskusteluid samtal samtalsid"
_CHILD = "lapsi lapsitunnus lapsentunnus childid childpid lapsiid barn barnid"
_DATE = "pvm päivämäärä päivä keskustelupäivä keskustelupvm datum"
_ENVIRONMENT = "ympäristö ymparisto kehitysympäristö miljö utvecklingsmiljö"
_FORM = "lokikirja lokikirjaversio versio lomake loggbok"
_PLAN = "suunnitelma suunnitelmatehty toimintasuunnitelma handlingsplan"
_RESPONSIBLE = "vastuusovittu vastuutahosovittu vastuuhenkilönimetty ansvarig"
_FOLLOW_UP = "followup seurantasovittu seurantapvm seuranta seurantapäivä uppföljning"
_PARENTS = "parentspresent vanhemmatpaikalla vanhemmatmukana föräldrarmed"
_NEEDED = "networkneeded neuvonpitotarpeen neuvonpidontarve nätverksmötebehövs"
_HELD = "networkheld neuvonpitopidetty neuvonpito nätverksmötehölls"


def _yes_no(aliases: str, **more: Any) -> dy.Int8:
    return dy.Int8(nullable=True, min=0, max=1, metadata=code("yes_no", aliases, **more))


class LpTopics(dy.Schema):
    """One row is a topic of a discussion about a child. Private: it never leaves the microdata floor.

    `talk` and `child` are pseudonyms, the child's that of the same person among the respondents. `topic` is a code
    within its environment, never a text. Yes and no are 1 and 0, null where nobody knows: `plan` that something is
    done about the topic, `responsible` that somebody is named for it (who is not told). `due` and `follow_up` are
    days: until when, and when the discussion goes on. `network_needed` and `network_held`: a network meeting
    (LP-neuvonpito) was found necessary, and took place. What is said
    per talk is the same in all its rows.
    """

    talk = dy.String(primary_key=True, min_length=1, metadata=key("talk", _TALK))
    environment = coded("environment", LP_ENVIRONMENTS, _ENVIRONMENT, primary_key=True)
    topic = dy.String(primary_key=True, regex=TOPIC, metadata=code("topic", "aihe aihetunnus aihenumero tema ämne"))
    child = dy.String(min_length=1, metadata=key("person", _CHILD, per="talk"))
    date = dy.Date(metadata=value(_DATE, per="talk"))
    wave = columns.wave(primary_key=False, per="talk", any_year=True)
    region = columns.region(per="talk")
    municipality = columns.municipality(per="talk")
    unit = columns.unit(nullable=True, per="talk")
    age_group = columns.age_group(per="talk")
    form = coded("form", LP_FORMS, _FORM, nullable=True, per="talk")
    rating = coded("topic_rating", LP_RATINGS, "arvio bedömning")
    plan = _yes_no(_PLAN)
    responsible = _yes_no(_RESPONSIBLE)
    due = dy.Date(nullable=True, metadata=value("määräaika maarapaiva määräpäivä tidsfrist"))
    outcome = coded("action_outcome", LP_OUTCOMES, "toteutuminen toteutui utfall", nullable=True)
    follow_up = dy.Date(nullable=True, metadata=value(_FOLLOW_UP, per="talk"))
    parents_present = _yes_no(_PARENTS, per="talk")
    child_present = _yes_no("childpresent lapsipaikalla lapsimukana barnetmed", per="talk")
    network_needed = _yes_no(_NEEDED, per="talk")
    network_held = _yes_no(_HELD, per="talk")
