"""Which raw column goes where: as the description says, or by the names that codebooks give items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sujuva.cleaning.transitions import is_standard
from sujuva.codebooks import Instrument
from sujuva.errors import SourceError, nearest
from sujuva.normal import normal
from sujuva.sources import Feed, Source


def see_header(source: Source, named: Iterable[str], wanted: Iterable[str]) -> None:
    """See that the file has a header at all: without one its first row, a person's, would stand in messages as names.

    Raises:
        SourceError: None of the columns that the description names is there.
    """
    if wanted and not set(wanted) & set(named):
        msg = f"Source '{source.name}', file {source.file}: none of the columns that the description names is there."
        raise SourceError(msg, "Is the first row its header? See the reader's options (header, header_row, separator).")


def used_columns(source: Source, named: Sequence[str], instruments: Mapping[str, Instrument]) -> list[str]:
    """Return the raw columns that feeds use, and see that all others are accounted for.

    Raises:
        SourceError: A column that the description names is not there, or nothing is said about one that is.
    """
    wanted = list(mapped_columns(source, named, instruments))
    where = f"Source '{source.name}', file {source.file}"
    see_header(source, named, wanted)
    for name in (*wanted, *source.people.pseudonymise, *source.people.keep):
        if name not in named:
            msg = f"{where}: there is no column '{name}'."
            hint = nearest(name, named, listed=False) or "Name the column as the file does, or export it again with it."
            raise SourceError(msg, hint)
    left = left_over(source, named, wanted)
    if left:
        more = f" and {len(left) - 1} more" if len(left) > 1 else ""
        msg = f"{where}: nothing is said about the column '{left[0]}'{more}."
        raise SourceError(msg, f"Map it, or list it under ignore. {nearest(left[0], wanted)}")
    return wanted


def left_over(source: Source, named: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """Return the raw columns about which the description says nothing."""
    if "*" in source.ignore:
        return []
    known = {*wanted, *source.ignore, *source.people.pseudonymise}
    return [name for name in named if name not in known]


def mapped_columns(
    source: Source, named: Iterable[str], instruments: Mapping[str, Instrument]
) -> dict[str, tuple[str, ...]]:
    """Return where each raw column goes: raw column to `table.column`, in the order of the description.

    Raises:
        SourceError: A feed does not say where its items are, and the file has no column named like one.
    """
    columns = list(named)
    found: dict[str, list[str]] = {}
    for feed in source.feeds:
        for name, spec in feed.columns.items():
            for part in spec.from_:
                found.setdefault(part, []).append(f"{feed.target}.{name}")
        for item, part in item_columns(feed, columns, instruments, source.name).items():
            found.setdefault(part, []).append(f"{feed.target}.{item}")
        for name, spec in feed.texts.items():
            for part in spec.from_:
                found.setdefault(part, []).append(f"open_answers.{name}")  # text, wherever its themes go
        for part in feed.duration.raw_columns if feed.duration else ():
            found.setdefault(part, []).append(f"{feed.target}.seconds")
        steps = lifecycle_column(feed, columns)
        if steps is not None:
            found.setdefault(steps, []).append(f"{feed.target}.activity")
    return {name: tuple(places) for name, places in found.items()}


def lifecycle_column(feed: Feed, named: Iterable[str]) -> str | None:
    """Return the raw column that tells the transitions of a feed of events: as it says, or by the standard's name."""
    if feed.lifecycle is not None:
        return feed.lifecycle.from_
    if feed.table != "case_events":
        return None
    return next((name for name in named if is_standard(name)), None)


def item_columns(
    feed: Feed, named: Iterable[str], instruments: Mapping[str, Instrument], source: str
) -> dict[str, str]:
    """Return the raw column of each item: as the feed says, or named like the item or one of its aliases.

    Returns:
        Item column (or item name, for feedback) to raw column; empty for other tables.

    Raises:
        SourceError: The feed does not say where items are and the file has no column named like one.
    """
    if feed.instrument is None:
        return dict(feed.items)
    instrument = instruments[feed.instrument]
    if feed.items:
        return {f"{instrument.key}_{int(number)}": name for number, name in feed.items.items()}
    columns = list(named)
    found = {}
    for number, item in enumerate(instrument.item_columns, start=1):
        names = {normal(one).lower() for one in (item, *instrument.aliases.get(number, ()))}
        present = [name for name in columns if normal(name).lower() in names]
        if not present:
            msg = f"Source '{source}': there is no column for item {number} of {instrument.key}."
            near = nearest(item, columns, listed=False)
            hint = f"Say where the items are: items: {{{number}: <raw column>, …}}. {near}".rstrip()
            raise SourceError(msg, hint)
        if len(present) > 1:
            both = " and ".join(f"'{name}'" for name in present)
            msg = f"Source '{source}': {both} are both named like item {number} of {instrument.key}."
            raise SourceError(msg, f"Say which: items: {{{number}: <raw column>, …}}, for every item.")
        found[item] = present[0]
    return found
