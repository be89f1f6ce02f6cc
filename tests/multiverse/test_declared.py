"""What `multiverse.yaml` may say: the project's own file holds, and whatever is unknown is an error with its place."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import yaml

from sujuva.errors import SujuvaError
from sujuva.multiverse import load_multiverse, specifications
from tests.multiverse.made_up import DECLARED, MEAN, WHY


def test_the_file_of_the_project_is_allowed_and_reasons_are_given(root):
    found = load_multiverse(root / "multiverse.yaml")
    assert len(found.findings) >= 4
    assert all(one.why.fi and one.why.sv and one.why.en for some in found.choices.values() for one in some)


def write(folder: Path, content: object) -> Path:
    path = folder / "multiverse.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"choices": {"wieghts": []}}, "no choice 'wieghts'. Did you mean 'weights'"),
        ({"choices": {"weights": [{"value": "equla", "why": WHY}]}}, "no value 'equla'. Did you mean 'equal'"),
        ({"choices": {"weights": [{"value": "equal"}]}}, "why.*missing"),
        ({"choices": {"weights": [{"value": "equal", "why": {"fi": "a", "en": "c"}}]}}, "why.sv.*missing"),
        ({"choices": {"tie_from": [{"value": "two", "why": WHY}]}}, "'two' is no whole number"),
        ({"choices": {"norms": [{"value": "uk3", "why": WHY}]}}, "scale and band"),
        ({"choices": {"weights": [{"value": "equal", "why": WHY}] * 2}}, "twice"),
        ({"findings": []}, "findings"),
        ({"findings": [MEAN, MEAN]}, "twice"),
        ({"findings": [MEAN | {"other_wave": 2024}]}, "comes before"),
        ({"findings": [MEAN | {"informant": ""}]}, "needs its informant"),
        ({"findings": [MEAN | {"comparison": "gap"}]}, "comparison"),
        ({"seeds": 1}, "seeds"),
    ],
)
def test_what_is_unknown_is_refused_with_what_is_allowed(tmp_path, change, said):
    with pytest.raises(SujuvaError, match=said) as raised:
        load_multiverse(write(tmp_path, copy.deepcopy(DECLARED) | change))
    assert "multiverse.yaml" in str(raised.value)


def test_a_file_that_is_not_there_is_asked_for(tmp_path):
    with pytest.raises(SujuvaError, match=r"There is no multiverse.yaml"):
        load_multiverse(tmp_path / "multiverse.yaml")


VALUES = {"a": ["1", "2", "3"], "b": ["x", "y"], "c": ["u"]}


def test_few_specifications_are_all_there_once_with_the_default_first_and_single_changes_next():
    found = specifications(VALUES, most=6, sample=0, seed="s")
    chosen = [tuple(one.values()) for one in found.specifications]
    assert found.whole
    assert sorted(chosen) == sorted({(a, b, "u") for a in "123" for b in "xy"})
    assert chosen[:4] == [("1", "x", "u"), ("2", "x", "u"), ("3", "x", "u"), ("1", "y", "u")]


def test_many_specifications_are_a_sample_that_the_seed_decides():
    values = {name: ["0", "1", "2"] for name in "abcd"}
    one, same, other = (specifications(values, most=10, sample=12, seed=seed) for seed in ("s", "s", "t"))
    assert one == same
    assert one.specifications != other.specifications
    assert (len(one.specifications), one.possible, one.whole) == (1 + 8 + 12, 81, False)
    assert len({tuple(some.values()) for some in one.specifications}) == 21
