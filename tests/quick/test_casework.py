"""`sujuva casework`: any event log, every measure, never a case."""

from __future__ import annotations

import datetime as dt
import io
import json
import unicodedata
from pathlib import Path

import polars as pl
import pytest
from rich.console import Console

from sujuva.codebooks import load_indicators
from sujuva.errors import ContractError, ParameterError, SourceError
from sujuva.moments.case_settings import CaseSettings
from sujuva.quick.case_file import read_events
from sujuva.quick.case_page import show_report
from sujuva.quick.case_words import COLUMNS
from sujuva.quick.casework import CaseReport, case_settings, describe_log, report_json
from sujuva.quick.columns import parse_pairs

SETTINGS = CaseSettings(timezone=None, follow_up_days=20)
HEADS = ("Perhe", "Tapahtuma", "Aika", "Toimiala", "Tunniste", "Syy", "Rooli", "Toteutuminen", "Ohjattu")
NAMED = {"item": "Tunniste", "trigger": "Syy", "role": "Rooli", "outcome": "Toteutuminen", "target": "Ohjattu"}
RENAMED = {"attendance": ["Läsnä"], "action_agreed": ["Sovittiin"], "action_outcome": ["Tulos"]}


def log(families: int = 40) -> pl.DataFrame:
    """Make a log of families who came on a Monday and met two weeks later, of whom every fourth still waits."""
    rows: list[tuple[str | None, ...]] = []
    for number in range(families):
        case = f"perhe-{number:03d}"
        start = dt.datetime.fromisoformat("2023-01-02 09:00") + dt.timedelta(days=7 * (number % 8))

        def add(activity: str, days: int, sector: str | None = None, **more: str) -> None:
            time = (start + dt.timedelta(days=days)).isoformat(sep=" ")  # noqa: B023
            rows.append((case, activity, time, sector, *(more.get(name) for name in HEADS[4:])))  # noqa: B023

        add("Yhteydenotto", 0, "koulu", Syy="avioero" if number % 2 else "muu")
        add("Suostumus", 0)
        if number % 4:
            add("Neuvonpito", 10 + number % 7, "koulu", Tunniste="n1")
            for sector, role in (("koulu", "professional"), ("sosiaalityö", "Professional"), ("järjestö", "other")):
                add("Läsnä", 10 + number % 7, sector, Tunniste="n1", Rooli=role)
            if number % 3 == 0:
                add("Läsnä", 10 + number % 7, None, Tunniste="n1", Rooli="parent")
            add("Sovittiin", 10 + number % 7, "sosiaalityö", Tunniste="a1")
            add("Tulos", 40, "sosiaalityö", Tunniste="a1", Toteutuminen="done" if number % 2 else "ehkä")
        else:
            add("Ohjaus", 3, "koulu", Ohjattu="sosiaalityö")
    return pl.DataFrame(rows, schema=dict.fromkeys(HEADS, pl.String), orient="row")


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "loki.csv"
    log().write_csv(path, separator=";")
    return path


@pytest.fixture
def report(written: Path) -> CaseReport:
    return describe_log(written, SETTINGS, columns=NAMED, activities=RENAMED)


def page(report: CaseReport) -> str:
    out = io.StringIO()
    show_report(report, Console(file=out, width=110, highlight=False, emoji=False, markup=False))
    return out.getvalue()


def value(report: CaseReport, indicator: str, wave: int = 0, **cell: str) -> dict[str, object]:
    where = {"scale": "", "category": "", "region": "all", "group": "all"} | cell
    rows = report.indicators.filter(indicator=indicator, wave=wave, **where)
    assert rows.height == 1, indicator
    return rows.row(0, named=True)


