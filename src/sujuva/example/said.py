"""What people said: coded interviews, trainings, and open answers of a few childlike sentences; all made up."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from sujuva.codebooks import load_sectors
from sujuva.example.population import Study
from sujuva.example.sheet import Sheet

THEMES = {
    "Yhteisen työn edellytykset": 0.72,
    "Sektorirajojen ylittäminen": 0.60,
    "Perheiden tarpeista käsin": 0.48,
    "Jousto": 0.38,
    "Apu lähelle perhettä": 0.28,
}
"""What coders call themes, and how many interviews come to speak of each; a passage of none is left blank."""
TRAINING = "Myönteisen tunnistamisen koulutus"
QUESTION = "Mikä tekee sinut iloiseksi?"
NO_ANSWER = "Ei halua vastata."
SENTENCES: dict[str, tuple[tuple[str, ...], float]] = {
    "play": (("Kun saan leikkiä.", "Leikit pihalla.", "Legoilla rakentelu on kivaa, ja leikki."), 0.30),
    "friends": (("Kun kaveri tulee kylään.", "Kaverit.", "Se että on ystävä."), 0.40),
    "family": (("Äiti ja iskä.", "Kun iskä halaa.", "Pikkuveljen kanssa oleminen."), 0.28),
    "sport": (("Jalkapallo!", "Kun uidaan.", "Pyöräily."), 0.20),
    "art": (("Piirtäminen.", "Kun saan laulaa ja tanssia."), 0.14),
    "treats": (("Karkki.", "Jäätelö, en tiedä miksi."), 0.12),
    "gifts": (("Synttärit.", "Kun saa lahjan."), 0.10),
}
"""Childlike sentences by the theme of the lexicon that they speak of, and how many persons say one."""
OTHERS = ("En tiedä.", "Ei karkki.", "Kun aurinko paistaa.")
"""Sentences that speak of no theme: one of them denies one."""
_INTERVIEWS, _PASSAGES = 26, 9  # of a region; of an interview
_SECOND, _THIRD, _AGREE = 0.35, 0.15, 0.8  # shares of passages that more coders read, and that they see alike
_TRAINED, _MORE, _AGAIN = 22, 9, 0.12  # of a region at the first wave, more at each later one; share who come twice
_ANSWERED, _DECLINED = 0.72, 0.02


def interviews(rng: np.random.Generator, study: Study) -> Sheet:
    """Write one row a theme that a coder gave a passage; of the study's last year."""
    titles = [sector.title.fi for sector in load_sectors().values()]
    rows = []
    for place, region in enumerate(study.regions):
        for number in range(_INTERVIEWS):
            sector = titles[int(rng.integers(len(titles)))]
            own = ["", *(theme for theme, share in THEMES.items() if rng.random() < share)]
            for passage in range(1, _PASSAGES + 1):
                true = own[int(rng.integers(len(own)))]
                coders = ["K1", *(["K2"] if rng.random() < _SECOND else []), *(["K3"] if rng.random() < _THIRD else [])]
                for coder in coders:
                    theme = true if rng.random() < _AGREE else own[int(rng.integers(len(own)))]
                    head = (f"T{place + 1}-{number + 1:02}", str(passage), coder, theme)
                    rows.append((*head, str(study.waves[-1]), region.title.fi, sector))
    columns = ["Haastattelu", "Kohta", "Koodaaja", "Teema", "Vuosi", "Alue", "Toimiala"]
    sheet = Sheet.clean(pl.DataFrame(rows, schema=columns, orient="row"))
    sheet = sheet.soil(rng, ["Teema"], ["Jotain muuta"], rule="value_not_in_map", share=0.002)
    sheet = sheet.soil(rng, ["Koodaaja"], [""], rule="missing_key", share=0.001)
    return sheet.repeat(rng, share=0.002).ordered()


def trainings(rng: np.random.Generator, study: Study) -> Sheet:
    """Write one row a person who was trained; more from wave to wave, and some persons again."""
    titles = [sector.title.fi for sector in load_sectors().values()]
    rows: list[tuple[str, ...]] = []
    for place, region in enumerate(study.regions):
        known: list[tuple[str, str]] = []
        for turn, wave in enumerate(study.waves):
            size = _TRAINED + _MORE * turn
            again = [one for one in known if rng.random() < _AGAIN]
            new = [
                (f"O{place + 1}{turn + 1}-{at + 1:03}", titles[int(rng.integers(len(titles)))]) for at in range(size)
            ]
            rows += [(key, TRAINING, str(wave), region.title.fi, sector) for key, sector in (*again, *new)]
            known += new
    columns = ["Osallistuja", "Koulutus", "Vuosi", "Alue", "Toimiala"]
    sheet = Sheet.clean(pl.DataFrame(rows, schema=columns, orient="row"))
    sheet = sheet.soil(rng, ["Koulutus"], ["Muu koulutus"], rule="value_not_in_map", share=0.003)
    return sheet.repeat(rng, share=0.004).ordered()


def with_answers(rng: np.random.Generator, sheet: Sheet) -> tuple[Sheet, list[dict[str, Any]]]:
    """Add to a sheet of answers a column of open ones, made of `SENTENCES`.

    Returns the sheet, and by wave how many persons of the clean rows answered and how many speak of each theme.
    """
    answers: dict[tuple[str, str], tuple[str, tuple[str, ...]]] = {}
    for key in sheet.rows.select("Vastaajatunnus", "Vuosi").iter_rows():
        drawn = _answer(rng)
        answers.setdefault(key, drawn)
    keys = list(sheet.rows.select("Vastaajatunnus", "Vuosi").iter_rows())
    texts = pl.Series(QUESTION, [answers[key][0] for key in keys], dtype=pl.String)
    written = replace(sheet, rows=sheet.rows.with_columns(texts))
    kept = [
        key for key, clean in zip(keys, sheet.is_clean, strict=True) if clean and answers[key][0] not in ("", NO_ANSWER)
    ]
    return written, [
        {"wave": int(wave), "answered": len(mine)}
        | {theme: sum(theme in answers[key][1] for key in mine) for theme in SENTENCES}
        for wave, mine in (
            (wave, [*group])
            for wave, group in itertools.groupby(sorted(kept, key=lambda one: one[1]), lambda one: one[1])
        )
    ]


def _answer(rng: np.random.Generator) -> tuple[str, tuple[str, ...]]:
    """Draw an answer and the themes that it speaks of; "" where there is none."""
    lots = rng.random(len(SENTENCES) + 2)
    words = rng.integers(6, size=len(SENTENCES) + 1)
    if lots[-1] >= _ANSWERED:
        return "", ()
    if lots[-2] < _DECLINED:
        return NO_ANSWER, ()
    said = [
        (theme, sentences[int(word) % len(sentences)])
        for (theme, (sentences, share)), lot, word in zip(SENTENCES.items(), lots, words, strict=False)
        if lot < share
    ]
    if not said:
        return OTHERS[int(words[-1]) % len(OTHERS)], ()
    return " ".join(sentence for _, sentence in said), tuple(theme for theme, _ in said)
