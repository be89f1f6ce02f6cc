"""The whole example: every raw file, its description, and the truth that tests hold the workbench against."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sujuva.errors import ParameterError
from sujuva.example.areas import areas, eligible, placed, reports
from sujuva.example.casework import casework
from sujuva.example.network import organisations, relations, ties
from sujuva.example.observations import observations
from sujuva.example.offers import child_budgets, method_reach, service_parts
from sujuva.example.participation import criteria, participation
from sujuva.example.partners import partners, rubric
from sujuva.example.population import Study, make_population, register
from sujuva.example.questionnaires import cyrm, sdq, single, who5
from sujuva.example.said import interviews, trainings, with_answers
from sujuva.example.sheet import Sheet
from sujuva.example.talks import talks
from sujuva.example.workshops import attendance, feedback
from sujuva.example.writers import deliver
from sujuva.io import replacing_folder, write_json, write_text

# Every file draws from a stream of its own: a change in one moves no number of the others. New streams go last.
_STREAMS = (
    *("population", "traits", "respondents", "who5", "cyrm_r", "sdq", "organisations", "ties", "casework", "areas"),
    *("feedback", "lp_topics", "single", "eligible", "area_history", "relations", "attendance", "partners", "rubric"),
    *("placed", "observations"),
    *("service_parts", "child_budgets"),
    *("initiatives", "participation", "criteria"),
    *("interviews", "trainings", "texts"),
    "method_reach",
    "reports",
)
_FEWEST_PER_UNIT = 2


def write_example(
    folder: Path,
    truth: Path,
    *,
    seed: int,
    persons: int,
    units: int,
    families: int,
    regions: Sequence[str],
    waves: Sequence[int],
) -> dict[str, Any]:
    """Write the example's input folder and the truth behind it.

    The same arguments give the same bytes, on any number of threads and in any folder.

    Args:
        folder: The input folder; what it held before is replaced.
        truth: The JSON file with the effects and errors that were built in. Nothing but tests may read it.
        seed: Start of the random numbers, 0 or more.
        persons: Number of persons, each in one wave or more.
        units: Number of schools, daycares and services; at least one a region.
        families: Number of families with a process.
        regions: Keys of the regions, as in `regions.yaml`.
        waves: Years of the waves.

    Returns:
        What the truth file holds.

    Raises:
        ParameterError: A number is too small, or a region is unknown.
    """
    study = Study.of(regions, waves)
    _check(seed=seed, persons=persons, units=units, families=families, regions=len(study.regions))
    random = dict(zip(_STREAMS, np.random.SeedSequence(seed).spawn(len(_STREAMS)), strict=True))
    rng = {name: np.random.Generator(np.random.PCG64(one)) for name, one in random.items()}

    population = make_population(rng["population"], rng["traits"], study, persons=persons, units=units)
    sheets: dict[str, Sheet] = {"respondents": register(rng["respondents"], population)}
    known = set(sheets["respondents"].kept.select("Vastaajatunnus", pl.col("Vuosi").cast(pl.Int64)).iter_rows())
    for name, write in (("who5", who5), ("cyrm_r", cyrm), ("sdq", sdq)):
        sheets[name] = write(rng[name], population, study, known)
    sheets["organisations"] = organisations(rng["organisations"], study)
    sheets["ties"], network = ties(rng["ties"], study, sheets["organisations"].kept)
    sheets["casework"], delays, on_the_way = casework(rng["casework"], study, families)
    sheets["areas"] = areas(rng["areas"], rng["area_history"], study)
    sheets["feedback"] = feedback(rng["feedback"], study)
    sheets["lp_topics"], discussions = talks(rng["lp_topics"], population, study)
    sheets["single"] = single(rng["single"], population, study, known)
    sheets["eligible"] = eligible(rng["eligible"], study)
    sheets["placed"] = placed(rng["placed"], study)
    sheets["reports"] = reports(rng["reports"], study)

    actors = sheets["organisations"].kept
    sheets["relations"] = relations(rng["relations"], study, sheets["ties"].kept)
    sheets["attendance"], presence = attendance(rng["attendance"], study, actors)
    sheets["partners"] = partners(rng["partners"], study, actors)
    sheets["rubric"], assessed = rubric(rng["rubric"], study)
    sheets["observations"], noticed, sheets["initiatives"], started = observations(
        rng["observations"], rng["initiatives"], study
    )
    sheets["participation"], took_part = participation(rng["participation"], study)
    sheets["criteria"], quality = criteria(rng["criteria"], study)

    sheets["service_parts"], offered = service_parts(rng["service_parts"], study)
    sheets["method_reach"] = method_reach(rng["method_reach"], study)
    sheets["child_budgets"] = child_budgets(rng["child_budgets"], study)
    sheets["interviews"] = interviews(rng["interviews"], study)
    sheets["trainings"] = trainings(rng["trainings"], study)
    sheets["single"], written = with_answers(rng["texts"], sheets["single"])

    with replacing_folder(folder) as out:
        files = deliver(sheets, out)
    told = {
        "seed": seed,
        "persons": persons,
        "units": units,
        "families": families,
        "rows_of_persons": population.participation.height,
        "files": {name: {"file": files[name]} | sheet.counts() for name, sheet in sheets.items()},
        "open_answers": sheets["who5"].kept["6. Avoin palaute"].count(),
        "network": network,
        "casework": delays,
        "case_measures": on_the_way,
        "attendance": presence,
        "rubric": assessed,
        "observations": noticed,
        "service_parts": offered,
        "initiatives": started,
        "participation": took_part,
        "criteria": quality,
        "open_themes": written,
        "lp_talks": discussions,
        "units_of_respondents": dict(population.units.group_by("region").len().sort("region").iter_rows()),
    }
    write_json(told, truth)
    return told


def write_no_example(folder: Path, truth: Path) -> None:
    """Write in the example's place that there is none: a note in the folder, and an empty truth."""
    note = "Esimerkkiä ei voitu tehdä näillä koodikirjoilla. Omaa aineistoa se ei koske.\n--\n"
    note += "The example could not be made with these codebooks. Own data do not need it.\n"
    with replacing_folder(folder) as out:
        write_text(note, out / "LUEMINUT.txt")
    write_json({}, truth)


def _check(*, seed: int, persons: int, units: int, families: int, regions: int) -> None:
    limits = {"seed": (seed, 0), "units": (units, regions), "families": (families, regions)}
    limits["persons"] = (persons, max(units, 1) * _FEWEST_PER_UNIT)
    for name, (value, fewest) in limits.items():
        if value < fewest:
            msg = f"The example cannot be made with {name} = {value}; it needs at least {fewest}."
            raise ParameterError(msg, f"Set example.{name} in params.yaml.")
