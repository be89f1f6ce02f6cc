"""Regions that are known by their bundles alone: what changed in a bundle is told to nobody by subtraction."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sujuva.bundles.archive import Bundle, read_bundle
from sujuva.codebooks import load_indicators
from sujuva.errors import DisclosureError
from sujuva.published import read_published, write_published
from sujuva.releases import Verdict, read_before, read_register
from sujuva.releases.before import kept_cells
from sujuva.releases.bundled import of_bundles, released_bundles
from sujuva.releases.cells import BUNDLE, CELL, COUNTS, KEPT_CELLS, SCORES, VALUES
from sujuva.releases.compare import compare
from sujuva.releases.judge import LEVELS, judged, ranges_of
from sujuva.releases.register import Release, _seal
from sujuva.releases.rows import of_indicators
from tests.bundles import small
from tests.releases import worlds
from tests.releases.test_commands import run

NO_RANGES = ranges_of(
    {}, pl.DataFrame(schema={"scale": pl.String, "informant": pl.String, "bin_low": pl.Float64, "bin_high": pl.Float64})
)
SAME, NEW, CHANGED, HELD = Verdict.SAME, Verdict.NEW, Verdict.CHANGED, Verdict.HELD


def bundle(folder: Path, region: str, n: int = 40, *, only: int | None = None) -> Bundle:
    """A bundle of a region: two waves, or one of them alone."""
    path = folder / f"{region}-{n}-{only}.zip"
    held = small.contents(region, n)
    if only:
        held = type(held)({**held.moments, "scores": held.moments["scores"].filter(wave=only)}, held.ledger)
    return read_bundle(small.write_contents(path, region, held))


def verdicts(old: dict[str, Bundle], new: dict[str, Bundle]) -> dict[tuple[str, int], int]:
    return {(region, wave): verdict for _, region, wave, verdict in of_bundles(old, new, 1).iter_rows()}


def test_a_year_is_the_same_or_new_or_held(tmp_path: Path):
    whole, first = bundle(tmp_path, "oulu"), bundle(tmp_path, "oulu", only=2022)
    assert verdicts({"oulu": whole}, {"oulu": whole}) == {
        (region, wave): SAME for region in ("oulu", "network") for wave in (0, 2022, 2023)
    }
    added = verdicts({"oulu": first}, {"oulu": whole})
    assert added["oulu", 2022] == added["network", 2022] == SAME
    assert added["oulu", 2023] == added["network", 2023] == NEW
    assert added["oulu", 0] == added["network", 0] == HELD
    other = verdicts({"oulu": whole}, {"oulu": bundle(tmp_path, "oulu", 41)})
    assert set(other.values()) == {HELD}  # one person more, in both years
    gone = verdicts({"oulu": whole}, {})
    assert set(gone.values()) == {HELD}


def test_a_region_that_joins_is_told_and_the_network_around_it_is_not(tmp_path: Path):
    oulu, more = bundle(tmp_path, "oulu", only=2022), bundle(tmp_path, "tampere")
    found = verdicts({"oulu": oulu}, {"oulu": oulu, "tampere": more})
    assert (found["tampere", 2022], found["tampere", 2023], found["oulu", 2022]) == (NEW, NEW, SAME)
    assert (found["network", 2022], found["network", 2023], found["network", 0]) == (HELD, NEW, HELD)


def sums(folder: Path, name: str, scores: list[int]) -> Bundle:
    """The bundle of a year of Oulu in which these are the scores."""
    row = small.scores("oulu", len(scores), [2022]).with_columns(y=sum(scores), yy=sum(one**2 for one in scores))
    row = row.with_columns(wy=pl.col("y") * 10**6, wyy=pl.col("yy") * 10**6)
    held = small.contents("oulu")
    held = type(held)({**held.moments, "scores": row.cast(held.moments["scores"].schema)}, held.ledger)
    return read_bundle(small.write_contents(folder / f"{name}.zip", "oulu", held))


def test_a_correction_of_many_is_held_since_sums_do_not_tell_whether_one_left_too(tmp_path: Path):
    """Of own persons both are counted; in bundles the two corrections below are the same file."""
    first = {f"p{number}": 20 + 2 * number for number in range(30)}
    many = {f"new{number}": 10 + 3 * number for number in range(25)}
    joined = first | many
    joined_and_one_left = {key: score for key, score in joined.items() if key != "p7"} | {"also": first["p7"]}

    def own(after: dict[str, int]) -> int:
        rows = [
            pl.DataFrame({"person": list(one), "region": "oulu", "gender": None, "score": [*map(float, one.values())]},
                         schema_overrides={"gender": pl.String})
            for one in (first, after)
        ]  # fmt: skip
        counts, values = compare(*(worlds.contributions_of(one) for one in rows), release=1)
        found = judged(counts, values, NO_RANGES, pl.DataFrame(schema=KEPT_CELLS), threshold=5)
        return int(found.filter(family=SCORES, region="oulu", group="all")["n"].item())

    assert (own(joined), own(joined_and_one_left)) == (CHANGED, HELD)
    old, new, other = (
        sums(tmp_path, name, sorted(one.values()))
        for name, one in (("old", first), ("new", joined), ("other", joined_and_one_left))
    )
    assert new.sha256 == other.sha256
    found = verdicts({"oulu": old}, {"oulu": new})
    assert {found["oulu", 2022], found["network", 2022]} == {HELD}


def test_what_is_held_is_told_again_where_the_bundle_is_what_it_was(tmp_path: Path):
    """Two releases: the second kept what the first told. The first bundle, sent anew, changes nothing."""
    first, second, third = (bundle(tmp_path, "oulu", n) for n in (40, 60, 80))
    nobody = (pl.DataFrame(schema=COUNTS), pl.DataFrame(schema=VALUES))

    def seen(today: Bundle, kept: pl.DataFrame, *then: Bundle) -> pl.DataFrame:
        of = pl.concat(of_bundles({"oulu": one}, {"oulu": today}, number) for number, one in enumerate(then, start=1))
        return judged(*nobody, NO_RANGES, kept, threshold=5, bundles=of)

    after_first = seen(second, pl.DataFrame(schema=KEPT_CELLS), first)
    assert set(after_first["n"]) == {HELD}
    kept = kept_cells(after_first, 2)
    assert set(seen(first, kept, first, second)["n"]) == {SAME}
    assert set(seen(second, kept, first, second)["n"]) == set(seen(third, kept, first, second)["n"]) == {HELD}


@pytest.mark.parametrize(
    ("here", "there", "told"),
    [
        (SAME, SAME, SAME), (SAME, NEW, HELD), (SAME, HELD, HELD), (NEW, NEW, NEW), (NEW, SAME, HELD),
        (CHANGED, SAME, CHANGED), (CHANGED, NEW, HELD), (HELD, SAME, HELD), (None, SAME, SAME), (None, NEW, NEW),
        (None, CHANGED, CHANGED), (None, HELD, HELD), (CHANGED, None, CHANGED), (None, None, HELD),
    ],
)  # fmt: skip
def test_persons_here_and_in_bundles_are_judged_together(here, there, told):
    place = {"scale": "a", "informant": "self", "region": "network", "wave": 2024, "since": 0, "group": "all"}
    cells = [{"family": SCORES, **place, **dict.fromkeys(LEVELS, here)}] if here is not None else []
    if there is not None:
        cells.append({"family": BUNDLE, **place, "scale": "", "informant": "", **dict.fromkeys(LEVELS, there)})
    schema = {**dict.fromkeys(CELL, pl.String()), "wave": pl.Int32(), "since": pl.Int32()}
    known = pl.DataFrame(cells, schema={**schema, **dict.fromkeys(LEVELS, pl.Int8())})
    row = {"indicator": "score_mean", "category": "", "n": 20, **{one: place[one] for one in place if one != "since"}}
    rows = pl.DataFrame([row], schema_overrides={"wave": pl.Int32})
    assert [one.item() for one in of_indicators(rows, known, load_indicators())] == [told, told]


@pytest.fixture
def released(register: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> worlds.Pair:
    """A first release: the persons of Oulu are in a bundle, and nobody here has them."""
    pair = worlds.pair(0)  # up to four persons of Oulu leave, and nothing else changes
    here = worlds.contributions_of(pair.old.filter(pl.col("region") != "oulu"))
    for place in ("adding", "changes"):
        monkeypatch.setattr(f"sujuva.releases.{place}.contributions", lambda *_: here)
    (project / "data/moments").mkdir()
    (project / "data/moments/choices.json").write_text("{}", encoding="utf-8")
    small.write_contents(project / "data/bundles/oulu.zip", "oulu", small.contents("oulu", wave=worlds.WAVE))
    made = worlds.published(pair.old)
    made.meta["bundles"] = [{"region": "oulu", "sha256": read_bundle(project / "data/bundles/oulu.zip").sha256}]
    write_published(made, project / "data/published")
    told = ("--owner", "x", "--reason", "y", "--date", "2026-01-31", "--data-until", "2025-12-31")
    assert run(monkeypatch, "release", *told) == 0
    return pair


def test_a_corrected_bundle_changes_no_number_that_was_released(
    released: worlds.Pair, project: Path, monkeypatch: pytest.MonkeyPatch
):
    first, bundled = read_published(project / "data/published"), project / "data/bundles/oulu.zip"
    assert list(read_register().releases[0].bundles) == ["oulu"]
    assert run(monkeypatch, "changes") == 0
    before = read_before(read_register(), "data/changes")
    assert set(before.bundles["verdict"]) == {SAME}
    # One of which a few persons have left: the numbers of Oulu and of the network stay what they were.
    few = released.left.height
    assert 1 <= few <= 4
    small.write_contents(bundled, "oulu", small.contents("oulu", 40 - few, wave=worlds.WAVE))
    assert run(monkeypatch, "changes") == 0
    held = worlds.published(released.new, read_before(read_register(), "data/changes"))
    assert_frame_equal(held["parjaavyys"], first["parjaavyys"])
    assert_frame_equal(held["distributions"], first["distributions"])
    # Without a look at bundles, the network would have told it.
    leaking = worlds.published(released.new, before)
    assert not leaking["parjaavyys"].equals(first["parjaavyys"])


def test_a_region_that_is_late_is_told_itself_and_released_numbers_of_the_network_stay(
    register: Path, project: Path, monkeypatch: pytest.MonkeyPatch
):
    everybody = worlds.pair(0).old
    on_time = everybody.filter(pl.col("region") != "oulu")
    here = worlds.contributions_of(on_time)
    for place in ("adding", "changes"):
        monkeypatch.setattr(f"sujuva.releases.{place}.contributions", lambda *_: here)
    (project / "data/moments").mkdir()
    (project / "data/moments/choices.json").write_text("{}", encoding="utf-8")
    write_published(worlds.published(on_time), project / "data/published")
    told = ("--owner", "x", "--reason", "y", "--date", "2026-01-31", "--data-until", "2025-12-31")
    assert run(monkeypatch, "release", *told) == 0
    first = read_published(project / "data/published")["parjaavyys"]
    small.write_contents(project / "data/bundles/oulu.zip", "oulu", small.contents("oulu", wave=worlds.WAVE))
    assert run(monkeypatch, "changes") == 0
    late = worlds.published(everybody, read_before(read_register(), "data/changes"))["parjaavyys"]
    old = late.filter(pl.col("region") != "oulu")
    assert_frame_equal(old, first.filter(pl.col("region") != "oulu"))
    of_oulu = late.filter(region="oulu", group="all", indicator="score_mean")
    assert of_oulu["n"].to_list() == [5 * round(everybody.filter(region="oulu").height / 5)]
    # Persons who are known here would have been told: enough joined, and nobody left.
    counts, _ = compare(here, worlds.contributions_of(everybody), release=1)
    assert counts.filter(family=SCORES, region="network", group="all")["left"].to_list() == [0]
    before = worlds.before_of(read_published(project / "data/published"), on_time, everybody)
    known = worlds.published(everybody, before)
    mean = {"region": "network", "group": "all", "indicator": "score_mean"}
    assert known["parjaavyys"].filter(**mean)["n"].item() > late.filter(**mean)["n"].item()
    del register


def test_without_the_bundles_of_a_release_nothing_is_published(
    released: worlds.Pair, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    earlier = read_register()
    (release,) = earlier.releases
    kept = earlier.bundles(release) / "oulu.zip"
    assert kept.read_bytes() == (project / "data/bundles/oulu.zip").read_bytes()
    kept.unlink()
    assert run(monkeypatch, "changes") == 1
    assert "bundle of oulu behind release 1 is not on this machine" in capsys.readouterr().err
    small.write_contents(kept, "oulu", small.contents("oulu", 39, wave=worlds.WAVE))
    with pytest.raises(DisclosureError, match="was changed"):
        released_bundles(kept.parent, release.bundles, "release 1")
    del released


def test_a_release_without_bundles_has_the_seal_that_it_had_before_there_were_any():
    release = Release(
        number=1, date=dt.date(2026, 1, 31), owner="x", reason="y", study="", cohort={}, code="", rules={}, files={}
    )
    told = release.model_dump(mode="json", exclude={"seal", "signature", "bundles"})
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert _seal(release, "") == hashlib.sha256(text.encode()).hexdigest()
    assert _seal(release.model_copy(update={"bundles": {"oulu": "a"}}), "") != _seal(release, "")
