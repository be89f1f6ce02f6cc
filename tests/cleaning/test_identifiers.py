"""What tells who somebody is is found, whatever the file; what only looks like it is left alone.

No number here is a person's: Finnish ones are temporary (900–999), or of people born in the 1800s or not before 2099.
"""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sujuva.cleaning.distinct import Columns
from sujuva.cleaning.identifiers import Finding, find_identifiers, identifiers_in, replace_identifiers
from sujuva.sources import READERS, RawTable

_SIGNS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_OLD, _BEFORE_2000, _AFTER_1999 = "+", "-YXWVU", "ABCDEF"


def finnish(day: str, sign: str, number: int) -> str:
    """A Finnish code with the check character that its digits ask for (remainder of 31)."""
    return f"{day}{sign}{number:03}{_SIGNS[int(f'{day}{number:03}') % 31]}"


def swedish(day: str, sign: str, serial: int) -> str:
    """A Swedish number with its Luhn digit over the last nine."""
    digits = f"{day[-6:]}{serial:03}"
    doubled = (int(digit) * (2 - at % 2) for at, digit in enumerate(digits))
    return f"{day}{sign}{serial:03}{-sum(one // 10 + one % 10 for one in doubled) % 10}"


def estonian(first_ten: str) -> str:
    """An Estonian code: weights 1…9, 1 and, where the remainder of 11 is 10, 3…9, 1, 2, 3."""
    for weights in ((1, 2, 3, 4, 5, 6, 7, 8, 9, 1), (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)):
        rest = sum(int(digit) * weight for digit, weight in zip(first_ten, weights, strict=True)) % 11
        if rest < 10:
            return first_ten + str(rest)
    return first_ten + "0"


def find(frame: pl.DataFrame, **choices: Any) -> list[Finding]:
    return find_identifiers(Columns(RawTable(frame)), **choices)


TEMPORARY = [finnish("010190", sign, 900) for sign in _OLD + _BEFORE_2000] + [
    finnish("290212", sign, 999) for sign in _AFTER_1999
]
NOBODYS = [finnish("311299", sign, 2) for sign in _AFTER_1999] + [
    finnish("150355", "+", 455),
    finnish("010100", "+", 898),
]
SWEDISH = [swedish("18900101", "-", 980), swedish("900101", "+", 981), swedish("18991231", "-", 989)]
ESTONIAN = [estonian("5991231001"), estonian("1000101123"), estonian("6990228999"), estonian("5991231002")]
EMAILS = ["a@example.org", "A.B-c+d@sub.example.co.uk", "x_1%y@example.museum"]
PHONES = [
    "+358 40 123 4567",
    "+358401234567",
    "00358 40 1234567",
    "+358 (0)40 123 4567",
    "040-123 4567",
    "040 123 45 67",
    "0401234567",
    "(040) 1234567",
    "050-1234567",
    "09 1234567",
    "+46 70 123 45 67",
    "+372 5123 4567",
]


@pytest.mark.parametrize("text", [*TEMPORARY, *NOBODYS, *SWEDISH, *ESTONIAN])
@pytest.mark.parametrize("around", ["{}", "oma tunnus {}.", "hetu:{}", "({})", "eka\n{}\tloppu"])
def test_identity_codes_are_found_alone_and_in_a_text(text: str, around: str) -> None:
    written = around.format(text)
    start = written.index(text)
    assert identifiers_in(written) == [("identity_code", start, start + len(text))]


@pytest.mark.parametrize("text", TEMPORARY)
def test_small_letters_do_not_hide_an_identity_code(text: str) -> None:
    assert [kind for kind, _, _ in identifiers_in(text.lower())] == ["identity_code"]


@pytest.mark.parametrize("text", [*TEMPORARY, *NOBODYS])
def test_a_wrong_check_character_is_no_identity_code(text: str) -> None:
    wrong = _SIGNS[(_SIGNS.index(text[-1]) + 1) % 31]
    assert identifiers_in(text[:-1] + wrong) == []


