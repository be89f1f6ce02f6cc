"""What areas tell of their services: blank is not told, shares are never summed, and the source's parts are there."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import yaml

from sujuva.cleaning import clean_folder
from sujuva.codebooks.offers import load_methods, load_projects, load_structures, offers_meta, part_key, parts_of
from sujuva.errors import CodebookError
from sujuva.situation import child_budget_rows, service_part_rows

TOLD = {"region": pl.String, "wave": pl.Int32, "part": pl.String, "state": pl.String}
MONEY = {"region": pl.String, "wave": pl.Int32, "children": pl.Float64, "budget": pl.Float64}
SOURCES = """
synthetic: true
title: {fi: Palvelut}
responsible: Alue
date: 2025-01-31
key: demo
sources:
  - name: parts
    file: parts.csv
    reader: csv
    licence: CC0
    feeds:
      - table: service_parts
        columns:
          region: {from: Alue, lookup: region}
          wave: Vuosi
          part: {from: Osa, lookup: service_part}
          state: {from: Tila, map: {on: in_use, tulossa: planned, puuttuu: missing, ei tiedossa: unknown}}
  - name: budgets
    file: budgets.csv
    reader: csv
    licence: CC0
    feeds:
      - table: child_budgets
        columns:
          region: {from: Alue, lookup: region}
          wave: Vuosi
          children: Lapsille
          budget: Koko budjetti
"""


def told(*rows: tuple[str, int, str, str | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=TOLD, orient="row")


def test_the_parts_levels_and_methods_of_the_source_document():
    """Source document 004: six parts of a family centre, three levels, four methods and three beside them."""
    structures, methods = load_structures(), load_methods()
    assert {key: len(one.parts) for key, one in structures.items()} == {"family_centre": 6, "mental_health": 3}
    assert all("Kalmari" in one.source for one in (*structures.values(), *methods.values()))
    assert [key for key, one in methods.items() if one.unverified is None] == [
        "lapset_puheeksi", "incredible_years_parents", "incredible_years_classroom", "mdft",
    ]  # fmt: skip
    assert len(methods) == 7


def test_an_area_that_told_of_a_part_has_all_parts_and_blank_is_not_told():
    first, second, *_ = parts_of(load_structures())
    rows = service_part_rows(
        told(("oulu", 2024, first, "missing"), ("oulu", 2024, second, None), ("tampere", 2024, first, None)),
        load_structures(),
    )
    assert rows.height == 6
    assert set(rows["region"]) == {"oulu"}  # who gave blanks alone told nothing
    found = {row["category"]: (row["estimate"], row["note"]) for row in rows.iter_rows(named=True)}
    assert found.pop(first.split(".")[1]) == (0.0, "missing")
    assert set(found.values()) == {(None, "not_told")}


@pytest.mark.parametrize(("state", "value"), [("in_use", 1.0), ("planned", 0.0), ("missing", 0.0), ("unknown", None)])
def test_what_is_not_known_has_no_number(state, value):
    part = part_key("mental_health", "service_chains")
    rows = service_part_rows(told(("oulu", 2024, part, state)), load_structures())
    assert rows.height == 3
    row = rows.row(by_predicate=pl.col("category") == "service_chains", named=True)
    assert (row["scale"], row["estimate"], row["note"], row["n"]) == ("mental_health", value, state, None)


def test_shares_of_budgets_are_of_each_area_and_never_summed():
    money = pl.DataFrame(
        [("oulu", 2023, 30.0, 100.0), ("oulu", 2024, None, 100.0), ("tampere", 2023, 50.0, 200.0)],
        schema=MONEY, orient="row",
    )  # fmt: skip
    rows = child_budget_rows(money).select("region", "wave", "estimate", "note").rows()
    assert rows == [("oulu", 2023, 0.3, ""), ("oulu", 2024, None, "not_told"), ("tampere", 2023, 0.25, "")]


def test_files_of_areas_are_cleaned_by_contract(project: Path):
    parts = "Alue,Vuosi,Osa,Tila\nOulu,2021,kohtaamispaikat,on\nOulu,2021,sote-palvelut,\nOulu,2021,seitsemäs,on\n"
    parts += "Oulu,2021,palveluketjut,ehkä\nOulu,2021,sote-palvelut,on\n"
    budgets = (
        "Alue,Vuosi,Lapsille,Koko budjetti\nOulu,2021,30,100\nTampere,2021,101,100\nOulu,2022,,100\nOulu,2023,,0\n"
    )
    folder = project / "raw"
    folder.mkdir()
    for name, text in (("sources.yaml", SOURCES), ("parts.csv", parts), ("budgets.csv", budgets)):
        (folder / name).write_text(text, encoding="utf-8")
    cleaned = clean_folder(Path("raw"), regions=["oulu", "tampere"], waves=[2024], max_quarantine=1.0)
    assert sorted(cleaned.tables["service_parts"].select("part", "state").rows(), key=str) == [
        ("family_centre.county_services", None), ("family_centre.digital_and_places", "in_use"),
    ]  # fmt: skip
    assert cleaned.tables["child_budgets"].rows() == [("oulu", 2021, 30.0, 100.0), ("oulu", 2022, None, 100.0)]
    set_aside = cleaned.rules.filter(pl.col("kind") == "quarantine").select("source", "rule", "rows")
    rules = {(source, rule): rows for source, rule, rows in set_aside.iter_rows()}
    broken = [rule for source, rule in rules if source == "budgets" and rule.startswith("contract_")]
    assert len(broken) == 1
    assert {key: n for key, n in rules.items() if key[1] not in broken} == {
        ("parts", "not_in_codebook"): 1, ("parts", "value_not_in_map"): 1, ("parts", "duplicate"): 1,
        ("budgets", "part_above_whole"): 1,
    }  # fmt: skip


METHODS = (
    SOURCES[: SOURCES.index("  - name: parts")]
    + """
  - name: methods
    file: methods.csv
    reader: csv
    options: {thousands: blank}
    licence: CC0
    feeds:
      - table: method_reach
        columns:
          region: {from: Alue, lookup: region}
          wave: Vuosi
          method: {from: Menetelmä, lookup: method}
          professionals: Koulutettuja
          families: Perheitä
