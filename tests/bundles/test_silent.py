"""The network of what a region withheld is told nowhere: not as a sum of the others, nor of all years without one."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sujuva.bundles.contents import WITHHELD_FILE, nothing_withheld
from sujuva.bundles.silent import silent_tables, told_of_all, told_of_network
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


def test_regions_are_compared_where_each_told_its_scores(tmp_path: Path) -> None:
    did = {"category": "", "informant": "self", "wave": 2024, "other_wave": 2022}
    rows = pl.DataFrame(
        [
            {**did, "scale": "who5"},
            {**did, "scale": "who5", "category": "poor"},
            {**did, "scale": "sdq_total", "informant": "parent"},
            {**did, "scale": "sdq_total", "wave": 2023},
            {**did, "scale": "who5", "wave": 2023},
        ]
    )
    assert told_of_all(rows, tmp_path / "bundles").equals(rows)

    def left(**withheld: object) -> list[int]:
        row = {"table": "scores", "region": "oulu", "wave": 2022, "scale": "who5", "informant": "self", "group": "all",
               "reason": "small_count", "rows": 1, **withheld}  # fmt: skip
        pl.DataFrame([row], schema=nothing_withheld().schema).write_parquet(tmp_path / WITHHELD_FILE)
        kept = told_of_all(rows.with_row_index(), tmp_path)
        return kept["index"].to_list()

    assert left() == [1, 2, 3]
    assert left(wave=2024) == [1, 2, 3, 4]
    assert left(scale="who5.poor") == [0, 2, 3, 4]
    assert left(scale="sdq_total", informant="") == [0, 1, 4]
    assert left(scale="", informant="parent", wave=0) == [0, 1, 3, 4]
    for harmless in ({"group": "gender"}, {"reason": "few_missing"}, {"table": "pairs"}):
        assert left(**harmless) == [0, 1, 2, 3, 4]
