"""What people really hand to `sujuva score`: doubled columns and rows, folders, empty files, keys that are codes."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
import pytest

from sujuva import cli
from sujuva.codebooks import load_instruments
from sujuva.scores import score_sheet
from sujuva.scoring import about, score_file

WHO5 = load_instruments()["who5"]
HEAD = "id," + ",".join(WHO5.item_columns)


def made(path: Path, *rows: str, head: str = HEAD) -> Path:
    """Write a CSV file."""
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def run(monkeypatch, capsys, *arguments):
    """Run the command line in this process; return exit code, standard output and standard error."""
    monkeypatch.setattr(sys, "argv", ["sujuva", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


@pytest.mark.parametrize(("last", "differ"), [("1", False), ("2", True), ("", True)])
def test_an_item_that_is_there_twice_is_taken_only_where_both_agree(
    project, tmp_path, monkeypatch, capsys, last, differ
):
    path = made(tmp_path / "a.csv", f"x,1,2,3,4,5,{last}", head=HEAD + ",who5_1")
    code, out, said = run(monkeypatch, capsys, "score", "who5", path)
    assert (code, out == "") == ((1, True) if differ else (0, False))
    assert ("Two columns are called 'who5_1', and they differ." in said) == differ


def test_a_key_that_is_there_twice_must_agree_too(project, tmp_path, monkeypatch, capsys):
    path = made(tmp_path / "a.csv", "x,y,1,2,3,4,5", head="id," + HEAD)
    assert run(monkeypatch, capsys, "score", "who5", path)[0] == 1


def test_rows_of_the_same_person_are_counted(tmp_path):
    path = made(tmp_path / "a.csv", "x,2023,1,1,1,1,1", "x,2024,1,1,1,1,1", "y,2024,1,1,1,1,1", "y,2024,2,2,2,2,2",
                ",2024,1,1,1,1,1", ",2024,1,1,1,1,1", head=HEAD.replace("id,", "id,wave,"))  # fmt: skip
    sheet = score_file(path, WHO5)
    assert sheet.frame["who5"].to_list() == [20, 20, 20, 40, 20, 20]
    assert "2 rows share 'id', 'wave' with another row: each is scored as it stands." in about(sheet)


def test_nothing_is_said_of_rows_where_nothing_is_to_be_said(tmp_path):
    sheet = score_file(made(tmp_path / "a.csv", "x,1,1,1,1,1"), WHO5)
    assert sheet.notes == ()
    assert "1 row" in about(sheet)


def test_a_key_of_identity_codes_is_left_out_and_that_is_said(tmp_path):
    codes = ["010190-900P", "010190-901R", "010190-902S"]  # of the range that is given to nobody
    path = made(tmp_path / "a.csv", *(f"{code},1,2,3,4,5" for code in codes))
    sheet = score_file(path, WHO5)
    assert sheet.frame.columns[0] == "row"
    assert any("'id'" in note and "--keep" in note for note in sheet.notes)
    assert not any(code in "".join(about(sheet)) for code in codes)
    kept = score_file(path, WHO5, keep=["id"])
    assert (kept.frame["id"].to_list(), kept.notes) == (codes, ())


def test_an_item_can_be_kept(tmp_path):
    sheet = score_file(made(tmp_path / "a.csv", "x,1,2,3,4,5"), WHO5, keep=["who5_2"])
    assert sheet.frame["who5_2"].to_list() == ["2"]
    frame = pl.DataFrame({name: [1] for name in WHO5.item_columns})
    assert "row" in score_sheet(frame, WHO5).frame.columns


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("a.csv", HEAD + "\n", "a.csv has no data rows"),
        ("a.csv", "", "the file is empty"),
        ("", None, "is a folder"),
    ],
)
def test_what_holds_no_answers_is_said_in_the_words_of_the_command(
    project, tmp_path, monkeypatch, capsys, file, content, words
):
    path = tmp_path / "answers" / file
    (tmp_path / "answers").mkdir()
    if content is not None:
        path.write_text(content, encoding="utf-8")
    code, out, said = run(monkeypatch, capsys, "score", "who5", path)
    assert (code, out) == (1, "")
    assert words in said
    assert "sources.yaml" not in said


@pytest.mark.parametrize(
    ("target", "words"), [("folder", "is a folder"), ("a.csv/scores.csv", "Could not write"), ("x.docx", "written as")]
)
def test_where_scores_cannot_go_nothing_is_left_behind(project, tmp_path, monkeypatch, capsys, target, words):
    (tmp_path / "folder").mkdir()
    path = made(tmp_path / "a.csv", "x,1,2,3,4,5")
    before = sorted(tmp_path.rglob("*"))
    code, out, said = run(monkeypatch, capsys, "score", "who5", path, "-o", tmp_path / target)
    assert (code, out) == (1, "")
    assert words in said
    assert sorted(tmp_path.rglob("*")) == before


def test_the_key_of_an_instrument_may_be_shouted_in_the_question(project, tmp_path, monkeypatch, capsys):
    said = run(monkeypatch, capsys, "score", "WHO5", made(tmp_path / "a.csv", "x,1,2,3,4,5"))[2]
    assert "Did you mean 'who5'?" in said


def test_formulas_never_calculated_are_told_and_not_taken_for_blanks(
    project, shared_cases, tmp_path, monkeypatch, capsys
):
    code, out, said = run(monkeypatch, capsys, "score", "who5", shared_cases / "formula-without-value" / "who5.xlsx")
    assert code == 1
    assert not out
    assert "2 cells hold formulas never calculated" in said
    assert "too few" not in said
