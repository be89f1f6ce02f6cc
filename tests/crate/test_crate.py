"""The research object holds what may leave and tells the truth of it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import rocrate
import yaml
from rocrate.rocrate import ROCrate

from sujuva import cli
from sujuva.crate import faults, write_crate
from sujuva.crate.project import read_project
from sujuva.errors import DisclosureError, PipelineError, SujuvaError
from tests.conftest import ROOT
from tests.crate.conftest import MADE, PERSON, commit, git

VALIDATOR = shutil.which("rocrate-validator", path=f"{ROOT}/.sujuva/validator/bin{os.pathsep}{os.environ['PATH']}")
PAPER = {
    "title": "Coping and integration",
    "authors": [{"name": "Josiah Carberry", "ORCID": "0000-0002-1825-0097"}],
    "reference": "https://doi.org/10.5555/12345678",
}
"""ORCID's own example of a person who does not exist, and Crossref's of a DOI."""


@pytest.fixture(scope="session")
def graph(crate: Path) -> dict[str, Any]:
    found = json.loads((crate / "ro-crate-metadata.json").read_text(encoding="utf-8"))["@graph"]
    return {one["@id"]: one for one in found}


def ids(value: Any) -> set[str]:
    return {one["@id"] for one in (value if isinstance(value, list) else [value])}


def test_it_holds_what_is_under_git_and_what_is_shared_and_nothing_else(crate: Path, finished: Path):
    held = {path.relative_to(crate).as_posix() for path in crate.rglob("*") if path.is_file()}
    own = {"README.md", "codecheck.yml", "ro-crate-metadata.json"}
    tracked = set(git(finished, "ls-files").splitlines())
    shared = {path.relative_to(finished).as_posix() for path in (finished / "data/published").iterdir()}
    shared |= {name for name in MADE if name.startswith("reports/")}
    assert held == own | {f"project/{name}" for name in tracked | shared}
    assert "project/data/published/parjaavyys.parquet" in held


def test_no_private_table_and_no_key_of_a_person_is_in_it(crate: Path):
    assert not (crate / "project/data/clean").exists()
    assert not [path for path in crate.rglob("*") if path.is_file() and PERSON.encode() in path.read_bytes()]


def test_every_stage_is_an_action_with_what_dvc_lock_tells(graph: dict[str, Any]):
    publish = graph["#run-publish"]
    assert ids(publish["object"]) == {"#private/data/clean", "#value-network.network_seed", "#value-privacy.threshold"}
    assert ids(publish["result"]) == {"project/data/published/"}
    assert publish["instrument"] == {"@id": "project/notebooks/publish.ipynb"}
    assert graph["#value-privacy.threshold"]["value"] == "5"
    assert graph["#choice-privacy.threshold"]["additionalType"] == "Integer"
    assert "not published" in graph["#choice-privacy.threshold"]["description"]
    assert "personal data" in graph["#private/data/clean"]["conditionsOfAccess"]
    steps = [
        graph[one]["name"]
        for one in sorted(ids(graph["project/dvc.yaml"]["step"]), key=lambda one: int(graph[one]["position"]))
    ]
    assert steps == ["clean", "publish", "figures"]  # as they can run, not as they stand in dvc.yaml
    results = ("data/published/", "reports/figures/", "reports/tables/", "reports/metrics.json")
    assert ids(graph["#run"]["result"]) == {f"project/{one}" for one in results}


def test_the_only_time_in_it_is_that_of_the_commit(crate: Path, graph: dict[str, Any], finished: Path):
    day = git(finished, "show", "--no-patch", "--format=%cd", "--date=format-local:%Y-%m-%d").strip()
    assert graph["./"]["datePublished"] == day
    assert not [one for one in graph.values() if {"startTime", "endTime", "dateModified"} & set(one)]


def test_sums_of_files_are_right(crate: Path, graph: dict[str, Any]):
    told = {name: one["sha256"] for name, one in graph.items() if "sha256" in one}
    assert "project/data/published/parjaavyys.parquet" in told
    assert {name: hashlib.sha256((crate / name).read_bytes()).hexdigest() for name in told} == told


def test_the_library_reads_it_back(crate: Path):
    read = ROCrate(crate)
    assert read.mainEntity.id == "project/dvc.yaml"
    assert {one["@id"] for one in read.root_dataset["conformsTo"]} >= {"https://w3id.org/ro/wfrun/provenance/0.5"}
    assert not [one.id for one in read.data_entities if not (crate / one.id).exists()]


@pytest.fixture(scope="session")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of the validator with the context that it would fetch."""
    if VALIDATOR is None:
        pytest.skip("roc-validator is not installed (.ci/run puts it into .sujuva/validator)")
    cache = tmp_path_factory.mktemp("validator") / "cache"
    context = Path(rocrate.__file__).parent / "data" / "ro-crate.jsonld"
    python = Path(VALIDATOR).parent / "python"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    subprocess.run([python, Path(__file__).parent / "validator.py", cache, context], check=True, env=clean)
    return cache


