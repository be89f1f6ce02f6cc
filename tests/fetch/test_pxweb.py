"""PxWeb is asked for what a table has, as much at once as it allows, and its dots stay missing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sujuva.cleaning import clean_folder
from sujuva.errors import FetchError, SourceError, SujuvaError
from sujuva.intake import draft_folder, write_draft
from sujuva.sources import load_sources, read_source
from tests.fetch.conftest import Fetch
from tests.fetch.replay import Replay, serving, status

TABLE = "kunnat/kuntien_avainluvut_2017_aikasarja.px"
PXWEB = f"""
title: {{fi: Kokeilu}}
sources:
  - name: figures
    file: figures.json
    reader: pxweb
    options: {{table: {TABLE}, indicators: [M411], years: [2015, 2016], area: Alue 2017}}
    feeds: [{{table: area_indicators}}]
"""
VALUES: dict[tuple[str, str], Any] = {
    ("SSS", "2015"): 5487308, ("SSS", "2016"): 5503297, ("020", "2015"): 17052, ("020", "2016"): "..",
    ("KU837", "2015"): 225118, ("KU837", "2016"): 228274, ("HVA08", "2015"): "...", ("HVA08", "2016"): 0,
}  # fmt: skip


def variable(code: str, texts: Mapping[str, str]) -> dict[str, Any]:
    return {"code": code, "text": code, "values": list(texts), "valueTexts": list(texts.values())}


@pytest.fixture
def statfin() -> Iterator[Replay]:
    areas = {"SSS": "KOKO MAA", "020": "Akaa", "KU837": "Tampere", "HVA08": "Pirkanmaan hyvinvointialue"}
    replay = Replay(
        tables={
            TABLE: {
                "title": "Kuntien avainluvut muuttujina Alue 2017, Tiedot ja Vuosi",
                "variables": [
                    variable("Alue 2017", areas),
                    variable("Tiedot", {"M408": "Taajama-aste, %", "M411": "Väkiluku"}),
                    variable("Vuosi", {"2014": "2014", "2015": "2015", "2016": "2016"}),
                ],
            }
        },
        folders={"kunnat": [{"id": TABLE.partition("/")[2], "type": "t", "updated": "2018-02-22T10:35:41"}]},
        cell=lambda at: VALUES[at["Alue 2017"], at["Vuosi"]],
    )
    with serving(replay):
        yield replay


@pytest.fixture
def folder(folder: Path) -> Path:
    (folder / "sources.yaml").write_text(PXWEB, encoding="utf-8")
    return folder


def options(folder: Path, old: str, new: str) -> None:
    text = (folder / "sources.yaml").read_text(encoding="utf-8")
    assert old in text
    (folder / "sources.yaml").write_text(text.replace(old, new), encoding="utf-8")


def rows(folder: Path) -> list[tuple[Any, ...]]:
    frame = read_source(folder, load_sources(folder).sources[0]).frame
    return frame.select("indicator", "title", "area", "area_name", "gender", "year", "value").rows()


def test_a_table_becomes_rows(statfin: Replay, fetch: Fetch, folder: Path) -> None:
    assert fetch(statfin)[0].new == 1
    key, title = "kuntien_avainluvut_2017_aikasarja.M411", "Väkiluku"
    assert rows(folder) == [
        (key, title, area, name, "total", year, value)
        for area, name, year, value in (
            ("358", "Koko maa", "2015", "5487308"), ("358", "Koko maa", "2016", "5503297"),
            ("020", "Akaa", "2015", "17052"), ("020", "Akaa", "2016", ".."),
            ("837", "Tampere", "2015", "225118"), ("837", "Tampere", "2016", "228274"),
            ("HVA08", "Pirkanmaan hyvinvointialue", "2015", "..."),
            ("HVA08", "Pirkanmaan hyvinvointialue", "2016", "0"),
        )
    ]  # fmt: skip
    (part,) = json.loads((folder / "figures.json").read_text(encoding="utf-8"))["statistics"].values()
    assert (part["updated"], part["title"]) == ("2018-02-22", {"fi": "Väkiluku"})


def test_a_draft_describes_a_pull_as_it_was_asked_for(statfin: Replay, fetch: Fetch, folder: Path) -> None:
    fetch(statfin)
    before = rows(folder)
    (folder / "sources.yaml").unlink()
    write_draft(draft_folder(folder), folder / "sources.yaml")
    assert rows(folder) == before


def test_dots_are_missing_and_a_zero_is_a_zero(statfin: Replay, fetch: Fetch, folder: Path) -> None:
    fetch(statfin)
    table = clean_folder(folder, regions=["pirkanmaa"], waves=[2016]).tables["area_indicators"]
    values = {(area, year): value for area, year, value in table.select("area", "year", "value").rows()}
    assert values["020", 2016] is None
    assert values["08", 2015] is None
    assert values["08", 2016] == 0


def test_more_than_is_allowed_at_once_is_asked_in_parts(statfin: Replay, fetch: Fetch, folder: Path) -> None:
    fetch(statfin)
    whole = rows(folder)
    (folder / "figures.json").unlink()
    statfin.config["maxValues"] = 5  # two areas of two years
    statfin.asked.clear()
    fetch(statfin)
    posted = [chosen["Alue 2017"] for method, _, chosen in statfin.asked if method == "POST"]
    assert posted == [["SSS", "020"], ["KU837", "HVA08"]]
    assert rows(folder) == whole


def test_no_more_calls_than_the_service_allows(statfin: Replay, fetch: Fetch) -> None:
    statfin.config |= {"maxValues": 2, "maxCalls": 3, "timeWindow": 10}
    fetch(statfin)
    assert len(statfin.asked) == 7  # limits, table, folder, and four areas one by one
    assert fetch.waited  # type: ignore[attr-defined]
    assert all(9 < wait <= 10 for wait in fetch.waited)  # type: ignore[attr-defined]


def test_a_service_without_limits_of_its_own_is_asked_all_the_same(statfin: Replay, fetch: Fetch) -> None:
    statfin.faults[""] = [status(404)]
    assert fetch(statfin)[0].written


def test_genders_are_told_by_codes(statfin: Replay, fetch: Fetch, folder: Path) -> None:
    statfin.tables[TABLE]["variables"].append(variable("Sukupuoli", {"SSS": "Yhteensä", "1": "Miehet", "2": "Naiset"}))
    statfin.cell = lambda at: {"SSS": 10, "1": 4, "2": 6}[at["Sukupuoli"]]
    options(folder, "area: Alue", "genders: {variable: Sukupuoli, codes: {SSS: total, 2: female}}, area: Alue")
    fetch(statfin)
    assert {(one[4], one[6]) for one in rows(folder)} == {("total", "10"), ("female", "6")}


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        ("[M411]", "[M412]", "the variable Tiedot has no value M412", "Did you mean 'M411'?"),
        ("area: Alue 2017", "area: Alue 2018", "the table has no variable 'Alue 2018'", "Did you mean 'Alue 2017'?"),
        ("[2015, 2016]", "[2015, 2026]", "the variable 'Vuosi' has no value '2026'", "Did you mean '2016'?"),
        ("[M411]", "[M408]", "the catalogue area_statistics.yaml does not have it", "Add a record"),
        (TABLE, "kunnat/muu.px", "answered 404", "Correct the id"),
    ],
)
def test_what_the_table_does_not_have(
    statfin: Replay, fetch: Fetch, folder: Path, old: str, new: str, message: str, hint: str
) -> None:
    options(folder, old, new)
    with pytest.raises(FetchError) as error:
        fetch(statfin)
    assert message in error.value.message
    assert hint in error.value.hint


def test_a_variable_nobody_speaks_of_stops(statfin: Replay, fetch: Fetch, folder: Path) -> None:
    statfin.tables[TABLE]["variables"].append(variable("Ikä", {"SSS": "Yhteensä", "0-6": "0–6"}))
    with pytest.raises(FetchError, match="does not say which value of 'Ikä' is meant") as error:
        fetch(statfin)
    assert "only: {Ikä: …}" in error.value.hint
    options(folder, "area: Alue", "only: {Ikä: SSS}, area: Alue")
    fetch(statfin)
    assert len(rows(folder)) == 8


def test_too_many_values_at_once_are_refused_by_the_service(statfin: Replay, fetch: Fetch) -> None:
    statfin.faults[TABLE] = []
    statfin.faults["kunnat/"] = [lambda handler: handler.said(statfin.tables[TABLE]), status(403)]
    with pytest.raises(FetchError, match="403") as error:
        fetch(statfin)
    assert "PxWeb more values at once than it allows" in error.value.hint


def test_a_changed_value_stops(statfin: Replay, fetch: Fetch) -> None:
    fetch(statfin)
    statfin.folders["kunnat"][0]["updated"] = "2019-02-22T10:35:41"
    statfin.cell = lambda at: (
        17100 if at == {"Alue 2017": "020", "Tiedot": "M411", "Vuosi": "2015"} else VALUES[at["Alue 2017"], at["Vuosi"]]
    )
    with pytest.raises(FetchError, match="2015, Akaa: 17052 → 17100") as error:
        fetch(statfin)
    assert "--accept kuntien_avainluvut_2017_aikasarja.M411" in error.value.hint
    assert fetch(statfin, "kuntien_avainluvut_2017_aikasarja.M411")[0].changes


@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        ("class", "collection"),
        ("value", [1, 2, 3]),
        ("value", {"99": 1}),
        ("value", ["a"] * 8),
        ("dimension", {}),
        ("id", None),
    ],
)
def test_an_answer_of_another_shape_is_refused(
    statfin: Replay, fetch: Fetch, monkeypatch: pytest.MonkeyPatch, part: str, wrong: Any
) -> None:
    from tests.fetch import replay

    made = replay.dataset
    monkeypatch.setattr(replay, "dataset", lambda *given: made(*given) | {part: wrong})
    with pytest.raises(SourceError, match="another shape than it should"):
        fetch(statfin)


def test_the_recorded_table(shared_data: Path, fetch: Fetch, folder: Path) -> None:
    """The description of a real table of 400 areas, with values of our own: the answer itself was not recorded."""
    recorded = shared_data / "pxweb"
    described = json.loads((recorded / "px-table-aikasarja-response.json").read_text(encoding="utf-8"))
    listed = json.loads((recorded / "px-folder-response.json").read_text(encoding="utf-8"))
    replay = Replay(tables={TABLE: described}, folders={"kunnat": listed}, cell=lambda at: len(at["Alue 2017"]))
    with serving(replay):
        fetch(replay)
    areas = {one[2]: one[3] for one in rows(folder)}
    assert (areas["358"], areas["837"]) == ("Koko maa", "Tampere")
    assert len(rows(folder)) == 2 * len(described["variables"][0]["values"]) == 802


def test_a_description_that_describes_nothing(shared_data: Path, statfin: Replay, fetch: Fetch) -> None:
    broken = (shared_data / "pxweb" / "indicator-metadata-broken.json").read_text(encoding="utf-8")
    statfin.tables[TABLE] = json.loads(broken)
    with pytest.raises(SujuvaError, match="describes no table"):
        fetch(statfin)
