"""Names that look the same are the same: in Python, in Polars, in ties, keys, codes, maps and names of columns."""

from __future__ import annotations

import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sujuva.normal import differing_in_case, normal, normal_keys, normal_texts, seen_only

LOOK_ALIKE = (
    "Nuorisotyö Pohjoinen",
    unicodedata.normalize("NFD", "Nuorisotyö Pohjoinen"),
    "Nuoriso\u00adtyö Pohjoinen",
    "Nuorisotyö\u00a0Pohjoinen",
    "Nuorisotyö\u2009 Pohjoinen\u202f",
    "\ufeffNuorisotyö\tPohjoinen ",
    "Nuoriso\u200btyö\nPohjoinen\u200e",
    "\x1bNuorisotyö Poh\x00joinen\x7f\x9b",
)
ODD = st.text(
    st.sampled_from(
        "aöO\u0308\u00ad \u00a0\t\n\x00\x1b\x7f\x85\x9b\x0b\x1c\u2009\u200d\u2010\u2011\ufeff\u212a\u0301Ä-"
    ),
    max_size=8,
)


@pytest.mark.parametrize("text", LOOK_ALIKE)
def test_what_looks_the_same_is_the_same(text: str) -> None:
    assert normal(text) == "Nuorisotyö Pohjoinen"


@given(st.lists(ODD, max_size=4))
def test_texts_keep_only_what_is_seen(texts: list[str]) -> None:
    shown = seen_only(pl.Series(texts, dtype=pl.String))
    assert normal_texts(shown).to_list() == [normal(text) for text in texts]
    unseen = {"Cc", "Cf"}
    assert not [letter for letter in "".join(shown) if unicodedata.category(letter) in unseen and not letter.isspace()]


@given(st.lists(st.none() | ODD | st.text(max_size=5), max_size=6))
def test_a_column_is_brought_into_the_same_form_as_a_word(texts: list[str | None]) -> None:
    found = normal_texts(pl.Series(texts, dtype=pl.String)).to_list()
    assert found == [None if text is None else normal(text) for text in texts]
    assert [None if text is None else normal(text) for text in found] == found


def test_signs_that_say_something_stay() -> None:
    assert [normal(text) for text in ("Koulu", "koulu", "A–B", "1,5", "H₂O", "Åbo", "x\u2011y")] == [
        "Koulu", "koulu", "A–B", "1,5", "H₂O", "Åbo", "x-y",
    ]  # fmt: skip


def test_two_keys_that_look_the_same_must_mean_the_same() -> None:
    assert normal_keys({"a\u00a0b": "1", "a b": "1"}) == {"a b": "1"}
    with pytest.raises(ValueError, match="stands there twice"):
        normal_keys({"a\u00a0b": "1", "a b": "2"})


def test_names_that_differ_in_capitals_are_found_and_not_merged() -> None:
    assert differing_in_case(["Koulu", "koulu", "KOULU\u00a0", None, "Äiti", "äiti", "muu"]) == [
        ("KOULU", "Koulu", "koulu"),
        ("Äiti", "äiti"),
    ]
    assert differing_in_case(["Koulu", "Koulu ", unicodedata.normalize("NFD", "Koulu")]) == []
