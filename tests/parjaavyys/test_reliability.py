"""The table of measurement quality: what it says where there is little to say, and its shares."""

import numpy as np
import polars as pl
import pytest

from sujuva import moments, parjaavyys
from sujuva.codebooks import Instrument
from sujuva.errors import ContractError, ParameterError
from sujuva.scores import scored

TEXT = {"fi": "-", "sv": "-", "en": "-"}
GIVEN = {"title": TEXT, "higher_is_better": True}


@pytest.fixture(scope="module")
def instrument():
    return Instrument.model_validate(
        {
            "key": "q", "title": TEXT, "items": 4, "response": (0, 2), "reverse": [2], "licence": "-", "citation": "-",
            "scales": [
                {"key": "q_all", "items": [1, 2, 3, 4], "min_answered": 3, "range": (0, 8), "decimals": 2, **GIVEN},
                {"key": "q_two", "items": [1, 2], "range": (0, 4), **GIVEN},
                {"key": "q_one", "items": [3], "range": (0, 2), **GIVEN},
            ],
        }
    )  # fmt: skip


def tables(instrument, answers):
    """The moments of answers given as rows of (region, unit, item 1 … item 4)."""
    names = ["region", "unit", *instrument.item_columns]
    frame = pl.DataFrame(answers, schema=names, orient="row", schema_overrides=dict.fromkeys(names[2:], pl.Int8))
    frame = frame.with_columns(
        respondent=pl.int_range(pl.len()).cast(pl.String), wave=pl.lit(2022, pl.Int32), informant=pl.lit("self")
    )
    persons = frame.lazy().select("respondent", "wave", "region", "unit", stratum=pl.lit("1"), weight=pl.lit(1))
    people = moments.with_design(scored(frame.lazy(), instrument), persons)
    columns = {scale.key: scale.decimals for scale in instrument.scales}
    clusters = moments.score_moments.part(people, columns, design=persons)
    items, products = moments.answer_tables(frame.lazy(), instrument)
    return {
        "products": products,
        "items": items,
        "scores": moments.score_moments.finish(clusters),
        "distributions": moments.score_distributions(people, columns),
        "unit_sizes": moments.unit_sizes.finish(clusters),
    }


def quality(instrument, answers, **choices):
    return parjaavyys.reliability({"q": instrument}, **tables(instrument, answers), **choices)


def row(made, measure, scale="q_all", item="", region="oulu"):
    found = made.filter(measure=measure, scale=scale, item=item, region=region)
    assert found.height == 1, (measure, scale, item)
    return found.row(0, named=True)


def alike(people, seed=1, noise=0.6):
    """Answers that hang together: item 2 turned."""
    random = np.random.default_rng(seed)
    trait = random.normal(size=people)
    values = np.clip(np.rint(1 + trait[:, None] + noise * random.normal(size=(people, 4))), 0, 2).astype(int)
    values[:, 1] = 2 - values[:, 1]
    return [("oulu", f"u{place % 5}", *map(int, one)) for place, one in enumerate(values)]


def test_many_answers_have_everything(instrument):
    made = quality(instrument, alike(200))
    for measure in ("alpha", "omega_total", "icc", "icc2"):
        found = row(made, measure)
        assert found["ci_low"] < found["estimate"] < found["ci_high"]
        assert found["n"] == 200
        assert found["note"] == ""
    assert row(made, "alpha")["estimate"] > 0.8
    assert row(made, "item_rest", item="q_2")["estimate"] > 0.5  # item 2 is turned
    assert row(made, "alpha")["estimate"] == row(made, "alpha", region="network")["estimate"]
    wide = row(quality(instrument, alike(200), confidence=0.99), "alpha")
    assert wide["ci_low"] < row(made, "alpha")["ci_low"]
    with pytest.raises(ParameterError, match="confidence"):
        quality(instrument, alike(5), confidence=2)


def test_few_answers_are_said_to_be_few(instrument):
    made = quality(instrument, alike(29))
    assert row(made, "alpha")["note"] == "few_answers"
    assert row(made, "alpha")["estimate"] is not None
    assert row(quality(instrument, alike(30)), "alpha")["note"] == ""


