"""The commands `bundles`, `bundles check` and `bundles add` at the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from sujuva.signatures import sign
from tests.bundles.small import ROOT, study, write
from tests.test_cli import run
from tests.test_signatures import made_key


@pytest.fixture
def network(project: Path) -> Path:
    """A project that asks for signatures, and knows the key of Oulu."""
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
