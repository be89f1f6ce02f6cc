"""Which raw column a column of a contract comes from, and what has to be said about its values.

What a column is, and what people call it, stands beside the column in the contracts (`sujuva.tables`); the words for
its codes in `export_words.yaml`.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from sujuva.intake import words
from sujuva.intake.ages import bands_of, single_ages
from sujuva.intake.columns import Facts
from sujuva.intake.guess import GUESS, LIKELY, OPEN, SURE, WEAK, DraftFeed, Guess
from sujuva.intake.waves import rounds_without_years, years_by_a_word
from sujuva.intake.words import Words, key_of, missing_words, words_of
from sujuva.sources.times import EXCEL_DAYS
from sujuva.tables import RATING_RANGE, all_about, contract_of, types_of

_YEARS = (1900, 2199)
_MOST, _NEARLY, _HALF = 0.9, 0.95, 0.5
_TINY = 1e-9
_TERMS = f"(?:{'|'.join(words.TERMS)})"
_TERM = re.compile(rf"(?:{_TERMS}\s*)?(?P<year>(?:19|20)[0-9]{{2}})(?:\s*{_TERMS})?", re.IGNORECASE)
_AGES = re.compile(r"([0-9]{1,2})\s*[–-]\s*([0-9]{1,2})\s*(?:v|vuotta|vuotiaat|år|years)?\.?")
_OF_ANSWERS = {"responseid", "vastausid", "vastaustunnus", "vastausnumero", "svarsid", "svarsnummer"}
"""Names of keys that tell answers apart and not people."""
_LOOKUPS = {
    "region": "region",
    "municipality": "municipality_code",
    "sector": "sector",
    "service_part": "service_part",
    "method": "method",
}
"""The lookup of a kind of codes that has a codebook."""
_NAMED_BY_WORDS = {"relation"}
"""Kinds of codes that are known by their words, although a source may have others."""
_KEYS = {"respondent": 0.2, "organisation": 0.9, "case": 0.0, "participant": 0.0}
"""Of a key column with a vague name: how many different values it must have at least, as a share of the rows."""
_VAGUE = {"id", "tunnus", "tunniste", "vastaaja", "participant"}
_AGE_WORDS = {"ika", "age", "alder", "lapsenika", "ikavuosina", "vuotias"}
_UNITS = 5
_REPEATED = 0.02
"""The same of a key whose name leaves no doubt: people may have many rows."""


def _between(low: float, high: float) -> Callable[[Facts], bool]:
    return lambda one: one.numeric and one.share(low, high) >= _NEARLY


def _rated(low: float, high: float) -> Callable[[Facts], bool]:
    return lambda one: _between(low, high)(one) and bool(one.codes)


_CHECKS: Mapping[str, Callable[[Facts], bool]] = {
    "wave": _between(*_YEARS),
    "year": _between(*_YEARS),
    "unit": lambda one: one.distinct >= _UNITS and not one.prose,
    "stratum": lambda one: one.distinct > 1 and not one.prose,
    "weight": lambda one: one.numeric and one.share(_TINY, math.inf) >= _NEARLY,
    "time": lambda one: bool(one.formats) or one.days,
    "observed": _rated(*RATING_RANGE),
    "expected": _rated(*RATING_RANGE),
    "rating": _rated(0, RATING_RANGE[1]),
    "value": lambda one: one.numeric,
    "absolute": lambda one: one.numeric,
    "age_group": lambda one: bool(ages_of(one)) or (bool(one.words) and not one.numeric),
    "item": lambda one: bool(one.words) and not one.numeric,
    "activity": lambda one: not one.numeric and not one.prose,
    "name": lambda one: not one.numeric and not one.formats,
    "evidence": lambda one: not one.numeric and not one.formats,
}


class Drafting:
    """The columns of one contract as a file has them; each raw column plays one role.

    Args:
        table: Name of the table.
        facts: The columns of the file.
        used: Columns that play another role already.

    Attributes:
        columns: What is said of each column so far.
        raw: The raw column of each that was found by its name and values.
    """

    def __init__(self, table: str, facts: Sequence[Facts], used: Iterable[str] = ()) -> None:
        self.table, self.facts, self.used = table, facts, set(used)
        self.columns: dict[str, Guess[Any]] = {}
        self.raw: dict[str, Guess[Facts]] = {}
        self._about, self._types = all_about(contract_of(table)), types_of(contract_of(table))

    def find(self, name: str) -> Guess[Facts] | None:
        """Return the raw column that plays the role of `name`; the surest one, and of equals the first in the file."""
        free = (one for one in self.facts if one.name not in self.used and one.filled)
        guesses = [guess for one in free if (guess := self._score(name, one)) is not None]
        return max(guesses, key=lambda guess: guess.sureness, default=None)  # max keeps the first of equals

    def take(self, name: str, guess: Guess[Facts]) -> None:
        """Let a raw column play the role of `name`."""
        self.raw[name] = guess
        self.columns[name] = self.said(name, guess)
        self.used.add(guess.value.name)

    def need(self, *names: str, least: float = GUESS) -> bool:
        """Find a raw column for each of `names`; tell whether all were found, and surely enough."""
        for name in names:
            guess = self.find(name)
            if guess is None or guess.sureness < least:
                return False
            self.take(name, guess)
        return True

    def want(self, *names: str, least: float = 0.0) -> None:
        """Find raw columns for those of `names` that the file has, surely enough."""
        for name in names:
            self.need(name, least=least)

    def want_called(self, *names: str) -> None:
        """Find raw columns by their exact names, as far as their values do not speak against it.

        For tables in which words such as item, target or date mean something of their own.
        """
        for name in names:
            called = words.names_of(self.table, name)
            free = (one for one in self.facts if one.folded in called and one.name not in self.used)
            fitting = ((one, why) for one in free if (why := self._fits_called(name, one)))
            for one, why in itertools.islice(fitting, 1):
                self.take(name, Guess(one, SURE if one.name == name else LIKELY, why))

    def place(self, *, municipality: bool = False) -> None:
        """Say what is said of the region, and of the municipality where it is wanted and the file has it."""
        region = self.find("region")
        town = Drafting("respondents", self.facts, self.used).find("municipality")
        if town is not None and region is not None and region.value.name == town.value.name:
            town = town if "kunta" in region.value.folded else None
        if town is not None and (
            region is None or region.value.name == town.value.name or region.sureness < town.sureness
        ):
            spec = {"from": town.value.name, "lookup": "municipality"}
            self.columns["region"] = Guess(spec, town.sureness, town.why)
        elif region is not None:
            self.take("region", region)
        if municipality and town is not None:
            self.take("municipality", town)
        self.columns.setdefault(
            "region", Guess({"value": ""}, OPEN, "the region's key in the codebook, or a column with lookup: region")
        )

    def wave(self, file: str) -> None:
        """Say what is said of the wave: a column of years or rounds, the year of a date, or that of the file's name."""
        known = self.find("wave")
        if known is not None:
            self.take("wave", known)
            return
        free = [one for one in self.facts if one.name not in self.used]
        rounds = next((guess for one in free if (guess := _rounds(one) or rounds_without_years(one))), None)
        called = years_by_a_word(free)
        dated = [one for one in self.facts if one.formats and one.folded in words.ANSWERED]
        years = set(re.findall(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])", file))
        if rounds is not None:
            guess = rounds
        elif called is not None:
            guess = called
        elif dated:
            best = min(dated, key=lambda one: (words.ANSWERED.index(one.folded), one.place))
            guess = Guess(dates(best), GUESS, "the year of the date of the answer")
        elif len(years) == 1:
            guess = Guess({"value": years.pop()}, GUESS, "the year in the file's name")
        else:
            guess = Guess({"value": ""}, OPEN, "the year of the wave, or a column with it")
        self.columns["wave"] = guess

    def respondent(self) -> None:
        """Say what is said of the key of who answered: a column, or the number of the row."""
        key = self.find("respondent")
        if key is not None:
            self.take("respondent", key)
        else:
            why = "no column tells people apart, so each row is a person"
            self.columns["respondent"] = Guess({"row": "true"}, WEAK, why)

    def event(self, text: pl.DataFrame) -> None:
        """Join the event's column to the region's where events of several regions share their names."""
        name, region = self.raw["event"].value.name, self.columns["region"].value
        place = str((region.get("from") if isinstance(region, dict) else region) or "")
        if place:
            regions = text.drop_nulls([name, place]).group_by(name).agg(pl.col(place).n_unique())[place]
            # That a few are in several regions may be a slip of the pen.
            if int((regions > 1).sum()) > _HALF * regions.len():
                why = "events of several regions have the same name"
                self.columns["event"] = Guess({"from": [place, name]}, GUESS, why)

    def feed(self, table: Guess[str], **more: Any) -> DraftFeed:
        """Return the feed, with its columns in the order of the contract, and what else is said of it."""
        return DraftFeed(table, {name: self.columns[name] for name in self._about if name in self.columns}, **more)

    def has(self, *names: str) -> Guess[str]:
        """Return the table as a guess, likely at most, whose reason is that these columns are there."""
        sureness = min(LIKELY, *(self.raw[name].sureness for name in names))
        return Guess(self.table, sureness, f"it has {', '.join(names)}")

    def said(self, name: str, guess: Guess[Facts]) -> Guess[Any]:
        """Return what the draft says of a contract column: the raw column, and how its values are read.

        Only words of our own lists, codes, and ages are written: never a value that only the file knows.
        """
        one, known = guess.value, self._about[name]
        if self._types[name].is_temporal():
            return _timed(one, guess.sureness)
        spec: dict[str, Any] = {"from": one.name}
        if known.of in _LOOKUPS:
            spec["lookup"] = _LOOKUPS[known.of]
        terms = self._terms(name)
        rows = _categories(one)
        codes = {raw: code for raw, (word, _) in rows.items() if (code := key_of(word, terms)) is not None}
        if any(raw != code for raw, code in codes.items()):
            spec["map"] = codes
            if not self._by_words(name) and sum(rows[raw][1] for raw in codes) < _NEARLY * one.filled:
                spec["else"] = "keep"
        if name == "age_group":
            ages = {word: f"{match[1]}-{match[2]}" for word in one.words if (match := _AGES.fullmatch(word.strip()))}
            seen = sum(one.words[word] for word in (*ages, *one.missing) if word in one.words)
            if seen >= _NEARLY * one.filled and any(word != age for word, age in ages.items()):
                spec["map"] = ages
            if single := ages_of(one):
                bands = bands_of(sorted(set(single.values())))
                spec["map"] = {word: bands[age] for word, age in single.items()}
                return Guess(spec, min(guess.sureness, GUESS), "ages of one year, in bands: are these the study's?")
        # That nothing is known of an outcome is an outcome of its own, and no blank.
        missing = [word for word in one.missing if key_of(word, terms) is None]
        if missing:
            spec["missing"] = missing
        return Guess(spec if len(spec) > 1 else one.name, guess.sureness, guess.why)

    def _score(self, name: str, one: Facts) -> Guess[Facts] | None:
        fitting = self.fits(name, one)
        if fitting is None:
            return None
        share, sign = fitting
        called = words.names_of(self.table, name)
        if one.name == name:
            return Guess(one, SURE if share >= _HALF else GUESS, "called so" + (f", {sign}" if sign else ""))
        if one.folded in called:
            # Names such as id, a or from are used for many things: they need values that speak for them.
            vague = len(one.folded) <= 2  # noqa: PLR2004
            sureness = LIKELY if share >= _MOST and not vague else GUESS
            if name == "respondent" and one.folded in _OF_ANSWERS:
                sureness, sign = GUESS, "it tells answers apart: somebody who answers twice has two"
            return Guess(one, sureness if share >= _HALF else WEAK, sign or "by its name")
        # The words of a title are those of a question: they tell only what its values confirm.
        told = one.all_words if self._by_words(name) else words.as_words(one.name)
        if set(told) & {word for word in called if len(word) > 2}:  # noqa: PLR2004
            return Guess(one, GUESS if share >= _HALF else WEAK, f"by a word of its name{f', {sign}' if sign else ''}")
        if self._about[name].of in _LOOKUPS and share >= _MOST and not one.numeric and one.distinct > 1:
            return Guess(one, GUESS, sign)
        return None

    def _terms(self, name: str) -> dict[str, Sequence[str]]:
        """Return the words of each code of a column: those of exports, and the code itself."""
        return {code: (code,) for code in self._about[name].codes} | words_of(self._about[name].of)

    def _by_words(self, name: str) -> bool:
        return bool(self._about[name].codes) or self._about[name].of in _NAMED_BY_WORDS

    def fits(self, name: str, one: Facts) -> tuple[float, str] | None:
        """Return how well the values fit a role (0–1) and the sign in words; None where they cannot be it."""
        kind = self._about[name].of
        if kind in _LOOKUPS:
            share = one.lookups.get(kind, 0.0)
            return (share, f"the codebook has {_percent(share)} of its values{_rest(share)}") if share else None
        if self._by_words(name):
            return _fits_words(one, self._terms(name))
        if name in _KEYS:
            least = _KEYS[name] if one.folded in _VAGUE else min(_KEYS[name], _REPEATED)
            whole = one.filled >= _MOST * one.rows and one.distinct >= max(2, least * one.rows)
            return (1.0, "") if whole and not one.prose and not one.formats else None
        check = _CHECKS.get(name)
        if check is None:
            return None if one.prose and name not in {"name", "title"} else (1.0, "")
        return (1.0, "") if check(one) else None

    def _fits_called(self, name: str, one: Facts) -> str:
        """Return why the values of a column with a known name fit, or ""; what every row needs must nearly always."""
        known, needed = self._about[name], not contract_of(self.table).columns()[name].nullable
        if self._types[name].is_temporal():
            return "a date" if one.formats else ""
        if not one.filled or one.formats or one.prose:
            return ""
        if known.of in _LOOKUPS:
            share = one.lookups.get(known.of, 0.0)
            return f"the codebook has {'its' if share == 1 else 'most'} values" if share >= _HALF else ""
        share = known_share(one, self._terms(name))
        if known.codes:
            return "its words are known" if share >= (_MOST if needed else _HALF) else ""
        if needed and one.filled < _MOST * one.rows:
            return ""
        return "its words are known" if share else "by its name"


