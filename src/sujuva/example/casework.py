"""Families on their way to help: an event log from contact to closure, in local time of working days."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from sujuva.codebooks import Region, load_sectors
from sujuva.example import case_design as design
from sujuva.example.case_steps import Families, events
from sujuva.example.design import delay_median, region_design
from sujuva.example.population import Study, apportion
from sujuva.example.sheet import Sheet, happens

_EXTRACTED = 45  # days after the last year at which the log was taken out of the system
_TELLING = ["case", "activity", "day", "minute", "sector", "item", "role", "service", "need", "target"]
_TOWNS = {"urban": 8.0, "semi_urban": 3.0, "rural": 1.0}
"""How many families live in a municipality of each type, relative to the others."""


def casework(
    rng: np.random.Generator, study: Study, families: int
) -> tuple[Sheet, list[dict[str, Any]], dict[str, Any]]:
    """Write the event log of so many families, each with one process that starts in a year of the study's waves.

    Returns the sheet; one entry a region and year: cases started, met and still waiting, the median of days by design
    and as it came out; and the measures of casework by design and as they came out in the clean rows.
    """
    years, turns = study.waves, len(study.waves)
    region = np.repeat(
        np.arange(len(study.regions)), apportion(families, [region_design(one.key).share for one in study.regions])
    )
    turn = rng.integers(0, turns, families)
    number = rng.integers(design.EARLIEST, design.LATEST, families)
    contact = np.stack([design.contact_days(year, number) for year in years])[turn, np.arange(families)]
    medians = np.array([[delay_median(one.key, place, turns) for place in range(turns)] for one in study.regions])
    stretched = np.exp(design.DELAY_SPREAD * rng.standard_normal(families))
    delay = np.maximum(np.round(medians[region, turn] * stretched), 1).astype(int)
    reached = ~happens(rng, families, design.NEVER_MET)
    meeting = design.meeting_day(contact, delay, happens(rng, families, design.ON_RESERVED))
    end = int(np.datetime64(f"{years[-1]}-12-31", "D").astype(int)) + _EXTRACTED
    met = reached & (meeting <= end)

    drawn = events(rng, Families(study, region, turn, contact, meeting, met))
    rank = {activity: place for place, activity in enumerate(design.ACTIVITIES)}
    drawn = (
        drawn.filter(pl.col("day") <= end)
        .with_columns(pl.col("activity").replace_strict(rank, return_dtype=pl.Int32).alias("rank"))
        .unique(_TELLING, keep="first", maintain_order=True)
        .sort("day", "minute", "case", "rank", maintain_order=True)
    )
    keys = [f"P{number:04d}" for number in (rng.permutation(families) + 1).tolist()]
    sheet = _soiled(rng, _raw(rng, drawn, keys, [study.regions[place] for place in region]))
    placed = pl.DataFrame({"case": np.arange(families), "region": region, "turn": turn})
    clean = _as_written(drawn, sheet).filter(pl.Series(sheet.is_clean))
    told = design.measures(clean.join(placed, on="case", maintain_order="left"), study, medians)
    truth = []
    for (place, one), (at, year) in itertools.product(enumerate(study.regions), enumerate(years)):
        mine = (region == place) & (turn == at)
        days = (meeting - contact)[mine & met].tolist()
        truth.append(
            {"region": one.key, "wave": year, "started": int(mine.sum()), "met": len(days)}
            | {"waiting": int((mine & ~met).sum()), "median_design": round(medians[place, at], 4)}
            | {"median_days": statistics.median(days) if days else None}
        )
    return sheet.repeat(rng, share=0.004).ordered(), truth, told


def _as_written(drawn: pl.DataFrame, sheet: Sheet) -> pl.DataFrame:
    """Return the events with the sectors that the file has: some were never written down."""
    return drawn.with_columns(sector=pl.when(sheet.rows["Toimiala"].is_not_null()).then("sector"))


def _towns(rng: np.random.Generator, regions: Sequence[Region]) -> list[str]:
    """Draw a municipality for each family; some are written as codes."""
    lot, as_code = rng.random(len(regions)), happens(rng, len(regions), 0.15)
    found = []
    for one, at, code_only in zip(regions, lot.tolist(), as_code.tolist(), strict=True):
        types = {code: kind for kind, codes in one.municipality_types.items() for code in codes}
        codes = sorted(one.municipalities)
        pull = np.cumsum([_TOWNS.get(types.get(code, ""), 1.0) for code in codes])
        code = codes[min(int(np.searchsorted(pull, at * pull[-1], side="right")), len(codes) - 1)]
        found.append(code if code_only else one.municipalities[code])
    return found


def _raw(rng: np.random.Generator, drawn: pl.DataFrame, keys: Sequence[str], regions: Sequence[Region]) -> Sheet:
    """Put the events into the words and formats of the file; two systems write the time in two ways."""
    titles = {key: sector.title.fi for key, sector in load_sectors().items()}
    time = pl.from_epoch(pl.col("day").cast(pl.Int64) * 86_400 + pl.col("minute") * 60, time_unit="s")
    other = pl.Series(happens(rng, len(keys), 0.3)[drawn["case"].to_numpy()])
    blank = pl.Series(happens(rng, drawn.height, 0.008))
    towns = _towns(rng, regions)

    def said(name: str, words: dict[str, str]) -> pl.Expr:
        return pl.col(name).replace_strict(words, return_dtype=pl.String)

    rows = drawn.select(
        pl.Series("Perhe", [keys[case] for case in drawn["case"]]),
        said("activity", design.ACTIVITIES).alias("Tapahtuma"),
        pl.when(other)
        .then(time.dt.strftime("%Y-%m-%d %H:%M:%S"))
        .otherwise(time.dt.strftime("%d.%m.%Y %H:%M"))
        .alias("Aika"),
        pl.when(~blank).then(said("sector", titles)).alias("Toimiala"),
        pl.Series("Alue", [regions[case].title.fi for case in drawn["case"]]),
        pl.when(pl.col("activity") == "contact")
        .then(pl.Series([towns[case] for case in drawn["case"]]))
        .alias("Kunta"),
        pl.col("item").alias("Tunniste"),
        said("trigger", design.TRIGGERS).alias("Syy"),
        said("service", design.SERVICES).alias("Palvelu"),
        said("need", design.NEEDS).alias("Tarve"),
        said("target", titles).alias("Ohjattu"),
        said("role", design.ROLES).alias("Rooli"),
        said("outcome", design.OUTCOMES).alias("Toteutuminen"),
        said("support", design.SUPPORTS).alias("Tuen laji"),
    )
    return Sheet.clean(rows)


def _soiled(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Soil what does not decide when a case began or met, so that those medians are known exactly."""
    fixed = pl.col("Tapahtuma").is_in([design.ACTIVITIES["contact"], design.ACTIVITIES["meeting"]])
    loose = sheet.rows.select(~fixed).to_series().to_list()
    dates = ["31.2.2023 10:00", "12.14.2022 09:30", "ensi viikolla", "15.3.2203 12:00"]
    sheet = sheet.soil(rng, ["Aika"], dates, rule="wrong_date", share=0.003, among=loose)
    labels = ["Seurantatapaamnen", "Sovitu asia", "Puhelu?"]
    sheet = sheet.soil(rng, ["Tapahtuma"], labels, rule="value_not_in_map", share=0.002, among=loose)
    sheet = sheet.soil(rng, ["Alue"], ["Takamaa", "Ei tiedossa"], rule="unknown_region", share=0.002, among=loose)
    sheet = sheet.soil(rng, ["Toimiala"], ["Muu taho"], rule="unknown_sector", share=0.001, among=loose)
    sheet = sheet.soil(rng, ["Perhe"], [None], rule="missing_key", share=0.0008, among=loose)
    # In March the clock goes from three to four at night: nothing can have happened in between.
    skipped = ["27.03.2022 03:30", "2023-03-26 03:10:00"]
    sheet = sheet.soil(rng, ["Aika"], skipped, rule="nonexistent_local_time", share=0.0003, among=loose)
    sheet = _soiled_details(rng, sheet)
    # Nothing is followed up or closed before anybody called, and nobody is accepted before anybody referred.
    late = pl.col("Tapahtuma").is_in([design.ACTIVITIES["follow_up"], design.ACTIVITIES["closure"]])
    sent = (pl.col("Tapahtuma") == design.ACTIVITIES["referral"]) & pl.col("_clean")
    taken = (pl.col("Tapahtuma") == design.ACTIVITIES["referral_accepted"]) & sent.any().over("Perhe", "Tunniste")
    rows = sheet.rows.with_columns(pl.Series("_clean", sheet.is_clean, dtype=pl.Boolean))
    after = rows.select(late | taken).to_series().to_list()
    early = ["04.10.2021 09:00", "2021-11-15 13:30:00"]
    return sheet.soil(rng, ["Aika"], early, rule="impossible_order", share=0.0008, among=after)


