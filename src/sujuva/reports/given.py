"""Names as the data gives them, in the language of the data: what no codebook translates is marked as such.

So a screen reader reads Finnish names on a Swedish page as Finnish (WCAG 2.2, success criterion 3.1.2). Texts of
attributes cannot be marked.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

import polars as pl
from markupsafe import escape

from sujuva.figures import Words
from sujuva.figures.labels import Meta, organisation_name
from sujuva.figures.specification import View

GIVEN = "fi"
"""Language in which deliveries name organisations, statistics, topics of meetings and reasons of families."""
_LEAST = 3
"""Letters of the shortest name that is marked: a shorter one may be anything."""
_PARTS = re.compile(r"(<script\b.*?</script>|<style\b.*?</style>|<title\b.*?</title>|<[^>]*>)", re.DOTALL)
_TEXT = re.compile(r"<text( [^>]*)>([^<]+)</text>")


def given_names(view: View) -> tuple[str, ...]:
    """Return the names on the pages of a report that stand as given; none in the language of the data itself."""
    if view.words.language == GIVEN:
        return ()
    published, words = view.published.tables, view.words
    named: list[str] = []
    for (region,), nodes in published["nodes"].group_by("region") if "nodes" in published else ():
        named += [*nodes["name"], *nodes.select(organisation_name(view.meta, str(region)))["name"]]
    given = {"phenomenon": set(published["presence"]["phenomenon"]) if "presence" in published else set()}
    if "integration" in published:
        noticed = published["integration"].filter(pl.col("indicator") == "observation_phenomenon")
        given["phenomenon"] |= set(noticed["category"])
    groups = {group for name in ("integration", "survival") if name in published for group in published[name]["group"]}
    given["trigger"] = {group.partition(":")[2] for group in groups if group.startswith("trigger:")}
    unknown = [one for kind, codes in given.items() for one in codes if one and not words.knows(kind, one)]
    return (*given_in(view.meta, words), *sorted({one for one in (*named, *unknown) if one}))


def given_in(meta: Meta, words: Words) -> tuple[str, ...]:
    """Return the names of statistics and producers that no codebook has, of sources and of projects.

    None in the language of the data.
    """
    if words.language == GIVEN:
        return ()
    about = {meta["responsible"], *(one["responsible"] for one in meta["sources"])} - set(meta.get("producers", {}))
    known = meta["areas"].get("statistics", {})
    titles = {title for key, title in meta["areas"].get("titles", {}).items() if key not in known}
    offers = [one for some in meta["offers"].values() for one in some]
    sources = {one["source"] for one in (*offers, *meta["background"])}
    projects = {one["title"][words.language] for one in meta["offers"]["projects"]}
    return tuple(sorted((about | titles | sources | projects) - {""}))


def marked(page: str, names: Iterable[str]) -> str:
    """Mark names wherever they stand in the text of a page.

    Args:
        page: HTML.
        names: As the data gives them.
    """
    wanted = sorted({str(escape(one)) for one in names if len(one) >= _LEAST}, key=lambda one: (-len(one), one))
    if not wanted:
        return page
    any_name = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, wanted))})(?!\w)")
    parts = _PARTS.split(page)
    parts[::2] = [any_name.sub(lambda found: f'<span lang="{GIVEN}">{found[0]}</span>', one) for one in parts[::2]]
    return "".join(parts)


def marked_drawing(drawing: str, names: Sequence[str]) -> str:
    """Mark the texts of a drawing that are such a name, or a line of one.

    Args:
        drawing: SVG.
        names: As the data gives them.
    """
    lines = {f" {one} " for one in names if len(one) >= _LEAST}

    def text(found: re.Match[str]) -> str:
        said = html.unescape(found[2]).strip()
        mine = len(said) >= _LEAST and any(f" {said} " in one for one in lines)
        return f'<text xml:lang="{GIVEN}"{found[1]}>{found[2]}</text>' if mine else found[0]

    return _TEXT.sub(text, drawing) if lines else drawing
