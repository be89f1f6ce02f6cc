"""What a region sends: rounds by name, keys of answers, events and feedback in its own words, and other files."""

from __future__ import annotations

import pytest
import yaml

from sujuva.intake import Draft

WHO = [f"who5_{number}" for number in range(1, 6)]
STATEMENTS = ["Tulin kuulluksi", "Tapaamisesta oli hyötyä", "Sovimme selkeistä teoista"]


def table(header: list[str], rows: list[list[object]], separator: str = ";") -> str:
    return "".join(separator.join(str(cell) for cell in row) + "\n" for row in [header, *rows])


def source(draft: Draft, number: int = 0) -> dict:
    return yaml.safe_load(draft.text)["sources"][number]


def answers(rounds: list[str], column: str = "Mittauskerta", key: str = "Vastaajatunnus") -> str:
    rows = [[f"V{at:03}", one, "2.4.2024", *((at + n) % 6 for n in range(5))] for at in range(40) for one in rounds]
    return table([key, column, "Vastausaika", *WHO], rows)


def test_a_round_that_names_its_year_is_the_wave(drafted):
    """The date of the answer has one year here, and would make two rounds one."""
    draft = drafted({"a.csv": answers(["kevät 2023", "Kevät 2024"])})
    wave = draft.sources[0].feeds[0].columns["wave"]
    assert wave.value == {"from": "Mittauskerta", "map": {"kevät 2023": "2023", "Kevät 2024": "2024"}}
    assert wave.word == "likely"


def test_two_rounds_of_a_year_are_doubted(drafted):
    draft = drafted({"a.csv": answers(["kevät 2024", "syksy 2024"])})
    wave = draft.sources[0].feeds[0].columns["wave"]
    assert (wave.word, wave.value["from"]) == ("a weak guess", "Mittauskerta")
    assert "two rounds" in draft.text


@pytest.mark.parametrize("rounds", [["Kerttu 2023", "Kerttu 2024"], ["kevät 2023", "toinen kerta"]])
def test_a_word_that_is_not_ours_is_no_round(drafted, rounds: list[str]):
    draft = drafted({"a.csv": answers(rounds)})
    assert draft.sources[0].feeds[0].columns["wave"].value["from"] == "Vastausaika"
    assert not any(one in draft.text for one in rounds)


def test_the_key_of_a_person_goes_before_that_of_an_answer(drafted):
    rows = [[f"R_{at}", f"T{at}", 2024, *((at + n) % 6 for n in range(5))] for at in range(40)]
    both = drafted({"a.csv": table(["ResponseId", "tunnus", "vuosi", *WHO], rows)})
    assert source(both)["feeds"][0]["columns"]["respondent"] == "tunnus"
    alone = drafted({"a.csv": table(["ResponseId", "vuosi", *WHO], [[row[0], *row[2:]] for row in rows])})
    key = alone.sources[0].feeds[0].columns["respondent"]
    assert (key.value, key.word) == ("ResponseId", "a guess")
    assert "answers twice" in key.why


def test_a_guess_says_what_happens_to_the_rest(drafted):
    rows = [
        [f"V{at}", 2024, "Oulu", "Tyttö" if at % 3 else "Jokin", *((at + n) % 6 for n in range(5))] for at in range(60)
    ]
    text = drafted({"a.csv": table(["vastaaja", "vuosi", "kunta", "sukupuoli", *WHO], rows)}).text
    assert "in 66 % of the rows; rows with others are set aside" in text
    assert "the codebook has 100 % of its values\n" in text


def test_events_in_a_regions_own_words(drafted):
    """A Finnish time has a full stop, and the same event twice counts once."""
    rows = [
        [f"P{at}", word, f"{at % 27 + 1}.3.2024 klo 9.30", "Terveyspalvelut", "Pohjois-Karjala"]
        for at in range(30)
        for word in ("Yhteydenotto", "Neuvonpito")
    ]
    draft = drafted({"a.csv": table(["Asiakasperhe", "Tapahtuma", "Ajankohta", "Palvelu", "Hyvinvointialue"], rows)})
    said = source(draft)
    columns = said["feeds"][0]["columns"]
    assert said["feeds"][0]["table"] == "case_events"
    assert said["unique"] == ["case", "activity", "time"]
    assert columns["time"] == {"from": "Ajankohta", "format": ["%d.%m.%Y klo %H.%M"]}
    assert columns["sector"] == {"from": "Palvelu", "lookup": "sector"}
    assert draft.complaint == ""


