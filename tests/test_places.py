"""One home for each notion: what is new is one small commit, in few files, and everything else knows it from there.

Each test makes such a commit in a clone of the project, counts its files, and lets the clone's own code prove it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.copies import Copy, copy_project

pytestmark = pytest.mark.timeout(300)
Edit = str | tuple[str, str]
"""The text of a new file, or a passage of a file and what takes its place; END: what comes at its end."""
END = ""


@dataclass(frozen=True)
class Change:
    """What is new, in how many files at most, and a script that prints what follows from it."""

    most: int
    edits: Mapping[str, Edit | list[Edit]]
    proof: str
    printed: list[str]


def git(copy: Copy, *words: str) -> str:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *words]
    return subprocess.run(command, cwd=copy.path, check=True, capture_output=True, text=True).stdout


def commit(copy: Copy, message: str) -> list[str]:
    """Commit everything and return the files of the commit."""
    git(copy, "add", "--all")
    git(copy, "commit", "--quiet", "--allow-empty", "--no-verify", "-m", message)
    return git(copy, "show", "--name-only", "--format=").split()


def apply(copy: Copy, edits: Mapping[str, Edit | list[Edit]]) -> None:
    for name, edit in edits.items():
        path = copy.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        for one in edit if isinstance(edit, list) else [edit]:
            if isinstance(one, str):
                path.write_text(one, encoding="utf-8")
                continue
            old, new = one
            text = path.read_text(encoding="utf-8")
            if old == END:
                path.write_text(text + new, encoding="utf-8")
                continue
            assert text.count(old) == 1, f"{name} has no single passage {old!r}"
            path.write_text(text.replace(old, new), encoding="utf-8")


CODE_TITLE = Change(
    most=1,
    edits={"data/codebooks/terms.yaml": ("  girl: {fi: Tytöt,", "  girl: {fi: Tyttöoppilaat,")},
    proof="""
from sujuva.figures import Words
from sujuva.figures.labels import group_title
print(group_title("gender:girl", Words("fi")))
""",
    printed=["Tyttöoppilaat"],
)

INDICATOR = Change(
    most=2,
    edits={
        "data/codebooks/indicators_parjaavyys.yaml": (
            "- key: band_share\n",
            """- key: score_spread
  family: parjaavyys
  topic: score
  title: {fi: Suhteellinen hajonta, sv: Relativ spridning, en: Relative spread}
  unit: {fi: "%", sv: "%", en: "%"}
  description: {fi: Keskihajonta keskiarvosta., sv: Standardavvikelsen av medelvärdet., en: SD as a part of the mean.}
  method: Standard deviation / mean
  kind: index
  counts: person
  decimals: 1
  percent: true
  decimals_of: own
  better: neither
  formula: arithmetic
  needs: [answers]
  release: {<<: *told_score_mean, columns: [estimate, n]}
  behind: {<<: *behind_score_mean, bins: null, goes_with: score_sd, same_units: scores}