"""
)


@pytest.mark.parametrize(
    ("given", "number", "bound"),
    [
        ("yli 1000", 1000, "at_least"), ("Yli 12 000", 12000, "at_least"), ("> 7", 7, "at_least"),
        ("≥7", 7, "at_least"), ("minst 30", 30, "at_least"), ("1000+", 1000, "at_least"),
        ("1000", 1000, "exact"), ("0", 0, "exact"), ("", None, None),
    ],
)  # fmt: skip
def test_over_is_a_lower_bound_and_stays_one(project: Path, given, number, bound):
    (project / "raw").mkdir()
    (project / "raw" / "sources.yaml").write_text(METHODS, encoding="utf-8")
    text = f"Alue,Vuosi,Menetelmä,Koulutettuja,Perheitä\nOulu,2018,MDFT,5,{given}\n"
    (project / "raw" / "methods.csv").write_text(text, encoding="utf-8")
    cleaned = clean_folder(Path("raw"), regions=["oulu"], waves=[2024])
    assert cleaned.tables["method_reach"].rows() == [("oulu", 2018, "mdft", 5, "exact", number, bound)]


@pytest.mark.parametrize(("given", "rule"), [("alle 5", "bad_number"), ("noin 40", "bad_number"), ("-1", "contract_")])
def test_what_is_no_count_is_set_aside(project: Path, given, rule):
    (project / "raw").mkdir()
    (project / "raw" / "sources.yaml").write_text(METHODS, encoding="utf-8")
    text = f"Alue,Vuosi,Menetelmä,Koulutettuja,Perheitä\nOulu,2018,MDFT,5,{given}\n"
    (project / "raw" / "methods.csv").write_text(text, encoding="utf-8")
    cleaned = clean_folder(Path("raw"), regions=["oulu"], waves=[2024], max_quarantine=1.0)
    assert cleaned.tables["method_reach"].is_empty()
    (found,) = cleaned.rules.filter(pl.col("kind") == "quarantine")["rule"]
    assert found.startswith(rule)


def test_projects_are_of_the_five_collaborative_areas():
    projects = offers_meta(None, ["keski-pohjanmaa", "pohjois-karjala", "oulu", "tampere"])["projects"]
    assert {one["key"]: one["regions"] for one in projects} == {
        "tulevaisuuden_lastensuojelu": [], "top": [], "monni": ["tampere"], "lumo": ["pohjois-karjala"],
        "pohjoinen_lastensuojelu": ["keski-pohjanmaa", "oulu"],
    }  # fmt: skip
    assert all(one["unverified"] and "Kalmari" in one["source"] for one in projects)


def test_a_project_is_of_an_area_that_is_known(tmp_path: Path):
    text = {"fi": "a", "sv": "a", "en": "a"}
    entry = {"key": "p", "title": text, "area": "nowhere", "first": 2020, "last": 2022, "source": "S"}
    (tmp_path / "codebooks").mkdir()
    (tmp_path / "codebooks" / "projects.yaml").write_text(yaml.safe_dump([entry]), encoding="utf-8")
    with pytest.raises(CodebookError, match="which is no area"):
        load_projects(tmp_path)


def test_a_part_stands_once(tmp_path: Path):
    text = {"fi": "a", "sv": "a", "en": "a"}
    part = {"key": "a", "title": text}
    entry = {"key": "s", "title": text, "unit": text, "source": "S", "parts": [part, part]}
    (tmp_path / "codebooks").mkdir()
    (tmp_path / "codebooks" / "service_structures.yaml").write_text(yaml.safe_dump([entry]), encoding="utf-8")
    with pytest.raises(CodebookError, match="a key of its own"):
        load_structures(tmp_path)
