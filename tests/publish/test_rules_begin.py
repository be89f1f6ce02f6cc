"""Where rules of the door begin: one step on either side, by hand."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.codebooks import load_instruments
from sujuva.publish import Privacy
from sujuva.publish.meta import grid_of
from sujuva.publish.organisations import _dominated
from sujuva.publish.survival import curve_days
from sujuva.tidy import ALL_YEARS


@pytest.mark.parametrize(
    ("given", "dominated"),
    [
        ([100, 60, 10], False),
        ([100, 60, 9], True),  # the second largest knows the largest to within 9 per cent: the p% rule
        ([75, 13, 12], False),
        ([76, 12, 12], True),  # more than 75 per cent of the whole: the (n, k) rule
        ([0, 0, 0], True),  # all gave the lowest
    ],
)
def test_one_rater_makes_up_too_much(given: list[int], dominated: bool):
    place = {"region": "oulu", "wave": 2024, "relation": "trust", "organisation": "a"}
    rows = [{**place, "measure": f"mean_given_{number}", "value": float(one)} for number, one in enumerate(given)]
    privacy = Privacy(dominance_n=1, dominance_k=75, p_percent=10)
    assert _dominated(pl.DataFrame(rows), privacy)["_dominated"].to_list() == [dominated]


@pytest.mark.parametrize(
    ("between", "days"),
    [(0, [7, 14]), (1, [7]), (4, [7]), (5, [7, 14])],
)
def test_days_of_a_curve_have_nobody_or_enough_between_them(between: int, days: list[int]):
    met = {3: 20, 10: between, 30: 20}
    delays = pl.DataFrame(
        [{"region": "oulu", "wave": ALL_YEARS, "days": day, "n": n} for day, n in met.items()],
        schema={"region": pl.String, "wave": pl.Int32, "days": pl.Int64, "n": pl.Int64},
    )
    assert curve_days(delays, {"oulu": 60 + between}, [7, 14], 5) == days


def test_converted_scores_are_whole_multiples_of_their_last_decimal():
    converted = [
        (scale, instrument)
        for instrument in load_instruments().values()
        for scale in instrument.scales
        if scale.conversion is not None
    ]
    assert converted
    for scale, instrument in converted:
        assert grid_of(scale, instrument) == pytest.approx(10.0**-scale.decimals)
