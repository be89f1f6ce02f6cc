"""The same id with two titles."""

import polars as pl
import pytest

from sujuva.codebooks import load_instruments
from sujuva.quality import Flagging, find_flags
from sujuva.tables import FlagCounts, ItemTitles, empty_table


def changed(*rows):
    titles = pl.DataFrame(rows, schema=dict(ItemTitles.create_empty().schema), orient="row")
    tables = {"respondents": empty_table("respondents")}
    found = find_flags(tables, load_instruments(), titles, flagging=Flagging())
    FlagCounts.validate(found.counts)
    return found.counts.select("flag", "about", "part", "informant", "wave", "region", "group", "n", "looked_at").rows()


def test_a_changed_question_is_told_with_its_id():
    assert changed(
        ("answers_who5", "who5_1", "a", "2022", "Olen ollut iloinen"),
        ("answers_who5", "who5_1", "a", "2023", "Olen ollut surullinen"),
        ("answers_who5", "who5_1", "b", "", "Olen ollut iloinen"),
        ("answers_who5", "who5_2", "a", "2022", "Olen ollut rauhallinen"),
        ("area_indicators", "4420", "sotkanet", "2022", "Lapset, % väestöstä"),
        ("area_indicators", "4420", "sotkanet", "2023", "Lapset, lkm"),
    ) == [
        ("title_changed", "area_indicators", "4420", "", 0, "network", "", 2, 2),
        ("title_changed", "who5", "who5_1", "", 0, "network", "", 2, 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "other", ["olen  OLLUT iloinen", " Olen ollut\niloinen ", "Olen ollut\u00a0iloinen", "OLEN OLLUT ILOINEN"]
)
def test_blanks_and_case_are_no_change(other):
    assert changed(
        ("answers_who5", "who5_1", "a", "", "Olen ollut iloinen"), ("answers_who5", "who5_1", "b", "", other)
    ) == []  # fmt: skip


def test_letters_in_two_parts_are_no_change():
    assert changed(
        ("answers_who5", "who5_1", "a", "", "Päivä"), ("answers_who5", "who5_1", "b", "", "Pa\u0308iva\u0308")
    ) == []  # fmt: skip


def test_two_titles_in_one_source_and_period_are_told():
    found = changed(("answers_sdq", "sdq_1", "a", "2022", "Yksi"), ("answers_sdq", "sdq_1", "a", "2022", "Kaksi"))
    assert [row[-2:] for row in found] == [(2, 1)]


def test_the_same_id_in_two_tables_is_two_ids():
    assert changed(("answers_sdq", "x", "a", "", "Yksi"), ("area_indicators", "x", "a", "", "Kaksi")) == []
