"""What a flag is: its names, its limits, and the two tables that flags are told in."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sujuva.codebooks import load_terms
from sujuva.errors import ParameterError
from sujuva.tables import FlagCounts, RowFlags, types_of

FLAGS = (
    *("straight_lining", "all_missing", "too_fast", "negative_item", "mean_jump", "not_asked", "title_changed"),
    "unknown_area",
)
"""What is flagged; what each says and may mean stands in the codebook of terms, under flag."""
_ROW_FLAGS = types_of(RowFlags)
_FLAG_COUNTS = types_of(FlagCounts)
_FEWEST = 4  # Fisher's z has the variance 1 / (n − 3)


@dataclass(frozen=True)
class Flagging:
    """The limits of flags.

    Only `alpha` has a theory behind it: it bounds the chance of any false alarm of a flag in a whole delivery (Holm
    1979). All other defaults are rules of thumb of this project; no published limit stands behind them.

    Attributes:
        straight_line_items: Fewest answered items for which the same code everywhere is a sign; forms with fewer
            answers are not judged.
        seconds_per_item: A form that took less than this for each answered item was filled in too fast, seconds.
        min_group: Fewest persons in a group whose correlations and means are judged; at least 4.
        alpha: Chance that a flag that compares groups is raised at all where nothing is wrong, 0–1.
        jump_sd: A jump of a mean smaller than this is not told, pooled standard deviations.
        groups: Columns of respondents, or of the answers themselves, whose values make the groups in which items are
            judged besides wave × region and informant: forms differ by language and age, and often by source. Those
            that are not there are left out.
    """

    straight_line_items: int = 10
    seconds_per_item: float = 2.0
    min_group: int = 30
    alpha: float = 0.01
    jump_sd: float = 0.3
    groups: tuple[str, ...] = ("language", "age_group", "source")

    def __post_init__(self) -> None:
        limits = {
            "straight_line_items": (self.straight_line_items >= 2, "at least 2"),  # noqa: PLR2004  one answer is no line
            "seconds_per_item": (0 <= self.seconds_per_item < float("inf"), "0 or more"),
            "min_group": (self.min_group >= _FEWEST, f"at least {_FEWEST}"),
            "alpha": (0 < self.alpha < 1, "between 0 and 1"),
            "jump_sd": (0 <= self.jump_sd < float("inf"), "0 or more"),
        }
        for name, (fits, allowed) in limits.items():
            if not fits:
                msg = f"{name} is {getattr(self, name)}; it must be {allowed}."
                raise ParameterError(msg)


@dataclass(frozen=True)
class Flags:
    """What was found.

    Attributes:
        rows: Flags on single rows of answers (contract `RowFlags`). Private.
        counts: Every flag as counts (contract `FlagCounts`). Not published as such: counts may be small.
    """

    rows: pl.DataFrame
    counts: pl.DataFrame


def row_flags(*frames: pl.DataFrame) -> pl.DataFrame:
    """Put frames with the columns of `RowFlags` together, sorted by its key."""
    return pl.concat([pl.DataFrame(schema=_ROW_FLAGS), *(_typed(one, _ROW_FLAGS) for one in frames)]).sort(
        RowFlags.primary_key()
    )


def flag_counts(*frames: pl.DataFrame) -> pl.DataFrame:
    """Put frames with the columns of `FlagCounts`, but for `reason`, together, sorted by its key."""
    terms = load_terms()
    reasons = pl.col("flag").replace_strict(
        {flag: terms.sentence("flag", flag, "en") for flag in FLAGS}, return_dtype=pl.String
    )
    told = [_typed(one.with_columns(reason=reasons), _FLAG_COUNTS) for one in frames]
    return pl.concat([pl.DataFrame(schema=_FLAG_COUNTS), *told]).sort(FlagCounts.primary_key())


def _typed(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    return frame.select(pl.col(name).cast(kind) for name, kind in schema.items())
