"""Interviews, trainings and open answers: codes are declared, words are matched and thrown away."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
import yaml

from sujuva.cleaning.spoken import themes_said
from sujuva.codebooks.lexicons import Lexicon, load_lexicons
from sujuva.errors import CodebookError, SourceError
from tests.cleaning.helpers import Who, quarantined, write

SMALL = {
    "key": "small",
    "language": "fi",
    "themes": [
        {"key": "play", "lemmas": ["leikkiä", "leikki", "-peli"]},
        {"key": "hurting", "lemmas": ["lyödä", "kiusata"]},
        {"key": "left_out", "lemmas": ["ei ottaa mukaan"]},
        {"key": "family", "lemmas": ["äiti"]},
    ],
    "spoken": {"äippä": "äiti", "leikkii": "leikkiä"},
    "negation": {"lemmas": ["ei"], "reach": 2, "ends": ["mutta", "kun"]},
}
SECRET = "Qxsalainen"
PEOPLE = """
  - name: people
    file: people.csv
    reader: csv
    feeds:
      - table: respondents
        columns: {respondent: id, wave: {value: 2024}, region: {value: oulu}}
      - table: answers
        instrument: mood
        columns: {respondent: id, wave: {value: 2024}, informant: {value: self}}
        texts: {bullying: {from: what, missing: [Ei halua vastata.]}, other: more}
        lexicons: {bullying: small}
"""
INTERVIEWS = """
  - name: interviews
    file: interviews.csv
    reader: csv
    feeds:
      - table: coded_passages
        columns:
          interview: id
          passage: place
          coder: who
          theme: {from: theme, blank: none, map: {Jousto: flexibility, Outo: odd, none: none}}
          wave: {value: 2024}
          region: {value: oulu}
          sector: {from: sector, lookup: sector}
"""
TRAININGS = """
  - name: courses
    file: courses.csv
    reader: csv
    feeds:
      - table: trainings
        columns: {participant: id, training: what, wave: {value: 2024}, region: {value: oulu}}
