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

# People, and word processors, write dashes and blanks in many ways: one character stands for another of its kind.
_DASHES, _BLANKS = "‐‑‒–—−", "\u00a0\u2007\u202f\t"
_PLAIN = str.maketrans(dict.fromkeys(_DASHES, "-") | dict.fromkeys(_BLANKS, " "))
# RFC 5321 limits the parts of an address; without limits a long text would be searched again from every letter.
_EMAIL = r"[\w.%+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}"
# Finland: ddmmyy, a sign of the century, a number and a check character. Sweden and Estonia: digits with a check digit.
_FINNISH = r"[0-3][0-9][01][0-9]{3} ?[-+A-FU-Y] ?[0-9]{3}[0-9A-FHJ-NPR-Y]"
_SWEDISH = r"(?:[0-9]{2})?[0-9]{2}[01][0-9][0-9]{2}[-+][0-9]{4}"
_ESTONIAN = r"[1-6][0-9]{2}[01][0-9][0-3][0-9][0-9]{4}"
# A generous look; what it finds is then checked number by number.
_PHONE = r"(?:\+|00|0)[1-9][0-9]?(?:[ ().-]{0,2}[0-9]){5,12}"
# Dates and times look like phone numbers to any such rule: they are taken out before it is asked.
_YEAR, _DAY = "(?:19|20)[0-9]{2}", "[0-3]?[0-9]"
_DATES = (
    rf"{_DAY} ?[-./ ] ?{_DAY} ?[-./ ] ?{_YEAR}|{_YEAR} ?[-./ ] ?{_DAY} ?[-./ ] ?{_DAY}|[0-3][0-9][01][0-9]{_YEAR}"
    r"|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
)
# Rust's patterns know no look behind: there a separating character is part of the match.
_CODES = "|".join(
    (
        r"[^\s@]@[^\s@.]+\.",
        rf"(?i:(?:^|[^0-9]){_FINNISH}(?:$|[^0-9A-Za-z]))",
        rf"(?:^|[^0-9]){_SWEDISH}(?:$|[^0-9])",
        rf"(?:^|[^0-9]){_ESTONIAN}(?:$|[^0-9])",
    )
)
_IDENTIFYING = rf"{_CODES}|(?:^|[^0-9A-Za-z.,]){_PHONE}(?:$|[^0-9A-Za-z])"
_SHORTEST = 6  # no identifier has fewer characters
_LARGE = 10**10  # whole numbers from here on may be Estonian identity codes

_SHORT = (pl.Int8, pl.Int16, pl.Int32, pl.UInt8, pl.UInt16, pl.UInt32, pl.Boolean)
"""Types of numbers that are all smaller."""

