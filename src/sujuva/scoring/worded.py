"""Answers in words, or codes whose labels in the file are words: read by the codebook's own words for answers."""

from __future__ import annotations

import re
from collections.abc import Iterable

import polars as pl

from sujuva.codebooks import Instrument
from sujuva.codebooks.coding import as_option
from sujuva.codebooks.labels import relabelled
from sujuva.errors import ContractError
from sujuva.intake.words import answer_words, missing_words
from sujuva.normal import normal_texts
from sujuva.sources import RawTable

_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
_MOST = 60  # more different answers are not chosen from a list


def read_words(frame: pl.DataFrame, instrument: Instrument, columns: Iterable[str]) -> tuple[dict[str, str], str]:
    """Return the code of each answer in words, and a sentence that tells them; nothing where the answers are no words.

    Raises:
        ContractError: The words are known, but not beyond doubt; it offers them as a map.
    """
    said: set[str] = set()
    for name in columns:
        if not frame.schema[name].is_numeric() and not frame.schema[name].is_nested():
            said |= {*normal_texts(frame[name].cast(pl.String, strict=False).unique()).drop_nulls()} - {""}
    words = sorted(word for word in said if word.lower() not in missing_words() and not _NUMBER.fullmatch(word))
    labels = answer_words(instrument)
    read = labels.read(words) if len(words) <= _MOST and not instrument.responses else None
    if not read:
        return {}, ""
    pairs = {word: str(code) for word, code in sorted(read.items(), key=lambda pair: (pair[1], pair[0]))}
    if not labels.sure(read):
        msg = f"The answers to {instrument.key} are words that are known, but were not held against this questionnaire."
        raise ContractError(msg, f"If these are their codes, add {as_option(pairs)}.")
    told = ", ".join(f"{word} = {code}" for word, code in pairs.items())
    return pairs, f"Answers in words were read as in the codebook: {told}."


def see_labels(raw: RawTable, instrument: Instrument, columns: Iterable[str]) -> None:
    """See that the codes of a file mean what those of the codebook mean, where the file says what they mean.

    Raises:
        ContractError: They have the labels of other codes; it offers a map.
    """
    moved = relabelled(raw.labels, columns, answer_words(instrument), missing_words())
    if moved:
        msg = f"By the file's own labels its codes are not those of {instrument.key}."
        hint = f"If the labels are right, add {as_option(moved)}. If the codes are right as they are, --as-given."
        raise ContractError(msg, hint)
