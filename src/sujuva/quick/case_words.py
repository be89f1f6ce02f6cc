"""What the columns and the words of an event log mean: activities, sectors, reasons, services, roles, outcomes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from shlex import quote

import polars as pl

from sujuva.cleaning.transitions import transition_column
from sujuva.codebooks import load_sectors
from sujuva.errors import ContractError, ParameterError, nearest
from sujuva.intake.opened import demand, find_columns
from sujuva.intake.spans import BEGUN, FINISHED, span_beside
from sujuva.intake.words import CLOCKS, RESOURCES, folded, names_of, words_of
from sujuva.normal import normal
from sujuva.quick.columns import parse_pairs
from sujuva.sources.times import clocks, of_days
from sujuva.tables import CaseEvents, all_about, casework

REQUIRED = ("case", "activity", "time")
OPTIONAL = (
    *("sector", "region", "municipality", "item", "trigger", "service"),
    *("need", "target", "role", "outcome", "support"),
)
COLUMNS = (*REQUIRED, *OPTIONAL)
"""Columns of an event log, by the names that the contract gives them."""
CLOCK, LIFECYCLE = "clock", "lifecycle"
"""What a file may tell besides: the time of the day beside a date, and the step in the life of an event."""
_MORE: Mapping[str, Sequence[str]] = {
    "activity": ("vaihe", "toimenpide", "åtgärd"),
    "time": ("pvm", "päivämäärä", "päivä", "date", "datum"),
    "sector": RESOURCES,
}
"""What columns are called where the file can be nothing but an event log."""
_KEYS = ("case", "item")  # never printed: they may tell who somebody is
_HALF = 0.5
_CODES = {name: one for name, one in all_about(CaseEvents).items() if one.kind == "code"}
CLOSED: Mapping[str, Sequence[str]] = {name: one.codes for name, one in _CODES.items() if one.codes}
"""Columns that allow no other words."""
SECTORS = tuple(name for name, one in _CODES.items() if one.of == "sector")
CODED = tuple(name for name, one in _CODES.items() if one.of not in {"region", "municipality"})
"""Columns whose words become codes."""
OTHER = "other (few)"
"""Stands for the categories that few families share: what only the file knows may be a person."""
_FEWEST = 3
Words = Mapping[str, Mapping[str, Sequence[str]]]
"""Words of the file by column and code."""


@dataclass(frozen=True)
class LogColumns:
    """What the columns of a log tell: column of the file by column of the contract."""

    found: Mapping[str, str]
    hidden: Mapping[str, str]  # not taken, as they seem to tell who people are
    unused: tuple[str, ...]  # columns of the file that tell nothing known
    notes: tuple[str, ...] = ()


def log_columns(
    text: pl.DataFrame,
    named: Mapping[str, str],
    people: Collection[str],
    words: Mapping[str, Mapping[str, Sequence[str]]],
) -> LogColumns:
    """Find the columns of a log by what people call them, and by their words where a name is not enough.

    Under a name that is not the contract's own, a role, an outcome or a kind of support counts where at least half of
    its words are known (`words` explains some, by column and code), a target where they are sectors; a column of
    services is one of sectors where they are. Columns of `people`, which seem to tell who somebody is, are taken only
    where they are named, or a key; so are those of whoever did something, unless their words are sectors.

    Raises:
        ParameterError: A column that is named is not there.
        ContractError: No column tells case, activity or time, or two tell a time and none is named.
    """
    steps = transition_column(text)

    def fits(name: str, raw_name: str) -> bool:
        if name in {"time", CLOCK}:
            return _are_clocks(text[raw_name]) == (name == CLOCK)
        if name == LIFECYCLE:
            return raw_name == steps
        of_services = name == "sector" and folded(raw_name) in names_of("case_events", "service")
        asked = folded(raw_name) != name and (name in CLOSED or name == "target" or of_services)
        return not asked or known_share(name, text[raw_name], words.get(name, {})) >= _HALF

    called = {name: (*names_of("case_events", name), *_MORE.get(name, ())) for name in COLUMNS}
    called["time"] = (*called["time"], *BEGUN, *FINISHED)
    called |= {CLOCK: CLOCKS, LIFECYCLE: () if steps is None else (steps,)}
    told = find_columns(text.columns, called, named, of="event", fits=fits)
    if CLOCK not in named and CLOCK in told and not ("time" in told and of_days(text[told["time"]])):
        del told[CLOCK]

    def tells_sectors(raw: str) -> bool:
        return folded(raw) in RESOURCES and known_share("sector", text[raw], words.get("sector", {})) >= _HALF

    private = {raw for raw in told.values() if raw in people or folded(raw) in RESOURCES}
    hidden = {
        name: raw
        for name, raw in told.items()
        if raw in private and name not in {*_KEYS, *named} and not (name == "sector" and tells_sectors(raw))
    }
    found = {name: raw for name, raw in told.items() if name not in hidden}
    demand(found, REQUIRED, text.columns, of="an event")
    notes = _spans(text, found["time"], asked="time" in named)
    return LogColumns(found, hidden, tuple(name for name in text.columns if name not in told.values()), notes)


def _are_clocks(column: pl.Series) -> bool:
    filled = column.drop_nulls()
    return filled.len() > 0 and int(clocks(filled).sum()) >= _HALF * filled.len()


def _spans(text: pl.DataFrame, time: str, *, asked: bool) -> tuple[str, ...]:
    """See whether a log tells a start and an end of its events; where nobody has named one, ask.

    Raises:
        ContractError: It does.
    """
    other = span_beside(text, time)
    if other is None:
        return ()
    if asked:
        return (f"'{other}' tells another time of the same events, start or end; --time {quote(other)} takes it.",)
    both = sorted((time, other), key=text.columns.index)
    msg = f"The log tells when an event starts and when it ends: '{both[0]}' and '{both[1]}'."
    ways = " or ".join(f"--time {quote(one)}" for one in both)
    raise ContractError(msg, f"Waits, and what came first, hang on it. Say which counts: {ways}.")


def parse_words(option: str, said: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    """Read what a person says of words: outcome:done=toteutui, one word each; a word may hold a comma.

    Raises:
        ParameterError: One is not of the form COLUMN:CODE=WORD; names the option.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for head, words in parse_pairs(option, said, "outcome:done=toteutui").items():
        name, colon, code = (normal(part) for part in head.partition(":"))
        if not (colon and name and code):
            msg = f"{option} is not of the form COLUMN:CODE=WORD."
            raise ParameterError(msg, f"Write it like {option} outcome:done=toteutui, once for each word.")
        found.setdefault(name, {}).setdefault(code, []).extend(words)
    return found