def test_one_person_or_none_has_no_alpha(instrument):
    one = quality(instrument, [("oulu", "u", 1, 2, 0, 1)])
    assert (row(one, "alpha")["estimate"], row(one, "alpha")["note"]) == (None, "few_answers")
    none = quality(instrument, [("oulu", "u", None, 2, 0, 1)])
    for measure in ("alpha", "omega_total", "average_r"):
        found = row(none, measure)
        assert (found["n"], found["estimate"], found["note"]) == (0, None, "no_scores")
    assert row(none, "item_mean", item="q_2")["estimate"] is None


def test_an_item_that_never_varies_is_named(instrument):
    made = quality(instrument, [(*one[:4], 1, one[5]) for one in alike(60)])
    assert row(made, "alpha")["estimate"] is not None
    assert row(made, "alpha")["note"] == "item_without_variance"
    for measure in ("omega_total", "average_r", "alpha_standardised"):
        assert (row(made, measure)["estimate"], row(made, measure)["note"]) == (None, "item_without_variance")
    assert row(made, "item_rest", item="q_3")["note"] == "item_without_variance"
    assert row(made, "item_rest", item="q_1")["estimate"] > 0
    still = quality(instrument, [("oulu", "u", 1, 1, 1, 1)] * 40)
    assert (row(still, "alpha")["estimate"], row(still, "alpha")["note"]) == (None, "no_variation")
    assert row(still, "icc")["estimate"] is None


def test_two_items_have_an_alpha_and_no_omega(instrument):
    made = quality(instrument, alike(60))
    assert row(made, "alpha", "q_two")["estimate"] > 0
    assert row(made, "omega_total", "q_two")["note"] == "few_items"
    assert row(made, "alpha_without", "q_two", "q_1")["note"] == "few_items"
    assert made.filter(measure="alpha", scale="q_one").is_empty()


def test_a_negative_alpha_stays_and_is_explained(instrument):
    wrong = [(region, unit, a, 2 - b, c, d) for region, unit, a, b, c, d in alike(60, noise=0.2)]
    made = quality(instrument, wrong)
    assert row(made, "alpha", "q_two")["estimate"] < 0
    assert row(made, "alpha", "q_two")["note"] == "negative_alpha"


def test_shares_count_persons(instrument):
    answers = [
        ("oulu", "u", 2, 0, 2, 2),  # 8 of 8: the ceiling
        ("oulu", "u", 0, 2, 0, 0),  # 0: the floor
        ("oulu", "v", 0, 2, 0, None),  # prorated 0: the floor
        ("oulu", "v", None, None, 1, 1),  # no score
    ]
    made = quality(instrument, answers)
    shares = {name: row(made, name) for name in ("floor", "ceiling", "missing")}
    assert (shares["floor"]["estimate"], shares["floor"]["n"]) == (pytest.approx(2 / 3), 3)
    assert (shares["ceiling"]["estimate"], shares["ceiling"]["n"]) == (pytest.approx(1 / 3), 3)
    assert (shares["missing"]["estimate"], shares["missing"]["n"]) == (0.25, 4)
    assert row(made, "item_missing", item="q_4")["estimate"] == 0.25
    assert row(made, "item_missing", "q_one", "q_3")["estimate"] == 0
    assert row(made, "item_mean", item="q_2")["estimate"] == 1  # turned: 2 and 0
    assert row(made, "alpha")["n"] == 2


def test_units_are_compared(instrument):
    answers = [("oulu", unit, level, 2 - level, level, level) for unit, level in (("u", 2), ("v", 0)) for _ in range(4)]
    made = quality(instrument, [*answers, ("oulu", "u", 1, 1, 1, 1)])
    assert row(made, "icc")["estimate"] > 0.8
    size = row(made, "unit_size")["estimate"]
    assert size == pytest.approx((25 + 16) / 9)
    effect = row(made, "design_effect")
    assert effect["estimate"] == pytest.approx(1 + (size - 1) * row(made, "icc")["estimate"])
    assert effect["ci_low"] < effect["estimate"] < effect["ci_high"]


