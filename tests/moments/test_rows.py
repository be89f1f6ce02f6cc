"""Every clean row is in the moments, or counted with the reason why it is not."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from sujuva.errors import ContractError
from sujuva.integration import delay_indicators
from sujuva.moments import CaseSettings, casework_moments, check_rows, merge, row_moments
from sujuva.tables import SCHEMAS, bound_to_waves, person_key

SETTINGS = CaseSettings(timezone=None, holidays=None)


def log(*rows: tuple[str, str, str, str]) -> pl.DataFrame:
    """Events of families: case, activity, day, region."""
    frame = pl.DataFrame(rows, schema=["case", "activity", "time", "region"], orient="row")
    return frame.with_columns(
        pl.col("time").str.to_datetime("%Y-%m-%d", time_unit="us"),
        sequence=pl.int_range(1, pl.len() + 1, dtype=pl.Int32),
    )


def counted(part) -> dict[str, tuple[int, int]]:
    return {row[1]: row[2:] for row in row_moments.finish(part).rows()}


MEETINGS = log(
    *(
        (f"{year}-{turn}", activity, f"{year}-{day}", "oulu")
        for year in (2022, 2023, 2024, 2025)
        for turn in range(3)
        for activity, day in (("contact", "03-01"), ("meeting", f"03-{5 + 5 * turn:02}"))
    )
)


def test_families_of_every_year_are_in_all_years_together():
    """Waves are years of measurement; a family of a year between two of them is in its year and in the whole."""
    waits = casework_moments(MEETINGS, SETTINGS, regions=["oulu"])["durations"]
    told = delay_indicators(waits, [7]).filter(indicator="cases_started", region="network", group="all")
    assert dict(told.select("wave", "estimate").rows()) == {0: 12, 2022: 3, 2023: 3, 2024: 3, 2025: 3}


def test_what_a_log_leaves_out_is_counted_with_its_reason():
    rows = pl.concat(
        [
            MEETINGS,
            log(
                ("odd", "meeting", "2023-01-01", "oulu"), ("odd", "closure", "2023-02-01", "oulu"),
                ("far", "contact", "2023-01-01", "lapland"),
                ("late", "contact", "2024-12-30", "oulu"), ("late", "meeting", "2025-01-02", "oulu"),
            ),
        ]
    ).with_columns(sequence=pl.int_range(1, pl.len() + 1, dtype=pl.Int32))  # fmt: skip
    whole = counted(casework_moments.part(rows, SETTINGS, regions=["oulu"]))
    assert whole == {"used": (26, 13), "no_start": (2, 1), "other_region": (1, 1)}
    until = CaseSettings(timezone=None, holidays=None, observed_until=date(2024, 12, 31))
    cut = counted(casework_moments.part(rows, until, regions=["oulu"], waves=[2022, 2024]))
    assert cut == {
        "used": (13, 7), "other_wave": (6, 3), "no_start": (2, 1), "other_region": (1, 1), "after_observation": (7, 4),
    }  # fmt: skip
    assert sum(rows for rows, _ in cut.values()) == rows.height


def test_parts_of_a_log_tell_what_the_whole_tells():
    whole = counted(casework_moments.part(MEETINGS, SETTINGS, regions=["oulu"]))
    odd = pl.col("case").str.ends_with("1")
    parts = [casework_moments.part(MEETINGS.filter(some), SETTINGS, regions=["oulu"]) for some in (odd, ~odd)]
    assert counted(merge(parts)) == whole


@pytest.mark.parametrize(
    ("table", "column", "told"),
    [
        ("ties", "source", {"used": (1, 1), "other_wave": (1, 1), "other_region": (1, 1)}),
        ("attendance", "organisation", {"used": (2, 2), "other_region": (1, 1)}),
        ("lp_topics", "child", {"used": (2, 1), "other_region": (1, 1)}),
        ("feedback", "participant", {"used": (2, 1), "other_region": (1, 1)}),
        ("partner_ratings", "respondent", {"used": (1, 1), "other_wave": (1, 1), "other_region": (1, 1)}),
        ("open_answers", "respondent", {"free_text": (3, 2)}),
    ],
)
def test_waves_bind_what_is_measured_and_not_what_happens(table, column, told):
    rows = pl.DataFrame({"region": ["oulu", "oulu", "lapland"], "wave": [2023, 2024, 2023], column: ["a", "a", "b"]})
    assert counted(row_moments.part(table, rows, regions=["oulu"], waves=[2023, 2025])) == told


def test_every_table_says_whether_waves_bind_it():
    bound = {name for name in SCHEMAS if bound_to_waves(name)}
    assert bound == {"respondents", "open_answers", "open_themes", "ties", "partner_ratings", "rubric"}
    assert bound_to_waves("answers_who5")
    assert [name for name in SCHEMAS if person_key(name) is None] == [
        "organisations", "ties", "area_indicators", "attendance", "observations", "service_parts", "method_reach",
        "child_budgets", "initiatives", "area_months",
    ]  # fmt: skip


def test_rows_that_do_not_add_up_stop_the_run():
    used = row_moments("rubric", pl.DataFrame({"region": ["oulu"], "wave": [2023], "assessor": ["x"]}))
    check_rows(used, {"rubric": 1, "ties": 0})
    for clean in ({"rubric": 2}, {"rubric": 1, "feedback": 4}, {}):
        with pytest.raises(ContractError, match="what became of"):
            check_rows(used, clean)


def test_an_event_at_midnight_after_the_last_day_is_after_it():
    midnight = pl.lit("2024-01-01").str.to_datetime(time_unit="us")
    rows = MEETINGS.with_columns(time=midnight)
    until = CaseSettings(timezone=None, holidays=None, observed_until=date(2023, 12, 31))
    assert counted(casework_moments.part(rows, until, regions=["oulu"])) == {"after_observation": (24, 12)}