- key: band_share
""",
        ),
        "src/sujuva/parjaavyys/level.py": [
            (
                "    means = within_range(",
                """    spread = tidy(
        estimates.filter(~band, pl.col("mean") > 0), indicator="score_spread", estimate=pl.col("sd") / pl.col("mean")
    )
    means = within_range(""",
            ),
            ("shares, deviations])", "shares, deviations, spread])"),
        ],
    },
    proof="""
import polars as pl
from sujuva.codebooks import load_indicators
from sujuva.parjaavyys import score_indicators
from sujuva.study import dictionary
from tests.parjaavyys.test_level import INSTRUMENTS, SINGLE, answered
from tests.publish import made_up
made = score_indicators(answered("single", SINGLE)[0], INSTRUMENTS).filter(scale="single_heard", region="oulu")
values = dict(made.select("indicator", "estimate").iter_rows())
print(values["score_spread"] == values["score_sd"] / values["score_mean"])
print(dictionary(load_indicators(), "sv").filter(indicator="score_spread")["title"].item())
world = made_up.indicators()
table = world.tables["parjaavyys"]
added = table.filter(indicator="score_sd").with_columns(indicator=pl.lit("score_spread"), se=pl.lit(0.1))
world.tables["parjaavyys"] = pl.concat([table, added])
made_up.indicators = lambda: world
told = made_up.publication()["parjaavyys"].filter(indicator="score_spread")
print(told["estimate"].count() > 0, told["se"].count())
""",
    printed=["True", "Relativ spridning", "True 0"],
)

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

GROUP = Change(
    most=2,
    edits={
        "src/sujuva/tables/respondents.py": (
            "\n\n\nclass PlacedRespondents(",
            """
    school_type = coded("school_type", ("general", "vocational"), "oppilaitostyyppi", nullable=True, group=True)


class PlacedRespondents(""",
        ),
        "data/codebooks/terms.yaml": [
            ("\ngrouping:\n", "\ngrouping:\n  school_type: {fi: Koulutyyppi, sv: Skoltyp, en: Type of school}\n"),
            (
                END,
                """
school_type:
  general: {fi: Lukio, sv: Gymnasium, en: General}
  vocational: {fi: Ammatillinen, sv: Yrkesinriktad, en: Vocational}
""",
            ),
        ],
    },
    proof=f"SOURCES = {SOURCES!r}\n"
    """
from pathlib import Path
import polars as pl
import yaml
from sujuva.cleaning import clean_folder
from sujuva.figures import Words
from sujuva.figures.labels import group_title
from sujuva.intake import draft_folder
from sujuva.moments import with_design
from sujuva.params import Params

raw = Path("raw")
raw.mkdir()
raw.joinpath("sources.yaml").write_text(SOURCES)
types = ("general", "vocational", "else")
rows = [f"{number},2024,{types[number % 5 // 2]}" for number in range(20)]
raw.joinpath("people.csv").write_text("\\n".join(["id,vuosi,Oppilaitostyyppi", *rows, ""]))

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
""",
    printed=[
        "Ammatillinen",
        "('school_type',)",
        "True",
        "[('general', 8), ('vocational', 8)] ['contract_respondents_school_type_allowed', 'pseudonym']",
        "2",
    ],
)

RECORD = """
FIGURES = (
    Spec(
        key="held",
        table="parjaavyys",
        topic="talks",
        rows=lambda view: ranked(view.data, "wave", indicator=["lp_plan_share"], region=view.regions),
        layout=lambda view: Dots(
            drawn(view.data, panel="indicator", row="region", series=year()), [Panel("lp_plan_share")], places(view),
            [Series("2024", "2024")], shares_axis(view.words),
        ),
        title=say("Plans, year by year"),
        caption=(say("Plans in {n} regions.", n=lambda view: len(view.places)), NO_RANKING, HIDDEN_WORD),
        alt=say("Plans in {n} regions.", n=lambda view: len(view.places)),
        columns=("indicator", "region", "wave", "estimate", "n"),
    ),
    *FIGURES,
)
"""
SENTENCES = {
    "fi": {"Plans, year by year": "Suunnitelmat vuosittain", "Plans in {n} regions.": "Suunnitelmia {n} alueella."},
    "sv": {"Plans, year by year": "Planer år för år", "Plans in {n} regions.": "Planer i {n} regioner."},
}

FIGURE = Change(
    most=3,
    edits={
        "src/sujuva/figures/catalogue/talks.py": (END, RECORD),
        **{
            f"src/sujuva/figures/locale/{language}.po": (
                END,
                "".join(f'\nmsgid "{msgid}"\nmsgstr "{text}"\n' for msgid, text in sentences.items()),
            )
            for language, sentences in SENTENCES.items()
        },
    },
    proof="""
from sujuva.figures import FIGURES, Words, draw
from sujuva.figures.specification import View
from sujuva.reports.talks import talks_section
from tests.publish import made_up
published = made_up.publication()
for language in ("fi", "sv", "en"):
    picture = draw(FIGURES["held"], published, Words(language))
    section = talks_section(View(published, Words(language), "oulu", ("oulu", "network")))
    shown = [one.picture.key for one in section.exhibits if one.picture]
    print(picture.title, "|", picture.alt, "|", "<svg" in picture.svg(), shown.count("held"))
""",
    printed=[
        (
            "Suunnitelmat vuosittain | Suunnitelmat vuosittain (Koko verkosto, 2022–2024). Suunnitelmia 5 alueella. "
            "| True 1"
        ),
        "Planer år för år | Planer år för år (Hela nätverket, 2022–2024). Planer i 5 regioner. | True 1",
        "Plans, year by year | Plans, year by year (Whole network, 2022–2024). Plans in 5 regions. | True 1",
    ],
)

IMPORTED = "from sujuva.tables.respondents import OpenAnswers, Respondents\n"
SAVED = r"""    "with replacing_folder(output(\"data/moments\")) as out:\n","""
VISITS = r"""    "visits = moments.visit_moments(read_table(clean / \"visits.parquet\"))\n",
    "tables[\"visits\"] = (visits, moments.VISITS_KEY)\n",
"""

TABLE = Change(
    most=6,
    edits={
        "src/sujuva/tables/visits.py": '''"""Contract of visits to family centres."""

import dataframely as dy

from sujuva.tables import columns
from sujuva.tables.columns import key, value


class Visits(dy.Schema):
    """One row is a visit."""

    visitor = dy.String(primary_key=True, min_length=1, metadata=key("person", "kävijä"))
    day = dy.Date(primary_key=True, metadata=value("pvm päivä"))
    wave = columns.wave(primary_key=False)
    region = columns.region()
''',
        "src/sujuva/tables/collection.py": [
            (
                IMPORTED,
                IMPORTED + "from sujuva.tables.visits import Visits\n",
            ),
            (
                "    rubric: dy.LazyFrame[Rubric]\n",
                "    rubric: dy.LazyFrame[Rubric]\n    visits: dy.LazyFrame[Visits]\n",
            ),
        ],
        "src/sujuva/moments/visits.py": '''"""The moments of visits: how many there were."""

import polars as pl

from sujuva.moments.parts import Family, Part, laid_out, summed

VISITS = pl.Schema({"region": pl.String(), "wave": pl.Int32(), "n": pl.Int64()})
VISITS_KEY = ("region", "wave")


def visit_part(visits: pl.DataFrame) -> Part:
    """Count visits by region and wave."""
    return {"visits": summed(visits.select(*VISITS_KEY, n=pl.lit(1, pl.Int128)))}


def finish_visits(merged: Part) -> pl.DataFrame:
    """Return columns `VISITS`, sorted by `VISITS_KEY`."""
    return laid_out(merged["visits"], VISITS, VISITS_KEY)


visit_moments = Family(visit_part, finish_visits)
''',
        "src/sujuva/moments/__init__.py": [
            ("__all__ = [\n", "from sujuva.moments.visits import VISITS_KEY, visit_moments\n\n__all__ = [\n"),
            (END, '__all__ += ["VISITS_KEY", "visit_moments"]\n'),
        ],
        "notebooks/moments.ipynb": (SAVED, VISITS + SAVED),
    },
    proof="""
from pathlib import Path
from sujuva import moments
from sujuva.cleaning import clean_folder
raw = Path("raw")
raw.mkdir()
feed = "{table: visits, columns: {visitor: id, day: pvm, wave: vuosi, region: {value: oulu}}}"
source = "{name: visits, file: visits.csv, reader: csv, feeds: [" + feed + "]}"
text = "{title: {fi: Koe}, synthetic: true, key: demo, sources: [" + source + "]}"
raw.joinpath("sources.yaml").write_text(text)
raw.joinpath("visits.csv").write_text("id,pvm,vuosi\\na,2024-01-02,2024\\nb,2024-01-02,2024\\na,oops,2024\\n")
cleaned = clean_folder(raw, regions=["oulu"], waves=[2024], max_quarantine=0.5)
visits = cleaned.tables["visits"]
print(visits.height, cleaned.quarantine.height, set(visits["visitor"]) & {"a", "b"})
first, second = visits[:1], visits[1:]
whole = moments.visit_moments.finish(moments.merge([moments.visit_moments.part(one) for one in (first, second)]))
print(whole.rows(), whole.equals(moments.visit_moments(visits)))
""",
    printed=["2 1 set()", "[('oulu', 2024, 2)] True"],
)

PARAMETERS = """from sujuva.params import choice

regions: list[str] = choice("study.regions")  # regions of the study"""
SAVE = """import polars as pl
from sujuva.io import read_table, replacing_folder, write_table
from sujuva.loads import loads
from sujuva.paths import inside, output

made = loads(read_table(inside("data/moments/feedback.parquet")))
with replacing_folder(output("data/indicators/loads")) as out:
    write_table(made.filter(pl.col("region").is_in(regions)), out / "loads.parquet", key=["region"])"""


def notebook(*sources: str) -> str:
    """Return a notebook whose first cell holds its parameters."""
    cells = [
        {"cell_type": "code", "execution_count": None, "id": f"cell-{place}", "outputs": [], "source": source}
        | {"metadata": {} if place else {"tags": ["parameters"]}}
        for place, source in enumerate(sources)
    ]
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": spec, "language_info": {"name": "python"}}
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=1)


STAGE = Change(
    most=4,
    edits={
        "src/sujuva/loads.py": '''"""How much each region has to do."""

import polars as pl


def loads(persons: pl.DataFrame) -> pl.DataFrame:
    """Count by region."""
    return persons.group_by("region").agg(pl.col("n").sum()).sort("region")
''',
        "tests/pipeline/test_floors.py": ('("parjaavyys", "integration", ', '("parjaavyys", "integration", "loads", '),
        "notebooks/loads.ipynb": notebook(PARAMETERS, SAVE),
        "dvc.yaml": (
            "\n  publish:\n",
            """
  loads:
    desc: How much each region has to do
    cmd: sujuva run notebooks/loads.ipynb
    outs:
      - data/indicators/loads: {push: false}
      - data/executed/loads.ipynb: {push: false}

  publish:
""",
        ),
    },
    proof="""
import polars as pl
import subprocess, yaml
from pathlib import Path
from sujuva.io import write_table
stage = yaml.safe_load(Path("dvc.yaml").read_text())["stages"]["loads"]
print(*stage["params"], *(one for one in stage["deps"] if "src" not in one))
table = pl.DataFrame({"region": ["oulu", "oulu", "else"], "wave": [1, 2, 1], "n": [1, 2, 3]})
write_table(table, Path("data/moments/feedback.parquet"), key=["region", "wave"])
subprocess.run(["sujuva", "run", "notebooks/loads.ipynb"], check=True, stdout=subprocess.DEVNULL)
print(pl.read_parquet("data/indicators/loads/loads.parquet").rows())
""",
    printed=["study.regions data/moments notebooks/loads.ipynb", "[('oulu', 3)]"],
)

CHANGES = {
    "the title of a code": CODE_TITLE,
    "an indicator": INDICATOR,
    "a group variable": GROUP,
    "a figure": FIGURE,
    "a table": TABLE,
    "a stage": STAGE,
}


@pytest.mark.parametrize("what", CHANGES)
def test_few_files_are_touched_and_the_rest_follows(tmp_path: Path, what: str):
    change = CHANGES[what]
    copy = copy_project(tmp_path / "sujuva")
    commit(copy, "As it is")
    apply(copy, change.edits)
    if "dvc.yaml" in change.edits:
        copy.run("sujuva", "dag", "--write")
    assert len(commit(copy, what)) <= change.most
    proven = copy.run(sys.executable, "-c", change.proof)
    assert proven.returncode == 0, proven.stderr[-3000:]
    assert proven.stdout.splitlines() == change.printed
