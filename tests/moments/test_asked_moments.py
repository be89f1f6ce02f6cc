"""Moments of items that are asked of some only: whoever was not asked is in no count."""

from __future__ import annotations

import random

import polars as pl
from polars.testing import assert_frame_equal

from sujuva.cleaning.books import Forms, item_counts
from sujuva.codebooks import Instrument, load_instruments
from sujuva.moments import COPING, answer_tables, coping_moments, fixed_weights, merge, with_design
from sujuva.parjaavyys import reliability
from sujuva.scores import scored, scored_columns
from sujuva.tables import NOBODY

SINGLE = load_instruments()["single"]
WANTS = "single_wants_hobby"
TEXT = {"fi": "Lelu", "sv": "Leksak", "en": "Toy"}


def people(rows=400, seed=5):
    """Draw people of two regions at two waves, with a tenth of the answers blank and some given though not asked."""
    lot = random.Random(seed)
    found = []
    for place in range(rows):
        respondent, region = f"p{place // 2}", "oulu" if place % 4 < 2 else "tampere"
        row = {"respondent": respondent, "wave": 2023 + place % 2, "informant": "self", "region": region}
        row |= {"stratum": region, "unit": f"u{place // 20}", "weight": 1.0, "gender": lot.choice(["girl", "boy"])}
        for item, (low, high) in SINGLE.item_responses.items():
            row[item] = lot.choice([lot.randint(low, high)] * 9 + [None])
        found.append(row)
    types = {"wave": pl.Int32} | dict.fromkeys(SINGLE.item_columns, pl.Int8)
    return pl.DataFrame(found, infer_schema_length=None).cast(types)


def moments_of(frame, instrument=SINGLE, groups=("gender",)):
    design = fixed_weights(frame.select("respondent", "wave", "region", "stratum", "unit", "weight", *groups).lazy(), 0)
    columns = scored_columns(instrument)
    answers = frame.drop("region", "stratum", "unit", "weight", *groups).lazy()
    scores = coping_moments.part(
        scored(answers, instrument), columns, design=design, groups=groups, weight_decimals=0, linked_units=True
    )
    return coping_moments.finish(merge([answer_tables.part(with_design(answers, design), instrument), scores]))


def test_not_asked_is_not_missing():
    frame = people()
    made = moments_of(frame)
    for region in ("oulu", "tampere", "network"):
        for group in ("all", "gender:girl"):
            for wave in (2023, 2024):
                mine = frame.filter(wave=wave)
                mine = mine if region == "network" else mine.filter(region=region)
                mine = mine if group == "all" else mine.filter(gender="girl")
                asked = [row["single_3"] for row in mine.iter_rows(named=True) if row["single_2"] == 0]
                given = [answer for answer in asked if answer is not None]
                row = made["scores"].filter(scale=WANTS, region=region, group=group, wave=wave)
                totals = row.select(pl.col("n", "n_missing", "y").sum()).row(0)
                assert totals == (len(given), len(asked) - len(given), sum(given))
                other = made["scores"].filter(scale="single_heard", region=region, group=group, wave=wave)
                assert other.select((pl.col("n") + pl.col("n_missing")).sum()).item() == mine.height
                if group == "all":
                    found = made["items"].filter(item="single_3", region=region, wave=wave)
                    wanted = [(len(given), len(asked) - len(given), sum(given))]
                    assert found.select("n", "n_missing", "sum").rows() == wanted


def test_bands_are_about_those_who_were_asked():
    band = {"norms": "own", "key": "yes", "low": 1, "high": 1, "title": {"fi": "On", "sv": "Ja", "en": "Yes"}}
    scales = [one.model_dump() | ({"bands": [band]} if one.key == WANTS else {}) for one in SINGLE.scales]
    instrument = Instrument.model_validate(SINGLE.model_dump() | {"scales": scales})
    made = moments_of(people(), instrument)["scores"]
    key = ["region", "group", "wave", "stratum", "n", "n_missing", "y"]
    band, whole = (made.filter(scale=one).select(key) for one in (f"{WANTS}.yes", WANTS))
    assert band.height
    assert_frame_equal(band, whole)


def test_the_same_persons_at_two_waves_are_not_followed_where_another_answer_decides_who_is_asked():
    made = moments_of(people())
    for name in ("paired", "differences", "attrition"):
        scales = set(made[name]["scale"])
        assert WANTS not in scales
        assert scales == {one.key for one in SINGLE.scales} - {WANTS}
    for name in ("scores", "pairs", "distributions", "unit_sizes"):
        assert WANTS in set(made[name]["scale"])


