"""Loading `sources.yaml`: everything in it is checked before a raw file is opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import yaml
from pydantic import ValidationError

from sujuva.codebooks import Instrument, load_instruments, of_partners, of_respondents
from sujuva.codebooks.bounded import BASE_LOADER, Bounded, bounded, yaml_fault
from sujuva.codebooks.files import explain
from sujuva.errors import SourceError, nearest
from sujuva.paths import NOT_THERE, no_file, shown
from sujuva.sources.gaps import Gap, find_gaps, refuse_gaps, stood_in
from sujuva.sources.raw import Options
from sujuva.sources.reading import READERS, checked_options
from sujuva.sources.spec import Column, Feed, Source, Sources
from sujuva.tables import all_about, schema_of

FILE = "sources.yaml"


class _Loader(Bounded, BASE_LOADER):  # type: ignore[misc, valid-type]  # either parser
    """Keeps every scalar as it is typed (020 stays "020", No stays "No") and refuses a key given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = Counter(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
        twice = [key for key, count in keys.items() if count > 1]
        if twice:
            raise yaml.MarkedYAMLError(problem=f"the key '{twice[0]}' is given twice", problem_mark=node.start_mark)
        return dict(super().construct_mapping(node, deep=deep))


def load_sources(folder: Path, *, instruments: Mapping[str, Instrument] | None = None) -> Sources:
    """Load and check the description of a delivery.

    Args:
        folder: The input folder, which holds `sources.yaml` and may hold `codebooks/`.
        instruments: Codebooks by key; default: those of the project and of the folder.

    Returns:
        The sources in file order, with every reader, instrument, table and contract column known.

    Raises:
        SourceError: The file is missing or wrong. Names the source, the key and the nearest known word.
        CodebookError: A codebook of the project or of the folder is not valid.
    """
    content, gaps = _read(folder)
    refuse_gaps(gaps, FILE)
    return _sources(content, folder, instruments)


def load_open(
    folder: Path, stand_in: Callable[[str, str], str | None], *, instruments: Mapping[str, Instrument] | None = None
) -> tuple[Sources | None, list[Gap]]:
    """Load a description whose open places something stands in for, so that all the rest can be tried.

    Args:
        folder: The input folder.
        stand_in: See `sujuva.sources.gaps.stood_in`.
        instruments: Codebooks by key; default: those of the project and of the folder.

    Returns:
        The sources, without those of which is not said what they are (None: that is all of them), and the open places.

    Raises:
        SourceError: The file is missing or wrong.
        CodebookError: A codebook of the project or of the folder is not valid.
    """
    content, gaps = _read(folder)
    if any(one.stops for one in gaps):
        content = stood_in(content, gaps, stand_in) if all(one.place != ("sources",) for one in gaps) else {}
        if not content.get("sources"):
            return None, gaps
    return _sources(content, folder, instruments), gaps


def _sources(value: Any, folder: Path, instruments: Mapping[str, Instrument] | None) -> Sources:
    try:
        sources = Sources.model_validate(value)
    except ValidationError as error:
        message, hint = explain(error, Sources, _where(error, value))
        raise SourceError(
            message, hint or "docs/intake.md says how every key is written; `sujuva example` makes a commented pattern."
        ) from error
    twice = [name for name, count in Counter(one.name for one in sources.sources).items() if count > 1]
    if twice:
        msg = f"{FILE}: two sources are called '{twice[0]}'."
        raise SourceError(msg, "Give each a name of its own.")
    known = load_instruments(extra=folder) if instruments is None else instruments
    return sources.model_copy(update={"sources": tuple(_checked(one, known) for one in sources.sources)})


def _read(folder: Path) -> tuple[Any, list[Gap]]:
    """Read the file: what it says, every scalar as text, and its open places."""
    path = folder / FILE
    try:
        fault = no_file(path, folder)
        if fault not in {"", NOT_THERE}:
            msg = f"{folder.name}/{FILE} is {fault}, and is not opened."
            raise SourceError(msg, "Put the file itself into the folder.")
        text = path.read_text(encoding="utf-8")
        content = yaml.load(bounded(text), Loader=_Loader)  # noqa: S506  makes only text
    except (FileNotFoundError, NotADirectoryError) as error:
        msg = f"The input folder {folder.name}/ has no {FILE}."
        raise SourceError(
            msg, f"Set data.input in params.yaml, or let `sujuva draft {shown(folder)}` write a first one."
        ) from error
    except OSError as error:
        msg = f"{folder.name}/{FILE} cannot be opened ({error.strerror})."
        raise SourceError(msg, "Check the file's permissions, and that no other program holds it.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        line, fault = yaml_fault(error)
        msg = f"{FILE}{f', line {line}' if line else ''} is not valid: {fault}."
        hint = "Mend what stands there; words with a colon, a quotation mark or a hash stand in quotation marks."
        raise SourceError(msg, hint if line else "Save it as UTF-8.") from error
    except RecursionError:
        msg = f"{FILE} is nested too deeply."
        raise SourceError(msg, "Is it a description of raw files? docs/intake.md says how one looks.") from None
    return content, find_gaps(text)


def _where(error: ValidationError, value: Any) -> str:
    """Name the source that the first complaint is about."""
    match error.errors(include_url=False)[0]["loc"]:
        case ("sources", int(index), *_):
            name = value["sources"][index].get("name") if isinstance(value["sources"][index], dict) else None
            return f"{FILE}: source '{name}'" if name else f"{FILE}: source {index + 1}"
        case _:
            return FILE


def _checked(source: Source, instruments: Mapping[str, Instrument]) -> Source:
    """Check a source against readers, codebooks and contracts, and fill in what its reader knows by itself."""
    where = f"{FILE}: source '{source.name}'"
    outside = (
        PurePosixPath(source.file).is_absolute()
        or PureWindowsPath(source.file).drive
        or ".." in PureWindowsPath(source.file).parts
    )
    if outside:
        msg = f"{where}: the file lies outside the input folder."
        raise SourceError(msg, "Copy it into the folder and give its path from there.")
    if not source.file.isprintable():
        msg = f"{where}: the name of the file holds line breaks or other signs that no file's name has."
        raise SourceError(msg, "Write the name on one line.")
    options = checked_options(source)
    _check_matrix(source, options, where)
    defaults = READERS[source.reader].columns
    feeds = []
    for feed in source.feeds:
        filled = feed
        if feed.table == "area_indicators" and defaults:
            known = {name: Column.model_validate(column) for name, column in defaults.items()}
            filled = feed.model_copy(update={"columns": {**known, **feed.columns}})
        _check_feed(filled, instruments, where)
        feeds.append(filled)
    _check_unique(source, feeds, instruments, where)
    return source.model_copy(update={"feeds": tuple(feeds)})


def _check_matrix(source: Source, options: Options, where: str) -> None:
    """See that a matrix feeds ties, and that it and its description agree on whether they have a direction."""
    reported = getattr(options, "matrix", None)
    if reported is None:
        return
    stranger = next((feed.table for feed in source.feeds if feed.table != "ties"), None)
    if stranger is not None:
        msg = f"{where}: a matrix is made of ties, and cannot feed {stranger}."
        raise SourceError(msg, "Describe what else the file tells as a source of its own.")
    if source.undirected != (reported == "symmetric"):
        msg = f"{where}: options: {{matrix: {reported}}} and undirected do not go together."
        hint = "Without direction, say both matrix: symmetric and undirected: true; else neither."
        raise SourceError(msg, hint)


def _check_feed(feed: Feed, instruments: Mapping[str, Instrument], where: str) -> None:
    where = f"{where}, feed {feed.target}"
    _check_instrument(feed, instruments, where)
    items = set(instruments[feed.instrument].item_columns) if feed.instrument else set()
    schema = schema_of(feed.target, instruments)
    known = all_about(schema)
    made = {name for name, one in known.items() if one.made or (one.wide and feed.items)} | items
    mapped = {name: column for name, column in schema.columns().items() if name not in made}
    for name in feed.columns:
        if name not in mapped:
            msg = f"{where}: unknown column '{name}'."
            raise SourceError(msg, nearest(name, mapped))
    for name, column in mapped.items():
        if not column.nullable and name not in feed.columns and known[name].default is None:
            msg = f"{where}: nothing is said about the column '{name}', which every row needs."
            raise SourceError(msg, f"Add it under columns: {name}: <raw column> or {name}: {{value: …}}.")
    numbers = [str(number) for number in range(1, len(items) + 1)]
    for item in feed.items if items else ():
        if item not in numbers:
            msg = f"{where}: '{item}' is no item of {feed.instrument}."
            raise SourceError(msg, f"Its items are 1 to {len(items)}.")


def _check_instrument(feed: Feed, instruments: Mapping[str, Instrument], where: str) -> None:
    """See that a questionnaire goes to the table of those who answer it: respondents or partners."""
    partners = of_partners(instruments)
    if feed.instrument is not None and feed.instrument not in instruments:
        msg = f"{where}: unknown instrument '{feed.instrument}'."
        raise SourceError(msg, nearest(feed.instrument, of_respondents(instruments)))
    if feed.instrument in partners:
        msg = f"{where}: {feed.instrument} is answered by partners, about the common work and not about a child."
        raise SourceError(msg, f"Feed partner_ratings, with items: {{{feed.instrument}_1: <raw column>, …}}.")
    known = {name for one in partners.values() for name in one.item_columns}
    stranger = next((name for name in feed.items if feed.table == "partner_ratings" and name not in known), None)
    if stranger is not None:
        msg = f"{where}: '{stranger}' is no item of an instrument that partners answer."
        raise SourceError(msg, nearest(stranger, sorted(known), listed=False))


def _check_unique(source: Source, feeds: list[Feed], instruments: Mapping[str, Instrument], where: str) -> None:
    if not source.unique:
        return
    contracts = [list(schema_of(feed.target, instruments).columns()) for feed in feeds]
    if not any(set(source.unique) <= set(columns) for columns in contracts):
        known = {name for columns in contracts for name in columns}
        wrong = next((name for name in source.unique if name not in known), source.unique[0])
        msg = f"{where}: unique: no table that it feeds has all of {', '.join(source.unique)}."
        raise SourceError(msg, nearest(wrong, known))
