"""The three open questions of the Child Barometer: what the lexicon finds, beside plain search; no word is kept."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import polars as pl
import pytest
import simplemma

from sujuva.cleaning.spoken import themes_said
from sujuva.codebooks.lexicons import load_lexicons
from sujuva.integration import said_indicators
from sujuva.moments import said_moments
from sujuva.tables import schema_of, types_of

FIELDS = {"good_at": "q3", "bullying": "q7", "happy": "q11"}
DECLINED = "Ei halua vastata."
# Plain search for the beginnings of words, by field and theme: it knows no lemma, no phrase and no negation.
STEMS = {
    ("good_at", "art"): r"\b(piir|maala|väri|askar|laula|tans)",
    ("bullying", "hurting"): r"\b(lyö|löi|potk|tön|satut|purra|pure)",
    ("happy", "friends"): r"\b(kaver|ystäv)",
}


@pytest.fixture(scope="module")
def answers(shared_data: Path) -> dict[str, pl.Series]:
    path = shared_data / "drop" / "lapsibarometri2016.csv"
    if not path.is_file():
        pytest.skip("The Child Barometer is not here.")
    with path.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    return {
        field: pl.Series(name, [row[name].strip() if row[name].strip() not in ("", DECLINED) else None for row in rows])
        for field, name in FIELDS.items()
    }


def test_most_words_are_known(answers: dict[str, pl.Series]) -> None:
    words = [
        word
        for texts in answers.values()
        for text in texts.drop_nulls()
        for word in re.findall(r"[^\W\d_]+", text.lower())
    ]
    known = sum(simplemma.is_known(word, lang="fi") for word in words) / len(words)
    assert round(known, 3) == 0.948


def test_the_lexicon_finds_what_plain_search_finds_but_for_what_is_denied(answers: dict[str, pl.Series]) -> None:
    lexicon = load_lexicons()["children"]
    for (field, theme), stem in STEMS.items():
        texts = answers[field].drop_nulls()
        found = themes_said(texts, lexicon)[theme]
        plain = texts.str.to_lowercase().str.contains(stem)
        both, either = (found & plain).sum(), (found | plain).sum()
        assert both / either > 0.85, (field, theme, both, either)


def test_counts_of_children_reach_the_indicators(answers: dict[str, pl.Series]) -> None:
    lexicon = load_lexicons()["children"]
    rows = [
        themes_said(texts, lexicon)
        .with_columns(
            respondent=pl.int_range(pl.len()).cast(pl.String), wave=pl.lit(2016, pl.Int32), field=pl.lit(field)
        )
        .filter(texts.is_not_null())
        .unpivot(index=["respondent", "wave", "field"], variable_name="theme", value_name="said")
        for field, texts in answers.items()
    ]
    themes = pl.concat(rows)
    people = themes.select("respondent", "wave", region=pl.lit("suomi")).unique()
    nothing = [pl.DataFrame(schema=types_of(schema_of(name))) for name in ("coded_passages", "trainings")]
    told = said_indicators(said_moments(nothing[0], themes, people, nothing[1], regions=["suomi"], waves=[2016]))
    network = told.filter(region="network", indicator="open_theme")

    assert dict(network.group_by("category").agg(pl.col("n").first()).iter_rows()) == {
        field: texts.drop_nulls().len() for field, texts in answers.items()
    }
    most = {
        field: network.filter(category=field).sort("estimate", "scale", descending=[True, False])["scale"][0]
        for field in FIELDS
    }
    assert most == {"good_at": "sport", "bullying": "hurting", "happy": "play"}
