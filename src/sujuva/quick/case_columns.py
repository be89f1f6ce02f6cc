"""Which column of an event log tells what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from sujuva.errors import ContractError, ParameterError, nearest
from sujuva.intake.words import folded, names_of
from sujuva.quick.case_words import CLOSED, known_share

REQUIRED = ("case", "activity", "time")
OPTIONAL = (
    *("sector", "region", "municipality", "item", "trigger", "service"),
    *("need", "target", "role", "outcome", "support"),
)
COLUMNS = (*REQUIRED, *OPTIONAL)
"""Columns of an event log, by the names that the contract gives them."""
_MORE: Mapping[str, Sequence[str]] = {
    "activity": ("vaihe", "toimenpide", "åtgärd"),
    "time": ("pvm", "päivämäärä", "päivä", "date", "datum"),
}
"""What columns are called where the file can be nothing but an event log."""
_KEYS = ("case", "item")  # never printed: they may tell who somebody is
_HALF = 0.5


@dataclass(frozen=True)
class LogColumns:
    """What the columns of a log tell.

    Attributes:
        found: Column of the file by column of the contract.
        hidden: Likewise of those that are not taken, as they seem to tell who people are.
        unused: Columns of the file that tell nothing known.
    """

    found: Mapping[str, str]
    hidden: Mapping[str, str]
    unused: tuple[str, ...]


def log_columns(
    text: pl.DataFrame,
    named: Mapping[str, str],
    people: Collection[str],
    words: Mapping[str, Mapping[str, Sequence[str]]],
) -> LogColumns:
    """Find the columns of a log by what people call them, and by their words where a name is not enough.

    Under a name that is not the contract's own, a role, an outcome or a kind of support counts where at least half of
    its words are known, a target where they are sectors; a column of services is one of sectors where they are.

    Args:
        text: The file.
        named: Columns that the caller names, by column of the contract.
        people: Columns that seem to tell who somebody is: taken only where they are named, or a key.
        words: Words that the caller explains, by column and code.

    Raises:
        ParameterError: A column that is named is not there.
        ContractError: No column tells case, activity or time.
    """
    there = text.columns
    for name, raw_name in named.items():
        if name not in COLUMNS:
            msg = f"An event log has no column '{name}'."
            raise ParameterError(msg, nearest(name, COLUMNS))
        if raw_name not in there:
            msg = f"The file has no column '{raw_name}' for the {name}."
            raise ParameterError(msg, nearest(raw_name, there, listed=False))
    found, hidden = dict(named), {}
    for name in COLUMNS:
        if name in found:
            continue
        free = [one for one in there if one not in found.values()]
        called = (*names_of("case_events", name), *_MORE.get(name, ()))
        fitting = [one for word in called for one in free if folded(one) == folded(word)]
        told = [one for one in fitting if folded(one) == name or _fits(name, text[one], one, words.get(name, {}))]
        if not told:
            continue
        if name not in _KEYS and told[0] in people:
            hidden[name] = told[0]
        else:
            found[name] = told[0]
    for name in REQUIRED:
        if name not in found:
            msg = f"No column tells the {name} of an event."
            known = nearest(name, there, listed=False)
            raise ContractError(msg, f"{known} Name it with --{name}.".strip())
    used = {*found.values(), *hidden.values()}
    return LogColumns(
        {name: found[name] for name in COLUMNS if name in found},
        hidden,
        tuple(one for one in there if one not in used),
    )


def _fits(name: str, column: pl.Series, raw_name: str, words: Mapping[str, Sequence[str]]) -> bool:
    if (
        name in CLOSED
        or name == "target"
        or (name == "sector" and folded(raw_name) in names_of("case_events", "service"))
    ):
        return known_share(name, column, words) >= _HALF
    return True
