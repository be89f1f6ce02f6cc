"""Dates and times as people write them; what nobody can tell is never guessed, and no message holds a value."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from sujuva.errors import SourceError
from sujuva.sources.times import clocks, joined, read_times, shapes

HELSINKI = "Europe/Helsinki"
AT = datetime(2023, 9, 1, 8, 5)  # noqa: DTZ001  local times have no zone here
DAY = datetime(2023, 9, 1)  # noqa: DTZ001


def test_every_form_reads_as_it_is_written_and_by_the_format_it_is_said_to_have() -> None:
    forms = {
        "2023-09-01": DAY, "1.9.2023": DAY, "01.09.2023": DAY, "1.9.23": DAY, "20230901": DAY, "2023/09/01": DAY,
        "2023.09.01": DAY, "2023-09-01 08:05": AT, "2023-9-1 8:05": AT, "2023-09-01T08:05:00": AT,
        "1.9.2023 8.05": AT, "1.9.2023 8:05": AT, "1.9.2023 klo 8.05": AT, "1.9.2023, klo 8.05": AT,
        "1.9.2023 kello 8.05": AT,
        "1.9.2023 kl. 8:05": AT, "1.9.23 8.05": AT, "2023/09/01 08:05": AT, "20230901 08:05": AT,
        "20230901T080500": AT, "202309010805": AT, "20230901080500": AT, "1.9.2023 8:05 AM": AT,
        "1.9.2023 8.05.12": AT.replace(second=12), "2023-09-01 08:05:00.345678": AT.replace(microsecond=345678),
        "2023-09-01T08:05:12,5": AT.replace(second=12, microsecond=500_000), "2023-09-01T05:05:00Z": AT,
        "2023-09-01T05:05:00.25Z": AT.replace(microsecond=250_000), "2023-09-01T08:05:00+0300": AT,
        "2023-09-01 08:05:00+03": AT, "2023-09-01T09:05:00.000+04:00": AT, "1.9.70": datetime(1970, 9, 1),  # noqa: DTZ001
        "1.9.2023 12:05 am": AT.replace(hour=0), "1.9.2023 8:05 PM": AT.replace(hour=20),
    }  # fmt: skip
    text = pl.Series(list(forms))
    read = read_times(text, timezone=HELSINKI)
    assert read.moments.to_list() == list(forms.values())
    assert (read.order, read.doubt) == (None, "")
    assert read_times(text, read.formats, HELSINKI).moments.to_list() == list(forms.values())
    for value, moment in forms.items():
        (one,) = read_times(pl.Series([value]), timezone=HELSINKI).formats
        assert read_times(pl.Series([value]), [one], HELSINKI).moments.to_list() == [moment], (value, one)


@pytest.mark.parametrize(
    "value",
    ["31.2.2023", "1.9.2023.05", "1.9.2023 25.05", "1.9.2023 klo 9", "1.13.2023", "1.9.123", "8.05", "x", "2023-09-01T",
     "1.9.2023 8.05:30", "1.9-2023", "45170 kpl", "1.9.1823", "1.9.2023 13:05 pm", "2023-09-01 08:05:60"],
)  # fmt: skip
def test_what_has_no_form_is_not_read(value: str) -> None:
    read = read_times(pl.Series([value, "1.9.2023"]))
    assert read.moments.to_list() == [None, DAY]


def test_a_long_column_reads_as_a_short_one_does() -> None:
    times = pl.datetime_range(datetime(2001, 1, 1), datetime(2001, 12, 31), interval="2h", eager=True)  # noqa: DTZ001
    for form in ("%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H.%M", "%d/%m/%Y %H:%M", "%m/%d/%Y", "%d.%m.%y klo %H.%M", "%Y%m%d"):
        written = times.dt.to_string(form)
        odd = pl.concat([written, pl.Series(["1.9.2023.05", None, "20230901T080500", "31.2.2020"])])
        read = read_times(odd)
        wanted = times.dt.truncate("1d") if "%H" not in form else times
        assert read.moments.head(times.len()).to_list() == wanted.to_list()
        assert read.moments.tail(4).to_list() == [None, None, AT, None]
        assert read.formats[0] == form


@pytest.mark.parametrize(
    ("column", "order", "first"),
    [
        (["10/9/2016", "30/9/2016"], "day", datetime(2016, 9, 10)),  # noqa: DTZ001
        (["10/9/2016", "9/30/2016"], "month", datetime(2016, 10, 9)),  # noqa: DTZ001
        (["1-9-2023 8:05", "30-9-2023 klo 8.05"], "day", AT),
        (["1/9/23", "30/9/23"], "day", DAY),
        (["23/09/01", "99/09/30"], "year", DAY),
        (["5/5/2022", "31.12.2022"], "day", datetime(2022, 5, 5)),  # noqa: DTZ001  both orders say the same
    ],
)
def test_the_column_settles_the_order(column: list[str], order: str, first: datetime) -> None:
    read = read_times(pl.Series(column))
    assert (read.order, read.doubt, read.moments[0]) == (order, "", first)


def test_where_both_orders_fit_nobody_guesses() -> None:
    both = read_times(pl.Series(["05/03/2022", "05/04/2022 8:05"]))
    assert both.doubt == "day first and month first both fit every date"
    assert both.ways == (["%d/%m/%Y", "%d/%m/%Y %H:%M"], ["%m/%d/%Y", "%m/%d/%Y %H:%M"])
    for order, month in (("day", 3), ("month", 5)):
        said = read_times(pl.Series(["05/03/2022"]), order=order)  # type: ignore[arg-type]  # both are orders
        assert (said.doubt, said.moments[0].month) == ("", month)
    mixed = read_times(pl.Series(["9/30/2016", "30/9/2016", "1/2/2016"]))
    assert mixed.doubt == "of its different dates day first alone fits 1 and month first alone fits 1"
    short = read_times(pl.Series(["01-09-23"]))
    assert short.ways == (["%d-%m-%y"], ["%m-%d-%y"], ["%y-%m-%d"])


def test_strays_among_clear_dates_are_not_read() -> None:
    read = read_times(pl.Series(["2023-09-01", "1.9.2023", "1/9/2023"]))
    assert (read.moments.to_list(), read.doubt) == ([DAY, DAY, None], "")


def test_days_of_excel_are_times_where_the_whole_column_is_made_of_them() -> None:
    read = read_times(pl.Series(["45170", "45170.336805555555", None, "45170,5"]))
    assert read.formats == ("excel",)
    assert read.moments.to_list() == [DAY, AT, None, DAY.replace(hour=12)]
    assert read_times(pl.Series(["45170", "1.9.2023"])).moments.to_list() == [None, DAY]
    assert read_times(pl.Series(["45170", "1.9.2023"]), ["excel", "%d.%m.%Y"]).moments.to_list() == [DAY, DAY]
    assert read_times(pl.Series(["43708"]), ["excel1904"]).moments.to_list() == [DAY]


def test_an_offset_needs_a_zone() -> None:
    text = pl.Series(["2023-09-01T08:05:00+03:00"])
    assert read_times(text).moments.to_list() == [None]
    assert read_times(text, timezone=HELSINKI).instants[0].hour == 5
    with pytest.raises(SourceError, match="no timezone is given"):
        read_times(text, ["%Y-%m-%dT%H:%M:%S%:z"])


def test_a_clock_joins_its_date() -> None:
    clock = pl.Series(["klo 8.05", "8:05", "1899-12-31 08:05:00", "0.3368055556", None])
    dates = pl.Series(["1.9.2023", "2023-09-01 00:00:00", "2023-09-01 00:00:00", "2023-09-01", "1.9.2023"])
    assert clocks(clock).to_list() == [True, True, True, True, False]
    assert read_times(joined(dates, clock)).moments.to_list() == [AT, AT, AT, AT, None]
    assert read_times(joined(pl.Series(["45170"]), pl.Series(["8.05"]))).moments.to_list() == [AT]


def test_shapes_tell_no_value() -> None:
    text = pl.Series(["1.9.2023 klo 9", "2.9.2023 klo 8", "99/99/9999", "Maija soitti", None, "b" * 90, "12.12.2023"])
    assert shapes(text) == ["9.9.9999 klo 9", "99.99.9999", "99/99/9999"]
    assert shapes(pl.Series(["Äiti T", "b" * 90])) == ["aaaa T", "a" * 39 + "…"]
