"""What a service says under an id that it did not say before: another title, or another value of an old year."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import polars as pl

from sujuva.codebooks.area_statistics import plain_title
from sujuva.errors import FetchError
from sujuva.sources.pulls import Change, Part

_KEY = ("area", "year", "gender")
_SHOWN = 8
ACCEPT = "--accept"


def title_changes(statistic: str, old: Part, new: Part) -> Iterator[Change]:
    """Yield the titles that say something else in two answers; a language that one of them lacks says nothing."""
    for language in sorted({*old.title} & {*new.title}):
        if plain_title(old.title[language]) != plain_title(new.title[language]):
            yield Change(statistic=statistic, what="title", old=old.title[language], new=new.title[language])


def value_changes(statistic: str, old: pl.DataFrame, new: pl.DataFrame) -> Iterator[Change]:
    """Yield values and absolute numbers that were there and are others, or are gone.

    Args:
        statistic: Its id.
        old: area, area_name, year, gender, value and absolute as text, of one statistic; areas in one form of codes,
            and only years and genders that were asked for again.
        new: The same. A value that was not there before is no change.
    """
    both = old.join(new, on=_KEY, how="left", suffix="_new", nulls_equal=True)
    for name in ("value", "absolute"):
        was, now = (pl.col(one).cast(pl.Float64, strict=False) for one in (name, f"{name}_new"))
        # 2 and 2.0 are one number; dots and a lack are one, too.
        differing = both.filter(was.is_not_null(), ~was.eq_missing(now)).sort("year", "area", "gender")
        for one in differing.iter_rows(named=True):
            yield Change(
                statistic=statistic, what=name, old=one[name], new=one[f"{name}_new"],
                area=one["area_name"] or one["area"] or "", year=int(one["year"]), gender=one["gender"],
            )  # fmt: skip


def refuse(changes: Sequence[Change], accepted: Collection[str], source: str) -> None:
    """Stop where something has changed that nobody accepts.

    Raises:
        FetchError: Says of every statistic what was and what is, the first few of many.
    """
    stopping = [one for one in changes if one.statistic not in accepted]
    if not stopping:
        return
    statistics = list(dict.fromkeys(one.statistic for one in stopping))
    lines = [f"Source '{source}': what was fetched before has changed, and nothing was written."]
    lines += [f"  {one.told}" for one in stopping[:_SHOWN]]
    if len(stopping) > _SHOWN:
        lines.append(f"  … and {len(stopping) - _SHOWN} more, of {len(statistics)} statistic(s)")
    hint = (
        "Read at the service what the id counts now. If it is the same, take it over with "
        f"`sujuva fetch {' '.join(f'{ACCEPT} {one}' for one in statistics)}`, which records each change; if it is "
        "another thing, take the id out of sources.yaml."
    )
    raise FetchError("\n".join(lines), hint)


def all_changes(
    old: Mapping[str, Part], new: Mapping[str, Part], was: pl.DataFrame, now: pl.DataFrame
) -> Iterator[Change]:
    """Yield all changes between two pulls, statistic by statistic, in the order of the new one.

    Args:
        old: Statistics as they were.
        new: Statistics as they are.
        was: The rows of `old`, as the reader makes them, of years and genders that were asked for again.
        now: The rows of `new`.
    """
    before, after = (
        {str(key): some for (key,), some in rows.group_by("indicator", maintain_order=True)} for rows in (was, now)
    )
    for statistic, part in new.items():
        if statistic in old and part != old[statistic]:
            yield from title_changes(statistic, old[statistic], part)
            yield from value_changes(statistic, before.get(statistic, was.clear()), after.get(statistic, now.clear()))
