"""Signals beside those of the last release."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.publish.since import signals_since
from sujuva.published import CONTRACTS
from sujuva.tidy import tidy

SCHEMA = CONTRACTS["situation"].schema


def _rows(
    wave: int, *signals: tuple[str, str, str], suppressed: str = "", funnel: str | None = "", value: float = 5.0
) -> pl.DataFrame:
    """Return a table of the situation: region, category and note of each signal, and limits of regions a and b."""
    told = [
        {"indicator": "area_signal", "region": region, "category": category, "note": note,
         "estimate": -20.0 if "below" in note else 20.0}
        for region, category, note in signals
    ]  # fmt: skip
    limits = [
        {"indicator": "area_funnel", "region": region, "category": "total:998", "note": funnel, "estimate": 5.0,
         "ci_low": 4.0, "ci_high": 6.0, "n": 1000}
        for region in ("a", "b") if funnel is not None
    ]  # fmt: skip
    values = [{"indicator": "area_value", "region": region, "category": "total", "note": "", "estimate": value}
              for region in ("a", "b")]  # fmt: skip
    frame = tidy(pl.DataFrame([*told, *limits, *values]), scale="1", wave=wave)
    marked = (
        frame.with_columns(suppressed=pl.lit(suppressed)) if suppressed else frame.with_columns(suppressed=pl.lit(""))
    )
    return marked.with_columns(rule=pl.lit("")).select(*SCHEMA, "rule").cast(dict(SCHEMA))


def _last(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(list(SCHEMA))


LEVEL, CHANGE = "total:level:2019", "total:change:2020"
ABOVE, BELOW = "clear_signal; above_expected; still_signal", "clear_signal; below_expected; new_signal"


def _notes(frame: pl.DataFrame) -> dict[tuple[str, str], str]:
    rows = frame.filter(indicator="area_signal")
    return {
        (region, category): note.split("; ")[-1]
        for region, category, note in rows.select("region", "category", "note").iter_rows()
    }


def test_new_still_and_gone() -> None:
    """A signal is the same by statistic, area, aspect and side, whatever its year; one that is gone gets a row."""
    last = _rows(2020, ("a", LEVEL, ABOVE), ("b", LEVEL, BELOW))
    now = _rows(2021, ("a", "total:level:2018", ABOVE), ("a", "total:change:2021", ABOVE))
    told = signals_since(now, _last(last))
    assert _notes(told) == {
        ("a", "total:level:2018"): "still_since_release",
        ("a", "total:change:2021"): "new_since_release",
        ("b", LEVEL): "gone_since_release",
    }
    gone = told.filter(region="b", indicator="area_signal").row(0, named=True)
    assert (gone["wave"], gone["estimate"], gone["note"]) == (2021, None, "below_expected; gone_since_release")
    assert told.height == now.height + 1
    assert told.schema == now.schema


def test_a_level_is_not_gone_because_limits_became_wider() -> None:
    """An area that is 30 per cent below the country now and was 20 then has not come nearer."""
    last = _rows(2020, ("b", LEVEL, BELOW), ("b", CHANGE, BELOW))
    now = _rows(2021, value=3.5)
    assert _notes(signals_since(now, _last(last))) == {("b", CHANGE): "gone_since_release"}
    assert ("b", LEVEL) in _notes(signals_since(_rows(2021, value=4.5), _last(last)))


def test_the_other_side_is_another_signal() -> None:
    """From above to below is new, and the old one gone."""
    told = signals_since(_rows(2021, ("a", CHANGE, BELOW)), _last(_rows(2020, ("a", CHANGE, ABOVE))))
    assert _notes(told) == {("a", CHANGE): "new_since_release"}
    assert told.height == 5


@pytest.mark.parametrize(
    "last",
    [
        _rows(2020, funnel=None, suppressed="secondary").clear(),
        _rows(2020, ("a", LEVEL, ABOVE), suppressed="secondary"),
        _rows(2020, funnel="chance_only"),
    ],
    ids=["not judged", "hidden", "limits of another kind"],
)
def test_nothing_is_said_where_nobody_can_say(last: pl.DataFrame) -> None:
    """What the release did not judge, hid, or judged by limits of chance alone is neither new nor gone."""
    now = _rows(2021, ("a", LEVEL, ABOVE))
    assert signals_since(now, _last(last)).equals(now)


def test_what_is_hidden_now_is_not_gone() -> None:
    """A row that publication hides tells nothing, nor does its absence."""
    last = _rows(2020, ("a", LEVEL, ABOVE))
    now = _rows(2021, suppressed="secondary")
    assert signals_since(now, _last(last)).equals(now)


def test_a_row_that_stays_what_it_was_says_nothing_new() -> None:
    """Rows kept from the last release are neither marked nor called gone."""
    last = _rows(2020, ("a", LEVEL, ABOVE))
    now = pl.concat([_rows(2021), last.filter(indicator="area_signal").with_columns(rule=pl.lit("kept"))])
    assert signals_since(now, _last(last)).equals(now)
