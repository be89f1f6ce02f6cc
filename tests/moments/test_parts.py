"""Parts of any split of the rows, merged in any order, make what one part of all rows makes: in every family."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from sujuva import moments
from sujuva.codebooks import load_instruments
from sujuva.moments import Family, Part, merge
from sujuva.scores import scored, scored_columns
from sujuva.tables import NO_THEME, CaseEvents, empty_table
from sujuva.tables.casework import ACTION_OUTCOMES, ACTIVITIES, ROLES, SUPPORTS
from tests.moments import lp_topics
from tests.moments.test_partner_moments import BOOKS, CHILDREN, STUDY

REGIONS = ["oulu", "tampere"]
WHO5 = load_instruments()["who5"]
SINGLE = load_instruments()["single"]
"""An instrument with a question that is asked of some only, and ranges of their own."""
Split = Callable[[pl.DataFrame], list[pl.DataFrame]]


def people(lot: random.Random) -> pl.DataFrame:
    """Persons at up to three waves: who moves, who answers and what, in units that regions share."""
    rows = []
    for number in range(lot.randint(1, 25)):
        for wave in lot.sample([2022, 2023, 2024], lot.randint(1, 3)):
            row = {"respondent": f"p{number}", "wave": wave, "informant": lot.choice(["self", "parent"])}
            row |= {"region": lot.choice(REGIONS), "stratum": lot.choice("12"), "unit": lot.choice("abc")}
            row |= {"weight": lot.randint(1, 10**6), "gender": lot.choice(["girl", "boy", None])}
            row |= {"municipality": lot.choice(["564", "244", None]), "score": lot.choice([None, lot.randint(-9, 99)])}
            row |= {"score.low": None if row["score"] is None else int(row["score"] < 50)}
            for instrument in (WHO5, SINGLE):
                for item, (low, high) in instrument.item_responses.items():
                    row[item] = lot.choice([lot.randint(low, high)] * 5 + [None])
            rows.append(row)
    items = dict.fromkeys((*WHO5.item_columns, *SINGLE.item_columns), pl.Int8)
    types = {"wave": pl.Int32, "gender": pl.String, "municipality": pl.String, "score": pl.Int64, "score.low": pl.Int64}
    return pl.DataFrame(rows, schema_overrides=types | items, infer_schema_length=None)


def events(lot: random.Random) -> pl.DataFrame:
    """A log of families: everything that a moment is made of, and activities of its own."""
    rows = []
    kinds = [*ACTIVITIES, *["contact"] * 4, *["meeting"] * 4, "phoned", "wrote"]
    for family in range(lot.randint(1, 12)):
        for sequence in range(lot.randint(1, 9)):
            row = dict.fromkeys(CaseEvents.column_names()) | {"case": f"f{family}", "sequence": sequence}
            row |= {"activity": lot.choice(kinds), "region": lot.choice([*REGIONS, "elsewhere"])}
            row |= {
                "time": datetime.fromisoformat("2022-11-01")
                + timedelta(days=lot.randint(0, 90), hours=lot.randint(0, 23))
            }
            row |= {"sector": lot.choice([None, "third", "health"]), "target": lot.choice([None, "health", "school"])}
            row |= {"item": lot.choice([None, "1", "2"]), "role": lot.choice([None, *ROLES])}
            row |= {"trigger": lot.choice([None, "mood", "absence"]), "municipality": lot.choice([None, "564"])}
            row |= {"service": lot.choice([None, "one_number", "clinic"]), "need": lot.choice([None, "rest"])}
            row |= {"support": lot.choice([None, *SUPPORTS]), "outcome": lot.choice([None, *ACTION_OUTCOMES])}
            rows.append(row)
    return pl.DataFrame(rows, schema={name: kind.dtype for name, kind in CaseEvents.columns().items()})


def feedback(lot: random.Random) -> pl.DataFrame:
    rows = [
        (f"e{lot.randint(1, 4)}", lot.choice([2022, 2023]), lot.choice(REGIONS), lot.choice(["parent", None]),
         lot.choice(["heard", "useful"]), lot.randint(1, 5))
        for _ in range(lot.randint(1, 25))
    ]  # fmt: skip
    names = ["event", "wave", "region", "participant_group", "item", "rating"]
    return pl.DataFrame(rows, schema=names, orient="row", schema_overrides={"participant_group": pl.String})


def ratings(lot: random.Random) -> pl.DataFrame:
    rows = [
        (f"p{person}", wave, region, lot.choice([None, "T1", "T2"]), lot.choice([None, "health"]), f"{key}_{item}",
         lot.randint(1, 5))
        for person in range(lot.randint(1, 9)) for wave in (2023, 2024) for region in REGIONS
        for key in ("common", "other") for item in (1, 2, 3) if lot.random() < 0.7
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict(empty_table("partner_ratings").schema), orient="row")


def rubric(lot: random.Random) -> pl.DataFrame:
    rows = [(lot.choice(REGIONS), 2024, "common_agenda", f"a{number}", lot.randint(0, 4), "") for number in range(20)]
    return pl.DataFrame(rows, schema=dict(empty_table("rubric").schema), orient="row")


def noticed(lot: random.Random) -> pl.DataFrame:
    days = [date(2024, 1, day) for day in (1, 2, 3)]
    rows = [
        (str(number), lot.choice(days), lot.choice(REGIONS), lot.choice(("health", None)), "need", "topic",
         lot.choice((*days, None)), None, None)
        for number in range(30)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict(empty_table("observations").schema), orient="row")


def spoken(lot: random.Random) -> pl.DataFrame:
    speakers = {f"i{number}": (lot.choice(REGIONS), lot.choice(("health", None))) for number in range(8)}
    rows = {
        (interview, f"p{lot.randint(1, 3)}", lot.choice("abc"), lot.choice(("trust", "time", NO_THEME)), 2024, *of)
        for interview, of in speakers.items()
        for _ in range(9)
    }
    return pl.DataFrame(sorted(rows, key=str), schema=dict(empty_table("coded_passages").schema), orient="row")


def said_of(rows: pl.DataFrame) -> Part:
    others = [empty_table(name) for name in ("open_themes", "respondents", "trainings")]
    return moments.said_moments.part(rows, *others, regions=REGIONS, waves=[2024])


def started(lot: random.Random) -> pl.DataFrame:
    rows = [
        (str(number), date(lot.choice((2023, 2024)), 1, 1), lot.choice(REGIONS), lot.choice(("health", None)),
         lot.choice(("local", None)), lot.choice(("done", None)), None)
        for number in range(30)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict(empty_table("initiatives").schema), orient="row")


def took_part(lot: random.Random) -> pl.DataFrame:
    rows = [
        (f"p{lot.randint(1, 9)}", date(2024, 1, number), lot.choice(REGIONS), lot.choice(("workshop", "online")),
         lot.choice(("children", "parents")))
        for number in range(1, 29)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict(empty_table("participation").schema), orient="row")


def of_scores(rows: pl.DataFrame) -> tuple[pl.LazyFrame, dict[str, int]]:
    return rows.lazy(), {"score": 0, "score.low": 0}


def partner_part(rows: pl.DataFrame) -> Part:
    books = {
        "common": BOOKS["common"],
        "other": CHILDREN.model_copy(update={"key": "other", "answered_by": "partners"}),
    }
    answers = moments.partner_answers(rows, books, **STUDY)
    points = {key: scored(one.lazy(), books[key]) for key, one in answers.items()}
    return moments.partner_moments.part(answers, points, {key: scored_columns(books[key]) for key in answers}, books)


def coping_part(rows: pl.DataFrame) -> Part:
    """What the notebook does: several questionnaires, answers and scores, in one part."""
    parts = []
    for instrument in (WHO5, SINGLE):
        columns = scored_columns(instrument)
        parts += [
            moments.answer_tables.part(rows.lazy(), instrument),
            moments.coping_moments.part(
                scored(rows.lazy(), instrument), columns, design=rows.lazy(), groups=["gender"], weight_decimals=6,
                linked_units=True,
            ),
        ]  # fmt: skip
    return merge(parts)


CASES = moments.CaseSettings(start="*first", end="*last", observed_until=date(2023, 2, 15))
DESIGN = {"groups": ["gender"], "weight_decimals": 6}
Draw, Make = Callable[[random.Random], pl.DataFrame], Callable[[pl.DataFrame], Part]
FAMILIES: dict[str, tuple[Draw, str | None, Make, Family]] = {
    # how rows are drawn, what stays together in a part, how a part is made
    "scores": (people, None, lambda rows: moments.score_moments.part(*of_scores(rows), design=rows.lazy(), **DESIGN),
               moments.score_moments),
    "pairs": (people, None, lambda rows: moments.score_pairs.part(*of_scores(rows), design=rows.lazy(), **DESIGN),
              moments.score_pairs),
    "unit_sizes": (people, None, lambda rows: moments.unit_sizes.part(*of_scores(rows), design=rows.lazy()),
                   moments.unit_sizes),
    "distributions": (people, None, lambda rows: moments.score_distributions.part(*of_scores(rows), groups=["gender"]),
                      moments.score_distributions),
    "answers": (people, None, lambda rows: moments.answer_tables.part(rows.lazy(), WHO5), moments.answer_tables),
    "answers of some": (people, None, lambda rows: moments.answer_tables.part(rows.lazy(), SINGLE),
                        moments.answer_tables),
    "paired": (people, "respondent",
               lambda rows: moments.paired_moments.part(rows.lazy(), rows.lazy(), {"score": 0}, weight_decimals=6),
               moments.paired_moments),
    "differences": (people, "respondent",
                    lambda rows: moments.paired_differences.part(rows.lazy(), rows.lazy(), {"score": 0},
                                                                 weight_decimals=6),
                    moments.paired_differences),
    "attrition": (people, "respondent",
                  lambda rows: moments.attrition_moments.part(rows.lazy(), rows.lazy(), {"score": 0},
                                                              weight_decimals=6),
                  moments.attrition_moments),
    "coping": (people, "respondent", coping_part, moments.coping_moments),
    "municipality_scores": (people, "respondent",
                            lambda rows: moments.municipality_scores.part(rows.lazy(), "score", 0, informant="self",
                                                                          design=rows.lazy(), weight_decimals=6),
                            moments.municipality_scores),
    "municipality_persons": (people, "respondent",
                             lambda rows: moments.municipality_persons.part(rows.lazy(), "score", 0, informant="self",
                                                                            design=rows.lazy(), weight_decimals=6),
                             moments.municipality_persons),
    "feedback": (feedback, None, lambda rows: moments.feedback_moments.part(rows.lazy()), moments.feedback_moments),
    "partners": (ratings, "respondent", partner_part, moments.partner_moments),
    "rubric": (rubric, None, lambda rows: moments.rubric_moments.part(rows, **STUDY), moments.rubric_moments),
    "observations": (noticed, "observation",
                     lambda rows: moments.observation_moments.part(rows, regions=REGIONS), moments.observation_moments),
    "initiatives": (started, "initiative",
                    lambda rows: moments.initiative_moments.part(rows, regions=REGIONS), moments.initiative_moments),
    "said": (spoken, "interview", said_of, moments.said_moments),
    "coding": (spoken, "interview", lambda rows: moments.coding_moments.part(rows, regions=REGIONS),
               moments.coding_moments),
    "participation": (took_part, "participant",
                      lambda rows: moments.participation_moments.part(rows, regions=REGIONS),
                      moments.participation_moments),
    "lp": (lambda lot: lp_topics.drawn(lot.randint(0, 999), 8), "child",
           lambda rows: moments.lp_moments.part(rows, regions=REGIONS, cluster="unit"), moments.lp_moments),
    "rows": (feedback, None, lambda rows: moments.row_moments.part("rubric", rows.with_columns(
        assessor=pl.int_range(pl.len()).cast(pl.String)), **STUDY), moments.row_moments),
    "casework": (events, "case", lambda rows: moments.casework_moments.part(rows, CASES, regions=REGIONS),
                 moments.casework_moments),
}  # fmt: skip


def same(made: object, wanted: object) -> None:
    """Hold finished tables against each other, whatever they come in."""
    if isinstance(wanted, pl.DataFrame):
        assert isinstance(made, pl.DataFrame)
        assert_frame_equal(made, wanted)
    else:
        ours, theirs = (list(one.values() if isinstance(one, dict) else one) for one in (made, wanted))
        for one, other in zip(ours, theirs, strict=True):
            same(one, other)


def test_every_family_is_here() -> None:
    there = {id(one) for one in vars(moments).values() if isinstance(one, Family)}
    assert there == {id(family) for *_, family in FAMILIES.values()}


@pytest.mark.parametrize("name", FAMILIES)
@settings(max_examples=10)
@given(seed=st.integers(0, 10**6), count=st.integers(2, 4))
def test_parts_of_any_split_make_the_whole(name: str, seed: int, count: int) -> None:
    lot = random.Random(seed)
    draw, together, part, family = FAMILIES[name]
    rows = draw(lot)
    ids = rows[together].unique(maintain_order=True).to_list() if together else list(range(rows.height))
    where = {one: lot.randrange(count) for one in ids}
    number = rows[together].replace_strict(where) if together else pl.Series([where[place] for place in ids])
    parts = [part(rows.filter(number == place)) for place in range(count)]
    whole = family.finish(merge([part(rows)]))
    same(family.finish(merge(parts)), whole)
    same(family.finish(merge(parts[::-1])), whole)
    for cut in range(1, count):
        same(family.finish(merge([merge(parts[:cut]), merge(parts[cut:])])), whole)
    merged = [merge([merge(parts[:1]), merge(parts[1:])]), merge([merge(parts[:-1]), merge(parts[-1:])])]
    assert list(merged[0]) == list(merged[1])
    same(merged[0], merged[1])