@pytest.mark.parametrize("written", ["{0}–{1}", "{0}‐{1}", "{0}−{1}", "{0} - {1}", "hetu{0}-{1}", "nro_{0}-{1}"])
def test_identity_codes_as_word_processors_and_people_write_them(written: str) -> None:
    whole, last = finnish("010190", "-", 900).split("-")
    assert [kind for kind, _, _ in identifiers_in(written.format(whole, last))] == ["identity_code"]


@pytest.mark.parametrize("text", EMAILS)
def test_email_addresses(text: str) -> None:
    assert identifiers_in(f"kirjoita: {text}, kiitos") == [("email", 10, 10 + len(text))]


@pytest.mark.parametrize("text", PHONES)
def test_phone_numbers(text: str) -> None:
    assert [kind for kind, _, _ in identifiers_in(text)] == ["phone"]
    assert [kind for kind, _, _ in identifiers_in(f"soita {text} illalla")] == ["phone"]


@pytest.mark.parametrize("text", ["040.123.4567", "040\xa0123\xa04567", "040–1234567"])
def test_phone_numbers_with_other_marks(text: str) -> None:
    assert [kind for kind, _, _ in identifiers_in(text)] == ["phone"]


TIME_FORMATS = [
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%S+02:00",
    "%d.%m.%Y",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y klo %H.%M",
    "%d.%m.%y",
    "%d-%m-%Y",
    "%d/%m/%Y",
    "%m/%d/%Y %H:%M",
    "%d-%m-%y",
    "%Y%m%d",
    "%d%m%y",
    "%Y-W%V",
    "%m/%Y",
    "%H:%M",
    "%H:%M:%S",
    "%H.%M",
    "%d %b %Y",
]


@given(moment=st.datetimes(datetime(1910, 1, 1), datetime(2060, 1, 1)), form=st.sampled_from(TIME_FORMATS))  # noqa: DTZ001
def test_dates_and_times_are_nobody(moment: datetime, form: str) -> None:
    assert identifiers_in(moment.strftime(form)) == []


@pytest.mark.parametrize("text", ["23-09-2047 01:22:50", "01071956", "02 01 2024"])
def test_dates_that_look_like_phone_numbers_are_nobody(text: str) -> None:
    assert identifiers_in(text) == []


@given(number=st.floats(allow_nan=False, allow_infinity=False), mark=st.sampled_from([".", ","]))
def test_decimal_numbers_are_nobody(number: float, mark: str) -> None:
    assert identifiers_in(str(number).replace(".", mark)) == []


@given(st.integers(10_000_000, 9_999_999_999).map(str))
def test_ids_of_eight_to_ten_digits_are_nobody(number: str) -> None:
    assert identifiers_in(number) == []
    assert find(pl.DataFrame({"tunnus": [number] * 20})) == []


THINGS = {
    "kunta": ["Halsua", "074 Halsua", "Uusikaarlepyy", "837", "Keski-Pohjanmaa", "Pohjois-Karjala", "Rääkkylä"],
    "answer": ["Koko ajan", "Suurimman osan ajasta", "Yli puolet ajasta", "Alle puolet ajasta", "Ei lainkaan"],
    "sotkanet": ["242", "3904", "1514", "286", "020", "06", "358"],
    "value": ["14,3", "0.5", "1e-7", "100", "-3", "12 345,67", "1.234.567,89"],
    "code": ["00420123456", "K01-2345678", "A-12", "1/2024", "2024-17", "oulu-12", "SDQ4-17"],
    "text": ["Kaikki hyvin!", "En osaa sanoa", "1–2 kertaa viikossa", "5 @ 3", "klo 16.30–18.00", "90 % ajasta", "-"],
}


@pytest.mark.parametrize("name", THINGS)
def test_everyday_values_are_nobody(name: str) -> None:
    assert find(pl.DataFrame({name: THINGS[name] * 3})) == []


