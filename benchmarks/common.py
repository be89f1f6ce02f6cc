"""What the benchmarks share: timing commands, and one way to print a ratio."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from sujuva.codebooks import Instrument


def seconds(command: Sequence[str], *, cwd: Path) -> float:
    """Run a command that must succeed and return the seconds it took.

    Args:
        command: The command and its arguments.
        cwd: Where it runs.

    Raises:
        SystemExit: It failed; the end of what it said is shown.
    """
    start = time.perf_counter()
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        msg = f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        raise SystemExit(msg)
    return time.perf_counter() - start


def report(
    label: str, first: float, second: float, *, at_most: float | None = None, at_least: float | None = None
) -> float:
    """Print two times and their ratio, and whether the ratio is where it should be.

    Args:
        label: What is compared, as "first / second".
        first: Seconds, the numerator.
        second: Seconds, the denominator.
        at_most: The largest ratio that is good enough.
        at_least: The smallest ratio that is good enough.

    Returns:
        The ratio.
    """
    ratio = first / second
    target = ""
    if at_most is not None:
        target = f"  (target: at most {at_most:g}: {'reached' if ratio <= at_most else 'MISSED'})"
    if at_least is not None:
        target = f"  (target: at least {at_least:g}: {'reached' if ratio >= at_least else 'MISSED'})"
    print(f"{label}: {first:.2f} s / {second:.2f} s = {ratio:.2f}{target}")
    print(f"  {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the end")
    return ratio


def one_scale(items: int, response: tuple[int, int]) -> Instrument:
    """Return an instrument "q" whose items make one scale, "score": the sum of all of them."""
    text = {"fi": "-", "sv": "-", "en": "-"}
    low, high = (items * end for end in response)
    scale = {"key": "score", "title": text, "items": range(1, items + 1), "range": (low, high)}
    return Instrument.model_validate(
        {"key": "q", "title": text, "items": items, "response": response, "licence": "-", "citation": "-"}
        | {"scales": [scale | {"higher_is_better": True}]}
    )
