"""Drafts of event logs: what only some events have is found by its name and by the words of our own lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from sujuva.intake import Draft
from sujuva.intake.words import words_of
from sujuva.tables import SCHEMAS, all_about, contract_of
from sujuva.tables.casework import ACTIVITIES as KNOWN

HEAD = "Perhe;Tapahtuma;Aika;Alue"


def events(draft: Draft) -> dict[str, Any]:
    """The description of the only file; it must be accepted."""
    assert draft.complaint == ""
    (source,) = yaml.safe_load(draft.text)["sources"]
    return dict(source)


def log(column: str, *values: str, times: int = 4) -> dict[str, str | bytes]:
    """A log with one further column; every value comes several times, as it does in a real one."""
    rows = [
        f"P{place}{turn};Yhteydenotto;{turn + 1}.3.2024 12:{place:02};Oulu;{value}"
        for turn in range(times)
        for place, value in enumerate(values)
    ]
    return {"loki.csv": "\n".join([f"{HEAD};{column}", *rows]) + "\n"}


@pytest.mark.parametrize(
    ("column", "values", "name", "said"),
    [
        ("Kunta", ["Oulu", "Tampere"], "municipality", {"from": "Kunta", "lookup": "municipality_code"}),
        ("Tunniste", ["N1", "N2", "S1"], "item", "Tunniste"),
        ("Syy", ["avioero", "muu"], "trigger", {"from": "Syy", "map": {"avioero": "divorce", "muu": "other"}}),
        ("Tarve", ["jaksaminen", ""], "need", {"from": "Tarve", "map": {"jaksaminen": "coping"}}),
        ("Ohjattu", ["Järjestöt", "", "Terveyspalvelut"], "target", {"from": "Ohjattu", "lookup": "sector"}),
        ("Rooli", ["äiti", "lapsi"], "role", {"from": "Rooli", "map": {"äiti": "parent", "lapsi": "child"}}),
        (
            "Toteutuminen",
            ["toteutui", "ei tiedossa"],
            "outcome",
            {"from": "Toteutuminen", "map": {"toteutui": "done", "ei tiedossa": "unknown"}},
        ),
        ("Tuen laji", ["varhainen", ""], "support", {"from": "Tuen laji", "map": {"varhainen": "early"}}),
        ("role", ["parent", "professional"], "role", "role"),
    ],
)
def test_what_only_some_events_have_is_found(
    drafted: Callable[..., Draft], column: str, values: list[str], name: str, said: Any
) -> None:
    source = events(drafted(log(column, *values)))
    assert source["feeds"][0]["columns"][name] == said
    assert "ignore" not in source


def test_words_of_the_file_s_own_are_kept_but_not_written(drafted: Callable[..., Draft]) -> None:
    draft = drafted(log("Syy", "avioero", "salainen sana"))
    spec = events(draft)["feeds"][0]["columns"]["trigger"]
    assert spec == {"from": "Syy", "map": {"avioero": "divorce"}, "else": "keep"}
    draft = drafted(log("Syy", "oma sana", "salainen sana"))
    assert events(draft)["feeds"][0]["columns"]["trigger"] == "Syy"
    assert "sana" not in draft.text


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("Rooli", ["pomo", "renki"]),  # roles of another kind
        ("Kohde", ["yksi", "kaksi"]),  # no sectors
        ("Toteutuminen", ["1.3.2024", "2.3.2024"]),  # dates
    ],
)
def test_a_name_alone_is_not_enough_where_words_are_known(
    drafted: Callable[..., Draft], column: str, values: list[str]
) -> None:
    source = events(drafted(log(column, *values)))
    assert set(source["feeds"][0]["columns"]) == {"case", "activity", "time", "region"}
    assert source["ignore"] == [column]


def test_what_tells_events_apart_is_what_the_file_has(drafted: Callable[..., Draft]) -> None:
    assert events(drafted(log("Rooli", "lapsi", "vanhempi")))["unique"] == ["case", "activity", "time", "role"]
    assert events(drafted(log("Syy", "avioero", "muu")))["unique"] == ["case", "activity", "time"]
    # Where nobody writes down who came, two sectors that tell of one event tell of the same.
    assert events(drafted(log("Toimiala", "Järjestöt", "Seurakunnat")))["unique"] == ["case", "activity", "time"]
    attended = {
        name: str(text).replace("Yhteydenotto", "Osallistuminen") for name, text in log("Toimiala", "Järjestöt").items()
    }
    assert events(drafted(attended))["unique"] == ["case", "activity", "time", "sector"]


def test_items_that_look_like_people_s_become_pseudonyms(drafted: Callable[..., Draft]) -> None:
    codes = ["010190-900P", "131052-950H"]
    draft = drafted(log("Tunniste", *codes))
    assert events(draft)["people"] == {"pseudonymise": ["Tunniste"]}
    assert not any(code in draft.text for code in codes)


def test_every_activity_has_its_words() -> None:
    assert set(words_of("activity")) == set(KNOWN)


def test_every_code_that_contracts_allow_has_its_words() -> None:
    allowed: dict[str, set[str]] = {}
    for table in ("answers", *SCHEMAS):
        for one in all_about(contract_of(table)).values():
            if one.codes and not one.made:  # what cleaning makes itself stands in no export
                allowed.setdefault(one.of, set()).update(one.codes)
    assert len(allowed) > 5
    assert {kind: set(words_of(kind)) for kind in allowed} == allowed


def timed(*times: str) -> dict[str, str | bytes]:
    """A log of two families a time."""
    rows = [f"P{2 * place + turn};Yhteydenotto;{time};Oulu" for place, time in enumerate(times) for turn in (0, 1)]
    return {"loki.csv": "\n".join([HEAD, *rows]) + "\n"}


@pytest.mark.parametrize(
    ("times", "formats"),
    [
        (["1.9.2023 8.05", "30.9.2023 14.30"], ["%d.%m.%Y %H.%M"]),
        (["1.9.2023 klo 8.05", "30.9.2023 klo 14.30"], ["%d.%m.%Y klo %H.%M"]),
        (["10/9/2016", "30/9/2016"], ["%d/%m/%Y"]),
        (["9/10/2016 8:05", "9/30/2016 14:30"], ["%m/%d/%Y %H:%M"]),
        (["20230901", "20230930"], ["%Y%m%d"]),
        (["1.9.23", "30.9.23"], ["%d.%m.%y"]),
        (["2023-09-01T08:05:12.345Z", "2023-09-01T08:05:13.345Z"], ["%Y-%m-%dT%H:%M:%S%.f%:z"]),
    ],
)
def test_times_of_every_form_are_known(drafted: Callable[..., Draft], times: list[str], formats: list[str]) -> None:
    said = events(drafted(timed(*times)))["feeds"][0]["columns"]["time"]
    assert said == {"from": "Aika", "format": formats}


def test_an_order_that_nobody_can_tell_is_for_a_person_to_say(drafted: Callable[..., Draft]) -> None:
    draft = drafted(timed("05/03/2022", "06/01/2022"))
    (line,) = (one for one in draft.text.splitlines() if "time:" in one)
    assert line.split("# ")[1] == (
        'FILL IN: format: ["%d/%m/%Y"] or format: ["%m/%d/%Y"]; day first and month first both fit every date'
    )
    assert "time" in draft.sources[0].feeds[0].gaps


def test_what_no_format_reads_is_counted(drafted: Callable[..., Draft]) -> None:
    draft = drafted(timed(*(f"{day}.9.2023 8.05" for day in range(1, 20)), "kesällä"))
    (line,) = (one for one in draft.text.splitlines() if "time:" in one)
    assert line.endswith("# likely: dates in these formats; 2 rows have none of them")


def test_steps_of_events_are_found_and_counted(drafted: Callable[..., Draft]) -> None:
    rows = [f"P{n};Tapaaminen;{n}.3.2024 12:00;Oulu;{step}" for n in range(1, 6) for step in ("schedule", "complete")]
    draft = drafted({"loki.csv": "\n".join([f"{HEAD};lifecycle:transition", *rows]) + "\n"})
    (feed,) = events(draft)["feeds"]
    assert feed["lifecycle"] == {"from": "lifecycle:transition", "keep": ["complete"]}
    assert "schedule 5" in draft.text


def test_a_start_and_an_end_are_a_weak_guess(drafted: Callable[..., Draft]) -> None:
    for names in ("Alkoi;Päättyi", "start_timestamp;time:timestamp"):
        rows = [f"P{n};Tapaaminen;{n}.3.2024 12:00;{n}.3.2024 13:00;Oulu" for n in range(1, 6)]
        draft = drafted({"loki.csv": "\n".join([f"Perhe;Tapahtuma;{names};Alue", *rows]) + "\n"})
        (line,) = (one for one in draft.text.splitlines() if "time: {" in one)
        assert "# a weak guess: the start or the end of an event?" in line
        assert names.split(";")[1] in line


def test_whoever_did_something_is_no_sector(drafted: Callable[..., Draft]) -> None:
    for name in ("org:resource", "resource"):
        draft = drafted({"loki.csv": str(log("Toimiala", "ab", "cd")["loki.csv"]).replace("Toimiala", name)})
        assert events(draft)["people"] == {"drop": [name]}
        assert "sector" not in events(draft)["feeds"][0]["columns"]


def test_days_of_excel_and_clocks_beside_dates_are_known(drafted: Callable[..., Draft]) -> None:
    draft = drafted(timed(*(f"4517{day}.{day}375" for day in range(1, 9))))
    (feed,) = events(draft)["feeds"]
    assert feed["columns"]["time"] == {"from": "Aika", "format": ["excel"]}
    rows = [f"P{n};Tapaaminen;{n}.3.2024;klo {n}.05;Oulu" for n in range(1, 9)]
    draft = drafted({"loki.csv": "\n".join(["Perhe;Tapahtuma;Tapahtumapvm;Kello;Alue", *rows]) + "\n"})
    (feed,) = events(draft)["feeds"]
    assert feed["columns"]["time"] == {"from": ["Tapahtumapvm", "Kello"]}
