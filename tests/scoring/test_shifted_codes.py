"""`sujuva score` on codes that are not the codebook's: it stops or takes a map, and counts apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from sujuva.cli import app
from sujuva.codebooks import load_instruments
from sujuva.errors import ContractError, ParameterError
from sujuva.scores import score_sheet
from sujuva.scoring import about, recoding, score_file

INSTRUMENTS = load_instruments()
GAD7, SDQ, WHO5 = (INSTRUMENTS[key] for key in ("gad7", "sdq", "who5"))


def answers(rows: list[list[int | str | None]], key: str) -> pl.DataFrame:
    names = INSTRUMENTS[key].item_columns
    return pl.DataFrame({name: [row[at] for row in rows] for at, name in enumerate(names)}, strict=False)


SHIFTED = [[1] * 7, [2, 1, 2, 1, 3, 1, 1], [4, 4, 3, 3, 2, 2, 1], [2] * 7]


def test_shifted_codes_stop_and_the_map_gives_the_true_scores(tmp_path: Path) -> None:
    path = tmp_path / "gad7.csv"
    answers(SHIFTED, "gad7").write_csv(path)  # type: ignore[arg-type]
    with pytest.raises(ContractError, match="4 is used 2 times and 0 never") as caught:
        score_file(path, GAD7)
    assert "--map 1=0,2=1,3=2,4=3." in caught.value.hint
    made = score_file(path, GAD7, item_map=recoding("1=0,2=1,3=2,4=3", GAD7))
    assert made.frame["gad7"].to_list() == [0, 4, 12, 7]
    assert made.frame["gad7_band"][0] == "minimal"
    given = score_file(path, GAD7, as_given=True)
    assert given.frame["gad7"].to_list() == [7, 11, None, 14]


def test_the_command_ends_with_one_and_takes_its_own_advice(tmp_path: Path) -> None:
    path = tmp_path / "gad7.csv"
    answers(SHIFTED, "gad7").write_csv(path)  # type: ignore[arg-type]
    run = CliRunner()
    assert run.invoke(app, ["score", "gad7", str(path)]).exit_code == 1
    mapped = run.invoke(app, ["score", "gad7", str(path), "--map", "1=0,2=1,3=2,4=3"])
    assert mapped.exit_code == 0
    assert "1,0,minimal," in mapped.stdout
    assert run.invoke(app, ["score", "gad7", str(path), "--as-given"]).exit_code == 0


def test_a_number_that_the_map_does_not_know_is_no_answer() -> None:
    made = score_sheet(
        answers([[1] * 7, [0, *[2] * 6], [4] * 7], "gad7"), GAD7, item_map=recoding("1=0,2=1,3=2,4=3", GAD7)
    )
    assert made.frame["gad7"].to_list() == [0, None, 21]
    assert made.outside == {"gad7_1": 1}


def test_codes_as_floats_and_text_are_mapped_alike() -> None:
    frame = pl.DataFrame({name: ["1.0", " 2", "4"] for name in WHO5.item_columns})
    numbers = pl.DataFrame({name: [1.0, 2.0, 4.0] for name in WHO5.item_columns})
    told = recoding("1=0,2=1,3=2,4=3,5=4,6=5", WHO5)
    for one in (frame, numbers):
        assert score_sheet(one, WHO5, item_map=told).frame["who5"].to_list() == [0, 20, 60]


@pytest.mark.parametrize("text", ["", "1", "1=0,1=1", "1=9", "=1"])
def test_a_map_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match="--map must name each answer once"):
        recoding(text, GAD7)


def test_words_with_commas_are_mapped() -> None:
    assert recoding("ei, ei koskaan=0,joskus=1", GAD7) == {"ei, ei koskaan": "0", "joskus": "1"}


def test_scores_that_rest_on_fewer_answers_are_counted_apart() -> None:
    rows: list[list[int | str | None]] = [[(at + n) % 3 for n in range(25)] for at in range(40)]
    rows[3][2] = 7  # item 3: emotional, which takes 3 of 5 answers
    rows[4][2] = None  # left blank: the codebook's rule is all there is to say
    rows[5][2] = rows[5][7] = rows[5][12] = 55  # too few are left
    made = score_sheet(answers(rows, "sdq"), SDQ, bands=False)
    assert made.resting == {"sdq_emotional": 1, "sdq_total": 1, "sdq_internalising": 1}
    reason = made.frame["sdq_emotional_reason"]
    assert reason[3] == "1 of 5 answers outside the range, so the score rests on the others"
    assert reason[4] is None
    assert reason[5] == "3 answers outside the range; too few answers (2 of 5, needs 3)"
    told = next(line for line in about(made) if "sdq_emotional:" in line)
    assert "39 scored (1 of them on fewer items, as answers lay outside the range), 1 not" in told
    assert "sdq_total: 39 scored (1 of them" in "\n".join(about(made))


@pytest.mark.parametrize(
    ("rows", "options", "told"),
    [
        ([[1, 2, 3, 1, 2, 3, 1]] * 3, {}, True),
        ([[1, 2, 3, 1, 2, 3, 1]] * 2 + [[0] + [1] * 6], {}, False),
        ([[1, 2, 3, 1, 2, 3, 1]] * 2, {}, False),  # too few answers to say anything
        ([[1, 2, 3, 1, 2, 3, 1]] * 3, {"as_given": True}, False),
        ([[1, 2, 3, 1, 2, 3, 1]] * 3, {"item_map": {"1": "1", "2": "2", "3": "3"}}, False),
    ],
)
def test_answers_of_which_none_is_the_lowest_get_a_word(
    rows: list[list[int]], options: dict[str, Any], told: bool
) -> None:
    said = " ".join(about(score_sheet(answers(rows, "gad7"), GAD7, **options)))
    assert ("None of 21 answers is 0" in said) == told
    assert ("add --map 1=0,2=1,3=2,4=3" in said) == told


def test_a_scale_that_begins_at_one_has_no_such_word() -> None:
    swemwbs = INSTRUMENTS["swemwbs"]
    rows = [[2, 3, 4, 5, 2, 3, 4]] * 9
    assert "answers is 0" not in " ".join(about(score_sheet(answers(rows, "swemwbs"), swemwbs)))
