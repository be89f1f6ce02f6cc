"""Answers as label text, in Finnish, Swedish and English: drafts write their map, scoring reads them or offers one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from sujuva.codebooks import load_instruments
from sujuva.codebooks.labels import Labels, label_of, labels_of
from sujuva.errors import ContractError
from sujuva.intake import Draft
from sujuva.intake.guess import GUESS, LIKELY, DraftFeed
from sujuva.intake.words import answer_words
from sujuva.scoring import recoding, score_file

INSTRUMENTS = load_instruments()
Drafted = Callable[..., Draft]
DAYS = ["ei lainkaan", "useana päivänä", "suurimpana osana päivistä", "lähes joka päivä"]
SDQ_FI = ["Ei päde", "Pätee jossain määrin", "Pätee varmasti"]
SDQ_SV = ["Stämmer inte", "Stämmer delvis", "Stämmer helt"]
AGREE_5 = [
    "täysin eri mieltä",
    "jokseenkin eri mieltä",
    "ei samaa eikä eri mieltä",
    "jokseenkin samaa mieltä",
    "täysin samaa mieltä",
]


def table(key: str, words: list[str], rows: int = 10) -> pl.DataFrame:
    """Return a file in which every item goes through the words, each at another row."""
    names = INSTRUMENTS[key].item_columns
    items = {name: [words[(row * 3 + at) % len(words)] for row in range(rows)] for at, name in enumerate(names)}
    return pl.DataFrame({"id": [f"p{row}" for row in range(rows)], "year": [2024] * rows} | items)


def feed_of(drafted: Drafted, frame: pl.DataFrame) -> DraftFeed:
    draft = drafted({"answers.csv": frame.write_csv(separator=";")})
    (feed,) = (feed for source in draft.sources for feed in source.feeds)
    return feed


@pytest.mark.parametrize(
    ("key", "words", "low", "sureness"),
    [
        ("gad7", DAYS, 0, LIKELY),
        ("phq9", [word.capitalize() for word in DAYS], 0, LIKELY),
        ("sdq", SDQ_FI, 0, LIKELY),
        ("sdq", SDQ_SV, 0, GUESS),
        ("sdq", ["Not True", "Somewhat True", "Certainly True"], 0, LIKELY),
        ("brs", AGREE_5, 1, LIKELY),
        ("ucla3", ["hardly ever", "some of the time", "often"], 1, LIKELY),
        ("cyrm_r", ["Not at all", "A little", "Somewhat", "Quite a bit", "A lot"], 1, LIKELY),
        ("swemwbs", ["Ei koskaan", "Harvoin", "Joskus", "Usein", "Koko ajan"], 1, GUESS),
        ("gad7", [f"{at} = {word}" for at, word in enumerate(DAYS, start=1)], 0, LIKELY),  # its numbers are the form's
    ],
)
def test_a_draft_writes_the_map(drafted: Drafted, key: str, words: list[str], low: int, sureness: float) -> None:
    feed = feed_of(drafted, table(key, words))
    assert feed.instrument is not None
    assert feed.item_map is not None
    assert feed.instrument.value == key
    assert feed.item_map.value == {word: str(low + at) for at, word in enumerate(words)}
    assert feed.item_map.sureness == sureness


def test_words_that_are_rare_in_the_file_are_the_codebooks_all_the_same(drafted: Drafted) -> None:
    frame = table("gad7", DAYS[:3]).with_columns(gad7_4=pl.Series([DAYS[3], *DAYS[:1] * 9]))
    feed = feed_of(drafted, frame)
    assert feed.item_map is not None
    assert feed.item_map.value[DAYS[3]] == "3"


def test_answers_of_another_number_of_steps_are_left_to_a_person(drafted: Drafted) -> None:
    seven = [*AGREE_5[:1], "eri mieltä", *AGREE_5[1:4], "samaa mieltä", *AGREE_5[4:]]
    draft = drafted({"answers.csv": table("brs", seven, rows=30).write_csv(separator=";")})
    maps = [feed.item_map for source in draft.sources for feed in source.feeds if feed.item_map]
    assert not any(one.value for one in maps)


def test_a_scale_of_agreement_of_which_not_all_steps_are_seen_is_a_guess(drafted: Drafted) -> None:
    feed = feed_of(drafted, table("brs", AGREE_5[1:]))
    assert feed.item_map is not None
    assert feed.item_map.sureness == GUESS
    assert feed.item_map.value == {word: str(at) for at, word in enumerate(AGREE_5[1:], start=2)}


def test_agreement_is_not_read_where_the_codebook_does_not_ask_for_it() -> None:
    assert answer_words(INSTRUMENTS["cdrisc10"]) == Labels()
    assert answer_words(INSTRUMENTS["single"]) == Labels()
    assert answer_words(INSTRUMENTS["brs"]).codes["strongly agree"] == 5


def test_what_two_languages_use_for_different_answers_tells_nothing() -> None:
    known = labels_of((0, 1), {"fi": [["no"], ["kyllä"]], "en": [["never"], ["no"]]})
    assert known.codes == {"kyllä": 1, "never": 0}
    assert known.read(["no"]) is None


@pytest.mark.parametrize("word", ["3 = Usein", "3. usein", "(3) usein", "usein (3)", " Usein. ", "usein"])
def test_the_number_of_a_form_is_no_part_of_the_word(word: str) -> None:
    assert label_of(word) == "usein"


def test_scores_of_checked_words_and_the_offer_for_others(tmp_path: Path) -> None:
    numbers = pl.DataFrame({f"gad7_{n}": [(row * 3 + n - 1) % 4 for row in range(10)] for n in range(1, 8)})
    truth = numbers.sum_horizontal().to_list()
    table("gad7", DAYS).write_csv(tmp_path / "fi.csv")
    made = score_file(tmp_path / "fi.csv", INSTRUMENTS["gad7"])
    assert made.frame["gad7"].to_list() == truth
    assert "ei lainkaan = 0" in made.notes[0]
    swedish = ["inte alls", "flera dagar", "mer än hälften av dagarna", "nästan varje dag"]
    table("gad7", swedish).write_csv(tmp_path / "sv.csv")
    with pytest.raises(ContractError, match="were not held against this questionnaire") as caught:
        score_file(tmp_path / "sv.csv", INSTRUMENTS["gad7"])
    offered = caught.value.hint.partition('--map "')[2].partition('"')[0]
    made = score_file(tmp_path / "sv.csv", INSTRUMENTS["gad7"], item_map=recoding(offered, INSTRUMENTS["gad7"]))
    assert made.frame["gad7"].to_list() == truth


def test_codes_with_labels_of_other_codes_stop(tmp_path: Path) -> None:
    """From 1, with no code outside the range: the codes alone tell nothing, their labels do."""
    frame = pl.DataFrame({f"gad7_{n}": [1, 2, 3, 1] for n in range(1, 8)})
    labels = {name: {at: word.capitalize() for at, word in enumerate(DAYS, start=1)} for name in frame.columns}
    path = tmp_path / "gad7.sav"
    pyreadstat.write_sav(frame.to_pandas(), str(path), variable_value_labels=labels)
    with pytest.raises(ContractError, match="By the file's own labels") as caught:
        score_file(path, INSTRUMENTS["gad7"])
    assert "--map 1=0,2=1,3=2,4=3." in caught.value.hint
    told = recoding("1=0,2=1,3=2,4=3", INSTRUMENTS["gad7"])
    assert score_file(path, INSTRUMENTS["gad7"], item_map=told).frame["gad7"].to_list() == [0, 7, 14, 0]
    assert score_file(path, INSTRUMENTS["gad7"], as_given=True).frame["gad7"].to_list() == [7, 14, 21, 7]


def test_a_draft_takes_the_labels_of_codes(drafted: Drafted, tmp_path: Path) -> None:
    frame = pl.DataFrame({"id": [f"p{n}" for n in range(9)]} | {f"gad7_{n}": [1, 2, 3] * 3 for n in range(1, 8)})
    labels = {name: dict(enumerate(DAYS, start=1)) for name in frame.columns[1:]}
    path = tmp_path / "gad7.sav"
    pyreadstat.write_sav(frame.to_pandas(), str(path), variable_value_labels=labels)
    draft = drafted({"gad7.sav": path.read_bytes()})
    (feed,) = (feed for source in draft.sources for feed in source.feeds)
    assert feed.item_map is not None
    assert feed.item_map.value == {"1": "0", "2": "1", "3": "2"}
    assert feed.item_map.sureness == LIKELY
