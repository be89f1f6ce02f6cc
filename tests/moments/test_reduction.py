"""The plan of the reduction: whatever engine works on whatever pieces in whatever order, the moments are the same."""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from sujuva import moments
from sujuva.codebooks import load_regions
from sujuva.codebooks.lp import load_lp
from sujuva.engines import Engine, Local
from sujuva.engines.dask import started
from sujuva.errors import ParameterError, SujuvaError
from sujuva.moments.pieces import clean_files
from sujuva.moments.recipe import Recipe
from sujuva.moments.reduction import PLAN, planned, reduced
from sujuva.tables import empty_table
from sujuva.tables.collection import SCHEMAS
from tests.engines.killing import killed_once
from tests.moments import lp_topics, test_parts

REGIONS = ["oulu", "tampere"]
PLACES, PRACTICE = load_regions(), load_lp()
FINISHES: dict[str, Callable[[moments.Part], Any]] = {
    "coping": moments.coping_moments.finish,
    "municipalities": moments.municipality_scores.finish,
    "said": moments.said_moments.finish,
    "lp": moments.lp_moments.finish,
    "casework": moments.casework_moments.finish,
    "feedback": moments.feedback_moments.finish,
    "partners": moments.partner_moments.finish,
    "coding": moments.coding_moments.finish,
    "observations": moments.observation_moments.finish,
    "initiatives": moments.initiative_moments.finish,
    "participation": moments.participation_moments.finish,
    "rubric": moments.rubric_moments.finish,
    "rows": moments.row_moments.finish,
}


class Unreliable:
    """An engine whose workers take pieces in any order, lose results and do the work again, and add up as they like.

    Whatever it is given goes through bytes, as it does between processes.
    """

    def __init__(self, seed: int, least: int) -> None:
        self.lot, self.least = random.Random(seed), least

    def reduce(
        self, work: Callable[[Any], bytes], pieces: Sequence[Any], add: Callable[[Sequence[bytes]], bytes]
    ) -> bytes:
        work, pieces, add = pickle.loads(pickle.dumps((work, list(pieces), add)))
        self.lot.shuffle(pieces)
        made = []
        for piece in pieces:
            if self.lot.random() < 0.1:
                work(piece)
            made.append(work(piece))
        while len(made) > 1:
            self.lot.shuffle(made)
            count = self.lot.randint(2, len(made))
            made = [*made[count:], add(made[:count])]
        return add(made)


def recipe(**changes: Any) -> Recipe:
    choices = {
        "regions": REGIONS, "waves": [2022, 2023, 2024], "groups": ["gender"], "weight_decimals": 2,
        "shared_strata": [], "linked_units": True, "norms": {}, "index_parts": {}, "index_min_parts": 1,
        "beside_scale": "who5", "casework": moments.CaseSettings(start="*first"),
        "instruments": {"who5": test_parts.WHO5}, "places": PLACES, "practice": PRACTICE,
    }  # fmt: skip
    return Recipe(**choices | changes)


