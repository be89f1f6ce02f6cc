"""Exports of LP discussions: which of their columns a draft recognises, and what it never writes."""

from __future__ import annotations

import pytest
import yaml

from sujuva.cleaning import clean_folder

ROWS = [
    ("d{0}", "k{0}", "2024-03-0{1}", "home", "1", "strength", "yes"),
    ("d{0}", "k{0}", "2024-03-0{1}", "school", "2", "vulnerability", "no"),
    ("d{0}", "k{0}", "2024-03-0{1}", "leisure", "3", "not discussed", ""),
]
NAMES = ["lp_id", "child_pid", "pvm", "ymparisto", "aihe", "arvio", "suunnitelma_tehty"]
COLUMNS = ["talk", "child", "date", "environment", "topic", "rating", "plan"]


def text(names=NAMES, **changes):
    lines = [",".join([*names, "alue"])]
    for place in range(1, 9):
        for row in ROWS:
            cells = dict(zip(NAMES, (cell.format(place, place) for cell in row), strict=True)) | {"alue": "Oulu"}
            cells |= {name: value.format(place) for name, value in changes.items()}
            lines.append(",".join(cells[name] for name in [*NAMES, "alue"]))
    return "\n".join(lines) + "\n"


def feed(draft):
    said = yaml.safe_load(draft.text)["sources"]
    return said[0]["feeds"][0] if said else None


FINNISH = ["LP-tunnus", "Lapsi", "Päivämäärä", "Kehitysympäristö", "Aihe", "Arvio", "Suunnitelma"]


@pytest.mark.parametrize("names", [NAMES, COLUMNS, FINNISH])
def test_names_that_people_give(drafted, names):
    found = feed(drafted({"lp.csv": text(names)}))
    assert found["table"] == "lp_topics"
    columns = dict(zip(COLUMNS, names, strict=True))
    assert found["columns"]["talk"] == columns["talk"]
    assert found["columns"]["child"] == columns["child"]
    assert found["columns"]["wave"] == {"from": columns["date"], "format": ["%Y-%m-%d"]}
    rating = found["columns"]["rating"]
    assert rating["from"] == columns["rating"]
    assert rating["map"] == {
        "strength": "strength", "vulnerability": "vulnerability", "not discussed": "not_discussed",
    }  # fmt: skip
    assert found["columns"]["plan"]["map"] == {"no": 0, "yes": 1}
    assert found["columns"]["region"] == {"from": "alue", "lookup": "region"}


@pytest.mark.parametrize(
    "changes",
    [
        {"arvio": "sanaton {0}"},
        {"pvm": "joskus"},
        {"ymparisto": "paikka {0}"},
    ],
)
def test_what_only_looks_like_discussions_is_not_fed(drafted, changes):
    draft = drafted({"lp.csv": text(**changes)})
    found = feed(draft)
    assert found is None or found["table"] != "lp_topics"
    assert "sanaton" not in draft.text


def test_topics_in_words_are_asked_for_and_not_written(drafted):
    draft = drafted({"lp.csv": text(aihe="mitä lapsi {0} kertoi")})
    assert feed(draft)["table"] == "lp_topics"
    assert "map: {}}  # FILL IN: a topic is a code" in draft.text
    assert "kertoi" not in draft.text
    assert "FILL IN: a topic" not in drafted({"lp.csv": text()}).text


def test_the_drafts_description_cleans(drafted, project):
    draft = drafted({"lp.csv": text()})
    assert draft.complaint == ""
    (project / "raw" / "sources.yaml").write_text(draft.text, encoding="utf-8")
    cleaned = clean_folder(project / "raw", regions=["oulu"], waves=[2024])
    assert cleaned.tables["lp_topics"].height == 24
    assert cleaned.quarantine.is_empty()
