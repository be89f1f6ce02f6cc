"""What readers see is in their language: gettext catalogues and number formats, both through Babel.

The text in the code is English (the msgid); `locale/fi.po` and `locale/sv.po` hold the translations and are read
as they are, without a compile step. A test holds every msgid against both catalogues.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

from babel.dates import format_date, format_skeleton
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from sujuva.codebooks import LANGUAGES, Term, Terms, load_terms
from sujuva.errors import ParameterError, SujuvaError, nearest
from sujuva.figures.bound import mark, plain
from sujuva.published.numbers import Count

NO_BREAK = "\u00a0"
NO_BREAK_HYPHEN = "\u2011"
MINUS = "\u2212"
DASH = "–"
_NAMES = (
    "Lapset puheeksi", "Let's Talk", "Föra barnen", "Sotkanet", "Suomen ", "Finland", "Finnish", "Swedish", "English",
    "Russian", "Estonian", "Somali", "Arabic", "Ukrainian", "Sámi",
)  # fmt: skip
"""Names with which a title may begin, besides those of the study's regions."""
_STEM = 4
"""Letters of a name that are the same in every case: Oulu, Oulun; Tampe|re, Tampe|reen."""
_FIRST_WORD = re.compile(r"[\s:,(]")


@lru_cache(maxsize=4)
def catalogue(language: str) -> dict[str, str]:
    """Return the translations of `language` by msgid; none for English, in which the msgids are written.

    Raises:
        ParameterError: The language is not one of the three.
    """
    if language not in LANGUAGES:
        msg = f"The language '{language}' is not one of {', '.join(LANGUAGES)}."
        raise ParameterError(msg, nearest(language, LANGUAGES))
    if language == "en":
        return {}
    with files("sujuva.figures").joinpath("locale", f"{language}.po").open("rb") as source:
        return {str(one.id): str(one.string) for one in read_po(source, locale=language) if one.id and one.string}


@lru_cache(maxsize=4096)
def _written(value: float, decimals: int, language: str) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(value, format=pattern, locale=language)).replace("-", MINUS)


def voice(meta: Mapping[str, Any], language: str = "fi") -> Words:
    """Return the voice of a publication: with its titles of codes, the study's own among them.

    Args:
        meta: Metadata of the publication.
        language: fi, sv or en.

    Raises:
        SujuvaError: The publication carries no titles of codes.
    """
    if "terms" not in meta:
        msg = "The publication carries no titles of codes, so it was made before they had one home."
        raise SujuvaError(msg, "Run `make repro` (or `dvc repro publish`) to make it again.")
    titles = (title for one in meta.get("regions", {}).values() for title in one["title"].values())
    names = tuple(sorted({title[: max(_STEM, len(title) - 2)] for title in titles}))
    return Words(language, Terms.model_validate(meta["terms"]), names)


