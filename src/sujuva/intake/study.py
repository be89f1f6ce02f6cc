"""What the choices in params.yaml and the rows of a folder say of each other: all of it at once, before a run.

What is quoted of a file are years, and words that one of our codebooks has; of all other values only how many rows and
how many different ones there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl

from sujuva.cleaning import Inspection
from sujuva.cleaning.seen import Seen
from sujuva.codebooks import Instrument, load_regions, load_relations, load_sectors, load_terms
from sujuva.codebooks.regions import NETWORK, region_hint
from sujuva.errors import SujuvaError, nearest
from sujuva.intake.across import of_study
from sujuva.intake.ages import bands_of, single_ages
from sujuva.intake.words import key_of, words_of
from sujuva.params import Params
from sujuva.paths import MARKER
from sujuva.tables import PREFIX, about_place
from sujuva.tables.casework import ACTIVITIES

_ENOUGH = 0.01
"""Share of a column's rows from which on a year or region in it is proposed for params.yaml: fewer may be slips."""
_GROUPS = 8
"""More age groups than this are too many: in each are few, and few are not published."""
_NAMED = 12
_TALKS = "lp_topics"


@dataclass(frozen=True)
class Finding:
    """Something that a choice and the rows, or two choices, say differently.

    Attributes:
        about: What it is about: a choice (study.waves) or a kind of codes (sector).
        message: What was found and where, with counts.
        hint: What to write.
        stops: The run would stop at it.
    """

    about: str
    message: str
    hint: str = ""
    stops: bool = False


@dataclass(frozen=True)
class _Rows:
    """A column, and in which file it is."""

    file: str
    seen: Seen

    @property
    def place(self) -> str:
        return f"'{self.seen.raw}' of {self.file}" if self.seen.raw else f"{self.seen.column} of {self.file}"

    def count(self, *, without: Iterable[str] = (), only: Iterable[str] | None = None) -> tuple[int, int]:
        """Return how many rows, and how many different values, are not among some or are among others."""
        value = pl.col("value")
        rows = self.seen.values.filter(~value.is_in(list(without)))
        rows = rows if only is None else rows.filter(value.is_in(list(only)))
        return int(rows["n"].sum()), rows.height

    def of(self, known: Iterable[str]) -> list[str]:
        """Return the values that are known words, in order."""
        return sorted(set(self.seen.values["value"]) & set(known))

    def often(self) -> set[str]:
        """Return the values that are no slips."""
        return set(self.seen.values.filter(pl.col("n") >= _ENOUGH * self.seen.rows)["value"])


def known_regions(params: Params, folder: Path) -> list[str]:
    """Return the regions of the study that the codebooks have; the first region at all where they have none of them."""
    there = [key for key in load_regions(folder) if key != NETWORK]
    return [key for key in params.study.regions if key in there] or there[:1]


def study_findings(
    inspection: Inspection,
    params: Params,
    folder: Path,
    instruments: Mapping[str, Instrument],
    *,
    check: Callable[[Params], None],
) -> list[Finding]:
    """Return everything in which the choices of a study and the rows of its files differ.

    Args:
        inspection: The dry run of the folder.
        params: The choices.
        folder: The input folder, which may bring codebooks of its own.
        instruments: Codebooks by key.
        check: Raises where a choice names what no codebook has; regions are told here, with their rows.

    Returns:
        Findings, in the order of what they are about: regions, waves, choices of coping, codes, events.

    Raises:
        CodebookError: A codebook is not valid.
    """
    rows = [_Rows(one.source.file, seen) for one in inspection.sources for seen in one.seen]
    tables = {table for one in inspection.sources for table in one.source.targets}
    whole = not inspection.open and all(one.error is None for one in inspection.sources)
    return [
        *_regions(rows, params, folder, whole=whole),
        *_waves(rows, params, whole=whole),
        *_choices(params, folder, check),
        *_coping(rows, params, instruments, tables, whole=whole),
        *_ages(rows, folder),
        *_codes(rows, folder),
        *_events(rows, params, tables),
    ]


