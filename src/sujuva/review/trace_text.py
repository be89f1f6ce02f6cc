"""A trace as a person reads it in a terminal."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from sujuva.codebooks import Terms
from sujuva.published import PRIMARY, SHOWN
from sujuva.review.trace import Trace

_WIDTH, _INDENT = 100, 12
_ROWS, _RULES = 6, 8
_STATES = {SHOWN: "shown", PRIMARY: "hidden for itself"}


def as_text(trace: Trace, terms: Terms) -> str:
    """Return a trace in some forty lines.

    Args:
        trace: What was found.
        terms: Titles of codes; rules are told in English.
    """
    lines: list[str] = [" · ".join(str(value) for value in (trace.cell.table, *trace.cell.key.values()) if value != "")]
    for title, parts in _sections(trace, terms):
        told = [line for part in parts for line in _wrapped(part)]
        lines += ["", *(f"{title if not at else '':{_INDENT}}{line}" for at, line in enumerate(told))]
    return "\n".join(line.rstrip() for line in lines)


def _wrapped(text: str) -> list[str]:
    if "\n" in text:  # a table
        return text.splitlines()
    return textwrap.wrap(text, _WIDTH - _INDENT, subsequent_indent="  ", break_on_hyphens=False) or [""]


def _sections(trace: Trace, terms: Terms) -> Iterator[tuple[str, list[str]]]:
    yield "Published", [_numbers(trace.cell.numbers) or "no number"]
    yield "Decision", list(_decision(trace, terms))
    if trace.record:
        yield "Indicator", list(_record(trace.record))
    yield (
        "Code",
        [
            f"{one.place}  {one.function.rpartition('.')[2]}"
            + (f", called in {one.notebook}, cell {one.cell}" if one.notebook else "")
            for one in trace.code
        ],
    )
    moments = [part for name, frame in trace.origin.tables.items() for part in _moments(name, frame)]
    yield "Made of", moments or ["no table: a codebook"]
    if trace.clean:
        files = {one.source: one.file for one in trace.sources}
        yield (
            "Clean rows",
            [
                f"{one.table}: {one.rows} rows by {', '.join(one.by)}"
                + "".join(f"; {rows} from {files.get(source, source)}" for source, rows in one.files.items())
                for one in trace.clean
            ],
        )
    if trace.sources:
        yield (
            "Files",
            [
                f"{one.file} ({one.source}, read as {one.reader}): {one.rows_in} rows in, {one.rows_clean} clean, "
                f"{one.rows_quarantined} set aside{_rules(one.rules, terms)}"
                for one in trace.sources
            ],
        )
    yield "Parameters", [", ".join(f"{name} {_value(value)}" for name, value in sorted(trace.parameters.items()))]
    yield "Made by", [f"data, choices and code {trace.fingerprint}"]


def _decision(trace: Trace, terms: Terms) -> Iterator[str]:
    decision = trace.decision
    state = _STATES.get(decision.suppressed, "hidden for the sake of others")
    why = f": {_title(terms, 'decision', decision.rule)} ({decision.rule})" if decision.rule else ""
    yield f"{state}{why}"
    if decision.suppressed != SHOWN and decision.exact:
        yield f"before the door (for this terminal alone): {_numbers(decision.exact)}"
    if decision.changed:
        pairs = (f"{name} {_value(exact)} → {_value(told)}" for name, (exact, told) in decision.changed.items())
        yield f"rounded or in steps: {'; '.join(pairs)}"
    if decision.untold:
        yield f"not told: {', '.join(decision.untold)}"


def _record(record: Mapping[str, Any]) -> Iterator[str]:
    unit = f" ({record['unit']['en']})" if record["unit"]["en"] else ""
    yield f"{record['title']['en']}{unit}: {record['description']['en']}"
    yield f"How ({record['formula']}): {record['method']}"
    yield f"n counts: {record['counts']}"


def _moments(name: str, frame: pl.DataFrame) -> Iterator[str]:
    yield f"data/{name}.parquet: {frame.height} rows"
    if frame.height:
        alike = [one for one in frame.columns if frame.height > 1 and frame[one].n_unique() == 1]
        with pl.Config(tbl_rows=_ROWS, tbl_cols=-1, tbl_width_chars=10_000, tbl_hide_dataframe_shape=True,
                       tbl_hide_column_data_types=True, tbl_formatting="NOTHING"):  # fmt: skip
            yield f"{frame.drop(alike)}\n"


def _rules(rules: tuple[tuple[str, str, int], ...], terms: Terms) -> str:
    told = [f"{_title(terms, 'rule', rule)} {rows}" for rule, _, rows in rules[:_RULES]]
    more = f" and {len(rules) - _RULES} more" if len(rules) > _RULES else ""
    return f"; rows by rule: {', '.join(told)}{more}" if told else ""


def _title(terms: Terms, kind: str, code: str) -> str:
    term = terms.kinds.get(kind, {}).get(code)
    return code if term is None else str(term["en"])


def _numbers(numbers: Mapping[str, Any]) -> str:
    return "   ".join(f"{name} {_value(value)}" for name, value in numbers.items() if value is not None)


def _value(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
