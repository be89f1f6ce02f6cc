"""Marks in published tables: classes instead of numbers."""

LEAST = 30
"""Fewest complete cases of a published number of reliability (a rule of thumb of this project's own)."""
UNDER_5, FROM_5, UNDER_15, OVER_15 = "under_5", "from_5_to_15", "under_15", "over_15"
"""Values of `bound` in rows of floor and ceiling."""
BELOW, ABOVE = "below", "above"
"""Values of the column `bound` of a share: it is under, or over, the number in `estimate`."""


def rows_base(threshold: int, rounding: int) -> int:
    """Return the base of the rows of files about persons: the first multiple of `rounding` not below `threshold`.

    Two counts that differ by less than the threshold may then be the same, whatever is published of them.
    """
    return rounding * -(-threshold // rounding)
