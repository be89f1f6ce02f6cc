from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sujuva.errors import ParameterError
from sujuva.params import Params, load_params
from sujuva.pipeline.notebook import Parameter
from sujuva.pipeline.values import fan_out, fits, notebook_values, parse

KNOWN = {
    "threshold": Parameter("threshold", "int", choice="privacy.threshold"),
    "region": Parameter("region", "str", "oulu"),
    "delay_days": Parameter("delay_days", "list[int]", choice="casework.delay_days"),
    "families": Parameter("families", "int", 3),
}


@pytest.fixture(scope="module")
def params(root: Path) -> Params:
    return load_params(root / "params.yaml")


def test_params_yaml_comes_before_the_default_and_an_override_before_both(params: Params):
    """A parameter whose value the cell types itself is the notebook's alone, whatever else bears its name."""
    values = notebook_values(KNOWN, params, [("region", "tampere"), ("delay_days", "3,30")])

    threshold = params.privacy.threshold
    assert values == {"delay_days": [3, 30], "families": 3, "region": "tampere", "threshold": threshold}
    assert list(values) == sorted(values)


def test_an_unknown_name_is_answered_with_the_nearest(params: Params):
    with pytest.raises(ParameterError, match="no parameter 'treshold'") as caught:
        notebook_values(KNOWN, params, [("treshold", "5")])
    assert caught.value.hint == "Did you mean 'threshold'?"


def test_a_value_of_the_wrong_type_is_answered_with_what_is_allowed(params: Params):
    with pytest.raises(ParameterError, match="'families' takes a whole number, not 'five'"):
        notebook_values(KNOWN, params, [("families", "five")])


def test_the_range_of_params_yaml_holds_for_overrides(params: Params):
    with pytest.raises(ParameterError, match=r"-p: 'casework\.delay_days"):
        notebook_values(KNOWN, params, [("delay_days", "-1")])


@pytest.mark.parametrize("value", ["1", "5", "10", "five"])
def test_no_run_has_rules_of_privacy_of_its_own(params: Params, value: str):
    """Not even the same, or stricter ones: who decided them stands in params.yaml alone."""
    with pytest.raises(ParameterError, match="'threshold' is a rule of privacy") as caught:
        notebook_values(KNOWN, params, [("region", "oulu"), ("threshold", value)])
    assert "privacy.threshold in params.yaml" in caught.value.hint


def test_a_cell_whose_type_disagrees_with_params_yaml_is_refused(params: Params):
    with pytest.raises(
        ParameterError, match=r"'waves' of the notebook is list\[str\], but study\.waves of params\.yaml"
    ):
        notebook_values({"waves": Parameter("waves", "list[str]", choice="study.waves")}, params)
    with pytest.raises(ParameterError, match=r"'n' of the notebook is int, but its default has another type"):
        notebook_values({"n": Parameter("n", "int", "5")}, params)


def test_a_choice_that_is_not_there_is_answered_with_the_nearest(params: Params):
    with pytest.raises(ParameterError, match=r"No parameter 'study\.wave'") as caught:
        notebook_values({"waves": Parameter("waves", "list[int]", choice="study.wave")}, params)
    assert caught.value.hint == "Did you mean 'study.waves'?"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("str", "5", "5"),
        ("str", "", ""),
        ("int", "-3", -3),
        ("float", "3", 3.0),
        ("bool", "TRUE", True),
        ("list[str]", "a, b", ["a", "b"]),
        ("list[str]", "[a, 'b']", ["a", "b"]),
        ("list[int]", "[]", []),
        ("int | None", "null", None),
        ("int | None", "7", 7),
        ("Optional[int]", "7", 7),
        ("Optional[list[str]]", "null", None),
        ("list[float]", "1,2.5", [1.0, 2.5]),
        ("dict[str, dict[str, float]]", "{home: {single_home: 1}}", {"home": {"single_home": 1.0}}),
    ],
)
def test_texts_become_values(kind: str, text: str, value: object):
    assert parse(Parameter("x", kind, None), text) == value
    assert fits(value, kind)


@pytest.mark.parametrize(
    ("kind", "text"), [("int", "1.0"), ("int", "1 000"), ("float", "x"), ("bool", "1"), ("list[int]", "1,a")]
)
def test_texts_of_another_type_are_refused(kind: str, text: str):
    with pytest.raises(ParameterError, match="Parameter 'x' takes"):
        parse(Parameter("x", kind, None), text)


def test_types_of_other_than_plain_values_are_named():
    with pytest.raises(ParameterError, match=r"cannot have the type pl\.DataFrame"):
        fits(None, "pl.DataFrame")


@given(st.integers())
def test_every_whole_number_survives_the_command_line(number: int):
    assert parse(Parameter("x", "int", 0), str(number)) == number


def test_true_is_not_a_number():
    assert not fits(True, "int")
    assert not fits(1, "bool")
    assert fits(1, "float")


def test_one_run_for_each_value_of_a_list(params: Params):
    runs = fan_out("region=network,@study.regions", KNOWN, params)

    assert runs == [{"region": one} for one in ("network", *params.study.regions)]


def test_one_run_for_each_pair_of_values_of_two_lists(params: Params):
    runs = fan_out("region=oulu,tampere;threshold=1,2", KNOWN, params)

    assert runs == [{"region": region, "threshold": one} for region in ("oulu", "tampere") for one in ("1", "2")]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("region", "not of the form"),
        ("region=", "not of the form"),
        ("regon=a", "no parameter 'regon'"),
        ("region=@study.threshold", "No parameter"),
        ("region=@privacy.threshold", "is not a list"),
        ("region=a,a", "given twice"),
        ("region=a;region=b", "names a parameter twice"),
        ("region=a;", "not of the form"),
        ("region=a/b", "file name"),
        ("region=..", "file name"),
        ("threshold=1,x", "takes a whole number"),
    ],
)
def test_a_fan_out_that_cannot_be_is_refused(params: Params, spec: str, message: str):
    with pytest.raises(ParameterError, match=message):
        fan_out(spec, KNOWN, params)