def test_a_finnish_log_is_measured_from_contact_to_meeting(report: CaseReport) -> None:
    assert (report.settings.start, report.settings.end) == ("contact", "meeting")
    assert value(report, "cases_started")["estimate"] == 40
    assert value(report, "cases_open")["estimate"] == 10
    assert value(report, "delay_share", category="14")["estimate"] == 22 / 40
    assert value(report, "case_consent")["estimate"] == 1.0
    assert value(report, "case_third_sector")["estimate"] == 1.0
    assert value(report, "case_sectors")["estimate"] == 3.0
    assert value(report, "case_action_done")["n"] == 20
    assert value(report, "referrals", scale="education", category="social")["estimate"] == 10
    assert value(report, "cases_started", group="trigger:divorce")["estimate"] == 20


def test_values_that_are_not_known_are_counted_and_left_out(report: CaseReport) -> None:
    assert dict(report.file.emptied) == {"outcome": 10}
    assert "10 values of the column 'Toteutuminen' (outcome)" in page(report)


def test_young_families_are_allowed_for(written: Path) -> None:
    # Of the last Mondays, nobody can have met yet.
    report = describe_log(written, CaseSettings(timezone=None, observed_until=dt.date(2023, 2, 22)))
    within = value(report, "delay_km_within", category="14")
    plain = value(report, "delay_share", category="14")
    assert within["estimate"] > plain["estimate"]


def test_the_page_says_until_when_open_cases_wait_and_what_is_not_counted(written: Path, report: CaseReport) -> None:
    assert "counts as waiting until the log's last event" in page(report)
    cut = describe_log(written, CaseSettings(timezone=None, observed_until=dt.date(2023, 2, 1)))
    said = page(cut)
    assert "counts as waiting until 2023-02-01" in said
    gone = cut.file.events.filter(pl.col("time") >= dt.datetime(2023, 2, 2)).height  # noqa: DTZ001  local times
    assert gone
    assert f"Events after 2023-02-01, the last day of observation, are not used: {gone}." in said


def test_the_page_names_every_measure_and_no_case(report: CaseReport) -> None:
    said = page(report)
    info = load_indicators()
    for indicator in report.indicators["indicator"].unique():
        if indicator not in {"handovers", "referrals", "service_overlap"}:
            assert info[indicator].title["en"] in said, indicator
    assert "Referrals from sector to sector" in said
    assert "Steps from sector to sector" in said
    assert "perhe-" not in said
    assert "Clock: from contact to meeting (the log has both)." in said
    assert "no disclosure control" in said


def test_json_holds_everything_unrounded_and_no_case(report: CaseReport) -> None:
    text = json.dumps(report_json(report), ensure_ascii=False, allow_nan=False)
    assert "perhe-" not in text
    made = json.loads(text)
    assert len(made["indicators"]) == report.indicators.height
    share = next(
        row
        for row in made["indicators"]
        if (row["indicator"], row.get("category"), row["wave"], row["group"]) == ("delay_share", "14", 0, "all")
    )
    assert share["estimate"] == 22 / 40
    assert made["survival"][0]["day"] == 0
    assert made["settings"]["start"] == "contact"
    assert made["columns"]["case"] == "Perhe"
    lacking = [row for row in made["indicators"] if row["estimate"] is None]
    assert all(row["note"] for row in lacking)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet", "xes"])
def test_every_kind_of_file_gives_the_same_numbers(tmp_path: Path, report: CaseReport, ending: str) -> None:
    path = tmp_path / f"other.{ending}"
    frame = log()
    if ending == "csv":
        frame.write_csv(path)
    elif ending == "xlsx":
        frame.write_excel(path, "loki")
    elif ending == "parquet":
        frame.with_columns(pl.col("Aika").str.to_datetime()).write_parquet(path)
    else:
        path.write_text(xes(frame), encoding="utf-8")
    zone = CaseSettings(timezone="Europe/Helsinki" if ending == "xes" else None, follow_up_days=20)
    made = describe_log(path, zone, columns=NAMED, activities=RENAMED)
    seconds = pl.col("indicator").is_in(["delay_mean", "delay_median"])  # a clock may go forward on the way
    assert made.indicators.filter(~seconds).equals(report.indicators.filter(~seconds))


