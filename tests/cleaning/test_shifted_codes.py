"""A source that numbers answers otherwise than the codebook stops; with the map it is offered its scores are right."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from sujuva.cleaning import Cleaned, clean_folder, inspect_folder
from sujuva.errors import SourceError
from sujuva.intake import too_much
from sujuva.scores import scored
from tests.cleaning.helpers import quarantined

HEAD = """
synthetic: true
key: demo
title: {fi: Koe}
sources:
  - name: people
    file: people.csv
    reader: csv
    feeds: [{table: respondents, columns: {respondent: id, wave: {value: 2024}, region: {value: oulu}}}]
"""
GAD7 = """
  - name: gad7
    file: gad7.csv
    reader: csv
    feeds:
      - table: answers
        instrument: gad7
        columns: {respondent: id, wave: {value: 2024}, informant: {value: self}}
"""
MAP = 'item_map: {"1": "0", "2": "1", "3": "2", "4": "3"}'


def written(folder: Path, rows: dict[str, str], more: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "sources.yaml").write_text(HEAD + GAD7 + (f"        {more}\n" if more else ""), encoding="utf-8")
    (folder / "people.csv").write_text("id\n" + "".join(f"{name}\n" for name in rows), encoding="utf-8")
    header = "id," + ",".join(f"gad7_{number}" for number in range(1, 8))
    (folder / "gad7.csv").write_text("\n".join([header, *(f"{k},{v}" for k, v in rows.items())]) + "\n")
    return folder


def clean(folder: Path) -> Cleaned:
    return clean_folder(folder, regions=["oulu"], waves=[2023, 2024])


ROWS = {"a": "1,1,1,1,1,1,1", "b": "2,1,2,1,3,1,1", "c": "4,4,3,3,2,2,1", "d": "2,2,2,2,2,2,2"}


def test_a_shifted_file_stops_the_clean_stage_and_the_check(project: Path) -> None:
    folder = written(project / "raw", ROWS)
    with pytest.raises(SourceError, match="4 is used 2 times and 0 never: they look coded 1–4") as caught:
        clean(folder)
    assert MAP in caught.value.hint
    people, gad7 = inspect_folder(folder, regions=["oulu"], waves=[2024]).sources
    assert not too_much(people, 0.25)
    assert too_much(gad7, 0.25)


def test_the_map_gives_the_true_scores_and_the_word_lets_codes_pass(project: Path) -> None:
    made = clean(written(project / "raw", ROWS, MAP))
    scores = scored(made.tables["answers_gad7"].lazy(), made.instruments["gad7"]).collect()
    assert sorted(scores["gad7"]) == [0, 4, 7, 12]
    made = clean(written(project / "raw", ROWS, "codes: as_given"))
    assert quarantined(made) == {("gad7", 3): "item_out_of_range"}


def test_a_code_that_means_no_answer_is_none(project: Path) -> None:
    made = clean(written(project / "raw", ROWS, 'missing: ["4"]'))
    assert made.quarantine.is_empty()
    assert made.tables["answers_gad7"]["gad7_1"].null_count() == 1


def test_a_slip_among_many_sets_its_row_aside_and_no_more(project: Path) -> None:
    rows = {f"p{at}": ",".join(str((at + n) % 4) for n in range(7)) for at in range(200)} | {"slip": "4,0,0,0,0,0,0"}
    assert quarantined(clean(written(project / "raw", rows))) == {("gad7", 201): "item_out_of_range"}


def test_a_map_that_leads_to_shifted_codes_is_told_so(project: Path) -> None:
    wrong = 'item_map: {"1": "1", "2": "2", "3": "3", "4": "4"}'
    with pytest.raises(SourceError, match="correct the item_map"):
        clean(written(project / "raw", ROWS, wrong))


def test_codes_with_labels_of_other_codes_stop_though_all_are_in_the_range(project: Path) -> None:
    folder = written(project / "raw", ROWS)
    said = (
        (folder / "sources.yaml")
        .read_text(encoding="utf-8")
        .replace("gad7.csv\n    reader: csv", "gad7.sav\n    reader: sav")
    )
    (folder / "sources.yaml").write_text(said, encoding="utf-8")
    items = {f"gad7_{n}": [1, 2, 3, 1] for n in range(1, 8)}
    words = ["ei lainkaan", "useana päivänä", "suurimpana osana päivistä", "lähes joka päivä"]
    labels = {name: dict(enumerate(words, start=1)) for name in items}
    frame = pl.DataFrame({"id": list("abcd")} | items).to_pandas()
    pyreadstat.write_sav(frame, str(folder / "gad7.sav"), variable_value_labels=labels)
    with pytest.raises(SourceError, match="by the file's own labels its codes are not those of gad7") as caught:
        clean(folder)
    assert MAP in caught.value.hint
    right = {name: dict(enumerate(words)) for name in items}
    pyreadstat.write_sav(frame, str(folder / "gad7.sav"), variable_value_labels=right)
    assert clean(folder).quarantine.is_empty()


RATINGS = """
  - name: partners
    file: partners.csv
    reader: csv
    feeds:
      - table: partner_ratings
        columns: {respondent: id, wave: {value: 2024}, region: {value: oulu}, item: item, rating: rating}
