"""Mean, interval and n of few whole scores pin no small count: held against an exhaustive search of worlds."""

from __future__ import annotations

import math
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.special import stdtrit

from sujuva.publish.pinned import _Known, small_counts, told_alike, without_pinned
from sujuva.publish.privacy import Privacy
from sujuva.publish.rules import rounded_count
from sujuva.published import SHOWN, step_beside
from sujuva.tidy import TIDY

PRIVACY = Privacy()
BANDS = [
    {"key": "few", "low": 0.0, "high": 1.0, "informant": ""},
    {"key": "many", "low": 5.0, "high": 6.0, "informant": ""},
]
SCALES: dict[str, Any] = {"s": {"grid": 1.0, "range": [0, 6], "binary": False, "bands": BANDS}}
AT = {"scale": "s", "informant": "self", "region": "oulu", "wave": 2024, "group": "gender:girl"}
T = {n: float(stdtrit(n - 1, 0.975)) for n in range(5, 13)}


def world(scores: list[int]) -> tuple[float, float]:
    mean = sum(scores) / len(scores)
    return mean, math.sqrt(sum((one - mean) ** 2 for one in scores) / (len(scores) - 1))


def published(scores: list[int], *, deff: float = 1.0, pinned: bool = False, weighted: bool = False) -> pl.DataFrame:
    """The rows of few persons after the control, or (`pinned`) before it."""
    n, (mean, sd) = len(scores), world(scores)
    mean += 0.0123 * weighted
    se = deff * sd / math.sqrt(n)
    blank = dict.fromkeys(TIDY) | AT | {"category": "", "note": "", "n": n, "rule": "", "suppressed": SHOWN}
    told = {"estimate": mean, "se": se, "ci_low": mean - T[n] * se, "ci_high": mean + T[n] * se}
    rows = [blank | {"indicator": name, **told} for name in ("score_mean", "score_pomp")]
    rows += [blank | {"indicator": "score_sd", "estimate": sd}]
    marked = pl.DataFrame(rows, schema={**TIDY, "rule": pl.String, "suppressed": pl.String})
    if pinned:
        return marked
    shares = [
        AT
        | {
            "indicator": "band_share",
            "category": band["key"],
            "n": n,
            "estimate": sum(band["low"] <= one <= band["high"] for one in scores) / n,
        }
        for band in BANDS
    ]
    bars = [AT | {"bin_low": float(one), "bin_high": float(one), "n": scores.count(one)} for one in range(7)]
    counts = pl.DataFrame(shares, schema_overrides={"wave": pl.Int32})
    bins = pl.DataFrame(bars, schema_overrides={"wave": pl.Int32})
    return without_pinned(
        marked,
        counts,
        bins,
        bins.clear().with_columns(suppressed=pl.lit(SHOWN)),
        scales=SCALES,
        privacy=PRIVACY,
        confidence=0.95,
    )


