"""What an intruder learns, and the kinds of ways to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

KINDS = {
    "sums": "sums of regions, groups, years, bands and bins",
    "children": "LP discussions: degrees of freedom, clusters, nested numbers, shares of topics, p-values",
    "weighted_shares": "weighted shares whose persons were not counted",
    "moments": "mean, standard deviation and n of whole scores with equal weights",
    "organisations": "unanimous means of ratings by organisations",
    "rounded_n": "a rounded n that a mean of whole answers makes exact",
    "newcomers": "those who came or were lost between two waves, by subtraction",
    "releases": "differences between two releases",
    "specifications": "ways of computing a finding, beside what is published",
}
"""Kinds of leaks, in the order in which they are told."""


@dataclass(frozen=True)
class Finding:
    """One thing that the published tables tell and should not.

    Attributes:
        kind: One of `KINDS`.
        table: The published table.
        key: The key of the published row (no microdata).
        what: What is counted.
        low: The least it can be.
        high: The most it can be.
        path: By which published numbers.
    """

    kind: str
    table: str
    key: dict[str, Any] = field(hash=False)
    what: str
    low: int
    high: int
    path: str

    @property
    def place(self) -> str:
        """The key of the row in a line."""
        return " ".join(str(value) for value in self.key.values() if value not in ("", "all"))

    @property
    def learned(self) -> str:
        """What was learned, in words."""
        return f"{self.what}: " + (f"exactly {self.low}" if self.low == self.high else f"{self.low} to {self.high}")


def is_learned(low: int, high: int, threshold: int) -> bool:
    """Tell whether a count from `low` to `high` is surely small, and narrower than the rule alone tells."""
    return low >= 1 and high < threshold and (low, high) != (1, threshold - 1)
