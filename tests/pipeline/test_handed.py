"""What stages hand on: choices as they were taken, and a copy of the codebooks that stands for all others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from sujuva import params
from sujuva.codebooks import load_instruments, load_regions
from sujuva.codebooks.files import folders
from sujuva.errors import ParameterError, SujuvaError
from sujuva.handed import read_choices, write_choices, write_study
from sujuva.params import choice

LAKELAND = "- {key: lakeland, title: {fi: Järviseutu, sv: Sjölandet, en: Lakeland}, level: other}\n"


@pytest.fixture
def input_folder(project: Path) -> Path:
    folder = project / "data" / "raw"
    (folder / "codebooks").mkdir(parents=True)
    (folder / "codebooks" / "regions.yaml").write_text(LAKELAND, encoding="utf-8")
    about = {"title": {"fi": "Järvet"}, "responsible": "Minä", "key": "secret", "sources": [{"file": "a.csv"}]}
    (folder / "sources.yaml").write_text(yaml.safe_dump(about), encoding="utf-8")
    return folder


def test_the_choices_that_were_taken_are_written_with_the_values_that_were_used(
    project: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(params, "_taken", {})
    namespace = {"waves": choice("study.waves"), "fdr": choice("coping.fdr"), "families": object()}
    namespace["waves"] = [2030]  # as papermill sets it
    write_choices(namespace, project)

    assert json.loads((project / "choices.json").read_text()) == {"coping": {"fdr": 0.05}, "study": {"waves": [2030]}}


def test_choices_of_several_stages_are_read_together(project: Path):
    for name, sections in {
        "a": {"study": {"waves": [1]}},
        "b": {"study": {"waves": [1]}, "coping": {"norms": {}}},
    }.items():
        (project / f"{name}.json").write_text(json.dumps(sections), encoding="utf-8")

    assert read_choices("a.json", "b.json") == {"study": {"waves": [1]}, "coping": {"norms": {}}}


def test_stages_that_do_not_belong_together_are_told(project: Path):
    for name, waves in {"a": [1], "b": [2]}.items():
        (project / f"{name}.json").write_text(json.dumps({"study": {"waves": waves}}), encoding="utf-8")

    with pytest.raises(ParameterError, match=r"b\.json tells of another study\.waves"):
        read_choices("a.json", "b.json")
    with pytest.raises(SujuvaError, match=r"c\.json is missing"):
        read_choices("a.json", "c.json")


def test_a_copy_of_the_codebooks_stands_for_all_others(project: Path, input_folder: Path):
    before = load_regions(input_folder), load_instruments(input_folder)
    write_study("data/raw", project / "data" / "study")

    assert (load_regions("data/study"), load_instruments("data/study")) == before
    assert "lakeland" in load_regions("data/study")
    assert all(folder.is_relative_to(project / "data" / "study") for folder in folders("data/study"))
    (input_folder / "codebooks" / "regions.yaml").unlink()
    assert load_regions("data/study") == before[0]


def test_of_the_sources_only_what_readers_may_know_is_copied(project: Path, input_folder: Path):
    write_study("data/raw", project / "data" / "study")
    kept = yaml.safe_load((project / "data" / "study" / "sources.yaml").read_text(encoding="utf-8"))

    assert kept == {"title": {"fi": "Järvet"}, "responsible": "Minä", "fingerprint": ""}  # there is no salt


def test_an_input_folder_without_codebooks_leaves_those_of_the_project(project: Path, input_folder: Path):
    (input_folder / "codebooks" / "regions.yaml").unlink()
    (input_folder / "codebooks").rmdir()
    write_study("data/raw", project / "data" / "study")

    assert [folder.name for folder in folders("data/study")] == ["project"]
    assert load_regions("data/study") == load_regions()