class Worlds:
    """Every way in which 5 to 12 persons can have scores of 0–6: histograms, means and deviations."""

    def __init__(self) -> None:
        sizes = [(size, [*combinations_with_replacement(range(7), size)]) for size in range(5, 13)]
        rows = [np.array(some) for _, some in sizes]
        self.n = np.concatenate([np.full(len(some), some.shape[1]) for some in rows])
        self.mean = np.concatenate([some.mean(axis=1) for some in rows])
        self.sd = np.concatenate([some.std(axis=1, ddof=1) for some in rows])
        self.bars = np.concatenate([(some[:, :, None] == np.arange(7)).sum(axis=1) for some in rows])
        self.half = np.array([T[size] / math.sqrt(size) for size in range(5, 13)])[self.n - 5] * self.sd

    def possible(self, row: dict[str, Any], low: int, high: int) -> set[int]:
        """Return how many scores from `low` to `high` there may be where a reader sees `row`, still to be rounded."""
        n = pl.select(rounded_count(pl.lit(row["n"]), PRIVACY.rounding)).item()
        step = max(step_beside(n, 1.0, PRIVACY.rounding, PRIVACY.threshold) or 0.0, 0.01)
        good = (np.abs(self.n - n) <= PRIVACY.rounding // 2) & (self.n >= PRIVACY.threshold)
        good &= np.abs(self.mean - round(row["estimate"] / step) * step) <= step / 2 + 1e-9
        for name, times, sign in (("ci_low", np.floor, -1), ("ci_high", np.ceil, 1)):
            if row[name] is not None:
                wide = row["times"] * step
                seen = times(round(row[name] / wide, 6)) * wide
                good &= np.abs(times(np.round((self.mean + sign * self.half) / wide, 6)) * wide - seen) < 1e-6
        return set(self.bars[good, low : high + 1].sum(axis=1).tolist())


@pytest.fixture(scope="module")
def worlds() -> Worlds:
    return Worlds()


def told(scores: list[int], *, deff: float = 1.0) -> dict[str, dict[str, Any]]:
    """Rows by indicator, with `times`: in how many steps of the mean the ends of its interval are told."""
    before, rows = published(scores, deff=deff, pinned=True), published(scores, deff=deff)
    n = pl.select(rounded_count(pl.lit(len(scores)), PRIVACY.rounding)).item()
    step = max(step_beside(n, 1.0, PRIVACY.rounding, PRIVACY.threshold) or 0.0, 0.01)
    found = {row["indicator"]: row | {"times": 1} for row in rows.iter_rows(named=True)}
    mean, old = found["score_mean"], before.row(0, named=True)
    for times in (2, 5, 10, 20):
        if mean["ci_low"] is not None and mean["ci_low"] != old["ci_low"]:
            ends = (math.floor(old["ci_low"] / (times * step)), math.ceil(old["ci_high"] / (times * step)))
            if all(
                abs(end * times * step - mean[name]) < 1e-6
                for end, name in zip(ends, ("ci_low", "ci_high"), strict=True)
            ):
                mean["times"] = times
                break
    return found


SAMPLES = [sorted(np.random.default_rng(seed).choice(7, 8 + seed % 4, p=P).tolist()) for seed in range(40)
           for P in ([0.05, 0.1, 0.2, 0.3, 0.2, 0.1, 0.05],)]  # fmt: skip


def small(scores: list[int]) -> list[tuple[int, int]]:
    """Bands and ends of the scale with 1–4 of the scores."""
    parts = [(0, 1), (5, 6), (0, 0), (6, 6)]
    return [part for part in parts if 1 <= sum(part[0] <= one <= part[1] for one in scores) <= 4]


def test_no_small_count_is_narrowed_down(worlds):
    looked = shown = 0
    for scores in SAMPLES:
        row = told(scores)["score_mean"]
        if row["suppressed"] == SHOWN:
            shown += 1
            for low, high in small(scores):
                looked += 1
                assert {1, 4} <= worlds.possible(row, low, high), (scores, low, high)
    assert shown > 30
    assert looked > 50


def test_the_same_numbers_told_as_they_were_would_narrow_many(worlds):
    narrowed = 0
    for scores in SAMPLES:
        row = published(scores, pinned=True).row(0, named=True) | {"times": 1}
        narrowed += sum(not {1, 4} <= worlds.possible(row, *part) for part in small(scores))
    assert narrowed > 30


@pytest.mark.parametrize("deff", [1.0, 1.4])  # of persons of clusters, too: beside the mean it would tell n
def test_a_deviation_of_few_equally_weighted_persons_is_not_told(deff):
    made = published([1, 2, 2, 3, 3, 3, 4, 4, 5], deff=deff)
    rows = {row["indicator"]: row for row in made.iter_rows(named=True)}
    assert (rows["score_sd"]["suppressed"], rows["score_sd"]["rule"]) == ("secondary", "moments")
    assert rows["score_mean"]["suppressed"] == SHOWN


def test_a_mean_that_pins_a_count_by_itself_is_hidden():
    """Nine times 0 and once 1 to 6: the mean times n is below what four of the band would need."""
    rows = told([0] * 9 + [5])
    assert {row["rule"] for row in rows.values()} == {"moments"}
    # Ten persons are no small count: whoever took them for one would learn from the sums around them what is not so.
    assert {row["suppressed"] for row in rows.values()} == {"secondary"}


def test_weighted_means_are_left_as_they_are():
    rows = published([1, 2, 2, 3, 3, 3, 4, 4, 5], weighted=True)
    assert set(rows["suppressed"]) == {SHOWN}
    assert rows.filter(indicator="score_mean")["ci_low"].null_count() == 0


def test_the_mean_in_per_cent_is_computed_from_the_mean_that_is_told():
    rows = published([1, 2, 2, 3, 3, 3, 4, 4, 5]).with_columns(
        estimate=pl.lit(3.2), ci_low=pl.lit(2.2), ci_high=pl.lit(4.0)
    )
    found = told_alike(rows, SCALES).filter(indicator="score_pomp").row(0, named=True)
    assert (found["estimate"], found["ci_low"], found["ci_high"]) == (53.3, 36.7, 66.7)


@pytest.mark.parametrize("weighted", [False, True])
def test_the_deviation_of_yes_and_no_is_the_mean_told_more_finely(weighted):
    marked = published([0, 1] * 6, pinned=True, weighted=weighted).with_columns(n=pl.lit(400, pl.Int64))
    scales = {"s": SCALES["s"] | {"range": [0, 1], "binary": True}}
    empty = published([1, 2, 3, 3, 4]).clear()
    counts = empty.select(*AT, "indicator", "category", "n", "estimate")
    bars = empty.select(*AT, "n", bin_low="estimate", bin_high="estimate")
    bins = bars.with_columns(suppressed=pl.lit(SHOWN))
    rows = without_pinned(marked, counts, bars, bins, scales=scales, privacy=PRIVACY, confidence=0.95)
    assert {row["indicator"]: row["rule"] for row in rows.iter_rows(named=True)} == {
        "score_mean": "", "score_pomp": "", "score_sd": "moments",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("band", "others"),
    [
        ((0, 1), (2, 6)),
        ((5, 6), (0, 4)),
        ((1, 2), (3, 6)),  # four scores above it, one below
        ((4, 5), (0, 3)),
        ((2, 4), (5, 6)),  # as many on either side
    ],
)
def test_the_few_beside_a_band_of_nearly_all_are_looked_for_where_there_is_more_room(band, others):
    bands = [{"key": "most", "low": float(band[0]), "high": float(band[1]), "informant": ""}]
    mean = pl.DataFrame([AT | {"n": 20, "unit": 1.0, "low": 0.0, "high": 6.0}], schema_overrides={"wave": pl.Int32})
    share = AT | {"category": "most", "estimate": 0.85, "n": 20}  # three of twenty are elsewhere
    counts = pl.DataFrame([share], schema_overrides={"wave": pl.Int32})
    bars = mean.clear().select(*AT, "n", bin_low="low", bin_high="high")
    found = small_counts(mean, counts, bars, {"s": {"bands": bands}}, 5)
    assert found.select("a_low", "a_high", "b_low", "b_high").rows() == [(*others, *band)]


@pytest.mark.parametrize(("unit", "n"), [(1.0, 5), (0.5, 9), (2.0, 12)])
def test_an_interval_in_its_steps_tells_the_sum_of_squares_between_two_ends(unit, n):
    """(n − 1)·SD² in units, SD from how far an end lies from the mean at least, and at most, behind its step."""
    scores = [0.0] * (n - 4) + [2.0, 2.0, 4.0, 6.0]
    mean, sd = world([unit * one for one in scores])
    half = T[n] * sd / math.sqrt(n)
    told = {"mean": mean, "ci_low": mean - half, "ci_high": mean + half, "se": sd / math.sqrt(n), "sd": sd}
    ends = {"unit": unit, "low": 0.0, **dict.fromkeys(("a_low", "b_low"), 0.0), "a_high": unit, "b_high": 6 * unit}
    known = _Known(pl.DataFrame([AT | {"n": n} | told | ends]), PRIVACY, 0.95)
    for times in (1, 5):
        step = times * known.step[0]
        low, high = math.floor((mean - half) / step) * step, math.ceil((mean + half) / step) * step
        nearest = max(mean - low, high - mean) - step  # both ends lie within a step of what is told
        furthest = min(mean - low, high - mean)
        wanted = [(n - 1) * n * (max(one, 0.0) / (T[n] * unit)) ** 2 for one in (nearest, furthest)]
        found = known._squares(known.sizes[0], known.reach[0], times, np.array([mean]))
        assert [float(one[0]) for one in found] == pytest.approx(wanted, rel=1e-9)
        truth = sum((one - mean / unit) ** 2 for one in scores)
        assert found[0][0] <= truth <= found[1][0]
