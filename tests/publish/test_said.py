"""What people said is told by counts from the threshold on, and no subtraction gives a smaller one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from sujuva.attack import attack
from sujuva.integration import said_indicators
from sujuva.moments import said_moments
from sujuva.publish import Indicators, Privacy, publish
from sujuva.published import SHOWN, Published
from sujuva.tables import NO_THEME, schema_of, types_of
from tests.publish import made_up

THEMES = ["joint_work", "across_sectors", "family_needs", "flexibility"]
SECTORS = ["health", "education", "social"]
THRESHOLD = Privacy().threshold


def interviews(seed: int, size: int = 14) -> pl.DataFrame:
    """Interviews of every region in 2024, each with any of the themes."""
    rng = np.random.default_rng(seed)
    rows = []
    for place, region in enumerate(made_up.REGIONS):
        for number in range(int(rng.integers(size // 2, size * 2))):
            said = [theme for theme, share in zip(THEMES, (0.9, 0.6, 0.4, 0.12), strict=True) if rng.random() < share]
            sector = str(rng.choice(SECTORS, p=[0.5, 0.35, 0.15]))
            rows += [(f"{place}-{number}", "1", "x", theme, 2024, region, sector) for theme in said or [NO_THEME]]
    return pl.DataFrame(rows, schema=types_of(schema_of("coded_passages")), orient="row")


def told_of(rows: pl.DataFrame, made: Indicators, folder: object) -> Published:
    empty = [pl.DataFrame(schema=types_of(schema_of(one))) for one in ("open_themes", "respondents", "trainings")]
    said = said_indicators(said_moments(rows, *empty, regions=made_up.REGIONS, waves=made_up.WAVES))
    nothing = {name: frame.clear() for name, frame in made.complete().tables.items()}
    tables = {**nothing, "sources": made.tables["sources"], "integration": said.select(nothing["integration"].columns)}
    choices = {"privacy": Privacy(), "regions": made_up.REGIONS, "waves": made_up.WAVES}
    return publish(Indicators(tables), input_folder=folder, **choices)  # type: ignore[arg-type]


def exact(rows: pl.DataFrame, *themes: str, region: str, group: str) -> int:
    of = rows if region == "network" else rows.filter(region=region)
    of = of if group == "all" else of.filter(sector=group.removeprefix("sector:"))
    sets = of.group_by("interview").agg(pl.col("theme"))["theme"].to_list()
    return sum({*themes} <= {*one} for one in sets)


@pytest.mark.parametrize("seed", range(4))
def test_shown_counts_have_the_threshold_on_both_sides_and_nobody_is_left_over(seed, made, example_folder) -> None:
    rows = interviews(seed)
    published = told_of(rows, made, example_folder)
    told = published["integration"].filter(pl.col("suppressed") == SHOWN)
    assert told.height

    for row in told.iter_rows(named=True):
        place = {"region": row["region"], "group": row["group"]}
        n, one = exact(rows, **place), exact(rows, row["scale"], **place)
        assert min(one, n - one) >= THRESHOLD
        assert row["estimate"] % Privacy().rounding == 0
        if row["indicator"] == "interview_together":
            two, both = exact(rows, row["category"], **place), exact(rows, row["scale"], row["category"], **place)
            assert both >= THRESHOLD
            shown = told.filter(indicator="interview_theme", **place)["scale"].to_list()
            if {row["scale"], row["category"]} <= {*shown}:
                for alone in (one - both, two - both, n - one - two + both):
                    assert alone == 0 or alone >= THRESHOLD
    assert attack(published, []) == []


def test_the_intruder_sees_what_a_door_left_open_would_tell(made, example_folder) -> None:
    """Of 40 interviews 30 speak of one theme, 25 of another, 18 of both: three speak of neither."""
    sizes = [(THEMES[:2], 18), (THEMES[:1], 12), (THEMES[1:2], 7), ([NO_THEME], 3)]
    rows = [
        (f"{number}-{at}", "1", "x", theme, 2024, "oulu", "health")
        for number, (themes, size) in enumerate(sizes)
        for at in range(size)
        for theme in themes
    ]
    frame = pl.DataFrame(rows, schema=types_of(schema_of("coded_passages")), orient="row")
    published = told_of(frame, made, example_folder)
    assert attack(published, []) == []

    counts = {
        ("interview_theme", THEMES[0]): 30,
        ("interview_theme", THEMES[1]): 25,
        ("interview_together", THEMES[1]): 18,
    }
    open_door = published["integration"].filter(region="network", group="all")
    exactly = {"n": 40, "suppressed": SHOWN}
    assert {(row["indicator"], row["scale"]) for row in open_door.to_dicts()} == {*counts}
    values = [float(counts[row["indicator"], row["scale"]]) for row in open_door.to_dicts()]
    leaky = open_door.with_columns(estimate=pl.Series(values), **{name: pl.lit(one) for name, one in exactly.items()})
    leaky = leaky.cast(published["integration"].schema)
    meta = {**published.meta, "privacy": published.meta["privacy"] | {"rounding": 1}}
    found = attack(replace(published, tables={**published.tables, "integration": leaky}, meta=meta), [])
    assert {(one.kind, one.low, one.high) for one in found} == {("sums", 3, 3)}
