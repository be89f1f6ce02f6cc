"""Exports of survey tools: rows above the data and dictionaries beside them are understood, and no row is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sujuva.errors import SourceError
from tests.sources.reading import read, rows

TOP = '\ufeffResponseId,IPAddress,Q1,\nVastaus,IP-osoite,"Miten\n  voit?",\n'
IDS = ",".join(
    '"{}"'.format(json.dumps({"ImportId": one}).replace('"', '""')) for one in ("_recordId", "ipAddress", "QID1", "")
)


def test_qualtrics_texts_become_titles_and_previews_stay(tmp_path: Path) -> None:
    (tmp_path / "q.csv").write_text(f"{TOP}{IDS}\nR_1,x,3,\nR_2,x,,\n", encoding="utf-8")
    raw = read(tmp_path, "q.csv", "qualtrics")
    assert raw.frame.columns == ["ResponseId", "IPAddress", "Q1"]
    assert raw.titles["Q1"] == "Miten voit?"
    assert rows(raw) == [("R_1", "x", "3"), ("R_2", "x", None)]
    assert raw.rows.to_list() == [1, 2]
    assert raw.identifying == ("IPAddress",)


def test_qualtrics_without_ids_loses_no_answer(tmp_path: Path) -> None:
    (tmp_path / "q.csv").write_text(f"{TOP}R_1,x,3,\nR_2,x,4,\n", encoding="utf-8")
    raw = read(tmp_path, "q.csv", "qualtrics")
    assert rows(raw) == [("R_1", "x", "3"), ("R_2", "x", "4")]


def test_qualtrics_names_the_data_row_that_is_cut_off(tmp_path: Path) -> None:
    (tmp_path / "q.csv").write_text(f"{TOP}{IDS}\nR_1,x,3,\nR_2,x\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"q.csv, data row 2: fewer values"):
        read(tmp_path, "q.csv", "qualtrics")
    (tmp_path / "q.csv").write_text("ResponseId,Q1\n", encoding="utf-8")
    with pytest.raises(SourceError, match="only 1 rows, where 2 are header"):
        read(tmp_path, "q.csv", "qualtrics")


DICTIONARY = """\
Variable / Field Name,Form Name,Field Type,Field Label,"Choices, Calculations, OR Slider Labels",\
Text Validation Type OR Show Slider Number,Identifier?
id,perus,text,Tunnus,,,
nimi,perus,text,Nimi,,,y
apu,perus,checkbox,Apua,"1, koulusta, kotoa | -1, muualta | B, ei",,
muu,perus,yesno,Muuta,,,
pituus,mitat,text,Pituus,,number_comma_decimal,
summa,mitat,calc,Summa,"round([pituus], 1)",,
"""
DATA = """\
id,redcap_repeat_instrument,redcap_repeat_instance,nimi,apu___1,apu____1,apu___b,muu,perus_complete,pituus,summa
1,,,x,1,0,0,1,2,,
1,mitat,1,,,,,,,"1,5",1.5
2,,,y,0,1,0,0,2,,
1,mitat,2,,,,,,,"1,6",1.6
"""


@pytest.fixture
def redcap(tmp_path: Path) -> Path:
    (tmp_path / "d.csv").write_text(DATA)
    (tmp_path / "sanakirja.csv").write_text(DICTIONARY)
    return tmp_path


def test_redcap_dictionaries_give_titles_labels_and_identifiers(redcap: Path) -> None:
    raw = read(redcap, "d.csv", "redcap", dictionary="sanakirja.csv")
    assert raw.titles["apu___1"] == "Apua: koulusta, kotoa"
    assert raw.titles["apu____1"] == "Apua: muualta"
    assert raw.titles["apu___b"] == "Apua: ei"
    assert raw.labels["apu___1"] == {"0": "Unchecked", "1": "Checked"}
    assert raw.labels["muu"] == {"1": "Yes", "0": "No"}
    assert raw.labels["perus_complete"]["2"] == "Complete"
    assert "summa" not in raw.labels
    assert raw.identifying == ("nimi",)
    assert raw.decimals == ".,"


def test_redcap_rows_of_an_instrument_keep_their_numbers(redcap: Path) -> None:
    parts = {name: read(redcap, "d.csv", "redcap", instrument=name).rows.to_list() for name in ("mitat", "base")}
    assert parts == {"mitat": [2, 4], "base": [1, 3]}
    assert read(redcap, "d.csv", "redcap").rows.to_list() == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"instrument": "mitta"}, "no row where redcap_repeat_instrument is 'mitta'.*'mitat'"),
        ({"event": "alku"}, "has no column 'redcap_event_name'"),
        ({"dictionary": "sanakirjo.csv"}, "dictionary sanakirjo.csv is not beside it.*'sanakirja.csv'"),
        ({"dictionary": "../d.csv"}, "not beside it"),
        ({"dictionary": "d.csv"}, "is no data dictionary: it has no column 'Variable / Field Name'"),
    ],
)
def test_redcap_mistakes_are_named(redcap: Path, options: dict[str, str], message: str) -> None:
    with pytest.raises(SourceError, match=message):
        read(redcap, "d.csv", "redcap", **options)


STRUCTURE = """\
class\ttype/scale\tname\ttext\tlanguage
S\t\tsid\t1\t
G\t0\tRyhmä\tKuvaus\tfi
Q\tL\tq1\tMiten voit?\tfi
A\t0\t1\tHyvin\tfi
A\t0\t2\tHuonosti\tfi
Q\tF\tq2\tKuinka usein\tfi
SQ\t0\tSQ001\tkotona\tfi
A\t0\t1\tharvoin\tfi
Q\tM\tq3\tMistä apua?\tfi
SQ\t0\ta\tkoulusta\tfi
Q\tL\tq1\tHow are you?\ten
A\t0\t1\tWell\ten
"""


def test_limesurvey_structures_give_texts_and_labels(tmp_path: Path) -> None:
    (tmp_path / "s.txt").write_text(STRUCTURE, encoding="utf-8")
    (tmp_path / "codes.csv").write_text("id,q1,q2[SQ001],q3_a\n1,2,1,Y\n")
    raw = read(tmp_path, "codes.csv", "limesurvey", structure="s.txt")
    assert raw.titles == {
        "id": "id",
        "q1": "Miten voit?",
        "q2[SQ001]": "Kuinka usein [kotona]",
        "q3_a": "Mistä apua? [koulusta]",
    }
    assert raw.labels == {
        "q1": {"1": "Hyvin", "2": "Huonosti"},
        "q2[SQ001]": {"1": "harvoin"},
        "q3_a": {"Y": "Yes"},
    }
    english = read(tmp_path, "codes.csv", "limesurvey", structure="s.txt", language="en")
    assert (english.titles["q1"], english.labels["q1"]) == ("How are you?", {"1": "Well"})


def test_limesurvey_texts_in_the_header_find_their_question(tmp_path: Path) -> None:
    (tmp_path / "s.txt").write_text(STRUCTURE, encoding="utf-8")
    (tmp_path / "texts.csv").write_text(
        '\ufeffid;" Miten\n voit? ";"Kuinka usein [kotona]";"";"id"\n1;2;1;x;y\n', encoding="utf-8"
    )
    raw = read(tmp_path, "texts.csv", "limesurvey", structure="s.txt", separator=";")
    assert raw.frame.columns == ["id", "Miten voit?", "Kuinka usein [kotona]", "column_4", "id (2)"]
    assert raw.labels["Miten voit?"]["2"] == "Huonosti"
    assert raw.labels["Kuinka usein [kotona]"] == {"1": "harvoin"}
    assert rows(raw) == [("1", "2", "1", "x", "y")]
