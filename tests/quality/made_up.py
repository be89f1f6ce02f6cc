"""Small made-up questionnaires and answers for the tests of flags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from sujuva.codebooks import Instrument
from sujuva.tables import ItemTitles

TITLE = {"fi": "x", "sv": "x", "en": "x"}
NO_TITLES = pl.DataFrame(schema=dict(ItemTitles.create_empty().schema))


def instrument(
    items: int = 5,
    *,
    key: str = "q",
    scales: dict[str, Sequence[int]] | None = None,
    reverse: Sequence[int] = (),
    response: tuple[int, int] = (1, 5),
) -> Instrument:
    """A questionnaire whose scales are sums of items."""
    named = {"whole": range(1, items + 1)} if scales is None else scales
    made = [
        {"key": name, "title": TITLE, "items": tuple(numbers), "range": (0, 1000), "higher_is_better": True}
        for name, numbers in named.items()
    ]
    return Instrument.model_validate(
        {
            "key": key, "title": TITLE, "items": items, "response": response, "reverse": tuple(reverse),
            "scales": made, "licence": "made up", "citation": "made up",
        }
    )  # fmt: skip


def study(
    codes: Any, *, key: str = "q", wave: Any = 2022, region: Any = "oulu", informant: Any = "self", seconds: Any = None,
    respondent: Sequence[str] | None = None, **groups: Any,
) -> dict[str, pl.DataFrame]:  # fmt: skip
    """Clean tables with one row of answers a person: `codes` (persons × items, None where missing)."""
    rows = [[None if one is None else int(one) for one in row] for row in np.asarray(codes, object)]
    width = np.asarray(codes, object).shape[1]
    frame = pl.DataFrame(
        {f"{key}_{place + 1}": [row[place] for row in rows] for place in range(width)},
        schema={f"{key}_{place + 1}": pl.Int16 for place in range(width)},
    )

    def column(values: Any, kind: Any) -> pl.Series:
        single = values is None or isinstance(values, str | int | float)
        return pl.Series([values] * len(rows) if single else list(values), dtype=kind, strict=False)

    names = column(respondent if respondent is not None else [f"p{row}" for row in range(len(rows))], pl.String)
    keys = pl.DataFrame({"respondent": names, "wave": column(wave, pl.Int32)})
    respondents = keys.with_columns(
        region=column(region, pl.String), **{name: column(values, pl.String) for name, values in groups.items()}
    )
    answers = keys.with_columns(informant=column(informant, pl.String)).hstack(frame)
    return {
        "respondents": respondents.unique(["respondent", "wave"], maintain_order=True),
        f"answers_{key}": answers.with_columns(seconds=column(seconds, pl.Float64)),
    }


def one_trait(rng: np.random.Generator, rows: int, items: int, *, loading: float = 0.7, top: int = 5) -> np.ndarray:
    """Answers 1 … top that follow one trait: shape rows × items, correlations about loading²."""
    noise = rng.standard_normal((rows, items)) * np.sqrt(1 - loading**2)
    latent = loading * rng.standard_normal((rows, 1)) + noise
    return np.clip(np.round(latent * top / 5 + (1 + top) / 2), 1, top).astype(int)
