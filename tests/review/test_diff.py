"""Two states of a study: what differs is named, ranked, and it is said from where on nothing matters."""

from __future__ import annotations

import json
import shutil

import polars as pl
import pytest
import yaml

from sujuva.errors import SujuvaError
from sujuva.published import CONTRACTS, Change, TableDiff
from sujuva.review.difference import difference, told
from sujuva.review.ranking import ranked
from sujuva.review.states import State, open_state

RECORDS = {"mean": {"decimals": 1, "percent": False}, "share": {"decimals": 0, "percent": True}}


def change(name: str, old: float | None, new: float | None) -> Change:
    return Change({"indicator": name, "region": "oulu"}, {"estimate": (old, new)})


def ranks(*changes: Change, half: float | None = None):
    return ranked([TableDiff("parjaavyys", (9, 9), 0, changed=changes)], {"parjaavyys": lambda _key: half}, RECORDS)


def test_numbers_are_ranked_by_their_interval():
    found = ranks(change("mean", 10, 11), change("mean", 10, 14), change("mean", 10, 9), half=2.0)
    assert [one.size for one in found.moved] == [2.0, 0.5, 0.5]
    assert found.stop == 1


def test_without_an_interval_the_last_decimal_that_readers_see_decides():
    found = ranks(
        change("mean", 1.0, 1.1), change("mean", 1.0, 1.3), change("share", 0.10, 0.11), change("share", 0.1, 0.2)
    )
    assert sorted(one.size for one in found.moved) == [1.0, 1.0, 3.0, 10.0]
    assert found.stop == 2


def test_what_is_beyond_comes_before_what_is_not():
    differences = [
        TableDiff("parjaavyys", (9, 9), changed=[change("mean", 10, 10.9)]),
        TableDiff("integration", (9, 9), changed=[change("mean", 1, 9)]),
    ]
    halves = {"parjaavyys": lambda _key: 1.0, "integration": lambda _key: None}
    found = ranked(differences, halves, RECORDS)
    assert [one.table for one in found.moved] == ["integration", "parjaavyys"]
    assert found.stop == 1


def test_an_end_of_a_rounding_is_none():
    """0.3 − 0.2 is not 0.1 in a float: a difference of one unit stays one."""
    assert ranks(change("mean", 0.2, 0.3)).stop == 0


def test_numbers_that_are_hidden_or_shown_now_are_told_apart():
    found = ranks(change("mean", None, 3.0), change("mean", 3.0, None))
    assert (len(found.moved), len(found.hidden), len(found.shown)) == (0, 1, 1)


def test_tables_without_estimates_take_no_part():
    found = ranked([TableDiff("delays", (9, 9), changed=[change("mean", 1, 9)])], {}, RECORDS)
    assert found.moved == ()


def test_a_commit_is_compared_with_what_lies_here(project, monkeypatch, tmp_path):
    monkeypatch.chdir(project.root)
    old = open_state(project.root, "HEAD", tmp_path)
    kept = shutil.copytree(project.root / "data/published", tmp_path / "kept")
    project.write("params.yaml", yaml.safe_dump({"data": {"input": "data/raw"}, "privacy": {"threshold": 15}}))
    project.write("src/page.py", "# other\n")
    project.write_published(project.published.with_columns(n=pl.col("n").replace(20, 21)))
    project.lock()
    found = difference(State(old.name, kept, old.params, old.stages), open_state(project.root, ".", tmp_path))
    assert found.choices == {"privacy.threshold": (5, 15)}
    assert found.code == {"site": ("src/page.py",)}
    assert [one.table for one in found.tables if not one.same] == ["delays"]
    said = told(found)
    assert "privacy.threshold: 5 → 15" in said
    assert "site: src/page.py" in said
    assert "Stop here: none differs" in said


def test_the_tables_of_another_commit_come_from_the_cache_or_are_asked_for(project, monkeypatch, tmp_path):
    from sujuva.fingerprint import files_in, hash_of

    digest = hash_of(project.root / "data/published")
    cache = tmp_path / "cache" / "files" / "md5"
    listed = []
    for name, path in files_in(project.root / "data/published").items():
        md5 = hash_of(path)
        (cache / md5[:2]).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, cache / md5[:2] / md5[2:])
        listed.append({"md5": md5, "relpath": name})
    (cache / digest[:2]).mkdir(parents=True, exist_ok=True)
    (cache / digest[:2] / digest[2:]).write_text(json.dumps(listed))
    content = yaml.safe_load((project.root / "dvc.lock").read_text())
    content["stages"]["publish"]["outs"][0]["md5"] = "2" * 32 + ".dir"
    project.write("dvc.lock", yaml.safe_dump(content))  # what lies here is another state now
    project.write(".dvc/config", "[cache]\ndir = nowhere\n")
    project.write(".dvc/config.local", f"[cache]\n    dir = {tmp_path / 'cache'}\n")
    state = open_state(project.root, "HEAD", tmp_path / "old")
    assert sorted(one.name for one in state.tables.iterdir()) == ["delays.parquet", "meta.json"]
    project.write(".dvc/config.local", "")
    with pytest.raises(SujuvaError, match="not on this machine"):
        open_state(project.root, "HEAD", tmp_path / "none")


def test_a_release_of_the_register_that_is_not_there_is_an_error(project, monkeypatch, tmp_path):
    monkeypatch.chdir(project.root)
    project.write("data/releases/releases.json", '{"releases": [], "withdrawn": []}')
    with pytest.raises(SujuvaError, match="no release '3'"):
        open_state(project.root, "release:3", tmp_path)


def test_bundles_that_differ_are_named_with_what_moved(tmp_path):
    frame = pl.DataFrame(schema=CONTRACTS["parjaavyys"].schema)
    row = dict.fromkeys(frame.columns) | {"indicator": "score_mean", "scale": "who5", "category": "", "wave": 2024}
    row |= {"informant": "self", "group": "all", "suppressed": ""}
    sides = []
    for name, digests, estimate in (("old", {"oulu": "a" * 64}, 50.0), ("new", {"oulu": "b" * 64}, 52.0)):
        rows = [row | {"region": region, "estimate": estimate} for region in ("oulu", "network")]
        rows.append(row | {"region": "tampere", "estimate": 50.0})
        (tmp_path / name).mkdir()
        pl.DataFrame(rows, schema=frame.schema).write_parquet(tmp_path / name / "parjaavyys.parquet")
        number = {"old": 2, "new": 1}[name]
        told_of = [
            {"region": region, "sha256": digest, "round": number, "back": "another school" if name == "new" else ""}
            for region, digest in digests.items()
        ]
        (tmp_path / name / "meta.json").write_text(json.dumps({"bundles": told_of}), encoding="utf-8")
        sides.append(State(name, tmp_path / name))
    found = difference(*sides)
    assert [vars(one) for one in found.bundles] == [
        {
            "region": "oulu",
            "old": "a" * 64,
            "new": "b" * 64,
            "rounds": (2, 1),
            "back": "another school",
            "of_region": 1,
            "of_network": 1,
        }
    ]
    assert not found.same
    said = told(found)
    assert "Bundles: 1 differ" in said
    assert "oulu: round 2, aaaaaaaaaaaa → round 1, bbbbbbbbbbbb; 1 of its estimates differ" in said
    assert "went back to it: another school" in said
    assert difference(sides[0], sides[0]).bundles == ()
