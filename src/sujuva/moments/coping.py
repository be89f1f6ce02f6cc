"""Everything that later stages read about the answers to questionnaires: nine tables, one part, one finish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from sujuva.moments.answers import item_moments, item_products
from sujuva.moments.paired import attrition_moments, paired_differences, paired_moments, panel_part
from sujuva.moments.pairs import score_pairs
from sujuva.moments.parts import Family, Part
from sujuva.moments.scores import cluster_part, distribution_part, score_distributions, score_moments, unit_sizes
from sujuva.moments.study import with_design
from sujuva.tables import ASKED

_FAMILIES: dict[str, Family[..., pl.DataFrame]] = {
    "scores": score_moments,
    "pairs": score_pairs,
    "distributions": score_distributions,
    "unit_sizes": unit_sizes,
    "paired": paired_moments,
    "differences": paired_differences,
    "attrition": attrition_moments,
    "items": item_moments,
    "products": item_products,
}
COPING = {name: (family.schema, family.key) for name, family in _FAMILIES.items()}
"""The moments of questionnaires by table: columns with types, and the columns that tell rows apart."""


def coping_part(
    scored: pl.LazyFrame,
    columns: Mapping[str, int],
    *,
    design: pl.LazyFrame,
    groups: Sequence[str],
    weight_decimals: int,
    linked_units: bool,
) -> Part:
    """Reduce scores to the parts of every table of moments that needs no single items.

    Distributions, unit sizes and what concerns the same persons at two waves are about scales, not about bands; the
    latter also not about scales that are not for everybody: who is asked changes from wave to wave, and whoever is not
    asked again is not lost.

    Args:
        scored: What `sujuva.scores.scored` makes: respondent, wave, informant, the columns of `columns` (Int64, null:
            no score), and "<scale>|asked" of scales that are not for everybody.
        columns: Score column to the decimals of its fixed-point numbers; bands are columns "<scale>.<band>".
        design: respondent, wave, region, stratum, unit, weight (whole number), `groups` of everybody in the study.
        groups: Columns whose values make groups.
        weight_decimals: Decimals in `weight`.
        linked_units: The same unit of a stratum at two waves is one cluster.

    Returns:
        What `cluster_part`, `distribution_part` and `panel_part` return.
    """
    scales = {name: decimals for name, decimals in columns.items() if "." not in name}
    persons = with_design(scored, design, groups=groups)
    there = scored.collect_schema().names()
    lasting = {name: decimals for name, decimals in scales.items() if name + ASKED not in there}
    panel = scored.select("respondent", "wave", "informant", *lasting)
    clusters = cluster_part(
        persons, columns, design=design, groups=groups, weight_decimals=weight_decimals, linked_units=linked_units
    )
    distributions = distribution_part(persons, scales, groups=groups)
    return {**panel_part(panel, design, lasting, weight_decimals=weight_decimals), **distributions, **clusters}


def finish_coping(merged: Part) -> dict[str, pl.DataFrame]:
    """Make the tables of `COPING` of the merged parts of all questionnaires; a table of which nothing came is empty."""
    return {
        name: family.finish(merged) if family.source in merged else pl.DataFrame(schema=family.schema)
        for name, family in _FAMILIES.items()
    }


coping_moments = Family(coping_part, finish_coping)
