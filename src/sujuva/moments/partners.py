"""The moments of what partners say: those of questionnaires, with the organisation as the cluster of its persons."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from sujuva.codebooks import Instrument, of_partners
from sujuva.moments.answers import answer_part
from sujuva.moments.coping import COPING, finish_coping
from sujuva.moments.parts import Family, Part, merge
from sujuva.moments.scores import cluster_part, distribution_part
from sujuva.moments.study import in_study

_PREFIX = "partner_"
PARTNERS: dict[str, tuple[pl.Schema, Sequence[str]]] = {
    _PREFIX + name: COPING[name] for name in ("scores", "distributions", "unit_sizes", "items", "products")
}
"""The moments of what partners say by table: columns with types, and the columns that tell rows apart."""
_KEY = ("respondent", "wave")
_PERSON = (*_KEY, "region")
_PLACE = (*_PERSON, "informant", "sector", "stratum", "unit", "weight")
_GROUPS = ("sector",)


def partner_answers(
    ratings: pl.DataFrame, instruments: Mapping[str, Instrument], *, regions: Collection[str], waves: Collection[int]
) -> dict[str, pl.DataFrame]:
    """Lay the answers of partners out like tables of answers: a row a person, a column an item.

    The cluster (`unit`) of a person is the organisation; where that is not known, the sector in the region; where
    neither is, the person. The region is the stratum, every weight is 1, and the informant is "". Somebody who answers
    for two regions is a person in each.

    Args:
        ratings: The clean table partner_ratings.
        instruments: Codebooks; those that partners answer count.
        regions: Regions of the study.
        waves: Its waves.

    Returns:
        Of each instrument that somebody answered: respondent (which tells the persons of all regions apart), wave,
        region, informant, sector (null: not known), stratum, unit, weight, and the items (Int16), sorted by respondent
        and wave.
    """
    here = in_study(ratings, regions=regions, waves=waves)
    # A person has one organisation and sector; should the rows of one disagree, the first in order stands for all.
    people = here.group_by(_PERSON).agg(pl.col("organisation", "sector").min())
    known = (("organisation", "o"), ("sector", "s"), ("respondent", "p"))
    # Keys of organisations need not differ between regions: a cluster is one within its stratum, the region.
    unit = pl.coalesce(pl.format(f"{kind}|{{}}", name) for name, kind in known)
    alike = {"informant": pl.lit(""), "stratum": pl.col("region"), "weight": pl.lit(1, pl.Int64)}
    place = people.with_columns(unit=unit, **alike).select(_PLACE)
    own = pl.format("{}|{}", "region", "respondent")
    found = {}
    for key, instrument in of_partners(instruments).items():
        cells = [
            pl.col("rating").filter(pl.col("item") == name).first().cast(pl.Int16).alias(name)
            for name in instrument.item_columns
        ]
        wide = here.filter(pl.col("item").is_in(instrument.item_columns)).group_by(_PERSON).agg(cells)
        if wide.height:
            found[key] = place.join(wide, on=_PERSON).with_columns(respondent=own).sort(_KEY)
    return found


def partner_part(
    answers: Mapping[str, pl.DataFrame],
    scored: Mapping[str, pl.LazyFrame],
    columns: Mapping[str, Mapping[str, int]],
    instruments: Mapping[str, Instrument],
) -> Part:
    """Reduce the answers of partners to parts, in the shapes of those of coping.

    The design is everybody who answered any of the instruments; groups are "all" and "sector:<sector>".

    Args:
        answers: What `partner_answers` made, by instrument.
        scored: Of each of them, what `sujuva.scores.scored` made.
        columns: Of each of them, score column to the decimals of its fixed-point numbers; bands are "<scale>.<band>".
        instruments: Codebooks.

    Returns:
        What `cluster_part`, `distribution_part` and `answer_part` return, of all instruments.

    Raises:
        ContractError: An answer lies outside its response range.
    """
    parts: list[Part] = []
    for key, one in answers.items():
        scales = {name: decimals for name, decimals in columns[key].items() if "." not in name}
        persons = scored[key].drop("informant").join(one.lazy().select(_PLACE), on=_KEY)
        parts += [
            cluster_part(persons, columns[key], design=one.lazy(), groups=_GROUPS),
            distribution_part(persons, scales, groups=_GROUPS),
            answer_part(one.lazy(), instruments[key]),
        ]
    return merge(parts)


def finish_partners(merged: Part) -> dict[str, pl.DataFrame]:
    """Return the tables of `PARTNERS`, sorted by their keys; an instrument that nobody answered has no rows."""
    made = finish_coping(merged)
    return {name: made[name.removeprefix(_PREFIX)] for name in PARTNERS}


partner_moments = Family(partner_part, finish_partners)