"""
LEVELS = """
  - name: rubric
    file: rubric.csv
    reader: csv
    feeds:
      - table: rubric
        columns:
          {region: {value: oulu}, wave: {value: 2024}, condition: c, assessor: who, level: level, evidence: why}
"""


def test_ratings_one_below_the_other_are_judged_as_well(project: Path) -> None:
    folder = project / "raw"
    folder.mkdir()
    (folder / "people.csv").write_text("id\na\n")
    (folder / "sources.yaml").write_text(HEAD + RATINGS, encoding="utf-8")
    cells = [f"{who},collective_impact_{n},{(at + n) % 5}" for at, who in enumerate("abc") for n in range(1, 21)]
    (folder / "partners.csv").write_text("id,item,rating\n" + "\n".join(cells) + "\n")
    hint = 'write under rating map: {"0": "1", "1": "2", "2": "3", "3": "4", "4": "5"}'
    with pytest.raises(SourceError, match="coded 0–4, one below 1–5") as caught:
        clean(folder)
    assert hint in caught.value.hint


def test_a_form_in_rows_is_set_aside_as_a_whole_like_a_form_in_one_row(project: Path) -> None:
    folder = project / "raw"
    folder.mkdir()
    (folder / "people.csv").write_text("id\na\n")
    forms = {who: {n: 1 + (at + n) % 5 for n in range(1, 21)} for at, who in enumerate("abc")}
    forms["b"][3] = 9
    (folder / "sources.yaml").write_text(HEAD + RATINGS, encoding="utf-8")
    rows = [f"{who},collective_impact_{n},{rating}" for who, form in forms.items() for n, rating in form.items()]
    rows.append("b,wilder_1,4")  # another questionnaire
    (folder / "partners.csv").write_text("id,item,rating\n" + "\n".join(rows) + "\n")
    long = clean(folder)
    assert set(quarantined(long).values()) == {"rating_out_of_range", "impossible_beside"}
    assert long.quarantine.height == 20
    names = [f"collective_impact_{n}" for n in range(1, 21)]
    items = "{" + ", ".join(f"{name}: {name}" for name in names) + "}"
    wide = RATINGS.replace(", item: item, rating: rating}", "}\n        items: " + items)
    (folder / "sources.yaml").write_text(HEAD + wide, encoding="utf-8")
    lines = [",".join([who, *(str(rating) for rating in form.values())]) for who, form in forms.items()]
    (folder / "partners.csv").write_text("\n".join([",".join(["id", *names]), *lines]) + "\n")
    same = pl.col("item").str.starts_with("collective")
    columns = ["respondent", "item", "rating"]
    told = [one.tables["partner_ratings"].filter(same).select(columns).sort(columns) for one in (long, clean(folder))]
    assert told[0].equals(told[1])
    assert told[0].height == 40


def test_levels_of_the_rubric_are_judged_as_well(project: Path) -> None:
    folder = project / "raw"
    folder.mkdir()
    (folder / "people.csv").write_text("id\na\n")
    (folder / "sources.yaml").write_text(HEAD + LEVELS, encoding="utf-8")
    conditions = ["common_agenda", "shared_measurement", "backbone_support"]
    (folder / "rubric.csv").write_text("c,who,level,why\n" + "\n".join(
        f"{one},x,{level},seen" for one, level in zip(conditions, (4, 3, 4), strict=True)) + "\n")  # fmt: skip
    with pytest.raises(SourceError, match=r"of rubric, .* coded 1–4, one above 0–3"):
        clean(folder)


def test_the_case_of_sixty_persons(project: Path, root: Path) -> None:
    case = root.parent / "shared" / "cases" / "gad7-shifted-pipeline"
    if not case.is_dir():
        pytest.skip("the cases beside the project (../shared/cases) are not on this machine")
    folder = project / "raw"
    folder.mkdir()
    for name in ("people.csv", "gad7.csv"):
        (folder / name).write_bytes((case / name).read_bytes())
    said = (case / "sources.yaml").read_text(encoding="utf-8").replace("synthetic: false", "synthetic: true\nkey: demo")
    (folder / "sources.yaml").write_text(said, encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        clean(folder)
    offered = re.search(r"item_map: \{.*?\}", caught.value.hint)
    assert offered is not None
    mapped = said.replace("instrument: gad7,", f"instrument: gad7, {offered[0]},")
    (folder / "sources.yaml").write_text(mapped, encoding="utf-8")
    made = clean(folder)
    scores = scored(made.tables["answers_gad7"].lazy(), made.instruments["gad7"]).collect()["gad7"]
    assert scores.null_count() == 0
    assert scores.len() == 60
    assert round(float(pl.DataFrame({"x": scores})["x"].mean()), 2) == 3.58  # type: ignore[arg-type]
    assert round((scores >= 10).sum() / 60, 3) == 0.117
