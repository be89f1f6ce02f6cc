"""What `sujuva casework` finds in a log by itself: columns, words, and what it does not tell."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from sujuva.errors import ParameterError
from sujuva.moments.case_settings import CaseSettings
from sujuva.quick.case_file import read_events
from sujuva.quick.case_page import show_report
from sujuva.quick.case_words import OTHER, parse_words
from sujuva.quick.casework import describe_log, report_json
from tests.quick.test_casework import page, value

SETTINGS = CaseSettings(timezone=None, follow_up_days=1)
HEAD = "Asiakas;Vaihe;Pvm;Toimiala;Tunniste;Syy;Palvelu;Tarve;Ohjattu;Rooli;Toteutuminen;Tuen laji;Lisätieto"
ROWS = """1;Yhteydenotto;1.2.2024;koulu;;avioero;Perhelinja;;;;;;x
1;Eteenpäin ohjaus;2.2.2024;koulu;o;;;;sosiaalityö;;;;
1;Neuvonpito;5.2.2024;sosiaalityö;n;;;;;;;;
1;Osallistuminen;5.2.2024;sosiaalityö;n;;;;;ammattilainen;;;
1;Osallistuminen;5.2.2024;;n;;;;;Äiti;;;
1;Sovittu asia;5.2.2024;;a;;;;;;;;
1;Sovitun asian toteutuminen;9.2.2024;;a;;;;;;toteutui osittain;;
1;Palvelu alkoi;10.2.2024;koulu;p;;Perhetyö;vanhemmuus;;;;varhainen;"""


def write(folder: Path, text: str) -> Path:
    path = folder / "loki.csv"
    path.write_text(text + "\n", encoding="utf-8")
    return path


def test_finnish_columns_and_words_are_known(tmp_path: Path) -> None:
    made = describe_log(write(tmp_path, f"{HEAD}\n{ROWS}"), SETTINGS)
    assert set(made.file.columns) == {
        *("case", "activity", "time", "sector", "item", "trigger"),
        *("service", "need", "target", "role", "outcome", "support"),
    }
    assert made.file.unused == ("Lisätieto",)
    assert "Columns not used: 'Lisätieto'." in page(made)
    assert not made.file.emptied
    events = made.file.events
    for name, codes in {
        "trigger": {"divorce"},
        "service": {"one_number", "family_work"},
        "need": {"parenting"},
        "target": {"social"},
        "role": {"professional", "parent"},
        "outcome": {"partly"},
        "support": {"early"},
    }.items():
        assert set(events[name].drop_nulls()) == codes, name
    assert value(made, "case_action_done_half")["estimate"] == 0.5
    assert value(made, "case_parent")["estimate"] == 1
    assert value(made, "referrals", scale="education", category="social")["estimate"] == 1


def test_swedish_columns_are_known(tmp_path: Path) -> None:
    text = "Ärende;Händelse;Tidpunkt;Roll;Utfall\n1;Kontakt;1.2.2024;vårdnadshavare;delvis\n"
    events = read_events(write(tmp_path, text)).events
    assert events.select("role", "outcome").row(0) == ("parent", "partly")


def test_services_are_sectors_only_where_their_words_are(tmp_path: Path) -> None:
    row = "1;Yhteydenotto;1.2.2024;{}\n"
    head = "Perhe;Tapahtuma;Aika;Palvelu\n"
    assert read_events(write(tmp_path, head + row.format("koulu"))).columns["sector"] == "Palvelu"
    made = read_events(write(tmp_path, head + row.format("Perhelinja")))
    assert made.columns["service"] == "Palvelu"
    assert made.events["service"].to_list() == ["one_number"]


def test_a_role_of_unknown_words_is_not_used(tmp_path: Path) -> None:
    path = write(tmp_path, "Perhe;Tapahtuma;Aika;Rooli\n1;Yhteydenotto;1.2.2024;tonttu\n")
    assert read_events(path).unused == ("Rooli",)
    told = read_events(path, words=parse_words("--words", ["role:child=tonttu"]))
    assert told.events["role"].to_list() == ["child"]


def test_words_are_explained(tmp_path: Path) -> None:
    text = "Perhe;Tapahtuma;Aika;Toteutuminen\n1;Valmis, vihdoin;1.2.2024;Tehty, kyllä\n1;Kutsu;2.2.2024;ei\n"
    path = write(tmp_path, text)
    words = parse_words("--words", ["outcome:done=Tehty, kyllä", "activity:closure=Valmis, vihdoin"])
    events = read_events(path, words=words).events
    assert events.select("activity", "outcome").rows() == [("closure", "done"), ("invitation", "not_done")]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("outcome=done", "--words outcome:done=toteutui"),
        ("outcom:done=x", "Did you mean 'outcome'"),
        ("outcome:don=ei", "Did you mean 'done'"),
        ("outcome:done=eii", "'Toteutuminen' never says 'eii'"),
        ("role:child=x", "no column of the file tells the role"),
    ],
)
def test_words_that_are_not_there_get_an_error_that_helps(tmp_path: Path, said: str, wanted: str) -> None:
    path = write(tmp_path, "Perhe;Tapahtuma;Aika;Toteutuminen\n1;Kutsu;2.2.2024;ei\n")
    with pytest.raises(ParameterError, match=wanted):
        read_events(path, words=parse_words("--words", [said]))


def test_what_rests_on_a_column_that_is_not_there_is_not_told(tmp_path: Path) -> None:
    keep = [0, 1, 2, 3, 4]  # case, activity, time, sector, item
    lines = [";".join(line.split(";")[place] for place in keep) for line in [HEAD, *ROWS.splitlines()]]
    made = describe_log(write(tmp_path, "\n".join(lines)), SETTINGS)
    told = set(made.indicators["indicator"])
    assert not {"case_action_unknown", "case_action_done", "case_referral_chain", "case_ping_pong", "referrals"} & told
    assert "case_sectors" in told
    assert "Not told, as no outcome is known: Agreed actions with unknown outcome." in page(made)
    assert "no target is known: Length of the chain of referrals" in page(made)
    assert any("no outcome is known" in note for note in report_json(made)["notes"])


def test_words_of_few_families_are_not_told(tmp_path: Path) -> None:
    lines = ["case,activity,time,trigger,sector"]
    for number in range(10):
        trigger = "erikoinen asia" if number == 0 else "toinen asia" if number < 3 else "yhteinen asia"
        sector = "Outo Toimija" if number == 1 else "koulu"
        lines += [f"{number},contact,2024-02-0{1 + number % 7},{trigger},{sector}"]
        lines += [f"{number},meeting,2024-02-2{number % 7},,{'Muu Toimija' if number == 1 else 'neuvola'}"]
    made = describe_log(write(tmp_path, "\n".join(lines)), SETTINGS)
    text = page(made) + json.dumps(report_json(made), ensure_ascii=False)
    for word in ("erikoinen", "toinen", "Outo", "Muu Toimija"):
        assert word not in text, word
    assert value(made, "cases_started", group="trigger:yhteinen asia")["estimate"] == 7
    assert value(made, "cases_started", group=f"trigger:{OTHER}")["estimate"] == 3
    assert value(made, "cases_started", group=f"caller:{OTHER}")["estimate"] == 1
    assert value(made, "case_trigger", category=OTHER)["estimate"] == 0.3
    assert value(made, "handovers", scale=OTHER, category=OTHER)["estimate"] == 1
    assert value(made, "handovers_between")["estimate"] == 10  # the two of few families are still two sectors
    assert f"Reason: {OTHER}" in " ".join(page(made).split())


def test_names_of_groups_are_titles_and_words_stay_whole(tmp_path: Path) -> None:
    lines = ["case,activity,time,trigger,sector"]
    for number in range(6):
        lines += [f"{number},contact,2024-02-0{1 + number},{'divorce' if number % 2 else 'unemployment'},koulu"]
    made = describe_log(write(tmp_path, "\n".join(lines)), SETTINGS)
    said = page(made)
    assert "caller:educ" not in said
    out = io.StringIO()
    show_report(made, Console(file=out, width=60, highlight=False, emoji=False, markup=False))
    (heads,) = [line for line in out.getvalue().splitlines() if "started" in line and "open" in line]
    assert heads.split().count("days") == 6  # no column is cut in a narrow window
    for word in ("Reason:", "Unemployment", "Caller:", "education"):
        assert word in said.split(), word
