"""Agreement of coders equals published examples, and persons are counted where passages are many."""

from __future__ import annotations

import krippendorff
import numpy as np
import polars as pl
import pytest

from sujuva.integration import FEWEST_UNITS, coding_indicators, said_indicators
from sujuva.moments import coding_moments, merge, said_moments
from sujuva.tables import NO_THEME, schema_of, types_of

# Krippendorff, K. (2011): Computing Krippendorff's Alpha-Reliability, example C: four observers, twelve units.
OBSERVERS = {
    "a": "1 2 3 3 2 1 4 1 2 . . .",
    "b": "1 2 3 3 2 2 4 1 2 5 . 3",
    "c": ". 3 3 3 2 3 4 2 2 5 1 .",
    "d": "1 2 3 3 2 4 4 1 2 5 1 .",
}
PUBLISHED = {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849, "ratio": 0.797}
REGIONS, WAVES = ["oulu", "tampere"], [2023, 2024]


def passages(rows: list[tuple[str, str, str, str]], **more: object) -> pl.DataFrame:
    """Rows of interview, passage, coder, theme."""
    place = {"wave": 2024, "region": "oulu", "sector": "health", **more}
    made = [dict(zip(("interview", "passage", "coder", "theme"), row, strict=True)) | place for row in rows]
    return pl.DataFrame(made, schema=types_of(schema_of("coded_passages")))


def coded(observers: dict[str, str], interviews: int = 3) -> pl.DataFrame:
    return passages([
        (f"i{unit % interviews}", f"u{unit}", coder, f"t{code}")
        for coder, codes in observers.items()
        for unit, code in enumerate(codes.split())
        if code != "."
    ])  # fmt: skip


def agreement(rows: pl.DataFrame) -> pl.DataFrame:
    found = coding_moments(rows, regions=REGIONS)
    return coding_indicators(found["coding_units"], found["coding_pairs"])


def said(rows: pl.DataFrame, **tables: pl.DataFrame) -> pl.DataFrame:
    return said_indicators(said_moments(*parts(rows, **tables), regions=REGIONS, waves=WAVES))


def parts(rows: pl.DataFrame, **tables: pl.DataFrame) -> list[pl.DataFrame]:
    empty = {
        name: pl.DataFrame(schema=types_of(schema_of(name))) for name in ("open_themes", "respondents", "trainings")
    }
    return [rows, *(tables.get(name, one) for name, one in empty.items())]


def test_alpha_equals_krippendorffs_published_example() -> None:
    alpha = agreement(coded(OBSERVERS)).filter(indicator="coding_alpha", scale="").row(0, named=True)

    assert round(alpha["estimate"], 3) == PUBLISHED["nominal"]
    assert alpha["n"] == 11  # the twelfth unit has one observer


def test_the_library_equals_the_published_example_at_every_level() -> None:
    data = np.array([[np.nan if one == "." else float(one) for one in row.split()] for row in OBSERVERS.values()])
    found = {level: krippendorff.alpha(data, level_of_measurement=level) for level in PUBLISHED}

    assert {level: round(float(alpha), 3) for level, alpha in found.items()} == PUBLISHED


