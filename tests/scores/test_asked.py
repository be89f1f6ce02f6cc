"""Who was not asked has no score and is not missing one; who answered all the same has none either."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.codebooks import Instrument, load_instruments
from sujuva.errors import ContractError
from sujuva.scores import score_frame, score_sheet, scored, scored_columns

TEXT = {"fi": "Lelu", "sv": "Leksak", "en": "Toy"}
SINGLE = load_instruments()["single"]


def scale(key, items, **more):
    return {"key": key, "title": TEXT, "items": items, "range": (0, 9), "higher_is_better": True} | more


def toy(*scales, **more):
    """Four items 0–3; the second is asked of those with 3 in the first, the fourth of those with 0 in the second."""
    told = {"key": "toy", "title": TEXT, "items": 4, "response": (0, 3), "licence": "-", "citation": "-"}
    told |= {"asked_if": {2: {"item": 1, "answer": 3}, 4: {"item": 2, "answer": 0}}, "scales": scales}
    return Instrument.model_validate(told | more)


def answers(*rows):
    frame = pl.DataFrame(list(rows), schema=[f"toy_{n}" for n in range(1, 5)], orient="row")
    person = {"respondent": [str(n) for n in range(len(rows))], "wave": 2024, "informant": "self"}
    return pl.DataFrame(person).hstack(frame.cast(pl.Int8))


def made(instrument, *rows):
    return scored(answers(*rows).lazy(), instrument).collect()


def test_only_those_who_were_asked_have_a_score():
    found = made(toy(scale("one", [2]), scale("last", [4]), scale("all", [1, 3])), (3, 1, 0, 2), (3, 0, 0, 2),
                 (2, 1, 0, 2), (2, 0, 0, 2), (None, 1, 0, 2), (3, None, 0, 2), (3, 0, 0, None))  # fmt: skip
    assert found["one"].to_list() == [1, 0, None, None, None, None, 0]
    assert found["one|asked"].to_list() == [1, 1, 0, 0, 0, 1, 1]
    # The fourth is asked where the second is 0 and was itself asked.
    assert found["last"].to_list() == [None, 2, None, None, None, None, None]
    assert found["last|asked"].to_list() == [0, 1, 0, 0, 0, 0, 1]
    assert "all|asked" not in found.columns


def test_a_scale_is_for_those_who_were_asked_enough_of_it():
    instrument = toy(
        scale("four", [1, 2, 3, 4]), scale("three", [1, 2, 3, 4], min_answered=3),
        scale("two", [1, 2, 3, 4], min_answered=2), scale("whole", [], parts=["four"]),
    )  # fmt: skip
    found = made(instrument, (3, 0, 1, 1), (3, 1, 1, 1), (0, 1, 1, 1))
    assert found["four|asked"].to_list() == found["whole|asked"].to_list() == [1, 0, 0]
    assert found["three|asked"].to_list() == [1, 1, 0]
    assert "two|asked" not in found.columns  # the first and the third are enough, and asked of all
    # 5 · 4/3, rounded: the answer not asked for is left out.
    assert found["three"].to_list() == [5, 7, None]
    assert found["four"].to_list() == found["whole"].to_list() == [5, None, None]
    assert found["two"].to_list() == [5, 7, 2]


def test_a_score_that_is_zero_without_the_items_is_for_everybody_whom_that_answer_concerns():
    instrument = toy(scale("impact", [2, 3], zero_when={"item": 1, "answer": 0}))
    found = made(instrument, (0, None, None, None), (3, 1, 1, None), (1, None, None, None))
    assert found["impact"].to_list() == [0, 2, None]
    assert found["impact|asked"].to_list() == [1, 1, 0]


def test_columns_of_scores_are_those_of_before():
    frame = made(toy(scale("one", [2])), (3, 1, 0, 2))
    assert list(scored_columns(toy(scale("one", [2])))) == ["one"]
    assert set(frame.columns) == {"respondent", "wave", "informant", "one", "one|asked"}


def test_each_missing_score_has_its_reason():
    frame = pl.DataFrame({
        "single_2": [0, 0, 0, 1, 1, None, None], "single_3": [1, None, 7, None, 0, None, 1],
    }, schema={"single_2": pl.Int64, "single_3": pl.Int64})  # fmt: skip
    made = score_sheet(frame, SINGLE, partial=True).frame
    assert made["single_wants_hobby"].to_list() == [1, None, None, None, None, None, None]
    assert made["single_wants_hobby_reason"].to_list() == [
        None, "no answers", "an answer outside the range; too few answers (0 of 1, needs 1)",
        "not asked", "answered though not asked", "not asked", "answered though not asked",
    ]  # fmt: skip


def test_the_item_that_decides_is_needed():
    frame = pl.DataFrame({f"single_{item}": [1] for item in (1, 3, 4, 5, 6, 7)})
    with pytest.raises(ContractError, match="no column for item 2 of single"):
        score_frame(frame, SINGLE)
    instrument = toy(scale("last", [4]))
    with pytest.raises(ContractError, match="no column for items 1, 2 of toy"):
        score_frame(answers((3, 0, 1, 2)).drop("toy_1", "toy_2"), instrument)
