"""What was found out about a file, and the order in which a draft says it, as sources.yaml has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sujuva.intake.emit import Remark, emit
from sujuva.intake.guess import GUESS, OPEN, WEAK, DraftFeed, Guess
from sujuva.intake.people import Decisions
from sujuva.intake.sniff import Sniffed


@dataclass(frozen=True)
class DraftSource:
    """What was found out about one file, or one sheet of a workbook.

    Attributes:
        name: Its name in the draft.
        file: Path from the folder.
        sniffed: Format, reader and options.
        rows: Data rows; 0 where it could not be read.
        columns: Raw columns, in the order of the file.
        feeds: Tables that it feeds; none: it stands in the draft as comments.
        people: Columns that identify people, and what becomes of them.
        ignore: All other columns, with the nearest known name.
        problem: Why it cannot be read or used.
        regions: Keys of the regions that its rows are of, as far as a codebook has them.
        years: Years of its waves.
    """

    name: str
    file: str
    sniffed: Sniffed
    rows: int = 0
    columns: tuple[str, ...] = ()
    feeds: tuple[DraftFeed, ...] = ()
    people: Decisions = field(default_factory=Decisions)
    ignore: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    regions: tuple[str, ...] = ()
    years: tuple[str, ...] = ()

    @property
    def part(self) -> str:
        """What it is of its file, in words: a sheet or an instrument; empty where it is the whole file."""
        if self.sniffed.sheet:
            return f"sheet {self.sniffed.sheet}"
        instrument = self.sniffed.options.get("instrument")
        return f"instrument {instrument.value}" if instrument else ""

    @property
    def mapped(self) -> int:
        """Number of raw columns that feed something."""
        return len(set().union(*(feed.used for feed in self.feeds)) & set(self.columns))

    @property
    def sureness(self) -> float:
        """That of the least sure among its reader and its feeds; 0 where it feeds nothing."""
        if not self.feeds:
            return OPEN
        return min([self.sniffed.reader.sureness, *(feed.table.sureness for feed in self.feeds)])

    @property
    def gaps(self) -> list[str]:
        """What a person must fill in: columns of its feeds."""
        return list(dict.fromkeys(name for feed in self.feeds for name in feed.gaps))


_NAMES = 40
_TELLING = ("case", "activity", "time", "item", "service", "need", "target", "role")
"""What tells events of one case apart."""
_HEAD = """\
A first draft, made by looking at the files. Each guess says how sure it is: sure, likely, a guess, a weak guess.
FILL IN marks what no file tells. Check every line against the questionnaires, then delete these comments.
What may stand here: docs/intake.md and docs/readers.md; `sujuva example` writes a commented pattern."""


def document(folder: str, sources: Sequence[DraftSource]) -> dict[Any, Any]:
    """Return what the draft says, in order, for `emit`."""
    content: dict[Any, Any] = {Remark(line): None for line in _HEAD.splitlines()}
    content["synthetic"] = "false"
    content["title"] = {
        "fi": Guess(folder, WEAK, "the name of the folder; what is this delivery called? Add sv and en")
    }
    content["responsible"] = Guess("", OPEN, "who answers for the data")
    content["date"] = Guess("", OPEN, "on which day the data were taken from their systems, such as 2024-12-31")
    feeding = [_source(one) for one in sources if one.feeds]
    content["sources"] = feeding or Guess([], OPEN, "no file feeds a table that is known here")
    for one in sources:
        if not one.feeds:
            content |= dict.fromkeys(_aside(one))
    return content


def _source(one: DraftSource) -> dict[Any, Any]:
    said: dict[Any, Any] = {"name": one.name, "file": one.file, "reader": one.sniffed.reader}
    if one.sniffed.options:
        said["options"] = one.sniffed.options
    said["licence"] = Guess("", OPEN, "who may use the data, and for what")
    people = _people(one)
    if people:
        said["people"] = people
    if one.ignore:
        said["ignore"] = [_Said(name, near) for name, near in one.ignore.items()]
    if any(feed.table.value == "case_events" for feed in one.feeds):
        said["unique"] = Guess(_telling(one.feeds), GUESS, "the same event at the same time counts once")
    said["feeds"] = [_feed(feed) for feed in one.feeds]
    return said


def _telling(feeds: Sequence[DraftFeed]) -> list[str]:
    """Return what tells the events of a log apart, as far as it has it.

    Several sectors come to a meeting at the same time; but where nobody writes down who came, the same event from two
    sectors is one event that both have told of.
    """
    columns = {name: guess.value for feed in feeds for name, guess in feed.columns.items()}
    activity = columns.get("activity")
    pairs = activity.get("map", {}) if isinstance(activity, Mapping) else {}
    attended = "role" in columns or "attendance" in pairs.values()
    telling = [name for name in _TELLING if name in columns]
    return [*telling[:3], *(["sector"] if attended and "sector" in columns else []), *telling[3:]]


class _Said(Guess[str]):
    """A name with a comment that is no guess."""

    def __init__(self, value: str, why: str) -> None:
        super().__init__(value, OPEN, why)

    @property
    def comment(self) -> str:
        return self.why


def _people(one: DraftSource) -> dict[Any, Any]:
    lists = {"drop": one.people.drop, "pseudonymise": one.people.pseudonymise}
    found: dict[Any, Any] = {
        key: [Guess(name, guess.sureness, guess.why) for name, guess in columns.items()]
        for key, columns in lists.items()
        if columns
    }
    if one.people.keep:
        found["keep"] = dict(one.people.keep)
    if one.people.undecided:
        names = [_Said(name, f"it seems to hold {guess.why}") for name, guess in one.people.undecided.items()]
        found["undecided"] = Guess(names, OPEN, "put each under drop, pseudonymise or keep (with the reason)")
    return found


def _feed(feed: DraftFeed) -> dict[Any, Any]:
    said: dict[Any, Any] = {"table": feed.table if feed.instrument is None else feed.table.value}
    if feed.instrument is not None:
        said["instrument"] = feed.instrument
    said |= {Remark(note): None for note in feed.notes}
    if feed.columns:
        said["columns"] = dict(feed.columns)
    if feed.items:
        said["items"] = {number: guess.value for number, guess in feed.items.items()}
    if feed.item_map is not None:
        said["item_map"] = feed.item_map
    if feed.missing:
        said["missing"] = list(feed.missing)
    if feed.texts:
        said["texts"] = dict(feed.texts)
    if feed.duration is not None:
        said["duration"] = feed.duration
    if feed.lifecycle is not None:
        said["lifecycle"] = feed.lifecycle
    return said


def _aside(one: DraftSource) -> Iterator[Remark]:
    """Return the lines of comment about a file that feeds nothing."""
    yield Remark("", verbatim=True)
    yield Remark(f"{one.file}{f', {one.part}' if one.part else ''}: {one.sniffed.format}")
    if one.problem:
        yield Remark(f"Not used: {one.problem}")
        return
    yield Remark(f"Feeds no table that is known here. {one.rows} rows, {len(one.columns)} columns. To use it:")
    people, ignored = _people(one), list(one.ignore.items())
    block: Mapping[str, Any] = {
        "name": one.name,
        "file": one.file,
        "reader": one.sniffed.reader,
        **({"options": one.sniffed.options} if one.sniffed.options else {}),
        **({"people": people} if people else {}),
        "ignore": [_Said(name, near) for name, near in ignored[:_NAMES]],
        "feeds": [],
    }
    for line in emit({"sources": [block]}).splitlines()[1:]:
        yield Remark(line, verbatim=True)
    if len(ignored) > _NAMES:
        yield Remark(f"(and {len(ignored) - _NAMES} more columns)")
