"""Ways of computing a finding beside the published tables: what an intruder learns of few persons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from sujuva.attack.specifications import attack_specifications
from sujuva.cli import app
from sujuva.errors import DisclosureError
from sujuva.io import csv_text
from sujuva.published import Published, write_published
from sujuva.published.specifications import COLUMNS, read_specifications
from tests.attack.made_up import published, row, score

ADDRESS = {"comparison": "change", "scale": "points", "informant": "self", "region": "oulu", "wave": 2024,
           "other_wave": 2023}  # fmt: skip
WAVES = (2023, 2024)


def ways(*told: dict[str, Any], **address: Any) -> pl.DataFrame:
    """Specifications of one finding: each told by its numbers and choices."""
    blank = {name: "" if kind == pl.String else None for name, kind in COLUMNS.items()}
    common = {**blank, **ADDRESS, **address, "finding": "f", "flagged": "kept", "reference_wave": "2023"}
    rows = [{**common, "specification": number, **one} for number, one in enumerate(told)]
    return pl.DataFrame(rows, schema=COLUMNS)


def numbers(estimate: float, low: float, high: float, **choices: str) -> dict[str, Any]:
    return {"estimate": estimate, "ci_low": low, "ci_high": high, **choices}


def flags(share: float, *, bound: str = "below", waves: tuple[int, ...] = WAVES) -> list[tuple[str, dict[str, Any]]]:
    """The published share of flagged answers at each wave."""
    about = {"flag": "straight_lining", "about": "form", "informant": "self", "kind": "share", "group": ""}
    return [("quality_flags", row("quality_flags", **about, wave=wave, estimate=share, bound=bound)) for wave in waves]


def tables(*more: tuple[str, dict[str, Any]], n: int = 300, hidden: tuple[int, ...] = ()) -> Published:
    """The change of a mean, with both means; those of the waves `hidden` are not shown, nor is a change of them."""
    means = [
        score(wave=wave, n=None, suppressed="primary") if wave in hidden else score(wave=wave, n=n, estimate=5.0)
        for wave in WAVES
    ]
    told = {"n": None, "other_n": None, "suppressed": "primary"} if hidden else {"n": n, "other_n": n, "estimate": 0.5}
    return published(*means, ("comparisons", row("comparisons", **ADDRESS, **told)), *more)


def test_steps_that_the_threshold_of_persons_could_not_move_tell_nothing():
    """Five of 300 persons move a mean of 0 to 10 by 0.17 at the most, and these are told in steps of 0.2."""
    told = ways(numbers(0.53, 0.11, 0.97), numbers(0.6, 0.2, 1.0), numbers(0.4, 0.0, 0.8, weights="equal"))

    assert attack_specifications(tables(), told) == []


def test_finer_steps_show_a_few_persons():
    """One of 300 persons moves it by 0.03 at the most: a difference of 0.1 may be three, and is no secret of five."""
    told = ways(numbers(0.53, 0.11, 0.97), numbers(0.6, 0.1, 1.0), numbers(0.5, 0.0, 0.9, weights="equal"))

    (found,) = attack_specifications(tables(), told)

    assert (found.kind, found.low, found.high) == ("specifications", 1, 3)
    assert found.path == "differences of ways, told in steps of 0.1"


def test_a_share_moves_by_one_person_in_n():
    told = ways(numbers(0.5, 0.3, 0.7), numbers(0.51, 0.32, 0.7), category="low")
    share = [score("band_share", wave=wave, n=300, estimate=0.5, category="low") for wave in WAVES]
    change = ("comparisons", row("comparisons", **ADDRESS, category="low", n=300, other_n=300, estimate=0.1))

    (found,) = attack_specifications(published(*share, change), told)

    assert (found.low, found.high) == (1, 3)


@pytest.mark.parametrize("hidden", [(2023,), (2024,), WAVES])
def test_a_way_that_tells_of_what_is_hidden_is_found(hidden: tuple[int, ...]):
    found = attack_specifications(tables(hidden=hidden), ways({}, numbers(0.6, 0.2, 1.0)))

    assert {one.what for one in found} == {
        "those behind a hidden change",
        *(f"those behind the hidden number of {wave}" for wave in hidden),
    }
    assert attack_specifications(tables(hidden=hidden), ways({}, {})) == []


def test_a_wave_that_nobody_published_is_hidden_too():
    found = attack_specifications(
        tables(), ways(numbers(0.53, 0.11, 0.97), numbers(0.6, 0.2, 1.0, reference_wave="2022"))
    )

    assert [one.what for one in found] == ["those behind the hidden number of 2022"]


def test_flagged_answers_out_beside_published_shares_of_few():
    """Below 1 per cent of 300 is up to 3 at each of two waves, of 100 it is 1: two persons in all."""
    told = ways(numbers(0.53, 0.11, 0.97), numbers(0.6, 0.0, 1.0), numbers(0.8, 0.2, 1.2, flagged="out"))

    assert attack_specifications(tables(*flags(0.01)), told) == []
    (found,) = [
        one for one in attack_specifications(tables(*flags(0.01), n=100), _coarse(told)) if "flagged" in one.what
    ]
    assert (found.low, found.high) == (1, 2)
    assert not attack_specifications(tables(*flags(0.01, waves=(2024,)), n=100), _coarse(told))
    assert not attack_specifications(tables(*flags(0.01), n=100), _coarse(told).filter(flagged="kept"))


def _coarse(told: pl.DataFrame) -> pl.DataFrame:
    """The same in steps of 1, which five of 100 persons could not move."""
    step = pl.when(pl.col("specification") > 0)
    return told.with_columns(
        step.then((pl.col(name) * 5).round()).otherwise(name).alias(name) for name in ("estimate", "ci_low", "ci_high")
    )


def test_numbers_count_whatever_the_mark_beside_them_says():
    told = ways({"suppressed": "primary"}, numbers(0.6, 0.2, 1.0, suppressed="secondary"))

    assert attack_specifications(tables(hidden=(2024,)), told)


def test_a_finding_that_is_no_published_change_is_an_error():
    with pytest.raises(DisclosureError, match="The finding f is no published change"):
        attack_specifications(tables(), ways(numbers(0.5, 0.1, 0.9), region="tampere"))


def test_the_table_is_read_as_it_is_written_and_no_other(tmp_path: Path):
    told = ways(numbers(0.53, 0.11, 0.97), {"suppressed": "secondary"})
    path = tmp_path / "specifications.csv"
    path.write_text(csv_text(told), encoding="utf-8")

    assert read_specifications(path).equals(told)
    for columns, words in (
        ([*told.columns, pl.lit(7).alias("n")], "has the column n, which none has"),
        (told.columns[:-1], "lacks columns"),
    ):
        path.write_text(csv_text(told.select(columns)), encoding="utf-8")
        with pytest.raises(DisclosureError, match=words):
            read_specifications(path)
    with pytest.raises(DisclosureError, match="is not there"):
        read_specifications(tmp_path / "none.csv")


def test_the_command_reads_the_projects_own_table_and_one_that_is_named(project: Path):
    names = {"sector_order": [], "sectors": {}, "regions": {"oulu": {}, "tampere": {}}}
    safe = tables()
    (project / "data/published").mkdir()
    write_published(Published(safe.tables, {**safe.meta, **names}), project / "data/published")
    own, other = project / "reports/multiverse/specifications.csv", project / "other.csv"
    own.parent.mkdir(parents=True)
    own.write_text(csv_text(ways(numbers(0.53, 0.11, 0.97), numbers(0.6, 0.2, 1.0))), encoding="utf-8")
    other.write_text(csv_text(ways(numbers(0.53, 0.11, 0.97), numbers(0.61, 0.21, 0.9))), encoding="utf-8")
    run = CliRunner()

    assert run.invoke(app, ["attack"]).exit_code == 0
    named = run.invoke(app, ["attack", "--multiverse", "other.csv", "--json"])
    assert (named.exit_code, [one["kind"] for one in json.loads(named.output)]) == (1, ["specifications"])
    own.write_text(other.read_text(encoding="utf-8"), encoding="utf-8")
    assert run.invoke(app, ["attack"]).exit_code == 1
    assert run.invoke(app, ["attack", "data/published"]).exit_code == 0