def test_products_of_another_codebook_are_refused(instrument):
    made = tables(instrument, alike(10))
    short = made | {"products": made["products"].filter(pl.col("other_item") != "q_3")}
    with pytest.raises(ContractError, match="incomplete"):
        parjaavyys.reliability({"q": instrument}, **short)


def test_nothing_makes_an_empty_table(instrument):
    empty = {name: table.clear() for name, table in tables(instrument, alike(5)).items()}
    assert parjaavyys.reliability({"q": instrument}, **empty).is_empty()


ENDS = Instrument.model_validate(
    {
        "key": "e", "title": TEXT, "items": 1, "response": (1, 3), "licence": "-", "citation": "-",
        "scales": [{"key": "e_all", "items": [1], "range": (1, 3), "decimals": 1, **GIVEN}],
    }
)  # fmt: skip


def ends_of(groups):
    """Floor, ceiling and missing of one scale from counts by group: {group: ({score: n}, n_missing)}."""
    place = {"wave": 2022, "region": "oulu", "informant": "self", "scale": "e_all"}
    counts = [
        place | {"group": group, "score": score, "n": n}
        for group, (scores, _) in groups.items()
        for score, n in scores.items()
    ]
    asked = [
        place | {"group": group, "n": sum(scores.values()), "n_missing": missing}
        for group, (scores, missing) in groups.items()
    ]
    empty = {name: table.clear() for name, table in tables(ENDS, [("oulu", "u", 1)]).items()}
    given = {
        "distributions": pl.DataFrame(counts, schema_overrides={"wave": pl.Int32}),
        "scores": pl.DataFrame(asked, schema_overrides={"wave": pl.Int32}),
    }
    made = parjaavyys.reliability({"e": ENDS}, **empty | given)
    return {measure: (estimate, n) for measure, estimate, n in made.select("measure", "estimate", "n").iter_rows()}


def test_ends_and_missing_are_of_everybody_whatever_groups_there_are():
    everybody = ({10: 2, 15: 3, 20: 1, 30: 4}, 6)
    wanted = {"floor": (0.2, 10), "ceiling": (0.4, 10), "missing": (6 / 16, 16)}
    assert ends_of({"all": everybody}) == wanted
    girls, boys = ({10: 2, 15: 1}, 5), ({30: 4, 20: 1}, 0)  # and two of whom the gender is not known
    assert ends_of({"all": everybody, "gender:girl": girls, "gender:boy": boys}) == wanted


def test_ends_are_those_of_the_range_and_not_of_the_sample():
    assert ends_of({"all": ({11: 3, 29: 1}, 0)}) == {"floor": (0, 4), "ceiling": (0, 4), "missing": (0, 4)}


def test_n_is_of_those_who_were_asked_at_the_scale_and_at_the_item(instrument):
    """Of seven: one left everything out, and one answered three items of four."""
    full = [
        ("oulu", unit, level, 2 - level, level, level) for unit, level in zip("uuvvv", (0, 1, 2, 2, 1), strict=True)
    ]
    made = quality(instrument, [*full, ("oulu", "v", 2, 0, 2, None), ("oulu", "u", None, None, None, None)])
    told = {measure: (row(made, measure)["estimate"], row(made, measure)["n"]) for measure in ("floor", "ceiling")}
    assert told == {"floor": (pytest.approx(1 / 6), 6), "ceiling": (pytest.approx(3 / 6), 6)}
    assert (row(made, "missing")["estimate"], row(made, "missing")["n"]) == (pytest.approx(1 / 7), 7)
    assert (row(made, "floor", "q_one")["estimate"], row(made, "floor", "q_one")["n"]) == (pytest.approx(1 / 6), 6)
    # Of an item n counts every row of the instrument, also the one without any answer.
    left_out = row(made, "item_missing", item="q_4")
    assert (left_out["estimate"], left_out["n"]) == (pytest.approx(2 / 7), 7)
    assert row(made, "alpha")["n"] == row(made, "item_mean", item="q_4")["n"] == 5  # all four items
    assert row(made, "alpha", "q_two")["n"] == 6
    assert (row(made, "icc")["n"], row(made, "unit_size")["n"]) == (6, 6)
