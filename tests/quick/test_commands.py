"""The two commands as typed: outside a project, with a comma in a header, and when something breaks."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import polars as pl
import pytest

from sujuva import cli
from sujuva.codebooks import load_relations, relation_of
from sujuva.intake.words import words_of
from sujuva.quick import tie_file
from sujuva.quick.case_words import log_columns


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["sujuva", *arguments])
    try:
        cli.main()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


@pytest.mark.parametrize("command", ["network", "casework"])
def test_outside_a_project_the_folder_is_asked_for(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_text("source,target\nx,y\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, command, "a.csv") == 1
    said = capsys.readouterr().err
    assert f"sujuva {command} reads the codebooks of a project" in said
    assert "the file may lie anywhere" in said


def test_what_breaks_is_told_without_any_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("source,target\nx,y\n", encoding="utf-8")

    def broken(_: pl.DataFrame) -> pl.DataFrame:
        return pl.DataFrame({"a": ["secret"]}).cast(pl.Int64)

    monkeypatch.setattr(tie_file, "as_text", broken)
    monkeypatch.delenv("SUJUVA_DEBUG", raising=False)
    assert run(monkeypatch, "network", str(path)) == 1
    out, said = capsys.readouterr()
    assert "secret" not in out + said
    assert "InvalidOperationError in sujuva.quick.tie_file, line " in said
    assert "SUJUVA_DEBUG=1" in said
    monkeypatch.setenv("SUJUVA_DEBUG", "1")
    with pytest.raises(pl.exceptions.InvalidOperationError, match="secret"):
        run(monkeypatch, "network", str(path))


def test_a_header_may_hold_a_comma(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    rows = [
        f"{case},{activity},2024-02-0{day},avioero"
        for case in "ab"
        for day, activity in ((1, "contact"), (3, "meeting"))
    ]
    path.write_text("\n".join(['case,activity,time,"Syy, muu"', *rows, ""]), encoding="utf-8")
    typed = ["casework", str(path), "--column", "trigger=Syy, muu", "--words", "trigger:divorce=avioero", "--json"]
    assert run(monkeypatch, *typed) == 0
    assert json.loads(capsys.readouterr().out)["columns"]["trigger"] == "Syy, muu"
    assert run(monkeypatch, "casework", str(path), "--column", "Syy, muu") == 1
    assert "--column trigger=Syy" in capsys.readouterr().err


def test_ties_of_the_codebook_are_those_of_the_reports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b,suhde,arvio\nx,y,yhteistyö,1\ny,z,yhteistyö,2\n", encoding="utf-8")
    assert run(monkeypatch, "network", str(path), "--json") == 0
    assert json.loads(capsys.readouterr().out)["tie_from"] == 2
    assert run(monkeypatch, "network", str(path), "--json", "--tie-from", "1") == 0
    assert json.loads(capsys.readouterr().out)["tie_from"] == 1


def test_the_codebook_knows_every_relation_that_a_draft_knows() -> None:
    known = load_relations()
    for key, words in words_of("relation").items():
        for word in words:
            assert relation_of(word, known).key == key, word


@pytest.mark.parametrize("word", ["Asiakas", "Asiakasnumero", "Perhetunnus"])
def test_words_for_a_case(word: str) -> None:
    text = pl.DataFrame({word: ["1"], "Tapahtuma": ["x"], "Aika": ["1.2.2024"]})
    assert log_columns(text, {}, [word], {}).found["case"] == word
