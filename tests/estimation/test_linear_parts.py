"""Degrees of freedom and sums of products, worked by hand."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from sujuva.errors import ContractError
from sujuva.estimation.alpha import ItemProducts, cronbach, item_rest
from sujuva.estimation.domains import MomentIndex, Part, Products
from sujuva.estimation.linear import _connected, _product, _satterthwaite, _square


@pytest.mark.parametrize(
    ("parts", "degrees"),
    [
        ([(2.0, 49.0)], 49.0),
        ([(0.0, 5.0)], 5.0),
        ([(0.0, 3.0), (0.0, 4.0)], 7.0),  # without any variance their sum
        ([(1.0, 2.0), (3.0, 6.0)], 8.0),  # 16 / (1/2 + 9/6)
        ([(1.0, 10.0), (1.0, 10.0)], 20.0),
        ([(0.0, 3.0), (2.0, 4.0)], 4.0),
    ],
)
def test_degrees_of_a_sum_are_those_of_welch_and_satterthwaite(parts, degrees):
    assert _satterthwaite(parts) == pytest.approx(degrees, rel=1e-12)


def part(region, stratum, **numbers):
    return Part(**dict.fromkeys(Part._fields, 1) | {"region": region, "stratum": stratum, "wave": 2024} | numbers)


def test_squares_and_products_of_linearised_sums_over_clusters():
    """Two clusters: w 1, 2 and wy 3, 5 here, w 2, 1 and wy 4, 7 there; u = W·wy − Y·w with W, Y the totals."""
    here, there = [(1, 3), (2, 5)], [(2, 4), (1, 7)]
    w, wy, other_w, other_wy = 3, 8, 3, 11
    one = [w * y - wy * x for x, y in here]
    two = [other_w * y - other_wy * x for x, y in there]
    own = part("a", "s", cww=1 + 4, cwy=3 + 10, cyy=9 + 25)
    assert _square(w, wy, own) == sum(u * u for u in one)
    both = Products(2, cww=2 + 2, cwy=4 + 14, cyw=6 + 5, cyy=12 + 35, w=w, wy=wy, other_w=other_w, other_wy=other_wy)
    assert _product(w, wy, other_w, other_wy, both) == sum(u * v for u, v in zip(one, two, strict=True))


def test_domains_are_together_where_a_chain_of_strata_ties_them():
    moments = MomentIndex({}, {}, {}, linked_units=False)
    found = [[part("a", "s")], [part("b", "t")], [part("a", "s"), part("c", "u")], [part("c", "u")],
             [part("b", "t", n=0)]]  # fmt: skip
    assert _connected(found, moments) == [[0, 2, 3], [1], [4]]


def squares(n, product, items):
    return ItemProducts(np.array([n]), np.zeros((1, items), np.int64), np.full((1, items, items), product, np.int64))


def test_products_are_exact_up_to_the_largest_whole_number():
    """n · Σxy times the number of cells must stay below 2⁶²: here 2³⁰ · 2²⁸ · 16."""
    with pytest.raises(ContractError, match="too large"):
        squares(2**30, 2**28, 4).spread()
    assert squares(2**30, 2**28 - 1, 4).spread().max() == 2**30 * (2**28 - 1)


def test_two_persons_whose_items_differ_by_one_agree_wholly():
    answers = np.array([[0, 0], [1, 1]])
    spread = ItemProducts(np.array([2]), answers.sum(axis=0)[None], (answers.T @ answers)[None]).spread()
    assert item_rest(spread).tolist() == [[1.0, 1.0]]
    assert math.isnan(item_rest(spread * 0)[0, 0])


def test_a_reversed_item_has_the_sums_of_reversed_answers():
    answers = np.array([[1, 2, 5], [3, 5, 1], [2, 2, 4]])
    turned = answers.copy()
    turned[:, 1] = 6 - turned[:, 1]
    turned[:, 2] = 7 - turned[:, 2]
    made = ItemProducts(np.array([3]), answers.sum(axis=0)[None], (answers.T @ answers)[None]).turned({1: 6, 2: 7})
    assert made.sums[0].tolist() == turned.sum(axis=0).tolist()
    assert made.products[0].tolist() == (turned.T @ turned).tolist()
    assert made.means()[0].tolist() == [float(Fraction(int(one), 3)) for one in turned.sum(axis=0)]


def test_a_total_that_does_not_vary_has_no_alpha_and_only_fractions_may_be_off_by_rounding():
    large = 10**15
    whole = np.array([[[large, 1 - large], [-large, large]]])  # the total varies by 1, exactly
    assert whole.sum() == 1
    assert math.isfinite(cronbach(whole)[0])
    assert math.isnan(cronbach(whole.astype(float))[0])  # of fractions 1 of 4e15 is nothing
    assert math.isnan(cronbach(np.array([[[large, -large], [-large, large]]]))[0])
