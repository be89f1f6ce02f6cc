"""No value of a person gets into a draft or onto the terminal."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sujuva.intake import Draft, as_json, draft_folder, show

IDENTITY = "010101-900R"  # of the range that is nobody's
SECRETS = [IDENTITY, "secret.person@example.org", "Zyxwvut", "+358 40 0000000", "Salainen katu 1"]
HEADER = "Vastaajatunnus;Vuosi;Kunta;Sukupuoli;Ikäryhmä;Nimi;Yhteys;Muuta"


def people(rows: int, *, secret_at: int, column: int, secret: str) -> str:
    lines = [HEADER]
    for at in range(rows):
        cells = [f"V{at:03}", "2024", "Oulu", ("Tyttö", "Poika")[at % 2], "7–9 v", f"A{at}", "ei", "x"]
        if at == secret_at:
            cells[column] = secret
        lines.append(";".join(cells))
    return "\n".join(lines) + "\n"


def said(draft: Draft, capsys: pytest.CaptureFixture[str]) -> str:
    show(draft, written="There.")
    return draft.text + capsys.readouterr().out + json.dumps(as_json(draft), ensure_ascii=False)


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("column", range(8))
def test_a_planted_value_stays_in_the_file(drafted, capsys, secret: str, column: int):
    draft = drafted({"a.csv": people(30, secret_at=7, column=column, secret=secret)})
    assert draft.sources[0].rows == 30
    assert secret not in said(draft, capsys)


def test_a_word_seen_twice_is_no_category(drafted, capsys):
    text = people(30, secret_at=7, column=3, secret="Zyxwvut").replace("V008;2024;Oulu;Tyttö", "V008;2024;Oulu;Zyxwvut")
    assert "Zyxwvut" not in said(drafted({"a.csv": text}), capsys)


def test_a_frequent_word_that_no_list_knows_is_not_written(drafted, capsys):
    rows = "".join(f"V{at};2024;Oulu;{'Zyxwvut' if at % 30 == 0 else 'Tyttö'};7–9 v\n" for at in range(120))
    draft = drafted({"a.csv": f"vastaaja;vuosi;Kunta;Sukupuoli;Ikäryhmä\n{rows}"})
    assert draft.sources[0].feeds[0].columns["gender"].value["map"] == {"Tyttö": "girl"}
    assert "Zyxwvut" not in said(draft, capsys)


def test_a_file_without_header_gives_no_names_away(drafted, capsys):
    rows = "".join(f"V{at:03};Etunimi{'abcdefghij'[at % 10]};Oulu;{at % 4}\n" for at in range(1, 30))
    draft = drafted({"a.csv": rows})
    assert draft.sources[0].columns == ("column_1", "column_2", "column_3", "column_4")
    assert "Etunimi" not in said(draft, capsys)


def test_words_of_item_columns_need_company(drafted, capsys):
    """The words of a scale come again in its other columns; what one column alone has may be somebody's."""
    header = "vastaaja;vuosi;" + ";".join(f"who5_{number}" for number in range(1, 6))
    rows = "".join(f"V{at};2024;" + ";".join(f"vaihtoehto {(at + n) % 6}" for n in range(5)) + "\n" for at in range(40))
    secret = rows.replace("V3;2024;vaihtoehto 3", "V3;2024;Zyxwvut 3").replace(
        "V9;2024;vaihtoehto 3", "V9;2024;Zyxwvut 3"
    )
    secret = secret.replace("V15;2024;vaihtoehto 3", "V15;2024;Zyxwvut 3")
    draft = drafted({"a.csv": f"{header}\n{secret}"})
    assert "Zyxwvut" not in said(draft, capsys)
    plain = drafted({"a.csv": f"{header}\n{rows}"})
    assert plain.sources[0].feeds[0].item_map.value == {f"vaihtoehto {code}": str(code) for code in range(6)}


def test_columns_that_identify_are_dropped(drafted):
    header = "Vastaajatunnus;Vuosi;Kunta;Sukupuoli;Sähköposti;Hetu"
    rows = "".join(f"V{at};2024;Oulu;Tyttö;a{at}@example.org;{IDENTITY}\n" for at in range(20))
    draft = drafted({"a.csv": f"{header}\n{rows}"})
    assert list(draft.sources[0].people.drop) == ["Sähköposti", "Hetu"]
    assert yaml.safe_load(draft.text)["sources"][0]["people"] == {"drop": ["Sähköposti", "Hetu"]}
    assert "example.org" not in draft.text


def test_a_key_that_identifies_becomes_a_pseudonym(drafted):
    header = "Vastaajatunnus;Vuosi;Kunta;Sukupuoli"
    rows = "".join(f"a{at}@example.org;2024;Oulu;Tyttö\n" for at in range(20))
    draft = drafted({"a.csv": f"{header}\n{rows}"})
    assert list(draft.sources[0].people.pseudonymise) == ["Vastaajatunnus"]
    assert draft.sources[0].feeds[0].columns["respondent"].value == "Vastaajatunnus"


def test_an_error_of_a_reader_quotes_nothing(drafted, capsys):
    draft = drafted({"a.csv": 'vastaaja;vuosi\nV1;2024\nV2;2024\nZyxwvut;2024;"open\n'})
    assert not draft.sources[0].feeds
    assert draft.sources[0].problem
    assert "Zyxwvut" not in said(draft, capsys)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(word=st.text(st.characters(categories=["Lu", "Ll"]), min_size=8, max_size=12), row=st.integers(0, 29))
def test_law_rare_words_stay_in_the_file(project, word: str, row: int):
    folder = project / "law"
    folder.mkdir(exist_ok=True)
    find: Callable[[str], str] = draft_folder_of(folder)
    before = find(people(30, secret_at=-1, column=4, secret=""))
    for column in (3, 4, 7):
        assert word in before or word not in find(people(30, secret_at=row, column=column, secret=word))


def draft_folder_of(folder) -> Callable[[str], str]:
    def run(text: str) -> str:
        (folder / "a.csv").write_text(text, encoding="utf-8")
        return draft_folder(folder).text

    return run
