"""The commands `bundles`, `bundles check` and `bundles add` at the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
import yaml

from sujuva.bundles import LEDGER
from sujuva.io import write_json, write_table
from sujuva.moments import write_moments
from sujuva.params import load_params
from sujuva.signatures import sign
from tests.bundles.small import ROOT, contents, study, write
from tests.test_cli import run
from tests.test_signatures import key_file, made_key

PSEUDONYM = "0123456789abcdef" * 2


@pytest.fixture
def network(project: Path) -> Path:
    """A project that asks for signatures, and knows the key of Oulu."""
    return described(project)


def described(project: Path) -> Path:
    """Let a project know its codebooks, its code, and the key of Oulu."""
    shutil.copytree(study(), project / "data/study")
    (project / "data/study/sources.yaml").write_text("{title: Example, synthetic: true}\n", encoding="utf-8")
    for name in ("src", "notebooks"):
        (project / name).symlink_to(ROOT / name)
    (project / "dvc.yaml").write_bytes((ROOT / "dvc.yaml").read_bytes())
    params = yaml.safe_load((project / "params.yaml").read_text(encoding="utf-8"))
    params["bundles"]["accepted_keys"] = {"oulu": [made_key().public.text]}
    (project / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    return project


def test_a_bundle_is_checked_taken_in_and_listed(
    network: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    sent = write(network / "sent/oulu.zip")
    assert run(monkeypatch, "bundles", "check", str(sent)) == 1
    assert "refused: oulu.zip is not signed" in capsys.readouterr().err
    assert run(monkeypatch, "bundles", "add", str(sent)) == 1
    assert "not signed" in capsys.readouterr().err
    assert not (network / "data/bundles").exists()
    sent.with_name("oulu.zip.minisig").write_text(sign(sent, made_key()), encoding="utf-8")
    assert run(monkeypatch, "bundles", "check", str(sent)) == 0
    told = capsys.readouterr().out
    assert "oulu.zip would be accepted." in told
    assert "note: it was made by other code than lies here" in told
    assert run(monkeypatch, "bundles", "add", str(sent)) == 0
    capsys.readouterr()
    assert run(monkeypatch, "bundles") == 0
    listed = capsys.readouterr().out
    assert "oulu  2022 2023  synthetic  rows: 2 moments, 0 ledger  withheld: 0  signed" in listed
    assert "Neither own data nor a bundle: keski-pohjanmaa, pohjois-karjala, tampere." in listed
    assert run(monkeypatch, "bundles", "add", str(sent)) == 1
    assert "delivered twice" in capsys.readouterr().err


@pytest.fixture
def region(project: Path) -> Path:
    """A project of Oulu alone, whose stages up to moments have run."""
    held = contents()
    write_moments(held.moments, project / "data/moments")
    for name, frame in held.ledger.items():
        write_table(frame, project / f"data/ledger/{name}.parquet", key=LEDGER[name].primary_key())
    sections = load_params(project / "params.yaml").model_dump(mode="json")
    sections["study"] |= {"regions": ["oulu"], "waves": [2022, 2023]}
    for stage in ("ledger", "moments"):
        write_json(sections, project / f"data/{stage}/choices.json")
    (project / "data/clean").mkdir()
    people = pl.DataFrame({"respondent": [PSEUDONYM], "wave": [2022], "region": ["oulu"]})
    people.write_parquet(project / "data/clean/respondents.parquet")
    return described(project)


def test_what_a_region_sends_a_network_takes_in(
    region: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    key = key_file(tmp_path.with_name(f"{tmp_path.name}.key"))
    assert run(monkeypatch, "bundle", "oulu", "-s", str(key)) == 0
    told = capsys.readouterr().out
    assert told.startswith("data/sent/oulu.zip  ")
    sent = region / "data/sent/oulu.zip"
    first = sent.read_bytes()
    assert run(monkeypatch, "bundle", "oulu", "-o", str(tmp_path / "copy.zip")) == 0
    assert sent.read_bytes() == first == (tmp_path / "copy.zip").read_bytes()
    # Three persons fewer: whoever holds the first bundle would read them, wherever the second one is written.
    write_moments(contents(n=37).moments, region / "data/moments")
    assert run(monkeypatch, "bundle", "oulu", "-o", str(tmp_path / "next.zip")) == 1
    assert "Nothing of oulu may leave" in capsys.readouterr().err
    assert sent.read_bytes() == first
    capsys.readouterr()
    # The same folder, now as a network that has no data of Oulu itself.
    (region / "data/clean/respondents.parquet").unlink()
    assert run(monkeypatch, "bundles", "check", str(sent)) == 0
    assert "oulu.zip would be accepted." in capsys.readouterr().out


def test_nothing_that_may_not_leave_is_written(
    region: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert run(monkeypatch, "bundle", "tampere") == 1
    assert "not of tampere alone, but also of oulu" in capsys.readouterr().err
    path = region / "data/moments/initiatives.parquet"
    schema = pl.read_parquet_schema(path)
    row = {name: PSEUDONYM[:16] if kind == pl.String else 9 for name, kind in schema.items()} | {"region": "oulu"}
    write_table(pl.DataFrame([row], schema=schema), path, key=list(schema))
    assert run(monkeypatch, "bundle", "oulu") == 1
    assert "holds keys of persons or families" in capsys.readouterr().err
    assert not (region / "data/sent").exists()


def test_where_all_is_withheld_there_is_nothing_to_send(
    region: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    write_moments(contents(n=3).moments, region / "data/moments")
    assert run(monkeypatch, "bundle", "oulu") == 1
    assert "Nothing of oulu may leave" in capsys.readouterr().err
    assert not (region / "data/sent").exists()


def test_a_hostile_file_is_one_sentence(
    network: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    path = network / "oulu.zip"
    path.write_bytes(b"PK\x03\x04 and so on")
    for command in ("check", "add"):
        assert run(monkeypatch, "bundles", command, str(path)) == 1
        assert capsys.readouterr().err.startswith("oulu.zip is damaged or no bundle")
    assert not (network / "data/bundles").exists()


def test_without_the_study_nobody_can_judge(project: Path, monkeypatch, capsys):
    assert run(monkeypatch, "bundles", "check", str(write(project / "oulu.zip"))) == 1
    assert "Run: dvc repro clean" in capsys.readouterr().err
