"""How a file numbers the answers of an instrument, judged by all its columns and rows together.

A tool that numbers options from 1 where the questionnaire begins at 0 (or the other way) makes codes that nearly all
lie within the range of answers, so that a range alone finds a few wrong values and takes the rest for answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

Counts = Mapping[int, int]
"""Of a code, how often it is there; codes that mean no answer are left out."""
AS_GIVEN = "as_given"
"""The word that says that the codes of a file are right as they are."""
SLIPS = 0.01
"""Share of all answers up to which codes may be slips of the pen (this project's own rule) …"""
FEW = 5
"""… as may fewer than this, in a small file."""

_EACH = 2
"""Answers for each code of the range, below which one code outside it is no sign; and how much rarer than an option on
average a negative code may be."""


@dataclass(frozen=True)
class Shift:
    """The codes of a file lie one or more beside those of the codebook.

    Attributes:
        by: What the file's codes are above the codebook's; negative: below.
        ranges: The ranges of answers of the items that are shifted, lowest and highest code, each once.
        items: The columns that are shifted; empty: all that were looked at.
        gained: Answers that only the shifted range holds.
        lost: Answers that only the codebook's range holds.
        neither: Answers that neither holds.
        total: All answers of the items that are shifted.
        spans: The lowest and the highest code of a shifted range are both there.
    """

    by: int
    ranges: tuple[tuple[int, int], ...]
    items: tuple[str, ...]
    gained: int
    lost: int
    neither: int
    total: int
    spans: bool

    @property
    def item_map(self) -> dict[str, str]:
        """The code of the codebook by the code of the file."""
        codes = sorted({code for low, high in self.ranges for code in range(low, high + 1)})
        return {str(code + self.by): str(code) for code in codes}

    @property
    def sure(self) -> bool:
        """Whether both ends of the shifted range are used, no answer speaks against it, and few lie in neither."""
        return self.spans and not self.lost and not is_common(self.neither, self.total)

    @property
    def coded(self) -> str:
        """How the file's codes lie, in a few words: coded 1–4, one above 0–3."""
        steps = "one" if abs(self.by) == 1 else str(abs(self.by))
        here = [(low + self.by, high + self.by) for low, high in self.ranges]
        return f"coded {spelled(here)}, {steps} {'above' if self.by > 0 else 'below'} {spelled(self.ranges)}"

    @property
    def told(self) -> str:
        """What was seen, in a sentence that begins with a small letter."""
        which = f" in {_named(self.items)}" if self.items else ""
        rest = f"; {self.neither} of {self.total} answers lie in neither range" if self.neither else ""
        if abs(self.by) > 1:
            return f"the codebook's codes are {spelled(self.ranges)}, but all answers{which} look {self.coded}."
        beyond, unused = (_listed(self._ends(outside=one)) for one in (True, False))
        used = f"{beyond} is used {_times(self.gained)} and {unused} {_times(self.lost)}"
        return f"the codebook's codes are {spelled(self.ranges)}, but{which} {used}: they look {self.coded}{rest}."

    def named(self, columns: Mapping[str, str]) -> Shift:
        """Return it with the file's own names of the columns that are shifted."""
        return replace(self, items=tuple(columns[name] for name in self.items))

    def advice(self, *, option: bool, mapped: bool = False, column: str = "") -> str:
        """Return what to do, ready to paste.

        Args:
            option: For `sujuva score`; False: as keys of the feed in sources.yaml.
            mapped: There is a map already, and it has led to these codes.
            column: The contract column that holds the codes, where there is one for all items.
        """
        if option:
            said, right = f"add {self.option}", "--as-given"
        else:
            where = f"write under {column}" if column else "add to the feed"
            said, right = f"{where} {'map' if column else 'item_map'}: {self.pasted}", f"codes: {AS_GIVEN} in the feed"
        if mapped:
            said = f"correct the {'map' if option or column else 'item_map'}, which has led to these codes"
        elif self.items:
            said = "recode these columns in the file, since a map is for all items"
        none = ""
        if abs(self.by) == 1 and not option:
            codes = ", ".join(f'"{code}"' for code in self._ends(outside=True))
            none = f"; if that one means no answer, missing: [{codes}]"
        return f"If so, {said}. If the codes are right as they are, {right}{none}."

    @property
    def pasted(self) -> str:
        """The map as `sources.yaml` takes it."""
        return as_map(self.item_map)

    @property
    def option(self) -> str:
        """The map as `sujuva score` takes it."""
        return as_option(self.item_map)

    def _ends(self, *, outside: bool) -> list[int]:
        """Return the code beyond the one end of each range, or that of its other end."""
        low_first = (self.by > 0) != outside
        step = (1 if self.by > 0 else -1) * outside
        return list(dict.fromkeys((low if low_first else high) + step for low, high in self.ranges))


def as_map(pairs: Mapping[str, str]) -> str:
    """Return the code by the answer of a file as `sources.yaml` takes it."""
    return "{" + ", ".join(f'"{raw}": "{code}"' for raw, code in pairs.items()) + "}"


def as_option(pairs: Mapping[str, str]) -> str:
    """Return the same as `sujuva score` takes it; a shell needs quotes around answers of several words."""
    text = ",".join(f"{raw}={code}" for raw, code in pairs.items())
    return f'--map "{text}"' if " " in text else f"--map {text}"


def shift_of(counts: Mapping[str, Counts], ranges: Mapping[str, tuple[int, int]]) -> Shift | None:
    """Judge whether the codes of an instrument are shifted in a file.

    All items are judged together; where their ranges differ and together they are not shifted, those of one range
    together. Codes are shifted by one where the code beyond one end of the range is there and the code at its other
    end is never used (one such answer is no sign among fewer than two answers a code); or where more answers fit the
    shifted range alone than fit the codebook's alone, and they are no slips (more than one in a hundred answers, and at
    least five). They are shifted by more than one where every answer
    lies in the shifted range, and both of its ends are used. A code at the end that nobody chose is no sign by itself,
    nor is a code outside the range where both ends are used. A negative code is no option that somebody chose, unless
    it is at least half as frequent as options are on average, and the highest code is never there. The rule is this
    project's own.

    Args:
        counts: Of each item, how often each code is there; without those that mean no answer.
        ranges: Of each of these items, the lowest and the highest code of the codebook.

    Returns:
        The shift; None: there is no sign of one.
    """
    found = _judged(counts, ranges)
    groups = dict.fromkeys(ranges[name] for name in counts)
    if found is not None or len(groups) < 2:  # noqa: PLR2004  of one range
        return found
    for one in groups:
        alike = {name: seen for name, seen in counts.items() if ranges[name] == one}
        found = _judged(alike, ranges, named=True)
        if found is not None:
            return found
    return None


def may_begin_at_one(counts: Mapping[str, Counts], ranges: Mapping[str, tuple[int, int]]) -> Shift | None:
    """Return the shift that codes may have of which nobody chose 0, where all lie in their ranges.

    That is no sign of a shift, but whoever knows the file should look: such scores are either right or all too high.
    Of few answers (fewer than five for each code) nothing is told.

    Args:
        counts: Of each item, how often each code is there; without those that mean no answer.
        ranges: Of each of these items, the lowest and the highest code of the codebook.
    """
    limits = tuple(sorted({ranges[name] for name in counts}))
    total = sum(count for seen in counts.values() for count in seen.values())
    inside = all(1 <= code <= ranges[name][1] for name, seen in counts.items() for code, count in seen.items() if count)
    if (
        not inside
        or any(low for low, _ in limits)
        or total < FEW * max((high + 1 for _, high in limits), default=total + 1)
    ):
        return None
    return Shift(1, limits, (), gained=0, lost=0, neither=0, total=total, spans=False)


def is_common(count: int, total: int) -> bool:
    """Tell whether so many of all answers are more than slips of the pen."""
    return count >= FEW and count > SLIPS * total


def _judged(
    counts: Mapping[str, Counts], ranges: Mapping[str, tuple[int, int]], *, named: bool = False
) -> Shift | None:
    places = [(name, code, count) for name, seen in counts.items() for code, count in seen.items() if count]
    total = sum(count for *_, count in places)
    found = []
    widest = max((ranges[name][1] - ranges[name][0] + 1 for name in counts), default=0)
    lowest = min((ranges[name][0] for name in counts), default=0)
    for by in _candidates(places, ranges):
        gained = lost = neither = 0
        ends: Counter[str] = Counter()
        for name, code, count in places:
            low, high = ranges[name]
            own, moved = low <= code <= high, low <= code - by <= high
            gained += count * (moved and not own)
            lost += count * (own and not moved)
            neither += count * (not own and not moved)
            ends.update({"low": count * (code - by == low), "high": count * (code - by == high)})
        spans = ends["low"] > 0 and ends["high"] > 0
        alone = gained == 1 and total < _EACH * widest
        shifted = gained > 0 and not alone and (not lost or (gained > lost and is_common(gained, total)))
        if lowest >= 0 > lowest + by:  # a usual code for no answer, unless it is as frequent as an option
            shifted = shifted and not lost and is_common(gained, total) and _EACH * widest * gained >= total
        if abs(by) > 1:
            shifted = shifted and spans and not lost and not neither
        if shifted:
            limits = tuple(sorted({ranges[name] for name in counts}))
            items = tuple(counts) if named else ()
            found.append(Shift(by, limits, items, gained, lost, neither, total, spans))
    return max(found, key=lambda one: (one.gained - one.lost, one.by), default=None)


def _candidates(places: list[tuple[str, int, int]], ranges: Mapping[str, tuple[int, int]]) -> Iterator[int]:
    """Yield by how much codes may be shifted: by one, or as far as their lowest and their highest both say."""
    yield from (1, -1)
    if places:
        low = min(code - ranges[name][0] for name, code, _ in places)
        high = max(code - ranges[name][1] for name, code, _ in places)
        if low == high and abs(low) > 1:
            yield low


def spelled(ranges: Iterable[tuple[int, int]]) -> str:
    """Return ranges of answers as people write them: 0–3 or 1–5."""
    return " or ".join(f"{low}–{high}" for low, high in ranges)


def _listed(codes: Iterable[int]) -> str:
    return " or ".join(str(code) for code in codes)


def _times(count: int) -> str:
    return {0: "never", 1: "once"}.get(count, f"{count} times")


def _named(items: tuple[str, ...], limit: int = 3) -> str:
    more = f" and {len(items) - limit} more" if len(items) > limit else ""
    return ", ".join(f"'{name}'" for name in items[:limit]) + more