def _soiled_details(rng: np.random.Generator, sheet: Sheet) -> Sheet:
    """Soil what only some events have; a family's first contact stays as it is."""
    rows = sheet.rows
    contact = pl.col("Tapahtuma") == design.ACTIVITIES["contact"]
    again = contact & contact.cum_sum().over("Perhe").gt(1) & pl.col("Perhe").is_not_null()
    later = rows.select(again).to_series().to_list()
    sheet = sheet.soil(rng, ["Kunta"], ["Takamaa", "999"], rule="unknown_region", share=0.0003, among=later)
    sheet = sheet.soil(rng, ["Kunta"], ["Valtimo"], rule="area_not_in_year", share=0.0001, among=later)
    for column, words, share in (
        ("Syy", ["ero?"], 0.0002),
        ("Palvelu", ["Perhe linja", "neuvola/koulu"], 0.0004),
        ("Tarve", ["jaksamnen"], 0.0003),
        ("Rooli", ["vanhempii", "kummi?"], 0.0006),
        ("Toteutuminen", ["toteutu", "kesken"], 0.0005),
        ("Tuen laji", ["varh."], 0.0003),
    ):
        there = (~contact | again) & pl.col(column).is_not_null()
        among = rows.select(there).to_series().to_list()
        sheet = sheet.soil(rng, [column], words, rule="value_not_in_map", share=share, among=among)
    sent = rows["Ohjattu"].is_not_null().to_list()
    return sheet.soil(rng, ["Ohjattu"], ["Muu taho"], rule="unknown_sector", share=0.0003, among=sent)
