"""The page of the situation on observations: what is drawn, what the tables say, and what is hidden."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from sujuva.codebooks import load_indicators
from sujuva.figures import Words
from sujuva.published import Published
from sujuva.reports.areas import areas_section
from sujuva.reports.content import Exhibit, page_of
from sujuva.reports.given import given_names
from sujuva.reports.noticed import further_table, noticed_exhibits, phenomena_table

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
    known = {key: one.model_dump() for key, one in load_indicators().items() if key.startswith("observation_")}
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
    (one,) = noticed_exhibits(page_of(noticed, EN, "network"))
    assert one.picture is not None
    assert one.picture.title == "Of a hundred observations 25 led to an initiative in the whole network"
    assert "What professionals noticed, and what became of it" in one.picture.subtitle


def test_a_class_with_a_hidden_year_is_told_of_all_years(noticed: Published) -> None:
    (one,) = noticed_exhibits(page_of(noticed, EN, "network"))
    assert one.picture is not None
    told = one.picture.data.select("group", "wave").unique().sort("group", "wave").rows()
    need, feedback = "observation_class:need", "observation_class:feedback"
    assert told == [("all", 2023), ("all", 2024), (feedback, 2024), (need, 0)]


def test_who_noticed_a_phenomenon_and_who_is_missing(noticed: Published) -> None:
    table = phenomena_table(page_of(noticed, EN, "network"))
    assert table is not None
    assert table.rows == [["Loneliness", "20", "Health services 20; Third sector not shown", "Social services"]]
    assert phenomena_table(page_of(noticed, EN, "oulu")) is None


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
