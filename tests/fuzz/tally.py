"""How many variants ended how, by format."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import ClassVar

import pytest

from tests.fuzz.forms import FORMS
from tests.fuzz.judging import Outcome
from tests.fuzz.variants import Variant

ENDS = ("clean", "quarantine", "error", "crash", "hang")


@dataclass
class Tally:
    """Counts of ends.

    Attributes:
        ends: Variants by format and end.
        kinds: Variants by kind of corruption.
        counted: Variants whose raw rows were counted a second time.
        failures: What is wrong with an end, and which variant had it.
    """

    KEY: ClassVar[pytest.StashKey[Tally]] = pytest.StashKey()
    """Where pytest keeps the counts for its summary."""

    ends: Counter[tuple[str, str]] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    counted: int = 0
    failures: list[tuple[Variant, Outcome]] = field(default_factory=list)

    def take(self, variant: Variant, outcome: Outcome) -> None:
        """Count the end of a variant; a soiled sources.yaml is a format of its own."""
        self.ends["sources.yaml" if variant.kind == "yaml" else variant.form, outcome.end] += 1
        self.kinds[variant.kind] += 1
        self.counted += outcome.counted
        if outcome.faults:
            self.failures.append((variant, outcome))

    @property
    def total(self) -> int:
        """Number of variants."""
        return self.ends.total()

    def lines(self) -> list[str]:
        """Return the counts as lines of text: one sentence, then one line a format."""
        sums = {end: sum(self.ends[form, end] for form in (*FORMS, "sources.yaml")) for end in ENDS}
        head = (
            f"{self.total} corrupted variants: {sums['clean']} clean, {sums['quarantine']} with quarantine, "
            f"{sums['error']} one clear error, {sums['crash']} crashes, {sums['hang']} hangs; "
            f"{len(self.failures)} failures; raw rows counted a second time in {self.counted}."
        )
        rows = [f"{'format':<18}" + "".join(f"{end:>12}" for end in ENDS)]
        lines = [
            f"{form:<18}" + "".join(f"{self.ends[form, end]:>12}" for end in ENDS) for form in (*FORMS, "sources.yaml")
        ]
        return [head, *rows, *lines]
