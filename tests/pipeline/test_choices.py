"""Choices that name what no codebook has are refused before anything starts, with the parameter and a near word."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from sujuva import cli
from sujuva.errors import ParameterError
from sujuva.params import load_params
from sujuva.pipeline.choices import check_choices
from sujuva.pipeline.runner import run_notebook
from tests.pipeline.conftest import Make

WHO = {"owner": "study group", "date": "2024-12-31", "reason": "as agreed"}


def chosen(project: Path, section: str, **leaves: object) -> None:
    """Change leaves of the project's params.yaml."""
    path = project / "params.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content[section] |= leaves
    path.write_text(yaml.safe_dump(content), encoding="utf-8")


def test_the_projects_own_choices_are_known(project: Path):
    check_choices(load_params())


@pytest.mark.parametrize(
    ("section", "leaves", "words"),
    [
        ("study", {"regions": ["oulu", "tamperre"]}, "study.regions: there is no region 'tamperre'. Did you mean 'ta"),
        ("coping", {"started": {"oulo": 2023}}, "coping.started: there is no region 'oulo'. Did you mean 'oulu'?"),
        ("coping", {"norms": {"gad8": "thl"}}, "coping.norms: there is no instrument 'gad8'. Did you mean 'gad"),
        ("coping", {"norms": {"who5": "whoo"}}, "no bands of the norm set 'whoo'. Did you mean 'who'?"),
        ("coping", {"index_parts": {"home": {"single_hom": 1.0}}, "index_min_parts": 1}, "coping.index_parts: "),
        ("coping", {"index_parts": {"home": {"who5@mother": 1.0}}, "index_min_parts": 1}, "informant"),
        ("coping", {"index_parts": {"home": {}}, "index_min_parts": 1}, "the environment 'home' has no scale"),
        ("casework", {"holidays": "XX"}, "casework.holidays: 'XX' is not a country with known public holidays"),
        (
            "privacy",
            {"threshold": 2},
            "privacy.threshold is 2, and data/example/sources.yaml does not say synthetic: true",
        ),
        ("privacy", {"accepted_risks": {"hidden_rnage": WHO}}, "no risk 'hidden_rnage'. Did you mean 'hidden_range'?"),
        ("coping", {"index_min_parts": 4}, "coping.index_min_parts is 4, but index_parts names 3 environments"),
    ],
)
def test_what_is_not_in_the_codebooks_is_named(project: Path, section: str, leaves: dict[str, object], words: str):
    chosen(project, section, **leaves)
    with pytest.raises(ParameterError) as caught:
        check_choices(load_params())
    assert str(caught.value).startswith("params.yaml: ")
    assert words in str(caught.value)


def test_a_low_threshold_is_for_data_that_say_they_are_synthetic(project: Path):
    chosen(project, "privacy", threshold=2)
    described = project / "data" / "example" / "sources.yaml"
    described.parent.mkdir()
    for said in ("synthetic: false", "synthetic: yes please", "- synthetic", ""):
        described.write_text(said, encoding="utf-8")
        with pytest.raises(ParameterError, match=r"privacy\.threshold is 2") as caught:
            check_choices(load_params())
    assert "3 or more" in caught.value.hint
    described.write_text("synthetic: true", encoding="utf-8")
    check_choices(load_params())


def test_without_an_index_its_size_is_of_no_matter(project: Path):
    chosen(project, "coping", index_parts={}, index_min_parts=9)
    check_choices(load_params())


def test_an_input_folder_may_bring_what_the_choices_name(project: Path):
    chosen(project, "study", regions=["lakeland"])
    chosen(project, "data", input="data/raw")
    books = project / "data" / "raw" / "codebooks"
    books.mkdir(parents=True)
    title = "{fi: Järviseutu, sv: Sjölandet, en: Lakeland}"
    (books / "regions.yaml").write_text(f"- {{key: lakeland, title: {title}, level: other}}\n", encoding="utf-8")
    check_choices(load_params())


def test_no_kernel_starts_with_such_a_choice(project: Path, notebook: Make):
    path = notebook("one", "x = 1")
    chosen(project, "coping", norms={"gad8": "thl"})
    with pytest.raises(ParameterError, match=r"coping\.norms"):
        run_notebook(path)
    assert not (project / ".sujuva" / "failed").exists()


def test_the_command_that_checks_parameters_checks_them_too(project: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.argv", ["sujuva", "params"])
    chosen(project, "coping", started={"oulo": 2023})
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
