"""The commands `release` and `forget`, and the stage `changes`, at the command line."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import polars as pl
import pytest

from sujuva import cli
from sujuva.published import write_published
from tests.releases import worlds
from tests.releases.test_forget import delivery  # noqa: F401  a fixture


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["sujuva", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def test_an_empty_register_is_listed_and_nothing_has_changed_since(
    register: Path, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    choices = project / "data" / "moments" / "choices.json"
    choices.parent.mkdir()
    choices.write_text("{}", encoding="utf-8")

    assert run(monkeypatch, "release", "--list") == 0
    assert capsys.readouterr().out == "0 releases, 0 withdrawn.\n"
    assert run(monkeypatch, "changes") == 0
    assert sorted(path.name for path in (project / "data" / "changes").iterdir()) == [
        "bundles.parquet", "counts.parquet", "kept.parquet", "releases.json", "values.parquet",
    ]  # fmt: skip
    assert pl.read_parquet(project / "data" / "changes" / "counts.parquet").height == 0


def test_what_was_published_without_regard_to_the_register_is_no_release(
    register: Path, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    made = worlds.published(worlds.pair(0).old)
    made.meta["releases"] = [{"number": 1, "date": "2026-01-31"}]
    write_published(made, project / "data" / "published")

    assert run(monkeypatch, "release", "--owner", "x", "--reason", "y") == 1
    assert "made without regard to every release of the register" in capsys.readouterr().err
    assert run(monkeypatch, "release", "--owner", "x", "--reason", "y", "--date", "31.1.2026") == 1
    assert "--date is no day" in capsys.readouterr().err
    assert json.loads(register.read_text(encoding="utf-8"))["releases"] == []


@pytest.mark.usefixtures("delivery")
def test_a_key_may_come_from_standard_input_and_is_never_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"B2\n"), encoding="utf-8"))
    assert run(monkeypatch, "forget", "-", "--dry-run") == 0
    told = capsys.readouterr().out
    assert "people.csv: 2 rows" in told
    assert "B2" not in told
    assert run(monkeypatch, "forget", "nobody") == 1
    assert "nobody" not in capsys.readouterr().err