def known_share(name: str, column: pl.Series, words: Mapping[str, Sequence[str]]) -> float:
    """Return the share of filled rows of a column whose word is known."""
    filled = column.drop_nulls()
    if not filled.len():
        return 0.0
    explained = [word for said in words.values() for word in said]
    known = filled.is_in(explained) | filled.str.to_lowercase().is_in(list(_codes(name)))
    return float(known.sum() / filled.len())


def coded(frame: pl.DataFrame, words: Words, found: Mapping[str, str]) -> tuple[pl.DataFrame, dict[str, int]]:
    """Turn words into codes, with those that the caller explains; what a closed column does not allow is null, counted.

    Raises:
        ParameterError: A column, code or word is not there.
    """
    for name, said in words.items():
        _check(frame, name, said, found)
    emptied: dict[str, int] = {}
    for name in CODED:
        if name not in frame.columns:
            continue
        told = {word: code for code, given in words.get(name, {}).items() for word in given}
        raw = pl.col(name)
        named = raw.replace_strict(told, default=None, return_dtype=pl.String) if told else pl.lit(None, pl.String)
        known = raw.str.to_lowercase().replace_strict(_codes(name), default=None, return_dtype=pl.String)
        own = pl.lit(None, pl.String) if name in CLOSED else raw
        made = frame.select(pl.coalesce(named, known, own).alias(name)).to_series()
        lost = int((made.is_null() & frame[name].is_not_null()).sum())
        if lost:
            emptied[name] = lost
        frame = frame.with_columns(made)
    return frame, emptied


def rare_words(events: pl.DataFrame, *, keep: Sequence[str] = ()) -> dict[str, list[str]]:
    """Return the words that fewer than three families share and no list knows (nor `keep`), by kind of category.

    The kinds are sector (of `sector` and `target`), trigger, service and region, each where it has any. A log's one
    region is none.
    """
    known: dict[str, set[str]] = {
        "sector": set(load_sectors()),
        "trigger": set(words_of("trigger")),
        "service": {*words_of("service"), *keep},
        "region": set() if events["region"].n_unique() > 1 else set(events["region"].unique()),
    }
    found: dict[str, list[str]] = {}
    for name, words in known.items():
        columns = SECTORS if name == "sector" else (name,)
        said = pl.concat([events.select("case", word=one) for one in columns]).drop_nulls().unique()
        few = said.group_by("word").len().filter(pl.col("len") < _FEWEST, ~pl.col("word").is_in(list(words)))
        if few.height:
            found[name] = few["word"].sort().to_list()
    return found


def without_rare(events: pl.DataFrame, rare: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """Return the events with `OTHER` instead of rare words."""
    kinds = [(one, kind) for kind in rare for one in (SECTORS if kind == "sector" else (kind,))]
    return events.with_columns(pl.col(one).replace(list(rare[kind]), OTHER) for one, kind in kinds)


def _codes(name: str) -> dict[str, str]:
    """Return the code of each known word of a column, in lower case."""
    if name in SECTORS:
        return {
            normal(word).lower(): key
            for key, one in load_sectors().items()
            for word in (key, one.title.fi, one.title.sv, one.title.en, *one.aliases)
            if word
        }
    listed = {word: code for code, known in words_of(_CODES[name].of).items() for word in known}
    return listed | {code: code for code in _allowed(name)}


def _allowed(name: str) -> Sequence[str]:
    """Return the codes of the contract for a column; none where any word may stand."""
    return casework.ACTIVITIES if name == "activity" else CLOSED.get(name, ())


def _check(frame: pl.DataFrame, name: str, said: Mapping[str, Sequence[str]], found: Mapping[str, str]) -> None:
    if name not in CODED:
        msg = f"--words: '{name}' is no column of which words can be explained."
        raise ParameterError(msg, nearest(name, CODED))
    if name not in frame.columns:
        msg = f"--words: no column of the file tells the {name}."
        raise ParameterError(msg, f"Name it with --column {name}=COLUMN.")
    option = "--activities" if name == "activity" else "--words"
    allowed = _allowed(name) or (load_sectors() if name in SECTORS else ())
    for code, words in said.items():
        if allowed and code not in allowed:
            msg = f"{option}: '{code}' is no {name} that is known."
            raise ParameterError(msg, nearest(code, allowed))
        for word in words:
            if not frame[name].is_in([word]).any():
                what = "no event of the file is called" if name == "activity" else f"'{found[name]}' never says"
                msg = f"{option}: {what} '{word}'."
                raise ParameterError(msg, "Write it as the file does, with the same capitals.")
