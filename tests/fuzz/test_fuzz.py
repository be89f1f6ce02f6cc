"""Corrupted deliveries: each ends with every raw row in one place, or with one clear error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.forms import CASES, FORMS
from tests.fuzz.grids import CANARY, ROWS
from tests.fuzz.judging import Outcome
from tests.fuzz.pool import Pool
from tests.fuzz.retold import RETOLD
from tests.fuzz.soiling import CELLS
from tests.fuzz.tally import Tally
from tests.fuzz.variants import CHILDREN, KINDS, LOOKS, Variant, variants

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_800)]
NUMBER, SEED = 900, 20_240
EXAMPLES = 30


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool() as processes:
        yield processes


@pytest.fixture(scope="module")
def tally(request: pytest.FixtureRequest) -> Tally:
    found = Tally()
    request.config.stash[Tally.KEY] = found
    return found


def _failures(tally: Tally) -> str:
    return "\n".join(f"{variant}: {outcome.end}: {'; '.join(outcome.faults)}" for variant, outcome in tally.failures)


def test_every_corrupted_delivery_ends_in_order_or_in_one_clear_error(pool: Pool, tally: Tally) -> None:
    pool.run(variants(NUMBER, SEED), tally.take)
    assert tally.total >= NUMBER - 10
    assert not tally.failures, _failures(tally)
    seen = {form for form, _ in tally.ends}
    assert seen == {*FORMS, "sources.yaml"}
    assert set(tally.kinds) == {*KINDS, *RETOLD, *LOOKS, "sound", "types"}
    # Neither is everything refused, nor does everything pass; and most of what passed was counted again.
    ends = {end: sum(tally.ends[form, end] for form in seen) for end in ("clean", "quarantine", "error")}
    assert min(ends.values()) > 150
    assert tally.counted > 0.8 * (ends["clean"] + ends["quarantine"])


QUICK = [case for case in CASES if case[0] not in CHILDREN]
VALUE = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.text(max_size=6).map(lambda text: text + CANARY),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.decimals(allow_nan=True).map(str),
    st.datetimes().map(str),
    st.dates().map(lambda day: day.strftime("%d.%m.%Y")),
    st.sampled_from(CELLS),
)
CELL = st.tuples(st.integers(0, ROWS - 1), st.integers(0, 9), VALUE)
GIVEN = st.tuples(st.sampled_from(QUICK), st.lists(CELL, min_size=1, max_size=15).map(tuple), st.integers(0, 7))


@settings(
    derandomize=True,
    max_examples=EXAMPLES,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(pair=st.lists(GIVEN, min_size=2, max_size=2))
def test_any_cells_at_all_end_in_order_or_in_one_clear_error(pool: Pool, tally: Tally, pair: list[Any]) -> None:
    wanted = [Variant(form, table, "given", seed, cells) for (form, table), cells, seed in pair]
    ends: list[tuple[Variant, Outcome]] = []
    pool.run(wanted, lambda variant, outcome: ends.append((variant, outcome)))
    for variant, outcome in ends:
        tally.take(variant, outcome)
        assert not outcome.faults, (variant.cells, outcome)


def test_the_judge_sees_a_crash_and_goes_on(pool: Pool) -> None:
    ends: list[Outcome] = []
    # A format that nobody knows ends the process itself.
    pool.run([Variant("no format", "answers", "sound", 1)], lambda _, outcome: ends.append(outcome))
    pool.run([Variant("csv utf-8", "answers", "sound", 1)], lambda _, outcome: ends.append(outcome))
    assert [one.end for one in ends] == ["crash", "clean"], ends
    assert ends[0].faults
