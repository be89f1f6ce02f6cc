"""Several small counts beside a mean: held against every histogram that looks the same to readers."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from sujuva.publish.pinned_together import Histogram, Together
from sujuva.publish.privacy import Privacy
from sujuva.published import PRIMARY, SECONDARY, SHOWN

PRIVACY = Privacy()
TOP = 4
MARKS = (SHOWN, PRIMARY, SECONDARY)


def seen(count: int) -> tuple[int, int]:
    """What a shown count of bins can be: rounded to 5, and none or at least 5."""
    near = 5 * ((count + 2) // 5)
    return (max(near - 2, 5), near + 2) if count else (0, 0)


def place(bars: tuple[int, ...]) -> Histogram:
    few = [
        ((float(score), float(score)), count, PRIMARY if 0 < count < 5 else SHOWN) for score, count in enumerate(bars)
    ]
    return Histogram(
        n=sum(bars), unit=1.0, ends=(0.0, float(TOP)), bands=[], bins=few,
        small=[scores for scores, _, mark in few if mark == PRIMARY],
    )  # fmt: skip


def possible(bars: tuple[int, ...], mean: tuple[float, float] | None) -> list[tuple[int, ...]]:
    """Every histogram that looks like `bars`."""
    ranges = [range(5) if 0 < count < 5 else range(seen(count)[0], seen(count)[1] + 1) for count in bars]
    low, high = seen(sum(bars))
    return [
        one
        for one in product(*ranges)
        if low <= sum(one) <= high
        and (
            mean is None or mean[0] - 1e-9 <= sum(score * n for score, n in enumerate(one)) / sum(one) <= mean[1] + 1e-9
        )
    ]


def is_open(bars: tuple[int, ...], mean: tuple[float, float]) -> bool:
    """By enumeration: with the mean each small count can be as little (to 1) and as much (to 4) as without it."""
    beside, alone = np.array(possible(bars, mean)), np.array(possible(bars, None))
    small = [score for score, count in enumerate(bars) if 0 < count < 5]
    return all(
        beside[:, one].min() <= max(alone[:, one].min(), 1) and beside[:, one].max() >= min(alone[:, one].max(), 4)
        for one in small
    )


CASES = [
    tuple(int(one) for one in np.random.default_rng(seed).choice([0, 1, 2, 3, 4, 6, 9], TOP + 1))
    for seed in range(60)
]  # fmt: skip
CASES = [bars for bars in CASES if sum(bars) >= 5 and any(0 < one < 5 for one in bars)]


@pytest.mark.parametrize("half", [0.01, 0.05, 0.5])
def test_open_is_what_enumeration_says(half):
    verdicts = []
    for bars in CASES:
        exact = sum(score * n for score, n in enumerate(bars)) / sum(bars)
        mean = (exact - half, exact + half)
        verdicts.append(is_open(bars, mean))
        assert Together(place(bars), PRIVACY).open(mean) == verdicts[-1], bars
    assert len(verdicts) > 40
    # Finely told means pin some of them, coarsely told ones fewer.
    assert verdicts.count(False) > 0 if half < 0.5 else verdicts.count(True) > verdicts.count(False)


def test_a_shown_share_of_two_hidden_bins_is_their_sum():
    bins = [((0.0, 0.0), 30, SHOWN), ((1.0, 1.0), 24, SHOWN), ((2.0, 2.0), 3, PRIMARY), ((3.0, 3.0), 3, PRIMARY)]
    told = Histogram(
        n=60, unit=1.0, ends=(0.0, 3.0), bands=[((2.0, 3.0), 6, SHOWN)], bins=bins, small=[(2.0, 2.0), (3.0, 3.0)]
    )
    together = Together(told, PRIVACY)
    assert together.is_told_by_shares  # six of them: neither bin holds one alone
    assert not together.without_shares().is_told_by_shares


@pytest.mark.parametrize(("squares", "expected"), [((0.0, 900.0), True), ((25.0, 25.0), False)])
def test_squares_pin_what_the_mean_leaves_open(squares, expected):
    bars = (9, 6, 1)
    told = Histogram(
        n=16, unit=1.0, ends=(0.0, 2.0), bands=[((2.0, 2.0), 1, PRIMARY)], bins=[], small=[(2.0, 2.0)],
    )  # fmt: skip
    total = sum(score * n for score, n in enumerate(bars))
    assert Together(told, PRIVACY).open((0.4, 0.6), {16: (total, squares)}) == expected
