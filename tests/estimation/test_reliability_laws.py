"""Laws that alpha, omega and the intraclass correlation obey, and what is said where there is no estimate."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sujuva.errors import ContractError
from sujuva.estimation import intraclass
from sujuva.estimation.alpha import ItemProducts, alpha_without, correlations, cronbach, feldt_interval, item_rest
from sujuva.estimation.icc import UnitsOfSize
from sujuva.estimation.interval import FEW_CLUSTERS, NO_SCORES, NO_VARIATION
from sujuva.estimation.omega import omega_error, omega_interval, omega_total, one_factor

ROWS = st.integers(3, 5).flatmap(
    lambda items: st.lists(st.lists(st.integers(0, 4), min_size=items, max_size=items), min_size=4, max_size=25)
)


def products(*answers):
    """One domain for each table of answers."""
    arrays = [np.array(one, np.int64) for one in answers]
    return ItemProducts(
        np.array([len(one) for one in arrays]),
        np.array([one.sum(axis=0) for one in arrays]),
        np.array([one.T @ one for one in arrays]),
    )


def same(one, other):
    return np.allclose(one, other, rtol=1e-9, atol=1e-11, equal_nan=True)


@settings(max_examples=40)
@given(ROWS)
def test_alpha_and_what_items_add_follow_their_definitions(rows):
    answers = np.array(rows, float)
    items = answers.shape[1]
    covariances, spread = products(rows).covariances(), products(rows).spread()
    assert same(covariances[0], np.cov(answers.T))
    total = answers.sum(axis=1)
    if len(set(total)) == 1:
        assert np.isnan(cronbach(spread)[0])
        return
    alpha = items / (items - 1) * (1 - answers.var(axis=0, ddof=1).sum() / total.var(ddof=1))
    assert same(cronbach(spread), [alpha])
    for place in range(items):
        rest = np.delete(answers, place, axis=1)
        mine = item_rest(spread)[0, place], alpha_without(spread)[0, place]
        if len(set(answers[:, place])) > 1 and len(set(rest.sum(axis=1))) > 1:
            assert same(mine[0], np.corrcoef(answers[:, place], rest.sum(axis=1))[0, 1])
        else:
            assert np.isnan(mine[0])
        assert same(mine[1], cronbach(products(rest.astype(int).tolist()).spread())[0])


@settings(max_examples=40)
@given(ROWS, st.randoms(), st.sets(st.integers(0, 2)))
def test_relabelling_and_turning_items_changes_nothing_but_their_order(rows, random, turned):
    answers = np.array(rows)
    order = list(range(answers.shape[1]))
    random.shuffle(order)
    other = answers[:, order].copy()
    # Turned in the data and turned back in the algebra.
    for place in turned:
        other[:, place] = 7 - other[:, place]
    first, second = products(rows), products(other.tolist()).turned(dict.fromkeys(turned, 7))
    assert (second.products[0] == first.products[0][np.ix_(order, order)]).all()
    assert (second.sums[0] == first.sums[0][order]).all()
    assert same(cronbach(second.spread()), cronbach(first.spread()))
    assert same(item_rest(second.spread())[0], item_rest(first.spread())[0, order])


@settings(max_examples=40)
@given(ROWS, ROWS)
def test_domains_do_not_touch_each_other(rows, others):
    assume(len(rows[0]) == len(others[0]))
    together = products(rows, others).covariances()
    alone = [products(one).covariances() for one in (rows, others)]
    assert same(together, np.concatenate(alone))
    apart = [correlations(one) for one in alone]
    made = omega_total(correlations(together), one_factor(correlations(together)))
    assert np.allclose(made, [omega_total(one, one_factor(one))[0] for one in apart], atol=1e-6, equal_nan=True)


@settings(max_examples=40)
@given(ROWS, st.integers(2, 4))
def test_everybody_twice_has_the_same_alpha_and_omega(rows, times):
    one, many = products(rows), products(rows * times)
    assert same(cronbach(one.spread()), cronbach(many.spread()))
    low, high = (feldt_interval(cronbach(each.spread()), each.n, len(rows[0]), 0.95) for each in (one, many))
    if np.isfinite(low[0][0]) and cronbach(one.spread())[0] < 1:
        assert high[1][0] - high[0][0] < low[1][0] - low[0][0]


def test_sums_that_are_too_large_are_refused():
    large = ItemProducts(np.array([2**40]), np.array([[0, 0]]), np.full((1, 2, 2), 2**40))
    with pytest.raises(ContractError, match="too large"):
        large.covariances()


def one_factor_matrix(loadings):
    matrix = np.outer(loadings, loadings)
    np.fill_diagonal(matrix, 1)
    return matrix


@given(st.lists(st.floats(0.2, 0.95), min_size=3, max_size=12))
def test_loadings_come_back_from_what_they_imply(loadings):
    loadings = np.array(loadings)
    matrix = one_factor_matrix(loadings)[None]
    found = one_factor(matrix)
    assert found.proper.all()
    assert np.allclose(found.loadings[0], loadings, atol=1e-6)
    implied = loadings.sum() ** 2 / (loadings.sum() ** 2 + (1 - loadings**2).sum())
    assert omega_total(matrix, found)[0] == pytest.approx(implied, abs=1e-7)


def test_the_loadings_are_those_of_least_residuals():
    random = np.random.default_rng(4)
    answers = random.normal(size=(200, 60, 6)) + random.normal(size=(200, 60, 1)) + random.normal(size=(200, 1, 6))
    matrix = np.stack([np.corrcoef(one.T) for one in answers])
    found = one_factor(matrix)
    assert found.found.all()
    upper = np.triu_indices(6, 1)

    def misfit(loadings):
        return ((matrix - loadings[:, :, None] * loadings[:, None, :])[:, *upper] ** 2).sum(axis=1)

    best = misfit(found.loadings)
    for _ in range(30):
        assert (misfit(found.loadings + random.normal(scale=1e-3, size=found.loadings.shape)) >= best).all()


def test_the_error_of_omega_is_what_its_gradient_says():
    """The delta method by brute force: every correlation nudged, and the covariances of correlations written out."""
    random = np.random.default_rng(8)
    answers = random.normal(size=(120, 5)) + random.normal(size=(120, 1)) * [1, 0.5, 0.8, 0.3, 0.6]
    r = np.corrcoef(answers.T)
    pairs = [(i, j) for i in range(5) for j in range(i)]

    def omega(matrix):
        return omega_total(matrix[None], one_factor(matrix[None]))[0]

    gradient = []
    for i, j in pairs:
        values = []
        for step in (1e-5, -1e-5):
            moved = r.copy()
            moved[i, j] = moved[j, i] = r[i, j] + step
            values.append(omega(moved))
        gradient.append((values[0] - values[1]) / 2e-5)
    # Olkin & Siotani: the covariance of two correlations of a normal sample, times n.
    covariance = [
        [
            0.5 * r[i, j] * r[k, m] * (r[i, k] ** 2 + r[i, m] ** 2 + r[j, k] ** 2 + r[j, m] ** 2)
            + r[i, k] * r[j, m] + r[i, m] * r[j, k]
            - (r[i, j] * r[i, k] * r[i, m] + r[j, i] * r[j, k] * r[j, m]
               + r[k, i] * r[k, j] * r[k, m] + r[m, i] * r[m, j] * r[m, k])
            for k, m in pairs
        ]
        for i, j in pairs
    ]  # fmt: skip
    wanted = np.sqrt(np.array(gradient) @ np.array(covariance) @ np.array(gradient) / 119)
    assert omega_error(r[None], one_factor(r[None]), np.array([120]))[0] == pytest.approx(wanted, rel=1e-5)


def test_the_interval_of_omega_covers_what_it_promises():
    random = np.random.default_rng(0)
    truth = one_factor_matrix(np.array([0.8, 0.6, 0.5, 0.7, 0.4]))
    matrix = np.stack([np.corrcoef(one.T) for one in random.multivariate_normal(np.zeros(5), truth, size=(2000, 200))])
    factor = one_factor(matrix)
    made = omega_total(matrix, factor)
    low, high = omega_interval(made, omega_error(matrix, factor, np.full(2000, 200)), 0.95)
    target = omega_total(truth[None], one_factor(truth[None]))[0]
    assert 0.94 < ((low < target) & (target < high)).mean() < 0.965
    assert (high < 1).all()


def test_an_improper_factor_has_no_omega():
    matrix = np.array([[1, 0.9, 0.9], [0.9, 1, 0.2], [0.9, 0.2, 1]])[None]
    found = one_factor(matrix)  # λ₁ = √(0.9 · 0.9 / 0.2) > 1
    assert found.found[0]
    assert not found.proper[0]
    assert np.isnan(omega_total(matrix, found)[0])


def units(scores):
    sizes = {}
    for members in scores:
        row = sizes.setdefault(len(members), [0, 0, 0, 0])
        for place, value in enumerate((1, sum(members), sum(y * y for y in members), sum(members) ** 2)):
            row[place] += value
    return [UnitsOfSize(size, *row) for size, row in sorted(sizes.items())]


SCORES = st.lists(st.lists(st.integers(0, 50), min_size=1, max_size=6), min_size=2, max_size=8)


@given(SCORES, st.integers(-(10**6), 10**6), st.integers(1, 100))
def test_the_intraclass_correlation_follows_its_definition_wherever_the_scale_begins(scores, shift, unit):
    found = intraclass(units(scores), 0.95)
    flat = [y for members in scores for y in members]
    n, groups = len(flat), len(scores)
    assert (found.n, found.units) == (n, groups)
    if n == groups:
        assert (found.icc, found.note) == (None, FEW_CLUSTERS)
        return
    if len(set(flat)) == 1:
        assert (found.icc, found.note) == (None, NO_VARIATION)
        return
    mean = np.mean(flat)
    between = sum(len(one) * (np.mean(one) - mean) ** 2 for one in scores) / (groups - 1)
    within = sum(((np.array(one) - np.mean(one)) ** 2).sum() for one in scores) / (n - groups)
    size = (n - sum(len(one) ** 2 for one in scores) / n) / (groups - 1)
    assert found.icc == pytest.approx((between - within) / (between + (size - 1) * within), abs=1e-9)
    moved = intraclass(units([[shift + unit * y for y in one] for one in scores]), 0.95)
    assert moved.icc == pytest.approx(found.icc, abs=1e-9)
    assert found.design_effect == pytest.approx(1 + (found.unit_size - 1) * found.icc)
    if between > 1e-9:  # Spearman & Brown
        assert found.of_mean == pytest.approx(size * found.icc / (1 + (size - 1) * found.icc), abs=1e-6)
    if found.of_mean_low is not None:
        assert found.of_mean_low <= found.of_mean + 1e-12
        assert found.of_mean <= found.of_mean_high + 1e-12
    if found.low is not None:
        assert found.low <= found.icc + 1e-12
        assert found.icc <= found.high + 1e-12


def test_nobody_and_one_unit_have_no_intraclass_correlation():
    assert intraclass([], 0.95).note == NO_SCORES
    assert intraclass(units([[1, 2, 3]]), 0.95).note == FEW_CLUSTERS
    assert intraclass(units([[1, 1], [2, 2]]), 0.95).icc == 1
