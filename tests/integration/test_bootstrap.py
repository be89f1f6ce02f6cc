"""Change between waves: the numbers, the law of the vertex bootstrap, and the size of the tests."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from benchmarks.vertex_bootstrap import rejections, two_waves
from sujuva.errors import ParameterError
from sujuva.integration import TieRule, hsim_indicators, network_changes, network_indicators
from sujuva.integration.dyads import Ratio, statistics
from sujuva.integration.matrices import Sociomatrix
from sujuva.integration.ties import reported, standing
from sujuva.integration.vertex import corrected, resample, spread_of
from sujuva.tidy import COMPARISONS, COMPARISONS_KEY
from tests.integration.rated import organisations, ties_of

RULE = TieRule()
N = 12
NAMES = tuple(f"O{number:02d}" for number in range(N))


def frames(*networks: Sociomatrix) -> tuple[pl.DataFrame, pl.DataFrame]:
    first = networks[0]

    def cells(matrix: np.ndarray) -> list[list[int | None]]:
        return [[None if np.isnan(value) else int(value) for value in row] for row in matrix]

    ties = [
        ties_of(cells(one.observed), cells(one.expected), one.organisations, wave=one.wave, directed=one.directed)
        for one in networks
    ]
    return organisations(first.organisations, first.sectors), pl.concat(ties)


def waves(seed: int = 1, n: int = N) -> tuple[Sociomatrix, Sociomatrix]:
    return two_waves(n, 0.3, np.random.default_rng(seed))


def by_measure(table: pl.DataFrame) -> dict[str, dict[str, object]]:
    return {row["category"]: row for row in table.iter_rows(named=True)}


@pytest.mark.parametrize("rule", [RULE, TieRule(confirmation="both"), TieRule(tie_from=3)])
def test_change_is_the_difference_of_the_indicators(rule: TieRule) -> None:
    actors, ties = frames(*waves())
    changes = network_changes(actors, ties, rule, bootstrap=50)
    assert dict(changes.schema) == dict(COMPARISONS)
    assert changes.select(COMPARISONS_KEY).is_unique().all()
    tables = [network_indicators(actors, ties, rule), hsim_indicators(actors, ties, unlisted=rule.unlisted)]
    level = {(one, wave): value for table in tables for one, category, wave, value in table.select(
        "indicator", "category", "wave", "estimate").iter_rows() if category == ""}  # fmt: skip
    found = by_measure(changes)
    assert len(found) == 11
    for name, row in found.items():
        assert row["estimate"] == pytest.approx(level[name, 2024] - level[name, 2022], abs=1e-12), name
        assert row["ci_low"] < row["estimate"] < row["ci_high"]  # type: ignore[operator]
        assert (row["wave"], row["other_wave"], row["n"]) == (2024, 2022, N)


def test_consecutive_waves_and_first_with_last() -> None:
    one, two = waves()
    actors, ties = frames(one, two)
    third = ties.filter(wave=2024).with_columns(wave=pl.lit(2026, dtype=pl.Int32))
    table = network_changes(actors, pl.concat([third, ties]), RULE, bootstrap=50)
    assert table.select("other_wave", "wave").unique().sort("other_wave", "wave").rows() == [
        (2022, 2024), (2022, 2026), (2024, 2026),
    ]  # fmt: skip
    still = table.filter(wave=2026, other_wave=2024)
    assert still["estimate"].unique().to_list() == [0.0]
    assert still["note"].unique().to_list() == ["no_variation"]
    assert still["ci_low"].null_count() == still.height
    assert network_changes(actors, ties.filter(wave=2022), RULE, bootstrap=50).is_empty()


def test_only_actors_of_both_waves_are_compared() -> None:
    one, two = waves()
    actors, ties = frames(one, two)
    gone = ties.filter(~((pl.col("wave") == 2024) & ((pl.col("source") == "O00") | (pl.col("target") == "O00"))))
    rule = TieRule(unlisted="missing")
    table = network_changes(actors, gone, rule, bootstrap=50)
    rest = ties.filter(pl.col("source") != "O00", pl.col("target") != "O00")
    expected = network_changes(actors.filter(pl.col("organisation") != "O00"), rest, rule, bootstrap=50)
    assert_frame_equal(table, expected)
    assert table["n"].unique().to_list() == [N - 1]


def test_same_seed_same_numbers_whatever_else_there_is() -> None:
    actors, ties = frames(*waves())
    table = network_changes(actors, ties, RULE, bootstrap=100)
    other = pl.concat([ties, ties.with_columns(relation=pl.lit("again"))]).sample(fraction=1, shuffle=True, seed=3)
    assert_frame_equal(
        network_changes(actors, other, RULE, bootstrap=100).filter(scale="work").drop("q"), table.drop("q")
    )
    assert network_changes(actors, ties, RULE, bootstrap=100, seed=2)["se"].to_list() != table["se"].to_list()


def test_resample_has_dyads_of_drawn_actors_and_twins_take_any_dyad() -> None:
    counts = resample(5, 40_000, np.random.default_rng(1))
    assert (counts.sum(axis=1) == 10).all()
    # Every dyad is as likely as any other.
    assert counts.mean(axis=0) == pytest.approx(np.ones(10), abs=0.03)
    three = resample(3, 1000, np.random.default_rng(1))
    whole = (three == 1).all(axis=1).mean()  # nobody twice: 2/9; twins may make up for it
    assert 0.2 < whole < 0.45


def test_bootstrap_variance_of_a_mean_over_dyads_is_as_stated() -> None:
    rng = np.random.default_rng(2)
    n = 9
    values = np.triu(rng.normal(size=(n, n)) + 2 * rng.normal(size=n)[:, None], 1)
    mean = Ratio(values + values.T, 1 - np.eye(n))
    counts = resample(n, 60_000, rng)
    e = mean.influence()
    assert e.sum() == pytest.approx(0)
    q, s = (e[np.triu_indices(n, 1)] ** 2).sum(), (e.sum(axis=1) ** 2).sum()
    wanted = q + s * (n - 1) * (n - 2) / n**2
    assert mean.resampled(counts).var() == pytest.approx(wanted, rel=0.03)
    # From the exact bootstrap variance follows the same error as from the parts themselves.
    by_draws, by_parts = corrected(wanted, e), corrected(None, e)
    assert by_draws is not None
    assert by_parts is not None
    assert (by_draws.se, by_draws.df) == pytest.approx((by_parts.se, by_parts.df))


def test_corrected_variance_is_unbiased() -> None:
    rng = np.random.default_rng(3)
    n, dyads = 14, 14 * 13 // 2
    for actor in (1.0, 2.0):
        found, means = [], []
        for _ in range(1500):
            half = np.triu(rng.normal(size=(n, n)), 1)
            effects = actor * rng.normal(size=n)
            d = half + half.T + effects[:, None] + effects[None, :]
            mean = d[np.triu_indices(n, 1)].mean()
            e = (d - mean) / dyads
            np.fill_diagonal(e, 0)
            spread = corrected(None, e)
            assert spread is not None
            means.append(mean)
            found.append(spread.se**2)
        truth = 4 * actor**2 / n + 1 / dyads
        assert np.mean(found) == pytest.approx(truth, rel=0.04)
        assert np.var(means) == pytest.approx(truth, rel=0.12)


def test_influence_is_the_derivative_by_the_weight_of_a_dyad() -> None:
    network, _ = waves()
    found = statistics(network, RULE, 4)
    tied = (np.nan_to_num(network.observed) >= 2).astype(float)
    known = 1 - np.eye(N)

    def transitivity(weights: np.ndarray) -> float:
        a = tied * weights
        paths = a @ a
        return float((paths * a).sum() / (paths * known * weights).sum())

    step = np.ones((N, N))
    step[3, 7] = step[7, 3] = 1 + 1e-6
    slope = (transitivity(step) - transitivity(np.ones((N, N)))) / 1e-6
    assert 2 * found["network_transitivity"].influence()[3, 7] == pytest.approx(slope, abs=1e-8)
    for name in ("network_density", "network_ei_sector", "hsim_depth", "network_transitivity"):
        influence = found[name].influence()
        assert influence == pytest.approx(influence.T)
        assert influence.sum() == pytest.approx(0, abs=1e-10), name


@pytest.mark.parametrize("name", ["network_ei_sector", "network_transitivity"])
def test_parts_of_a_small_change_add_up_to_it(name: str) -> None:
    first, _ = waves(n=40)
    moved = first.observed.copy()
    apart = np.not_equal.outer(np.array(first.sectors), np.array(first.sectors))
    for place in np.argwhere((moved < 2) & apart)[::200]:
        moved[tuple(place)] = 4.0
    moved[8, 9] = np.nan  # what is not known changes, too
    one = statistics(first, RULE, 4)[name]
    other = statistics(replace(first, observed=moved), RULE, 4)[name]
    parts = one.change(other)[1]
    np.testing.assert_array_equal(parts, parts.T)
    assert not np.diag(parts).any()
    change = other.value - one.value
    assert abs(change) > 1e-4
    assert parts[np.triu_indices(40, 1)].sum() == pytest.approx(change, rel=0.02)


def test_error_is_never_below_the_floor() -> None:
    alone = spread_of(0.0, 1.0, 10, 3 / 45)  # the fourth moment of normal parts
    assert alone.se**2 == pytest.approx(0.75 * 45 / 44)
    assert alone.df == 44
    assert spread_of(1e6, 1.0, 10, 3 / 45).se < np.inf


def test_a_sum_over_few_dyads_has_few_degrees_of_freedom() -> None:
    few = spread_of(0.0, 1.0, 10, 3 / 9)  # as normal parts of 9 of 45 dyads, the others without any
    assert few.df == pytest.approx(2 / (3 / 9 - 1 / 45))
    assert spread_of(0.0, 1.0, 10, 1 / 45).df == 44  # parts that are all equally large


# At 5 % with 1,000 draws, the share rejected has a standard error of 0.7 percentage points.
@pytest.mark.parametrize(("world", "actors"), [("independent", 0.0), ("actors", 0.6)])
def test_size_is_held_where_nothing_changed(world: str, actors: float, capsys: pytest.CaptureFixture[str]) -> None:
    found = rejections(16, actors, draws=1000, bootstrap=100, seed=20221207)
    rates = {name: rejected / tested for name, (rejected, tested) in found.items()}
    with capsys.disabled():
        print(  # noqa: T201  the figure is the finding
            f"\n  rejected at 5 %, {world}:", {name: round(rate, 3) for name, rate in rates.items()}
        )
    assert rates.pop("network_centralization_degree") <= 0.06  # too cautious: nothing tells the spread of a maximum
    for name, rate in rates.items():
        assert 0.03 <= rate <= 0.075, name  # 4–6 %, and two standard errors of 1,000 draws


@pytest.mark.parametrize(
    ("n", "note"), [(2, "few_common_actors"), (5, "few_common_actors"), (8, "few_actors"), (10, "")]
)
def test_few_actors(n: int, note: str) -> None:
    actors, ties = frames(*waves(n=n))
    row = by_measure(network_changes(actors, ties, RULE, bootstrap=50))["hsim_depth"]
    assert row["note"] == note
    assert (row["estimate"] is None) == (n < 3)
    assert (row["ci_low"] is None) == (n < 6)


def test_odd_networks_have_reasons_and_no_nan() -> None:
    one, two = waves()
    zero = np.where(np.isnan(one.observed), np.nan, 0.0)
    high = np.where(np.isnan(one.observed), np.nan, 9.0)
    for matrix, name, note in (
        (zero, "network_ei_sector", "no_ties"),
        (zero, "network_transitivity", "no_two_paths"),
        (high, "hsim_depth", "ratings_above_range"),
    ):
        odd = Sociomatrix(**{**vars(one), "observed": matrix})
        table = network_changes(*frames(odd, two), RULE, bootstrap=50)
        row = by_measure(table)[name]
        assert (row["estimate"], row["note"]) == (None, note)
        for column in ("estimate", "se", "p", "q", "ci_low", "ci_high"):
            assert not table[column].is_nan().any()
    assert network_changes(*frames(one), RULE, bootstrap=50).is_empty()
    mixed = frames(
        Sociomatrix(**{**vars(one), "directed": False, "observed": np.fmax(one.observed, one.observed.T)}), two
    )
    assert by_measure(network_changes(*mixed, RULE, bootstrap=50))["network_density"]["note"] == "direction_changed"


def test_parameters_are_checked() -> None:
    actors, ties = frames(*waves())
    for wrong in ({"bootstrap": 1}, {"seed": -1}, {"confidence": 0.0}, {"depth_max": 0}):
        with pytest.raises(ParameterError):
            network_changes(actors, ties, RULE, **wrong)  # type: ignore[arg-type]


def test_what_is_known_of_a_pair() -> None:
    nan = np.nan
    ratings = np.array([[nan, 3, 0, nan], [nan, nan, 2, 1], [3, 2, nan, nan], [nan, 0, nan, nan]])
    network = Sociomatrix("oulu", 2022, "work", tuple("abcd"), ("x",) * 4, (None,) * 4, ratings, ratings, directed=True)
    both = standing(network, TieRule(confirmation="both"))
    # a–b: one yes is not enough; a–c: one no is; b–c: two yes; b–d: two no; a–d and c–d: nobody said.
    assert both.known.tolist() == [
        [False, False, True, False], [False, False, True, True], [True, True, False, False],
        [False, True, False, False],
    ]  # fmt: skip
    assert np.argwhere(both.adjacency).tolist() == [[1, 2], [2, 1]]
    either = reported(network, RULE).undirected()
    assert either.adjacency[0].tolist() == [False, True, True, False]
    assert either.known[0].tolist() == [False, True, True, False]


def test_reasons_tell_ties_that_are_missing_from_reports_that_are() -> None:
    nothing = np.full((4, 4), np.nan)
    zeros = np.zeros((4, 4))
    np.fill_diagonal(zeros, np.nan)
    half = zeros.copy()
    half[1:] = np.nan  # one actor alone reports, so no pair has the word of both
    found = {}
    for name, cells in (("nothing", nothing), ("zeros", zeros), ("half", half)):
        network = replace(waves(n=4)[0], observed=cells, expected=nothing)
        found[name] = {key: one.reason for key, one in statistics(network, RULE, 4).items()}
    assert found["zeros"]["network_density"] == ""
    assert found["zeros"]["network_ei_sector"] == found["zeros"]["network_reciprocity_dyad"] == "no_ties"
    assert found["nothing"]["network_density"] == "no_ratings"
    assert (found["zeros"]["hsim_depth"], found["zeros"]["hsim_depth_expected"]) == ("", "no_ratings")
    assert (found["half"]["hsim_depth"], found["half"]["hsim_depth_confirmed"]) == ("", "no_ratings")
    assert found["zeros"]["network_transitivity"] == "no_two_paths"
