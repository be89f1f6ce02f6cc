"""The commands `bundles`, `bundles check` and `bundles add` at the command line."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import polars as pl
import pytest
import yaml

from sujuva.bundles import LEDGER, Contents
from sujuva.bundles.archive import Bundle, read_bundle
from sujuva.io import write_json, write_table
from sujuva.moments import write_moments
from sujuva.params import load_params
from sujuva.published import write_published
from sujuva.quick.sending import sent_before
from sujuva.releases.register import add_release, read_register
from sujuva.signatures import sign
from tests.bundles.small import ROOT, contents, scores, study, write
from tests.releases import worlds
from tests.releases.conftest import EMPTY
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
    (project / "data/releases").mkdir()
    write_json(EMPTY, project / "data/releases/releases.json")
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
    assert "oulu  round 1  2022 2023  synthetic  rows: 2 moments, 0 ledger  withheld: 0  signed" in listed
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


def test_each_bundle_that_differs_has_the_next_round_and_is_held_against_all_before(
    region: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    sent, early = region / "data/sent/oulu.zip", region / "data/sent/earlier"
    first, second = contents(n=40, wave=2022), contents(n=40)

    def made(held: Contents) -> Bundle:
        write_moments(held.moments, region / "data/moments")
        assert run(monkeypatch, "bundle", "oulu") == 0
        return read_bundle(sent)

    def waves(bundle: Bundle) -> list[int]:
        return bundle.table("moments/scores.parquet")["wave"].to_list()

    one, two = made(first), made(second)
    assert (one.manifest.round, two.manifest.round, waves(two)) == (1, 2, [2022, 2023])
    assert made(second).sha256 == two.sha256
    # Three of 2022 left. The third bundle does not tell it, nor does the fourth: the first may have been kept.
    fewer = Contents({**first.moments, "scores": pl.concat([scores("oulu", 37, [2022]), scores("oulu", 40, [2023])])},
                     first.ledger)  # fmt: skip
    third = made(fewer)
    assert (third.manifest.round, waves(third)) == (3, [2023])
    more = pl.concat([scores("oulu", 37, [2022]), scores("oulu", 50, [2023])])
    fourth = made(Contents({**first.moments, "scores": more}, first.ledger))
    assert (fourth.manifest.round, waves(fourth)) == (4, [2023])
    assert sorted(path.name for path in early.iterdir()) == ["oulu-1.zip", "oulu-2.zip", "oulu-3.zip"]
    assert [bundle.sha256 for bundle in sent_before("oulu", region)][:3] == [one.sha256, two.sha256, third.sha256]
    # Another file in the place of what was sent: nobody knows any more what others hold.
    shutil.copyfile(early / "oulu-1.zip", early / "oulu-2.zip")
    write(early / "oulu-3.zip", n=99, round=1)
    capsys.readouterr()
    assert run(monkeypatch, "bundle", "oulu") == 1
    assert "Two bundles below data/sent are round 1 of oulu, and differ." in capsys.readouterr().err


def test_an_older_bundle_takes_no_newer_ones_place_unless_somebody_says_why(
    network: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def signed(number: int, n: int) -> str:
        path = write(network / f"sent/{number}-{n}.zip", n=n, round=number)
        path.with_name(f"{path.name}.minisig").write_text(sign(path, made_key()), encoding="utf-8")
        return str(path)

    first, second, other = signed(1, 40), signed(2, 41), signed(2, 42)
    assert run(monkeypatch, "bundles", "add", first) == 0
    assert run(monkeypatch, "bundles", "add", second) == 0
    assert "    round: 1 → 2" in capsys.readouterr().out.splitlines()
    held = (network / "data/bundles/oulu.zip").read_bytes()
    for command in ("check", "add"):
        assert run(monkeypatch, "bundles", command, first) == 1
        told = capsys.readouterr().err
        assert "1-40.zip is round 1 of oulu; round 2 is in bundles/ already, and 1-40.zip came before it." in told
    assert run(monkeypatch, "bundles", "add", other) == 1
    assert "and 2-42.zip is another one of the same round" in capsys.readouterr().err
    for told in ("", " \n ", "x" * 201):
        assert run(monkeypatch, "bundles", "add", first, "--back", told) == 1
        assert "--back says why" in capsys.readouterr().err
    assert (network / "data/bundles/oulu.zip").read_bytes() == held
    assert run(monkeypatch, "bundles", "add", first, "--back", "The second has\nanother school.") == 0
    capsys.readouterr()
    assert run(monkeypatch, "bundles") == 0
    assert "went back to it: The second has another school." in capsys.readouterr().out
    assert run(monkeypatch, "bundles", "add", second, "--back", "x") == 1
    assert "nothing to go back from" in capsys.readouterr().err
    assert run(monkeypatch, "bundles", "add", second) == 0
    assert sorted(path.name for path in (network / "data/bundles").iterdir()) == ["oulu.zip", "oulu.zip.minisig"]


def test_what_a_release_stands_on_is_remembered_without_its_bundle(
    network: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    first, second = (write(network / f"sent/{number}.zip", n=39 + number, round=number) for number in (1, 2))
    for path in (first, second):
        path.with_name(f"{path.name}.minisig").write_text(sign(path, made_key()), encoding="utf-8")
    told = worlds.published(worlds.pair(0).old)
    bundle = read_bundle(second)
    told.meta["bundles"] = [{"region": "oulu", "round": 2, "sha256": bundle.sha256}]
    write_published(told, network / "data/published")
    persons = worlds.contributions_of(worlds.pair(0).old)
    add_release(read_register(), network / "data/published", owner="x", reason="y", date=dt.date(2026, 1, 31),
                cohort={}, persons=persons, bundles={"oulu": second})  # fmt: skip
    assert run(monkeypatch, "bundles", "add", str(first)) == 1
    assert "round 2 is behind a release already" in capsys.readouterr().err
    assert run(monkeypatch, "bundles", "add", str(second)) == 0


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