def ages_of(one: Facts) -> dict[str, int]:
    """Return the ages of one year that a column holds nearly everywhere, youngest first; of groups there are none.

    Numbers are ages where the column is called so: those of groups look like ages.
    """
    called = any(word.translate(words.NO_DOTS) in _AGE_WORDS for word in one.all_words)
    counts = {str(code): count for code, count in one.codes.items() if called} or ({} if one.numeric else one.words)
    ages = single_ages(counts)
    silent = sum(counts.get(word, 0) for word in one.missing)
    if len(set(ages.values())) <= 1 or sum(counts[word] for word in ages) < _NEARLY * (one.filled - silent):
        return {}
    return dict(sorted(ages.items(), key=lambda pair: (pair[1], pair[0])))


def known_share(one: Facts, terms: Words) -> float:
    """Return the share of the filled rows of a column whose word, or code, is known."""
    counts = {str(code): count for code, count in one.codes.items()} or one.words
    return sum(count for word, count in counts.items() if key_of(word, terms)) / one.filled


def _categories(one: Facts) -> dict[str, tuple[str, int]]:
    """Return the values of a column of categories with the words for them (labels, or themselves) and their rows."""
    if one.codes:
        pairs = ((str(code), count) for code, count in one.codes.items())
        return {code: (one.labels.get(code, code), count) for code, count in pairs}
    return {word: (word, count) for word, count in one.words.items()}


