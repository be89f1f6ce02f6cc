"""A newcomer's first study: three other regions, two waves, files that call all otherwise than the example."""

from __future__ import annotations

from pathlib import Path

import pytest

from sujuva.cleaning import clean_folder, inspect_folder
from sujuva.codebooks import load_instruments
from sujuva.intake import Draft, draft_folder, known_regions, passes, study_findings
from sujuva.params import load_params
from sujuva.pipeline.choices import check_choices
from tests.intake.choices import own_study
from tests.intake.newcomer import CHILDREN, FAMILIES, GUESTS, WAVES, write_delivery

REGIONS = ("kainuu", "kymenlaakso", "satakunta")


@pytest.fixture
def folder(project: Path) -> Path:
    raw = project / "raw"
    raw.mkdir()
    write_delivery(raw)
    return raw


@pytest.fixture
def draft(folder: Path) -> Draft:
    made = draft_folder(folder)
    (folder / "sources.yaml").write_text(made.text, encoding="utf-8")
    return made


def test_the_draft_knows_every_file_and_asks_nothing_that_holds_back(draft: Draft) -> None:
    fed = {(one.file, one.sniffed.sheet): [feed.target for feed in one.feeds] for one in draft.sources}
    assert fed == {
        ("asiat.csv", None): ["case_events"],
        ("hyvinvointikysely_2025.xlsx", "Raportti"): ["answers_who5"],
        ("hyvinvointikysely_2026.xlsx", "Raportti"): ["answers_who5"],
        ("lapsirekisteri.csv", None): ["respondents"],
        ("palaute.csv", None): ["feedback"],
        ("verkosto.xlsx", "Ohje"): [],
        ("verkosto.xlsx", "Organisaatiot"): ["organisations"],
        ("verkosto.xlsx", "Yhteistyö"): ["ties"],
    }
    assert draft.complaint == ""
    assert {one.file: list(one.ignore) for one in draft.sources if one.ignore} == {
        "hyvinvointikysely_2025.xlsx": ["Lähetetty"],
        "hyvinvointikysely_2026.xlsx": ["Lähetetty"],
    } | ({"asiat.csv": ["Kello"]} if "Kello" in draft.sources[0].ignore else {})
    assert "L0001" not in draft.text


def test_it_says_what_to_write_in_params(draft: Draft) -> None:
    assert "study.regions: [kainuu, kymenlaakso, satakunta], study.waves: [2025, 2026]" in draft.steps[-1]


@pytest.mark.usefixtures("draft")
def test_check_tells_all_that_is_left_over_and_what_to_write(folder: Path) -> None:
    params = load_params()
    found = inspect_folder(folder, regions=known_regions(params, folder), waves=params.study.waves)
    told = study_findings(found, params, folder, load_instruments(folder), check=check_choices)
    hints = " ".join(one.hint for one in told)
    assert "study.regions: [kainuu, kymenlaakso, satakunta]" in hints
    assert "study.waves: [2025, 2026]" in hints
    assert {one.about for one in told} >= {
        "study.regions",
        "study.waves",
        "study.groups",
        "coping.eligible",
        "coping.index_parts",
        "integration.beside_scale",
    }
    assert not passes(found, 0.25, told)


@pytest.mark.usefixtures("draft")
def test_with_the_studys_choices_it_cleans_without_a_row_aside(folder: Path) -> None:
    params = own_study(REGIONS, WAVES)
    found = inspect_folder(folder, regions=REGIONS, waves=WAVES, timezone="Europe/Helsinki")
    told = study_findings(found, params, folder, load_instruments(folder), check=check_choices)
    assert [one.message for one in told] == []
    assert passes(found, 0.0, told)
    tables = clean_folder(folder, regions=REGIONS, waves=WAVES, max_quarantine=0.0, timezone="Europe/Helsinki").tables
    rows = {name: tables[name].height for name in ("respondents", "answers_who5", "case_events", "feedback", "ties")}
    assert rows == {
        "respondents": 2 * CHILDREN,
        "answers_who5": 2 * CHILDREN,
        "case_events": 4 * FAMILIES,
        "feedback": 2 * GUESTS,
        "ties": 2 * 3 * 6 * 5,
    }
    assert sorted(tables["respondents"]["region"].unique()) == list(REGIONS)
    assert set(tables["respondents"]["age_group"].unique()) == {"7-9", "10-12", "13-15", "16-18"}
    assert set(tables["case_events"]["activity"].unique()) == {"contact", "meeting", "follow_up", "closure"}
    assert set(tables["organisations"]["level"].unique()) == {"basic", "specialised"}