def test_columns_of_other_types_are_not_searched_as_text() -> None:
    frame = pl.DataFrame(
        {
            "day": [date(2024, 1, 2)],
            "at": [datetime(2024, 1, 2, 3, 4)],  # noqa: DTZ001
            "clock": [time(1, 2)],
            "n": [401_234_567],
            "x": [0.401234567],
            "yes": [True],
        }
    )
    assert find(frame) == []


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Etunimi", "name"),
        ("sukunimi", "name"),
        ("Lapsen nimi", "name"),
        ("Lapsen etunimi", "name"),
        ("Huoltajan nimi:", "name"),
        ("huoltajan_nimi", "name"),
        ("LapsenNimi", "name"),
        ("Nimi", "name"),
        ("1. Sukunimi", "name"),
        ("Namn", "name"),
        ("Förnamn", "name"),
        ("efternamn", "name"),
        ("First name", "name"),
        ("RecipientLastName", "name"),
        ("Respondent's name", "name"),
        ("Child name", "name"),
        ("Hetu", "identity_code"),
        ("Henkilötunnus", "identity_code"),
        ("Personbeteckning", "identity_code"),
        ("Sähköposti", "email"),
        ("RecipientEmail", "email"),
        ("email", "email"),
        ("Puhelinnumero", "phone"),
        ("Puh.", "phone"),
        ("Telefon", "phone"),
        ("Kotiosoite", "contact"),
        ("Syntymäaika", "contact"),
        ("Date of birth", "contact"),
        ("IPAddress", "contact"),
        ("LocationLatitude", "contact"),
    ],
)
def test_a_header_gives_a_column_away(header: str, kind: str) -> None:
    assert find(pl.DataFrame({header: ["x", None]})) == [Finding(header, kind, 0)]  # type: ignore[arg-type]
    assert find(pl.DataFrame({header: [" ", None]})) == []  # an empty column tells nothing


@pytest.mark.parametrize("header", ["Barnets namn", "Elevens namn", "email_1", "E-mail", "E-post", "S-posti"])
def test_headers_that_should_give_a_column_away(header: str) -> None:
    assert find(pl.DataFrame({header: ["x"]}))


@pytest.mark.parametrize(
    "header",
    [
        "id",
        "kunta",
        "Kunnan nimi",
        "Organisaation nimi",
        "koulun nimi",
        "event name",
        "filename",
        "nimike",
        "Ammattinimike",
        "who5_1",
        "syntymävuosi",
        "mobile app used",
        "1. Olen tuntenut itseni iloiseksi ja hyväntuuliseksi",
        "Tiedätkö, kenelle voit soittaa puhelimella",
        "sukupuoli",
        "nimetön palaute",
    ],
)
def test_a_header_of_something_else_says_nothing(header: str) -> None:
    assert find(pl.DataFrame({header: ["x"]})) == []


def test_a_column_of_given_and_family_names_is_seen_by_its_look() -> None:
    made_up = [f"{first}a {last}nen" for first in ("Xa", "Xe", "Xi") for last in ("Qua", "Que", "Qui")]
    frame = pl.DataFrame({"kuka": made_up, "maa": ["Uusi Seelanti"] * 9, "osasto": ["Neuvola"] * 9})
    assert find(frame) == [Finding("kuka", "name", 9)]
    assert find(frame, names_allowed=["kuka"]) == []
    assert find(frame.head(4)) == []  # four may be chance


@pytest.mark.parametrize("form", ["{} {} ", " {} {}", "{} Xu {}", "{} X. {}"])
def test_names_in_other_forms_are_seen(form: str) -> None:
    values = [form.format(f"X{first}a", f"Qu{last}nen") for first in "aei" for last in "aei"]
    assert find(pl.DataFrame({"kuka": values}))


def test_rows_are_counted_and_kinds_told_apart() -> None:
    codes = [TEMPORARY[0], TEMPORARY[0], None, "ei", f"{TEMPORARY[1]} tai {EMAILS[0]}"]
    found = find(pl.DataFrame({"x": codes, "y": ["a"] * 5}))
    assert found == [Finding("x", "email", 1), Finding("x", "identity_code", 3)]


def test_one_code_among_many_rows_is_enough() -> None:
    frame = pl.DataFrame({"x": ["teksti"] * 5000 + [f"olen {TEMPORARY[3]}"] + ["muu teksti"] * 5000})
    assert find(frame) == [Finding("x", "identity_code", 1)]