def test_feedback_with_a_column_a_statement(drafted):
    groups = ["Lapset", "Nuoret", "Vanhemmat", "Ammattilaiset"]
    rows = [
        [f"O{at}", "Työpaja 1", "5.3.2024", "Oulu", groups[at % 4], *((at + n) % 5 + 1 for n in range(3)), "Kiitos"]
        for at in range(40)
    ]
    header = ["Osallistuja", "Työpaja", "Päivämäärä", "Alue", "Rooli", *STATEMENTS, "Kommentti"]
    draft = drafted({"a.csv": table(header, rows)})
    (feed,) = source(draft)["feeds"]
    assert feed["table"] == "feedback"
    assert feed["items"] == dict(zip(["heard", "useful", "clear_actions"], STATEMENTS, strict=True))
    assert feed["columns"]["participant_group"]["map"]["Vanhemmat"] == "parents"
    assert "Kommentti" in source(draft)["ignore"]
    assert draft.complaint == ""


def test_events_of_one_name_in_two_regions_are_two(drafted):
    """Else they are one cluster, and the intervals of the ratings are too wide."""
    rows = [[f"O{at}", "Työpaja 1", ["Oulu", "Tampere"][at % 2], 4, 5] for at in range(40)]
    header = ["Osallistuja", "Työpaja", "Alue", *STATEMENTS[:2]]
    (feed,) = source(drafted({"a.csv": table(header, rows)}))["feeds"]
    assert feed["columns"]["event"] == {"from": ["Alue", "Työpaja"]}
    (feed,) = source(drafted({"a.csv": table(header, rows[::2])}))["feeds"]
    assert feed["columns"]["event"] == "Työpaja"


def test_one_known_statement_is_no_feedback(drafted):
    rows = [[f"O{at}", "Työpaja 1", at % 5 + 1] for at in range(40)]
    assert drafted({"a.csv": table(["Osallistuja", "Työpaja", STATEMENTS[0]], rows)}).sources[0].feeds == ()


def test_repeating_instruments_are_sources_of_their_own(drafted):
    """Of one file: a feed of all of its rows would set most of them aside."""
    header = ["record_id", "redcap_repeat_instrument", "redcap_repeat_instance", "kunta", "vuosi", "who5_vuosi", *WHO]
    rows: list[list[object]] = []
    for at in range(40):
        rows.append([at, "", "", "Oulu", 2024, "", *[""] * 5])
        rows += [[at, "who5", n, "", "", 2022 + n, *((at + n + i) % 6 for i in range(5))] for n in (1, 2)]
    draft = drafted({"a.csv": table(header, rows, ",")})
    parts = {one.sniffed.options["instrument"].value: one for one in draft.sources}
    assert {name: one.rows for name, one in parts.items()} == {"base": 40, "who5": 80}
    assert [feed.table.value for feed in parts["base"].feeds] == ["respondents"]
    assert [feed.instrument.value for feed in parts["who5"].feeds] == ["who5"]
    assert parts["who5"].feeds[0].columns["wave"].value == "who5_vuosi"
    assert draft.complaint == ""


def test_what_office_and_windows_leave_behind_is_not_opened(drafted):
    """The lock file of Office holds the name of whoever had the document open."""
    files: dict[str, str | bytes] = {
        "~$a.xlsx": "Salainen;x\n1;2\n3;4\n",
        "Thumbs.db": "Salainen;x\n1;2\n3;4\n",
        "lomake.pdf": b"%PDF-1.7\nSalainen;x\n1;2\n",
    }
    draft = drafted(files)
    assert "Salainen" not in draft.text
    assert all(one.problem and not one.columns for one in draft.sources)
    assert len(draft.sources) == len(files)
