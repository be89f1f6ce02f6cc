"""Items of one instrument may have ranges of their own: contracts, cleaning, moments and drafts follow them."""

import dataframely as dy
import polars as pl
import pytest

from sujuva.cleaning.items import answer_codes
from sujuva.cleaning.lookups import Lookups
from sujuva.cleaning.rules import Notes
from sujuva.codebooks import headline_scales, load_instruments, of_partners
from sujuva.errors import ContractError
from sujuva.intake.columns import facts_of
from sujuva.intake.items import find_instruments
from sujuva.moments import answer_tables
from sujuva.publish.meta import scale_meta
from sujuva.quality.sums import in_codebook_direction
from sujuva.sources import RawTable
from sujuva.tables import answers_schema

INSTRUMENTS = load_instruments()
SINGLE = INSTRUMENTS["single"]
HIGHEST = [5, 1, 1, 5, 10, 10, 10]


def answers(codes):
    columns = answers_schema(SINGLE).columns()
    items = dict(zip(SINGLE.item_columns, codes, strict=True))
    frame = pl.DataFrame({"respondent": ["a"], "wave": [2024], "informant": ["self"], "seconds": [None], **items})
    return frame.select(pl.col(name).cast(column.dtype) for name, column in columns.items())


def test_the_contract_holds_each_item_to_its_own_range():
    schema = answers_schema(SINGLE)
    schema.validate(answers(HIGHEST))
    for place, highest in enumerate(HIGHEST):
        codes = [*HIGHEST[:place], highest + 1, *HIGHEST[place + 1 :]]
        with pytest.raises(dy.exc.ValidationError):
            schema.validate(answers(codes))


def test_cleaning_sets_answers_outside_their_own_range_aside():
    raw = RawTable(pl.DataFrame({name: ["0", "1", "5", "10"] for name in SINGLE.item_columns}))
    notes = Notes(4)
    columns = {name: name for name in SINGLE.item_columns}
    found = answer_codes(raw, columns, response=SINGLE.item_responses, missing=(), item_map={}, notes=notes)
    assert [one.name for one in found] == SINGLE.item_columns
    assert {one.name: one.to_list() for one in found} == {
        name: [code if low <= code <= high else None for code in (0, 1, 5, 10)]
        for name, (low, high) in SINGLE.item_responses.items()
    }
    assert notes.columns["item_out_of_range"] == {"single_1": 2, "single_2": 2, "single_3": 2, "single_4": 2}


def test_moments_of_items_with_their_own_ranges():
    codes = pl.DataFrame({name: [low, high, None] for name, (low, high) in SINGLE.item_responses.items()})
    places = pl.DataFrame({"wave": [2024] * 3, "region": ["a", "b", "b"], "informant": ["self"] * 3})
    everybody = SINGLE.model_copy(update={"asked_if": {}})
    made, _ = answer_tables(places.hstack(codes.cast(pl.Int8)).cast({"wave": pl.Int32}).lazy(), everybody)
    network = made.filter(region="network").sort("item")
    assert network["sum"].to_list() == [low + high for low, high in SINGLE.item_responses.values()]
    assert network["sumsq"].to_list() == [low * low + high * high for low, high in SINGLE.item_responses.values()]
    assert network["n"].to_list() == [2] * 7
    wrong = places.hstack(codes.with_columns(single_2=pl.lit(2)).cast(pl.Int8)).lazy()
    with pytest.raises(ContractError, match="'single_2' lie outside 0–1"):
        answer_tables(wrong, SINGLE)


def test_items_are_turned_within_their_own_range():
    turned = SINGLE.model_copy(update={"reverse": (1, 5)})
    frame = pl.DataFrame({name: [low] for name, (low, _) in SINGLE.item_responses.items()})
    made = frame.select(in_codebook_direction(turned).values()).row(0, named=True)
    assert (made["single_1"], made["single_5"], made["single_6"]) == (5, 10, 0)


def test_a_yes_or_no_item_is_shown_as_a_share():
    meta = scale_meta(INSTRUMENTS)
    assert [key for key, one in meta.items() if one["binary"]] == ["single_hobby", "single_wants_hobby"]
    assert all(meta[scale.key]["headline"] for scale in SINGLE.scales)


def test_what_another_scale_is_made_of_is_no_headline():
    shown = {key: sorted(headline_scales({key: one})) for key, one in INSTRUMENTS.items()}
    assert shown["swemwbs"] == ["swemwbs"]
    assert "kidscreen10" in shown["kidscreen10"], "the raw sum, as long as nobody has the table"
    assert shown["sdq"] == ["sdq_prosocial", "sdq_total"]
    assert shown["sdq_impact"] == ["sdq_impact", "sdq_impact_teacher"], "of different informants"
    assert {scale for scales in shown.values() for scale in scales} == headline_scales(INSTRUMENTS)
    assert not any(shown[key] for key in of_partners(INSTRUMENTS)), "what partners say is not how children cope"


@pytest.mark.parametrize(("highest", "instrument"), [(3, "cyrm_r3"), (5, "cyrm_r")])
def test_a_draft_takes_the_version_whose_answers_there_are(highest, instrument, root):
    columns = {f"cyrm_r_{n}": [str((row + n) % highest + 1) for row in range(30)] for n in range(1, 18)}
    facts, _ = facts_of(RawTable(pl.DataFrame(columns)), Lookups.load(root / "data/example", ()))
    assert [one.instrument.value for one in find_instruments(facts, INSTRUMENTS, ())] == [instrument]


def test_a_draft_knows_single_items(root):
    columns = {
        name: [str(row % (high - low + 1) + low) for row in range(33)]
        for name, (low, high) in SINGLE.item_responses.items()
    }
    columns["single_1"] = ["99" if row % 3 == 0 else "2" for row in range(33)]
    facts, _ = facts_of(RawTable(pl.DataFrame(columns)), Lookups.load(root / "data/example", ()))
    (found,) = find_instruments(facts, INSTRUMENTS, ())
    assert found.instrument.value == "single"
    assert [guess.value for guess in found.coded.missing] == ["99"]
    assert found.outside == 0
