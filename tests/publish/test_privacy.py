"""The rules of privacy as `publish` takes them: in words where they cannot be, never other than in `params.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sujuva.errors import DisclosureError, ParameterError
from sujuva.params import load_params
from sujuva.publish import Indicators, Privacy, publish
from tests.publish import made_up


@pytest.mark.parametrize("value", [0, -5, "5", "five", 4.5, True, None, [5]])
@pytest.mark.parametrize("rule", ["threshold", "organisation_threshold", "rounding"])
def test_a_rule_that_cannot_be_is_told_in_words(rule: str, value: object):
    with pytest.raises(ParameterError, match=f"The rules of privacy: '{rule}'") as caught:
        Privacy.model_validate({rule: value})
    assert "params.yaml" in caught.value.hint


def test_an_unknown_rule_is_refused():
    with pytest.raises(ParameterError, match="unknown key 'treshold'"):
        Privacy.model_validate({"treshold": 5})


def decided(**changed: Any) -> Privacy:
    values = load_params().privacy.model_dump(mode="json") | changed
    return Privacy.decided(**{name: one for name, one in values.items() if one != "left out"})


def test_the_rules_of_params_yaml_pass_with_who_decided_them(project: Path):
    rules = decided()
    assert (rules.threshold, rules.rules["threshold"].owner) == (5, "project")


@pytest.mark.parametrize(
    "changed",
    [{"threshold": 3}, {"threshold": 10}, {"rounding": 1}, {"rules": {}}, {"rounding": "left out"}, {"more": 1}],
)
def test_a_run_with_other_rules_than_params_yaml_stops(project: Path, changed: dict[str, Any]):
    """As Papermill sets parameters of a notebook, whatever stands in the file."""
    with pytest.raises(DisclosureError, match=f"another privacy.{next(iter(changed))} than params.yaml"):
        decided(**changed)


@pytest.mark.parametrize("synthetic", [[False, False], [True, False], []])
def test_a_low_threshold_publishes_nothing_of_persons(made: Indicators, example_folder: Path, synthetic: list[bool]):
    sources = made.tables["sources"]
    some = sources.head(len(synthetic)).with_columns(synthetic=pl.Series(synthetic, dtype=pl.Boolean))
    real = Indicators(made.tables | {"sources": some})
    with pytest.raises(DisclosureError, match="The threshold of persons is 2") as caught:
        publish(
            real,
            input_folder=example_folder,
            privacy=Privacy(threshold=2),
            regions=made_up.REGIONS,
            waves=made_up.WAVES,
        )
    assert "3 or more" in caught.value.hint
