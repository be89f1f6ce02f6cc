"""Fetching: what `sources.yaml` asks of services of public statistics becomes files of the input folder.

A source is written as a whole or not at all. A statistic that has the same title and day of updating as before, asked
for in the same way, is not asked for again; what was is held against what is, and a change stops the source.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from sujuva.codebooks import AreaStatistic, load_area_statistics
from sujuva.errors import FetchError, SourceError, nearest
from sujuva.fetch.changes import all_changes, refuse
from sujuva.fetch.client import Client
from sujuva.fetch.services import About, Pxweb, Service, Sotkanet
from sujuva.io import write_text
from sujuva.paths import NOT_THERE, no_file
from sujuva.sources import Source, load_sources
from sujuva.sources import pxweb as of_pxweb
from sujuva.sources import sotkanet as of_sotkanet
from sujuva.sources.pulls import Accepted, Change, Part, Pull, Request, as_text, digest, frame_of, read_pull
from sujuva.sources.pxweb import PxwebOptions
from sujuva.sources.reading import checked_options
from sujuva.sources.sotkanet import SotkanetOptions

_ROWS = {"sotkanet": of_sotkanet.rows_of, "pxweb": of_pxweb.rows_of}
_AREAS = "areas"
Options = SotkanetOptions | PxwebOptions


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class Fetching:
    """How a folder is fetched.

    Attributes:
        folder: The input folder.
        addresses: Reader to an address that takes the place of the source's own: a replay of recorded answers.
        accepted: Ids of statistics whose changes are taken over and recorded.
        afresh: Ask for everything again, also where the service says that nothing was updated.
        client: Makes the client of an address.
        now: Tells the time of a request.
    """

    folder: Path
    addresses: Mapping[str, str] = field(default_factory=dict)
    accepted: Collection[str] = ()
    afresh: bool = False
    client: Callable[[str], Client] = Client
    now: Callable[[], str] = _now


@dataclass(frozen=True)
class Fetched:
    """What came of one source.

    Attributes:
        source: Its name.
        file: Its file in the input folder.
        new, same: How many statistics are other than before, and how many as before.
        unasked: How many of the latter were not asked for again, since the service says that they were not updated.
        written: Whether the file is another than before.
        changes: What changed and was accepted.
    """

    source: str
    file: str
    new: int
    same: int
    written: bool
    changes: tuple[Change, ...] = ()
    unasked: int = 0

    @property
    def told(self) -> str:
        """What came of it, in words."""
        came = f"{self.new} new, {self.same} as before" if self.written else "nothing is new"
        if not self.unasked:
            return came
        return f"{came}; values of {self.unasked} not asked for again: same title and day of updating (--afresh asks)"


def sources_to_fetch(folder: Path, names: Sequence[str] = ()) -> list[tuple[Source, Options]]:
    """Return the sources of a folder that come from a service, with the options of their readers.

    Raises:
        SourceError: `sources.yaml` is wrong, has no such source, or none that is fetched.
    """
    found: dict[str, tuple[Source, Options]] = {}
    for source in load_sources(folder).sources:
        options = checked_options(source)
        if options.fetched and isinstance(options, SotkanetOptions | PxwebOptions):
            found[source.name] = (source, options)
    unknown = next((name for name in names if name not in found), None)
    if unknown is not None or not found:
        msg = (
            f"sources.yaml: no source '{unknown}' is fetched." if found else "sources.yaml: there is nothing to fetch."
        )
        hint = "A source is fetched that has reader: sotkanet or pxweb, and options: {indicators: […], years: […]}."
        raise SourceError(msg, nearest(unknown, found) if found and unknown else hint)
    return [found[name] for name in names or found]


def fetch_folder(fetching: Fetching, names: Sequence[str] = ()) -> Iterator[Fetched]:
    """Fetch the sources of an input folder (default: all that come from a service) and yield each once it is written.

    Raises:
        SourceError: See `sources_to_fetch`; or what was fetched before is damaged.
        FetchError: A service does not answer as it should; a statistic is not in the catalogue, or called otherwise; or
            what was fetched before has changed, and nobody accepts it. Sources before that one are written.
    """
    chosen = sources_to_fetch(fetching.folder, names)
    known = {key for _, options in chosen for key in _ids(options)}
    stranger = next((one for one in fetching.accepted if one not in known), None)
    if stranger is not None:
        msg = f"No source asks for the statistic '{stranger}' whose changes are to be accepted."
        raise FetchError(msg, nearest(stranger, known))
    catalogue = load_area_statistics(fetching.folder)
    for source, options in chosen:
        yield _fetch(source, options, fetching, catalogue)


def _ids(options: Options) -> Sequence[str]:
    if isinstance(options, SotkanetOptions):
        return options.indicators
    return [f"{options.prefix}.{one}" for one in options.indicators]


def _fetch(source: Source, options: Options, fetching: Fetching, catalogue: Mapping[str, AreaStatistic]) -> Fetched:
    path = fetching.folder / source.file
    old = _before(path, source, options)
    address = fetching.addresses.get(source.reader, options.address)
    service = _service(options, fetching.client(address))
    same_query = old is not None and old.query == options.query and not fetching.afresh
    statistics: dict[str, Part] = {}
    new_titles: list[Change] = []
    unasked = 0
    listed = service.areas()
    areas = None
    if listed is not None:
        request = {"statistic": _AREAS, "title": {}, "updated": "", "about": "", "answers": (listed,)}
        areas = Part(fetched=fetching.now(), sha256=digest([listed]), **request)
        areas = old.areas if old and old.areas and old.areas.sha256 == areas.sha256 else areas
    for key in service.statistics:
        about = service.about(key)
        before = old.statistics.get(key) if old else None
        as_before = before is not None and _as_before(before, about)
        if before is not None and as_before and same_query:
            statistics[key] = before
            unasked += 1
            continue
        known = {one.new for one in (old.accepted if old else ()) if (one.statistic, one.what) == (key, "title")}
        unlike = _unlike(key, about, catalogue, service)
        if unlike and about.title["fi"] not in known:
            if key not in fetching.accepted:
                raise unlike
            new_titles.append(Change(statistic=key, what="title", old=catalogue[key].title.fi, new=about.title["fi"]))
        answers = service.answers(key, about)
        made = Part(
            statistic=key, fetched=fetching.now(), title=dict(about.title), updated=about.updated,
            sha256=digest(answers), about=about.text, answers=answers,
        )  # fmt: skip
        statistics[key] = before if before is not None and as_before and made.sha256 == before.sha256 else made
    pull = Pull(
        reader=source.reader, address=address, query=options.query, areas=areas, statistics=statistics,
        history=old.history if old else (), accepted=old.accepted if old else (),
    )  # fmt: skip
    return replace(_written(pull, old, path, source, fetching, new_titles), unasked=unasked)


def _written(
    pull: Pull, old: Pull | None, path: Path, source: Source, fetching: Fetching, changes: list[Change]
) -> Fetched:
    """Hold a pull against the one before, and write it where it is another; `changes` are accepted already."""
    rows = _frame(pull, source.file)
    renewed = [key for key, part in pull.statistics.items() if old is None or part != old.statistics.get(key)]
    if old is not None:
        again = pl.col("year").is_in([str(one) for one in pull.query["years"]])
        again &= pl.col("gender").is_in(_genders(pull))
        found = list(all_changes(old.statistics, pull.statistics, _frame(old, source.file).filter(again), rows))
        refuse(found, fetching.accepted, source.name)
        changes = list(dict.fromkeys([*changes, *found]))
        past = (_request(one) for key, one in old.statistics.items() if pull.statistics.get(key) != one)
        pull = pull.model_copy(update={"history": (*old.history, *past)})
    taken = (Accepted(accepted=pull.statistics[one.statistic].fetched, **one.model_dump()) for one in changes)
    pull = pull.model_copy(update={"accepted": (*pull.accepted, *taken)})
    same = len(pull.statistics) - len(renewed)
    if pull == old:
        return Fetched(source.name, source.file, 0, same, written=False)
    write_text(as_text(pull), path)
    return Fetched(source.name, source.file, len(renewed), same, written=True, changes=tuple(changes))


def _before(path: Path, source: Source, options: Options) -> Pull | None:
    """Return what was fetched before; None for the first time."""
    fault = no_file(path, path.parent)
    if fault == NOT_THERE:
        return None
    if fault:
        msg = f"Source '{source.name}': {source.file} is {fault}, and is not written."
        raise SourceError(msg, "Put it away, or give the source another file.")
    return read_pull(path, source.reader, options.limits)


def _service(options: Options, client: Client) -> Service:
    return Sotkanet(client, options) if isinstance(options, SotkanetOptions) else Pxweb(client, options)


def _frame(pull: Pull, where: str) -> pl.DataFrame:
    return frame_of(_ROWS[pull.reader](pull, where))


def _as_before(before: Part, about: About) -> bool:
    """Tell whether a service says of a statistic what it said; without a day of updating nobody knows."""
    return bool(about.updated) and (before.title, before.updated) == (dict(about.title), about.updated)


def _genders(pull: Pull) -> list[str]:
    """Return the genders that a pull asks for."""
    given = pull.query["genders"]
    return given if isinstance(given, list) else list(given["codes"].values()) if given else ["total"]


def _request(part: Part) -> Request:
    return Request(**{name: getattr(part, name) for name in Request.model_fields})


def _unlike(key: str, about: About, catalogue: Mapping[str, AreaStatistic], service: Service) -> FetchError | None:
    """Return the error about a statistic that a service calls otherwise than the catalogue does; None: it does not.

    Raises:
        FetchError: The catalogue does not have it, so that nobody has said what it counts.
    """
    title = about.title.get("fi", "")
    where = f"{service.name}, {key}"
    if key not in catalogue:
        msg = f"{where}: the catalogue area_statistics.yaml does not have it. The service calls it «{title}»."
        raise FetchError(msg, "Add a record to codebooks/area_statistics.yaml in the input folder, with this title.")
    if catalogue[key].called(title):
        return None
    msg = f"{where}: it is called «{title}», and the catalogue expects «{catalogue[key].title.fi}»."
    hint = (
        "The id may count something else than it did. If it is the same, add the wording to `also` in "
        f"area_statistics.yaml, or take it over with `sujuva fetch --accept {key}`, which records it."
    )
    return FetchError(msg, hint)
