"""Clean tables as files, and their division: a person's rows are in one piece, and every row is in one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from sujuva.engines import Local
from sujuva.errors import ContractError, SujuvaError
from sujuva.moments import pieces as moments_pieces
from sujuva.moments.pieces import WHOLE, bucket, clean_files, divided, key_of
from sujuva.moments.travel import add_packed, packed, unpacked
from sujuva.tables import empty_table

RESPONDENTS = empty_table("respondents")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "params.yaml").touch()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clean").mkdir()
    return tmp_path


def people(numbers: range) -> pl.DataFrame:
    return pl.DataFrame({"respondent": [f"person {number % 7}" for number in numbers], "wave": list(numbers)})


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("respondents", "respondent"),
        ("answers_who5", "respondent"),
        ("open_themes", "respondent"),
        ("case_events", "case"),
        ("lp_topics", "child"),
        ("partner_ratings", WHOLE),  # their persons are few, and none of the respondents
        ("area_indicators", WHOLE),
    ],
)
def test_tables_are_divided_by_whose_their_rows_are(table: str, key: str):
    assert key_of(table) == key


@settings(max_examples=20)
@given(keys=st.lists(st.text(max_size=40), min_size=1, max_size=20), count=st.integers(1, 9))
def test_a_bucket_is_a_plain_function_of_the_key(keys: list[str], count: int):
    """Reckoned again in Python's whole numbers: no build of Polars and no processor divides otherwise."""

    def reckoned(key: str) -> int:
        text = key.rjust(16, "0").encode()[-16:]
        first, last = (int.from_bytes(half, "little") for half in (text[:8], text[8:]))
        smear = 0x9E3779B97F4A7C15
        mixed = ((first * smear % 2**64) ^ last) * smear % 2**64
        return mixed // 2**32 % count

    table = pl.DataFrame({"key": keys}, schema={"key": pl.String})
    assert table.select(bucket("key", count)).to_series().to_list() == [reckoned(key) for key in keys]


def test_pseudonyms_are_spread_evenly():
    keys = pl.DataFrame(
        {"key": [f"{number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128:032x}" for number in range(20_000)]}
    )
    sizes = keys.group_by(bucket("key", 10)).len()["len"]
    assert sizes.len() == 10
    assert 1_850 < sizes.min() < sizes.max() < 2_150


def test_every_row_is_in_the_one_piece_of_its_person(project: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(moments_pieces, "ROWS", 9)  # of a slice
    (project / "clean/respondents").mkdir()
    for number in range(3):
        people(range(number * 10, number * 10 + 10)).write_parquet(project / f"clean/respondents/{number}.parquet")
    people(range(2)).write_parquet(project / "clean/answers_who5.parquet")
    pl.DataFrame({"area": ["a"]}).write_parquet(project / "clean/area_indicators.parquet")
    files = clean_files(project / "clean")
    with divided(files, Local(), rows=10) as pieces:
        assert [piece.key for piece in pieces] == ["respondent", "respondent", "respondent", WHOLE]
        tables = [piece.tables() for piece in pieces[:-1]]
        made = [own["respondents"].collect() for own in tables]
        answers = [own["answers_who5"].collect() for own in tables]
        assert list(project.joinpath(".sujuva").iterdir())
    assert not list(project.joinpath(".sujuva").iterdir())
    assert_frame_equal(pl.concat(made).sort("wave"), people(range(30)))
    homes = pl.concat(one.select("respondent", at=pl.lit(at)).unique() for at, one in enumerate(made))
    assert homes["respondent"].is_unique().all()
    assert sum(one.height for one in answers) == 2
    for own, all_rows in zip(answers, made, strict=True):
        assert own.schema == people(range(1)).schema
        assert set(own["respondent"]) <= set(all_rows["respondent"])


def test_rows_that_are_lost_on_the_way_stop_the_run(project: Path, monkeypatch: pytest.MonkeyPatch):
    people(range(30)).write_parquet(project / "clean/respondents.parquet")
    monkeypatch.setattr(moments_pieces, "_height", lambda _: 31)
    with (
        pytest.raises(ContractError, match="Of 31 rows of respondents, 30 were divided"),
        divided(clean_files(project / "clean"), Local(), rows=10),
    ):
        pass
    assert not list(project.joinpath(".sujuva").iterdir())


def test_a_table_is_a_file_or_a_folder(project: Path):
    with pytest.raises(SujuvaError, match="no clean tables"):
        clean_files(project / "clean")
    people(range(3)).write_parquet(project / "clean/respondents.parquet")
    (project / "clean/respondents").mkdir()
    people(range(3)).write_parquet(project / "clean/respondents/0.parquet")
    with pytest.raises(SujuvaError, match="respondents is there twice"):
        clean_files(project / "clean")


def test_what_is_no_parquet_is_told_by_name(project: Path):
    (project / "clean/respondents.parquet").write_text("no table")
    with (
        pytest.raises(SujuvaError, match=r"clean/respondents\.parquet cannot be read"),
        divided(clean_files(project / "clean"), Local()),
    ):
        pass


def test_what_a_killed_run_left_goes(project: Path):
    people(range(3)).write_parquet(project / "clean/respondents.parquet")
    using = "from sujuva.engines.shared import shared_folder\nwith shared_folder() as place:"
    code = f"{using} (place / 'rows').touch(); import os; os._exit(9)"
    assert subprocess.run([sys.executable, "-c", code], cwd=project, check=False).returncode == 9
    (left,) = project.joinpath(".sujuva").iterdir()
    assert left.stat().st_mode & 0o077 == 0
    with divided(clean_files(project / "clean"), Local()):
        assert not left.exists()


def test_parts_travel_exactly():
    sums = pl.Series("n", [10**37, -(10**37), 0], dtype=pl.Int128)
    waits = [0.5, -0.0, 1e-9]
    keys = {
        "region": ["oulu", None, "ä"],
        "wave": pl.Series([2022, 2023, None], dtype=pl.Int32),
        "seconds": waits,
    }
    part = {"a/b": pl.DataFrame({**keys, "n": sums}), "none": pl.DataFrame(schema={"n": pl.Int128, "day": pl.Date})}
    back = unpacked(packed(part))
    assert list(back) == list(part)
    for name, table in part.items():
        assert_frame_equal(back[name], table)
    assert unpacked(packed({})) == {}
    twice = unpacked(add_packed([packed({"a": part["a/b"]})] * 2))["a"]
    assert sorted(twice["n"].to_list()) == [-2 * 10**37, 0, 2 * 10**37]
