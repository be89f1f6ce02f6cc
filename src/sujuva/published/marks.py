"""Marks in published tables: classes instead of numbers."""

LEAST = 30
"""Fewest complete cases of a published number of reliability (a rule of thumb of this project's own)."""
UNDER_5, FROM_5, UNDER_15, OVER_15 = "under_5", "from_5_to_15", "under_15", "over_15"
"""Values of `bound` in rows of floor and ceiling."""
BELOW, ABOVE = "below", "above"
"""Values of the column `bound` of a share: it is under, or over, the number in `estimate`."""

ADDITIVE, N_ONLY, HIDDEN_SIDE, MOMENTS = "additive", "additive_n", "hidden_side", "moments"
"""Rules of rows that need not be small themselves: the row would give another away by a sum; is shown without its
n, which would; compares what is hidden; or would pin how few are in a band, or at an end of the scale."""
HIDDEN_FOR_OTHERS = (ADDITIVE, MOMENTS)
"""Rules that hide a row which need not be small itself, and must not be taken for it."""
GIVEN_WAY = (ADDITIVE, N_ONLY, HIDDEN_SIDE)
"""Rules by which a row gives way to others: hiding one that an earlier release told takes nothing back. `MOMENTS` is
not among them: beside the bands of today, which are of other persons, an older mean would be one more equation."""


def rows_base(threshold: int, rounding: int) -> int:
    """Return the base of the rows of files about persons: the first multiple of `rounding` not below `threshold`.

    Two counts that differ by less than the threshold may then be the same, whatever is published of them.
    """
    return rounding * -(-threshold // rounding)
