"""What beside the counts decides whether a row of the indicators of integration is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from sujuva.codebooks import Indicators
from sujuva.codebooks.regions import NETWORK
from sujuva.publish.people import with_companions
from sujuva.publish.privacy import Privacy
from sujuva.publish.rules import further_ruled, is_one, is_shown
from sujuva.published import ADDITIVE, HIDDEN_SIDE, N_ONLY
from sujuva.tidy import ALL

_SERIES = ["indicator", "scale", "category", "informant", "region", "wave"]
_WHOLE = [*(name for name in _SERIES if name != "region"), "group"]


def suppress_partners(marked: pl.DataFrame, indicators: Indicators, privacy: Privacy) -> pl.DataFrame:
    """Hide what people from fewer than `organisation_threshold` organisations say: it tells what one of them thinks.

    All sectors make up everyone, so one sector hidden alone would follow from the others by subtraction; then the one
    with the fewest people is hidden with it.

    `marked`: tidy rows of integration with `rule` and `suppressed`; df of a region is the number of its organisations
    less 1, and null where there is one. The network's are those of its regions, each a stratum.
    """
    mine = is_one(indicators.where(clusters="organisation"))
    own = pl.col("df").fill_null(0.0) + 1
    somebody = marked.filter(mine, pl.col("n") > 0)
    regional = somebody.filter(pl.col("region") != NETWORK).group_by(_WHOLE).agg(_regional=own.sum())
    counted = marked.join(regional, on=_WHOLE, how="left", maintain_order="left").with_columns(
        _organisations=pl.when(pl.col("region") == NETWORK).then(pl.max_horizontal(own, "_regional")).otherwise(own)
    )
    few = mine & (pl.col("n") > 0) & (pl.col("_organisations") < privacy.organisation_threshold)
    rows = further_ruled(counted, (few & is_shown(), "few_organisations")).with_row_index("_row")
    alone = (
        rows.filter(mine, pl.col("group") != ALL, pl.col("n") > 0)
        .sort("n", "group")
        .group_by(_SERIES, maintain_order=True)
        .agg(
            hidden=(~is_shown()).sum(),
            few=(pl.col("rule") == "few_organisations").any(),
            next=pl.col("_row").filter(is_shown()).first(),
        )
        .filter("few", pl.col("hidden") == 1)
    )
    beside = pl.col("_row").is_in(alone["next"].drop_nulls().implode())
    return further_ruled(rows, (beside, ADDITIVE)).select(marked.columns)


def marked_families(
    marked: pl.DataFrame,
    indicators: Indicators,
    privacy: Privacy,
    *,
    phenomena: Sequence[str],
    parts: Sequence[Mapping[str, Any]],
) -> pl.DataFrame:
    """Hide rows that tell what another hidden row must not, and leave out labels that too few families share.

    - A trigger or a service is named only where at least the threshold of families share it somewhere, a phenomenon
      where enough organisations met about it, or as many observations belong to it. Their rows were among
      the counts that were protected.
    - The level of a rubric is told of however few assessors, who say it of their work; how few they are is not.
    - The composite is shown only where each of its parts is.

    `parts`: dimensions of the composite: indicator, scale, category.
    """
    few = is_one(indicators.where(few="n_untold")) & (pl.col("n") < privacy.threshold)
    rows = further_ruled(with_companions(marked, indicators), (few & is_shown(), N_ONLY))
    rows = _whole_composites(rows, list(indicators.where(topic="composite")), parts)
    for key, one in indicators.where(names=("scale", "category"), estimate="numerator").where(counts="family").items():
        many = rows.filter(is_one([key]), pl.col("heads") >= privacy.threshold)
        known = sorted({label for column in one.behind.names for label in many[column].to_list()})
        named = pl.all_horizontal(pl.col(column).is_in(known) for column in one.behind.names)
        rows = rows.filter(~is_one([key]) | named)
    noticed = is_one(indicators.where(names="category", counts="observation"))
    common = rows.filter(noticed, pl.col("group") == ALL, pl.col("n") >= privacy.threshold)["category"]
    rows = rows.filter(~noticed | pl.col("category").is_in(common.unique().implode()))
    met_about = is_one(indicators.where(topic="presence")) & (pl.col("category") != "")
    return rows.filter(~met_about | pl.col("category").is_in(list(phenomena)))


def _whole_composites(
    rows: pl.DataFrame, composites: Sequence[str], parts: Sequence[Mapping[str, Any]]
) -> pl.DataFrame:
    at = ["indicator", "scale", "category"]
    wanted = pl.DataFrame(
        [(one["indicator"], one.get("scale") or "", one.get("category") or "") for one in parts],
        schema=dict.fromkeys(at, pl.String),
        orient="row",
    ).unique()
    shown = (
        # A part that is told without its n is told coarsely; the composite is made of the exact one.
        rows.filter(is_shown(), pl.col("rule") != N_ONLY, pl.col("group") == ALL)
        .join(wanted, on=at)
        .group_by("region", "wave")
        .agg(_whole=pl.struct(at).n_unique() == wanted.height)
    )
    joined = rows.join(shown, on=["region", "wave"], how="left", maintain_order="left")
    bare = ~pl.col("_whole").fill_null(value=False) & (pl.col("rule") == "") & pl.col("estimate").is_not_null()
    return further_ruled(joined, (bare & is_one(composites), HIDDEN_SIDE)).drop("_whole")
