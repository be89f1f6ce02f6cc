"""A variable that makes groups is one column and its titles: two files, and everything else knows it from there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

COLUMN = """
    school_type = coded("school_type", ("general", "vocational"), "oppilaitostyyppi", nullable=True, group=True)
"""
TITLES = """
school_type:
  general: {fi: Lukio, sv: Gymnasium, en: General}
  vocational: {fi: Ammatillinen, sv: Yrkesinriktad, en: Vocational}
"""
GROUPING = "  school_type: {fi: Koulutyyppi, sv: Skoltyp, en: Type of school}\n"
SOURCES = """
title: {fi: Koe}
synthetic: true
key: demo
sources:
  - name: people
    file: people.csv
    reader: csv
    feeds:
      - table: respondents
        columns: {respondent: id, wave: vuosi, region: {value: oulu}, school_type: Oppilaitostyyppi}
"""
ROWS = "id,vuosi,Oppilaitostyyppi\n" + "".join(
    f"{number},2024,{('general', 'vocational', 'else')[number % 5 // 2]}\n" for number in range(20)
)
STEPS = """
from pathlib import Path
import polars as pl
import yaml
from sujuva.cleaning import clean_folder
from sujuva.figures import Words
from sujuva.figures.labels import group_title
from sujuva.intake import draft_folder
from sujuva.moments import with_design
from sujuva.params import Params

print(group_title("school_type:vocational", Words("fi")))
said = yaml.safe_load(Path("params.yaml").read_text(encoding="utf-8"))
said["study"]["groups"] = ["school_type"]
print(Params.model_validate(said).study.groups)
print("school_type: Oppilaitostyyppi" in draft_folder(Path("raw")).text)
cleaned = clean_folder(Path("raw"), regions=["oulu"], waves=[2024])
people = cleaned.tables["respondents"]
print(people["school_type"].value_counts(sort=True).rows(), cleaned.rules["rule"].to_list())
scored = people.lazy().select("respondent", "wave", informant=pl.lit("self"), mood=pl.lit(1))
print(with_design(scored, people.lazy(), groups=["school_type"]).collect()["school_type"].n_unique())
"""


def test_two_files_make_a_group_variable(project: Path, root: Path) -> None:
    shutil.copytree(root / "src" / "sujuva", project / "src" / "sujuva")
    codebooks = project / "data" / "codebooks"
    codebooks.unlink()
    shutil.copytree(root / "data" / "codebooks", codebooks)
    respondents, terms = project / "src" / "sujuva" / "tables" / "respondents.py", codebooks / "terms.yaml"
    text = respondents.read_text(encoding="utf-8")
    end = "\n\n\nclass PlacedRespondents("
    assert end in text
    respondents.write_text(text.replace(end, COLUMN.rstrip() + end), encoding="utf-8")
    text = terms.read_text(encoding="utf-8")
    terms.write_text(text.replace("\ngrouping:\n", f"\ngrouping:\n{GROUPING}") + TITLES, encoding="utf-8")
    (project / "raw").mkdir()
    (project / "raw" / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    (project / "raw" / "people.csv").write_text(ROWS, encoding="utf-8")
    made = subprocess.run(
        [sys.executable, "-c", STEPS],
        env=os.environ | {"PYTHONPATH": str(project / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert made.stdout.splitlines() == [
        "Ammatillinen",
        "('school_type',)",
        "True",
        "[('general', 8), ('vocational', 8)] ['contract_respondents_school_type_allowed', 'pseudonym']",
        "2",
    ]
