"""Contract of the feedback that participants give on workshops and meetings."""

from __future__ import annotations

import dataframely as dy

from sujuva.tables import columns
from sujuva.tables.columns import code, coded, key, value

PARTICIPANT_GROUPS = ("children", "young_people", "parents", "professionals")
FEEDBACK_RANGE = (1, 5)
_PARTICIPANT = (
    "osallistuja osallistujatunnus deltagare vastaaja vastaajanid vastaajatunnus palautteenantaja palautteenantajaid "
    "osallistujaid svarande deltagarid"
)
_GROUP = "participantgroup ryhmä osallistujaryhmä rooli roll grupp kohderyhmä"
_ITEM = "väite väittämä påstående statement kysymys"
_RATING = "arvio arvosana betyg vastaus score omdöme"


class Feedback(dy.Schema):
    """One row is a participant's rating (1–5) of one item of an event."""

    event = columns.event()
    wave = columns.wave(any_year=True)
    region = columns.region(primary_key=True)
    participant = dy.String(primary_key=True, min_length=1, metadata=key("person", _PARTICIPANT))
    participant_group = coded("participant_group", PARTICIPANT_GROUPS, _GROUP)
    item = dy.String(primary_key=True, min_length=1, metadata=code("feedback", _ITEM, named=True, wide=True))
    rating = dy.Int16(min=FEEDBACK_RANGE[0], max=FEEDBACK_RANGE[1], metadata=value(_RATING, wide=True))