"""


def themes(*answers: str | None, **changes: Any) -> list[list[str]]:
    found = themes_said(pl.Series(answers, dtype=pl.String), Lexicon.model_validate(SMALL | changes))
    return [[name for name, said in row.items() if said] for row in found.iter_rows(named=True)]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("Leikin pihalla", ["play"]),
        ("me leikkii lautapelejä äipän kaa", ["play"]),
        ("Äippä!", ["family"]),
        ("lyödään ja KIUSATAAN", ["hurting"]),
        ("ei kiusata", []),
        ("Ei saa lyödä", []),
        ("en kiusaa", []),
        ("ei oteta mukaan", ["left_out"]),
        ("ei ole kivaa, kiusataan", ["hurting"]),
        ("ei kivaa kun lyödään", ["hurting"]),
        ("ei leiki mutta lyö", ["hurting"]),
        ("otetaan mukaan", []),
        ("", []),
    ],
)
def test_lemmas_speak_of_themes_unless_they_are_denied(answer: str, said: list[str]) -> None:
    assert themes(answer) == [said]


def test_how_far_a_denial_reaches_is_declared_and_is_a_limit() -> None:
    far = "ei kukaan saa koskaan lyödä"
    assert themes(far) == [["hurting"]]  # meant as denied, and not found so
    assert themes(far, negation=SMALL["negation"] | {"reach": 5}) == [[]]  # type: ignore[operator]
    assert themes("ei kiusata", negation=None) == [["hurting"]]


def test_no_answer_is_not_an_answer_without_themes() -> None:
    found = themes_said(pl.Series([None, "talo", "talo"], dtype=pl.String), Lexicon.model_validate(SMALL))
    assert found.columns == ["play", "hurting", "left_out", "family"]
    assert found.rows() == [(None,) * 4, (False,) * 4, (False,) * 4]


def test_every_theme_of_the_projects_lexicons_has_a_title() -> None:
    from sujuva.codebooks import load_terms

    titled = load_terms().kinds["theme"]
    assert {code for one in load_lexicons().values() for code in one.codes} <= {*titled}


def test_a_lexicon_with_a_theme_twice_or_another_name_is_refused(small_project) -> None:
    path = small_project / "data" / "codebooks" / "lexicon_small.yaml"
    path.write_text(yaml.safe_dump(SMALL | {"themes": SMALL["themes"][:1] * 2}), encoding="utf-8")  # type: ignore[index]
    with pytest.raises(CodebookError, match="'play' is there twice"):
        load_lexicons()
    path.write_text(yaml.safe_dump(SMALL | {"key": "other"}), encoding="utf-8")
    with pytest.raises(CodebookError, match="the key is 'other'"):
        load_lexicons()


def declared(small_project: Any) -> None:
    folder = small_project / "raw" / "codebooks"
    folder.mkdir()
    (folder / "lexicon_small.yaml").write_text(yaml.safe_dump(SMALL), encoding="utf-8")


def test_of_an_answer_with_a_lexicon_the_themes_are_kept_and_no_word(
    clean: Any, small_project: Any, who: Who, capfd: Any
) -> None:
    declared(small_project)
    text = f"id,ilo,uni,what,more\na,1,1,{SECRET} lyödään,\nb,1,1,Ei halua vastata.,huomio\nc,1,1,{SECRET},\n"
    cleaned = clean(PEOPLE, {"people.csv": text})
    told = cleaned.tables["open_themes"]

    assert told.filter("said").rows() == [(who("a"), 2024, "bullying", "hurting", True)]
    assert sorted(told["respondent"].unique()) == sorted([who("a"), who("c")])
    assert told.height == 2 * len(SMALL["themes"])  # type: ignore[arg-type]
    assert cleaned.tables["open_answers"].select("field", "text").rows() == [("other", "huomio")]
    write(cleaned)
    for path in sorted((small_project / "data" / "clean").glob("*.parquet")):
        assert SECRET not in json.dumps(pl.read_parquet(path).to_dicts(), default=str)
    assert SECRET not in "".join(capfd.readouterr())


def test_an_unknown_lexicon_is_told_without_any_answer(clean: Any) -> None:
    with pytest.raises(SourceError, match="there is no lexicon 'small'") as error:
        clean(PEOPLE, {"people.csv": f"id,ilo,uni,what,more\na,1,1,{SECRET},\n"})
    assert SECRET not in str(error.value)
    with pytest.raises(SourceError, match="there is no text 'bulying'"):
        clean(PEOPLE.replace("lexicons: {bullying", "lexicons: {bulying"), {"people.csv": "id\n"})


def test_rows_of_interviews_are_clean_or_aside_with_a_reason(clean: Any, who: Who) -> None:
    text = (
        "id,place,who,theme,sector\n"
        "h1,1,k,Jousto,health\nh1,1,l,,health\nh1,2,k,Outo,health\nh1,3,k,Jousto,third\nh2,1,k,Jousto,third\n"
        "h2,1,k,Jousto,third\n,1,k,Jousto,third\n"
    )
    cleaned = clean(INTERVIEWS, {"interviews.csv": text})

    assert sorted(cleaned.tables["coded_passages"].select("interview", "passage", "coder", "theme").rows()) == sorted([
        (who("h1"), "1", who("k"), "flexibility"), (who("h1"), "1", who("l"), "none"),
        (who("h2"), "1", who("k"), "flexibility"),
    ])  # fmt: skip
    assert quarantined(cleaned) == {
        ("interviews", 3): "not_in_codebook",
        ("interviews", 4): "interview_disagrees",
        ("interviews", 6): "duplicate",
        ("interviews", 7): "missing_key",
    }


def test_a_training_that_nobody_declared_is_set_aside(clean: Any) -> None:
    text = "id,what\np,positive_recognition\nq,Matti Meikäläisen kurssi\n"
    cleaned = clean(TRAININGS, {"courses.csv": text})
    assert cleaned.tables["trainings"]["training"].to_list() == ["positive_recognition"]
    assert quarantined(cleaned) == {("courses", 2): "not_in_codebook"}
