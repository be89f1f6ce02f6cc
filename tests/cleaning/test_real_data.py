"""Real exports go through the intake with the row counts and figures that their origins give."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sujuva.cleaning import Cleaned, clean_folder

SADNESS = """
key: sadness
title: {fi: Alakulo}
items: 1
response: [0, 1]
scales: [{key: sad, title: {fi: Alakuloinen}, items: [1], range: [0, 1], higher_is_better: false}]
licence: public domain
citation: CDC Youth Risk Behavior Survey
"""
REGIONS = """
- {key: us, level: other, title: {fi: Yhdysvallat}}
- {key: nl, level: other, title: {fi: Alankomaat}}
- {key: suomi, level: other, title: {fi: Suomi}}
"""
SECTORS = "[" + ", ".join(f"{{key: kind_{number}, title: {{fi: Laji {number}}}}}" for number in range(1, 7)) + "]"


@pytest.fixture
def clean(project: Path, shared_data: Path) -> Callable[..., Cleaned]:
    """Return a function that cleans real files, linked into an input folder, as described."""

    def run(sources: str, *files: str, **changes: Any) -> Cleaned:
        folder = project / "raw"
        (folder / "codebooks" / "instruments").mkdir(parents=True)
        (folder / "codebooks" / "instruments" / "sadness.yaml").write_text(SADNESS, encoding="utf-8")
        (folder / "codebooks" / "regions.yaml").write_text(REGIONS, encoding="utf-8")
        (folder / "codebooks" / "sectors.yaml").write_text(SECTORS, encoding="utf-8")
        (folder / "sources.yaml").write_text("title: {fi: Koe}\nsources:\n" + sources, encoding="utf-8")
        for name in files:
            shutil.copy(shared_data / "drop" / name, folder / name)
        choices: dict[str, Any] = {"waves": [2010, 2016, 2019, 2021, 2023], "max_quarantine": 0.0}
        return clean_folder(folder, **({"regions": ["us", "nl", "suomi"]} | choices | changes))

    return run


def _yrbs(year: int, file: str, reader: str, sad: str, codes: str, genders: str) -> str:
    return f"""
  - name: yrbs{year}
    file: {file}
    reader: {reader}
    licence: public domain (CDC)
    ignore: ["*"]
    feeds:
      - table: respondents
        columns:
          respondent: {{row: true}}
          wave: {{value: {year}}}
          region: {{value: us}}
          unit: {{from: [stratum, psu], join: "-"}}
          stratum: stratum
          weight: weight
          gender: {{from: Q2, map: {genders}}}
          age_group: {{from: Q3}}
      - table: answers
        instrument: sadness
        items: {{1: {sad}}}
        item_map: {codes}
        columns: {{respondent: {{row: true}}, wave: {{value: {year}}}, informant: {{value: self}}}}
"""


CODED, NAMED = "{1: girl, 2: boy}", "{Female: girl, Male: boy}"


@pytest.mark.parametrize(
    ("year", "file", "reader", "sad", "codes", "genders", "facts"),
    [
        (2019, "yrbs2019.sav", "sav", "Q25", "{1: 1, 2: 0}", CODED, (13_677, 256, 4926, 37, 0.3671146093)),
        (2021, "yrbs2021.parquet", "parquet", "Q25", "{Yes: 1, No: 0}", NAMED, (17_232, 271, 6749, 41, 0.4234699268)),
        (2023, "yrbs2023.parquet", "parquet", "Q26", "{Yes: 1, No: 0}", NAMED, (20_103, 240, 8108, 73, 0.3972130368)),
    ],
)
def test_school_survey(
    clean: Callable[..., Cleaned],
    year: int,
    file: str,
    reader: str,
    sad: str,
    codes: str,
    genders: str,
    facts: tuple[int, int, int, int, float],
) -> None:
    cleaned = clean(_yrbs(year, file, reader, sad, codes, genders), file)
    rows, missing, yes, df, share = facts
    people, answers = cleaned.tables["respondents"], cleaned.tables["answers_sadness"]
    assert people.height == rows
    assert cleaned.ledger.row(0)[3:] == (rows, rows, 0)
    assert cleaned.items.row(0) == ("sadness", year, "us", 1, rows, missing, 0)
    assert answers["sadness_1"].sum() == yes
    joined = answers.join(people, on=["respondent", "wave"]).drop_nulls("sadness_1")
    weighted = (joined["sadness_1"] * joined["weight"]).sum() / joined["weight"].sum()
    assert weighted == pytest.approx(share, abs=1e-9)
    # Degrees of freedom of the design: clusters less strata.
    assert joined["unit"].n_unique() - joined["stratum"].n_unique() == df


def test_child_barometer(clean: Callable[..., Cleaned]) -> None:
    sources = """
  - name: barometer
    file: lapsibarometri2016.csv
    reader: csv
    licence: CC BY 4.0
    ignore: [major_region, daycare_before_school]
    feeds:
      - table: respondents
        columns:
          respondent: fsd_id
          wave: {value: 2016}
          region: {value: suomi}
          weight: paino
          gender: gender
        texts: {good_at: q3, bullying: q7, happy: q11}
        missing: [Ei halua vastata.]
