"""Who answered, and who answered again."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from sujuva.quality import count_response
from sujuva.tables import ResponseCounts
from tests.quality.made_up import instrument, study

WAVES = [2022, 2023, 2024]
COUNTS = ["n_respondents", "n_answered", "n_before", "n_again"]


def counted(tables, waves=WAVES, *, items=1):
    found = count_response(tables, {"q": instrument(items)}, waves)
    ResponseCounts.validate(found)
    assert found.equals(found.sort(ResponseCounts.primary_key()))
    return found


def people(*rows):
    """Rows of respondent, wave, region and one answer (None: an empty form)."""
    respondent, wave, region, code = zip(*rows, strict=True)
    return study([[one] for one in code], respondent=respondent, wave=wave, region=region)


def test_every_number_by_hand():
    tables = people(
        ("a", 2022, "oulu", 1), ("b", 2022, "oulu", 1), ("c", 2022, "oulu", None), ("d", 2022, "tampere", 1),
        ("a", 2023, "oulu", 1), ("b", 2023, "oulu", None), ("c", 2023, "oulu", 1), ("e", 2023, "oulu", 1),
        ("d", 2023, "oulu", 1),  # moved: new here, gone there
        ("a", 2024, "oulu", 1), ("b", 2024, "oulu", 1),
    )  # fmt: skip
    found = counted(tables)
    assert found.select("wave", "region", *COUNTS).rows() == [
        (2022, "oulu", 3, 2, None, None), (2022, "tampere", 1, 1, None, None),
        (2023, "oulu", 5, 4, 2, 1), (2024, "oulu", 2, 2, 4, 1),  # nobody of tampere has a form: nobody was asked
    ]  # fmt: skip


def test_respondents_without_a_row_of_answers_count_as_respondents():
    tables = people(("a", 2022, "oulu", 1), ("b", 2022, "oulu", 1))
    tables["answers_q"] = tables["answers_q"].head(1)
    assert counted(tables).filter(wave=2022).select(COUNTS).rows() == [(2, 1, None, None)]


def test_the_previous_wave_is_the_studys_and_not_the_calendars():
    tables = people(("a", 2020, "oulu", 1), ("a", 2022, "oulu", 1), ("a", 2024, "oulu", 1))
    assert counted(tables, [2024, 2020]).select("wave", *COUNTS).rows() == [
        (2020, 1, 1, None, None), (2024, 1, 1, 1, 1),
    ]  # fmt: skip


def test_informants_do_not_answer_for_each_other():
    tables = people(("a", 2022, "oulu", 1), ("a", 2023, "oulu", 1))
    tables["answers_q"] = tables["answers_q"].with_columns(informant=pl.Series(["self", "parent"]))
    found = counted(tables, [2022, 2023])
    assert found.select("informant", "wave", "n_answered", "n_before", "n_again").rows() == [
        ("parent", 2023, 1, 0, 0), ("self", 2022, 1, None, None),
    ]  # fmt: skip


def test_nothing_makes_an_empty_table():
    tables = people(("a", 2022, "oulu", 1))
    assert counted(tables, []).is_empty()
    assert counted({name: frame.clear() for name, frame in tables.items()}).is_empty()
    assert counted({"respondents": tables["respondents"]}).is_empty()
    assert counted(tables | {"answers_q": tables["answers_q"].clear()}).is_empty()


ROWS = st.lists(
    st.tuples(
        st.sampled_from("abcdef"),
        st.sampled_from(WAVES),
        st.sampled_from(["kemi", "oulu"]),
        st.sampled_from([None, 1, 2]),
    ),
    min_size=1,
    max_size=18,
    unique_by=lambda row: row[:2],
)


@given(ROWS, st.randoms(use_true_random=False))
def test_parts_are_no_larger_than_wholes_and_order_is_nothing(rows, random):
    found = counted(people(*rows))
    later = found.filter(pl.col("wave") > WAVES[0])
    assert (found["n_answered"] <= found["n_respondents"]).all()
    assert (later["n_again"] <= later["n_answered"]).all()
    assert (later["n_again"] <= later["n_before"]).all()
    assert found["n_answered"].sum() == sum(code is not None for *_, code in rows)
    random.shuffle(rows)
    assert counted(people(*rows)).equals(found)
