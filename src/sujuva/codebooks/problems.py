"""Every fault of a codebook in plain words: a check tells them all, where loading stops at the first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, RootModel, ValidationError

from sujuva.codebooks.area_statistics import AreaStatistic
from sujuva.codebooks.background import BackgroundList
from sujuva.codebooks.bounded import bounded, yaml_fault
from sujuva.codebooks.breaks import BreakList
from sujuva.codebooks.conversions import FOLDER as CONVERSIONS
from sujuva.codebooks.conversions import conversion_faults, read_conversion
from sujuva.codebooks.facts import ENTRY, FactInfo, FactList, unknown
from sujuva.codebooks.files import MISSING, Complaint, Loader, complaints, folders, repeated
from sujuva.codebooks.indicators import IndicatorInfo, record_faults
from sujuva.codebooks.instruments import INDEX, Instrument, instrument_faults
from sujuva.codebooks.lexicons import Lexicon
from sujuva.codebooks.lineage import FILE as LINEAGE
from sujuva.codebooks.lineage import Lineage, untraced
from sujuva.codebooks.lp import LpCodebook
from sujuva.codebooks.offers import Method, Project, Structure
from sujuva.codebooks.orders import EventOrder
from sujuva.codebooks.producers import Producer
from sujuva.codebooks.profile import Dimension
from sujuva.codebooks.regions import Ended, RegionEntry
from sujuva.codebooks.relations import Relation
from sujuva.codebooks.scale_problems import scale_problems
from sujuva.codebooks.scales import Fault, scale_faults
from sujuva.codebooks.sectors import Sector
from sujuva.codebooks.terms import Titles
from sujuva.codebooks.text import LANGUAGES
from sujuva.errors import CodebookError, nearest
from sujuva.paths import no_file

_INSTRUMENTS = "instruments"
_RECORDS = RootModel[tuple[IndicatorInfo, ...]]
_FILES: Mapping[str, type[BaseModel]] = {
    "indicators": _RECORDS,
    "regions": RootModel[tuple[RegionEntry, ...]],
    "relations": RootModel[tuple[Relation, ...]],
    "sectors": RootModel[tuple[Sector, ...]],
    "event_orders": RootModel[tuple[EventOrder, ...]],
    "producers": RootModel[tuple[Producer, ...]],
    "profile": RootModel[tuple[Dimension, ...]],
    "facts": FactList,
    "background": BackgroundList,
    "service_structures": RootModel[tuple[Structure, ...]],
    "methods": RootModel[tuple[Method, ...]],
    "projects": RootModel[tuple[Project, ...]],
    "breaks": BreakList,
    "municipality_changes": RootModel[tuple[Ended, ...]],
    "lineage": Lineage,
    "lp": LpCodebook,
    "area_statistics": RootModel[tuple[AreaStatistic, ...]],
    "terms": Titles,
    "lexicon": Lexicon,
}


@dataclass(frozen=True)
class Problem:
    """One fault: in which file and line (0: in none), what is wrong, and what to do."""

    file: str
    line: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{place}: {self.message} {self.hint}".rstrip()


def codebook_files(extra: str | Path | None = None) -> list[Path]:
    """Return the files that `find_problems` can check, of the project and of the input folder `extra`."""
    found: list[Path] = []
    for folder in folders(extra):
        found += [path for path in sorted(folder.glob("*.yaml")) if _model_of(path) is not None]
        found += [*sorted((folder / _INSTRUMENTS).glob("*.yaml")), *sorted((folder / CONVERSIONS).glob("*.csv"))]
    return found


def find_problems(paths: Sequence[Path]) -> list[Problem]:
    """Check codebooks: instruments, tables of conversion, titles of codes, lists of indicators, regions and the like.

    Args:
        paths: The files. What must be unique is so over all instruments among them; of two files with the same name,
            the later one replaces the earlier.

    Returns:
        All problems, file by file, each once.
    """
    found: list[Problem] = []
    instruments: dict[str, tuple[Path, Instrument, yaml.Node]] = {}
    records: list[tuple[Path, Sequence[IndicatorInfo], yaml.Node]] = []
    facts: list[tuple[Path, Sequence[FactInfo], yaml.Node]] = []
    keys: set[str] = set()
    unread: list[Path] = []
    for path, problems, model, node in [(one, *_read(one)) for one in paths if one.suffix != ".csv"]:
        found += problems
        if isinstance(model, Instrument) and node is not None:
            instruments[path.name] = (path, model, node)
        elif _model_of(path) is Instrument:
            unread.append(path)
        elif _model_of(path) is _RECORDS and isinstance(node, yaml.SequenceNode):
            keys |= {*_keys(node)}
            records.append((path, model.root if isinstance(model, RootModel) else (), node))
        elif isinstance(model, FactList) and node is not None:
            facts.append((path, model.root, node))
    for path, instrument, node in instruments.values():
        found += [_placed(path, node, fault) for fault in _instrument(path, instrument)]
    found += _between([(path, one, node) for path, one, node in instruments.values()], {path.stem for path in unread})
    found += [
        Problem(path.name, _line(node, [number]), message, hint)
        for path, some, node in records
        for number, one in enumerate(some)
        for message, hint in record_faults(one, keys)
    ]
    known = {INDEX, *(scale.key for _, one, _ in instruments.values() for scale in one.scales)}
    found += _untraced(paths, [one for _, some, _ in records for one in some])
    found += _facts(facts, keys, known if instruments and not unread else ())
    scales = {scale.conversion: (scale, one) for _, one, _ in instruments.values() for scale in one.scales
              if isinstance(scale.conversion, str)}  # fmt: skip
    for path in paths:
        if path.suffix == ".csv" and (path.name in scales or not any(_names(one, path.name) for one in unread)):
            found += _table(path, scales.get(path.name))
    return list(dict.fromkeys(found))


def _names(path: Path, name: str) -> bool:
    """Tell whether a file that is not valid names another: a table, whose scale nobody knows before it is."""
    return name in path.read_text(encoding="utf-8", errors="replace") if path.is_file() else False


def _model_of(path: Path) -> type[BaseModel] | None:
    if path.parent.name == _INSTRUMENTS:
        return Instrument
    return next((model for stem, model in _FILES.items() if path.stem.startswith(stem)), None)


def _read(path: Path) -> tuple[list[Problem], BaseModel | None, yaml.Node | None]:
    """Read a file and hold it against its model; None where it is not even of the right shape."""
    if fault := no_file(path):
        return [Problem(path.name, 0, f"it is {fault}.")], None, None
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(bounded(text), Loader=Loader)
        value = yaml.load(text, Loader=Loader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        line, why = yaml_fault(error, "not UTF-8 text" if isinstance(error, ValueError) else "not readable")
        return [Problem(path.name, line, f"not valid YAML: {why}.")], None, None
    if node is None:
        return [Problem(path.name, 0, "the file is empty.")], None, None
    found = [Problem(path.name, line, f"the key '{key}' is given twice.") for key, line in _twice(node)]
    found += [Problem(path.name, line, f"{what}.") for what, line in _untranslated(node)]
    model = _model_of(path) or Instrument
    try:
        return found, model.model_validate(value, context={"lenient": True}), node
    except ValidationError as error:
        told = _lacking(_causes(list(complaints(error, model)), node), node)
        return [*found, *(Problem(path.name, _line(node, at), f"{what}.", hint) for at, what, hint in told)], None, node


def _causes(told: Sequence[Complaint], node: yaml.Node) -> Iterator[Complaint]:
    """Leave out what only follows from another complaint: one mistake is told once.

    A key lacks where another one is its misspelling; a list is too short where an entry of it is not valid; a language
    lacks where the text has been told to have no version in it.
    """
    meant = {
        (*at[:-1], hint.split("'")[1])
        for at, what, hint in told
        if what.startswith("unknown key")
        and "'" in hint
        and not isinstance(at[0], int)  # of a record all lacks are told
    }
    places = [tuple(at) for at, *_ in told]
    texts = {line for _, line in _untranslated(node)}
    for at, what, hint in told:
        place = tuple(at)
        within = any(len(one) > len(place) and one[: len(place)] == place for one in places)
        line = _line(node, place[:-1])
        untranslated = what.endswith(MISSING) and place[-1:] and place[-1] in LANGUAGES and {line, line + 1} & texts
        if not (place in meant or ("should have at least" in what and within) or untranslated):
            yield at, what, hint


def _lacking(told: Iterable[Complaint], node: yaml.Node) -> Iterator[Complaint]:
    """Tell all that an entry of a list lacks at once, under its own key."""
    lacks: dict[int, list[str]] = {}
    for at, what, hint in told:
        if len(at) > 1 and isinstance(at[0], int) and what.endswith(MISSING):
            lacks.setdefault(at[0], []).append(".".join(str(part) for part in at[1:]))
        else:
            yield at, what, hint
    keys = _keys(node)
    for number, facts in lacks.items():
        yield [number], f"the record '{keys[number] or number}' lacks {', '.join(facts)}", ""


def _keys(node: yaml.Node) -> list[str]:
    """Return the keys of the entries of a list, "" where an entry has none."""
    pairs = [one.value if isinstance(one, yaml.MappingNode) else [] for one in node.value]
    return [next((str(value.value) for key, value in some if key.value == "key"), "") for some in pairs]


def _instrument(path: Path, instrument: Instrument) -> Iterator[Fault]:
    """Yield what is wrong with one instrument, with the keys that lead to its place."""
    if instrument.key != path.stem:
        yield Fault(("key",), f"the key is '{instrument.key}'.", f"Name the file {instrument.key}.yaml.")
    for fault in instrument_faults(instrument):
        yield Fault(fault.place, f"{fault.message}.")
    sets = list(dict.fromkeys(band.norms for scale in instrument.scales for band in scale.bands))
    if instrument.norms is not None and instrument.norms not in sets:
        hint = nearest(instrument.norms, sets)
        yield Fault(("norms",), f"there are no bands of the norm set '{instrument.norms}'.", hint)
    for number, scale in enumerate(instrument.scales):
        for message in scale_faults(scale):
            yield Fault(("scales", number), f"{message}.")
        yield from scale_problems(instrument, number)


def _between(found: Sequence[tuple[Path, Instrument, yaml.Node]], unread: set[str]) -> Iterator[Problem]:
    """Yield what clashes between instruments; `unread` are there, but not valid, which has been said."""
    scales: dict[str, str] = {}
    columns: dict[str, Instrument] = {}
    keys = {one.key for _, one, _ in found} | unread
    for path, one, node in found:
        for number, scale in enumerate(one.scales):
            owner = scales.setdefault(scale.key, one.key)
            if owner != one.key:
                yield Problem(
                    path.name,
                    _line(node, ["scales", number, "key"]),
                    f"the scale '{scale.key}' is in {owner}.yaml, too.",
                    "Rename one.",
                )
        if one.variant_of is not None and len(found) > 1 and one.variant_of not in keys:
            line = _line(node, ["variant_of"])
            yield Problem(path.name, line, f"there is no instrument '{one.variant_of}'.", nearest(one.variant_of, keys))
        names = {*one.item_columns, *(name.lower() for some in one.aliases.values() for name in some)}
        for name in sorted(names):
            other = columns.setdefault(name, one)
            if other is not one and other.key != one.variant_of and other.variant_of != one.key:
                line = _line(node, ["aliases"])
                hint = "Leave it with one, or say variant_of where both are versions of the same form."
                yield Problem(path.name, line, f"the column name '{name}' is in {other.key}.yaml, too.", hint)


def _facts(
    found: Sequence[tuple[Path, Sequence[FactInfo], yaml.Node]], indicators: Collection[str], scales: Collection[str]
) -> Iterator[Problem]:
    """Yield what is wrong between rows of the page of a region, and what they name that no codebook has."""
    for path, rows, node in found:
        yield from (Problem(path.name, 0, message, hint) for message, hint in repeated(rows, ENTRY))
        for number, one in enumerate(rows):
            for message, hint in unknown(one, indicators, scales):
                yield Problem(path.name, _line(node, [number]), message, hint)


def _untraced(paths: Sequence[Path], records: Sequence[IndicatorInfo]) -> list[Problem]:
    """Return the indicators of which no lineage among the files says how they are made."""
    lineages = [model for path in paths if path.stem == "lineage" for _, model, _ in [_read(path)]]
    read = [one for one in lineages if isinstance(one, Lineage)]
    every = Lineage.model_construct(published=tuple(entry for one in read for entry in one.published), moments=())
    known = {one.key: one for one in records}
    return [Problem(LINEAGE, 0, *fault) for fault in untraced(every, known)] if len(read) == len(lineages) > 0 else []


def _table(path: Path, user: tuple[Any, Instrument] | None) -> Iterator[Problem]:
    try:
        table = read_conversion(path)
    except CodebookError as error:
        yield Problem(path.name, 0, error.message, error.hint)
        return
    if user is None:
        yield Problem(path.name, 0, "no scale names this table.", "Name it as the scale's key conversion says.")
        return
    scale, instrument = user
    raw = next((one for one in instrument.scales if one.key in scale.parts), None)
    for fault in conversion_faults(table, raw.range, scale.decimals) if raw else ():
        yield Problem(path.name, 0, f"{fault}.")


def _placed(path: Path, node: yaml.Node, fault: Fault) -> Problem:
    return Problem(path.name, _line(node, fault.place), fault.message, fault.hint)


def _line(node: yaml.Node, place: Sequence[Any]) -> int:
    """Return the line of the place that the keys lead to, or of the last one on the way that is there."""
    line = node.start_mark.line + 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if str(key.value) == str(part)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _nodes(node: yaml.Node, seen: set[int]) -> Iterator[yaml.Node]:
    if id(node) in seen:  # an anchor that is used again
        return
    seen.add(id(node))
    yield node
    for child in node.value if isinstance(node, (yaml.MappingNode, yaml.SequenceNode)) else ():
        for one in child if isinstance(child, tuple) else (child,):
            yield from _nodes(one, seen)


def _twice(node: yaml.Node) -> Iterator[tuple[str, int]]:
    """Yield keys that a mapping gives twice: YAML would take the last one without a word."""
    for one in _nodes(node, set()):
        if isinstance(one, yaml.MappingNode):
            seen: set[str] = set()
            for key, _ in one.value:
                if str(key.value) in seen:
                    yield str(key.value), key.start_mark.line + 1
                seen.add(str(key.value))


def _untranslated(node: yaml.Node) -> Iterator[tuple[str, int]]:
    """Yield texts with a Finnish version that lack another one."""
    for one in _nodes(node, set()):
        if isinstance(one, yaml.MappingNode):
            there = {str(key.value) for key, value in one.value if str(getattr(value, "value", "")).strip()}
            if "fi" in there and there <= set(LANGUAGES) and len(there) < len(LANGUAGES):
                absent = ", ".join(language for language in LANGUAGES if language not in there)
                yield f"a text has no version in {absent}", one.start_mark.line + 1
