"""The network of what a region withheld is told nowhere: not as a sum of the others, nor of all years without one."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sujuva.bundles.contents import WITHHELD_FILE, nothing_withheld
from sujuva.bundles.silent import silent_tables, told_of_network
from sujuva.codebooks.regions import NETWORK
from tests.bundles.test_protect import leaves


def test_years_that_are_added_up_stay_together() -> None:
    tally = {"measure": "consent", "group": "all", "size": 1, "total": 1}
    other = {**tally, "measure": "one_stop", "families": 20}
    rows = [{**tally, "families": n, "wave": wave} for n, wave in ((20, 2023), (4, 2024))]
    assert leaves(case_tallies=[*rows, other]).moments["case_tallies"]["measure"].to_list() == ["one_stop"]


def test_the_network_is_not_the_sum_of_those_who_told(tmp_path: Path) -> None:
    assert silent_tables(tmp_path / "bundles") == frozenset()
    row = {"table": "participation", "region": "oulu", "wave": 2024, "scale": "", "informant": "", "group": "",
           "reason": "small_count", "rows": 3}  # fmt: skip
    pl.DataFrame([row], schema=nothing_withheld().schema).write_parquet(tmp_path / WITHHELD_FILE)
    silent = silent_tables(tmp_path)
    rows = pl.DataFrame({"region": ["oulu", NETWORK], "n": [9, 20]})
    assert told_of_network(rows, "participation", silent)["region"].to_list() == ["oulu"]
    assert told_of_network(rows, "observations", silent).equals(rows)
