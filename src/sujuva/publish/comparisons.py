"""Gaps and changes as readers may see them: shown only where both sides are, rounded as the means are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from sujuva.codebooks import Indicators
from sujuva.codebooks.regions import NETWORK
from sujuva.publish.heads import partner_rules
from sujuva.publish.privacy import Privacy
from sujuva.publish.rules import in_steps, is_one, is_shown, rounded_count, ruled, steps, warned_by_n
from sujuva.published import ADDITIVE, COARSE_MEAN, HIDDEN_SIDE, PRIMARY, SECONDARY, SHOWN

_SIDE = ["indicator", "scale", "category", "informant", "region", "wave", "group"]
_SHARE_DECIMALS, _EFFECT_DECIMALS = 3, 2


def suppress_comparisons(
    comparisons: pl.DataFrame,
    marked: pl.DataFrame,
    paired: pl.DataFrame,
    *,
    indicators: Indicators,
    privacy: Privacy,
    binary: Sequence[str] = (),
) -> pl.DataFrame:
    """Decide for every comparison whether it may be shown.

    A difference and one of its sides give the other side. So

    - a gap or a change is shown only where the means (or, of a band, the shares) of both sides are;
    - the change of the same persons goes with its own n, which stands among the counts of persons; of a scale of 0
      and 1 it is never shown, since it would tell how few changed;
    - the change of topics of LP discussions goes with the shares of topics that changed either way;
    - what pools regions (difference in differences) is shown only where the mean of every region is.

    `paired`: rows of `sujuva.publish.coping.paired_rows` with `rule` and `suppressed`.

    Returns:
        The rows in their order with `rule` and `suppressed`.
    """
    rows = comparisons.with_row_index("_row").with_columns(
        indicator=pl.when(pl.col("category") == "").then(pl.lit("score_mean")).otherwise(pl.lit("band_share"))
    )
    # A mean told coarsely would be told finely by a difference and the other side.
    coarse = pl.when(is_shown() & (pl.col("note") == COARSE_MEAN)).then(pl.lit(SECONDARY)).otherwise("suppressed")
    state = marked.select(*_SIDE, state=coarse)
    other = {"wave": "other_wave", "group": "other_group"}
    one = state.rename({"state": "one"})
    two = state.rename({"state": "two", **other})
    hidden = _regions_with_hidden(marked)
    rows = (
        rows.join(one, on=_SIDE, how="left", maintain_order="left")
        .join(two, on=[other.get(name, name) for name in _SIDE], how="left", maintain_order="left")
        .join(
            paired.select(
                "scale", "informant", "region", "wave", "group",
                other_wave=pl.col("category").cast(pl.Int32), paired_rule="rule",
            ),
            on=["scale", "informant", "region", "wave", "group", "other_wave"], how="left", maintain_order="left",
        )
        .join(hidden, on=["scale", "informant", "wave"], how="left", maintain_order="left")
        .join(
            hidden.rename({"wave": "other_wave", "some": "some_before"}),
            on=["scale", "informant", "other_wave"], how="left", maintain_order="left",
        )
    )  # fmt: skip
    partners = {key: one.behind.goes_with for key, one in indicators.where(compares="goes_with").items()}
    partner = pl.col("comparison").replace_strict(partners, default=None, return_dtype=pl.String)
    shares = partner_rules(marked, [str(one) for one in partners.values()])
    at = ["partner", "category", "region", "wave"]
    rows = rows.with_columns(partner=partner).join(shares, on=at, how="left", maintain_order="left")
    compares = {
        name: is_one(indicators.where(compares=name), "comparison")
        for name in ("sides", "same_persons", "regions", "goes_with")
    }
    small = pl.min_horizontal("n", "other_n").is_between(1, privacy.threshold - 1)
    some = pl.col("some").fill_null(value=False) | pl.col("some_before").fill_null(value=False)
    # A side without a row of its own has passed no control: it counts as hidden.
    worst = pl.concat_list(pl.col("one").fill_null("none"), pl.col("two").fill_null("none"))
    secondary = worst.list.contains(pl.lit(SECONDARY)) & ~worst.list.contains(pl.lit(PRIMARY))
    told = pl.col("scale").is_in(list(binary)) | (pl.col("category") != "")
    return (
        ruled(
            rows,
            (small, "small_count"),
            (compares["same_persons"] & told, "small_share"),
            (compares["same_persons"], pl.col("paired_rule").fill_null(HIDDEN_SIDE)),
            (compares["goes_with"], pl.col("partner_rule").fill_null(HIDDEN_SIDE)),
            (compares["regions"] & some, ADDITIVE),
            (compares["sides"] & worst.list.eval(pl.element() == SHOWN).list.all(), ""),
            (compares["sides"] & secondary, ADDITIVE),
            (compares["sides"], HIDDEN_SIDE),
        )
        .sort("_row")
        .select(*comparisons.columns, "rule", "suppressed")
    )


def _regions_with_hidden(marked: pl.DataFrame) -> pl.DataFrame:
    means = marked.filter(
        pl.col("indicator") == "score_mean", pl.col("group") == "all", pl.col("region") != NETWORK, pl.col("n") > 0
    )
    return means.group_by("scale", "informant", "wave").agg(some=(~is_shown() | (pl.col("note") == COARSE_MEAN)).any())


def round_comparisons(
    frame: pl.DataFrame, scales: Mapping[str, Any], privacy: Privacy, *, topics: int = 3
) -> pl.DataFrame:
    """Round differences to the decimals of their scale, shares to three, counts to the base.

    All are told in steps that fit the smaller of the two rounded n, ends of intervals outwards.

    `scales`: scales of the metadata; `privacy`: the base of the rounding; `topics`: decimals of what has no scale.
    """
    share = (pl.col("category") != "") | ~pl.col("scale").is_in(list(scales))
    places = {key: one["shown"]["decimals"] + 2 * one["shown"]["percent"] for key, one in scales.items()}
    grids = {key: one["grid"] for key, one in scales.items()}
    of_scale = pl.col("scale").replace_strict(places, default=topics, return_dtype=pl.Int64)
    grid = pl.col("scale").replace_strict(grids, default=1.0, return_dtype=pl.Float64)
    counts = [rounded_count(pl.col(name), privacy.rounding).alias(name) for name in ("n", "other_n")]
    fewest = pl.min_horizontal("n", "other_n")
    rows = frame.with_columns(
        *counts,
        warned_by_n(pl.col("clusters"), fewest, rounded_count(fewest, privacy.rounding)),
        _d=pl.when(pl.col("category") == "").then(of_scale).otherwise(_SHARE_DECIMALS),
    )
    least, one = pl.min_horizontal("n", "other_n"), pl.lit(1.0)
    rows = rows.with_columns(
        _step=steps(rows, least, pl.when(share).then(one).otherwise(grid), share, privacy),
        _times=steps(rows, least, one, share, privacy),
    )
    two = pl.lit(_EFFECT_DECIMALS)
    return rows.with_columns(
        *in_steps(rows, pl.col("_d"), pl.col("_step")),
        *in_steps(rows, two, pl.col("_times"), "relative"),
        *in_steps(rows, two, pl.col("_times"), "effect"),
    ).select(frame.columns)
