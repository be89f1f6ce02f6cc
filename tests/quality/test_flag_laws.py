"""Laws of all flags: the order of rows is nothing, no corner case ends in NaN or a crash, false alarms are rare."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from scipy import stats

from sujuva.quality import Flagging, count_response, find_flags
from sujuva.tables import FlagCounts, RowFlags
from tests.quality.made_up import NO_TITLES, instrument, study

EASY = Flagging(straight_line_items=2, min_group=4, alpha=0.9, jump_sd=0.0)


def found(tables, made, flagging=EASY):
    flags = find_flags(tables, {made.key: made}, NO_TITLES, flagging=flagging)
    RowFlags.validate(flags.rows)
    FlagCounts.validate(flags.counts)
    assert flags.counts["value"].is_finite().all()  # nulls are left out
    assert (flags.counts["n"] <= flags.counts["looked_at"]).all()
    return flags


@st.composite
def deliveries(draw):
    """Any answers at all: constants, gaps, single rows, lone scales."""
    items, rows = draw(st.integers(1, 5)), draw(st.integers(1, 40))
    code = draw(st.sampled_from([st.integers(1, 5), st.none() | st.integers(1, 5), st.just(3), st.none()]))
    codes = draw(st.lists(st.lists(code, min_size=items, max_size=items), min_size=rows, max_size=rows))

    def column(values):
        return draw(st.lists(st.sampled_from(values), min_size=rows, max_size=rows))

    tables = study(
        codes, wave=column([2022, 2023]), region=column(["kemi", "oulu"]), informant=column(["self", "parent"]),
        seconds=column([None, 0.0, 5.0, 60.0]), language=column([None, "fi", "sv"]),
    )  # fmt: skip
    scales = {"whole": range(1, items + 1), "lone": [1]} | ({"pair": [1, 2]} if items > 1 else {})
    return tables, instrument(items, scales=scales, reverse=[1] if draw(st.booleans()) else [])


@settings(max_examples=50)
@given(deliveries(), st.integers(0, 99))
def test_no_delivery_breaks_the_contracts_and_shuffling_changes_nothing(delivery, seed):
    tables, made = delivery
    first = found(tables, made)
    shuffled = {
        name: frame.sample(fraction=1, shuffle=True, seed=seed + place)
        for place, (name, frame) in enumerate(tables.items())
    }
    second = found(shuffled, made)
    assert_frame_equal(second.rows, first.rows, check_exact=True)
    assert_frame_equal(second.counts, first.counts, check_exact=True)


def test_easy_limits_do_find_something():
    """The law above would mean little if nothing were ever flagged."""
    rng = np.random.default_rng(1)
    tables = study(rng.integers(1, 6, (200, 3)), wave=np.repeat([2022, 2023], 100), seconds=1.0)
    assert set(found(tables, instrument(3)).counts["flag"]) == {
        "all_missing", "mean_jump", "negative_item", "straight_lining", "too_fast",
    }  # fmt: skip


def test_empty_tables_make_empty_flags():
    tables = {name: frame.clear() for name, frame in study([[1, 2, 3]]).items()}
    empty = found(tables, instrument(3))
    assert empty.rows.is_empty()
    assert empty.counts.is_empty()
    assert found({"respondents": tables["respondents"]}, instrument(3)).counts.is_empty()


@pytest.mark.parametrize("made", [instrument(1), instrument(3, scales={"lone": [2]})], ids=["one item", "lone item"])
def test_a_scale_of_one_item_has_no_rest(made):
    tables = study(np.random.default_rng(2).integers(1, 6, (80, made.items)), wave=np.repeat([2022, 2023], 40))
    flags = set(found(tables, made).counts["flag"])
    assert "negative_item" not in flags


def test_a_scale_made_of_scales_is_left_to_its_parts():
    made = instrument(4, scales={"a": [1, 2], "b": [3, 4]})
    whole = made.scales[0].model_copy(update={"key": "both", "items": (), "parts": ("a", "b")})
    tables = study(np.random.default_rng(3).integers(1, 6, (80, 4)))
    with_whole = found(tables, made.model_copy(update={"scales": (*made.scales, whole)}))
    assert_frame_equal(with_whole.counts, found(tables, made).counts)


def test_wide_codes_do_not_run_over():
    codes = np.random.default_rng(4).integers(0, 30_001, (400, 3))
    codes[:, 2] = np.clip(30_000 - codes[:, 1] + np.random.default_rng(5).integers(-50, 50, 400), 0, 30_000)
    codes[:, 0] = np.clip(codes[:, 1] + 7, 0, 30_000)
    counts = found(study(codes), instrument(3, response=(0, 30_000)), Flagging()).counts.filter(flag="negative_item")
    assert counts["part"].to_list() == ["q_3"]
    assert counts["value"][0] == pytest.approx(np.corrcoef(codes[:, 2], codes[:, 0] + codes[:, 1])[0, 1], abs=1e-12)


def test_false_alarms_are_as_rare_as_alpha_promises():
    """Answers without any pattern, over waves, regions, informants and languages: 150 whole deliveries."""
    rng = np.random.default_rng(6)
    rows, runs, alpha = 480, 150, 0.1
    made, flagging = instrument(5), Flagging(alpha=alpha, jump_sd=0.0)
    wave, region = np.tile([2022, 2023, 2024], rows // 3), np.repeat(["kemi", "oulu"], rows // 2)
    alarms = dict.fromkeys(("negative_item", "mean_jump"), 0)
    for _ in range(runs):
        language = rng.choice(["fi", "sv"], rows)
        tables = study(rng.integers(1, 6, (rows, 5)), wave=wave, region=region, language=language)
        raised = set(found(tables, made, flagging).counts["flag"])
        for flag in alarms:
            alarms[flag] += flag in raised
    most = stats.binom.ppf(0.999, runs, alpha)
    assert all(2 <= count <= most for count in alarms.values()), alarms


PROGRAM = """
import sys
import numpy as np, polars as pl
from pathlib import Path
from sujuva.io import write_table
from sujuva.quality import Flagging, count_response, find_flags
from sujuva.tables import FlagCounts, ResponseCounts, RowFlags
from tests.quality.made_up import NO_TITLES, instrument, study
out, rows = Path(sys.argv[1]), 40_000
random = np.random.default_rng(7)
columns = {"wave": [2022, 2023, 2024], "region": ["kemi", "oulu"], "informant": ["self", "parent"]}
columns |= {"language": ["fi", "sv"]}
tables = study(
    random.integers(1, 6, (rows, 6)), seconds=random.uniform(0, 90, rows),
    **{name: random.choice(values, rows) for name, values in columns.items()},
)
made = {"q": instrument(6)}
flags = find_flags(tables, made, NO_TITLES, flagging=Flagging(straight_line_items=4, alpha=0.9, jump_sd=0.0))
assert {"negative_item", "mean_jump"} <= set(flags.counts["flag"])
write_table(flags.rows, out / "rows.parquet", key=RowFlags.primary_key())
write_table(flags.counts, out / "counts.parquet", key=FlagCounts.primary_key())
response = count_response(tables, made, [2022, 2023, 2024])
write_table(response, out / "response.parquet", key=ResponseCounts.primary_key())
"""


@pytest.mark.slow
def test_one_thread_makes_the_same_bytes(tmp_path, root):
    made = []
    for threads in ("1", "4"):
        folder = tmp_path / threads
        folder.mkdir()
        subprocess.run(
            [sys.executable, "-c", PROGRAM, str(folder)],
            check=True,
            cwd=root,
            env=os.environ | {"POLARS_MAX_THREADS": threads},
        )
        made.append({path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())})
    assert len(made[0]) == 3
    assert made[0] == made[1]


def test_answers_of_persons_nobody_knows_are_nowhere():
    tables = study([[1, 1, 1]] * 4)
    tables["respondents"] = tables["respondents"].filter(pl.col("respondent") != "p3")
    assert found(tables, instrument(3)).rows["respondent"].to_list() == ["p0", "p1", "p2"]
    assert count_response(tables, {"q": instrument(3)}, [2022])["n_answered"].to_list() == [3]