@dataclass(frozen=True)
class Words:
    """The voice of figures and reports in one language.

    Attributes:
        language: fi, sv or en.
        terms: Titles of codes; where none are given, those of the project's own codebook.
        names: How the names of the study's regions begin, in any of their cases.
        binding: Whether numbers carry marks of the cells that they are made of, as pages want them.
    """

    language: str = "fi"
    terms: Terms | None = field(default=None, repr=False, compare=False)
    names: tuple[str, ...] = field(default=(), repr=False, compare=False)
    binding: bool = False

    def __post_init__(self) -> None:
        catalogue(self.language)

    def bound(self, *, binding: bool = True) -> Words:
        """Return the same voice that marks its numbers, or one that does not."""
        return self if binding is self.binding else replace(self, binding=binding)

    def _told(self, text: str, value: object) -> str:
        return mark(text, value) if self.binding else text

    def say(self, msgid: str, /, **values: object) -> str:
        """Translate `msgid` and fill in `values`."""
        text = catalogue(self.language).get(msgid, msgid)
        told = {name: self.number(one) if isinstance(one, Count) else one for name, one in values.items()}
        return text.format(**told) if told else text

    def of(self, texts: Mapping[str, str] | None, fallback: str = "") -> str:
        """Return the reader's language of `texts`, Finnish where it is missing, `fallback` where that is too."""
        texts = texts or {}
        return texts.get(self.language) or texts.get("fi") or fallback

    def title(self, kind: str, code: str) -> str:
        """Return the title of a code of a table, such as of the note `few_clusters` (see `sujuva.codebooks.terms`).

        Raises:
            CodebookError: The code has no title.
        """
        return (self.terms or load_terms()).title(kind, code, self.language)

    def term(self, kind: str, code: str) -> Term | None:
        """Return all that is known of a code; None where nothing is."""
        return (self.terms or load_terms()).kinds.get(kind, {}).get(code)

    def knows(self, kind: str, code: str) -> bool:
        """Tell whether a code of a kind has a title."""
        return code in (self.terms or load_terms()).kinds.get(kind, {})

    def sentence_of(self, kind: str, code: str, part: str = "sentence") -> str:
        """Return a sentence of a code: `sentence`, `meaning` or `advice`.

        Raises:
            CodebookError: The code has no title, or no such sentence.
        """
        return (self.terms or load_terms()).sentence(kind, code, self.language, part=part)

    def number(self, value: float | None, decimals: int = 0) -> str:
        """Write a number with the reader's decimal sign and grouping; a dash where there is none."""
        if value is None:
            return DASH
        text = _written(round(float(value), decimals) + 0.0, decimals, self.language)  # no minus before 0
        return self._told(text, value)

    def percent(self, share: float | None, decimals: int = 1) -> str:
        """Write a proportion 0–1 as per cent."""
        if share is None:
            return DASH
        return self.number(100 * share, decimals) + ("" if self.language == "en" else NO_BREAK) + "%"

    def day(self, day: str) -> str:
        """Write a day, given as 2024-12-31, in words."""
        locale = {"en": "en_GB"}.get(self.language, self.language)
        return str(format_date(date.fromisoformat(day), format="long", locale=locale))

    def month(self, number: int) -> str:
        """Return the name of a month, 1 to 12, with a capital as the first word of a line."""
        return self.capital(str(format_date(date(2000, number, 1), format="LLLL", locale=self.language)))

    def month_of(self, year: int, number: int) -> str:
        """Write a month of a year in numbers, as the language does: 3.2024, 03/2024."""
        return str(format_skeleton("yM", date(year, number, 1), locale=self.language))

    def span(self, low: float | None, high: float | None, decimals: int = 0, *, percent: bool = False) -> str:
        """Write a range with an en dash; spaced where a sign could be mistaken for the dash."""
        if low is None or high is None:
            return DASH
        scale = 100 if percent else 1
        gap = " " if min(low, high) < 0 else ""
        ends = self.number(scale * low, decimals) + gap + DASH + gap + self.number(scale * high, decimals)
        return ends + (("" if self.language == "en" else NO_BREAK) + "%" if percent else "")

    def listed(self, items: Sequence[str], joint: str = "") -> str:
        """Join words with commas and a final "and", or another word in its place."""
        if len(items) <= 1:
            return "".join(items)
        return ", ".join(items[:-1]) + " " + (joint or self.say("and")) + " " + items[-1]

    def inside(self, text: str) -> str:
        """Return a title as it stands inside a sentence: with a small letter, unless a name or acronym comes first."""
        first = _FIRST_WORD.split(text, 1)[0]
        acronym = any(one.isupper() or one.isdigit() for one in first[1:]) or text[1:2] in ("-", NO_BREAK_HYPHEN)
        if acronym or text.startswith((*_NAMES, *self.names)):
            return text
        return text[:1].lower() + text[1:]

    def capital(self, text: str) -> str:
        """Return `text` with a capital first."""
        return text[:1].upper() + text[1:]

    def sentence(self, text: str) -> str:
        """Make a sentence of `text`: a capital first, a full stop last."""
        return text[:1].upper() + text[1:] + "."

    def value(self, value: float | None, info: Mapping[str, Any]) -> str:
        """Write an estimate as its indicator asks: decimals, per cent."""
        decimals = int(info.get("decimals", 1))
        return self.percent(value, decimals) if info.get("percent") else self.number(value, decimals)

    def signed(self, value: float | None, info: Mapping[str, Any], *, brief: bool = False) -> str:
        """Write a difference with its sign and unit, of shares in percentage points; `brief` for tables."""
        if value is None:
            return DASH
        decimals = int(info.get("decimals", 1))
        value = 100 * value if info.get("percent") else value
        text = plain(self.number(value, decimals))
        sign = "" if text.startswith(MINUS) or not text.strip("0.,\u00a0") else "+"
        number = self._told(f"{sign}{text}", value)
        if brief:
            return number + (NO_BREAK + self.say("pp") if info.get("percent") else "")
        unit = self.say("percentage points") if info.get("percent") else self.say("points")
        return f"{number}{NO_BREAK}{unit}"

    def interval(self, low: float | None, high: float | None, info: Mapping[str, Any]) -> str:
        """Write an interval as its indicator asks: decimals, per cent."""
        return self.span(low, high, int(info.get("decimals", 1)), percent=bool(info.get("percent")))

    def between(self, low: float | None, high: float | None, info: Mapping[str, Any]) -> str:
        """Write the interval of a difference: of shares in percentage points, like the difference itself."""
        if low is None or high is None or not info.get("percent"):
            return self.interval(low, high, info)
        return f"{self.span(100 * low, 100 * high, int(info.get('decimals', 1)))}{NO_BREAK}{self.say('pp')}"

    def tick(self, value: float, info: Mapping[str, Any]) -> str:
        """Write a value on an axis: as per cent where asked, with no more decimals than it has."""
        value = round(100 * value if info.get("percent") else value, 6)
        decimals = next((places for places in range(3) if round(value, places) == value), 3)
        return self.percent(value / 100, decimals) if info.get("percent") else self.number(value, decimals)
