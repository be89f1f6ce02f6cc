"""The draft of a sources.yaml for a folder: every file looked at, nothing left out, nothing of a person in it."""

from __future__ import annotations

import difflib
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import polars as pl
import yaml

from sujuva.cleaning.lookups import Lookups
from sujuva.codebooks import Instrument, load_instruments, load_regions, of_respondents
from sujuva.codebooks.bounded import BASE_LOADER
from sujuva.errors import SourceError, SujuvaError
from sujuva.intake import words
from sujuva.intake.across import keyed_alike, named_in, of_study
from sujuva.intake.columns import Facts, facts_of
from sujuva.intake.emit import emit, plain
from sujuva.intake.guess import GUESS, LIKELY, OPEN, SURE, DraftFeed, Guess, slug
from sujuva.intake.items import Found, find_instruments
from sujuva.intake.layout import DraftSource, document
from sujuva.intake.people import Decisions, decide, identifying
from sujuva.intake.persons import persons
from sujuva.intake.sniff import Sniffed, sniff
from sujuva.intake.things import things
from sujuva.intake.tools import DICTIONARY_FORMAT, STRUCTURE_FORMAT, dictionary_of
from sujuva.intake.waves import find_by_wave
from sujuva.io import write_text
from sujuva.paths import ILLEGIBLE, legible, no_file
from sujuva.sources import READERS, Feed, Source, load_sources, read_source
from sujuva.sources.load import FILE
from sujuva.sources.raw import RawTable
from sujuva.tables import all_about, contract_of

_CODEBOOKS = "codebooks"
_DESCRIBING = {
    DICTIONARY_FORMAT: "it describes a data file, whose option dictionary names it",
    STRUCTURE_FORMAT: "it describes a data file: name it there as the option structure",
}
_CLOSE = 0.8
_SLIPS = 0.01
_REGIONS, _YEARS = 12, 12
"""More regions or years than these are not those of a study."""
_SHORT = 40
_REPEATS = "redcap_repeat_instrument"


@dataclass(frozen=True)
class Draft:
    """A draft: its text, what was found out about each file, and what is to be done next.

    Attributes:
        text: The sources.yaml.
        sources: One entry for each file or sheet, in the order of the text.
        complaint: What `load_sources` says about the text; empty where it accepts it.
        regions: Regions that its rows are of and that can be those of one study, sorted.
    """

    text: str
    sources: tuple[DraftSource, ...]
    complaint: str = ""
    regions: tuple[str, ...] = ()

    @property
    def steps(self) -> list[str]:
        """What to do next, in order."""
        found = []
        count = sum("# FILL IN" in line and not line.startswith("#") for line in self.text.splitlines())
        if count:
            found.append(f"Fill in the {count} line{'s' if count > 1 else ''} marked FILL IN.")
        if any(one.people != Decisions() for one in self.sources):
            found.append("See that every column that identifies people stands under people: a test cannot know all.")
        if any(one.feeds and one.sureness < LIKELY for one in self.sources):
            found.append("Check every line marked 'a guess', against the questionnaire and not against the data.")
        if any(one.ignore for one in self.sources):
            found.append("Look through ignore: what stands there is not used.")
        if any(not one.feeds for one in self.sources):
            found.append("Decide on the files that stand as comments: describe them, or leave them out.")
        tables = {feed.table.value for one in self.sources for feed in one.feeds}
        if "answers" in tables and "respondents" not in tables:
            found.append("No file tells who the respondents are (region, weight): answers need one that does.")
        return [*found, f"Then write in params.yaml data.input: this folder{self._study}."]

    @property
    def _study(self) -> str:
        """What the files say of the study's regions and waves, as params.yaml takes it."""
        years = sorted({year for one in self.sources for year in one.years})
        told = {"regions": (self.regions, _REGIONS), "waves": (years, _YEARS)}
        return "".join(
            f", study.{name}: [{', '.join(some)}]" for name, (some, most) in told.items() if 0 < len(some) <= most
        )


