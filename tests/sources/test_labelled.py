"""Files of statistics programs hand on labels, titles and missing values, and never half of their rows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import polars as pl
import pyreadstat
import pytest

from sujuva.errors import SourceError
from sujuva.sources import textual
from sujuva.sources.raw import plain
from tests.sources.reading import read, rows


@pytest.mark.parametrize(("file", "compress"), [("a.sav", False), ("a.zsav", True)])
def test_sav_and_zsav_give_titles_labels_and_missing(tmp_path: Path, file: str, compress: bool) -> None:
    frame = pl.DataFrame({"q": [1.0, 2.0, 8.0, 9.5], "s": ["ä", "b", "x", ""]})
    pyreadstat.write_sav(
        frame,
        tmp_path / file,
        compress=compress,
        column_labels=["Miten  voit?", None],
        variable_value_labels={"q": {1: "Hyvin", 2: "Huonosti"}},
        missing_ranges={"q": [{"lo": 8, "hi": 10}], "s": ["x"]},
    )
    raw = read(tmp_path, file, "sav")
    assert raw.titles == {"q": "Miten voit?"}
    assert raw.labels == {"q": {"1": "Hyvin", "2": "Huonosti"}}
    assert {name: mask.to_list() for name, mask in raw.declared_missing.items()} == {
        "q": [False, False, True, True],
        "s": [False, False, True, False],
    }
    assert textual(read(tmp_path, file, "sav", labels=True).frame)["q"].to_list() == ["Hyvin", "Huonosti", "8", "9.5"]


def test_hours_beyond_a_day_are_not_cut(tmp_path: Path) -> None:
    frame = pl.DataFrame({"day": [3600.0, None, 86399.0], "wait": [360_000.0, None, 90.5], "back": [-60.0, 0.0, 1.0]})
    formats = dict.fromkeys(frame.columns, "TIME11.2")
    pyreadstat.write_sav(frame, tmp_path / "a.sav", variable_format=formats)
    text = textual(read(tmp_path, "a.sav", "sav").frame)
    assert text["day"].to_list() == ["01:00:00", None, "23:59:59"]
    assert text["wait"].to_list() == ["100:00:00", None, "00:01:30.500"]
    assert text["back"].to_list() == ["-00:01:00", "00:00:00", "00:00:01"]


def test_a_header_that_promises_more_rows_is_an_error(tmp_path: Path) -> None:
    frame = pl.DataFrame({"q": [float(value) for value in range(50)]})
    pyreadstat.write_sav(frame, tmp_path / "a.sav")
    whole = bytearray((tmp_path / "a.sav").read_bytes())
    assert whole[80:84] == (50).to_bytes(4, "little")
    whole[80:84] = (60).to_bytes(4, "little")
    (tmp_path / "a.sav").write_bytes(whole)
    with pytest.raises(SourceError, match=r"a.sav"):
        read(tmp_path, "a.sav", "sav")


def test_stata_gives_titles_labels_and_missing(tmp_path: Path) -> None:
    frame = pd.DataFrame({"q": [1, 2, "a"], "s": ["ä", "b", ""], "d": [dt.date(2024, 1, 2)] * 3})
    pyreadstat.write_dta(
        frame,
        tmp_path / "a.dta",
        column_labels=["Miten voit?", "", "Päivä"],
        variable_value_labels={"q": {1: "Hyvin", "a": "ei vastannut"}},
        missing_user_values={"q": ["a"]},
    )
    raw = read(tmp_path, "a.dta", "dta")
    assert rows(raw) == [("1", "ä", "2024-01-02"), ("2", "b", "2024-01-02"), (None, "", "2024-01-02")]
    assert raw.titles == {"q": "Miten voit?", "d": "Päivä"}
    assert raw.labels == {"q": {"1": "Hyvin", "a": "ei vastannut"}}
    assert textual(read(tmp_path, "a.dta", "dta", labels=True).frame)["q"].to_list() == ["Hyvin", "2", None]


@pytest.mark.parametrize("cut", [1, 30, 400])
def test_a_cut_off_stata_file_is_an_error(tmp_path: Path, cut: int) -> None:
    pyreadstat.write_dta(pl.DataFrame({"q": [1.0, 2.0] * 200}), tmp_path / "a.dta")
    (tmp_path / "a.dta").write_bytes((tmp_path / "a.dta").read_bytes()[:-cut])
    with pytest.raises(SourceError, match=r"a.dta (is not whole|cannot be read)"):
        read(tmp_path, "a.dta", "dta")


def test_lengths_of_time_become_seconds(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {unit: pl.Series([90_500, None]).cast(pl.Duration("ms")).cast(pl.Duration(unit)) for unit in ("ms", "us", "ns")}
    )
    frame.write_parquet(tmp_path / "a [1].parquet")
    assert rows(read(tmp_path, "a [1].parquet", "parquet")) == [("90.5",) * 3]


@pytest.mark.parametrize("kind", [pl.List(pl.Binary), pl.Struct({"a": pl.List(pl.Binary)}), pl.Array(pl.Binary, 1)])
def test_bytes_inside_lists_are_one_clear_error(kind: pl.DataType) -> None:
    with pytest.raises(SourceError, match=r"a.parquet: the column 'x' holds values that have no text"):
        plain(pl.DataFrame({"x": pl.Series([None], dtype=kind)}), "a.parquet")


@pytest.mark.parametrize(
    ("series", "text"),
    [
        (pl.Series(["1.50"]).cast(pl.Decimal(10, 2)), "1.50"),
        (pl.Series(["a"], dtype=pl.Categorical), "a"),
        (pl.Series(["a"], dtype=pl.Enum(["a", "b"])), "a"),
        (pl.Series([dt.time(1, 2)]), "01:02:00"),
        (pl.Series([b"\xff"]), "ff"),
        (pl.Series([None], dtype=pl.Null), None),
        (pl.Series([{"a": dt.timedelta(seconds=90)}]), '{"x":{"a":"PT90S"}}'),
    ],
)
def test_every_type_of_a_column_has_a_text(series: pl.Series, text: str | None) -> None:
    assert textual(plain(pl.DataFrame({"x": series}), "a"))["x"].to_list() == [text]
