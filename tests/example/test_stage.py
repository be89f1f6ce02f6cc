"""The stage of the example in a project whose data are its own: what the generator lacks stops nobody."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from sujuva.cli import app
from sujuva.pipeline.dag import stages

ROOT = Path(__file__).resolve().parents[2]


def without_its_regions(codebooks: Path) -> None:
    """The study asks for an example of a region that no codebook has."""
    params = codebooks.parents[1] / "params.yaml"
    text = params.read_text(encoding="utf-8")
    params.write_text(
        text.replace("example_regions: [keski-pohjanmaa,", "example_regions: [nowhere,"), encoding="utf-8"
    )


def without_a_sector(codebooks: Path) -> None:
    """The generator looks its sectors up: this one fails in another way than by a message of ours."""
    path = codebooks / "sectors.yaml"
    known = [one for one in yaml.safe_load(path.read_text(encoding="utf-8")) if one["key"] != "education"]
    path.write_text(yaml.safe_dump(known, allow_unicode=True), encoding="utf-8")


@pytest.fixture
def own(project: Path) -> Path:
    """A project with codebooks of its own and a small example."""
    (project / "data" / "codebooks").unlink()
    shutil.copytree(ROOT / "data" / "codebooks", project / "data" / "codebooks")
    params = (project / "params.yaml").read_text(encoding="utf-8")
    small = params.replace("persons: 2400", "persons: 60").replace("units: 60", "units: 8")
    (project / "params.yaml").write_text(small.replace("families: 900", "families: 20"), encoding="utf-8")
    return project


@pytest.mark.parametrize("change", [without_its_regions, without_a_sector])
def test_codebooks_that_the_example_cannot_be_made_with_stop_no_run_on_own_data(own, change):
    change(own / "data" / "codebooks")
    done = CliRunner().invoke(app, ["example", "--needed-for", "data/raw"])
    assert done.exit_code == 0, done.output
    assert "data/raw does not need it" in done.output
    assert [path.name for path in (own / "data" / "example").iterdir()] == ["LUEMINUT.txt"]
    assert json.loads((own / "data" / "truth.json").read_text(encoding="utf-8")) == {}
    for needed in ([], ["--needed-for", "data/example"], ["--needed-for", str(own / "data" / "example")]):
        assert CliRunner().invoke(app, ["example", *needed]).exit_code != 0


def test_own_data_beside_an_example_that_can_be_made_has_it(own):
    done = CliRunner().invoke(app, ["example", "--needed-for", "data/raw"])
    assert (done.exit_code, done.output.strip()) == (0, "data/example")
    assert (own / "data" / "example" / "sources.yaml").is_file()


def test_the_stage_says_what_the_example_is_needed_for():
    assert stages(ROOT)["example"].words == ["sujuva", "example", "--needed-for", "${data.input}"]