def draft_folder(folder: Path) -> Draft:
    """Look at every file of a folder and return a draft of its sources.yaml.

    Hidden files, codebooks/ and a sources.yaml that is there are left out; files come in the order of their names.

    Raises:
        SourceError: There is no such folder, or no file in it.
        CodebookError: A codebook is not valid.
    """
    folder = folder.resolve()
    if not folder.is_dir():
        msg = f"There is no folder {folder.name}/."
        raise SourceError(msg, "Give the folder that holds the exports.")
    files = list(_files(folder))
    if not files:
        msg = f"The folder {folder.name}/ holds no files."
        raise SourceError(msg, "Copy the exports into it.")
    instruments = load_instruments(extra=folder)
    lookups = Lookups.load(folder, ())
    found = [one for path in files for one in _sources(folder, path, instruments, lookups)]
    sources = tuple(_distinct(keyed_alike(found)))
    regions = of_study(sorted({key for one in sources for key in one.regions}), load_regions(folder))
    content = document(legible(folder.name), sources)
    text = emit(content)
    _check(text, plain(content))
    return Draft(text, sources, _complaint(text, instruments), tuple(regions))


def write_draft(draft: Draft, path: Path, *, force: bool = False) -> None:
    """Write a draft.

    Raises:
        SourceError: The file is there already, and `force` is not given.
        SujuvaError: It cannot be written.
    """
    if path.exists() and not force:
        msg = f"{path.parent.name}/{path.name} is there already."
        raise SourceError(msg, "Overwrite it with --force, or write elsewhere with -o FILE.")
    write_text(draft.text, path)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*"), key=lambda one: one.relative_to(folder).as_posix()):
        parts = path.relative_to(folder).parts
        # Whatever is no folder: links that lead nowhere and pipes, too, are told of.
        taken = path.is_symlink() or not path.is_dir()
        if taken and not any(part.startswith(".") for part in parts) and parts[0] not in {_CODEBOOKS, FILE}:
            yield path


def _sources(
    folder: Path, path: Path, instruments: Mapping[str, Instrument], lookups: Lookups
) -> Iterator[DraftSource]:
    file = legible(path.relative_to(folder).as_posix())
    stem = slug(path.name.split(".")[0])
    if ILLEGIBLE in file:
        misnamed = Sniffed("unknown", Guess(None, SURE, "its name is not UTF-8: rename the file, and draft again"), {})
        yield DraftSource(stem, file, misnamed, problem=misnamed.reader.why)
        return
    sheets, fault = _sniffed(folder, path)
    if fault:
        nothing = Sniffed("unknown", Guess(None, SURE, "it cannot be opened"), {})
        yield DraftSource(stem, file, nothing, problem=fault)
        return
    for one in sheets:
        name = f"{stem}_{slug(one.sheet)}" if one.sheet and len(sheets) > 1 else stem
        bare = DraftSource(name, file, one)
        if one.reader.value is None:
            yield replace(bare, problem=one.reader.why)
            continue
        if one.format in _DESCRIBING:
            yield replace(bare, problem=_DESCRIBING[one.format])
            continue
        try:
            parts = [(part, raw) for part, raw in _parts(folder, *_read(folder, path, bare))]
        except SujuvaError as error:
            yield replace(bare, problem=str(error))
        except Exception as error:  # noqa: BLE001  one strange file must not cost the draft of the others
            yield replace(bare, problem=f"the reader fails on it ({type(error).__name__})")
        else:
            for part, raw in parts:
                yield _described(part, raw, instruments, lookups)


def _sniffed(folder: Path, path: Path) -> tuple[list[Sniffed], str]:
    """Return what a file is, or why it cannot be opened."""
    if fault := no_file(path, folder):
        return [], f"it is {fault}: put the file itself into the folder"
    try:
        return sniff(path), ""
    except OSError as error:
        return [], f"it cannot be opened ({error.strerror})"


