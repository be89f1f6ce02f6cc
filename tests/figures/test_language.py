from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_python
from jinja2.ext import babel_extract

from sujuva.errors import ParameterError
from sujuva.figures import Words, catalogue

SOURCE = Path(__file__).resolve().parents[2] / "src" / "sujuva"


def used_messages() -> set[str]:
    """Every msgid in the code and the templates of figures and reports."""
    found = []
    for path in [*(SOURCE / "figures").rglob("*.py"), *(SOURCE / "reports").rglob("*.py")]:
        found += [message for _, _, message, _ in extract_python(io.BytesIO(path.read_bytes()), {"say": None}, [], {})]
    for path in SOURCE.glob("reports/templates/*.html"):
        found += [message for _, _, message, _ in babel_extract(io.BytesIO(path.read_bytes()), ["say"], [], {})]
    return {one if isinstance(one, str) else one[0] for one in found} - {None}  # of what is said later, elsewhere


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_message_is_translated_and_none_is_left_over(language):
    used, known = used_messages(), catalogue(language)
    assert len(used) > 150
    assert used - set(known) == set()
    assert set(known) - used == set()
    assert all(text.strip() for text in known.values())


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_translations_have_the_same_gaps_to_fill(language):
    for message, text in catalogue(language).items():
        assert set(re.findall(r"\{(\w+)\}", message)) == set(re.findall(r"\{(\w+)\}", text)), message


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
