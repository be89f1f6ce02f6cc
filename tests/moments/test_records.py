"""The records of the tables of moments: what is written is on record, and what is on record is written."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest

from sujuva import moments
from sujuva.codebooks.regions import NETWORK
from sujuva.errors import ContractError
from sujuva.io import read_table
from sujuva.moments import RECORDS, require_recorded, write_moments
from tests.moments.test_parts import FAMILIES, noticed
from tests.moments.test_regions_alone import tables


def empty() -> dict[str, pl.DataFrame]:
    return {name: pl.DataFrame(schema=record.schema) for name, record in RECORDS.items()}


@pytest.mark.parametrize("name", ["partners", "said", "lp", "casework", "coding", "municipality_persons"])
def test_what_a_family_makes_is_as_recorded(name: str) -> None:
    draw, _, part, family = FAMILIES[name]
    rows = draw(random.Random(4))
    for some in (rows, rows.clear()):
        for table, frame in tables(family.finish(part(some)), name).items():
            RECORDS[table].require(frame)
            assert frame.select(RECORDS[table].key).is_unique().all(), table
            # A network is among the rows where the record says so, and nowhere else.
            if "region" in frame.columns and frame.height:
                assert (NETWORK in frame["region"]) == (RECORDS[table].combined == "network"), table


def test_keys_and_sums_and_counts_are_columns() -> None:
    for name, record in RECORDS.items():
        assert set(record.key) <= set(record.schema), name
        assert set(record.counts) <= {*record.schema} - {*record.key}, name
        assert ("region" in record.key) == (record.combined in {"network", "regions"}), name
        assert all(record.schema[one].is_integer() for one in record.sums), name


def test_written_tables_come_back_as_recorded(tmp_path: Path) -> None:
    made = empty() | {"observations": moments.observation_moments(noticed(random.Random(1)), regions=["oulu"])}
    write_moments(made, tmp_path)
    back = {path.stem: read_table(path) for path in tmp_path.glob("*.parquet")}
    require_recorded(back)
    assert back["observations"].height == made["observations"].height > 0
    assert {name: one.schema for name, one in back.items()} == {name: one.stored for name, one in RECORDS.items()}


def test_a_table_that_is_not_on_record_and_one_that_is_not_there_stop_the_run(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="no table of moments 'score'") as error:
        write_moments(empty() | {"score": pl.DataFrame()}, tmp_path)
    assert "scores" in error.value.hint
    made = empty()
    del made["municipality_scores"]  # only where a picture of municipalities is asked for
    write_moments(made, tmp_path)
    del made["ties"]
    with pytest.raises(ContractError, match="'ties' is missing"):
        write_moments(made, tmp_path)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda table: table.with_columns(pl.col("n").cast(pl.Float64)), "'n'"),
        (lambda table: table.drop("status"), "'status'"),
        (lambda table: table.with_columns(more=1), "'more'"),
        (lambda table: table.select(reversed(table.columns)), "order"),
    ],
)
def test_a_table_with_other_columns_is_named_with_the_first(change, named: str) -> None:
    table = pl.DataFrame(schema=RECORDS["initiatives"].schema)
    with pytest.raises(ContractError, match=f"initiatives is not as recorded: see .*{named}"):
        RECORDS["initiatives"].require(change(table))
