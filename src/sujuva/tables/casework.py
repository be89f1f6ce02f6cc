"""Contract of the events in families' processes."""

from __future__ import annotations

import dataframely as dy

from sujuva.tables import columns
from sujuva.tables.columns import code, coded, key, value

ACTIVITIES = (
    "contact", "consent", "invitation", "meeting", "attendance", "action_agreed", "action_outcome", "follow_up",
    "referral", "referral_accepted", "service_start", "service_end", "closure",
)  # fmt: skip
"""Activities that indicators know, in the order of a process; a log may have others."""
ROLES = ("parent", "child", "professional", "other")
ACTION_OUTCOMES = ("done", "partly", "not_done", "unknown")
SUPPORTS = ("early", "corrective")


_CASE = (
    "perhe perhetunnus caseid tapaus tapaustunnus prosessi asiakkuus asiakas asiakasperhe asiakastunnus "
    "asiakasnumero perhenumero familj ärende family familyid caseconceptname asianumero asiatunnus asiannumero asianro "
    "diaarinumero diaarinro dnro tapausnumero prosessinumero prosessitunnus asiakkuustunnus asiakkuusnumero perheid "
    "ärendenummer diarienummer dnr kundnummer klientnummer familjenummer"
)
_ACTIVITY = (
    "tapahtuma toiminto tapahtumalaji händelse aktivitet eventtype conceptname toimenpide toimenpidelaji "
    "tapahtumatyyppi tapahtumantyyppi tapahtumanlaji käsittelyvaihe åtgärd åtgärdstyp händelsetyp"
)
_TIME = (
    "aika timestamp aikaleima ajankohta tapahtumaaika tapahtumapäivä tapahtumapvm tid tidpunkt datetime timetimestamp "
    "starttimestamp starttime alkoi alkuaika alkamisaika "
    "päivämäärä pvm päiväys toimenpidepäivä toimenpidepvm kirjauspäivä kirjausaika datum händelsedatum åtgärdsdatum "
    "date"
)
_ITEM = "tunniste viite viitetunnus tapahtumatunnus tapaamistunnus referens reference"
_TRIGGER = "syy yhteydenotonsyy tulosyy hakeutumissyy orsak kontaktorsak reason"
_SERVICE = "palvelu palvelunnimi palvelumuoto tjänst"
_NEED = "tarve palveluntarve tuentarve behov stödbehov"
_TARGET = "ohjattu ohjattumihin kohde vastaanottavatoimiala remitterattill"
_ROLE = "rooli osallistujarooli osallistujanrooli roll"
_OUTCOME = "toteutuminen toteutui toteuma utfall"
_SUPPORT = "tuenlaji tukimuoto tuki tukityyppi stöd stödform"


class CaseEvents(dy.Schema):
    """One row is an event of a case: the convention of event logs (case, activity, time, group).

    `sequence` is the order of the rows within the case in the file, from 1: it decides between events of the
    same time. `time` is local time without a zone. What only some activities have is null in the others:

    - `item` ties events of one case together: the meeting of an attendance or follow-up, the action of an outcome,
      the referral of an acceptance, the start of a service and its end. It is a keyed pseudonym, like `case`: systems
      build it from the family's own identifier;
    - `trigger` (contact) is why the family came, `municipality` (contact) where it lives;
    - `service` is the service that was contacted (contact), started or ended; `need` is what a service answers to;
    - `target` (referral) is the sector referred to, `sector` the one that refers;
    - `role` (attendance) tells who was there, `outcome` (action_outcome) what came of an action;
    - `support` (service_start) tells early from corrective support.
    """

    case = dy.String(primary_key=True, min_length=1, metadata=key("family", _CASE))
    sequence = dy.Int32(primary_key=True, min=1, metadata=value(made=True))
    activity = dy.String(min_length=1, metadata=code("activity", _ACTIVITY, named=True))
    time = dy.Datetime(time_unit="us", metadata=value(_TIME))
    sector = columns.sector(partial=True)
    region = columns.region()
    municipality = columns.municipality(regex=None, partial=True)
    item = dy.String(nullable=True, min_length=1, metadata=key("item", _ITEM, partial=True))
    trigger = dy.String(nullable=True, min_length=1, metadata=code("trigger", _TRIGGER, partial=True))
    service = dy.String(nullable=True, min_length=1, metadata=code("service", _SERVICE, partial=True))
    need = dy.String(nullable=True, min_length=1, metadata=code("need", _NEED, partial=True))
    target = dy.String(nullable=True, min_length=1, metadata=code("sector", _TARGET, partial=True))
    role = coded("participant_role", ROLES, _ROLE, nullable=True, partial=True)
    outcome = coded("action_outcome", ACTION_OUTCOMES, _OUTCOME, nullable=True, partial=True)
    support = coded("support", SUPPORTS, _SUPPORT, nullable=True, partial=True)