def _of(rows: Sequence[_Rows], *kinds: str) -> list[_Rows]:
    """Return the columns of some kinds, each raw column of a file once."""
    unique = {
        (one.file, one.seen.raw, one.seen.kind, "" if one.seen.raw else one.seen.table): one for one in reversed(rows)
    }
    first = {id(one) for one in unique.values()}  # the same row, not an equal one: rows hold tables
    return [one for one in rows if one.seen.kind in kinds and id(one) in first]


def _regions(rows: Sequence[_Rows], params: Params, folder: Path, *, whole: bool) -> Iterator[Finding]:
    regions = load_regions(folder)
    known = {key for key in regions if key != NETWORK}
    chosen = params.study.regions
    columns = _of(rows, "region")
    strange = [key for key in chosen if key not in known]
    there = {value for one in columns for value in one.often() & known}
    all_there = {value for one in columns for value in one.of(known)}
    proposal = of_study([*(key for key in chosen if key in there), *sorted(there - set(chosen))], regions, chosen)
    write = f"Write study.regions: [{', '.join(proposal)}] in {MARKER}" if proposal else ""
    if strange:
        msg = f"study.regions: no codebook has {_listed(strange)}."
        hint = write or region_hint(strange[0], regions, folder)
        yield Finding(
            "study.regions", msg, f"{hint.rstrip('.')}. An input folder may bring codebooks/regions.yaml.", True
        )
    others = {one.place: (one.of(known - set(chosen)), one.count(only=known - set(chosen))[0]) for one in columns}
    places = [f"{_listed(keys)} in {place} ({_rows(count)})" for place, (keys, count) in others.items() if keys]
    if places:
        hint = f"{write}, if they take part; else their rows are set aside."
        yield Finding("study.regions", f"Regions that are not of this study: {'; '.join(places)}.", hint)
    for one in columns:
        count, different = one.count(without=known)
        if count + one.seen.unread:
            rows_in = f"{_rows(count + one.seen.unread)} in {one.place}"
            what = f"Region: {rows_in} with a word that no codebook knows"
            more = f" ({different} different words)" if different and not one.seen.unread else ""
            hint = (
                "Under the column write lookup: region (names and codes of regions) or lookup: municipality (those of "
                "municipalities), or map: {word: key}; a region of its own is described in codebooks/regions.yaml of "
                f"the input folder. {nearest('', chosen)}"
            )
            yield Finding("region", f"{what}{more}.", hint)
    absent = [key for key in chosen if key in known and key not in all_there]
    if whole and columns and absent:
        hint = f"{write}." if write else "Take out what is not of this study."
        yield Finding("study.regions", f"study.regions names {_listed(absent)}, of which no file has a row.", hint)


def _waves(rows: Sequence[_Rows], params: Params, *, whole: bool) -> Iterator[Finding]:
    chosen = [str(year) for year in params.study.waves]
    columns = [one for one in _of(rows, "year") if one.seen.column == "wave"]
    strict = [one for one in columns if not about_place(f"{one.seen.table}.wave").any_year]
    there = {value for one in strict or columns for value in one.often()}
    write = f"Write study.waves: [{', '.join(sorted(there))}] in {MARKER}" if there else ""
    outside = [
        f"{_listed(sorted(set(one.seen.values['value']) - set(chosen)))} in {one.place} "
        f"({one.count(without=chosen)[0]} of {_rows(one.seen.rows)})"
        for one in strict
        if one.count(without=chosen)[0]
    ]
    if outside:
        hint = f"{write}, if these are the study's years; rows of other years are set aside."
        yield Finding("study.waves", f"Years outside the waves ({', '.join(chosen)}): {'; '.join(outside)}.", hint)
    seen = {value for one in columns for value in one.seen.values["value"]}
    absent = [year for year in chosen if year not in seen]
    if whole and columns and absent:
        yield Finding("study.waves", f"study.waves names {_listed(absent)}, of which no file has a row.", f"{write}.")
    for one in _of(rows, "time"):
        years = sorted(one.seen.values["value"])
        if years and not set(years) & set(chosen):
            msg = f"The events in {one.place} are of {_listed(years)}, and none of a wave ({', '.join(chosen)})."
            yield Finding("study.waves", msg, "Do params.yaml and the log tell of the same years?")


