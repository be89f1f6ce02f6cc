"""What two states differ in: choices, code, rows of data, published estimates and tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.io import read_table
from sujuva.published import KEYS, TableDiff, compare_published, show_differences
from sujuva.review.inputs import is_code
from sujuva.review.ranking import INTERVAL, Moved, Ranked, ranked
from sujuva.review.states import HERE, State

SHORT = 12  # digits of a SHA-256 that tell bundles apart
LEDGERS = ("quality_ledger", "quality_rows")
"""Published tables that count rows of the data, of each source and of each clean table."""


@dataclass(frozen=True)
class BundleChange:
    """A region whose bundle is another one, and what became of published estimates.

    Attributes:
        region: Key of the region.
        old: SHA-256 of its bundle; empty: there was none.
        new: The same of the other side.
        rounds: The rounds of both; 0: there was none, or none was told.
        back: Why the new one stands where a later one stood; empty: none did.
        of_region: How many estimates of the region moved, were hidden or came.
        of_network: The same of the network, for which all bundles that differ stand together.
    """

    region: str
    old: str
    new: str
    rounds: tuple[int, int]
    back: str
    of_region: int
    of_network: int


@dataclass(frozen=True)
class Difference:
    """What two states differ in.

    Attributes:
        old: One side.
        new: The other.
        choices: Dotted name → old and new value; None where a side does not tell its choices.
        code: Stage → parts of its code that differ, its command among them; None where a side has no `dvc.lock`.
        tables: Published tables and what is told beside them.
        estimates: Published estimates, ranked.
        bundles: Bundles of regions that differ, by region.
    """

    old: State
    new: State
    choices: Mapping[str, tuple[Any, Any]] | None
    code: Mapping[str, tuple[str, ...]] | None
    tables: Sequence[TableDiff]
    estimates: Ranked
    bundles: Sequence[BundleChange] = ()

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.choices and not self.code and not self.bundles and all(one.same for one in self.tables)

    @property
    def rows(self) -> list[TableDiff]:
        """Differences of the tables that count rows of the data."""
        return [one for one in self.tables if one.table in LEDGERS]


def difference(old: State, new: State) -> Difference:
    """Compare two states.

    Raises:
        SujuvaError: A side has no published tables, or some without a contract.
        DisclosureError: A table has not passed `publish`.
    """
    tables = compare_published(old.tables, new.tables)
    known = [one.table for one in tables if None not in one.rows]
    halves = {name: half for name in known if name in KEYS and (half := _halves(old, new, name)) is not None}
    records = old.meta.get("indicators", {}) | new.meta.get("indicators", {})
    ranks = ranked(tables, halves, records)
    bundles = tuple(_bundles(old, new, ranks))
    return Difference(old, new, _choices(old, new), _code(old, new), tables, ranks, bundles)


def _bundles(old: State, new: State, ranks: Ranked) -> Iterator[BundleChange]:
    before, after = ({one["region"]: one for one in state.meta.get("bundles", ())} for state in (old, new))
    keys = [*(one.key for one in ranks.moved), *(key for _, key in (*ranks.hidden, *ranks.shown))]
    places = Counter(key.get("region") for key in keys)
    for region in sorted(before.keys() | after.keys()):
        one, other = before.get(region, {}), after.get(region, {})
        if one.get("sha256") != other.get("sha256"):
            yield BundleChange(
                region,
                one.get("sha256", ""),
                other.get("sha256", ""),
                rounds=(one.get("round", 0), other.get("round", 0)),
                back=other.get("back", ""),
                of_region=places[region],
                of_network=places[NETWORK],
            )


def _choices(old: State, new: State) -> dict[str, tuple[Any, Any]] | None:
    if old.params is None or new.params is None:
        return None
    names = sorted(old.params.keys() | new.params.keys())
    both = {name: (old.params.get(name), new.params.get(name)) for name in names}
    return {name: values for name, values in both.items() if values[0] != values[1]}


def _code(old: State, new: State) -> dict[str, tuple[str, ...]] | None:
    if not old.stages or not new.stages:
        return None
    found: dict[str, tuple[str, ...]] = {}
    for name in dict.fromkeys([*new.stages, *old.stages]):
        sides = [state.stages.get(name) for state in (old, new)]
        deps = [{path: digest for path, digest in (one.deps if one else {}).items() if is_code(path)} for one in sides]
        parts = sorted(path for path in deps[0].keys() | deps[1].keys() if deps[0].get(path) != deps[1].get(path))
        commands = {one.command if one else "" for one in sides}
        parts += ["dvc.yaml"] if len(commands) > 1 else []
        if parts:
            found[name] = tuple(parts)
    return found


def _halves(old: State, new: State, table: str) -> Callable[[Mapping[str, Any]], float | None] | None:
    """Return what tells half of the wider of both intervals of a row; None of a table without estimates."""
    frames = [read_table(state.tables / f"{table}.parquet") for state in (old, new)]
    if any("estimate" not in frame.columns for frame in frames):
        return None
    known: dict[tuple[Any, ...], float] = {}
    for frame in frames:
        if not {"ci_low", "ci_high"} <= {*frame.columns}:
            continue
        width = ((pl.col("ci_high") - pl.col("ci_low")) / 2).alias("half")
        for *key, half in frame.select(*KEYS[table], width).filter(pl.col("half") > 0).iter_rows():
            known[tuple(key)] = max(known.get(tuple(key), 0.0), half)
    return lambda key: known.get(tuple(key[name] for name in KEYS[table]))


def told(found: Difference, *, most: int = 5) -> str:
    """Return what a person at a terminal reads, what matters most first."""
    names = ["what lies here" if one.name == HERE else one.name for one in (found.old, found.new)]
    lines = [" → ".join(names), *_of_choices(found), *_of_bundles(found), *_of_code(found), *_of_estimates(found, most)]
    return "\n".join([*lines, "Tables", show_differences(found.tables, most=most)])


def _of_choices(found: Difference) -> list[str]:
    if found.choices is None:
        return ["Choices: a side does not tell them; meta.json below has what readers are told of them."]
    return [
        f"Choices: {len(found.choices)} differ",
        *(f"    {name}: {old} → {new}" for name, (old, new) in found.choices.items()),
    ]


def _of_bundles(found: Difference) -> list[str]:
    if not any(state.meta.get("bundles") for state in (found.old, found.new)):
        return []
    lines = [f"Bundles: {len(found.bundles)} differ"]
    for one in found.bundles:
        sides = zip((one.old, one.new), one.rounds, strict=True)
        old, new = (f"round {number}, {digest[:SHORT]}" if digest else "none" for digest, number in sides)
        lines.append(f"    {one.region}: {old} → {new}; {one.of_region} of its estimates differ")
        lines += [f"        went back to it: {one.back}"] if one.back else []
    return lines + ([f"    {found.bundles[0].of_network} estimates of the network differ"] if found.bundles else [])


def _of_code(found: Difference) -> list[str]:
    if found.code is None:
        codes = [state.meta.get("code") for state in (found.old, found.new)]
        return [f"Code of the tables: {'the same' if codes[0] == codes[1] and codes[0] else 'another, or not told'}"]
    return [
        f"Code: {len(found.code)} stages differ",
        *(f"    {name}: {', '.join(parts)}" for name, parts in found.code.items()),
    ]


def _of_estimates(found: Difference, most: int) -> list[str]:
    ranks, stop = found.estimates, found.estimates.stop
    lines = [f"Estimates: {len(ranks.moved)} moved, {len(ranks.hidden)} hidden now, {len(ranks.shown)} shown now"]
    lines += [f"    {line_of(one)}" for one in ranks.moved[: min(stop, most)]]
    if stop > most:
        lines.append(f"    … {stop - most} more that differ by more than their interval or rounding")
    rest = len(ranks.moved) - stop
    end = f"Stop here: {'none' if not stop else 'none of the rest'} differs by more than its interval or its rounding"
    return [*lines, f"    {end} ({rest} within)."]


def line_of(one: Moved) -> str:
    """Return a line of a moved estimate: its key, both values, and the change in units of interval or rounding."""
    key = " ".join(str(value) for value in one.key.values() if value not in ("", None))
    by = "half interval" if one.by == INTERVAL else "last decimal"
    return f"{key}: {one.old:.6g} → {one.new:.6g}  ({one.size:.2g} × {by})"


def as_json(found: Difference) -> dict[str, Any]:
    """Return all of it for machines."""
    return {
        "old": found.old.name,
        "new": found.new.name,
        "choices": found.choices,
        "code": found.code,
        "bundles": [asdict(one) for one in found.bundles],
        "estimates": {**asdict(found.estimates), "stop": found.estimates.stop},
        "tables": [asdict(one) for one in found.tables],
    }
