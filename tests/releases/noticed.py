"""Made-up observations of two releases: the same but for one or few, counted and published as the pipeline does."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl

from sujuva.codebooks import load_sectors
from sujuva.integration import noticed_indicators
from sujuva.moments import observation_moments
from sujuva.publish import Indicators, Privacy, publish
from sujuva.published import Published
from sujuva.releases import Before
from sujuva.releases.contributions import contributions
from sujuva.tables import SCHEMAS, empty_table
from tests.publish import made_up, made_up_services
from tests.releases import worlds

REGIONS, WAVES = made_up.REGIONS, [2023, 2024]
RARE = "Muutto"
"""A phenomenon of one observation less than the threshold."""
_TOPICS, _SECTORS = ("Yksinäisyys", "Poissaolot", None), ("education", "health", "social", None)
_CHOICES = {
    "study": {"regions": REGIONS, "waves": WAVES, "groups": []},
    "coping": {"index_parts": {}, "index_min_parts": 1},
}


def drawn(seed: int, size: int = 60) -> pl.DataFrame:
    """Draw clean observations, `size` a region and year, and four of `RARE`."""
    rng = np.random.default_rng(seed)
    rows = []
    for region in REGIONS:
        for wave in WAVES:
            for number in range(size):
                day = dt.date(wave, 1, 1) + dt.timedelta(int(rng.integers(300)))
                topic = _TOPICS[int(rng.integers(3))]
                begun = day + dt.timedelta(int(rng.integers(60))) if topic and rng.random() < 0.5 else None
                rows.append(row(f"{seed}:{region}:{wave}:{number}", region, day, topic, begun, rng))
    few = [row(f"{seed}:{RARE}:{number}", "oulu", dt.date(2023, 5, 1), RARE, None, rng) for number in range(4)]
    return frame([*rows, *few])


def row(
    key: str, region: str, day: dt.date, topic: str | None, begun: dt.date | None, rng: np.random.Generator
) -> dict[str, object]:
    """Draw what else an observation tells."""
    return {
        "observation": key, "date": day, "region": region, "sector": _SECTORS[int(rng.integers(4))],
        "observation_class": ("feedback", "need")[int(rng.integers(2))], "phenomenon": topic, "initiative": begun,
        "level": ("local", "regional", "national")[int(rng.integers(3))],
    }  # fmt: skip


def frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    """Return clean observations."""
    return pl.DataFrame(rows, schema=dict(empty_table("observations").schema))


def published(observations: pl.DataFrame, before: Before | None = None) -> Published:
    """Publish these observations and nothing else."""
    made = noticed_indicators(observation_moments(observations, regions=REGIONS), load_sectors())
    return publish(
        Indicators({**worlds._nothing().tables, "integration": made}), input_folder=worlds._folder(),
        privacy=Privacy(), regions=REGIONS, waves=WAVES, integration=made_up_services.PARAMS, before=before,
    )  # fmt: skip


def contributions_of(observations: pl.DataFrame, clean: Path, **others: list[dict[str, object]]) -> pl.DataFrame:
    """Return what the register keeps of a clean folder with these observations, and rows of other tables."""
    clean.mkdir(parents=True, exist_ok=True)
    for name in SCHEMAS:
        empty_table(name).write_parquet(clean / f"{name}.parquet")
    observations.write_parquet(clean / "observations.parquet")
    for name, rows in others.items():
        pl.DataFrame(rows, schema=dict(empty_table(name).schema)).write_parquet(clean / f"{name}.parquet")
    return contributions(clean, worlds._folder(), _CHOICES)


def before_of(first: Published, old: pl.DataFrame, new: pl.DataFrame, folder: Path) -> Before:
    """Return what publish is told of a first release when the second is published."""
    told = [contributions_of(some, folder / name) for name, some in (("old", old), ("new", new))]
    return worlds.before_of_contributions(first, *told)
