"""Words of Finnish and Swedish case systems and survey tools, ages of one year, waves in names or without a year."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sujuva.cleaning import clean_folder
from sujuva.intake.waves import marked

TOWNS = ("Oulu", "Ii", "Kempele")


def table(header: list[str], row: Callable[[int], list[object]], rows: int = 60) -> str:
    return "\n".join(";".join(map(str, line)) for line in [header, *(row(at) for at in range(rows))]) + "\n"


def columns(draft, at: int = 0, feed: int = 0):
    return draft.sources[at].feeds[feed].columns


@pytest.mark.parametrize(
    ("case", "activity", "time", "words"),
    [
        ("Asianumero", "Toiminto", "Päivämäärä", ("Yhteydenotto", "Asian päättäminen")),
        ("Asiakasnumero", "Toimenpide", "Pvm", ("Vireilletulo", "Asia päätetty")),
        ("Diaarinumero", "Tapahtuma", "Kirjauspäivä", ("Puhelinyhteydenotto", "Asiakkuus päättyi")),
        ("Ärendenummer", "Åtgärd", "Datum", ("Kontakttagning", "Ärendet avslutat")),
        ("diaarinro", "tapahtumatyyppi", "toimenpidepvm", ("Yhteydenotto", "Päätös")),
    ],
)
def test_events_of_case_systems(drafted, case, activity, time, words):
    header = [case, activity, time, "Kunta"]
    draft = drafted(
        {"a.csv": table(header, lambda at: [f"A{at // 2}", words[at % 2], f"{at % 28 + 1}.3.2024", "Oulu"])}
    )
    assert draft.sources[0].feeds[0].table.value == "case_events"
    found = columns(draft)
    assert found["case"].value == case
    assert found["activity"].value["map"] == {words[0]: "contact", words[1]: "closure"}
    assert found["time"].value["from"] == time


@pytest.mark.parametrize("key", ["Vastaajan ID", "Vastaajanumero", "Lapsen tunnus", "Respondentens ID", "Oppilaan ID"])
@pytest.mark.parametrize("unit", ["Koulu", "Yksikkö", "Päiväkoti", "Toimipaikka", "Toimipiste", "Enhet"])
def test_persons_and_their_units(drafted, key, unit):
    header = [key, "Tilastovuosi", "Asuinkunta", unit, "Sukupuoli"]
    draft = drafted({"a.csv": table(header, lambda at: [f"V{at}", 2024, TOWNS[at % 3], f"Y{at % 6}", "Tyttö"])})
    found = columns(draft)
    assert (found["respondent"].value, found["wave"].value, found["unit"].value) == (key, "Tilastovuosi", unit)


@pytest.mark.parametrize("write", ["{}", "{} v", "{}-vuotias", "{} vuotta", "{} år"])
@pytest.mark.parametrize("name", ["Ikä", "Lapsen ikä", "Ålder"])
def test_ages_of_one_year_come_in_bands(drafted, name, write):
    header = ["Vastaajan ID", "Vuosi", "Kunta", "Sukupuoli", name]
    draft = drafted({"a.csv": table(header, lambda at: [f"V{at}", 2024, "Oulu", "Tyttö", write.format(7 + at % 9)])})
    said = columns(draft)["age_group"]
    assert said.value["map"] == {
        write.format(age): f"{low}-{low + 2}" for low in (7, 10, 13) for age in range(low, low + 3)
    }
    assert said.word == "a guess"
    assert "age_group:  # a guess: ages of one year, in bands" in draft.text


def test_numbers_of_age_groups_are_no_ages(drafted):
    header = ["Vastaajan ID", "Vuosi", "Kunta", "Sukupuoli", "Ikäryhmä"]
    draft = drafted({"a.csv": table(header, lambda at: [f"V{at}", 2024, "Oulu", "Tyttö", 1 + at % 4])})
    assert "age_group" not in columns(draft)


def test_ages_of_parents_are_no_ages_of_children(drafted):
    header = ["Vastaajan ID", "Vuosi", "Kunta", "Sukupuoli", "Ikä"]
    draft = drafted({"a.csv": table(header, lambda at: [f"V{at}", 2024, "Oulu", "Nainen", 24 + at % 30])})
    assert "age_group" not in columns(draft)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("who5_1_2023", ("who5_1", "2023")),
        ("T1_who5_1", ("who5_1", "T1")),
        ("gad7_2_loppu", ("gad7_2", "loppu")),
        ("2024_sdq_3", ("sdq_3", "2024")),
        ("who5_1", None),
        ("T1_1", None),
        ("2024", None),
    ],
)
def test_a_wave_in_the_name_of_a_column(name, parts):
    assert marked(name) == parts


def test_wide_waves_are_two_feeds_and_clean(drafted, project):
    names = [f"who5_{n}_{year}" for year in (2023, 2024) for n in range(1, 6)]
    header = ["Vastaajan ID", "Kunta", "Sukupuoli", *names]
    content = table(header, lambda at: [f"V{at}", "Oulu", "Tyttö", *((at + n) % 6 for n in range(10))])
    draft = drafted({"laaja.csv": content})
    feeds = draft.sources[0].feeds
    assert [(one.target, one.columns["wave"].value) for one in feeds] == [
        ("respondents", {"value": "2023"}),
        ("respondents", {"value": "2024"}),
        ("answers_who5", {"value": "2023"}),
        ("answers_who5", {"value": "2024"}),
    ]
    (project / "raw" / "sources.yaml").write_text(draft.text, encoding="utf-8")
    cleaned = clean_folder(project / "raw", regions=["oulu"], waves=[2023, 2024])
    answers = cleaned.tables["answers_who5"]
    assert answers.group_by("wave").len().sort("wave").rows() == [(2023, 60), (2024, 60)]
    # Row 0 says 0…4 at the first wave and 5, 0, 1, 2, 3 at the second.
    sums = answers.select("wave", total=answers.select(f"who5_{n}" for n in range(1, 6)).sum_horizontal())
    assert sums.filter(wave=2023)["total"][0] == 10
    assert sums.filter(wave=2024)["total"][0] == 11


@pytest.mark.parametrize(
    ("name", "words"), [("Mittaus", ("alku", "loppu")), ("Aika", ("T1", "T2")), ("Mittauskerta", ("1", "2"))]
)
def test_rounds_without_a_year_are_asked_for(drafted, name, words):
    header = ["Vastaajan ID", name, "Kunta", "Sukupuoli", *(f"who5_{n}" for n in range(1, 6))]
    answers = [0, 1, 2, 4, 5]
    draft = drafted({"a.csv": table(header, lambda at: [f"V{at // 2}", words[at % 2], "Oulu", "Tyttö", *answers])})
    assert columns(draft)["wave"].value == {"from": name, "map": dict.fromkeys(words, "")}
    assert "# FILL IN: the year of each round" in draft.text
    assert "wave" in draft.complaint


def test_numbers_that_are_no_rounds_are_no_wave(drafted):
    header = ["Vastaajan ID", "Luokka", "Kunta", "Sukupuoli"]
    draft = drafted({"a.csv": table(header, lambda at: [f"V{at}", 1 + at % 3, "Oulu", "Tyttö"])})
    assert columns(draft)["wave"].value == {"value": ""}


def states(name: str, *words: str) -> str:
    steps = ("Yhteydenotto", "Kutsu", "Tapaaminen")
    return table(
        ["Asianumero", "Toiminto", "Päivämäärä", name, "Kunta"],
        lambda at: [f"A{at // 3}", steps[at % 3], f"{at % 28 + 1}.3.2024", words[at % len(words)], "Oulu"],
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Tila", ("Valmis", "Suunniteltu", "Peruttu")),
        ("Status", ("completed", "cancelled", "completed")),
        ("Läge", ("Genomförd", "Bokad", "Inställd")),
    ],
)
def test_planned_and_cancelled_events_do_not_count(drafted, name, words):
    feed = drafted({"a.csv": states(name, *words)}).sources[0].feeds[0]
    assert feed.lifecycle is not None
    assert feed.lifecycle.value == {"from": name, "keep": ["complete"]}


@pytest.mark.parametrize("words", [("Avoin", "Päättynyt"), ("Kesken", "Valmis"), ("Valmis",), ("Suunniteltu", "Avoin")])
def test_the_state_of_a_case_is_none_of_its_events(drafted, words):
    source = drafted({"a.csv": states("Tila", *words)}).sources[0]
    assert source.feeds[0].lifecycle is None
    assert "Tila" in source.ignore


@pytest.mark.parametrize("name", ["Keräysvuosi", "Seurantavuosi", "Insamlingsår"])
def test_a_year_of_something_is_a_wave_and_a_guess(drafted, name):
    draft = drafted({"a.csv": table(["Oppilastunnus", name, "Koulu", "Sukupuoli", "Kunta"], lambda at: [
        f"o{at}", 2022 + 3 * (at % 2), f"koulu {at % 7}", ("Tyttö", "Poika")[at % 2], TOWNS[at % 3]])})  # fmt: skip
    assert (columns(draft)["wave"].value, columns(draft)["wave"].word) == (name, "a guess")


def test_a_year_of_birth_is_no_wave(drafted):
    draft = drafted({"a.csv": table(["Oppilastunnus", "Syntymävuosi", "Koulu", "Sukupuoli", "Kunta"], lambda at: [
        f"o{at}", 2012 + at % 3, f"koulu {at % 7}", ("Tyttö", "Poika")[at % 2], TOWNS[at % 3]])})  # fmt: skip
    assert columns(draft)["wave"].value == {"value": ""}