def _choices(params: Params, folder: Path, check: Callable[[Params], None]) -> Iterator[Finding]:
    """Tell what the codebooks alone say of the choices; regions are told where their rows are."""
    known = load_regions(folder)
    study = params.study.model_copy(update={"regions": tuple(key for key in params.study.regions if key in known)})
    started = {key: year for key, year in params.coping.started.items() if key in known}
    data = params.data.model_copy(update={"input": str(folder)})
    coping = params.coping.model_copy(update={"started": started})
    try:
        check(params.model_copy(update={"study": study, "coping": coping, "data": data}))
    except SujuvaError as error:
        yield Finding("choices", error.message, error.hint, stops=True)


def _coping(
    rows: Sequence[_Rows], params: Params, instruments: Mapping[str, Instrument], tables: set[str], *, whole: bool
) -> Iterator[Finding]:
    regions, waves = set(params.study.regions), set(params.study.waves)
    strange = [key for key in params.coping.started if key not in regions]
    late = [f"{key}: {year}" for key, year in params.coping.started.items() if key in regions and year not in waves]
    hint = f"Write coping.started in {MARKER} for the regions of this study that began the work, or {{}}: none has."
    if strange:
        yield Finding("coping.started", f"coping.started names {_listed(strange)}, not of study.regions.", hint)
    if late:
        msg = f"coping.started has years that are no wave of this study ({_listed(late)})."
        yield Finding("coping.started", msg, hint)
    if not whole:
        return
    eligible, statistics = params.coping.eligible, [one for one in rows if one.seen.kind == "statistic"]
    if eligible and not any(eligible in set(one.seen.values["value"]) for one in statistics):
        msg = f"coping.eligible names the statistic '{eligible}', which no file has."
        hint = f"Write coping.eligible: null in {MARKER}: no coverage."
        yield Finding("coping.eligible", msg, hint, stops=_TALKS in tables)
    asked = {scale.key for key, one in instruments.items() if f"{PREFIX}{key}" in tables for scale in one.scales}
    index = {name.split("@")[0] for some in params.coping.index_parts.values() for name in some}
    unasked = {
        "coping.index_parts": (sorted(index - asked), "the scales of this study, or {}: no index"),
        "integration.beside_scale": (
            [one for one in [(params.integration.beside_scale or "").split("@")[0]] if one and one not in asked],
            "null: no such picture",
        ),
    }
    for name, (scales, instead) in unasked.items():
        if scales:
            yield Finding(name, f"{name} names {_listed(scales)}, which no file asks.", f"Write there {instead}.")
    silent = [name for name in params.study.groups if not _told(rows, name)]
    if silent and "respondents" in tables:
        yield Finding(
            "study.groups",
            f"study.groups names {_listed(silent)}, which no file of respondents tells.",
            f"Map the column, or take the group out in {MARKER}: it would be empty.",
        )


def _told(rows: Sequence[_Rows], name: str) -> bool:
    column = "municipality" if name == "municipality_type" else name
    return any(one.seen.table == "respondents" and one.seen.column == column and one.seen.rows for one in rows)


def _ages(rows: Sequence[_Rows], folder: Path) -> Iterator[Finding]:
    for one in _of(rows, "age_group"):
        ages = single_ages(one.seen.values["value"].to_list())
        if len(ages) > 1 or one.seen.values.height > _GROUPS:
            bands = bands_of(sorted(set(ages.values())), folder)
            write = {raw: bands[age] for raw, age in sorted(ages.items(), key=lambda pair: (pair[1], pair[0]))}
            pairs = ", ".join(f"{raw}: {band}" for raw, band in write.items())
            what = f"are {len(ages)} one-year groups" if len(ages) > 1 else f"make {one.seen.values.height} groups"
            hint = (
                f"Under age_group write bands: map: {{{pairs}}}."
                if pairs
                else "Make bands of them by map: under age_group."
            )
            yield Finding(
                "age_group", f"The ages in {one.place} {what}: too many, and each too small to be published.", hint
            )