def _read(folder: Path, path: Path, bare: DraftSource) -> tuple[DraftSource, RawTable]:
    """Read a file, with its dictionary where it has one, and with repeated names numbered where that is what fails."""
    sniffed = bare.sniffed
    fields = READERS[str(sniffed.reader.value)].options.model_fields
    if "dictionary" in fields:
        dictionary = dictionary_of(path)
        if dictionary is not None:
            bare = replace(bare, sniffed=replace(sniffed, options={**sniffed.options, "dictionary": dictionary}))
    try:
        return bare, read_source(folder, _as_source(bare))
    except SujuvaError:
        if "repeated" not in fields:
            raise
        numbered = {**bare.sniffed.options, "repeated": Guess("number", LIKELY, "two columns have the same name")}
        other = replace(bare, sniffed=replace(bare.sniffed, options=numbered))
        try:
            return other, read_source(folder, _as_source(other))
        except SujuvaError:
            pass
        raise


def _parts(folder: Path, bare: DraftSource, raw: RawTable) -> Iterator[tuple[DraftSource, RawTable]]:
    """Yield a file as it is, or a REDCap file with repeating instruments as a part for each of them.

    The rows of one such file are of several kinds, and a feed of all of them would set most aside.
    """
    repeats = bare.sniffed.reader.value == "redcap" and _REPEATS in raw.frame.columns
    said = raw.frame[_REPEATS].fill_null("").str.strip_chars().unique().sort().to_list() if repeats else []
    if not any(said):
        yield bare, raw
        return
    for name in said:
        why = "its rows repeat" if name else "the rows that do not repeat"
        instrument = Guess(name or "base", SURE, why)
        sniffed = replace(bare.sniffed, options={**bare.sniffed.options, "instrument": instrument})
        part = replace(bare, name=f"{bare.name}_{slug(instrument.value)}", sniffed=sniffed)
        yield part, read_source(folder, _as_source(part))


def _as_source(bare: DraftSource) -> Source:
    options = {key: plain(guess) for key, guess in bare.sniffed.options.items()}
    return Source(
        name=bare.name,
        file=bare.file,
        reader=str(bare.sniffed.reader.value),
        options=options,
        feeds=(Feed(table="area_indicators"),),
    )


def _described(
    bare: DraftSource, raw: RawTable, instruments: Mapping[str, Instrument], lookups: Lookups
) -> DraftSource:
    """Find out what a raw table feeds, and account for every one of its columns."""
    known = {word for one in instruments.values() for word in words.answer_words(one).codes}
    facts, text = facts_of(raw, lookups, known)
    columns = tuple(raw.frame.columns)
    if bare.sniffed.reader.value in {"sotkanet", "pxweb"}:
        feed = DraftFeed(Guess("area_indicators", SURE, "statistics of areas"), named=columns)
        return replace(bare, rows=raw.frame.height, columns=columns, feeds=(feed,))
    people = identifying(raw)
    place = f"{bare.file} {bare.sniffed.sheet or ''}"
    thing = things(facts, text, place, instruments)
    if thing is not None:
        feeds = [thing]
    else:
        asked = of_respondents(instruments)
        by_wave = find_by_wave(facts, asked, people)
        found = [one for one, _ in by_wave] or _answered(find_instruments(facts, asked, people), facts)
        feeds = persons(facts, found, place, instruments, people, [wave for _, wave in by_wave])
    feeds = [_placed(feed, place, lookups) for feed in feeds]
    used = set().union(*(feed.used for feed in feeds))
    names = _names(instruments)
    regions, years = _of_study(feeds, text, lookups)
    return replace(
        bare,
        rows=raw.frame.height,
        columns=columns,
        feeds=tuple(feeds),
        regions=regions,
        years=years,
        people=decide(people, feeds, facts),
        ignore={one.name: _near(one, names) for one in facts if one.name not in used and one.name not in people},
    )


def _placed(feed: DraftFeed, place: str, lookups: Lookups) -> DraftFeed:
    """Say which region a file or sheet is of where no column does, and its name has the name of one region alone."""
    region = feed.columns.get("region")
    if region is None or region.sureness != OPEN:
        return feed
    found = named_in(words.as_words(place), lookups.tables["region"])
    if len(found) != 1:
        return feed
    named = Guess({"value": found.pop()}, GUESS, "the name of the file or sheet")
    return replace(feed, columns={**feed.columns, "region": named})


