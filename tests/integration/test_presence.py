"""Who is at which table, and who is missing."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.errors import ContractError
from sujuva.integration import PRESENCE_KEY, presence, presence_indicators
from sujuva.tidy import KEY, TIDY
from tests.integration.rated import organisations

ACTORS = organisations("abcd", "xxyz")


def attended(*rows: tuple[str, str, str | None], wave: int = 2022) -> pl.DataFrame:
    schema = {"event": pl.String, "organisation": pl.String, "phenomenon": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").select(
        "event",
        pl.lit(wave, dtype=pl.Int32).alias("wave"),
        pl.lit("oulu").alias("region"),
        "organisation",
        "phenomenon",
    )


# Two events on bullying (a and b; a and c), one on absence (a), one of which nothing was told (b and c).
EVENTS = attended(
    ("e1", "a", "bullying"), ("e1", "b", "bullying"), ("e2", "a", "bullying"), ("e2", "c", "bullying"),
    ("e3", "a", "absence"), ("e4", "b", None), ("e4", "c", None),
)  # fmt: skip


def test_everybody_has_a_row_at_every_table() -> None:
    table = presence(EVENTS, ACTORS)
    assert table.columns == ["region", "wave", "phenomenon", "organisation", "attended", "events"]
    assert table.select(PRESENCE_KEY).is_unique().all()
    assert table.height == 3 * 4
    at = {(what, who): (here, of) for what, who, here, of in table.select(
        "phenomenon", "organisation", "attended", "events").iter_rows()}  # fmt: skip
    assert at["bullying", "a"] == (2, 2)
    assert at["bullying", "d"] == (0, 2)
    assert at["absence", "b"] == (0, 1)
    assert at["not_told", "c"] == (1, 1)
    assert table["attended"].sum() == EVENTS.height  # nobody's seat is lost


def test_indicators_by_hand() -> None:
    table = presence_indicators(EVENTS, ACTORS)
    assert table.schema == TIDY
    assert table.select(KEY).is_unique().all()
    assert table["n"].unique().to_list() == [4]
    found = {(one, what): value for one, what, value in table.select("indicator", "category", "estimate").iter_rows()}
    assert {key: value for key, value in found.items() if key[1] in ("bullying", "")} == pytest.approx(
        {
            ("presence_share", "bullying"): 3 / 4,
            ("presence_sectors", "bullying"): 2,
            ("presence_sectors_missing", "bullying"): 1,
            ("presence_events", "bullying"): 2,
            ("presence_organisations", "bullying"): 2,
            ("presence_density", "bullying"): 2 / 6,
            ("presence_share", ""): 3 / 4,
            ("presence_sectors", ""): 2,
            ("presence_sectors_missing", ""): 1,
            ("presence_events", ""): 4,
            ("presence_organisations", ""): 7 / 4,
            ("presence_density", ""): 3 / 6,
        }
    )
    assert found["presence_density", "absence"] == 0


def test_event_on_two_phenomena_counts_for_both_and_once_for_all() -> None:
    rows = attended(("e1", "a", "bullying"), ("e1", "b", "absence"))
    table = presence(rows, ACTORS).filter(organisation="a")
    assert table.select("phenomenon", "attended").rows() == [("absence", 0), ("bullying", 1)]
    whole = presence_indicators(rows, ACTORS).filter(indicator="presence_events", category="")
    assert whole["estimate"].to_list() == [1.0]


def test_rows_that_stand_twice_count_once() -> None:
    twice = pl.concat([EVENTS, EVENTS])
    assert presence(twice, ACTORS).equals(presence(EVENTS, ACTORS))
    assert presence_indicators(twice, ACTORS).equals(presence_indicators(EVENTS, ACTORS))


def test_one_actor_has_no_pairs() -> None:
    table = presence_indicators(attended(("e1", "a", "x")), organisations("a", "x"))
    row = table.filter(indicator="presence_density", category="x").row(0, named=True)
    assert (row["estimate"], row["note"]) == (None, "few_actors")
    assert table.filter(indicator="presence_share")["estimate"].to_list() == [1.0, 1.0]


def test_stranger_is_refused_and_nothing_is_nothing() -> None:
    with pytest.raises(ContractError, match="In 1 rows, organisation is not in the table"):
        presence(attended(("e1", "z", "x")), ACTORS)
    assert presence(EVENTS.clear(), ACTORS).is_empty()
    assert presence_indicators(EVENTS.clear(), ACTORS).is_empty()
