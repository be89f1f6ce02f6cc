"""What two states differ in as one page that needs nothing beside it, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
from markupsafe import Markup

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import FIGURES, Words, voice
from sujuva.figures.picture import Picture
from sujuva.figures.specification import pictures
from sujuva.figures.titled import titles_of
from sujuva.params import choice
from sujuva.published import Published, read_published
from sujuva.reports.columns import heading
from sujuva.reports.rendering import filled
from sujuva.review.difference import SHORT, Difference
from sujuva.review.ranking import INTERVAL, Moved, decimals_of
from sujuva.review.states import HERE, State

_MOST = 50
"""Rows of the ranking that a page shows."""
_NAMED = ("indicator", "comparison", "measure")
_ABOUT = ("scale", "category", "informant", "group", "other_group", "item")


@dataclass(frozen=True)
class _Side:
    name: str
    fingerprint: str


def difference_page(found: Difference, *, language: str, regions: Sequence[str] = (NETWORK,)) -> str:
    """Return the page.

    Args:
        found: What `difference` returned.
        language: fi, sv or en.
        regions: Regions whose figures stand side by side; "network" is all together.

    Raises:
        SujuvaError: A side has not all published tables, as of another version: then there is no page.
    """
    fdr = choice("coping.fdr")
    old, new = (read_published(state.tables, fdr=fdr) for state in (found.old, found.new))
    words = voice(new.meta, language)
    moved, stop = found.estimates.moved, found.estimates.stop
    return filled(
        "diff.html",
        say=words.say,
        words=words,
        language=language,
        title=words.say("What changed"),
        study=words.of(new.meta["title"]) or "Sujuva",
        synthetic=new.meta["synthetic"] or old.meta["synthetic"],
        old=_Side(_name(found.old, words), old.meta["fingerprint"]),
        new=_Side(_name(found.new, words), new.meta["fingerprint"]),
        beyond=stop,
        same=found.same,
        choices=found.choices,
        code=found.code,
        bundles=list(_bundles(found, new, old, words)),
        rows=list(_rows(found, new, words)),
        moved=[_moved(one, new, old, words) for one in moved[: min(stop, _MOST)]],
        more=max(stop - _MOST, 0),
        stop=_stop(stop, len(moved) - stop, words),
        changed=_changed(found, words),
        figures=list(_figures(old, new, words, regions)),
        tables=[{"table": one.table, "counts": _counts(one, words)} for one in found.tables if not one.same],
    )


def _name(state: State, words: Words) -> str:
    return words.say("What lies in the project now") if state.name == HERE else state.name


def _stop(stop: int, rest: int, words: Words) -> str:
    if not stop:
        told = words.say("You may stop here: no number differs by more than its interval or its rounding.")
    else:
        told = words.say("You may stop here: from here on nothing differs by more than its interval or its rounding.")
    count = words.say("{n} numbers differ by less.", n=words.number(rest)) if rest else ""
    return f"{told} {count}".strip()


def _changed(found: Difference, words: Words) -> str:
    hidden, shown = len(found.estimates.hidden), len(found.estimates.shown)
    if not hidden and not shown:
        return ""
    return words.say(
        "Numbers that were shown and are hidden now: {hidden}. Numbers that were hidden and are shown now: {shown}.",
        hidden=words.number(hidden), shown=words.number(shown),
    )  # fmt: skip


def _counts(one: Any, words: Words) -> list[str]:
    counts = (*one.rows, one.equal, len(one.changed), len(one.gone), len(one.come))
    return [words.number(count) for count in counts]


def _rows(found: Difference, published: Published, words: Words) -> Iterator[dict[str, str]]:
    for diff in found.rows:
        for change in diff.changed:
            what = _titled(change.key, published, words)
            for column, (old, new) in change.values.items():
                if isinstance(old, int | None) and isinstance(new, int | None):
                    counted = {"what": what, "column": heading(words, column)}
                    yield counted | {"old": words.number(old), "new": words.number(new)}


def _bundles(found: Difference, new: Published, old: Published, words: Words) -> Iterator[dict[str, str]]:
    """Yield a line a bundle that differs, and one of the network, for which all of them stand together."""

    def line(region: str, sides: Sequence[str], count: int, back: str = "") -> dict[str, str]:
        known = new if region in new.meta["regions"] else old
        differ = words.say("Numbers that differ: {n}", n=words.number(count))
        return {"title": _titled({"region": region}, known, words), "old": sides[0], "new": sides[1], "differ": differ,
                "back": words.say("Went back to it: {reason}", reason=back) if back else ""}  # fmt: skip

    for one in found.bundles:
        sides = [
            words.say("round {n}: {digest}", n=words.number(number), digest=digest[:SHORT]) if digest
            else words.say("no bundle")
            for digest, number in zip((one.old, one.new), one.rounds, strict=True)
        ]  # fmt: skip
        yield line(one.region, sides, one.of_region, one.back)
    if found.bundles:
        yield line(NETWORK, ("", ""), found.bundles[0].of_network)


def _titled(key: Mapping[str, Any], published: Published, words: Words, names: Sequence[str] = ()) -> str:
    """Return what the columns of a key say, in words where they have any."""
    frame = pl.DataFrame({name: [value] for name, value in key.items()})
    told = [_one(frame, name, published, words) for name in names or key if key.get(name) not in (None, "", 0)]
    return ", ".join(one for one in told if one)


def _one(frame: pl.DataFrame, name: str, published: Published, words: Words) -> str:
    try:
        return str(titles_of(published.meta, words, frame, name)[0] or "")
    except KeyError:
        return str(frame[name][0])


def _moved(one: Moved, new: Published, old: Published, words: Words) -> dict[str, str]:
    publication = new if _known(one, new) else old
    records = publication.meta["indicators"]
    name = next((one.key[column] for column in _NAMED if column in one.key), "")
    per_cent = bool(records.get(name, {}).get("percent"))
    decimals = decimals_of(one.key, records)
    values = [
        words.percent(value, decimals - 2) if per_cent else words.number(value, decimals)
        for value in (one.old, one.new)
    ]
    size = words.number(one.size, 1) if one.by == INTERVAL else words.say("no interval")
    year = str(one.key.get("wave") or words.say("all years together"))
    other = one.key.get("other_wave")
    return {
        "title": _titled(one.key, publication, words, [column for column in _NAMED if column in one.key]),
        "about": _titled(one.key, publication, words, [column for column in _ABOUT if column in one.key]),
        "place": _titled(one.key, publication, words, ["region"]),
        "year": f"{other}–{year}" if other and other != one.key.get("wave") else year,
        "old": values[0], "new": values[1], "size": size,
    }  # fmt: skip


def _known(one: Moved, published: Published) -> bool:
    return any(one.key.get(column) in published.meta["indicators"] for column in _NAMED)


def _figures(old: Published, new: Published, words: Words, regions: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield figures whose rows differ, drawn of both sides."""
    for region in regions:
        for spec in FIGURES.values():
            if old[spec.table].equals(new[spec.table]):
                continue
            sides = [{one.key: one for one in pictures(spec, side, words, region=region)} for side in (old, new)]
            for key in dict.fromkeys([*sides[1], *sides[0]]):
                before, after = (side.get(key) for side in sides)
                if before is not None and after is not None and before.data.equals(after.data):
                    continue
                shown = after or before
                if shown is not None:
                    yield {
                        "title": f"{shown.subject} – {shown.place}" if shown.place else shown.subject,
                        "old": _drawn(before, f"old-{region}"), "new": _drawn(after, f"new-{region}"),
                    }  # fmt: skip


def _drawn(picture: Picture | None, side: str) -> Markup | None:
    """Return a drawing whose ids are its own on a page that has it twice."""
    return None if picture is None else Markup(replace(picture, key=f"{side}-{picture.key}").narrow.svg())  # noqa: S704  ours
