"""How long families wait: from the start to the end of each case, in seconds, days and working days."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property

import numpy as np
import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.errors import ParameterError, nearest
from sujuva.moments.case_log import DAY, MISSING, Array, Log, Words
from sujuva.moments.case_settings import FIRST, LAST, CaseSettings
from sujuva.moments.case_tallies import count_rows, first_contacts
from sujuva.moments.study import ALL

CLOSED, OPEN = "start_to_end", "open"
"""Measures of `durations`."""
DURATIONS_KEY = ("region", "wave", "group", "measure", "seconds", "days", "workdays")
MUNICIPALITY_DELAYS_KEY = ("region", "municipality")
_SECOND = 1_000_000  # in microseconds
_QUARTER = 900 * _SECOND
_WAVES = 1 << 14  # years have four digits
_KINDS = (ALL, "trigger", "caller")


def starts(log: Log, activity: str, words: Words) -> Array:
    """Return the row of each family's start, or MISSING."""
    if activity == FIRST:
        return log.first
    if activity == LAST:
        return log.last
    return log.first_of(np.flatnonzero(log.codes["activity"] == words.code("activity", activity)))


def _ends(log: Log, start: Array, activity: str, words: Words) -> Array:
    """Return the row of each family's first end at or after its start (in time), or MISSING."""
    begun = np.where(start == MISSING, np.iinfo(np.int64).max, log.time[start])
    if activity == FIRST:  # only the case's very first event will do
        return np.where(log.time[log.first] >= begun, log.first, MISSING)
    if activity == LAST:
        return np.where(start == MISSING, MISSING, log.last)
    rows = np.flatnonzero(log.codes["activity"] == words.code("activity", activity))
    return log.first_of(rows[log.time[rows] >= begun[log.case[rows]]])


