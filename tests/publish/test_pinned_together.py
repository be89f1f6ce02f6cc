"""Several small counts beside a mean: held against every histogram that looks the same to readers."""

from __future__ import annotations

from itertools import product

import numpy as np
import polars as pl
import pytest

from sujuva.publish.pinned import _level_together
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


def known(*bars, n, small):
    """Counts and marks of the bins of the scores 0, 1 …"""
    bins = [((float(score), float(score)), *bar) for score, bar in enumerate(bars)]
    ends = (0.0, len(bars) - 1.0)
    return Together(Histogram(n=n, unit=1.0, ends=ends, bands=[], bins=bins, small=[(small, small)]), PRIVACY)


@pytest.mark.parametrize(
    ("bars", "n", "small", "ends"),
    [
        ([(22, SECONDARY), (3, PRIMARY)], 25, 1.0, (0, 4)),
        ([(20, SHOWN), (0, SHOWN), (5, SECONDARY)], 25, 1.0, (0, 0)),  # nobody is told as it is
        ([(20, SHOWN), (0, PRIMARY), (5, SECONDARY)], 25, 1.0, (0, 4)),  # unless it is hidden like its neighbours
    ],
)
def test_what_a_bin_can_be_is_what_its_mark_and_rounding_leave(bars, n, small, ends):
    low, high = known(*bars, n=n, small=small).alone
    assert (low.tolist(), high.tolist()) == ([ends[0]], [ends[1]])


@pytest.mark.parametrize(
    ("band", "n", "ends"),
    [
        ((3, PRIMARY), 40, (0, 4)),
        ((3, SHOWN), 40, (0, 4)),
        ((12, SECONDARY), 12, (0, 4)),
        ((0, SHOWN), 40, (0, 0)),  # a share of nobody is told as such
    ],
)
def test_what_a_band_of_few_can_be_is_what_its_share_leaves(band, n, ends):
    told = Histogram(n=n, unit=1.0, ends=(0.0, 3.0), bands=[((0.0, 0.0), *band)], bins=[], small=[(0.0, 0.0)])
    low, high = Together(told, PRIVACY).alone
    assert low[0] == ends[0]
    assert high[0] >= 4 if ends[1] == 4 else high[0] == ends[1]


@pytest.mark.parametrize(("count", "least"), [(10, 9), (30, 28), (20, 19)])
def test_a_share_is_told_in_steps_of_the_smaller_side_and_n_in_its_class(count, least):
    """Of 38 to 42, in steps of a twentieth: 22.5 to 27.5 per cent of 38 are 9 or 10, 47.5 to 52.5 are 19."""
    told = Histogram(n=40, unit=1.0, ends=(0.0, 3.0), bands=[((0.0, 0.0), count, SHOWN)], bins=[], small=[(0.0, 0.0)])
    assert Together(told, PRIVACY).alone[0].tolist() == [least]


@pytest.mark.parametrize(("count", "least"), [(5, 5), (9, 8), (20, 18), (23, 23)])
def test_a_shown_bin_is_at_least_the_threshold_and_the_least_of_its_class(count, least):
    assert known((count, SHOWN), (30, SECONDARY), n=count + 30, small=0.0).alone[0].tolist() == [least]


def test_shares_that_tell_a_small_count_are_hidden_and_the_mean_is_told():
    bins = [((0.0, 0.0), 30, SHOWN), ((1.0, 1.0), 24, SHOWN), ((2.0, 2.0), 3, PRIMARY), ((3.0, 3.0), 3, PRIMARY)]
    told = Histogram(
        n=60, unit=1.0, ends=(0.0, 3.0), bands=[((2.0, 3.0), 6, SHOWN)], bins=bins, small=[(2.0, 2.0), (3.0, 3.0)]
    )
    small = pl.DataFrame({"_level": [0, 0], "_simple": False, "_step": 0.02, "mean": 39 / 60})
    assert _level_together(small, Together(told, PRIVACY), PRIVACY, 0.95) == (0, True)
    assert _level_together(small, Together(told, PRIVACY).without_shares(), PRIVACY, 0.95) == (0, False)
    worst = small.with_columns(_level=pl.Series([1, 7]))
    assert _level_together(worst, Together(told, PRIVACY), PRIVACY, 0.95) == (7, False)


def test_scores_of_a_band_are_those_between_its_ends():
    half = Histogram(n=9, unit=0.5, ends=(1.0, 3.0), bands=[], bins=[], small=[])
    assert half.where((1.5, 2.0)).tolist() == [0.0, 1.0, 1.0, 0.0, 0.0]
    assert half.where((0.0, 1.0)).tolist() == [1.0, 0.0, 0.0, 0.0, 0.0]
    assert half.where((2.6, 2.9)).tolist() == [0.0] * 5