def test_categories_are_searched_too() -> None:
    for kind in (pl.Categorical(), pl.Enum([TEMPORARY[0], "muu"])):
        frame = pl.DataFrame({"x": pl.Series([TEMPORARY[0], "muu"], dtype=kind)})
        if kind == pl.Categorical:
            assert find(frame) == [Finding("x", "identity_code", 1)]


@pytest.mark.parametrize(
    "column",
    [
        pl.Series("x", [TEMPORARY[0]], dtype=pl.Enum([TEMPORARY[0]])),
        pl.Series("x", [[TEMPORARY[0]]]),
        pl.Series("x", [{"a": TEMPORARY[0]}]),
        pl.Series("x", [int(one) for one in ESTONIAN]),
        pl.Series("x", [float(one) for one in ESTONIAN]),
    ],
    ids=["enum", "list", "struct", "integers", "floats"],
)
def test_columns_of_rare_types_are_searched_too(column: pl.Series) -> None:
    assert find(column.to_frame())


def test_replacing_leaves_everything_else() -> None:
    text = f"Soita {PHONES[0]} tai {EMAILS[0]}, tunnus {TEMPORARY[0]}; 2.1.2024 klo 10"
    assert replace_identifiers(text, lambda one: f"<{len(one)}>") == "Soita <16> tai <13>, tunnus <11>; 2.1.2024 klo 10"
    assert replace_identifiers("ei mitään 123", lambda _: "x") == "ei mitään 123"


@given(
    st.lists(
        st.sampled_from([*TEMPORARY[:3], *PHONES[:3], *EMAILS, "sana", "1.2.2024", "klo 12", "ä", "5"]), max_size=6
    )
)
def test_findings_lie_apart_and_in_order(parts: list[str]) -> None:
    text = " ja ".join(parts)
    found = identifiers_in(text)
    assert len(found) == sum(one in {*TEMPORARY, *PHONES, *EMAILS} for one in parts)
    ends = [place for _, start, end in found for place in (start, end)]
    assert ends == sorted(ends)


_PLACE = {"IPAddress", "LocationLatitude", "LocationLongitude"}
AGREED: dict[str, set[str]] = {  # columns that a person, too, would call identifying; no other file has any
    "formats/qualtrics/sample.csv": _PLACE,
    "formats/redcap/decimal-comma-data.csv": {"name"},
    "formats/redcap/longitudinal-data.csv": {"first_name", "last_name", "telephone_1", "email", "dob"},
    "formats/redcap/repeating-instruments-data.csv": {"first_name", "dob"},
}
_READERS = {".sav": "sav", ".parquet": "parquet", ".csv": "csv"}
_OTHERS = {"qualtrics/sample.csv": "qualtrics"}


def test_real_files_give_only_findings_that_a_person_agrees_with(shared_data: Path) -> None:
    found: dict[str, set[str]] = {}
    for folder in ("drop", "formats/spss", "formats/redcap", "formats/qualtrics"):
        for path in sorted((shared_data / folder).iterdir()):
            name = _OTHERS.get(f"{path.parent.name}/{path.name}") or _READERS.get(path.suffix)
            # One is told by its own reader, one has dates that cannot be, one has a header of its own.
            if name is None or path.name in {"sotkanet_pirkanmaa_2011.csv", "datetime.sav", "sample_legacy.csv"}:
                continue
            raw = READERS[name].read(path, READERS[name].options())
            columns = {one.column for one in find_identifiers(Columns(raw))}
            if columns:
                found[f"{folder}/{path.name}"] = columns
    assert found == AGREED


def test_phones_can_be_left_out_of_the_search_and_nothing_else() -> None:
    frame = pl.DataFrame(
        {
            "key": ["0401234567", "0401234568", "0401234569"],
            "code": [finnish("010190", "-", number) for number in (900, 901, 902)],
            "said": ["a@b.example", "c@d.example", "e@f.example"],
        }
    )
    columns = Columns(RawTable(frame))
    both = {(one.column, one.kind, one.rows) for one in find_identifiers(columns)}
    without = {(one.column, one.kind, one.rows) for one in find_identifiers(columns, phones=False)}
    assert both - without == {("key", "phone", 3)}
    assert without == {("code", "identity_code", 3), ("said", "email", 3)}
