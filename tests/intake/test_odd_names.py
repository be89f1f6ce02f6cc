"""Files whose names are not UTF-8, as old Windows and Mac exports leave them: told by name, never a crash."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sujuva.cli import app
from sujuva.errors import SourceError
from sujuva.intake import draft_folder
from sujuva.intake.opened import parts_of
from sujuva.paths import legible
from sujuva.sources import Feed, Source, read_source
from tests.intake.test_check import described, folder

__all__ = ["folder"]  # the fixture

TABLE = b"id,vuosi,who5_1,who5_2,who5_3,who5_4,who5_5\na,2024,1,2,3,4,5\n"


@pytest.fixture
def misnamed(folder: Path) -> Path:
    """A file called västö.csv in ISO-8859-1."""
    try:
        path = Path(os.fsdecode(os.fsencode(folder) + b"/v\xe4st\xf6.csv"))
        path.write_bytes(TABLE)
    except OSError:
        pytest.skip("file names are text on this system")
    return path


def test_a_draft_asks_to_rename_the_file_and_can_be_written(misnamed: Path) -> None:
    draft = draft_folder(misnamed.parent)
    (one,) = (one for one in draft.sources if "\ufffd" in one.file)
    assert one.file == "v\ufffdst\ufffd.csv"
    assert "rename the file" in one.problem
    assert "rename the file" in draft.text.encode("utf-8").decode("utf-8")


def test_check_asks_to_rename_it(misnamed: Path) -> None:
    found = described(misnamed.parent, limit=1.0)
    assert found["misnamed"] == ["v\ufffdst\ufffd.csv"]
    assert not found["ok"]
    json.dumps(found, ensure_ascii=False).encode("utf-8")
    said = CliRunner().invoke(app, ["check", str(misnamed.parent), "--max-quarantine", "1"])
    assert said.exit_code == 1
    assert "rename v\ufffdst\ufffd.csv" in " ".join(said.output.split())
    misnamed.rename(misnamed.with_name("vasto.csv"))
    assert described(misnamed.parent, limit=1.0)["ok"]


def test_quick_commands_ask_to_rename_it(misnamed: Path) -> None:
    with pytest.raises(SourceError, match="is not UTF-8") as caught:
        parts_of(misnamed)
    assert caught.value.hint == "Rename the file."


def test_names_beside_a_missing_file_can_be_printed(misnamed: Path) -> None:
    source = Source(name="a", file="västö.csv", reader="csv", feeds=(Feed(table="area_indicators"),))
    for ask in (lambda: read_source(misnamed.parent, source), lambda: parts_of(misnamed.with_name("västö.csv"))):
        with pytest.raises(SourceError) as caught:
            ask()
        str(caught.value).encode("utf-8")


def test_legible_names_stay() -> None:
    assert legible("väkiluku – ö.csv") == "väkiluku – ö.csv"
