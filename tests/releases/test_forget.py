"""Who withdraws is taken out of every place that the project reaches, and does not come back."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
import yaml

from sujuva.cleaning import clean_folder
from sujuva.cleaning.withdrawn import read_withdrawn
from sujuva.errors import ParameterError, SourceError, SujuvaError
from sujuva.paths import inside
from sujuva.releases.cells import CELL, CONTRIBUTION
from sujuva.releases.forget import forget_person
from sujuva.releases.register import Earlier, Register, Release, _seal, read_register, write_private, write_register
from tests.cleaning.helpers import Who, write
from tests.releases.conftest import EMPTY

SOURCES = """
title: {fi: Koe}
sources:
  - name: people
    file: people.csv
    reader: csv
    feeds:
      - table: respondents
        columns: {respondent: id, wave: year, region: {from: place, lookup: municipality}}
        texts: {more: note}
  - name: mood
    file: mood.xlsx
    reader: xlsx
    feeds:
      - table: answers
        instrument: mood
        columns: {respondent: code, wave: {value: 2024}, informant: {value: self}}
  - name: events
    file: events.parquet
    reader: parquet
    feeds:
      - table: case_events
        columns: {case: family, activity: what, time: when, region: {value: oulu}}
"""
PEOPLE = "id,year,place,note\nA1,2024,Oulu,hyvä\nB2,2024,Tampere,huono\nB2,1999,Tampere,\nC3,2024,Oulu,\n"
CHOICES = {"regions": ["oulu", "tampere"], "waves": [2023, 2024], "max_quarantine": 1.0}


@pytest.fixture
def delivery(small_project: Path) -> Path:
    """A cleaned delivery with text, a workbook and Parquet; one row of B2 is in the quarantine."""
    folder = small_project / "raw"
    (folder / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    with xlsxwriter.Workbook(folder / "mood.xlsx") as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([("code", "ilo", "uni"), ("A1", 1, 2), ("B2", 3, 0)]):
            sheet.write_row(number, 0, row)
    when = ["2024-01-01", "2024-01-08", "2024-02-01"]
    events = {"family": ["P1", "P1", "P2"], "what": ["contact", "meeting", "contact"], "when": when}
    pl.DataFrame(events).write_parquet(folder / "events.parquet")
    params = yaml.safe_load((small_project / "params.yaml").read_text(encoding="utf-8"))
    params["data"]["input"] = "raw"
    (small_project / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    write(clean_folder(Path("raw"), **CHOICES))
    releases = small_project / "data" / "releases"
    releases.mkdir()
    (releases / "releases.json").write_text(json.dumps(EMPTY), encoding="utf-8")
    return small_project


def clean(name: str) -> pl.DataFrame:
    return pl.read_parquet(inside("data/clean") / f"{name}.parquet")


def holds(folder: Path, text: str) -> list[str]:
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "withdrawn.txt":
            content = path.read_bytes()
            if content[:4] == b"PAR1":
                content = pl.read_parquet(path).write_csv().encode()
            found += [path.name] * (text.encode() in content)
    return found


def test_a_dry_run_says_where_somebody_is_and_changes_nothing(delivery: Path, who: Who):
    before = {path: path.read_bytes() for path in delivery.rglob("*") if path.is_file()}
    lines = forget_person("B2", dry_run=True)

    assert {path: path.read_bytes() for path in delivery.rglob("*") if path.is_file()} == before
    assert "people.csv: 2 rows" in lines
    assert "mood.xlsx: 1 rows" in lines
    assert any("respondents.parquet" in line for line in lines)
    assert any("quarantine.parquet" in line for line in lines)
    assert not any("B2" in line or who("B2") in line for line in lines)


def test_the_person_is_gone_from_clean_tables_and_the_quarantine_and_the_others_stay(delivery: Path, who: Who):
    forget_person("B2")

    assert holds(delivery / "data", who("B2")) == []
    assert set(clean("respondents")["respondent"]) == {who("A1"), who("C3")}
    assert set(clean("answers_mood")["respondent"]) == {who("A1")}
    assert clean("case_events").height == 3
    assert pl.read_parquet(inside("data/quarantine/quarantine.parquet")).height == 0


def test_files_that_can_be_written_lose_the_rows_and_keep_every_other_byte(delivery: Path):
    lines = forget_person("B2")

    assert (delivery / "raw" / "people.csv").read_text(encoding="utf-8") == (
        "id,year,place,note\nA1,2024,Oulu,hyvä\nC3,2024,Oulu,\n"
    )
    assert any(line.startswith("! mood.xlsx: a file of this kind is not rewritten") for line in lines)


def test_a_file_with_a_row_over_several_lines_is_left_and_its_rows_are_not_taken_in(delivery: Path, who: Who):
    text = 'id,year,place,note\nA1,2024,Oulu,"kaksi\nriviä"\nB2,2024,Tampere,huono\n'
    (delivery / "raw" / "people.csv").write_text(text, encoding="utf-8")
    lines = forget_person("B2")

    assert (delivery / "raw" / "people.csv").read_text(encoding="utf-8") == text
    assert any(line.startswith("! people.csv") for line in lines)
    assert sorted(path.name for path in (delivery / "raw").glob("people*")) == ["people.csv"]
    cleaned = clean_folder(Path("raw"), **CHOICES)
    assert set(cleaned.tables["respondents"]["respondent"]) == {who("A1")}
    assert set(cleaned.tables["answers_mood"]["respondent"]) == {who("A1")}
    assert cleaned.ledger.filter(source="people")["rows_in"].item() == 1


def test_a_family_is_told_by_its_kind(delivery: Path, who: Who):
    with pytest.raises(SujuvaError, match="Nobody in this project has this key"):
        forget_person("P1")
    forget_person("P1", kind="family")

    assert pl.read_parquet(delivery / "raw" / "events.parquet")["family"].to_list() == ["P2"]
    assert clean("case_events")["case"].to_list() == [who("P2", "family")]
    with pytest.raises(ParameterError, match="person and family are allowed"):
        forget_person("P2", kind="item")


def test_a_pseudonym_does_as_well_as_the_key(delivery: Path, who: Who):
    forget_person(who("B2"))
    assert holds(delivery / "data", who("B2")) == []
    assert read_withdrawn(delivery / "raw")["person"] >= {who("B2")}


def test_notebooks_leavings_and_the_cache_of_dvc_lose_what_names_the_person(delivery: Path, who: Who):
    objects = delivery / ".dvc" / "cache" / "files" / "md5"
    cached = {
        "aa/1": clean("respondents").write_parquet,
        "aa/2": clean("case_events").write_parquet,
        "bb/3": lambda path: path.write_text(f"a notebook with {who('B2')}", encoding="utf-8"),
        "cc/4.dir": lambda path: path.write_text(
            '[{"md5": "aa1", "relpath": "respondents.parquet"}]', encoding="utf-8"
        ),
        "cc/5.dir": lambda path: path.write_text('[{"md5": "aa2", "relpath": "x.parquet"}]', encoding="utf-8"),
    }
    for name, make in cached.items():
        (objects / name).parent.mkdir(parents=True, exist_ok=True)
        make(objects / name)
        (objects / name).chmod(0o444)
    failed, executed = delivery / ".sujuva" / "failed" / "clean.ipynb", delivery / "data" / "executed" / "clean.ipynb"
    for path in (failed, executed):
        path.parent.mkdir(parents=True)
        path.write_text(f'{{"text": "{who("B2")}"}}', encoding="utf-8")
    (executed.parent / "moments.ipynb").write_text("{}", encoding="utf-8")

    lines = forget_person("B2")

    left = sorted(path.relative_to(objects).as_posix() for path in objects.rglob("*") if path.is_file())
    assert left == ["aa/2", "cc/5.dir"]
    assert not failed.exists()
    assert not executed.exists()
    assert (executed.parent / "moments.ipynb").exists()
    assert ".dvc/cache: 2 objects" in lines


def test_of_an_earlier_release_counts_stay_and_the_register_tells_that_somebody_left(delivery: Path, who: Who):
    release = Release(
        number=1,
        date=dt.date(2026, 1, 31),
        owner="x",
        reason="y",
        study="",
        cohort={},
        code="",
        rules={},
        files={},
        unsigned="a test",
    )
    release = release.model_copy(update={"seal": _seal(release, "")})
    write_register(Register(releases=(release,)), inside("data/releases/releases.json"))
    earlier: Earlier = read_register()
    rows = [("scores", "mood", "self", region, 2024, 0, who(key), "3", 3.0) for key, region in
            (("A1", "oulu"), ("B2", "tampere"))]  # fmt: skip
    write_private(pl.DataFrame(rows, schema=CONTRIBUTION, orient="row"), earlier.private(release))

    forget_person("B2")
    earlier = read_register()

    assert pl.read_parquet(earlier.private(release))["person"].to_list() == [who("A1")]
    gone = pl.read_parquet(earlier.beside(release, "forgotten"))
    assert gone.columns == [*CELL, "left"]
    assert gone.select("region", "group", "left").rows() == [("network", "all", 1), ("tampere", "all", 1)]
    assert [(one.persons, one.after) for one in earlier.register.withdrawn] == [(1, 1)]
    assert holds(delivery / "data", who("B2")) == []
    with pytest.raises(SujuvaError, match="Nobody in this project"):
        forget_person("nobody")


def test_whoever_comes_back_in_the_next_export_is_left_out_and_counted_once(delivery: Path, who: Who):
    forget_person("B2")
    (delivery / "raw" / "people.csv").write_text(PEOPLE, encoding="utf-8")
    cleaned = clean_folder(Path("raw"), **CHOICES)
    forget_person("B2")

    assert set(cleaned.tables["respondents"]["respondent"]) == {who("A1"), who("C3")}
    assert cleaned.quarantine.height == 0
    assert len(read_register().register.withdrawn) == 1


def test_a_list_that_somebody_wrote_by_hand_is_refused(delivery: Path):
    (delivery / "raw" / "withdrawn.txt").write_text("B2\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"raw/withdrawn\.txt, line 1: this is no kind of key and pseudonym") as told:
        clean_folder(Path("raw"), **CHOICES)
    assert "B2" not in str(told.value)
