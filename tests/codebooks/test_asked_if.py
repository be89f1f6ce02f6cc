"""Items that are asked of some only: which answers decide, and what a codebook can get wrong about it."""

from __future__ import annotations

import pytest

from sujuva.codebooks import Instrument, find_problems, load_instruments
from sujuva.errors import CodebookError

TEXT = "{fi: Lelu, sv: Leksak, en: Toy}"
RIGHT = f"""key: toy
title: {TEXT}
items: 4
response: [0, 3]
asked_if:
  2: {{item: 1, answer: 3}}
  4: {{item: 2, answer: 0}}
licence: "-"
citation: "-"
scales:
  - key: toy_all
    title: {TEXT}
    items: [1, 2, 3, 4]
    range: [0, 12]
    higher_is_better: false
"""


def written(tmp_path, text):
    folder = tmp_path / "codebooks" / "instruments"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "toy.yaml").write_text(text, encoding="utf-8")
    return folder / "toy.yaml"


def test_conditions_lead_on_to_conditions(tmp_path):
    path = written(tmp_path, RIGHT)
    toy: Instrument = load_instruments(tmp_path)["toy"]
    assert [toy.conditions_of(item) for item in range(1, 5)] == [{}, {1: 3}, {}, {2: 0, 1: 3}]
    assert find_problems([path]) == []


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("  2: {item", "  5: {item", "an item of asked_if is outside 1–4"),
        ("item: 1, answer: 3", "item: 9, answer: 3", "asked_if: item 2 is asked by an item outside 1–4"),
        ("item: 1, answer: 3", "item: 2, answer: 3", "asked_if: item 2 is asked by the answer to itself"),
        ("item: 1, answer: 3", "item: 1, answer: 4", "asked_if: item 2 is asked by an answer to item 1 outside 0–3"),
        ("item: 1, answer: 3", "item: 4, answer: 3", "asked_if: item 2 is asked by items that lead back to it"),
        ("asked_if:\n", "responses: {1: [0, 1]}\nasked_if:\n", "by an answer to item 1 outside 0–1"),
    ],
)
def test_what_is_wrong_with_a_condition_is_told(tmp_path, before, after, words):
    path = written(tmp_path, RIGHT.replace(before, after))
    told = [str(problem) for problem in find_problems([path])]
    assert [one for one in told if words in one]
    assert all(one.startswith("toy.yaml, line ") and "line 1:" not in one for one in told)
    with pytest.raises(CodebookError, match=words):
        load_instruments(tmp_path)


def test_who_has_a_hobby_is_not_asked_for_one():
    single = load_instruments()["single"]
    assert {item: single.conditions_of(item) for item in range(1, 8) if single.conditions_of(item)} == {3: {2: 0}}
