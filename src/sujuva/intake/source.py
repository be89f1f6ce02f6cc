"""What was found out about one file of a folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sujuva.intake.feeds import DraftFeed
from sujuva.intake.guess import OPEN
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
