"""Every instrument against a second scoring in plain Python: one person at a time, in fractions, from the bare YAML."""

import random
from fractions import Fraction
from math import floor

import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sujuva.codebooks import load_instruments
from sujuva.paths import inside
from sujuva.scores import band_columns, norm_sets, score_frame, scored
from sujuva.tables import answers_schema

INSTRUMENTS = load_instruments()
RAW = {key: yaml.safe_load(inside(f"data/codebooks/instruments/{key}.yaml").read_text("utf-8")) for key in INSTRUMENTS}
WHO = ("self", "parent", "teacher")


def half_up(value, decimals=0):
    return Fraction(floor(value * 10**decimals + Fraction(1, 2)), 10**decimals)


def points(book, item, answer):
    low, high = book.get("responses", {}).get(item, book["response"])
    if item in book.get("reverse", []):
        return low + high - answer
    return book["recode"][answer] if "recode" in book else answer


def asked(book, item, answers):
    condition = book.get("asked_if", {}).get(item)
    if condition is None:
        return True
    return asked(book, condition["item"], answers) and answers.get(condition["item"]) == condition["answer"]


def of_items(book, scale, answers):
    answers = {item: answer for item, answer in answers.items() if asked(book, item, answers)}
    zero = scale.get("zero_when")
    if zero and answers.get(zero["item"]) == zero["answer"]:
        return Fraction(0)
    counted = [points(book, item, answers[item]) for item in scale["items"] if answers.get(item) is not None]
    if len(counted) < scale.get("min_answered", len(scale["items"])):
        return None
    value = Fraction(sum(counted), len(counted))  # the mean of the answered items
    value *= 1 if scale.get("score") == "mean" else len(scale["items"])
    if scale.get("rounding") == "half_up":
        value = half_up(value)
    return half_up(value * scale.get("multiply", 1), scale.get("decimals", 0))


def by_hand(book, answers, who):
    """Return the score of each scale, a fraction or None."""
    scales = {scale["key"]: scale for scale in book["scales"]}

    def of(key):
        scale = scales[key]
        if scale.get("informants") and who not in scale["informants"]:
            return None
        if "items" in scale:
            return of_items(book, scale, answers)
        parts, conversion = [of(part) for part in scale["parts"]], scale.get("conversion")
        if None in parts or isinstance(conversion, str):
            return None
        return Fraction(str(conversion[int(parts[0])])) if conversion else sum(parts)

    return {key: of(key) for key in scales}


def bands_by_hand(book, norms, key, value, who):
    scale = next(one for one in book["scales"] if one["key"] == key)
    mine = [one for one in scale.get("bands", []) if one["norms"] == norms and one.get("informant", who) == who]
    found = [one["key"] for one in mine if Fraction(str(one["low"])) <= value <= Fraction(str(one["high"]))]
    assert len(found) <= 1
    return found[0] if found else None


def table(instrument, people):
    """Make the table of answers of some people, each a pair of answers by item number and who answered."""
    frame = pl.DataFrame(
        {"respondent": [str(n) for n in range(len(people))], "wave": 2024, "informant": [who for _, who in people]}
        | {
            name: pl.Series([answers.get(n) for answers, _ in people], dtype=pl.Int64)
            for n, name in enumerate(instrument.item_columns, start=1)
        }
    )
    return frame.cast({"wave": pl.Int32})


@st.composite
def peoples(draw, instrument):
    person = st.fixed_dictionaries({
        n: st.none() | st.integers(*instrument.response_of(n)) for n in range(1, instrument.items + 1)
    })  # fmt: skip
    full = st.fixed_dictionaries({
        n: st.integers(*instrument.response_of(n)) for n in range(1, instrument.items + 1)
    })  # fmt: skip
    return draw(st.lists(st.tuples(person | full, st.sampled_from(WHO)), min_size=1, max_size=8))


@pytest.mark.parametrize("key", INSTRUMENTS)
@given(data=st.data())
@settings(max_examples=10)
def test_scores_bands_and_reasons(key, data):
    instrument, book = INSTRUMENTS[key], RAW[key]
    people = data.draw(peoples(instrument))
    norms = data.draw(st.sampled_from([*norm_sets(instrument), None]))
    frame = table(instrument, people)
    made = score_frame(frame, instrument, norms=norms)
    used = norms or instrument.norms
    for row, (answers, who) in zip(made.iter_rows(named=True), people, strict=True):
        for scale, value in by_hand(book, answers, who).items():
            if scale not in row:
                assert value is None  # a scale that is for none of these informants
                continue
            assert row[scale] == (None if value is None else float(value))
            assert (row[f"{scale}_reason"] is None) == (value is not None)
            band = None if value is None else bands_by_hand(book, used, scale, value, who)
            assert row.get(f"{scale}_band") == band