def _codes(rows: Sequence[_Rows], folder: Path) -> Iterator[Finding]:
    """Tell of codes that no codebook has, with those that it has."""
    terms = load_terms(folder)
    own = {"sector": list(load_sectors(folder)), "relation": list(load_relations(folder))}
    for one in rows:
        kind = one.seen.kind
        contract = about_place(f"{one.seen.table}.{one.seen.column}").codes
        free = kind in {"region", "municipality", "activity", "year", "time", "statistic"}
        known = own.get(kind) or list(contract) or ([] if kind in terms.as_given else list(terms.kinds.get(kind, ())))
        if free or not known:
            continue
        count, different = one.count(without=known)
        if not count + one.seen.unread:
            continue
        rows_in = f"{_rows(count + one.seen.unread)} in {one.place}"
        what = f"{kind.replace('_', ' ').capitalize()}: {rows_in} with a word that no codebook knows"
        yield Finding(kind, f"{what}{_different(different, one)}.", _what_to_write(kind, one, known, contract))


def _what_to_write(kind: str, one: _Rows, known: Sequence[str], contract: Sequence[str]) -> str:
    pairs = _pairs(one, kind, known)
    hint = f"Write map: {pairs} under {one.seen.column}" if pairs else f"Map them under {one.seen.column}"
    hint += f" (known: {', '.join(known[:_NAMED])}{', …' if len(known) > _NAMED else ''})"
    if kind == "sector":
        return f"{hint}, or describe a sector of the study's own in codebooks/sectors.yaml of the input folder."
    if kind == "relation":
        return f"{hint}; else each is a relation of its own, shown by its word."
    return f"{hint}." if contract else f"{hint}, or give it a title in codebooks/terms.yaml of the input folder."


def _events(rows: Sequence[_Rows], params: Params, tables: set[str]) -> Iterator[Finding]:
    columns = _of(rows, "activity")
    for one in columns:
        count, different = one.count(without=ACTIVITIES)
        if count:
            words = _different(different, one)
            what = f"Activity: {_rows(count)} in {one.place} with a word that no indicator knows{words}"
            pairs = _pairs(one, "activity", ACTIVITIES)
            hint = f"Write map: {pairs} under activity" if pairs else "Map them under activity"
            yield Finding(
                "activity", f"{what}.", f"{hint}; known: {', '.join(ACTIVITIES)}. Others are kept and not used."
            )
    if not columns or "case_events" not in tables:
        return
    there = {value for one in columns for value in one.seen.values["value"]}
    for name in ("case_start", "case_end"):
        value = getattr(params.casework, name)
        if not value.startswith("*") and value not in there:
            msg = f"casework.{name} is '{value}', and no event has that activity."
            yield Finding(
                f"casework.{name}", msg, "Map a word of the log to it, or name another activity there.", stops=True
            )
    service = params.casework.one_number
    services = [one for one in rows if one.seen.table == "case_events" and one.seen.column == "service"]
    if service and any(one.seen.rows for one in services) and not any(one.of([service]) for one in services):
        msg = f"casework.one_number is '{service}', and no event has that service."
        yield Finding("casework.one_number", msg, f"Map the service's word to it, or write null in {MARKER}.")


def _pairs(one: _Rows, kind: str, known: Iterable[str]) -> str:
    """Return how words that our lists of export words have would become codes, as a map; "" where they have none."""
    of_exports = words_of(kind)
    find = partial(key_of, known=of_exports)
    values = one.seen.values.filter(~pl.col("value").is_in(list(known)))["value"].to_list()
    pairs = {word: code for word in sorted(values) if (code := find(word)) is not None}
    return "{" + ", ".join(f"{word}: {code}" for word, code in pairs.items()) + "}" if pairs else ""


def _different(different: int, one: _Rows) -> str:
    return (
        f" ({different} different {'word' if different == 1 else 'words'})" if different and not one.seen.unread else ""
    )


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words[:_NAMED]) + (f" and {len(words) - _NAMED} more" if len(words) > _NAMED else "")


def _rows(count: int) -> str:
    return f"{count} {'row' if count == 1 else 'rows'}"