def validate(folder: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    options = ["--offline", "--cache-path", cache, "-p", "provenance-run-crate-0.5", "--skip-availability-check"]
    command = [str(VALIDATOR), "-y", "--disable-color", "validate", *options, "--no-paging", "--verbose", folder]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=clean)


def test_the_validator_finds_it_valid(crate: Path, offline: Path):
    done = validate(crate, offline)
    assert done.returncode == 0, done.stdout
    assert "is a valid provenance-run-crate-0.5" in done.stdout


def test_the_validator_finds_a_lost_step(crate: Path, offline: Path, tmp_path: Path):
    broken = shutil.copytree(crate, tmp_path / "broken")
    file = broken / "ro-crate-metadata.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    next(one for one in content["@graph"] if one["@id"] == "#control-publish")["instrument"] = {"@id": "#no-step"}
    file.write_text(json.dumps(content), encoding="utf-8")
    assert validate(broken, offline).returncode != 0


def test_the_same_commit_makes_the_same_bytes(study: Path, crate: Path, tmp_path: Path, monkeypatch):
    folder, archive, again = tmp_path / "again", tmp_path / "one.zip", tmp_path / "two.zip"
    write_crate(folder, study)  # another folder, copied with other times
    write_crate(archive, study)
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    write_crate(again, study)
    held = {path.relative_to(crate).as_posix(): path.read_bytes() for path in crate.rglob("*") if path.is_file()}
    assert {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    } == held
    assert archive.read_bytes() == again.read_bytes()
    with zipfile.ZipFile(archive) as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == held


def test_what_is_not_committed_or_out_of_date_is_refused(study: Path, tmp_path: Path):
    target = tmp_path / "crate"
    (study / "LICENSE").write_text("another")
    with pytest.raises(PipelineError, match="LICENSE is not as it was committed"):
        write_crate(target, study)
    git(study, "checkout", "LICENSE")
    (study / "reports/figures/coping.csv").write_text("estimate\n3\n")
    with pytest.raises(PipelineError, match=r"The stage 'figures' is out of date .*reports/figures"):
        write_crate(target, study)
    (study / "reports/figures/coping.csv").write_text(MADE["reports/figures/coping.csv"])
    params = (study / "params.yaml").read_text()
    (study / "params.yaml").write_text(params.replace("  threshold: 5 ", "  threshold: 7 "))
    git(study, "commit", "--quiet", "--all", "--message", "another threshold")
    with pytest.raises(PipelineError, match="The stage 'publish' is out of date"):
        write_crate(target, study)
    assert not target.exists()


def test_private_data_may_be_absent(study: Path):
    shutil.rmtree(study / "data/clean")
    assert [*read_project(study).runs] == ["clean", "publish", "figures"]


def test_a_secret_that_somebody_committed_stays(study: Path, tmp_path: Path):
    (study / "data/codebooks").mkdir()
    (study / "extra.csv").write_text("name\nperson\n")
    git(study, "add", "--force", "extra.csv")
    git(study, "commit", "--quiet", "--message", "extra")
    with pytest.raises(DisclosureError, match=r"extra\.csv is a table"):
        write_crate(tmp_path / "crate", study)


def test_nothing_of_value_is_replaced(study: Path, crate: Path, tmp_path: Path):
    other = tmp_path / "thesis"
    other.mkdir()
    (other / "chapter.txt").write_text("mine")
    (tmp_path / "photos.zip").write_bytes(b"PK")
    for target, said in (
        (other, "something else at thesis"),
        (tmp_path / "photos.zip", "something else at photos.zip"),
        (study, "holds the project"),
        (study / "reports/figures/crate", "A stage makes reports/figures/crate"),
        (study / "reports", "A stage makes reports"),
    ):
        with pytest.raises(SujuvaError, match=said):
            write_crate(target, study)
    assert (other / "chapter.txt").read_text() == "mine"
    old = shutil.copytree(crate, tmp_path / "old")
    (old / "left").write_text("over")
    write_crate(old, study)
    assert not (old / "left").exists()


