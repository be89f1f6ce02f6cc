"""The page of the situation on observations: what is drawn, what the tables say, and what is hidden."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from sujuva.codebooks import load_indicators
from sujuva.figures import Words
from sujuva.published import Published
from sujuva.reports import taking_part
from sujuva.reports.areas import areas_section
from sujuva.reports.content import Exhibit, page_of
from sujuva.reports.given import given_names
from sujuva.reports.noticed import further_table, noticed_exhibits, phenomena_table
from sujuva.tables import CHANGE_LEVELS, CRITERIA, INITIATIVE_STATUSES, TAKING_PART, WAYS

EN = Words("en")
FATES = {"initiative": 0.25, "phenomenon": 0.35, "observed": 0.4}


def row(published: Published, indicator: str, **told: Any) -> dict[str, Any]:
    blank = dict.fromkeys(published["integration"].columns)
    usual = {"scale": "", "category": "", "informant": "", "region": "network", "wave": 0, "group": "all", "note": "",
             "suppressed": "", "n": 40}  # fmt: skip
    return blank | usual | {"indicator": indicator} | told


def with_rows(published: Published, *rows: dict[str, Any]) -> Published:
    table = published["integration"]
    more = pl.DataFrame(list(rows), schema=table.schema)
    known = {key: one.model_dump() for key, one in load_indicators().items() if one.topic == "noticed"}
    meta = published.meta | {"indicators": published.meta["indicators"] | known}
    return replace(published, tables={**published.tables, "integration": pl.concat([table, more])}, meta=meta)


def fates(published: Published, **told: Any) -> list[dict[str, Any]]:
    return [row(published, "observation_fate", category=key, **{"estimate": share} | told)
            for key, share in FATES.items()]  # fmt: skip


@pytest.fixture(scope="module")
def noticed(published: Published) -> Published:
    hidden = {"estimate": None, "n": None, "suppressed": "secondary"}
    rows = [
        *(one for wave in (0, 2023, 2024) for one in fates(published, wave=wave)),
        *(one for wave in (0, 2023) for one in fates(published, wave=wave, group="observation_class:need")),
        *fates(published, wave=2024, group="observation_class:need", **hidden),
        *(one for wave in (0, 2024) for one in fates(published, wave=wave, group="observation_class:feedback")),
        row(published, "observation_count", estimate=40.0),
        row(published, "observation_open", category="over_a_year", estimate=0.4),
        row(published, "observation_open", category="under_3_months", estimate=0.6),
        row(published, "observation_phenomenon", category="Loneliness", estimate=20.0),
        row(published, "observation_phenomenon", category="Loneliness", group="sector:health", estimate=20.0),
        row(published, "observation_phenomenon", category="Loneliness", group="sector:social", estimate=0.0, n=0),
        row(published, "observation_phenomenon", category="Loneliness", group="sector:third",
            **hidden | {"suppressed": "primary"}),
    ]  # fmt: skip
    return with_rows(published, *rows)


def test_the_figure_says_how_many_of_a_hundred_led_to_an_initiative(noticed: Published) -> None:
    one = noticed_exhibits(page_of(noticed, EN, "network"))[0]
    assert one.picture is not None
    assert one.picture.title == "Of a hundred observations 25 led to an initiative in the whole network"
    assert "What professionals noticed, and what became of it" in one.picture.subtitle


def test_a_class_with_a_hidden_year_is_told_of_all_years(noticed: Published) -> None:
    one = noticed_exhibits(page_of(noticed, EN, "network"))[0]
    assert one.picture is not None
    told = one.picture.data.select("group", "wave").unique().sort("group", "wave").rows()
    need, feedback = "observation_class:need", "observation_class:feedback"
    assert told == [("all", 2023), ("all", 2024), (feedback, 2024), (need, 0)]


def test_who_noticed_a_phenomenon_and_who_is_missing(noticed: Published) -> None:
    table = phenomena_table(page_of(noticed, EN, "network"))
    assert table is not None
    assert table.rows == [["Loneliness", "20", "Social services", "Health services 20; not shown: Third sector"]]
    (one,) = (one for one in noticed_exhibits(page_of(noticed, EN, "network")) if one.tables[0].name == "phenomena.csv")
    assert one.folded == "The phenomenon noticed most often (Loneliness): no observation from social services."
    assert phenomena_table(page_of(noticed, EN, "oulu")) is None  # nobody noticed any there


def test_what_is_printed_in_an_order_is_all_that_the_contracts_allow() -> None:
    ours = (taking_part.LEVELS, taking_part.STATUSES, taking_part.TAKING_PART, taking_part.WAYS, taking_part.CRITERIA)
    assert ours == (CHANGE_LEVELS, INITIATIVE_STATUSES, TAKING_PART, WAYS, CRITERIA)


@pytest.fixture(scope="module")
def worked(published: Published) -> Published:
    """The year 2024: of initiatives, participation and quality in Oulu, with a small group and a hidden month."""
    hidden = {"estimate": None, "n": None, "suppressed": "primary"}
    at = {"region": "oulu", "wave": 2024}
    group = "participant_group:"
    rows = [
        row(published, "phenomenon_acted", region="oulu", estimate=0.63, n=8),
        row(published, "initiative_count", region="oulu", estimate=12.0, n=12),
        row(published, "initiative_count", region="oulu", group="sector:health", estimate=5.0, n=5),
        row(published, "initiative_level", region="oulu", category="national", estimate=0.25, n=12),
        row(published, "initiative_level", region="oulu", category="local", estimate=0.75, n=12),
        row(published, "initiative_level", region="oulu", category="not_told", estimate=0.0, n=12),
        row(published, "initiative_status", region="oulu", category="done", estimate=0.5, n=12),
        row(published, "participation_count", **at, estimate=50.0),
        row(published, "participation_count", **at, group=f"{group}parents", estimate=45.0),
        row(published, "participation_count", **at, group=f"{group}children", **hidden),
        row(published, "participation_way", **at, category="workshop", estimate=0.6),
        row(published, "observation_month", **at, category="01", estimate=10.0),
        row(published, "observation_month", **at, category="02", **hidden),
        *(row(published, "quality_level", **at, category=key, estimate=level, n=2)
          for key, level in zip(CRITERIA, (3.0, 2.0, 2.5, 1.5, 2.0), strict=True)),
    ]  # fmt: skip
    return with_rows(published, *rows)


def test_initiatives_are_told_by_level_and_status_and_what_came_of_phenomena_first(worked: Published) -> None:
    (one,) = taking_part.initiative_exhibits(page_of(worked, EN, "oulu"))
    assert one.folded == "Of a hundred phenomena that were noticed 63 have led to an initiative in Oulu."
    assert [cells[1:] for cells in one.tables[0].rows] == [
        ["All", "12"], ["Health services", "5"], ["local", "75%"], ["national", "25%"], ["carried out", "50%"],
    ]  # fmt: skip


def test_a_small_group_of_those_who_took_part_is_not_shown(worked: Published) -> None:
    (one,) = taking_part.participation_exhibits(page_of(worked, EN, "oulu"))
    assert one.folded == "In 2024 about 50 children, young people and parents took part in the work in Oulu."
    rows = dict(one.tables[0].rows)
    assert rows["All"] == "50"
    assert (rows["Children"], rows["Young people"], rows["Parents"]) == ("not shown", "–", "45")
    assert rows["In a workshop"] == "60%"


def test_the_criterion_furthest_behind_is_named_where_there_is_one(worked: Published) -> None:
    view = page_of(worked, EN, "oulu")
    (one,) = taking_part.quality_exhibits(view)
    assert one.folded.endswith("in 2024 was: locating root causes (level 1.5 of 3).")
    assert one.tables[0].rows[0] == ["Learning together", "3.0"]
    (compared,) = taking_part.quality_exhibits(page_of(worked, EN, "network"))
    assert (compared.folded, compared.tables[0].headers[1:]) == ("", ["Oulu"])


def test_months_are_told_where_any_is_shown(worked: Published) -> None:
    table = taking_part.month_table(page_of(worked, EN, "oulu"))
    assert table is not None
    assert table.rows == [["January", "10"], ["February", "not shown"]]
    none = worked["integration"].filter(pl.col("category") != "01")
    hidden = replace(worked, tables={**worked.tables, "integration": none})
    assert taking_part.month_table(page_of(hidden, EN, "oulu")) is None


def test_names_of_phenomena_are_marked_as_the_data_gives_them(noticed: Published) -> None:
    assert "Loneliness" in given_names(page_of(noticed, EN, "network"))
    assert given_names(page_of(noticed, Words("fi"), "network")) == ()


def test_open_observations_stand_from_the_youngest_to_the_oldest(noticed: Published) -> None:
    table = further_table(page_of(noticed, EN, "network"))
    assert table is not None
    assert [cells[1] for cells in table.rows] == ["–", "under three months", "over a year"]


def test_nothing_is_shown_where_nobody_observed(published: Published) -> None:
    bare = published["integration"].filter(~pl.col("indicator").str.starts_with("observation_"))
    none = replace(published, tables={**published.tables, "integration": bare})
    assert noticed_exhibits(page_of(none, EN, "network")) == []


def test_pictures_beyond_what_a_page_may_show_go_to_researchers(
    noticed: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keys(exhibits: list[Exhibit]) -> list[str]:
        return [one.picture.key for one in exhibits if one.picture is not None]

    view = page_of(noticed, EN, "network")
    whole = areas_section(view)
    assert "noticed" in keys(whole.exhibits)
    monkeypatch.setattr("sujuva.reports.areas.MOST_FIGURES", 1)
    cut = areas_section(view)
    assert keys(cut.exhibits) == keys(whole.exhibits)[:1]
    assert keys(cut.experts) == keys(whole.exhibits)[1:] + keys(whole.experts)