"""
    cleaned = clean(sources, "lapsibarometri2016.csv")
    people = cleaned.tables["respondents"]
    assert people.height == 414
    assert dict(people["gender"].value_counts().iter_rows()) == {"boy": 213, "girl": 201}
    assert people["weight"].sum() == pytest.approx(60_947, abs=0.5)
    texts = cleaned.tables["open_answers"]
    assert "Ei halua vastata." not in texts["text"].to_list()
    assert set(texts["field"]) == {"good_at", "bullying", "happy"}
    assert "missing_code" in cleaned.rules["rule"].to_list()


def test_tobacco_network(clean: Callable[..., Cleaned]) -> None:
    def ties(relation: str, column: str) -> str:
        return f"""
  - name: {relation}
    file: tobacco_{relation}_edges.csv
    reader: csv
    undirected: true
    feeds:
      - table: ties
        columns:
          region: {{value: us}}
          wave: {{value: 2010}}
          relation: {{value: {relation}}}
          source: a
          target: b
          observed: {column}
"""

    kinds = ", ".join(f"{number}: kind_{number}" for number in range(1, 7))
    sources = f"""
  - name: agencies
    file: tobacco_collaboration_nodes.csv
    reader: csv
    ignore: [agency_lvl, lead_agency, tob_yrs]
    feeds:
      - table: organisations
        columns:
          region: {{value: us}}
          organisation: id
          name: id
          sector: {{from: agency_cat, map: {{{kinds}}}}}
"""
    names = ["tobacco_collaboration_nodes.csv", "tobacco_collaboration_edges.csv", "tobacco_contact_edges.csv"]
    cleaned = clean(sources + ties("collaboration", "collaborate") + ties("contact", "contact"), *names)
    assert cleaned.tables["organisations"].height == 25
    counts = dict(cleaned.tables["ties"]["relation"].value_counts().iter_rows())
    assert counts == {"collaboration": 161, "contact": 175}
    assert not cleaned.tables["ties"]["directed"].any()


def test_agencies_of_people(clean: Callable[..., Cleaned]) -> None:
    sources = """
  - name: people
    file: dhhs_collaboration_nodes.csv
    reader: csv
    feeds:
      - table: organisations
        columns: {region: {value: us}, organisation: id, name: id, sector: agency}
  - name: ties
    file: dhhs_collaboration_edges.csv
    reader: csv
    undirected: true
    feeds:
      - table: ties
        columns:
          {region: {value: us}, wave: {value: 2010}, relation: {value: x}, source: a, target: b, observed: collab}
"""
    cleaned = clean(sources, "dhhs_collaboration_nodes.csv", "dhhs_collaboration_edges.csv")
    assert (cleaned.tables["organisations"].height, cleaned.tables["ties"].height) == (54, 447)
    assert cleaned.tables["organisations"]["sector"].n_unique() == 11


def test_care_pathway(clean: Callable[..., Cleaned]) -> None:
    sources = """
  - name: sepsis
    file: sepsis_events.csv
    reader: csv
    ignore: [lifecycle]
    feeds:
      - table: case_events
        # The case that is called NA was written as a blank.
        columns: {case: {from: case_id, blank: NA}, activity: activity, time: timestamp, sector: resource,
          region: {value: nl}}
"""
    cleaned = clean(sources, "sepsis_events.csv", timezone="Europe/Amsterdam")
    events = cleaned.tables["case_events"]
    assert events.height == 15_214
    assert cleaned.rules.select("rule", "rows").rows() == [("blank_filled", 24), ("pseudonym", 15_214)]
    assert (events["case"].n_unique(), events["activity"].n_unique()) == (1050, 16)
    ordered = events.sort("case", "time", "sequence")
    variants = ordered.group_by("case", maintain_order=True).agg("activity")["activity"].list.join("|")
    assert variants.n_unique() == 846
    span = events.group_by("case").agg((pl.col("time").max() - pl.col("time").min()).alias("span"))["span"]
    assert span.dt.total_seconds().median() / 86_400 == pytest.approx(5.3434, abs=5e-5)


def test_portal_statistics(clean: Callable[..., Cleaned]) -> None:
    sources = """
  - name: pirkanmaa
    file: sotkanet_pirkanmaa_2011.csv
    reader: sotkanet
    licence: CC BY 4.0 (THL)
    feeds: [{table: area_indicators}]
"""
    cleaned = clean(sources, "sotkanet_pirkanmaa_2011.csv")
    areas = cleaned.tables["area_indicators"]
    assert areas.height == 754
    assert (areas["indicator"].n_unique(), areas["area"].n_unique()) == (29, 26)
    akaa = areas.filter(pl.col("area") == "020", pl.col("indicator") == "288")
    assert akaa.select("title", "value").row(0) == ("Tupakoi päivittäin, % 8.- ja 9.-luokan oppilaista", 14.3)
    blank = areas.filter(pl.col("indicator") == "288", pl.col("value").is_null())["area_name"]
    assert sorted(blank) == ["Juupajoki", "Kihniö", "Kuhmoinen", "Pirkkala", "Ylöjärvi"]
    counts = areas.filter(pl.col("indicator") == "1245")
    towns = counts.filter(~pl.col("area").is_in(["06", "358"]))["absolute"].sum()
    assert (towns, counts.filter(pl.col("area") == "06")["absolute"].item()) == (6696.0, 6680.0)