def test_kappa_of_two_coders_is_cohens() -> None:
    # 50 units: both yes 20, both no 15, and 5 and 10 apart: p_o = 0.7, p_e = 0.5, κ = 0.4.
    cells = {("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}
    units = [pair for pair, times in cells.items() for _ in range(times)]
    rows = [
        ("i", f"u{at}", coder, theme) for at, pair in enumerate(units) for coder, theme in zip("xy", pair, strict=True)
    ]
    found = agreement(passages(rows)).filter(indicator="coding_kappa")

    assert found["category"].to_list() == ["A:B"]
    assert found["estimate"].item() == pytest.approx(0.4, abs=1e-12)
    assert found["n"].item() == 50


def test_a_coder_who_found_nothing_has_read_the_passage_and_another_has_not() -> None:
    read = [("i", f"u{at}", coder, theme) for at in range(12) for coder, theme in (("x", "play"), ("y", NO_THEME))]
    unread = [("i", f"v{at}", "x", "play") for at in range(12)]
    alpha = agreement(passages(read + unread)).filter(indicator="coding_alpha", scale="play").row(0, named=True)

    assert alpha["n"] == 12
    assert alpha["estimate"] < 0  # they never agree


@pytest.mark.parametrize(
    ("units", "themes", "note"), [(FEWEST_UNITS - 1, "pq", "few_units"), (FEWEST_UNITS, "p", "one_value")]
)
def test_what_cannot_be_told_has_a_reason_and_no_number(units: int, themes: str, note: str) -> None:
    rows = [("i", f"u{at}", coder, themes[at % len(themes)]) for at in range(units) for coder in "xy"]
    found = agreement(passages(rows)).filter(scale="")

    assert found["estimate"].to_list() == [None, None]
    assert found["note"].to_list() == [note, note]


def test_no_pseudonym_and_no_passage_leaves_the_agreement() -> None:
    found = coding_moments(coded(OBSERVERS), regions=REGIONS)
    told = coding_indicators(found["coding_units"], found["coding_pairs"])

    assert not {"i0", "u0"} & {text for frame in found.values() for row in frame.rows() for text in row}
    assert set(told["category"]) == {"", *(f"{one}:{two}" for one in "ABCD" for two in "ABCD" if one < two)}


def test_an_interview_counts_once_however_often_it_speaks_of_a_theme() -> None:
    often = [("i0", f"u{at}", coder, "play") for at in range(5) for coder in "xy"]
    rows = pl.concat([
        passages([*often, ("i0", "u9", "x", "family")]),
        passages([("i1", "u0", "x", "family")], sector="social"),
        passages([("i2", "u0", "x", NO_THEME)], region="tampere", sector=None),
    ])  # fmt: skip
    told = {
        (one["indicator"], one["scale"], one["category"], one["region"], one["group"]): (one["estimate"], one["n"])
        for one in said(rows).to_dicts()
    }

    assert told["interview_theme", "play", "", "network", "all"] == (1, 3)
    assert told["interview_theme", "family", "", "network", "all"] == (2, 3)
    assert told["interview_theme", "family", "", "oulu", "sector:social"] == (1, 1)
    assert told["interview_theme", "play", "", "tampere", "all"] == (0, 1)
    assert told["interview_together", "family", "play", "network", "all"] == (1, 3)
    assert NO_THEME not in {key[1] for key in told}


def test_who_was_trained_twice_is_one_person_and_answers_count_persons() -> None:
    trained = pl.DataFrame(
        [("p", "lp", 2024, "oulu", "health"), ("p", "lp", 2024, "tampere", "health"), ("q", "lp", 2024, "oulu", None)],
        schema=types_of(schema_of("trainings")), orient="row",
    )  # fmt: skip
    themes = pl.DataFrame(
        [(who, 2024, "joy", theme, who == "a") for who in "abc" for theme in ("play", "family")],
        schema=types_of(schema_of("open_themes")), orient="row",
    )  # fmt: skip
    people = pl.DataFrame({"respondent": ["a", "b", "c"], "wave": [2024] * 3, "region": ["oulu", "oulu", "elsewhere"]})
    told = said(passages([]), trainings=trained, open_themes=themes, respondents=people.cast({"wave": pl.Int32}))
    network = told.filter(region="network", group="all")

    assert network.filter(indicator="trained_people").select("estimate", "n").rows() == [(2.0, 2)]
    assert network.filter(indicator="open_theme").select("scale", "category", "estimate", "n").rows() == [
        ("family", "joy", 1.0, 2), ("play", "joy", 1.0, 2)
    ]  # fmt: skip


def test_parts_of_whole_interviews_add_up_to_the_moments() -> None:
    rows = pl.concat(
        [coded(OBSERVERS, 4), coded(OBSERVERS, 4).with_columns(region=pl.lit("tampere"), interview="coder")]
    )
    odd = pl.col("interview").is_in(["i1", "i3", "a", "c"])
    some = [rows.filter(odd), rows.filter(~odd)]
    choices = {"regions": REGIONS, "waves": WAVES}
    whole = said_moments(*parts(rows), **choices)
    merged = said_moments.finish(merge([said_moments.part(*parts(one), **choices) for one in reversed(some)]))
    assert merged.equals(whole)

    agreed = coding_moments(rows, regions=REGIONS)
    together = coding_moments.finish(merge([coding_moments.part(one, regions=REGIONS) for one in some]))
    assert {name: frame.equals(agreed[name]) for name, frame in together.items()} == dict.fromkeys(together, True)
