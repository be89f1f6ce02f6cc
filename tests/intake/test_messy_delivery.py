"""A newcomer's messy exports: what the draft says of them, the one line to fill in, and the numbers that come out."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from sujuva.cleaning import Cleaned, clean_folder, inspect_folder
from sujuva.codebooks import load_instruments, load_regions
from sujuva.intake import Draft, draft_folder, passes, show_check, study_findings
from sujuva.intake.across import named_in, of_study
from tests.intake.choices import own_study
from tests.intake.messy import WAVES, write_messy

REGIONS = ("etela-karjala", "kainuu", "turku")


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Draft, dict[str, int]]:
    folder = tmp_path_factory.mktemp("messy")
    truth = write_messy(folder)
    draft = draft_folder(folder)
    asked = 'participant_group: {value: ""}'
    assert draft.text.count(asked) == 1
    text = draft.text.replace(asked, "participant_group: {value: professionals}").replace(
        "synthetic: false", "synthetic: true\nkey: demo"
    )
    (folder / "sources.yaml").write_text(text, encoding="utf-8")
    return folder, draft, truth


@pytest.fixture(scope="module")
def cleaned(delivery: tuple[Path, Draft, dict[str, int]]) -> Cleaned:
    return clean_folder(delivery[0], regions=REGIONS, waves=WAVES, timezone="Europe/Helsinki")


def test_every_file_feeds_something_and_one_line_is_open(delivery) -> None:
    _, draft, _ = delivery
    assert [one.name for one in draft.sources if not one.feeds] == []
    assert {(one.file, name) for one in draft.sources for name in one.gaps} == {
        ("palaute_verkostopäivät.csv", "participant_group")
    }
    assert "study.regions: [etela-karjala, kainuu, turku], study.waves: [2022, 2025]" in draft.steps[-1]


def test_answers_go_by_the_key_of_the_register_and_not_by_their_own_numbers(delivery) -> None:
    _, draft, _ = delivery
    survey = next(one for one in draft.sources if one.file.startswith("lapsikysely"))
    assert {feed.columns["respondent"].value for feed in survey.feeds} == {"Lapsen tunniste"}
    assert list(survey.ignore) == ["Vastaajan ID"]


def test_what_comes_out_is_what_went_in(delivery, cleaned: Cleaned) -> None:
    truth, tables = delivery[2], cleaned.tables
    assert tables["respondents"].height == truth["respondents"]
    worry, well = tables["answers_gad7"].select(pl.col("^gad7_.*$")), tables["answers_who5"].select(pl.col("^who5_.*$"))
    assert (worry.height, int(worry.sum_horizontal().sum())) == (truth["respondents"], truth["gad7"])
    assert (well.height, 4 * int(well.sum_horizontal().sum())) == (truth["respondents"], truth["who5"])
    assert tables["answers_sdq"].height == truth["sdq"]
    assert tables["case_events"].height == truth["events"]
    assert int(tables["ties"]["observed"].sum()) == truth["ties"]
    assert sorted(tables["ties"]["region"].unique()) == list(REGIONS)
    assert tables["organisations"].height == len(REGIONS) * 5
    assert tables["feedback"].height == truth["feedback"]
    statistics = tables["area_indicators"]
    assert int(statistics["value"].sum()) == truth["statistics"]
    assert sorted(statistics["area"].unique()) == ["205", "405", "853"]


def test_what_is_set_aside_has_its_reason(delivery, cleaned: Cleaned) -> None:
    truth = delivery[2]
    aside = cleaned.rules.filter(kind="quarantine")
    assert dict(aside.group_by("rule").agg(pl.col("rows").sum()).rows()) == {
        "duplicate": 1,
        "unknown_region": 1,
        "unknown_respondent": 1,
        "item_out_of_range": 1,
        "other_transition": truth["planned"],
    }


def test_sheets_of_one_workbook_are_told_apart_by_check(delivery, capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "110")
    folder = delivery[0]
    found = inspect_folder(folder, regions=REGIONS, waves=WAVES, timezone="Europe/Helsinki")
    show_check(found, load_instruments(), 0.25)
    said = " ".join(capsys.readouterr().out.split())
    assert all(f"yhteistyömatriisit.xlsx · {sheet}" in said for sheet in ("Kainuu 2022", "Turku 2025"))


def test_check_passes_with_the_studys_choices(delivery) -> None:
    folder, _, _ = delivery
    params = own_study(REGIONS, WAVES)
    found = inspect_folder(folder, regions=REGIONS, waves=WAVES, timezone="Europe/Helsinki")
    assert passes(found, 0.25, study_findings(found, params, folder, {}, check=lambda _: None))


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("etelä karjala 2022", {"etela-karjala"}),
        ("keski pohjanmaa", {"keski-pohjanmaa"}),
        ("pohjanmaa ja pohjois pohjanmaa", {"pohjanmaa", "pohjois-pohjanmaa"}),
        ("oulu kempele", {"oulu"}),
        ("kirje 5", set()),
    ],
)
def test_a_region_in_a_name_is_the_longest_that_fits(name: str, keys: set[str]) -> None:
    known = {"etelä-karjala": "etela-karjala", "pohjanmaa": "pohjanmaa", "keski-pohjanmaa": "keski-pohjanmaa",
             "pohjois-pohjanmaa": "pohjois-pohjanmaa", "oulu": "oulu", "5": "ended"}  # fmt: skip
    assert named_in(name.split(), known) == keys


def test_no_municipality_is_in_two_regions_of_what_is_proposed(project: Path) -> None:
    regions = load_regions(project)
    both = ["kainuu", "turku", "varsinais-suomi"]
    assert of_study(both, regions) == ["kainuu", "turku"]
    assert of_study(both, regions, chosen=["varsinais-suomi"]) == ["kainuu", "varsinais-suomi"]