def test_codecheck_asks_the_author_for_the_paper_alone(crate: Path):
    text = (crate / "codecheck.yml").read_text(encoding="utf-8")
    assert faults(text, crate) == ["CC-CFG-016: the file has no 'paper'."]
    told = {one["file"]: one["comment"] for one in yaml.safe_load(text)["manifest"]}
    assert told["project/reports/figures/coping.svg"].startswith("Figure: How children and young people cope")
    assert "project/data/published/parjaavyys.parquet" in told


def test_with_a_paper_the_authors_part_is_whole(study: Path, tmp_path: Path, monkeypatch, capsys):
    (study / "paper.yaml").write_text(yaml.safe_dump(PAPER))
    commit(study)
    monkeypatch.setattr(sys, "argv", ["sujuva", "crate", str(tmp_path / "crate")])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert not ended.value.code
    assert capsys.readouterr().err == ""
    text = (tmp_path / "crate/codecheck.yml").read_text(encoding="utf-8")
    assert faults(text, tmp_path / "crate") == []
    finished = {one.split(":")[0] for one in faults(text, finished=True)}
    assert finished == {"CC-CFG-008", "CC-CFG-011", "CC-CFG-024", "CC-CFG-025"}
    assert "Josiah Carberry: Coping and integration." in (tmp_path / "crate/README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def text(crate: Path) -> str:
    return (crate / "README.md").read_text(encoding="utf-8")


def test_the_readme_has_the_templates_headings(text: str):
    headings = [line.lstrip("# ") for line in text.splitlines() if line.startswith("#")]
    assert headings[1:] == [
        "Overview", "Data Availability and Provenance Statements", "Statement about Rights", "License for Data",
        "Summary of Availability", "Details on each Data Source", "Dataset List", "Computational Requirements",
        "Software Requirements", "Controlled Randomness", "Memory, Runtime, Storage Requirements",
        "Description of Programs/Code", "License for Code", "Instructions to Replicators",
        "List of Tables and Programs", "References",
    ]  # fmt: skip


def test_the_readme_names_seeds_versions_sources_and_rows(text: str, finished: Path):
    seed = yaml.safe_load((finished / "params.yaml").read_text())["network"]["network_seed"]
    assert f"`network.network_seed` = {seed}" in text
    assert "polars 2.1.0" in text
    assert "| `project/data/published/parjaavyys.parquet` | 3 | yes |" in text
    assert "| `data/clean` | | no: made anew by the stages |" in text
    assert "Run time: not measured." in text
    assert "- [x] All data **are** publicly available." in text
    assert "- [ ] I certify" in text
    assert "- [x] I certify" not in text


def test_the_readme_names_the_cell_of_each_figure(text: str):
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith(("| coping |", "| network-coll"))]
    notebook = json.loads((ROOT / "notebooks/figures.ipynb").read_text(encoding="utf-8"))
    sources = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}
    (coping, network) = rows
    assert coping[2:5] == ["`notebooks/figures.ipynb`", "save-2", "open-4"]
    assert 'draw(FIGURES["coping"]' in sources["open-4"]
    assert 'output("reports/figures")' in sources[coping[3]]
    assert '"network-"' in sources[network[4]]


def test_data_about_persons_are_not_called_public(study: Path, tmp_path: Path):
    file = study / "data/published/meta.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"synthetic": False}))
    commit(study)
    write_crate(tmp_path / "crate", study)
    text = (tmp_path / "crate/README.md").read_text(encoding="utf-8")
    assert "- [x] Some data **cannot be made** publicly available." in text
    assert "- [x] All data" not in text
    assert "synthetic" not in text
    config = yaml.safe_load((tmp_path / "crate/codecheck.yml").read_text(encoding="utf-8"))
    assert "Data about persons stay with whoever holds them" in config["source"]
    assert "The data are synthetic" not in (tmp_path / "crate/ro-crate-metadata.json").read_text(encoding="utf-8")


def test_the_readme_tells_run_times_that_were_measured(study: Path, tmp_path: Path):
    told = {
        "commit": "0" * 40, "date": "2026-11-30", "load": 0.5, "machine": "x86_64", "memory_gb": 8, "processors": 2,
        "python": "3.11.2", "seconds": {"clean": 61.5, "publish": 58.5}, "system": "Linux",
    }  # fmt: skip
    (study / "benchmarks").mkdir()
    (study / "benchmarks/run_times.json").write_text(json.dumps(told))
    commit(study)
    write_crate(tmp_path / "crate", study)
    text = (tmp_path / "crate/README.md").read_text(encoding="utf-8")
    assert "2.0 minutes for all stages" in text
    assert "| clean | 61.5 |" in text
    assert "not measured" not in text