class Spans:
    """The waits of families, lot by lot."""

    def __init__(self, words: Words, settings: CaseSettings) -> None:
        self._words, self._settings = words, settings
        self._made: list[pl.DataFrame] = []

    def add(self, log: Log, start: Array, region: Array, wave: Array, kept: Array) -> None:
        """Take the families that are `kept` (all have a start)."""
        end = _ends(log, start, self._settings.end, self._words)
        closures = log.where("closure")
        begun = np.where(kept, log.time[start], np.iinfo(np.int64).max)
        closure = log.first_of(closures[log.time[closures] >= begun[log.case[closures]]])
        # Observation ends with a day, or with an event of another family: no finer than a second.
        watched = log.observed // _SECOND * _SECOND
        until = np.where(closure == MISSING, watched, log.time[closure])
        contact = first_contacts(log)
        of = {name: np.where(contact == MISSING, MISSING, log.codes[name][contact]) for name in _GROUPS}
        made = {
            "region": region,
            "wave": wave,
            "closed": end != MISSING,
            "start": log.time[start],
            "end": np.where(end == MISSING, until, log.time[end]),
            **of,
        }
        self._made.append(pl.DataFrame({name: values[kept] for name, values in made.items()}))

    @cached_property
    def _all(self) -> pl.DataFrame:
        made = pl.concat([pl.DataFrame(schema=_SPANS), *(part.cast(_SPANS) for part in self._made)])
        start, end = made["start"].to_numpy(), made["end"].to_numpy()
        waited = instants(end, self._settings.timezone) - instants(start, self._settings.timezone)
        first, last = start // DAY, end // DAY
        return made.with_columns(
            wait=pl.Series(np.maximum(waited, 0)),
            days=pl.Series(last - first).cast(pl.Int32),
            workdays=pl.Series(workdays(first, last, self._settings.holidays)).cast(pl.Int32),
        )

    def table(self) -> pl.DataFrame:
        """Return the keys of `DURATIONS_KEY`, sorted, and the sum n, the network included."""
        spans = self._all
        family, place, code = _number_domains(*(spans[name].to_numpy() for name in ("region", "wave", *_OF_CONTACT)))
        network_code, inverse = np.unique(_network_codes(code, self._words), return_inverse=True)
        domains = _labels(pl.Series(np.concatenate([code, network_code]), dtype=pl.Int64), self._words)
        # Whole numbers are sorted much faster than words, so domains are numbered in the order of their words.
        domains = domains.with_row_index("code").sort("region", "wave", "group")
        order = np.empty(domains.height, dtype=np.int64)
        order[domains["code"].to_numpy()] = np.arange(domains.height)
        place = np.concatenate([order[: len(code)][place], order[len(code) :][inverse][place]])
        family = np.concatenate([family, family])
        waits = spans["wait"].to_numpy()
        # Few clocks show parts of seconds; whole ones are packed into fewer bits.
        unit = _SECOND if not (waits % _SECOND).any() else 1
        # Numbers, not truth values: rows too wide to be packed come back as they were, and a mask takes no places.
        closed, days, workdays = (spans[name].cast(pl.Int64).to_numpy() for name in ("closed", "days", "workdays"))
        values = [closed, waits // unit, days, workdays]

        (at, closed, wait, days, workdays), n = count_rows([place, *(one[family] for one in values)])
        counted = {
            "measure": pl.Series([OPEN, CLOSED])[closed],
            "seconds": pl.Series(wait * unit / _SECOND, dtype=pl.Float64),
            "days": pl.Series(days).cast(pl.Int32),
            "workdays": pl.Series(workdays).cast(pl.Int32),
            "n": pl.Series(n).cast(pl.Int128),
        }
        return domains["region", "wave", "group"][at].with_columns(**counted)

    def by_municipality(self) -> pl.DataFrame:
        """Return region, municipality and the sums met and families."""
        limits = self._settings.delay_days
        spans = self._all.filter(pl.col("municipality") != MISSING)
        if not limits:
            spans = spans.clear()
        met = pl.col("closed") & (pl.col("days") <= max(limits, default=0))
        counts = spans.group_by("region", "municipality").agg(
            met=met.sum().cast(pl.Int128), families=pl.len().cast(pl.Int128)
        )
        named = self._words.named(counts, region="region", municipality="municipality")
        return named.select(*MUNICIPALITY_DELAYS_KEY, "met", "families").sort(MUNICIPALITY_DELAYS_KEY)


_OF_CONTACT = ("trigger", "sector")
_GROUPS = (*_OF_CONTACT, "municipality")
_SPANS = pl.Schema(
    {
        "region": pl.Int32,
        "wave": pl.Int32,
        "closed": pl.Boolean,
        "start": pl.Int64,
        "end": pl.Int64,
        **dict.fromkeys(_GROUPS, pl.Int32),
    }
)


def _number_domains(region: Array, wave: Array, trigger: Array, caller: Array) -> tuple[Array, Array, Array]:
    """Number the domains of families: region and year, alone and with the trigger or the sector of the first contact.

    Returns:
        Places of the families, each up to three times; for each the place of its domain in the third; codes of the
        domains, see `_labels`.
    """
    if not len(region):
        none = np.zeros(0, dtype=np.int64)
        return none, none, none
    late, triggers, callers = int(wave.min()), int(trigger.max()) + 1, int(caller.max()) + 1
    years, groups = int(wave.max()) - late + 1, 1 + triggers + callers
    whole = (region.astype(np.int64) * years + (wave - late)) * groups
    called, about = np.flatnonzero(caller != MISSING), np.flatnonzero(trigger != MISSING)
    cell = np.concatenate([whole, whole[about] + 1 + trigger[about], whole[called] + 1 + triggers + caller[called]])
    family = np.concatenate([np.arange(len(region)), about, called])
    used = np.zeros(int(cell.max()) + 1, dtype=bool)
    used[cell] = True
    cells = np.flatnonzero(used)
    place = (np.cumsum(used, dtype=np.int32) - 1)[cell]
    group = cells % groups
    kind = (group > 0).astype(np.int64) + (group > triggers)
    word = np.where(kind == 0, 0, group - np.where(kind == 1, 1, 1 + triggers))
    return family, place, _code(cells // groups // years, cells // groups % years + late, kind, word)


def _code(region: Array, wave: Array, kind: Array | int, word: Array | int) -> Array:
    return np.asarray(((region.astype(np.int64) * _WAVES + wave) * len(_KINDS) + kind) << 32 | word)


def _labels(code: pl.Series, words: Words) -> pl.DataFrame:
    """Return region, wave and group of domains by their numbers; a region of no code is the network."""
    distinct = code.unique().sort()
    numbers = distinct.to_numpy()
    head, word = numbers >> 32, numbers & 0xFFFF_FFFF
    kind, head = head % len(_KINDS), head // len(_KINDS)
    named = {1: words.list("trigger"), 2: words.list("sector")}
    groups = [
        ALL if one == 0 else f"{_KINDS[one]}:{named[one][place]}"
        for one, place in zip(kind.tolist(), word.tolist(), strict=True)
    ]
    regions = [*words.list("region"), NETWORK]
    made = pl.DataFrame(
        {
            "domain": distinct,
            "region": [regions[place] for place in (head // _WAVES).tolist()],
            "wave": pl.Series(head % _WAVES).cast(pl.Int32),
            "group": groups,
        },
        schema_overrides={"region": pl.String, "group": pl.String},
    )
    return pl.DataFrame({"domain": code}).join(made, on="domain", how="left", maintain_order="left").drop("domain")


def _network_codes(code: Array, words: Words) -> Array:
    """Return the domains of the network that belong to domains of regions."""
    step = len(_KINDS) * _WAVES << 32
    return np.asarray(code % step + len(words.list("region")) * step)


def workdays(first: Array, last: Array, country: str | None) -> Array:
    """Count the working days in (first, last] (days since 1970): Monday to Friday but public holidays.

    Raises:
        ParameterError: The country, named as python-holidays does (None: no holidays), is not known.
    """
    if not len(first):
        return np.zeros(0, dtype=np.int64)
    # The working days up to each day, counted once.
    days = np.arange(int(first.min()), int(last.max()) + 1).astype("datetime64[D]")
    free = public_holidays(country, days[0].item().year, days[-1].item().year)
    reached = np.cumsum(np.is_busday(days, holidays=free))
    return np.asarray(reached[last - first.min()] - reached[first - first.min()])


def public_holidays(country: str | None, first_year: int, last_year: int) -> list[date]:
    """Return the public holidays of some years, ascending.

    Raises:
        ParameterError: The country is not known.
    """
    if country is None:
        return []
    import holidays  # noqa: PLC0415  start-up time

    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known:
        msg = f"holidays: '{country}' is not a country that python-holidays knows."
        raise ParameterError(msg, nearest(country, sorted(known), listed=False) or "Give a code such as FI.")
    return sorted(holidays.country_holidays(country, years=range(first_year, last_year + 1)))


def instants(local: Array, timezone: str | None) -> Array:
    """Place local times (microseconds since 1970) in UTC, as `durations` says; without a zone they stay."""
    if timezone is None or not len(local):
        return local
    # Clocks are changed at full quarters of an hour, so every quarter has one offset, which is looked up.
    quarter = local // _QUARTER
    low = int(quarter.min())
    asked = np.zeros(int(quarter.max()) - low + 1, dtype=bool)
    asked[quarter - low] = True
    times = np.flatnonzero(asked) + low
    offsets = np.zeros(len(asked), dtype=np.int64)
    made = pl.Series(times * _QUARTER).cast(pl.Datetime("us")).to_frame("local")
    placed = made.select(_instant(pl.col("local"), timezone).dt.epoch("us"))["local"].to_numpy()
    offsets[times - low] = placed - times * _QUARTER
    return np.asarray(local + offsets[quarter - low])


def _instant(local: pl.Expr, timezone: str | None) -> pl.Expr:
    if timezone is None:
        return local
    hour = timedelta(hours=1)

    def placed(time: pl.Expr) -> pl.Expr:
        return time.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")

    return pl.coalesce(placed(local), placed(local - hour) + hour).dt.convert_time_zone("UTC")