def xes(frame: pl.DataFrame) -> str:
    known = {"Tapahtuma": "concept:name", "Aika": "time:timestamp", "Toimiala": "org:group"}
    parts = ['<?xml version="1.0"?><log>']
    for (case,), rows in frame.group_by("Perhe", maintain_order=True):
        parts.append(f'<trace><string key="concept:name" value="{case}"/>')
        for row in rows.iter_rows(named=True):
            parts.append("<event>")
            for name, text in row.items():
                if name == "Aika":
                    parts.append(f'<date key="time:timestamp" value="{text.replace(" ", "T")}.000+02:00"/>')
                elif name != "Perhe" and text is not None:
                    parts.append(f'<string key="{known.get(name, name)}" value="{text}"/>')
            parts.append("</event>")
        parts.append("</trace>")
    return "".join([*parts, "</log>"])


def test_rows_that_cannot_be_used_are_counted_by_rule(tmp_path: Path) -> None:
    path = tmp_path / "dirty.csv"
    rows = ["case,activity,time", "x,contact,2023-01-02", ",contact,2023-01-02", "x,,2023-01-02", "x,meeting,"]
    path.write_text("\n".join([*rows, "x,meeting,31.2.2023", "x,meeting,2023-01-09", ""]), encoding="utf-8")
    made = describe_log(path, SETTINGS)
    assert dict(made.file.left_out) == {
        "missing_case": (2,),
        "missing_activity": (3,),
        "missing_time": (4,),
        "wrong_date": (5,),
    }
    said = page(made)
    assert "6 rows, 2 events used, 4 left out" in said
    assert "1 row (5): the time has none of the expected formats" in said
    assert "31.2." not in said
    assert report_json(made)["left_out"][3]["rows"] == 1
    assert value(made, "delay_median")["estimate"] == 7


def test_without_contact_and_meeting_the_whole_case_is_measured(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("case;activity;time\na;x;1.3.2023\na;y;4.3.2023\nb;x;1.3.2023\n", encoding="utf-8")
    made = describe_log(path, SETTINGS)
    assert (made.settings.start, made.settings.end) == ("*first", "*last")
    assert "the log has no contact and meeting" in page(made)
    assert value(made, "delay_mean")["estimate"] == 3
    assert value(made, "cases_started")["estimate"] == 1
    assert "1 case has a single event" in page(made)
    named = describe_log(path, SETTINGS, start="x", end="y")
    assert value(named, "cases_open")["estimate"] == 1
    assert "as asked" in page(named)


def test_an_activity_may_be_named_as_in_the_file(written: Path) -> None:
    made = describe_log(written, SETTINGS, start="Yhteydenotto", end="Suostumus")
    assert (made.settings.start, made.settings.end) == ("contact", "consent")
    with pytest.raises(ParameterError, match="case_end"):
        describe_log(written, SETTINGS, end="neuvonpitto")


def test_columns_that_tell_people_are_taken_only_where_named(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    mails = [f"person{number}@example.org" for number in range(3)]
    rows = [f"{number},x,2023-01-0{number + 1},{mail}" for number, mail in enumerate(mails)]
    path.write_text("\n".join(["case,activity,time,resource", *rows, ""]), encoding="utf-8")
    made = read_events(path)
    assert "sector" not in made.columns
    assert "resource" in made.notes[0]
    assert "@" not in "".join(made.notes)
    assert read_events(path, columns={"sector": "resource"}).columns["sector"] == "resource"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"columns": {"triger": "Syy"}}, "Did you mean 'trigger'"),
        ({"columns": {"trigger": "Syi"}}, "Did you mean 'Syy'"),
        ({"activities": {"meetings": ["Neuvonpito"]}}, "Did you mean 'meeting'"),
        ({"activities": {"meeting": ["Kokous"]}}, "no event of the file"),
        ({"sheet": "loki"}, "no sheet"),
    ],
)
def test_what_is_not_there_gets_an_error_that_helps(written: Path, options: dict[str, object], said: str) -> None:
    with pytest.raises((ParameterError, SourceError), match=said):
        describe_log(written, SETTINGS, **options)


