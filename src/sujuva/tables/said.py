"""Contracts of what people said: coded interviews, themes of open answers, and who was trained."""

from __future__ import annotations

import dataframely as dy

from sujuva.tables import columns
from sujuva.tables.columns import code, key, label, value

NO_THEME = "none"
"""The theme of a passage that a coder has read and found nothing in: without it nobody knows that it was read."""
THEME = r"^[a-z][a-z0-9_]*$"
"""Codes of themes; their titles, and so the list of them, stand in `terms.yaml`."""
_INTERVIEW = "haastattelu haastattelutunnus haastattelunumero interview interviewid intervju intervjunummer"
_PASSAGE = "kohta katkelma yksikkö ote lainaus koodausyksikkö passage excerpt segment avsnitt utdrag"
_CODER = "koodaaja koodaajatunnus luokittelija coder kodare"
_THEME = "teema koodi luokka theme code tema kod"
_TRAINING = "koulutus koulutuksennimi training utbildning kurssi"


class CodedPassages(dy.Schema):
    """One row is a theme that a coder gave a passage of an interview. Private: it never leaves the microdata floor.

    An interview is of one speaker: its key, made a pseudonym, stands for who was interviewed, and `sector` is the
    speaker's. A coder who found nothing in a passage says so (`NO_THEME`). No word of the passage is here.
    """

    interview = dy.String(primary_key=True, min_length=1, metadata=key("person", _INTERVIEW))
    passage = dy.String(primary_key=True, min_length=1, metadata=label(_PASSAGE))
    coder = dy.String(primary_key=True, min_length=1, metadata=key("person", _CODER))
    theme = dy.String(primary_key=True, regex=THEME, metadata=code("theme", _THEME, named=True))
    wave = columns.wave(primary_key=False, per="interview", any_year=True)
    region = columns.region(per="interview")
    sector = columns.sector(per="interview")


class OpenThemes(dy.Schema):
    """One row is an open answer and a theme of its lexicon: whether the answer speaks of it. The words are not kept."""

    respondent = columns.respondent(refers="respondents.respondent")
    wave = columns.wave()
    field = dy.String(primary_key=True, min_length=1, metadata=label())
    theme = dy.String(primary_key=True, regex=THEME, metadata=code("theme", made=True))
    said = dy.Bool(metadata=value(made=True))


class Trainings(dy.Schema):
    """One row is a person who took part in a training."""

    participant = dy.String(
        primary_key=True, min_length=1, metadata=key("person", "osallistuja osallistujatunnus koulutettu deltagare")
    )
    training = dy.String(primary_key=True, min_length=1, metadata=code("training", _TRAINING, named=True))
    wave = columns.wave(any_year=True)
    region = columns.region()
    sector = columns.sector()