def _of_study(
    feeds: Sequence[DraftFeed], text: pl.DataFrame, lookups: Lookups
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the regions and the years that the rows of a file are of; few rows of a value may be a slip."""
    regions: set[str] = set()
    years: set[str] = set()
    for feed in feeds:
        places, wave = feed.columns.get("region"), feed.columns.get("wave")
        lookup = places.value.get("lookup") if places is not None and isinstance(places.value, dict) else None
        if places is not None and isinstance(places.value, dict) and places.value.get("value"):
            regions.add(places.value["value"])
        if lookup is not None:
            regions |= set(lookups.keys(lookup, _often(text, feed.origin("region"))).drop_nulls())
        if wave is not None and not all_about(contract_of(feed.target))["wave"].any_year:
            said = wave.value if isinstance(wave.value, dict) else {}
            raw = _often(text, feed.origin("wave")) if "value" not in said and "format" not in said else pl.Series([""])
            told = {said["value"]} if "value" in said else {*said["map"].values()} if "map" in said else set(raw)
            years |= {year for year in told if re.fullmatch("(19|20)[0-9]{2}", year)}
    return tuple(sorted(regions)), tuple(sorted(years))


def _often(text: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """Return the values of a column that are no slips."""
    if not columns:
        return pl.Series([], dtype=pl.String)
    counts = text[columns[0]].drop_nulls().rename("value").value_counts(name="n")
    return counts.filter(pl.col("n") >= _SLIPS * text.height)["value"]


def _answered(found: Sequence[Found], facts: Sequence[Facts]) -> list[Found]:
    """Leave out instruments that nobody answered in a file with rows: another part of it has them."""
    blank = {one.name for one in facts if one.rows and not one.filled}
    return [one for one in found if not set(one.items.values()) <= blank]


def _names(instruments: Mapping[str, Instrument]) -> dict[str, str]:
    """Return every name that a column may have, folded, with the contract's column."""
    found = dict(words.all_names())
    for instrument in instruments.values():
        for number, item in enumerate(instrument.item_columns, start=1):
            found |= {words.folded(name): item for name in (item, *instrument.aliases.get(number, ()))}
    return found


def _near(one: Facts, known: Mapping[str, str]) -> str:
    """Return the comment on a column that is not used: the known name nearest to it, and what the file calls it."""
    if not one.filled:
        return "empty"
    match = _nearest(one.folded, tuple(known)) if len(one.folded) <= _SHORT else None
    near = f"nearest: {known[match]}" if match else "unknown"
    return f"{near}; {one.title[:60]}" if one.title else near


@lru_cache(maxsize=4096)
def _nearest(name: str, known: tuple[str, ...]) -> str | None:
    """Return the nearest of the known names; the files of a study have many columns alike."""
    # A ratio is no more than what the lengths let it be: that rules out most of a thousand names.
    alike = [one for one in known if 2 * min(len(name), len(one)) >= _CLOSE * (len(name) + len(one))]
    return next(iter(difflib.get_close_matches(name, alike, n=1, cutoff=_CLOSE)), None)


def _distinct(sources: Sequence[DraftSource]) -> Iterator[DraftSource]:
    """Give sources of the same name numbers."""
    seen: dict[str, int] = {}
    taken = {one.name for one in sources}
    for one in sources:
        seen[one.name] = seen.get(one.name, 0) + 1
        name = one.name
        if seen[name] > 1:
            number = seen[name]
            while f"{name}_{number}" in taken:
                number += 1
            name = f"{name}_{number}"
            taken.add(name)
        yield replace(one, name=name)


def _check(text: str, meant: object) -> None:
    """See that the text says what was meant.

    Raises:
        SourceError: It does not: a fault of this program.
    """
    if yaml.load(text, Loader=BASE_LOADER) != meant:  # noqa: S506  makes only text
        msg = "The draft does not read back as it was meant: a fault of this program."
        raise SourceError(msg, "Describe the folder by hand (see docs/intake.md), and report it.")


def _complaint(text: str, instruments: Mapping[str, Instrument]) -> str:
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / FILE).write_text(text, encoding="utf-8")
        try:
            load_sources(Path(name), instruments=instruments)
        except SujuvaError as error:
            return str(error)
    return ""
