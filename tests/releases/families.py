"""Made-up families of two releases: the same but for a few who left, joined or went on, published twice."""

from __future__ import annotations

import hashlib

import numpy as np
import polars as pl

from sujuva.integration import (
    case_indicators,
    delay_distribution,
    delay_indicators,
    overlap_indicators,
    referral_indicators,
    survival_indicators,
    survival_table,
)
from sujuva.publish import Indicators, Privacy, publish
from sujuva.published import Published
from sujuva.releases import Before
from sujuva.releases.cells import CASES, CONTRIBUTION
from tests.publish import made_up, made_up_services
from tests.releases import worlds

REGIONS, WAVES = made_up.REGIONS, [2023, 2024]
_SECTORS = ("education", "health", "social")


def drawn(seed: int, size: int = 40) -> pl.DataFrame:
    """Draw families, each with its referrals and services: columns of `made_up_services.families` and person."""
    rng = np.random.default_rng(seed)
    people = made_up_services.families(rng, size).filter(pl.col("wave").is_in(WAVES))
    sent = [rng.choice(_SECTORS, (count, 2)).tolist() for count in people["referrals"]]
    used = [sorted({*rng.choice(["clinic", "school", "family"], 2)}) for _ in range(people.height)]
    return people.with_columns(
        person=pl.Series(
            [hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()[:32] for number in range(people.height)]
        ),
        sent=pl.Series(sent, dtype=pl.List(pl.List(pl.String))),
        used=pl.Series(used, dtype=pl.List(pl.String)),
    )


def _everywhere(rows: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([rows, rows.with_columns(region=pl.lit("network"))])


def _referrals(people: pl.DataFrame) -> pl.DataFrame:
    each = people.select("region", "wave", "person", "sent").explode("sent").drop_nulls()
    each = each.with_columns(source=pl.col("sent").list.first(), target=pl.col("sent").list.last())
    families = pl.col("person").n_unique().cast(pl.Int64)
    by = ["region", "wave", "source", "target"]
    return _everywhere(each).group_by(by).agg(n=pl.len().cast(pl.Int64), families=families).sort(by)


def _pairs(people: pl.DataFrame) -> pl.DataFrame:
    """The moments `service_pairs`, of all years together."""
    rows = []
    for (region,), here in _everywhere(people).group_by("region", maintain_order=True):
        for one, other in (("clinic", "family"), ("clinic", "school"), ("family", "school")):
            has = [pl.col("used").list.contains(name) for name in (one, other)]
            rows.append((region, 0, one, other, here.filter(*has).height, here.filter(has[0] | has[1]).height))
    return pl.DataFrame(rows, schema=made_up_services.overlap(np.random.default_rng(0), []).schema, orient="row")


def indicators_of(people: pl.DataFrame) -> Indicators:
    """Return what publish reads of these families, and nothing else."""
    waits, promise = made_up_services.durations(people), [7, 14]
    tidy = [
        delay_indicators(waits, promise), survival_indicators(waits, promise), overlap_indicators(_pairs(people)),
        case_indicators(made_up_services.tallies(people)), referral_indicators(_referrals(people)),
    ]  # fmt: skip
    days = made_up_services.CURVE_DAYS
    ours = {
        "delays": delay_distribution(waits),
        "survival": survival_table(waits, days),
        "integration": pl.concat(tidy),
    }
    return Indicators({**worlds._nothing().tables, **ours})


def published(people: pl.DataFrame, before: Before | None = None) -> Published:
    """Publish these families."""
    return publish(
        indicators_of(people), input_folder=worlds._folder(), privacy=Privacy(), regions=REGIONS, waves=WAVES,
        integration=made_up_services.PARAMS, before=before,
    )  # fmt: skip


def contributions_of(people: pl.DataFrame) -> pl.DataFrame:
    """Return what `sujuva.releases.contributions` would of these families: a digest of all that is known of each."""
    known = [name for name in people.columns if name != "person"]
    told = people.with_columns(
        family=pl.lit(CASES), scale=pl.lit(""), informant=pl.lit(""), since=pl.lit(0), score=None,
        value=pl.struct(known).struct.json_encode(),
    )  # fmt: skip
    return told.select(*CONTRIBUTION).cast(pl.Schema(dict(CONTRIBUTION)))


def before_of(first: Published, old: pl.DataFrame, new: pl.DataFrame) -> Before:
    """Return what publish is told of a first release when the second is published."""
    return worlds.before_of_contributions(first, contributions_of(old), contributions_of(new))
