"""What does not keep its contract is not read, and nothing leaves that no record lets leave."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.codebooks import load_indicators
from sujuva.errors import DisclosureError
from sujuva.io import write_table
from sujuva.publish.rules import allowed
from sujuva.published import (
    CONTRACTS,
    KEYS,
    SHOWN,
    read_published,
    require_published,
    without_empty,
    write_published,
)
from tests.publish import made_up


@pytest.fixture(scope="module")
def out():
    return made_up.publication()


def test_every_published_table_keeps_its_contract(out):
    assert set(out.tables) == set(CONTRACTS)
    for name, contract in CONTRACTS.items():
        assert contract.check(out[name], name).equals(out[name])
        assert set(contract.key) | set(contract.numbers) <= set(contract.schema)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda frame: frame.with_columns(names=pl.lit("Aino")), "other columns than its contract: names String"),
        (lambda frame: frame.drop("note"), "no note"),
        (lambda frame: frame.with_columns(pl.col("n").cast(pl.Float64)), "n Float64"),
        (lambda frame: frame.with_columns(n=pl.lit(3, dtype=pl.Int64)), "hidden rows still carry numbers"),
        (lambda frame: frame.with_columns(suppressed=pl.lit("no")), "marks that publish does not make"),
        (lambda frame: pl.concat([frame, frame.head(1)]), "stand there twice"),
    ],
)
def test_a_table_that_does_not_keep_its_contract_is_not_read(out, tmp_path, change, said):
    write_published(out, tmp_path)
    assert set(read_published(tmp_path).tables) == set(CONTRACTS)
    with pytest.raises(DisclosureError, match=said):
        CONTRACTS["parjaavyys"].check(change(out["parjaavyys"]), "parjaavyys")
    if said != "stand there twice":  # no table can be written with a key twice
        write_table(change(out["parjaavyys"]), tmp_path / "parjaavyys.parquet", key=KEYS["parjaavyys"])
        with pytest.raises(DisclosureError, match=said):
            read_published(tmp_path)


def test_a_part_of_a_table_is_guarded_by_the_numbers_of_every_contract():
    hidden = pl.DataFrame({"families": [3], "suppressed": ["primary"]})
    with pytest.raises(DisclosureError, match="1 hidden rows"):
        require_published(hidden, "a picture")


def test_what_no_row_has_is_no_column_of_a_download(out):
    whole = without_empty(out["parjaavyys"])
    assert {"se", "df"} & {*out["parjaavyys"].columns} == {"se", "df"}
    assert not {"se", "df"} & {*whole.columns}
    hidden = out["parjaavyys"].filter(pl.col("suppressed") != SHOWN)
    assert {"estimate", "n", "note", "suppressed"} <= {*without_empty(hidden).columns}


def test_only_the_columns_of_a_record_leave(out):
    known = load_indicators()
    for table, by in (("parjaavyys", "indicator"), ("integration", "indicator"), ("comparisons", "comparison")):
        numbers = CONTRACTS[table].numbers
        for (key,), rows in out[table].group_by(by):
            told = {name for name in numbers if rows[name].is_not_null().any()}
            assert told <= set(known[str(key)].release.columns), key
    shown = out["parjaavyys"].filter(pl.col("suppressed") == SHOWN, pl.col("ci_low").is_not_null())
    keys = shown["indicator"].unique().to_list()
    fewer = {
        key: one.model_copy(update={"release": one.release.model_copy(update={"columns": ("estimate",)})})
        for key, one in known.items()
    }
    left = allowed(shown, fewer, "parjaavyys")
    assert keys
    assert left["ci_low"].null_count() == left["n"].null_count() == left.height
    assert left["estimate"].equals(shown["estimate"])
