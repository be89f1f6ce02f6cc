"""What the terminal says about a draft: a table of the files and what to do next, or the same as JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from sujuva.intake.draft import Draft
from sujuva.intake.guess import word_of
from sujuva.intake.layout import DraftSource

_WIDEST = 110
_NAMED = 6


def as_json(draft: Draft) -> dict[str, Any]:
    """Return what was found out about each file, ready for JSON; sureness as a number from 0 to 1 and as a word."""
    return {"complaint": draft.complaint, "next": draft.steps, "sources": [_source(one) for one in draft.sources]}


def _source(one: DraftSource) -> dict[str, Any]:
    return {
        "name": one.name,
        "file": one.file,
        "sheet": one.sniffed.sheet,
        "format": one.sniffed.format,
        "reader": one.sniffed.reader.value,
        "options": {key: guess.value for key, guess in one.sniffed.options.items()},
        "rows": one.rows,
        "columns": len(one.columns),
        "mapped": one.mapped,
        "people": one.people.columns,
        "left": list(one.ignore),
        "feeds": [
            {
                "table": feed.table.value,
                "instrument": feed.instrument.value if feed.instrument else None,
                "sureness": feed.table.sureness,
                "word": feed.table.word,
                "why": feed.instrument.why if feed.instrument else feed.table.why,
                "fill_in": feed.gaps,
            }
            for feed in one.feeds
        ],
        "sureness": one.sureness,
        "word": word_of(one.sureness) if one.feeds else "not used",
        "problem": one.problem,
    }


def show(draft: Draft, *, written: str, error: bool = False) -> None:
    """Print a table of the files and the next steps.

    Args:
        draft: The draft.
        written: Where it was written, in words.
        error: Print to standard error, because standard output has the draft itself.
    """
    from rich.console import Console  # noqa: PLC0415  start-up time
    from rich.markup import escape  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    console = Console(file=sys.stderr if error else sys.stdout, highlight=False, emoji=False)
    console.width = min(console.width, _WIDEST)
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    table.add_column("File", overflow="fold", ratio=1)
    table.add_column("Format", overflow="fold")
    table.add_column("Rows", justify="right", no_wrap=True)
    table.add_column("Columns\nused", justify="right", no_wrap=True)
    table.add_column("Feeds", no_wrap=True)
    table.add_column("How sure", no_wrap=True)
    for one in draft.sources:
        table.add_row(*(escape(cell) for cell in _cells(one)))
    console.print(table)

    def say(title: str, lines: Iterable[tuple[str, str]]) -> None:
        """Print a list whose long lines stay beside their heads."""
        grid = Table.grid(padding=(0, 1))
        for _ in range(3):
            grid.add_column(overflow="fold")
        for head, text in lines:
            grid.add_row(" ", escape(head), escape(text))
        if grid.row_count:
            console.print(f"\n{escape(title)}")
            console.print(grid)

    say("Not used:", ((_place(one), one.problem) for one in draft.sources if one.problem))
    say("Taken out or made pseudonyms, because it tells who somebody is:", _private(draft))
    say("No file tells:", ((_place(one), ", ".join(one.gaps)) for one in draft.sources if one.gaps))
    say(f"{written} Next:", ((f"{number}.", step) for number, step in enumerate(draft.steps, start=1)))
    if draft.complaint:
        console.print(escape(f"\nUntil then, loading it says: {draft.complaint}"))


def _private(draft: Draft) -> Iterator[tuple[str, str]]:
    for one in draft.sources:
        names = [*one.people.drop, *one.people.pseudonymise]
        if names:
            some = ", ".join(names[:_NAMED])
            yield _place(one), some + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def _place(one: DraftSource) -> str:
    return f"{one.file}, {one.part}" if one.part else one.file


def _cells(one: DraftSource) -> list[str]:
    where = f"{one.file} · {one.part.partition(' ')[2]}" if one.part else one.file
    if not one.columns:
        return [where, one.sniffed.format, "", "", "", "not used"]
    feeds = "\n".join(feed.instrument.value if feed.instrument else feed.table.value for feed in one.feeds)
    word = word_of(one.sureness) if one.feeds else "not used"
    return [where, one.sniffed.format, str(one.rows), f"{one.mapped}/{len(one.columns)}", feeds, word]