_OWNERS = (
    r"lapsen|vanhemman|huoltajan|äidin|isän|vastaajan|oppilaan|asiakkaan|opettajan|nuoren|työntekijän"
    r"|barnets|elevens|förälderns|vårdnadshavarens|klientens|lärarens|mammans|pappans"
    r"|child|parent|guardian|mother|father|respondent|pupil|student|client|teacher|contact"
)
_WORDS: dict[Kind, str] = {
    "name": (
        r"etunimi|etunimet|sukunimi|koko ?nimi|kutsumanimi|first ?names?|given ?names?"
        r"|last ?name|sur ?name|family ?name"
        r"|full ?name|f[öo]rnamn|efternamn|namn|name|names|nimi|nimet|nimesi"
        rf"|(?:{_OWNERS})(?:'?s)? (?:name|nimi|namn)"
        r"|allekirjoitus|nimimerkki|k[aä]ytt[aä]j[aä]tunnus|user ?name|signature|underskrift|yhteyshenkil[oö]"
        r"|org resource|kontaktperson|contact person|kirjaaja|lomakkeen t[aä]ytt[aä]j[aä]|omaty[oö]ntekij[aä]"
    ),
    "identity_code": (
        r"hetu|henkil[oö]tunnus|henkil[oö]tunnukset|sotu|sosiaaliturvatunnus|personbeteckning|personnummer"
        r"|ssn|social security (?:number|no)|personal identity code|identity code|national id"
    ),
    "email": r"e ?mail(?: ?address)?|e ?post(?:i|adress)?|s[aä]hk[oö]posti(?:osoite)?|s ?posti|recipient ?email",
    "phone": (
        r"puhelin|puhelinnumero|puh|gsm|matkapuhelin|phone|phone ?(?:number|no)|telephone|mobile"
        r"|telefon|telefonnummer|mobil"
    ),
    "contact": (
        r"(?:koti|katu|posti)?osoite|(?:home |street |postal |ip ?)?address|(?:gatu|hem|post)?adress|ip ?osoite"
        r"|ip|synt ?aika"
        r"|syntym[aä]aika|syntym[aä]p[aä]iv[aä]|date of birth|birth ?date|birthday|dob|f[oö]delse(?:tid|datum)"
        r"|location ?(?:latitude|longitude)|latitude|longitude|ipaddress"
    ),
}
_HEADERS = {kind: re.compile(rf"(?:{words})", re.IGNORECASE) for kind, words in _WORDS.items()}
_BARE = frozenset({"name", "names", "nimi", "nimet", "namn"})
"""Words that name persons only where the column feeds nothing else that has a name."""
# A given name and a family name, in either order, perhaps with more names or initials between them.
_NAME = r"\p{Lu}\p{Ll}+(?:-\p{Lu}\p{Ll}+)?"
_TWO_NAMES = rf"^{_NAME},?(?:\s+\p{{Lu}}(?:\p{{Ll}}+|\.))*\s+{_NAME}$"
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
    columns: Columns, *, names_allowed: Iterable[str] = (), without: Iterable[str] = (), phones: bool = True
) -> list[Finding]:
    """Find the columns of a raw table that tell who somebody is.

    Args:
        columns: Raw columns of any type; texts and long numbers are searched, others are judged by their names.
        names_allowed: Columns that hold names of something else than persons (organisations, areas, items).
        without: Columns that are left out.
        phones: Whether values are searched for phone numbers, which takes by far the longest where keys are numbers.

    Returns:
        At most one finding of each kind a column, in the order of the columns.
    """
    frame, allowed = columns.raw.frame.drop(without, strict=False), set(names_allowed)
    long = _long_values(frame)
    found = []
    for name in frame.columns:
        header, bare = _header_kind(name)
        kinds: dict[Kind, int] = {}
        if header is not None and not (bare and name in allowed) and _filled(frame[name]):
            kinds[header] = 0
        if name in long:
            kinds |= _in_values(columns[name], names=name not in allowed and "name" not in kinds, phones=phones)
        found += [Finding(name, kind, rows) for kind, rows in kinds.items()]
    return found


def _header_kind(name: str) -> tuple[Kind | None, bool]:
    """Return what the name of a column gives away, if anything, and whether it is a bare word such as name."""
    plain = re.sub(r"(?<=[a-zåäö])(?=[A-ZÅÄÖ])", " ", name.translate(_PLAIN))  # RecipientFirstName
    words = re.sub(r"[\s_.:;*?()\[\]/-]+", " ", plain).strip()
    words = re.sub(r" ?[0-9]+$", "", words)  # email_1
    whole = next((kind for kind, pattern in _HEADERS.items() if pattern.fullmatch(words)), None)
    if whole is not None:
        return whole, words.lower() in _BARE
    return next((kind for kind, pattern in _HEADERS.items() if _ends(words, pattern)), None), False


def _ends(words: str, pattern: re.Pattern[str]) -> bool:
    """Tell whether a column is "recipient first name", "1 sukunimi" or the like."""
    parts = words.split(" ")
    if len(parts) > _MANY:  # a whole question is about something, it is not that thing's name
        return False
    tails = [" ".join(parts[at:]) for at in range(1, len(parts))]
    return any(pattern.fullmatch(tail) for tail in tails if tail.lower() not in _BARE - {"nimet"})


def _filled(column: pl.Series) -> bool:
    if column.dtype == pl.String:
        return bool((column.str.strip_chars() != "").any())
    return column.null_count() < column.len()


def _long_values(frame: pl.DataFrame) -> set[str]:
    """Return the columns in whose values an identifier would fit."""
    found = set()
    for name, kind in frame.schema.items():
        if kind == pl.String:
            found |= {name} if (frame[name].str.len_bytes().max() or 0) >= _SHORTEST else set()  # type: ignore[operator]
        elif kind.is_numeric() and kind not in _SHORT:
            highest = frame[name].max()
            found |= {name} if highest is not None and float(highest) >= _LARGE else set()  # type: ignore[arg-type]
        elif kind.is_nested() or isinstance(kind, (pl.Categorical, pl.Enum)):
            found.add(name)
    return found


