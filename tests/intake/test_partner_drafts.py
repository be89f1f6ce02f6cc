"""What a draft recognises of partners' files, and what it must not take for answers of children."""

from __future__ import annotations

import pytest
import yaml

from sujuva.sources import load_sources

PLACES = ["Oulu", "Tampere"]


def survey(items: dict[str, int], people: int = 12, *, key: str = "Vastaaja", more: str = "Toimijatunnus") -> str:
    """A row a person; `items` are raw columns with the answer of the first person, which then goes around 1–5."""
    lines = [",".join([key, "Vuosi", "Alue", more, *items])]
    for n in range(people):
        codes = [str((code + n * (place + 1)) % 5 + 1) for place, code in enumerate(items.values())]
        lines.append(",".join([f"K{n}", "2024", PLACES[n % 2], f"T{n % 4}", *codes]))
    return "\n".join(lines) + "\n"


def feeds(draft):
    return [feed for source in yaml.safe_load(draft.text)["sources"] or [] for feed in source["feeds"]]


def named(key: str, count: int) -> dict[str, int]:
    return {f"{key}_{n}": n for n in range(1, count + 1)}


def test_two_questionnaires_in_one_file_are_one_feed(drafted, project):
    draft = drafted({"kysely.csv": survey(named("collective_impact", 20) | named("wilder", 40))})
    (found,) = feeds(draft)
    assert found["table"] == "partner_ratings"
    assert len(found["items"]) == 60
    assert found["items"]["wilder_40"] == "wilder_40"
    assert found["columns"]["respondent"] == "Vastaaja"
    assert found["columns"]["organisation"] == "Toimijatunnus"
    assert draft.complaint == ""
    (project / "raw" / "sources.yaml").write_text(draft.text, encoding="utf-8")
    assert load_sources(project / "raw").sources[0].targets == ["partner_ratings"]


def test_items_by_short_name_and_number_are_found(drafted):
    (found,) = feeds(drafted({"kysely.csv": survey({f"CII väittämä {n}": n for n in range(1, 21)})}))
    assert found["table"] == "partner_ratings"
    assert found["items"]["collective_impact_7"] == "CII väittämä 7"


def test_twenty_columns_of_one_to_five_are_not_taken_for_partners(drafted):
    found = feeds(drafted({"kysely.csv": survey({f"kysymys {n}": n for n in range(1, 21)})}))
    assert "partner_ratings" not in {feed["table"] for feed in found}
    assert not any(feed.get("instrument") in {"collective_impact", "wilder"} for feed in found)


RUBRIC = ["Alue", "Vuosi", "Ehto", "Arvioija", "Taso", "Näyttö"]
CONTRACT = ["region", "wave", "condition", "assessor", "level", "evidence"]


@pytest.mark.parametrize("names", [RUBRIC, CONTRACT])
def test_an_assessment_is_known_by_what_it_holds(drafted, names):
    words = ["common_agenda", "backbone_support"]
    rows = [f"Oulu,2024,{word},A{n},{n % 4},Muistio on laadittu yhdessä." for n in range(8) for word in words]
    (found,) = feeds(drafted({"arviot.csv": "\n".join([",".join(names), *rows]) + "\n"}))
    assert found["table"] == "rubric"
    assert {name: found["columns"][name] for name in CONTRACT[3:]} == dict(zip(CONTRACT[3:], names[3:], strict=True))


def test_levels_that_are_no_levels_make_no_assessment(drafted):
    rows = [f"Oulu,2024,common_agenda,A{n},{n + 7},Muistio on laadittu yhdessä." for n in range(8)]
    found = feeds(drafted({"arviot.csv": "\n".join([",".join(RUBRIC), *rows]) + "\n"}))
    assert "rubric" not in {feed["table"] for feed in found}


def table(event: str) -> str:
    rows = [
        f"{event.format(place=place, n=n)},2024,{place},T{org},poissaolot"
        for place in PLACES
        for n in range(4)
        for org in range(3)
    ]
    return "\n".join(["Tilaisuus,Vuosi,Alue,Toimijatunnus,Ilmiö", *rows]) + "\n"


def test_events_that_share_names_over_regions_are_told_apart(drafted):
    (apart,) = feeds(drafted({"tilaisuudet.csv": table("{place} {n}")}))
    assert apart["table"] == "attendance"
    assert apart["columns"]["event"] == "Tilaisuus"
    (alike,) = feeds(drafted({"tilaisuudet.csv": table("Työpaja {n}")}))
    assert alike["columns"]["event"] == {"from": ["Alue", "Tilaisuus"]}


def test_a_relation_that_a_column_names_is_mapped_and_words_of_the_file_alone_are_not_written(drafted):
    rows = [
        f"Oulu,2024,{kind},T{a},T{b},{(a + b) % 4 + 1}"
        for kind in ("Avoimuus", "Luotettavuus")
        for a in range(4)
        for b in range(4)
        if a != b
    ]
    head = "Alue,Vuosi,Suhde,Arvioija,Arvioitava,Arvio"
    (found,) = feeds(drafted({"suhteet.csv": "\n".join([head, *rows]) + "\n"}))
    assert found["table"] == "ties"
    mapped = {"Avoimuus": "trust_openness", "Luotettavuus": "trust_reliability"}
    assert found["columns"]["relation"] == {"from": "Suhde", "map": mapped}
    strange = [row.replace("Avoimuus", "Salanimi") for row in rows]
    assert "Salanimi" not in drafted({"suhteet.csv": "\n".join([head, *strange]) + "\n"}).text
