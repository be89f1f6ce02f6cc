"""What a person at a terminal reads of a verification."""

from __future__ import annotations

from typing import TextIO

from rich.console import Console
from rich.table import Table

from sujuva.review.compare import ALL, PIXELS, RELATIVE, Difference
from sujuva.review.judge import DIFFERENT, EQUAL, IDENTICAL, UNCHECKED, Judged, Verification

_STYLES = {IDENTICAL: "green", EQUAL: "green", DIFFERENT: "bold red", UNCHECKED: "yellow"}
_MOST = 5


def print_verification(came: Verification, *, file: TextIO) -> None:
    """Print outputs and verdicts as a table, then what is at fault, the largest differences, and what it comes to."""
    out = Console(file=file, highlight=False, emoji=False, markup=False)
    out.print(f"Commit {came.commit[:10]}. Environment: {came.environment}.", soft_wrap=True)
    table = Table(box=None)
    for head in ("output", "stage", "verdict", "largest difference"):
        table.add_column(head, overflow="fold")
    for one in came.outputs:
        table.add_row(one.path, one.stage, one.verdict, _largest(one), style=_STYLES[one.verdict])
    out.print(table)
    for fault in came.faults:
        out.print(f"✗ {fault.kind} {fault.name} ({', '.join(fault.stages)}): {fault.told}", style="red", soft_wrap=True)
    for one in came.outputs:
        if one.verdict == DIFFERENT and one.differences:
            out.print(f"{one.path}: {one.count} differences", soft_wrap=True)
            for difference in one.differences[:_MOST]:
                out.print(f"    {_line(difference)}", soft_wrap=True)
    out.print(_sum(came), soft_wrap=True)


def _largest(one: Judged) -> str:
    if one.verdict in {IDENTICAL, UNCHECKED}:
        return ""
    if one.largest < ALL:
        return f"{one.largest:.2g}"
    return f"follows from {', '.join(one.why[:2])}" if one.why and one.remade else "not a number"


def _line(one: Difference) -> str:
    key = " ".join(str(value) for value in one.key.values() if value not in ("", None))
    values = ", ".join(f"{column} {old} → {new}" for column, (old, new) in one.values.items())
    return " · ".join(part for part in (one.file, key, values or one.what) if part)


def _sum(came: Verification) -> str:
    counts = {verdict: sum(one.verdict == verdict for one in came.outputs) for verdict in _STYLES}
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)
    tolerance = f"equal: numbers to {RELATIVE:g} of the larger, pixels to {PIXELS} of 255"
    said = {0: "Nothing differs", 1: "It differs", 3: "Nothing differs in what could be checked"}[came.code]
    return f"{said}: {told} ({tolerance}); {len(came.faults)} faults."