def test_an_instrument_of_which_nothing_is_for_everybody_has_all_tables():
    alone = [one.model_dump() for one in SINGLE.scales if one.key == WANTS]
    made = moments_of(people(), Instrument.model_validate(SINGLE.model_dump() | {"scales": alone, "norms": None}))
    assert {name: made[name].schema for name in COPING} == {name: schema for name, (schema, _) in COPING.items()}
    assert all(made[name].is_empty() for name in ("paired", "differences", "attrition"))
    assert made["scores"]["n"].sum() > 0


def test_products_have_nobody_who_was_not_asked():
    both = {"key": "both", "title": TEXT, "items": [1, 3], "range": (1, 6), "higher_is_better": True}
    instrument = Instrument.model_validate(SINGLE.model_dump() | {"scales": [both], "norms": None})
    frame = people()
    _, made = answer_tables(frame.lazy(), instrument)
    rows = [
        (row["single_1"], row["single_3"])
        for row in frame.filter(wave=2024).iter_rows(named=True)
        if row["single_2"] == 0 and None not in (row["single_1"], row["single_3"])
    ]
    found = made.filter(region="network", wave=2024, item="single_1", other_item="single_3")
    assert found.select("n", "product").rows() == [(len(rows), sum(one * other for one, other in rows))]


def test_measures_of_quality_are_about_those_who_were_asked():
    frame = people()
    made = moments_of(frame)
    quality = reliability(
        {"single": SINGLE},
        **{name: made[name] for name in ("products", "items", "scores", "distributions", "unit_sizes")},
    )
    asked = frame.filter(single_2=0, wave=2023)
    blank = asked["single_3"].null_count()
    assert 0 < blank < asked.height / 2
    for measure in ("missing", "item_missing"):
        row = quality.filter(scale=WANTS, measure=measure, region="network", wave=2023)
        assert row.select("estimate", "n").rows() == [(blank / asked.height, asked.height)]


def test_blanks_of_the_delivery_are_of_those_who_were_asked():
    frame = people()
    keys = ["respondent", "wave", "region"]
    forms = {"answers_single": Forms(pl.repeat(0, frame.height, eager=True), [frozenset(SINGLE.item_columns)])}
    tables = {"respondents": frame.select(keys), "answers_single": frame.drop("region")}
    counted = item_counts(tables, {"answers_single": pl.Series(range(frame.height))}, {"single": SINGLE}, forms)
    for region in ("oulu", "tampere"):
        mine = frame.filter(region=region, wave=2024)
        asked = mine.filter(single_2=0)
        found = counted.filter(region=region, wave=2024).sort("item").select("n", "n_missing").rows()
        assert found[2] == (asked.height, asked["single_3"].null_count())
        assert found[1] == (mine.height, mine["single_2"].null_count())
    nobody = {"respondents": frame.select(keys), "answers_single": frame.with_columns(single_2=pl.lit(1, pl.Int8))}
    counted = item_counts(nobody, {"answers_single": pl.Series(range(frame.height))}, {"single": SINGLE}, forms)
    assert set(counted["item"]) == {1, 2, 4, 5, 6, 7}


def test_where_nobody_was_asked_items_have_no_row():
    frame = people().with_columns(single_2=pl.lit(1, pl.Int8))
    made, _ = answer_tables(frame.lazy(), SINGLE)
    assert set(made["item"]) == set(SINGLE.item_columns) - {"single_3"}
    scores = moments_of(frame)["scores"].filter(scale=WANTS)
    assert scores.height
    assert scores.select(pl.col("n", "n_missing").sum()).row(0) == (0, 0)


def test_what_nobody_of_a_place_answered_was_not_asked_there():
    """One region's form had not the item: the network's blanks are those of the other, and nothing is missing there."""
    lacking = (pl.col("region") == "oulu") & (pl.col("wave") == 2024)
    frame = people().with_columns(single_1=pl.when(~lacking).then("single_1"))
    assert frame.filter(lacking).height >= NOBODY
    made = moments_of(frame)
    item = made["items"].filter(item="single_1", wave=2024)
    assert item["region"].to_list() == ["network", "tampere"]
    others = frame.filter(wave=2024, region="tampere")
    wanted = [(others["single_1"].count(), others["single_1"].null_count())]
    assert item.filter(region="network").select("n", "n_missing").rows() == wanted
    quality = reliability(
        {"single": SINGLE},
        **{name: made[name] for name in ("products", "items", "scores", "distributions", "unit_sizes")},
    ).filter(scale="single_loneliness", wave=2024, region="oulu")
    assert quality.filter(pl.col("measure").is_in(["missing", "item_missing"])).is_empty()
