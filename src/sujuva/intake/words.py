"""The words of exports, in Finnish, Swedish and English: names of columns, and categories (`export_words.yaml`).

What a draft writes out of a file's values comes from that codebook, or is a code: a word that only the file knows may
be a person's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import dataframely as dy
from pydantic import RootModel

from sujuva.codebooks import Instrument
from sujuva.codebooks.files import FOLDER, parse, read_yaml
from sujuva.codebooks.labels import Labels, labels_of
from sujuva.normal import normal
from sujuva.paths import inside
from sujuva.tables import SCHEMAS, about, contract_of
from sujuva.tables.answers import AnswerKeys


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


TERMS = _listed("kevät syksy talvi kesä alku loppu vår höst spring autumn fall")
"""What stands beside the year in the name of a round of answers, such as kevät 2024."""
ANSWERED = _listed(
    "vastausaika vastauspäivä recordeddate datesubmitted submitdate enddate startdate päivämäärä pvm svarsdatum "
    "datestamp dateenrolled saveddate lähetysaika"
)
"""Names of the time at which somebody answered: the year of a wave can be taken from it."""
STARTS = _listed("startdate datestarted startdatum aloitusaika aloitettu starttime vastaaminenaloitettu")
ENDS = _listed("enddate submitdate datesubmitted lopetusaika lopetettu endtime vastaaminenlopetettu lähetetty")
BEGINS = _listed(
    "start starttimestamp timestart starttid begin begins alkoi alkaa alku alkaen alkuaika alkamisaika alkupvm "
    "alkupäivä aloituspvm började börjar beginning starting startedat startdatetime"
)
"""Names of the time at which an event began, beside those of `STARTS` …"""
FINISHES = _listed(
    "end endtimestamp completetimestamp completiontime timeend stop finish päättyi päättyy loppu loppui loppuaika "
    "päättymisaika loppupvm loppupäivä lopetuspvm slut sluttid slutade slutar completetime completedat finishtime "
    "finishedat endedat enddatetime"
)
"""… and at which it was over, beside those of `ENDS`."""
CLOCKS = _listed("clock kello kellonaika klo kl klockan klockslag tid aika time timeofday")
"""Names of a time of the day that stands beside a date."""
RESOURCES = _listed("orgresource resource")
"""What event logs call whoever did something: persons, unless their words are known sectors."""
DURATIONS = _listed(
    "kesto vastausajankesto duration durationinseconds interviewtime totaltime sekunteina kestomin kestosek "
    "kestos kestominuuttia kestosekuntia vastaamiseenkulunutaika seconds minutes svarstid durationseconds "
    "durationminutes"
)
TEXTS = _listed("avoin palaute kommentti perustele kuvaile vapaa omin sanoin open comment comments text öppen fritext")
NO_DOTS = str.maketrans("äöå", "aoa")
_SHORT = 3  # letters; a shorter word without its dots is another word


@lru_cache(maxsize=8192)
def folded(name: str) -> str:
    """Return a name of a column in lower case, letters and digits alone, without an export's number in front."""
    return re.sub(r"[\W_]+", "", normal(name).lower())


def as_words(name: str) -> list[str]:
    """Return the words of a name: `LapsenIka_v2` is lapsen, ika, v2."""
    parted = re.sub(r"(?<=[a-zåäö])(?=[A-ZÅÄÖ])", " ", normal(name))
    return [word.lower() for word in re.split(r"[\W_]+", parted) if word]


@lru_cache(maxsize=512)
def names_of(table: str, column: str) -> tuple[str, ...]:
    """Return the names that people give to a column of a contract, folded: the contract's own first.

    Programs that know no dots write yksikko for yksikkö: such names stand beside each other.

    Raises:
        ContractError: There is no such table.
    """
    words = (folded(column), *about(contract_of(table), column).aliases)
    both = ((word, word.translate(NO_DOTS) if len(word) > _SHORT else word) for word in words)
    return tuple(dict.fromkeys(one for pair in both for one in pair))


@lru_cache(maxsize=1)
def all_names() -> dict[str, str]:
    """Return every name that people give to a column of any contract, folded, with the contract's own."""
    tables: dict[str, type[dy.Schema]] = {"answers": AnswerKeys, **SCHEMAS}
    return {
        name: column
        for table, schema in reversed(tables.items())  # what several mean is told by the first table
        for column in schema.column_names()
        if about(schema, column).aliases
        for name in names_of(table, column)
    }


def known_name(name: str) -> bool:
    """Tell whether a name is one that people give to columns."""
    return folded(name) in {*all_names(), *ANSWERED, *STARTS, *ENDS, *DURATIONS}


FILE = "export_words.yaml"
Words = Mapping[str, Sequence[str]]
"""The words of each code of a kind, the code itself first; all in small letters."""
_MISSING = "missing"
_ENTRIES = RootModel[dict[str, dict[str, tuple[str, ...]] | tuple[str, ...]]]


@lru_cache(maxsize=8)
def _entries(path: Path) -> dict[str, Any]:
    return parse(_ENTRIES, read_yaml(path), where=path.name).root


def words_of(kind: str) -> dict[str, Sequence[str]]:
    """Return the words of a kind of codes, such as gender; none for a kind that exports have no common words for.

    Raises:
        CodebookError: The codebook is missing or not valid.
    """
    known = _entries(inside(FOLDER) / FILE).get(kind, {})
    return {code: (code, *words) for code, words in known.items()}


def answer_words(instrument: Instrument) -> Labels:
    """Return what the answers to an instrument are called: by its codebook, or by any scale of agreement.

    Raises:
        CodebookError: The codebook of words is missing or not valid.
    """
    low, high = instrument.response
    agreement = words_of(f"agreement_{high - low + 1}") if instrument.agreement else None
    return labels_of(instrument.response, instrument.labels, instrument.labels_unverified, agreement)


def missing_words() -> Sequence[str]:
    """Return the words that mean that there is no answer, in small letters.

    Raises:
        CodebookError: The codebook is missing or not valid.
    """
    return tuple(_entries(inside(FOLDER) / FILE)[_MISSING])


def says_missing(label: str) -> bool:
    """Tell whether a file's label for a code says that there is no answer."""
    return label.strip().lower().rstrip(".") in missing_words()


def key_of(word: str, known: Words) -> str | None:
    """Return the code whose words hold `word`, whatever its case."""
    lower = normal(word).lower()
    return next((code for code, words in known.items() if lower in words), None)
