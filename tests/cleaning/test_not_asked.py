"""What no feed delivers was not asked: it is neither blank nor missing, in cleaning, response and flags alike."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.quality import Flagging, count_response, find_flags
from tests.cleaning.helpers import Clean

PEOPLE = """
  - name: people
    file: people.csv
    reader: csv
    feeds:
      - table: respondents
        columns: {respondent: id, wave: year, region: {from: area}}
"""
FEED = """
  - name: {name}
    file: {name}.csv
    reader: csv
    feeds:
      - table: answers
        instrument: mood
        columns: {{respondent: id, wave: year, informant: {{value: {who}}}}}
        items: {{{items}}}
"""
AREA = {2023: "oulu", 2024: "tampere"}


def people(count: int) -> str:
    rows = [f"{area}{n},{year},{area}" for year in AREA for area in AREA.values() for n in range(count)]
    return "id,year,area\n" + "\n".join(rows) + "\n"


def answers(area: str, year: int, *given: str) -> str:
    return "".join(f"{area}{n},{year},{row}\n" for n, row in enumerate(given))


def told(items: pl.DataFrame) -> dict[tuple[str, int, int], tuple[int, int, int]]:
    rows = items.select("region", "wave", "item", "n", "n_missing", "n_not_asked").rows()
    return {row[:3]: row[3:] for row in rows}


def test_an_item_without_a_column_was_not_asked(clean: Clean):
    """One file has both items, another only the first, for the same region and year."""
    sources = PEOPLE + FEED.format(name="both", who="self", items="1: ilo, 2: uni")
    sources += FEED.format(name="one", who="parent", items="1: ilo")
    files = {
        "people.csv": people(4),
        "both.csv": "id,year,ilo,uni\n" + answers("oulu", 2023, "1,2", "3,", ",1"),
        "one.csv": "id,year,ilo\n" + answers("oulu", 2023, "1", "", "2", "0"),
    }
    cleaned = clean(sources, files)
    assert cleaned.quarantine.is_empty()
    assert told(cleaned.items) == {("oulu", 2023, 1): (7, 2, 0), ("oulu", 2023, 2): (3, 1, 4)}
    flags = find_flags(
        cleaned.tables, cleaned.instruments, cleaned.titles, flagging=Flagging(), items=cleaned.items
    ).counts
    missing = flags.filter(flag="not_asked").select("about", "part", "wave", "region", "n", "looked_at").rows()
    assert missing == [("mood", "mood_2", 2023, "oulu", 4, 7)]


@pytest.mark.parametrize(("count", "row"), [(9, (9, 9, 0)), (10, (0, 0, 10))])
def test_a_column_that_many_left_blank_without_exception_was_not_on_the_form(clean: Clean, count, row):
    sources = PEOPLE + FEED.format(name="both", who="self", items="1: ilo, 2: uni")
    given = answers("oulu", 2023, *["1,"] * count) + answers("tampere", 2024, "1,", "2,3")
    cleaned = clean(sources, {"people.csv": people(count), "both.csv": "id,year,ilo,uni\n" + given})
    found = told(cleaned.items)
    assert found["oulu", 2023, 1] == (count, 0, 0)
    assert found["oulu", 2023, 2] == row
    assert found["tampere", 2024, 2] == (2, 1, 0)


def test_a_row_that_is_set_aside_takes_its_form_with_it(clean: Clean):
    """Forms are told apart by their rows, also where rows between them fall out."""
    sources = PEOPLE + FEED.format(name="one", who="self", items="1: ilo")
    sources += FEED.format(name="both", who="parent", items="1: ilo, 2: uni")
    files = {
        "people.csv": people(3),
        "one.csv": "id,year,ilo\n" + answers("oulu", 2023, "1", "77", "2"),
        "both.csv": "id,year,ilo,uni\n" + answers("oulu", 2023, "88,1", "1,1", "1,"),
    }
    cleaned = clean(sources, files)
    assert cleaned.quarantine.height == 2
    assert told(cleaned.items) == {("oulu", 2023, 1): (4, 0, 0), ("oulu", 2023, 2): (2, 1, 2)}


def test_a_region_without_a_form_did_not_leave_it_unanswered(clean: Clean):
    sources = PEOPLE + FEED.format(name="both", who="self", items="1: ilo, 2: uni")
    given = answers("oulu", 2023, "1,1", "2,2") + answers("tampere", 2024, ",", ",")
    cleaned = clean(sources, {"people.csv": people(2), "both.csv": "id,year,ilo,uni\n" + given})
    response = count_response(cleaned.tables, cleaned.instruments, [2023, 2024])
    assert response.select("region", "wave", "n_respondents", "n_answered").rows() == [
        ("oulu", 2023, 2, 2), ("tampere", 2024, 2, 0),
    ]  # fmt: skip
