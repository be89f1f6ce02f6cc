"""What tells who somebody is: identity codes, e-mail addresses, phone numbers, and columns of names and addresses.

Nothing here ever returns or quotes what it found: a finding is a column, a kind and how many rows have it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from sujuva.cleaning.distinct import Columns, Distinct

Kind = Literal["identity_code", "email", "phone", "name", "contact"]
KINDS: dict[str, str] = {
    "identity_code": "personal identity codes",
    "email": "e-mail addresses",
    "phone": "phone numbers",
    "name": "names of persons",
    "contact": "addresses, dates of birth or other details of persons",
}
"""Each kind of finding in words."""
GUESSED = frozenset({"name", "phone", "contact"})
"""Kinds that are guessed from a look: a column may be kept when sources.yaml says why."""

_EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
# Finland: ddmmyy, a sign of the century, a number and a check character. Sweden and Estonia: digits with a check digit.
_FINNISH = r"\b[0-3][0-9][01][0-9]{3}[-+ABCDEFYXWVU][0-9]{3}[0-9A-FHJ-NPR-Y]\b"
_SWEDISH = r"\b(?:[0-9]{2})?[0-9]{2}[01][0-9][0-9]{2}[-+][0-9]{4}\b"
_ESTONIAN = r"\b[1-6][0-9]{2}[01][0-9][0-3][0-9][0-9]{4}\b"
# A first, generous look; what it finds is then checked number by number.
_PHONE = r"(?:\+|\b00|\b0)[1-9][0-9]?(?:[ \-()]{0,2}[0-9]){5,12}\b"
_DATE = re.compile(r"[0-9]{2} ?- ?[0-9]{2} ?- ?[0-9]{4}")
_IDENTIFYING = "|".join((_EMAIL, f"(?i:{_FINNISH})", _SWEDISH, _ESTONIAN, _PHONE))
_SHORTEST = 6  # no identifier has fewer characters

_WORDS: dict[Kind, str] = {
    "name": (
        r"etunimi|etunimet|sukunimi|koko ?nimi|kutsumanimi|first ?names?|given ?names?"
        r"|last ?name|sur ?name|family ?name"
        r"|full ?name|(fö|fo)rnamn|efternamn|namn|name|names|nimi|nimet|nimesi"
        r"|(lapsen|vanhemman|huoltajan|äidin|isän|vastaajan|oppilaan|asiakkaan|opettajan) nimi"
        r"|contact name|(child|parent|guardian|mother|father|respondent|pupil|student|client|teacher)'?s? name"
    ),
    "identity_code": (
        r"hetu|henkil[oö]tunnus|henkil[oö]tunnukset|sotu|sosiaaliturvatunnus|personbeteckning|personnummer"
        r"|ssn|social security (number|no)|personal identity code|identity code|national id"
    ),
    "email": r"e-?mail|email ?address|e-?posti?|s[aä]hk[oö]posti(osoite)?|e-?postadress|recipient ?email",
    "phone": (
        r"puhelin|puhelinnumero|puh|gsm|matkapuhelin|phone|phone ?(number|no)|telephone|telephone ?[0-9]+|mobile"
        r"|telefon|telefonnummer|mobil"
    ),
    "contact": (
        r"(koti|katu|posti)?osoite|(home |street |postal |ip ?)?address|(gatu|hem|post)?adress|ip-?osoite"
        r"|syntym[aä]aika|syntym[aä]p[aä]iv[aä]|date of birth|birth ?date|birthday|dob|f[oö]delse(tid|datum)"
        r"|location ?(latitude|longitude)|latitude|longitude|ipaddress"
    ),
}
_HEADERS = {kind: re.compile(rf"(?:{words})", re.IGNORECASE) for kind, words in _WORDS.items()}
# A given name and a family name, in either order; municipalities and sectors rarely have two capitals.
_TWO_NAMES = r"^\p{Lu}\p{Ll}+(?:-\p{Lu}\p{Ll}+)?,? \p{Lu}\p{Ll}+(?:-\p{Lu}\p{Ll}+)?$"
_MANY = 5
_MOST = 0.8


@dataclass(frozen=True)
class Finding:
    """A column that tells who somebody is.

    Attributes:
        column: Raw column.
        kind: A key of `KINDS`.
        rows: Rows in which it was seen; 0 where the name of the column gives it away.
    """

    column: str
    kind: Kind
    rows: int


def find_identifiers(
    columns: Columns, *, names_allowed: Iterable[str] = (), without: Iterable[str] = ()
) -> list[Finding]:
    """Find the columns of a raw table that tell who somebody is.

    Args:
        columns: Raw columns of any type; texts are searched, other columns are judged by their names.
        names_allowed: Columns that hold names of something else than persons (organisations, areas, items).
        without: Columns that are left out.

    Returns:
        At most one finding of each kind a column, in the order of the columns.
    """
    frame, allowed = columns.raw.frame.drop(without, strict=False), set(names_allowed)
    long = _long_texts(frame)
    found = []
    for name in frame.columns:
        header = _header_kind(name)
        kinds: dict[Kind, int] = {}
        if header is not None and not (header == "name" and name in allowed) and _filled(frame[name]):
            kinds[header] = 0
        if name in long:
            kinds |= _in_texts(columns[name], names=name not in allowed and "name" not in kinds)
        found += [Finding(name, kind, rows) for kind, rows in kinds.items()]
    return found


def _header_kind(name: str) -> Kind | None:
    """Return what the name of a column gives away, if anything."""
    plain = re.sub(r"(?<=[a-zåäö])(?=[A-ZÅÄÖ])", " ", name)  # RecipientFirstName
    words = re.sub(r"[\s_.:;*?()\[\]/-]+", " ", plain).strip()
    return next((kind for kind, pattern in _HEADERS.items() if pattern.fullmatch(words)), None) or next(
        (kind for kind, pattern in _HEADERS.items() if _ends(words, pattern)), None
    )


def _ends(words: str, pattern: re.Pattern[str]) -> bool:
    """Tell whether a column is "recipient first name", "1 sukunimi" or the like."""
    parts = words.split(" ")
    if len(parts) > _MANY:  # a whole question is about something, it is not that thing's name
        return False
    tails = [" ".join(parts[at:]) for at in range(1, len(parts))]
    return any(pattern.fullmatch(tail) for tail in tails if tail.lower() not in {"name", "nimi", "namn", "names"})


def _filled(column: pl.Series) -> bool:
    if column.dtype == pl.String:
        return bool((column.str.strip_chars() != "").any())
    return column.null_count() < column.len()


def _long_texts(frame: pl.DataFrame) -> set[str]:
    """Return the text columns in which an identifier would fit."""
    texts = [name for name, kind in frame.schema.items() if kind in (pl.String, pl.Categorical)]
    if not texts or not frame.height:
        return set()
    longest = frame.select(pl.col(name).cast(pl.String).str.len_bytes().max() for name in texts).row(0)
    return {name for name, most in zip(texts, longest, strict=True) if (most or 0) >= _SHORTEST}


def _in_texts(column: Distinct, *, names: bool) -> dict[Kind, int]:
    """Search the distinct values of a column, and count the rows that have them."""
    maybe = column.values.str.contains(_IDENTIFYING).fill_null(value=False)
    found: dict[Kind, pl.Series] = {}
    if maybe.any():
        found = _confirmed(column, maybe)
    if names and not found:
        like = column.values.str.contains(_TWO_NAMES).fill_null(value=False)
        if like.sum() >= _MANY:
            rows = int(column.spread(like).sum())
            filled = int(column.spread(column.values.is_not_null()).sum())
            if rows >= _MOST * filled and column.values.n_unique() > filled / 2:
                found["name"] = like
    return {kind: int(column.spread(mask).sum()) for kind, mask in sorted(found.items())}


def _confirmed(column: Distinct, maybe: pl.Series) -> dict[Kind, pl.Series]:
    """Check number by number the values that look like identifiers; return a mask of the values for each kind."""
    places = maybe.arg_true().to_list()
    hits: dict[Kind, list[int]] = {}
    foreign: list[int] = []
    looks = 0
    for place, value in zip(places, column.values.filter(maybe).to_list(), strict=True):
        kinds = {kind for kind, _, _ in identifiers_in(value)}
        looks += _FOREIGN_SHAPE.search(value) is not None
        if "identity_code" in kinds and not _FINNISH_SHAPE.search(value):
            foreign.append(place)
            kinds.discard("identity_code")
        for kind in kinds:
            hits.setdefault(kind, []).append(place)
    if len(foreign) > looks / 2:  # one in ten numbers of this shape has the right check digit by chance
        hits.setdefault("identity_code", []).extend(foreign)
    nothing = pl.repeat(value=False, n=column.values.len(), dtype=pl.Boolean, eager=True)
    return {kind: nothing.scatter(found, values=True) for kind, found in hits.items()}


def identifiers_in(text: str) -> list[tuple[Kind, int, int]]:
    """Find the identifiers in one text.

    Returns:
        Kind, start and end of each, in order, none inside another.
    """
    spans: list[tuple[Kind, int, int]] = []
    for kind, pattern, really in _PARTS:
        for match in pattern.finditer(text):
            apart = all(match.end() <= start or match.start() >= end for _, start, end in spans)
            if apart and really(match.group()):
                spans.append((kind, match.start(), match.end()))
    return sorted(spans, key=lambda one: one[1])


def replace_identifiers(text: str, replacement: Callable[[str], str]) -> str:
    """Put `replacement` of each identifier in its place."""
    parts, last = [], 0
    for _, start, end in identifiers_in(text):
        parts += [text[last:start], replacement(text[start:end])]
        last = end
    return "".join([*parts, text[last:]])


def _finnish(text: str) -> bool:
    from stdnum.fi import hetu  # noqa: PLC0415  start-up time

    # Signs added in 2023 for people born after 1999 or before 2000 mean the same centuries as A and the hyphen.
    sign = {"B": "A", "C": "A", "D": "A", "E": "A", "F": "A", "Y": "-", "X": "-", "W": "-", "V": "-", "U": "-"}
    code = text.upper()
    return bool(hetu.is_valid(code) or hetu.is_valid(code[:6] + sign.get(code[6], code[6]) + code[7:])) or (
        # Temporary codes (900–999) are nobody's, but look the same and are given to those who wait for their own.
        hetu.is_valid(code, allow_temporary=True)
    )


def _swedish(text: str) -> bool:
    from stdnum.se import personnummer  # noqa: PLC0415  start-up time

    return bool(personnummer.is_valid(text))


def _estonian(text: str) -> bool:
    from stdnum.ee import ik  # noqa: PLC0415  start-up time

    return bool(ik.is_valid(text))


def _phone(text: str) -> bool:
    import phonenumbers  # noqa: PLC0415  start-up time

    if _DATE.match(text):
        return False
    try:
        number = phonenumbers.parse(text, "FI")
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_valid_number(number))


_FINNISH_SHAPE = re.compile(_FINNISH, re.IGNORECASE)
_FOREIGN_SHAPE = re.compile(f"{_SWEDISH}|{_ESTONIAN}")
_PARTS: Sequence[tuple[Kind, re.Pattern[str], Callable[[str], bool]]] = (
    ("email", re.compile(_EMAIL), lambda _: True),
    ("identity_code", _FINNISH_SHAPE, _finnish),
    ("identity_code", re.compile(_SWEDISH), _swedish),
    ("identity_code", re.compile(_ESTONIAN), _estonian),
    ("phone", re.compile(_PHONE), _phone),
)
