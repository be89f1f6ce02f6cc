"""Sotkanet is asked as it wants to be asked, and what it says is kept as it came."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from sujuva.cleaning import clean_folder
from sujuva.errors import FetchError, SourceError
from sujuva.intake import draft_folder, write_draft
from sujuva.sources import load_sources, read_source
from sujuva.sources.pulls import COLUMNS
from tests.fetch.conftest import Fetch, about, region, value
from tests.fetch.replay import Replay, serving


def rows(folder: Path) -> list[dict[str, str | None]]:
    return read_source(folder, load_sources(folder).sources[0]).frame.to_dicts()


def test_years_and_genders_are_repeated_parameters(sotkanet: Replay, fetch: Fetch) -> None:
    fetch(sotkanet)
    asked = [parameters for _, path, parameters in sotkanet.asked if path == "json"]
    assert asked == [
        {"indicator": ["1245"], "years": ["2019", "2020"], "genders": ["total"]},
        {"indicator": ["127"], "years": ["2019", "2020"], "genders": ["total"]},
    ]


def test_a_pull_is_what_came_and_what_is_known_of_it(sotkanet: Replay, fetch: Fetch, folder: Path) -> None:
    (done,) = fetch(sotkanet)
    assert (done.source, done.file, done.new, done.same, done.written) == ("children", "children.json", 2, 0, True)
    pull = json.loads((folder / "children.json").read_text(encoding="utf-8"))
    part = pull["statistics"]["1245"]
    assert json.loads(part["answers"][0]) == sotkanet.values["1245"]
    assert part["sha256"] == hashlib.sha256(part["answers"][0].encode()).hexdigest()
    assert (part["updated"], part["fetched"][:10]) == ("2021-03-01", "2026-01-01")
    assert part["title"]["fi"] == sotkanet.about["1245"]["title"]["fi"]
    assert pull["query"] == {"indicators": ["1245", "127"], "years": [2019, 2020], "genders": ["total"]}
    assert pull["address"] == sotkanet.address
    assert not [path for path in folder.iterdir() if path.name not in {"children.json", "sources.yaml"}]


def test_rows_have_official_codes_and_what_lacks_stays_empty(sotkanet: Replay, fetch: Fetch, folder: Path) -> None:
    fetch(sotkanet)
    made = rows(folder)
    assert list(made[0]) == list(COLUMNS)
    told = {(one["area"], one["area_name"], one["year"], one["value"], one["absolute"]) for one in made[:6]}
    assert told == {
        ("020", "Akaa", "2019", "5.1", "195"),
        ("020", "Akaa", "2020", "5", "190"),
        ("177", "Juupajoki", "2020", None, None),  # not published, and not 0
        # Code 4 was Pirkanmaa before Sotkanet took the codes of the classification; there it is 08.
        ("HVA08", "Pirkanmaan hyvinvointialue", "2020", "6.6", "6680"),
        ("358", "Koko maa", "2020", "6.7", "72236"),
        (None, None, "2020", "1.0", None),  # an id that the list of areas does not have
    }


def test_cleaning_takes_a_pull_in(sotkanet: Replay, fetch: Fetch, folder: Path) -> None:
    fetch(sotkanet)
    cleaned = clean_folder(folder, regions=["pirkanmaa"], waves=[2020], max_quarantine=0.5)
    table = cleaned.tables["area_indicators"]
    assert table.select("indicator", "area", "year", "value").sort("indicator", "area", "year").rows() == [
        ("1245", "020", 2019, 5.1), ("1245", "020", 2020, 5.0), ("1245", "08", 2020, 6.6), ("1245", "177", 2020, None),
        ("1245", "358", 2020, 6.7), ("127", "020", 2020, 16611.0), ("127", "358", 2020, 5533793.0),
    ]  # fmt: skip


def test_what_was_not_updated_is_not_asked_for_again(sotkanet: Replay, fetch: Fetch, folder: Path) -> None:
    fetch(sotkanet)
    before = (folder / "children.json").read_bytes()
    sotkanet.asked.clear()
    (done,) = fetch(sotkanet)
    assert (done.new, done.same, done.written) == (0, 2, False)
    assert sotkanet.paths() == ["regions", "indicators/1245", "indicators/127"]
    assert (folder / "children.json").read_bytes() == before


def test_asked_afresh_the_same_answer_changes_nothing(sotkanet: Replay, fetch: Fetch, folder: Path) -> None:
    fetch(sotkanet)
    before = (folder / "children.json").read_bytes()
    sotkanet.asked.clear()
    assert not fetch(sotkanet, afresh=True)[0].written
    assert "json" in sotkanet.paths()
    assert (folder / "children.json").read_bytes() == before


def test_a_new_year_is_no_change(sotkanet: Replay, fetch: Fetch, folder: Path) -> None:
    fetch(sotkanet)
    sotkanet.about["1245"] = about("1245", "2022-03-01")
    sotkanet.values["1245"].append(value(1245, 890, 2019, 6.4, 6600))
    (done,) = fetch(sotkanet)
    assert (done.new, done.same, done.changes) == (1, 1, ())
    history = json.loads((folder / "children.json").read_text(encoding="utf-8"))["history"]
    assert [(one["statistic"], one["updated"]) for one in history] == [("1245", "2021-03-01")]


@pytest.mark.parametrize(
    ("number", "told"),
    [(5.4, "1245, 2019, Akaa: 5.1 → 5.4"), (None, "1245, 2019, Akaa: 5.1 → no value")],
)
def test_a_changed_old_value_stops(
    sotkanet: Replay, fetch: Fetch, folder: Path, number: float | None, told: str
) -> None:
    fetch(sotkanet)
    before = (folder / "children.json").read_bytes()
    sotkanet.about["1245"] = about("1245", "2022-03-01")
    sotkanet.values["1245"][0]["value"] = number
    with pytest.raises(FetchError) as error:
        fetch(sotkanet)
    assert told in error.value.message
    assert "sujuva fetch --accept 1245" in error.value.hint
    assert (folder / "children.json").read_bytes() == before

    (done,) = fetch(sotkanet, "1245")
    (accepted,) = json.loads((folder / "children.json").read_text(encoding="utf-8"))["accepted"]
    assert [one.told for one in done.changes] == [told]
    assert (accepted["statistic"], accepted["year"], accepted["area"], accepted["old"]) == ("1245", 2019, "Akaa", "5.1")
    assert not fetch(sotkanet)[0].written  # and that was that


def test_a_value_that_is_gone_is_a_change_though_its_row_is_gone_too(sotkanet: Replay, fetch: Fetch) -> None:
    fetch(sotkanet)
    sotkanet.about["1245"] = about("1245", "2022-03-01")
    sotkanet.values["1245"] = [one for one in sotkanet.values["1245"] if one["year"] == 2020]
    with pytest.raises(FetchError, match=r"1245, 2019, Akaa: 5\.1 → no value"):
        fetch(sotkanet)


def test_a_changed_absolute_number_stops(sotkanet: Replay, fetch: Fetch) -> None:
    fetch(sotkanet)
    sotkanet.about["1245"] = about("1245", "2022-03-01")
    sotkanet.values["1245"][0]["absValue"] = 201
    with pytest.raises(FetchError, match=r"195 → 201 \(absolute number\)"):
        fetch(sotkanet)


def test_the_same_number_written_otherwise_is_no_change(sotkanet: Replay, fetch: Fetch) -> None:
    fetch(sotkanet)
    sotkanet.about["1245"] = about("1245", "2022-03-01")
    sotkanet.values["1245"][1]["value"] = 5.0
    assert fetch(sotkanet)[0].changes == ()


def test_new_ids_and_codes_of_counties_are_no_change(sotkanet: Replay, fetch: Fetch) -> None:
    """Sotkanet gave Pirkanmaa the id 970 and the code 8 in place of 890 and 4."""
    fetch(sotkanet)
    sotkanet.regions[2] = region(970, "8", "HYVINVOINTIALUE", "Pirkanmaan hyvinvointialue")
    sotkanet.about["1245"] = about("1245", "2023-03-01")
    sotkanet.values["1245"][3]["region"] = 970
    assert fetch(sotkanet)[0].changes == ()
    sotkanet.about["1245"] = about("1245", "2024-03-01")
    sotkanet.values["1245"][3]["value"] = 6.9
    with pytest.raises(FetchError, match=r"1245, 2020, Pirkanmaan hyvinvointialue: 6\.6 → 6\.9"):
        fetch(sotkanet)


def test_another_title_under_the_same_id_stops(sotkanet: Replay, fetch: Fetch, folder: Path) -> None:
    fetch(sotkanet)
    before = (folder / "children.json").read_bytes()
    changed = "Lastensuojelun avohuollollisten tukitoimien piirissä 0–20-vuotiaita vuoden aikana, % väestöstä"
    sotkanet.about["1245"] = about("1245", "2022-03-01", changed)
    with pytest.raises(FetchError) as error:
        fetch(sotkanet)
    assert "0–20-vuotiaita" in error.value.message
    assert "the catalogue expects" in error.value.message
    assert (folder / "children.json").read_bytes() == before
    (done,) = fetch(sotkanet, "1245")
    assert {one.what for one in done.changes} == {"title"}
    sotkanet.values["1245"].append(value(1245, 14, 2019, 3.0))
    sotkanet.about["1245"] = about("1245", "2023-03-01", changed)
    assert fetch(sotkanet)[0].written  # the title that was accepted needs no second word


def test_a_title_is_the_same_whatever_its_dashes(sotkanet: Replay, fetch: Fetch) -> None:
    sotkanet.about["1245"]["title"]["fi"] = (
        "Lastensuojelun avohuollollisten tukitoimien piirissä 0 - 17-vuotiaita vuoden aikana, % "
        "vastaavanikäisestä väestöstä (THL)"
    )
    assert fetch(sotkanet)[0].written


def test_a_statistic_that_the_catalogue_does_not_have_stops(sotkanet: Replay, fetch: Fetch, folder: Path) -> None:
    text = (folder / "sources.yaml").read_text(encoding="utf-8")
    (folder / "sources.yaml").write_text(text.replace("127]", "99127]"), encoding="utf-8")
    sotkanet.about["99127"] = {**about("127", "2021-01-01", "Jokin muu"), "id": 99127}
    with pytest.raises(FetchError, match=r"does not have it\. The service calls it «Jokin muu»"):
        fetch(sotkanet)
    assert not (folder / "children.json").exists()


def test_a_draft_describes_a_pull_as_it_was_asked_for(sotkanet: Replay, fetch: Fetch, folder: Path) -> None:
    fetch(sotkanet)
    (folder / "sources.yaml").unlink()
    write_draft(draft_folder(folder), folder / "sources.yaml")
    (source,) = load_sources(folder).sources
    assert (source.reader, source.file) == ("sotkanet", "children.json")
    assert len(read_source(folder, source).frame) == 8


def test_what_was_never_fetched_says_how_to(folder: Path) -> None:
    with pytest.raises(SourceError, match=r"children.json is not in raw/") as error:
        rows(folder)
    assert error.value.hint == "Bring it with `sujuva fetch children`."


def test_other_years_than_were_fetched_stop_the_pipeline(sotkanet: Replay, fetch: Fetch, folder: Path) -> None:
    fetch(sotkanet)
    text = (folder / "sources.yaml").read_text(encoding="utf-8")
    (folder / "sources.yaml").write_text(text.replace("2019-2020", "[2019, 2020, 2021]"), encoding="utf-8")
    with pytest.raises(SourceError, match="was fetched with other years") as error:
        rows(folder)
    assert "sujuva fetch" in error.value.hint


def test_a_pull_that_somebody_edited_is_refused(sotkanet: Replay, fetch: Fetch, folder: Path) -> None:
    fetch(sotkanet)
    text = (folder / "children.json").read_text(encoding="utf-8")
    assert '\\"value\\": 5.1' in text
    (folder / "children.json").write_text(text.replace('\\"value\\": 5.1', '\\"value\\": 4.1'), encoding="utf-8")
    with pytest.raises(SourceError, match="SHA-256 differs"):
        rows(folder)
    with pytest.raises(SourceError, match="SHA-256 differs"):
        fetch(sotkanet)


def test_an_answer_to_another_question_is_refused(sotkanet: Replay, fetch: Fetch) -> None:
    sotkanet.values["1245"].append(value(4, 11, 2020, 1.0))
    with pytest.raises(SourceError, match="indicator 4, 2020, total, unasked"):
        fetch(sotkanet)


def test_a_value_given_twice_is_refused(sotkanet: Replay, fetch: Fetch) -> None:
    sotkanet.values["1245"].append(value(1245, 11, 2020, 1.0))
    with pytest.raises(SourceError, match=r"region 11 in 2020 \(total\) is there twice"):
        fetch(sotkanet)


def test_years_without_a_value_say_which_there_are(sotkanet: Replay, fetch: Fetch) -> None:
    sotkanet.values["127"] = []
    with pytest.raises(FetchError, match=r"no value of the years and genders .* It says that it has 1990–2020"):
        fetch(sotkanet)


def test_the_recorded_answers(shared_data: Path, fetch: Fetch, folder: Path) -> None:
    """Lists of indicators and areas of 2016 and the population of 2009, as Sotkanet gave them."""
    recorded = shared_data / "sotkanet-api"
    titles = {one["id"]: one for one in json.loads((recorded / "SotkaIndicators.json").read_text(encoding="utf-8"))}
    described = json.loads((recorded / "indicator_4_metadata.json").read_text(encoding="utf-8"))
    lines = (recorded / "SotkaIndicatorData.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    values: list[dict[str, Any]] = []
    for line in lines:
        indicator, area, year, gender, number, _ = line.split(";")
        values.append(value(int(indicator), int(area), int(year), float(number) if number else None))
        assert gender == "total"
    replay = Replay(
        regions=json.loads((recorded / "SotkaRegions.json").read_text(encoding="utf-8")),
        about={"127": {**titles[127], "data-updated": described["data-updated"]}, "4": described},
        values={"127": values, "4": [value(4, 658, 2009, 5.1, 5200)]},
    )
    text = (folder / "sources.yaml").read_text(encoding="utf-8")
    (folder / "sources.yaml").write_text(text.replace("[1245, 127], years: 2019-2020", "[127, 4], years: 2009"))
    with serving(replay):
        (done,) = fetch(replay)
    assert done.new == 2
    made = rows(folder)
    assert len(made) == len(lines) + 1 == 467
    population = {one["area"]: one["value"] for one in made if one["indicator"] == "127"}
    assert (population["358"], population["837"], population["020"]) == ("5351427.0", "211507.0", "16858.0")
    lacking = [(one["year"], one["value"]) for one in made if not one["area"]]
    assert lacking == [("2009", "0.0")] * 3  # ids of areas that the list of 2016 does not have any more


@pytest.mark.parametrize("key", ["191", "1245", "3563", "127", "4", "1514"])
def test_the_catalogue_calls_statistics_as_the_recorded_list_does(shared_data: Path, key: str, project: Path) -> None:
    from sujuva.codebooks import load_area_statistics

    listed = json.loads((shared_data / "sotkanet-api" / "SotkaIndicators.json").read_text(encoding="utf-8"))
    (one,) = [one for one in listed if str(one["id"]) == key]
    assert all(load_area_statistics()[key].called(title) for title in one["title"].values())


def test_a_title_of_other_signs_is_no_other_title(sotkanet: Replay, fetch: Fetch) -> None:
    fetch(sotkanet)
    sotkanet.about["127"] = about("127", "2022-01-15", "Väestö 31.12")
    assert fetch(sotkanet)[0].changes == ()


def test_a_title_in_another_language_is_a_change(sotkanet: Replay, fetch: Fetch) -> None:
    sotkanet.about["127"]["title"]["sv"] = "Befolkning 31.12"
    fetch(sotkanet)
    sotkanet.about["127"] = about("127", "2022-01-15")
    sotkanet.about["127"]["title"]["sv"] = "Befolkning i åldern 0–17 år"
    with pytest.raises(FetchError, match=r"127, title: «Befolkning 31\.12» → «Befolkning i åldern 0–17 år»"):
        fetch(sotkanet)