def test_a_file_that_is_no_log_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("id,sdq_1,sdq_2\n1,0,2\n2,1,1\n", encoding="utf-8")
    with pytest.raises(ContractError, match=r"No column tells the .*--"):
        describe_log(path, SETTINGS)
    with pytest.raises(SourceError, match="There is no file"):
        describe_log(tmp_path / "answer.csv", SETTINGS)
    path.write_text("case,activity,time\nx,y,soon\n", encoding="utf-8")
    with pytest.raises(ContractError, match="No row") as error:
        describe_log(path, SETTINGS)
    assert "soon" not in str(error.value)


def test_times_with_an_offset_need_a_zone(tmp_path: Path) -> None:
    path = tmp_path / "offset.csv"
    path.write_text(
        "case,activity,time\nx,contact,2023-03-25 12:00:00+02:00\nx,meeting,2023-03-26 12:00:00+03:00\n",
        encoding="utf-8",
    )
    with pytest.raises(ParameterError, match="--timezone"):
        describe_log(path, SETTINGS)
    made = describe_log(path, CaseSettings(timezone="Europe/Helsinki"))
    assert value(made, "delay_mean")["estimate"] == 23 / 24


def test_settings_are_read() -> None:
    made = case_settings(days="14, 7,7", timezone="none", holidays="None", observed_until="2023-12-31")
    assert made.delay_days == (7, 14)
    assert (made.timezone, made.holidays) == (None, None)
    assert made.observed_until == dt.date(2023, 12, 31)
    assert case_settings() == CaseSettings()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"days": "7;14"}, "--days"),
        ({"days": "-7"}, "--days"),
        ({"timezone": "Europe/Helsinky"}, "Did you mean 'Europe/Helsinki'"),
        ({"holidays": "fi"}, "--holidays"),
        ({"observed_until": "31.12.2023"}, "--observed-until"),
    ],
)
def test_impossible_settings_get_an_error_that_helps(options: dict[str, str], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        case_settings(**options)


def test_pairs_are_read_and_may_hold_a_comma() -> None:
    assert parse_pairs("--column", ["trigger=Syy, muu"], "trigger=Syy") == {"trigger": ["Syy, muu"]}
    assert parse_pairs("--activities", ["a=A", " a=B", "b=C"], "a=A") == {"a": ["A", "B"], "b": ["C"]}
    assert parse_pairs("--activities", [], "a=A") == {}
    with pytest.raises(ParameterError, match="--column trigger=Syy"):
        parse_pairs("--column", ["trigger:Syy"], "trigger=Syy")


def test_the_columns_are_those_of_the_contract() -> None:
    from sujuva.tables.casework import CaseEvents

    assert set(COLUMNS) == {*CaseEvents.columns()} - {"sequence"}


def test_the_sepsis_log(shared_data: Path) -> None:
    made = describe_log(shared_data / "drop" / "sepsis_events.csv", SETTINGS)
    assert {rule: len(rows) for rule, rows in made.file.left_out.items()} == {"missing_case": 24}
    assert value(made, "cases_started")["estimate"] == 1049  # the blank case is that of the case named NA
    assert value(made, "delay_median")["estimate"] == pytest.approx(5.34, abs=0.01)
    assert "1 049" in page(made)


def test_names_that_look_the_same_are_one_and_capitals_are_counted(tmp_path: Path) -> None:
    odd = unicodedata.normalize("NFD", "Yhteydenottö")
    text = (
        "case,activity,time,service\n"
        f"Pä1,Yhteydenottö,2024-01-01,Ovi\n{unicodedata.normalize('NFD', 'Pä1')}\u00a0,{odd},2024-01-03,ovi\n"
        "B,Muu,2024-01-02,Ovi\n"
    )
    path = tmp_path / "log.csv"
    path.write_text(text, encoding="utf-8")
    made = read_events(path)
    assert made.events["case"].n_unique() == 2
    assert made.events["activity"].n_unique() == 2
    assert "2 names in 'service' differ from another there in capitals alone: they count as different." in made.notes
    assert not any("eydenott" in note for note in made.notes)
