"""Two states of a file: the same bytes, equal within the tolerance, or different and by how much."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from matplotlib.image import imsave

from sujuva.io import new_workbook
from sujuva.review.compare import ALL, differences


def states(folder: Path, name: str, old: bytes, new: bytes) -> list:
    for side, content in (("old", old), ("new", new)):
        (folder / side).mkdir(exist_ok=True)
        (folder / side / name).write_bytes(content)
    return differences({name: folder / "old" / name}, {name: folder / "new" / name})


def test_the_same_bytes_have_no_difference(tmp_path):
    assert states(tmp_path, "a.html", b"<p>1.5</p>", b"<p>1.5</p>") == []


@pytest.mark.parametrize(
    ("old", "new", "within", "size"),
    [
        ("<p>0.12345678901 of 3</p>", "<p>0.12345678902 of 3</p>", True, 8.1e-11),
        ("<p>0.5 of 3</p>", "<p>0.4 of 3</p>", False, 0.2),
        ("<p>0.5 of three</p>", "<p>0.5 of four</p>", False, ALL),
        ("<p>-1.0</p>", "<p>1.0</p>", False, 2.0),
    ],
)
def test_texts_are_compared_number_by_number(tmp_path, old, new, within, size):
    (one,) = states(tmp_path, "a.html", old.encode(), new.encode())
    assert one.within is within
    assert one.size == pytest.approx(size, rel=0.01)


def test_the_first_line_that_differs_is_named(tmp_path):
    (one,) = states(tmp_path, "a.csv", b"x\n1\n2\n", b"x\n1\n3\n")
    assert one.key == {"line": 3}


def test_json_is_told_by_its_path(tmp_path):
    found = states(tmp_path, "m.json", b'{"a": {"b": 1, "c": "x"}}', b'{"a": {"b": 2, "c": "x", "d": 0}}')
    assert [(one.key["path"], one.what) for one in found] == [("/a/d", "only new"), ("/a/b", "changed")]


@pytest.mark.parametrize(("step", "within"), [(5, True), (20, False)])
def test_pictures_are_compared_by_pixels(tmp_path, step, within):
    picture = np.full((4, 5, 3), 100, dtype=np.uint8)
    other = picture.copy()
    other[2, 3, 1] += step
    for name, pixels in (("o.png", picture), ("n.png", other)):
        imsave(tmp_path / name, pixels)
    (one,) = states(tmp_path, "p.png", (tmp_path / "o.png").read_bytes(), (tmp_path / "n.png").read_bytes())
    assert one.within is within
    assert one.size == pytest.approx(step / 255, abs=1e-6)


def test_pictures_of_another_size_differ(tmp_path):
    imsave(tmp_path / "o.png", np.zeros((4, 5, 3), dtype=np.uint8))
    imsave(tmp_path / "n.png", np.zeros((5, 4, 3), dtype=np.uint8))
    (one,) = states(tmp_path, "p.png", (tmp_path / "o.png").read_bytes(), (tmp_path / "n.png").read_bytes())
    assert one.size == ALL


def test_what_is_no_such_file_differs_in_bytes(tmp_path):
    for name in ("p.png", "delays.parquet", "b.xlsx", "m.json"):
        (one,) = states(tmp_path, name, b"\x00broken", b"\x01broken")
        assert (one.what, one.size) == ("bytes", ALL)


def table(*counts: int | None) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "region": ["oulu"] * len(counts),
            "wave": pl.Series([2024] * len(counts), dtype=pl.Int32),
            "days": pl.Series(range(len(counts)), dtype=pl.Int32),
            "days_to": pl.Series(range(1, len(counts) + 1), dtype=pl.Int32),
            "n": counts,
            "suppressed": ["" if one is not None else "primary" for one in counts],
        }
    )


def parquet(folder: Path, frame: pl.DataFrame, **options) -> bytes:
    frame.write_parquet(folder / "t.parquet", **options)
    return (folder / "t.parquet").read_bytes()


def test_tables_are_compared_by_key(tmp_path):
    old, new = (parquet(tmp_path, one) for one in (table(10, 20, 30), table(10, 25)))
    found = states(tmp_path, "delays.parquet", old, new)
    assert [(one.what, one.key["days"]) for one in found] == [("only old", 2), ("changed", 1)]


def test_a_table_written_otherwise_is_equal(tmp_path):
    old, new = (parquet(tmp_path, table(10, 20), compression=one) for one in ("zstd", "uncompressed"))
    (one,) = states(tmp_path, "delays.parquet", old, new)
    assert one.within


def test_rows_that_have_not_passed_the_door_are_not_told(tmp_path):
    leaking = table(10, 2).with_columns(suppressed=pl.Series(["", "primary"]))
    (one,) = states(tmp_path, "delays.parquet", parquet(tmp_path, table(10, 20)), parquet(tmp_path, leaking))
    assert (one.what, one.key, one.values) == ("bytes", {}, {})


def test_workbooks_are_compared_by_their_texts(tmp_path):
    import datetime as dt

    for name, number in (("o", 1.0), ("n", 2.0)):
        with new_workbook(tmp_path / f"{name}.xlsx", created=dt.datetime(2024, 1, 1)) as book:  # noqa: DTZ001
            book.add_worksheet("a").write_number(0, 0, number)
    (one,) = states(tmp_path, "b.xlsx", (tmp_path / "o.xlsx").read_bytes(), (tmp_path / "n.xlsx").read_bytes())
    assert 0 < one.size < ALL


def test_files_of_one_state_alone_are_told(tmp_path):
    (tmp_path / "a").write_text("x")
    found = differences({"gone": tmp_path / "a"}, {"come": tmp_path / "a"})
    assert sorted((one.file, one.what) for one in found) == [("come", "only new"), ("gone", "only old")]
