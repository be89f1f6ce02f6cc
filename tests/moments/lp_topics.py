"""Made-up LP discussions, small enough to count by hand or in plain Python."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import polars as pl

from sujuva.tables import LP_ENVIRONMENTS, empty_table

REGIONS = ("oulu", "tampere")


def topic(**changes: Any) -> dict[str, Any]:
    """Return a topic of the first discussion of a child; every column of the contract."""
    row = dict.fromkeys(empty_table("lp_topics").columns) | {
        "talk": "t1",
        "environment": "home",
        "topic": "K1",
        "child": "c1",
        "date": date(2024, 3, 4),
        "region": "oulu",
        "rating": "strength",
    }
    row |= changes
    return row | {"wave": row["date"].year}


def table(*rows: dict[str, Any]) -> pl.DataFrame:
    """Return topics as the clean table."""
    return pl.DataFrame(rows, schema=empty_table("lp_topics").schema)


def drawn(seed: int, children: int = 25) -> pl.DataFrame:
    """Draw discussions of every kind: one to three a child, blanks, both days in two years, units or none."""
    lot = random.Random(seed)
    rows = []
    for child in range(children):
        day = date(lot.choice([2023, 2024]), lot.randint(1, 12), lot.randint(1, 28))
        unit = lot.choice(["a", "b", None])
        for visit in range(lot.choice([1, 2, 2, 3])):
            said = {name: lot.choice([0, 1, None]) for name in ("parents_present", "child_present", "network_needed")}
            said |= {"network_held": lot.choice([0, 1, None]), "form": lot.choice([None, "primary_child", "daycare"])}
            said |= {"follow_up": lot.choice([None, day + timedelta(days=90)]), "date": day, "unit": unit}
            said |= {"talk": f"t{child}-{visit}", "child": f"c{child}", "region": lot.choice(REGIONS)}
            for place in LP_ENVIRONMENTS:
                for number in range(lot.randint(0, 3)):
                    plan = lot.choice([0, 1, None])
                    rating = lot.choice(["strength", "strength", "vulnerability", "neither", "not_discussed"])
                    one = {"environment": place, "topic": f"T{number}", "rating": rating, "plan": plan}
                    one |= {"responsible": lot.choice([0, 1, None]), "due": lot.choice([None, day])}
                    one["outcome"] = lot.choice(["done", "partly", "not_done", "unknown", None]) if plan else None
                    rows.append(topic(**said, **one))
            day += timedelta(days=lot.choice([0, 10, 100, 400]))
    return table(*rows).filter(pl.col("wave").is_in([2023, 2024]))