def _fits_words(one: Facts, terms: Words) -> tuple[float, str] | None:
    nothing = set(missing_words())
    rows = {word: count for word, count in _categories(one).values() if word.lower() not in nothing}
    known = [word for word in rows if key_of(word, terms)]
    share = sum(rows[word] for word in known) / max(sum(rows.values()), 1)
    if share < _HALF:
        return None
    sign = "all" if len(known) == len(rows) else f"{len(known)}"
    return share, f"{sign} of its words are known, in {_percent(share)} of the rows{_rest(share)}"


def _rounds(one: Facts) -> Guess[Any] | None:
    """Return what is said of a column of rounds such as `kevät 2024`, whose words are all ours; else None."""
    matches = {word: _TERM.fullmatch(word) for word in one.words}
    years = {word: match["year"] for word, match in matches.items() if match}
    if not years or one.numeric or len(years) < len(matches):
        return None
    if len(set(years.values())) < len(years):
        why = "a year of it has two rounds, and a wave is a year: keep one of them, or describe them as two studies"
        return Guess({"from": one.name, "map": years}, WEAK, why)
    return Guess({"from": one.name, "map": years}, LIKELY, "rounds that each have a year")


def _timed(one: Facts, sureness: float) -> Guess[Any]:
    """Return what is said of a column of times; where nobody can tell day from month, that is for a person to say."""
    if one.doubt:
        ways = " or ".join(f"format: {json.dumps(way)}" for way in one.ways)
        return Guess({"from": one.name}, OPEN, f"{ways}; {one.doubt}")
    if one.days:
        return Guess({"from": one.name, "format": [EXCEL_DAYS]}, min(sureness, GUESS), "numbers of days of Excel")
    why = "dates in these formats"
    if one.unread:
        why += f"; {one.unread} row{'s have' if one.unread > 1 else ' has'} none of them"
    return Guess(dates(one), min(sureness, LIKELY) if one.unread else sureness, why)


def dates(one: Facts) -> dict[str, Any]:
    """Return what is said of a column of dates."""
    return {"from": one.name, "format": list(one.formats)}


def _rest(share: float) -> str:
    return "; rows with others are set aside" if share < 1 else ""


def _percent(share: float) -> str:
    """Return a share in whole per cent, rounded down: 100 % means all."""
    return f"{math.floor(share * 100)} %"
