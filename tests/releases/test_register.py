"""The register of releases: what is added stays as it was added, or the register is refused."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from sujuva.errors import DisclosureError, SujuvaError
from sujuva.published import KEYS, read_published, write_published
from sujuva.releases import Earlier, Release, add_release, read_before, read_register
from sujuva.releases.changes import write_changes
from sujuva.releases.register import KEY_VARIABLE
from tests.releases import worlds

DAY = dt.date(2026, 1, 31)
ABOUT = {"owner": "Tutkimusryhmä", "reason": "vuosiraportti", "cohort": {"waves": [2024]}}


@cache
def first():
    world = worlds.pair(0).old
    return worlds.published(world), worlds.contributions_of(world)


def add(folder: Path, **changes) -> Release:
    published, persons = first()
    if not (folder / "meta.json").is_file():
        write_published(published, folder)
    return add_release(read_register(), folder, **{**ABOUT, "date": DAY, "persons": persons} | changes)


def test_a_release_is_kept_with_its_tables_and_who_was_in_it(register: Path, project: Path):
    added = add(project / "published")
    earlier = read_register()
    private = earlier.private(added)

    assert earlier.releases == (added,)
    assert added.unsigned
    assert earlier.tables(added)["parjaavyys"].equals(read_published(project / "published")["parjaavyys"])
    assert pl.read_parquet(private).equals(first()[1])
    assert private.stat().st_mode & 0o077 == 0
    assert private.parent.stat().st_mode & 0o077 == 0
    assert not any(name in register.read_text(encoding="utf-8") for name in first()[1]["person"].unique())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"owner": " "}, "needs an owner"),
        ({"reason": ""}, "needs a reason"),
        ({"date": DAY - dt.timedelta(days=1)}, "before the last one"),
        ({}, "are release 1 already"),
    ],
)
def test_what_is_no_release_is_refused_and_changes_nothing(register: Path, project: Path, changes, message: str):
    add(project / "published")
    content = register.read_bytes()

    with pytest.raises(SujuvaError, match=message):
        add(project / "published", **changes)
    assert register.read_bytes() == content


def edited(register: Path, **changes) -> None:
    content = json.loads(register.read_text(encoding="utf-8"))
    content["releases"][0] |= changes
    register.write_text(json.dumps(content), encoding="utf-8")


def test_an_entry_that_was_edited_is_refused(register: Path, project: Path):
    add(project / "published")
    edited(register, rules={"threshold": 3})

    with pytest.raises(DisclosureError, match=r"Release 1 .* was changed after it was added"):
        read_register()


def test_an_entry_that_was_taken_out_is_noticed(register: Path, project: Path):
    add(project / "published")
    (project / "published" / "meta.json").write_bytes((project / "published" / "meta.json").read_bytes() + b"\n")
    add(project / "published", date=DAY + dt.timedelta(days=1))
    content = json.loads(register.read_text(encoding="utf-8"))
    del content["releases"][0]
    register.write_text(json.dumps(content), encoding="utf-8")

    with pytest.raises(DisclosureError, match="one before it was taken out"):
        read_register()


def test_a_table_that_was_changed_or_is_missing_is_refused(register: Path, project: Path):
    add(project / "published")
    table = register.parent / "1" / "parjaavyys.parquet"
    table.write_bytes(table.read_bytes() + b"x")
    with pytest.raises(DisclosureError, match=r"1/parjaavyys\.parquet was changed after the release"):
        read_register()
    table.unlink()
    with pytest.raises(DisclosureError, match=r"1/parjaavyys\.parquet is missing"):
        read_register()


def test_readers_of_a_release_hold_its_tables_and_those_of_other_keys_are_refused(register: Path, project: Path):
    told = add(project / "published")
    earlier = read_register()
    assert earlier.published(told).meta == first()[0].meta
    assert earlier.published(told)["parjaavyys"].equals(first()[0]["parjaavyys"].sort(KEYS["parjaavyys"]))

    class Other(Earlier):
        def tables(self, release: Release) -> dict[str, pl.DataFrame]:
            return {name: frame.drop(KEYS[name][0]) for name, frame in super().tables(release).items()}

    with pytest.raises(DisclosureError, match="by other keys than this version does"):
        Other(earlier.folder, earlier.register).published(told)


@pytest.mark.parametrize("content", ["", "[]", '{"releases": 1}', '{"releases": [{"number": 1}]}'])
def test_what_is_no_register_is_refused(register: Path, content: str):
    register.write_text(content, encoding="utf-8")
    with pytest.raises(SujuvaError, match="is missing or is no register of releases"):
        read_register()


def test_a_signed_register_is_held_against_the_key(register: Path, project: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(KEY_VARIABLE, "one key")
    assert not add(project / "published").unsigned
    read_register()
    monkeypatch.setenv(KEY_VARIABLE, "another key")
    with pytest.raises(DisclosureError, match="signed with another key"):
        read_register()
    monkeypatch.delenv(KEY_VARIABLE)
    assert read_register().releases[0].signature  # a reader without the key still has the seals


def test_a_signature_that_was_taken_off_is_noticed_by_whoever_has_the_key(
    register: Path, project: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(KEY_VARIABLE, "one key")
    add(project / "published")
    edited(register, signature="", unsigned="")
    with pytest.raises(DisclosureError, match="not signed"):
        read_register()


def test_nothing_is_compared_where_it_is_not_known_who_was_in_a_release(register: Path, project: Path):
    added = add(project / "published")
    earlier = read_register()
    earlier.private(added).unlink()
    with pytest.raises(DisclosureError, match="Who was in release 1 is not known on this machine"):
        write_changes(earlier, project / "changes", clean=project, study=project, choices={}, bundles=project / "none")


def test_changes_of_another_state_of_the_register_are_refused(register: Path, project: Path):
    write_changes(
        read_register(), project / "changes", clean=project, study=project, choices={}, bundles=project / "none"
    )
    assert not read_before(read_register(), project / "changes")
    added = add(project / "published")
    with pytest.raises(DisclosureError, match="another state of the register"):
        read_before(read_register(), project / "changes")
    (project / "changes" / "releases.json").write_text(json.dumps({"1": added.seal}), encoding="utf-8")
    (told,) = read_before(read_register(), project / "changes").told
    assert (told["number"], told["date"], told["seal"]) == (1, added.date.isoformat(), added.seal)
    assert (told["owner"], told["reason"], told["files"]) == (added.owner, added.reason, added.files)


def test_a_first_release_of_another_study_is_refused(register: Path, project: Path):
    add(project / "published")
    other = project / "other"
    shutil.copytree(project / "published", other)
    meta = json.loads((other / "meta.json").read_text(encoding="utf-8"))
    (other / "meta.json").write_text(json.dumps({**meta, "responsible": "Joku muu"}), encoding="utf-8")
    with pytest.raises(DisclosureError, match="of another study"):
        add(other)
