"""QAP: against all permutations and R's sna, and how often it errs."""

import shutil
import subprocess
from itertools import permutations
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from benchmarks.network_tests import qap_rejections
from sujuva.errors import ContractError, ParameterError
from sujuva.estimation.interval import NO_VARIATION
from sujuva.integration import qap_tests
from sujuva.integration.measures import FEW_ACTORS, NO_RATINGS
from sujuva.integration.qap import qap_test
from sujuva.tidy import COMPARISONS
from tests.estimation.rscript import read
from tests.integration.yardsticks import for_r, knoke, scattered, square

HERE = Path(__file__).parent


def gaps(matrix: np.ndarray, share: float, random: np.random.Generator) -> np.ndarray:
    return np.where(random.random(matrix.shape) < share, np.nan, matrix)


def by_hand(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    n = len(one)
    apart = ~np.eye(n, dtype=bool)

    def correlate(order: tuple[int, ...]) -> float:
        x, y = one[np.ix_(order, order)][apart], other[apart]
        both = ~np.isnan(x) & ~np.isnan(y)
        return float(np.corrcoef(x[both], y[both])[0, 1])

    found = correlate(tuple(range(n)))
    every = np.array([correlate(order) for order in permutations(range(n))])
    return found, float((np.abs(every) >= abs(found) - 1e-12).mean())


@pytest.mark.parametrize("missing", [0.0, 0.15])
@pytest.mark.parametrize("kind", ["ties", "ratings", "fractions"])
def test_correlation_and_p_are_those_of_all_permutations(kind, missing):
    random = np.random.default_rng(5)
    drawn = {
        "ties": lambda: (random.random((6, 6)) < 0.2).astype(float),
        "ratings": lambda: random.integers(0, 5, (6, 6)).astype(float),
        "fractions": lambda: random.random((6, 6)),
    }[kind]
    one, other = gaps(drawn(), missing, random), gaps(drawn(), missing, random)
    value, p = by_hand(one, other)
    found = qap_test(one, other, permutations=5_000, random=random)
    assert found.value == pytest.approx(value, abs=1e-12)
    assert found.p == pytest.approx(p, abs=0.03)  # four Monte Carlo errors


def test_relation_with_itself():
    random = np.random.default_rng(1)
    cells = random.integers(0, 5, (12, 12)).astype(float)
    found = qap_test(cells, cells, permutations=199, random=random)
    assert found.value == pytest.approx(1)
    assert found.p == pytest.approx(1 / 200)
    assert qap_test(cells, 4 - cells, permutations=199, random=random).value == pytest.approx(-1)


def test_what_cannot_be_correlated_says_why():
    random = np.random.default_rng(1)
    full, none = np.ones((4, 4)), np.full((4, 4), np.nan)
    cells = np.arange(16.0).reshape(4, 4)
    pairs = [(cells, none), (cells, full), (cells[:2, :2], full[:2, :2]), (cells[:0, :0], full[:0, :0])]
    found = [qap_test(one, other, permutations=9, random=random) for one, other in pairs]
    assert [each.note for each in found] == [NO_RATINGS, NO_VARIATION, FEW_ACTORS, FEW_ACTORS]
    assert {each.value for each in found} == {None}
    with pytest.raises(ContractError, match="square matrices"):
        qap_test(cells, cells[:3, :3], permutations=9, random=random)
    with pytest.raises(ParameterError, match="permutations is 0"):
        qap_test(cells, cells, permutations=0, random=random)


def test_matrices_that_are_given_stay_as_they_are():
    cells = np.arange(16.0).reshape(4, 4)
    qap_test(cells, cells.T, permutations=9, random=np.random.default_rng(1))
    assert (cells == np.arange(16.0).reshape(4, 4)).all()


def test_table_has_a_row_for_every_two_relations():
    ties = pl.DataFrame(
        [
            ("oulu", 2022, relation, one, other, (number * times) % 5, True)
            for relation, times in (("a", 1), ("b", 2), ("c", 3))
            for number, (one, other) in enumerate(permutations("klmno", 2))
            if not (relation == "c" and number == 3)
        ],
        schema=["region", "wave", "relation", "source", "target", "observed", "directed"],
        orient="row",
    )
    actors = pl.DataFrame({"region": "oulu", "organisation": list("klmno"), "sector": "x"})
    table = qap_tests(actors, ties, permutations=99)
    assert table.schema == COMPARISONS
    assert table.select("scale", "category", "n", "other_n", "note").rows() == [
        ("a", "b", 5, 20, ""),
        ("a", "c", 5, 19, "missing_ratings"),
        ("b", "c", 5, 19, "missing_ratings"),
    ]
    assert table.select(pl.col("estimate", "p").is_null().any()).row(0) == (False, False)
    assert qap_tests(actors, ties.sample(fraction=1, shuffle=True, seed=2), permutations=99).equals(table)


def test_correlation_is_that_of_sna(tmp_path):
    one = square(scattered().adjacency[:10, :10] | np.eye(10, k=2, dtype=int), ["x"] * 10, directed=True)
    found = qap_test(
        one.adjacency.astype(float), knoke().adjacency.astype(float), permutations=4000, random=np.random.default_rng(1)
    )
    value, p = -0.06693161223797402, 0.69099999999999995  # as R printed them
    if shutil.which("Rscript"):
        command = ["Rscript", str(HERE / "r_qap.R"), str(for_r({"one": one, "other": knoke()}, tmp_path))]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            fresh = read(done.stdout.encode()).row(0, named=True)
            assert fresh["r"] == pytest.approx(value, abs=1e-10)
            value, p = fresh["r"], fresh["p"]
        else:
            assert "no package called" in done.stderr
    assert found.value == pytest.approx(value, abs=1e-10)
    assert found.p == pytest.approx(p, abs=0.06)


def test_test_errs_as_often_as_it_says():
    share = qap_rejections(1000, seed=20221207)
    print(f"QAP rejects {share:.1%} of 1,000 pairs of unrelated relations")  # noqa: T201  the figure
    assert 0.04 <= share <= 0.06


def test_whole_numbers_beside_fractions_are_counted_exactly():
    """Ways to permute that change no cell are as far from 0 as what was found.

    In single precision, fractions would come out a little further from 0 or nearer to it, and where nearer, eight of
    the 24 ways would not count.
    """
    whole = np.array([[0, 2, 1, 1], [2, 0, 1, 1], [1, 1, 0, 2], [1, 1, 2, 0]], float)
    for seed in range(8):
        random = np.random.default_rng(seed)
        fractional = random.random((4, 4))
        for one, other in ((whole, fractional), (fractional, whole)):
            value, p = by_hand(one, other)
            found = qap_test(one, other, permutations=3_000, random=random)
            assert found.value == pytest.approx(value, abs=1e-12)
            assert found.p == pytest.approx(p, abs=0.04)  # four Monte Carlo errors
