"""Contracts of the published tables: columns and types, what tells rows apart, and what is empty where a row is hidden.

Nothing is read that does not keep its contract, and no figure or report is made of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from sujuva.errors import DisclosureError
from sujuva.tidy import COMPARISONS, COMPARISONS_KEY, HEADS, KEY, RELIABILITY, RELIABILITY_KEY, TIDY

SHOWN, PRIMARY, SECONDARY = "", "primary", "secondary"
"""The values of the column `suppressed`: shown, hidden for itself, hidden for the sake of others."""
_AGAIN = "Publish the table again; do not edit data/published by hand."
_PLACE: dict[str, Any] = {"region": pl.String, "wave": pl.Int32}


@dataclass(frozen=True)
class Contract:
    """What a published table is.

    Attributes:
        schema: Columns and their types, `suppressed` the last of them.
        key: Columns that tell rows apart.
        numbers: Columns that are null where the row is hidden; texts about them are empty there.
    """

    schema: pl.Schema
    key: tuple[str, ...]
    numbers: tuple[str, ...]

    def check(self, frame: pl.DataFrame, what: str) -> pl.DataFrame:
        """Return `frame` where it keeps the contract.

        Raises:
            DisclosureError: Other columns or types, an unknown mark, a hidden row with a number, or a key twice.
        """
        if frame.schema != self.schema:
            odd = [f"{name} {kind}" for name, kind in frame.schema.items() if self.schema.get(name) != kind]
            odd += [f"no {name}" for name in self.schema if name not in frame.columns]
            msg = f"{what}: the table has other columns than its contract: {', '.join(odd[:5]) or 'another order'}."
            raise DisclosureError(msg, "It was published by another version: publish it again.")
        _check_hidden(frame, self.numbers, what)
        if frame.select(self.key).is_duplicated().any():
            msg = f"{what}: rows with the same {', '.join(self.key)} stand there twice."
            raise DisclosureError(msg, _AGAIN)
        return frame


def _contract(key: tuple[str, ...], numbers: str, /, **columns: Any) -> Contract:
    return Contract(pl.Schema({**columns, "suppressed": pl.String}), key, tuple(numbers.split()))


_ESTIMATES = "estimate se df ci_low ci_high n"
_TEXT, _NUMBER, _COUNT = pl.String, pl.Float64, pl.Int64
_TIDY = _contract(KEY, _ESTIMATES, **{name: kind for name, kind in TIDY.items() if name not in HEADS})
FLAG_COLUMNS = ["flag", "about", "part", "informant", "wave", "region", "group"]
"""Columns that tell flags apart."""
CONTRACTS = {
    "parjaavyys": _TIDY,
    "integration": _TIDY,
    "situation": _TIDY,
    "comparisons": _contract(
        COMPARISONS_KEY,
        "estimate se df ci_low ci_high relative relative_low relative_high effect effect_low effect_high p q clusters "
        "n other_n",
        **COMPARISONS,
    ),
    "reliability": _contract(RELIABILITY_KEY, "estimate ci_low ci_high n", **RELIABILITY, bound=_TEXT),
    "distributions": _contract(
        ("scale", "informant", "region", "wave", "group", "bin_low"), "n",
        scale=_TEXT, informant=_TEXT, **_PLACE, group=_TEXT, bin_low=_NUMBER, bin_high=_NUMBER, n=_COUNT,
    ),
    "delays": _contract(("region", "wave", "days"), "n", **_PLACE, days=pl.Int32, days_to=pl.Int32, n=_COUNT),
    "nodes": _contract(
        ("region", "organisation"), "x y",
        region=_TEXT, organisation=_TEXT, name=_TEXT, sector=_TEXT, x=_NUMBER, y=_NUMBER,
    ),
    "edges": _contract(
        ("region", "wave", "relation", "source", "target"), "observed",
        **_PLACE, relation=_TEXT, source=_TEXT, target=_TEXT, observed=pl.Int16, directed=pl.Boolean,
    ),
    "survival": _contract(
        ("region", "group", "day"), "survival ci_low ci_high n",
        region=_TEXT, group=_TEXT, day=pl.Int32, survival=_NUMBER, ci_low=_NUMBER, ci_high=_NUMBER, n=_COUNT,
    ),
    "actors": _contract(
        ("region", "wave", "relation", "organisation", "measure"), "value",
        **_PLACE, relation=_TEXT, organisation=_TEXT, measure=_TEXT, value=_NUMBER, note=_TEXT,
    ),
    "presence": _contract(
        ("region", "wave", "phenomenon", "organisation"), "attended events",
        **_PLACE, phenomenon=_TEXT, organisation=_TEXT, attended=_COUNT, events=_COUNT,
    ),
    "beside": _contract(
        ("region", "municipality"),
        "coping coping_low coping_high persons integration integration_low integration_high families",
        region=_TEXT, municipality=_TEXT,
        **dict.fromkeys(("coping", "coping_low", "coping_high"), _NUMBER), persons=_COUNT,
        **dict.fromkeys(("integration", "integration_low", "integration_high"), _NUMBER), families=_COUNT,
    ),
    "quality_ledger": _contract(
        ("source",), "rows_clean rows_quarantined",
        source=_TEXT, file=_TEXT, tables=_TEXT, rows_in=_COUNT, rows_clean=_COUNT, rows_quarantined=_COUNT,
    ),
    "quality_rules": _contract(
        ("source", "kind", "rule"), "rows", source=_TEXT, rule=_TEXT, kind=_TEXT, reason=_TEXT, rows=_COUNT
    ),
    "quality_rows": _contract(("table", "reason"), "rows", table=_TEXT, reason=_TEXT, rows=_COUNT),
    "quality_items": _contract(
        ("instrument", "wave", "region", "item"), "estimate",
        instrument=_TEXT, wave=pl.Int32, region=_TEXT, item=pl.Int32, estimate=_NUMBER, bound=_TEXT,
    ),
    "quality_response": _contract(
        ("measure", "instrument", "informant", "wave", "region"), "estimate",
        measure=_TEXT, instrument=_TEXT, informant=_TEXT, wave=pl.Int32, region=_TEXT, estimate=_NUMBER, bound=_TEXT,
    ),
    "quality_flags": _contract(
        tuple(FLAG_COLUMNS), "estimate",
        **{name: pl.Int32 if name == "wave" else _TEXT for name in FLAG_COLUMNS},
        kind=_TEXT, estimate=_NUMBER, bound=_TEXT, reason=_TEXT,
    ),
    "decisions": Contract(
        pl.Schema({"table": _TEXT, "rule": _TEXT, "suppressed": _TEXT, "rows": _COUNT}),
        ("table", "rule", "suppressed"),
        (),  # it counts what is hidden
    ),
}  # fmt: skip
"""Published tables by name."""
KEYS = {name: list(one.key) for name, one in CONTRACTS.items()}
"""Columns that tell the rows of each published table apart."""
_NUMBERS = sorted({name for one in CONTRACTS.values() for name in one.numbers})


def _check_hidden(frame: pl.DataFrame, numbers: tuple[str, ...] | list[str], what: str) -> None:
    """Look through marks and hidden rows, column by column: queries would take thrice as long, hundreds of times."""
    marks = frame["suppressed"]
    protected = (marks == PRIMARY) | (marks == SECONDARY)
    if int((marks == SHOWN).sum()) + int(protected.sum()) < frame.height:
        msg = f"{what}: the column 'suppressed' has marks that publish does not make."
        raise DisclosureError(msg, _AGAIN)
    hidden = int(protected.sum())
    told = [frame[name].filter(protected) for name in numbers] if hidden else []
    if any(one.null_count() < hidden for one in told):
        leaking = pl.DataFrame([one.is_not_null().alias(str(number)) for number, one in enumerate(told)])
        msg = f"{what}: {int(leaking.max_horizontal().sum())} hidden rows still carry numbers."
        raise DisclosureError(msg, _AGAIN)


def without_empty(frame: pl.DataFrame) -> pl.DataFrame:
    """Return published rows without the columns in which none of them has a number: of persons some never leave.

    The estimate and n stay, and so does whatever is no number.
    """
    empty = [name for name in _NUMBERS if name in frame.columns and frame[name].null_count() == frame.height]
    return frame.drop(name for name in empty if name not in ("estimate", "n") and frame.height)


def require_published(frame: pl.DataFrame, what: str) -> pl.DataFrame:
    """Return `frame`, a published table or a part of one, when it has passed `publish`: the guard before every figure.

    Args:
        frame: What a reader is about to see.
        what: What is being made from it, for the message.

    Raises:
        DisclosureError: The column `suppressed` is missing, or a hidden row still carries a number.
    """
    if "suppressed" not in frame.columns:
        msg = f"{what}: the table has no column 'suppressed', so it has not passed publish."
        raise DisclosureError(msg, "Read it from data/published instead.")
    _check_hidden(frame, [name for name in _NUMBERS if name in frame.columns], what)
    return frame
