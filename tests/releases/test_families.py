"""Two releases of families: where one left, joined or went on, every number stays what it was."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl
import pytest

from sujuva.codebooks import load_indicators
from sujuva.published import CONTRACTS, SHOWN, Published
from sujuva.tidy import KEY
from tests.releases import families

TABLES = ("integration", "delays", "survival", "comparisons")


def left(people: pl.DataFrame) -> pl.DataFrame:
    """Two families of one region and year left."""
    gone = people.filter(region="oulu", wave=2023).head(2)["person"]
    return people.filter(~pl.col("person").is_in(gone.implode()))


def joined_elsewhere(people: pl.DataFrame) -> pl.DataFrame:
    """Two left, and many joined in another region and year."""
    more = families.drawn(7).filter(region="tampere", wave=2024)
    return pl.concat([left(people), more])


def other_side(people: pl.DataFrame) -> pl.DataFrame:
    """One family withdrew its consent: it went to the other side of a share, and nothing else changed."""
    one = people.filter(region="oulu", wave=2023, consent=1)["person"][0]
    return people.with_columns(consent=pl.when(pl.col("person") == one).then(0).otherwise("consent"))


CHANGES = {"left": left, "joined elsewhere": joined_elsewhere, "the other side": other_side}


@cache
def first() -> tuple[pl.DataFrame, Published]:
    people = families.drawn(1)
    return people, families.published(people)


@cache
def both(what: str) -> tuple[Published, Published, Published]:
    """The first release, the second, and what the second would be without the register."""
    people, one = first()
    new = CHANGES[what](people)
    return one, families.published(new, families.before_of(one, people, new)), families.published(new)


@pytest.mark.parametrize("what", CHANGES)
def test_every_number_and_mark_stays_where_few_families_left_joined_or_went_on(what: str):
    one, two, bare = both(what)

    assert {name: one[name].equals(two[name]) for name in TABLES} == dict.fromkeys(TABLES, True)
    assert one["integration"].filter(suppressed=SHOWN).height > 300
    assert one["survival"].filter(suppressed=SHOWN).height > 10
    assert not one["integration"].equals(bare["integration"]), "without the register it would be seen"


@dataclass
class Row:
    """What `hold` asks of a table of counts: one ratio, with the cells of its n and of its two sides."""

    cells: pl.DataFrame
    rows: pl.DataFrame
    bins: pl.DataFrame


def test_the_other_side_of_a_share_is_held_like_the_side_itself():
    """One family went to the other side: neither side may be found by subtraction."""
    people, one = first()
    before = families.before_of(one, people, other_side(people))
    indicators = load_indicators()
    seen = before.seen_from(one.meta, one["distributions"], indicators, 5)
    ratio = one["integration"].filter(indicator="case_action_done", wave=2023, group="all", suppressed=SHOWN)
    for region, held in (("oulu", True), ("tampere", False), ("network", True)):
        rows = ratio.filter(region=region).select(*KEY, "n")
        assert rows.height == 1
        ids = {"n_cell": 0, "own_cell": 1, "other_cell": 2}
        rows = rows.with_columns(
            table=pl.lit("integration"), **{name: pl.lit(at, pl.UInt32) for name, at in ids.items()}
        )
        bins = pl.DataFrame(schema={"table": pl.String, "own_cell": pl.UInt32, **CONTRACTS["distributions"].schema})
        table = Row(pl.DataFrame({"id": pl.Series(range(4), dtype=pl.UInt32)}), rows, bins)
        known, hidden = seen.hold(table, np.zeros(4, dtype=np.bool_))
        assert hidden.tolist() == [held, held, held, False]
        assert known.tolist() == [not held, not held, not held, False]
        around = seen.around(table, np.array([False, True, False, False]))
        assert around.tolist() == [True, True, True, False]