def _in_values(column: Distinct, *, names: bool, phones: bool) -> dict[Kind, int]:
    """Search the distinct values of a column, and count the rows that have them."""
    text = column.values
    for characters, plain in ((_DASHES, "-"), (_BLANKS, " ")):
        if text.str.contains(f"[{characters}]").any():
            text = text.str.replace_all(f"[{characters}]", plain)
    found: dict[Kind, pl.Series] = {}
    pattern = _IDENTIFYING if phones else _CODES
    maybe = text.str.contains(pattern).fill_null(value=False)
    if maybe.any():  # most of what looks like a number is a date
        places = maybe.arg_true()
        timeless = text.gather(places).str.replace_all(_DATES, " x ").str.contains(pattern)
        if timeless.any():
            found = _confirmed(text, places.filter(timeless))
    if names and not found:
        like = text.str.strip_chars().str.contains(_TWO_NAMES).fill_null(value=False)
        if like.sum() >= _MANY:
            rows = int(column.spread(like).sum())
            filled = int(column.spread(text.is_not_null()).sum())
            if rows >= _MOST * filled and text.n_unique() > filled / 2:
                found["name"] = like
    return {kind: int(column.spread(mask).sum()) for kind, mask in sorted(found.items())}


def _confirmed(text: pl.Series, places: pl.Series) -> dict[Kind, pl.Series]:
    """Check number by number the values that look like identifiers; return a mask of the values for each kind."""
    hits: dict[Kind, list[int]] = {}
    foreign: list[int] = []
    looks = 0
    for place, value in zip(places.to_list(), text.gather(places).to_list(), strict=True):
        kinds = {kind for kind, _, _ in identifiers_in(value)}
        looks += _FOREIGN_SHAPE.search(value) is not None
        if "identity_code" in kinds and not _FINNISH_SHAPE.search(value):
            foreign.append(place)
            kinds.discard("identity_code")
        for kind in kinds:
            hits.setdefault(kind, []).append(place)
    if len(foreign) > looks / 2:  # one in ten numbers of this shape has the right check digit by chance
        hits.setdefault("identity_code", []).extend(foreign)
    masks: dict[Kind, pl.Series] = {}
    for kind, found in hits.items():
        nothing = pl.repeat(value=False, n=text.len(), dtype=pl.Boolean, eager=True)
        masks[kind] = nothing.scatter(found, values=True)
    return masks


def identifiers_in(text: str) -> list[tuple[Kind, int, int]]:
    """Find the identifiers in one text.

    Returns:
        Kind, start and end of each, in order, none inside another.
    """
    plain = text.translate(_PLAIN)
    timeless = _DATE_SHAPE.sub(lambda match: "x" * len(match.group()), plain)
    spans: list[tuple[Kind, int, int]] = []
    for kind, pattern, really in _PARTS:
        for match in pattern.finditer(timeless if kind == "phone" else plain):
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
    code = text.replace(" ", "").upper()
    plain = code[:6] + sign.get(code[6], code[6]) + code[7:]
    # Temporary codes (900–999) are nobody's, but look the same and are given to those who wait for their own.
    return any(hetu.is_valid(one, allow_temporary=True) for one in (code, plain))


def _swedish(text: str) -> bool:
    from stdnum.se import personnummer  # noqa: PLC0415  start-up time

    return bool(personnummer.is_valid(text))


def _estonian(text: str) -> bool:
    from stdnum.ee import ik  # noqa: PLC0415  start-up time

    return bool(ik.is_valid(text))


def _phone(text: str) -> bool:
    import phonenumbers  # noqa: PLC0415  start-up time

    try:
        number = phonenumbers.parse(text, "FI")
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_valid_number(number))


_FINNISH_SHAPE = re.compile(rf"(?<![0-9]){_FINNISH}(?![0-9A-Za-z])", re.IGNORECASE)
_FOREIGN_SHAPE = re.compile(rf"(?<![0-9])(?:{_SWEDISH}|{_ESTONIAN})(?![0-9])")
_DATE_SHAPE = re.compile(rf"(?<![0-9])(?:{_DATES})(?![0-9])")
_PARTS: Sequence[tuple[Kind, re.Pattern[str], Callable[[str], bool]]] = (
    ("email", re.compile(_EMAIL), lambda _: True),
    ("identity_code", _FINNISH_SHAPE, _finnish),
    ("identity_code", re.compile(rf"(?<![0-9]){_SWEDISH}(?![0-9])"), _swedish),
    ("identity_code", re.compile(rf"(?<![0-9]){_ESTONIAN}(?![0-9])"), _estonian),
    ("phone", re.compile(rf"(?<![0-9A-Za-z.,]){_PHONE}(?![0-9A-Za-z])"), _phone),
)
