"""Single questions to pupils: loneliness, hobbies, being heard, and how well everyday life goes."""

from __future__ import annotations

import numpy as np
import polars as pl

from sujuva.example.chance import leave_gaps
from sujuva.example.design import SINGLES
from sujuva.example.population import Population, Study
from sujuva.example.questionnaires import answer, known_only, respond, strangers, trait_of
from sujuva.example.sheet import Sheet

AGES = (10, 18)
_HOBBY, _WANTS = 2, 3
_MISSING = "99"


def single(rng: np.random.Generator, population: Population, study: Study, known: set[tuple[str, int]]) -> Sheet:
    """Write the answers as a semicolon file of codes, 99 or nothing where there is no answer.

    Who has a hobby is not asked whether they would like one.
    """
    people, traits = respond(rng, population, AGES, 0.80)
    columns = []
    for items, trait in SINGLES:
        distance = items.level_sign * traits[:, trait]
        columns.append(answer(rng, items, trait_of(items, people, distance, study))[:, 0])
    codes = np.stack(columns, axis=1)
    cells = leave_gaps(rng, codes.astype(str), blank=0.004, coded=0.003, code=_MISSING)
    asked = (codes[:, _HOBBY - 1] == 0).tolist()
    cells[_WANTS - 1] = [cell if one else None for cell, one in zip(cells[_WANTS - 1], asked, strict=True)]
    names = [f"single_{number}" for number in range(1, len(SINGLES) + 1)]
    rows = pl.DataFrame(
        {"Vastaajatunnus": people["respondent"], "Vuosi": people["wave"].cast(pl.String)}
        | {name: pl.Series(cell, dtype=pl.String) for name, cell in zip(names, cells, strict=True)}
    )
    sheet = known_only(Sheet.clean(rows), "Vuosi", known)
    answered = rows["single_2"].is_in(["0", "1"]).to_list()
    sheet = sheet.soil(rng, ["single_2"], ["3", "4"], rule="item_out_of_range", share=0.002, among=answered)
    sheet = sheet.soil(rng, ["single_5", "single_7"], ["11", "12"], rule="item_out_of_range", share=0.002)
    sheet = strangers(sheet, rng, share=0.002)
    return sheet.repeat(rng, share=0.003).ordered()
