from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from sujuva.errors import ParameterError
from sujuva.params import (
    Params,
    check_params,
    choice,
    decided_by,
    flat,
    load_params,
    rules_of_privacy,
    schema_text,
    with_values,
)


@pytest.fixture
def params(root: Path) -> Params:
    return load_params(root / "params.yaml")


def test_the_projects_own_file_is_allowed_and_complete(root: Path, params: Params):
    content = yaml.safe_load((root / "params.yaml").read_text(encoding="utf-8"))

    assert params.model_dump(mode="json") == content


def test_each_leaf_name_is_used_once(params: Params):
    leaves = [leaf for section in params.model_dump().values() for leaf in section]

    assert len(leaves) == len(set(leaves)) == len(flat(params))


def test_lists_stay_lists_for_notebooks(params: Params):
    assert isinstance(flat(params)["study.waves"], list)


def test_nothing_can_be_changed_afterwards(params: Params):
    with pytest.raises(ValueError, match="frozen"):
        params.study.waves = (2030,)


@pytest.mark.parametrize(
    ("section", "leaf", "value"),
    [
        ("estimation", "confidence", 1.0),
        ("estimation", "weight_decimals", 2.5),
        ("privacy", "threshold", "5"),
        ("privacy", "threshold", True),
        ("privacy", "threshold", 0),
        ("privacy", "threshold", -5),
        ("study", "waves", [2024, 2022]),
        ("study", "waves", ["2022"]),
        ("study", "regions", []),
        ("study", "regions", ["oulu", "oulu"]),
        ("study", "regions", ["../oulu"]),
        ("study", "groups", ["name"]),
        ("cleaning", "max_quarantine", 1.5),
        ("casework", "timezone", "Europe/Nowhere"),
        ("casework", "timezone", "../etc"),
        ("report", "language", "de"),
        ("run", "workers", 0),
    ],
)
def test_a_wrong_value_is_named(params: Params, section: str, leaf: str, value: object):
    content = params.model_dump(mode="json")
    content[section][leaf] = value

    with pytest.raises(ParameterError, match=f"params.yaml: '{section}.{leaf}"):
        check_params(content, where="params.yaml")


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"rounding": None}, "rules does not say who decided rounding: owner, date and reason"),
        ({"treshold": {"owner": "a", "date": "2024-01-01", "reason": "b"}}, "rules.treshold is about no rule"),
        ({"rounding": {"owner": " ", "date": "2024-01-01", "reason": "b"}}, "privacy.rules.rounding.owner"),
        ({"rounding": {"owner": "a", "date": "1.1.2024", "reason": "b"}}, "not a date such as 2024-12-31"),
        ({"rounding": {"owner": "a", "date": "2024-01-01"}}, "privacy.rules.rounding.reason': this is missing"),
    ],
)
def test_each_rule_of_privacy_is_somebodys(params: Params, rules: dict[str, object], message: str):
    content = params.model_dump(mode="json")
    said = content["privacy"]["rules"] | rules
    content["privacy"]["rules"] = {name: one for name, one in said.items() if one is not None}

    with pytest.raises(ParameterError) as caught:
        check_params(content, where="params.yaml")
    assert message in str(caught.value)


def test_a_misspelt_name_comes_before_the_name_that_is_then_missing(params: Params):
    content = params.model_dump(mode="json")
    content["study"]["regoins"] = content["study"].pop("regions")

    with pytest.raises(ParameterError, match=r"unknown name 'study\.regoins'") as caught:
        check_params(content, where="params.yaml")
    assert caught.value.hint == "Did you mean 'regions'?"


def test_a_misspelt_section_is_named(params: Params):
    content = params.model_dump(mode="json")
    content["privcy"] = content.pop("privacy")

    with pytest.raises(ParameterError, match="unknown name 'privcy'") as caught:
        check_params(content, where="params.yaml")
    assert caught.value.hint == "Did you mean 'privacy'?"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1\nb: 2\n", "line 2 is not valid YAML"),
        ("a: 1\nb: 2\na: 3\n", "line 3 is not valid YAML: the key 'a' is given twice"),
        ("- a", "section"),
        ("", "section"),
    ],
)
def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path, text: str, message: str):
    (tmp_path / "params.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(ParameterError, match=message):
        load_params(tmp_path / "params.yaml")


def test_a_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(ParameterError, match=r"params\.yaml cannot be read"):
        load_params(tmp_path / "params.yaml")


def test_values_can_be_replaced_within_what_is_allowed(params: Params):
    assert with_values(params, {"privacy.threshold": 10}, where="-p").privacy.threshold == 10
    with pytest.raises(ParameterError, match=r"-p: 'privacy\.threshold'"):
        with_values(params, {"privacy.threshold": 0}, where="-p")


def test_a_choice_is_what_the_file_says_now(project: Path):
    path = project / "params.yaml"
    assert choice("study.waves") == [2022, 2023, 2024]
    path.write_text(path.read_text(encoding="utf-8").replace("[2022, 2023, 2024]", "[2023]"), encoding="utf-8")
    assert choice("study.waves") == [2023]
    with pytest.raises(ParameterError, match=r"No parameter 'study\.region'") as caught:
        choice("study.region")
    assert caught.value.hint == "Did you mean 'study.regions'?"


def test_the_schema_beside_params_yaml_is_up_to_date(root: Path):
    assert (root / "params.schema.json").read_text(encoding="utf-8") == schema_text(), (
        "run: .venv/bin/sujuva params --schema > params.schema.json"
    )


def test_the_comments_of_params_yaml_are_the_descriptions(root: Path):
    """As far as some semicolon: a comment need not be longer than its line."""
    sections = {name: field.annotation for name, field in Params.model_fields.items()}
    section, seen = "", 0
    for line in (root / "params.yaml").read_text(encoding="utf-8").splitlines():
        code, _, comment = line.partition("  # ")
        if match := re.match(r"(\w+):", code):
            section = match[1]
        elif match := re.match(r"  (\w+):", code):
            description = sections[section].model_fields[match[1]].description
            assert f"{description}; ".startswith(f"{comment}; "), f"{match[1]}: {description}"
            seen += 1
    assert seen == len(flat(load_params(root / "params.yaml")))


def test_what_a_choice_decides_fits_the_stages_that_take_it(root: Path, params: Params):
    taken = {
        stage: {name for name in described.get("params", ()) if isinstance(name, str)}
        for stage, described in yaml.safe_load((root / "dvc.yaml").read_text(encoding="utf-8"))["stages"].items()
    }
    counted = taken["clean"] | taken["moments"]

    decided = {name: decided_by(name) for name in flat(params)}

    assert {name for name, kind in decided.items() if kind == "moments"} == {
        name for name in counted if decided[name] not in {"scope", "nothing"}
    }
    shown = {name for stage, names in taken.items() if stage != "example" for name in names}
    assert {name for name, kind in decided.items() if kind == "estimates"} <= shown - counted
    assert {name for name, kind in decided.items() if kind == "disclosure"} == {
        f"privacy.{name}" for name in rules_of_privacy()
    }


def test_a_choice_of_which_nobody_has_said_what_it_decides_is_an_error(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(Params.model_fields["network"].annotation, "decides")

    with pytest.raises(ParameterError, match="Nobody has said what the choice"):
        decided_by("network.tie_from")
