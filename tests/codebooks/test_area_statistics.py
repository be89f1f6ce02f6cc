"""The catalogue of public statistics: a title under an id is the one that is expected, or it is another statistic."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sujuva.codebooks import codebook_files, find_problems, load_area_statistics
from sujuva.codebooks.area_statistics import load_counted, plain_title


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kodin ulkopuolelle sijoitetut 0 - 20-vuotiaat, %", "Kodin ulkopuolelle sijoitetut 0–20-vuotiaat, % (THL)"),
        ("Tupakoi päivittäin, % 8. ja 9. luokan", "tupakoi  päivittäin % 8 ja 9 luokan"),
    ],
)
def test_signs_and_case_make_no_other_title(one: str, other: str) -> None:
    assert plain_title(one) == plain_title(other)


@pytest.mark.parametrize("ages", ["0–24", "0 - 17", "0–2", "020"])
def test_other_ages_are_another_statistic(project: Path, ages: str) -> None:
    placed = load_area_statistics()["3563"]
    assert placed.called("Kodin ulkopuolelle sijoitetut 0–20-vuotiaat, % vastaavanikäisestä väestöstä")
    assert not placed.called(f"Kodin ulkopuolelle sijoitetut {ages}-vuotiaat, % vastaavanikäisestä väestöstä")


def test_earlier_wordings_are_the_same(project: Path) -> None:
    known = load_area_statistics()
    assert known["3219"].called("Koulutuksen ulkopuolelle jääneet 17 - 24-vuotiaat, % vastaavanikaisesta väestöstä")


def test_only_counts_add_up(project: Path) -> None:
    assert [key for key, one in load_area_statistics().items() if one.adds_up] == [
        "127",
        "kuntien_avainluvut_2017_aikasarja.M411",
    ]


def test_an_input_folder_adds_its_own(project: Path) -> None:
    folder = project / "data" / "raw"
    (folder / "codebooks").mkdir(parents=True)
    record = (
        '- {key: "9", service: sotkanet, title: {fi: Oma, sv: Egen, en: Own}, theme: school, role: outcome,'
        " better: higher, measure: share, producer: THL}\n"
    )
    path = folder / "codebooks" / "area_statistics.yaml"
    path.write_text(record, encoding="utf-8")
    assert load_area_statistics(folder)["9"].title["sv"] == "Egen"
    assert "1245" in load_area_statistics(folder)
    assert find_problems([one for one in codebook_files(folder) if one == path]) == []
    path.write_text(record.replace("measure: share, ", "").replace("role", "rôle"), encoding="utf-8")
    (problem, *_) = find_problems([path])
    assert "measure" in "".join(str(one) for one in find_problems([path]))
    assert problem.line == 1


def test_what_is_judged_counts_what_the_catalogue_says(project: Path) -> None:
    known, judged = load_area_statistics(), load_counted()
    assert len(judged) > 5
    assert {key: one.kind for key, one in judged.items()} == {key: known[key].measure for key in judged}


@pytest.mark.parametrize("measure", ["count", "amount", "mean", "index"])
def test_what_counts_nobody_is_not_judged(project: Path, measure: str) -> None:
    path = project / "area_statistics.yaml"
    record = {
        "key": "9", "service": None, "title": {"fi": "a", "sv": "b", "en": "c"}, "theme": "costs", "role": "cost",
        "better": "neither", "measure": measure, "producer": "THL",
        "counted": {"per": 100, "denominator": None, "decimals": 1},
    }  # fmt: skip
    path.write_text(json.dumps([record]), encoding="utf-8")
    (problem,) = find_problems([path])
    assert f"only shares and rates are counted, and this is of the measure {measure}" in problem.message


def test_titles_of_the_export_of_2011_are_known(shared_data: Path, project: Path) -> None:
    import csv

    known = load_area_statistics()
    with (shared_data / "drop" / "sotkanet_pirkanmaa_2011.csv").open(encoding="iso-8859-1", newline="") as file:
        titles = {(row[1], row[0]) for row in csv.reader(file, delimiter=";")}
    unlike = sorted(key for key, title in titles if key in known and not known[key].called(title))
    assert unlike == []
    assert len({key for key, _ in titles} & set(known)) == 25