def write_clean(folder: Path, lot: random.Random) -> dict[str, tuple[Path, ...]]:
    """Write clean tables, the large ones as folders of parts through which everybody's rows are scattered."""
    people = test_parts.people(lot)
    respondents = people.with_columns(weight=pl.col("weight").cast(pl.Float64) / 1000 + 1)
    answers = people.select("respondent", "wave", "informant", *test_parts.WHO5.item_columns)
    draws = [test_parts.events(lot).with_columns(case=pl.format(f"{{}} of {draw}", "case")) for draw in range(4)]
    met = draws[0].head(1).with_columns(case=pl.lit("met"), activity=pl.lit("meeting"))  # one of them met, at least
    themes = people.select(
        "respondent", "wave", informant="informant", field=pl.lit("help"), theme=pl.lit("time"),
        said=pl.col("unit") == "a",
    ).unique(["respondent", "wave"], keep="any", maintain_order=True)  # fmt: skip
    given = {
        "respondents": respondents, "answers_who5": answers, "case_events": pl.concat([*draws, met]),
        "lp_topics": lp_topics.drawn(lot.randint(0, 999), 8), "feedback": test_parts.feedback(lot),
        "rubric": test_parts.rubric(lot), "observations": test_parts.noticed(lot),
        "initiatives": test_parts.started(lot), "participation": test_parts.took_part(lot),
        "coded_passages": test_parts.spoken(lot), "open_themes": themes,
    }  # fmt: skip
    for name in [*SCHEMAS, "answers_who5"]:
        contract = empty_table(name) if name in SCHEMAS else answers.clear()
        table = pl.concat([contract, given.get(name, contract)], how="diagonal_relaxed")
        (folder / name).mkdir(parents=True)
        where = pl.Series([lot.randrange(3) for _ in range(table.height)], dtype=pl.Int64)
        for number in range(3):
            table.filter(where == number).write_parquet(folder / name / f"{number}.parquet")
    return clean_files(folder)


def same(made: Any, wanted: Any) -> None:
    if isinstance(wanted, pl.DataFrame):
        assert_frame_equal(made, wanted)
        return
    assert list(made) == list(wanted)
    for name, table in wanted.items():
        assert_frame_equal(made[name], table)


@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), least=st.integers(2, 4))
def test_pieces_and_engines_make_no_difference(tmp_path_factory: pytest.TempPathFactory, seed: int, least: int):
    folder = tmp_path_factory.mktemp("run")
    (folder / "params.yaml").touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        files = write_clean(folder / "clean", random.Random(seed))
        whole = reduced(files, recipe(), Local())
        scattered = reduced(files, recipe(), Unreliable(seed, least))
    assert sorted(scattered) == sorted(whole) == sorted(FINISHES)
    for family, finish in FINISHES.items():
        same(finish(scattered[family]), finish(whole[family]))
    counted = moments.merge([{"rows": whole[family]["rows"]} for family in ("casework", "rows")])
    heights = {name: pl.scan_parquet(list(own)).select(pl.len()).collect().item() for name, own in files.items()}
    moments.check_rows(moments.row_moments.finish(counted), heights)


class Killing:
    """An engine of which a worker is killed in the middle."""

    def __init__(self, engine: Engine, mark: Path) -> None:
        self.engine, self.mark, self.least = engine, mark, engine.least

    def reduce(
        self, work: Callable[[Any], bytes], pieces: Sequence[Any], add: Callable[[Sequence[bytes]], bytes]
    ) -> bytes:
        return self.engine.reduce(partial(killed_once, work=work, mark=self.mark), pieces, add)


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_costs_time_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "params.yaml").touch()
    monkeypatch.chdir(tmp_path)
    files = write_clean(tmp_path / "clean", random.Random(5))
    whole = reduced(files, recipe(), Local())
    with started(None, 2) as engine:
        scattered = reduced(files, recipe(), Killing(engine, tmp_path / "killed"))
    assert (tmp_path / "killed").exists()
    for family, finish in FINISHES.items():
        same(finish(scattered[family]), finish(whole[family]))


def test_the_plan_is_told_as_a_table():
    assert planned().height == len(PLAN)
    assert planned().filter(family="casework").rows() == [("casework", "case_events", "case")]


def test_a_table_that_is_missing_is_named(tmp_path: Path):
    files = write_clean(tmp_path / "clean", random.Random(1))
    del files["trainings"]
    with pytest.raises(SujuvaError, match=r"clean/trainings\.parquet is missing"):
        reduced(files, recipe(), Local())


def test_a_shared_stratum_that_nobody_is_in_is_refused_of_all_pieces_together(tmp_path: Path):
    files = write_clean(tmp_path / "clean", random.Random(1))
    with pytest.raises(ParameterError, match="no respondent is in a stratum '3'"):
        reduced(files, recipe(shared_strata=["3"]), Local())
