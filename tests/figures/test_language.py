from __future__ import annotations

from pathlib import Path

import pytest

from sujuva.cli.messages import untranslated, used_messages
from sujuva.errors import ParameterError
from sujuva.figures import Words, catalogue

SOURCE = Path(__file__).resolve().parents[2] / "src" / "sujuva"


def test_every_message_is_translated_and_none_is_left_over():
    assert len(used_messages()) > 150
    assert [str(one) for one in untranslated()] == []
    assert all(text.strip() for language in ("fi", "sv") for text in catalogue(language).values())


def test_what_is_missing_left_over_or_filled_in_otherwise_is_told(monkeypatch):
    known = {"Regions": "Alueet", "{n} hits": "{m} osumaa", "Said by nobody": "Ei kukaan"}
    monkeypatch.setattr("sujuva.cli.messages.catalogue", lambda language: known if language == "fi" else {})
    monkeypatch.setattr("sujuva.cli.messages.used_messages", lambda: {"Regions", "{n} hits", "Go"})
    told = [str(one) for one in untranslated() if one.file == "fi.po"]
    assert told == [
        "fi.po: “Go” has no translation. Write it into src/sujuva/figures/locale/fi.po.",
        "fi.po: “Said by nobody” is translated, but nothing says it. Take it away.",
        "fi.po: “{n} hits” and its translation have different gaps to fill in.",
    ]
    assert sum(one.file == "sv.po" for one in untranslated()) == 3


def test_numbers_are_written_as_readers_write_them():
    fi, en = Words("fi"), Words("en")
    assert fi.number(1234.56, 1) == "1\u00a0234,6"
    assert en.number(1234.56, 1) == "1,234.6"
    assert fi.number(-0.04, 1) == "0,0"
    assert fi.number(-1.5, 1) == "\u22121,5"
    assert fi.percent(0.125) == "12,5\u00a0%"
    assert en.percent(0.125) == "12.5%"
    assert fi.span(0.1, 0.25, 0, percent=True) == "10–25\u00a0%"
    assert fi.span(-0.5, 0.5, 1) == "\u22120,5 – 0,5"
    assert fi.number(None) == "–"
    assert fi.listed(["a", "b", "c"]) == "a, b ja c"


def test_an_unknown_language_names_the_known_ones():
    with pytest.raises(ParameterError, match="fi, sv, en"):
        Words("suomi")


@pytest.mark.parametrize(
    ("title", "inside"),
    [
        ("Tytöt", "tytöt"), ("LP-keskustelu pidetty", "LP-keskustelu pidetty"), ("SDQ", "SDQ"), ("WHO-5", "WHO-5"),
        ("Oulun koulut", "Oulun koulut"), ("Tampereen yhteistyö", "Tampereen yhteistyö"), ("C-osa", "C-osa"),
        ("Finnish-speaking", "Finnish-speaking"), ("Yhteistyö (HSIM)", "yhteistyö (HSIM)"), ("7–9-vuotiaat",) * 2,
        ("Lapset puheeksi -keskustelu",) * 2, ("Lapset", "lapset"), ("", ""),
    ],
)  # fmt: skip
def test_a_title_inside_a_sentence_keeps_names_and_acronyms(title, inside):
    words = Words("fi", names=("Oulu", "Tamper"))
    assert words.inside(title) == inside


def test_no_title_is_made_small_elsewhere():
    """One place knows names and acronyms: `Words.inside`."""
    found = [path.name for room in ("figures", "reports") for path in (SOURCE / room).rglob("*.py")
             if ".lower()" in path.read_text(encoding="utf-8")]  # fmt: skip
    assert found == ["language.py"]