@pytest.mark.parametrize("key", INSTRUMENTS)
def test_the_pipeline_makes_the_same_scores(key):
    """`scored`, which feeds the moments, and `score_frame` agree, and every score lies in its range."""
    instrument = INSTRUMENTS[key]
    dice = random.Random(7)
    people = [
        ({n: dice.choice([None, *range(instrument.response_of(n)[0], instrument.response_of(n)[1] + 1)])
          if dice.random() < 0.3 else dice.randint(*instrument.response_of(n))
          for n in range(1, instrument.items + 1)}, dice.choice(WHO))
        for _ in range(400)
    ]  # fmt: skip
    frame = table(instrument, people)
    contract = answers_schema(instrument).columns()
    typed = frame.cast({name: contract[name].dtype for name in frame.columns})
    fixed = scored(typed.lazy(), instrument).collect(engine="streaming")
    shown = score_frame(frame, instrument)
    ready = [scale for scale in instrument.scales if scale.ready]
    for scale in ready:
        assert fixed[scale.key].cast(pl.Float64).to_list() == (shown[scale.key] * 10**scale.decimals).round().to_list()
        values = shown[scale.key].drop_nulls()
        assert values.len()
        assert values.is_between(*scale.range).all()
    inside_one = [name for name in band_columns(instrument) if name.startswith(tuple(scale.key for scale in ready))]
    assert all(set(fixed[name].drop_nulls()) <= {0, 1} for name in inside_one)


@pytest.mark.parametrize("key", INSTRUMENTS)
def test_the_ends_of_every_range_are_reached(key):
    instrument = INSTRUMENTS[key]
    best = {n: max(instrument.points_of(n), key=instrument.points_of(n).get) for n in range(1, instrument.items + 1)}
    worst = {n: min(instrument.points_of(n), key=instrument.points_of(n).get) for n in range(1, instrument.items + 1)}
    # An item that is asked of some only has its ends among those.
    ends = [end | instrument.conditions_of(n) for end in (worst, best) for n in (*instrument.asked_if, 0)]
    made = score_frame(table(instrument, [(answers, who) for answers in ends for who in WHO]), instrument)
    for scale in instrument.scales:
        if scale.ready:
            assert tuple(made[scale.key].drop_nulls().unique().sort()) == scale.range


@pytest.mark.parametrize(
    ("key", "scale"), [(key, scale.key) for key, one in INSTRUMENTS.items() for scale in one.scales if scale.items]
)
def test_the_missing_rule_turns_exactly_at_its_limit(key, scale):
    instrument = INSTRUMENTS[key]
    one = next(some for some in instrument.scales if some.key == scale)
    needed = one.min_answered or len(one.items)
    who = one.informants[0] if one.informants else "self"
    whole = {n: instrument.response_of(n)[1] for n in range(1, instrument.items + 1)}
    whole |= {item: answer for n in one.items for item, answer in instrument.conditions_of(n).items()}
    people = [(whole | dict.fromkeys(one.items[count:]), who) for count in range(len(one.items) + 1)]
    made = score_frame(table(instrument, people), instrument)
    assert [value is not None for value in made[scale]] == [count >= needed for count in range(len(one.items) + 1)]
    reasons = made[f"{scale}_reason"].to_list()
    assert reasons[0] == "no answers"
    if needed > 1:
        assert reasons[needed - 1] == f"too few answers ({needed - 1} of {len(one.items)}, needs {needed})"
    assert reasons[needed] is None


@pytest.mark.parametrize("key", ["sdq", "brs", "kidscreen10"])
@given(data=st.data())
@settings(max_examples=10)
def test_answering_the_other_way_round_turns_the_score(key, data):
    """Turning every answer turns a sum or mean of items within its range; turned twice, nothing has changed."""
    instrument = INSTRUMENTS[key]
    people = data.draw(peoples(instrument))
    turned = [
        ({n: None if value is None else sum(instrument.response_of(n)) - value for n, value in answers.items()}, who)
        for answers, who in people
    ]
    first, second = (score_frame(table(instrument, some), instrument) for some in (people, turned))
    for scale in instrument.scales:
        if scale.items and scale.rounding == "none":
            pairs = zip(first[scale.key], second[scale.key], strict=True)
            # Two halves that are both rounded upwards may leave one step of the last decimal.
            assert all((one is None) == (two is None) for one, two in pairs)
            gaps = (first[scale.key] + second[scale.key] - sum(scale.range)).drop_nulls()
            assert gaps.is_between(-1e-9, 10.0**-scale.decimals + 1e-9).all()
    others = tuple(n for n in range(1, instrument.items + 1) if n not in instrument.reverse)
    plus = instrument.model_copy(update={"reverse": others})
    assert score_frame(table(instrument, turned), plus).equals(first)


@pytest.mark.parametrize("key", INSTRUMENTS)
def test_the_order_of_rows_does_not_matter(key):
    instrument = INSTRUMENTS[key]
    dice = random.Random(3)
    people = [
        ({n: dice.choice([None, *range(*instrument.response_of(n))]) for n in range(1, instrument.items + 1)},
         dice.choice(WHO)) for _ in range(60)
    ]  # fmt: skip
    frame = table(instrument, people)
    mixed = frame.sample(fraction=1, shuffle=True, seed=1)
    assert score_frame(mixed, instrument).sort("respondent").equals(score_frame(frame, instrument).sort("respondent"))
