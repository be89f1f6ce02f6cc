"""Figures for papers and talks: each as PNG, SVG and PDF of exact size, with its rows, and a list of captions.

A drawing in a column has no title of its own, as journals want it: the list tells finding, subject, what marks mean,
what is hidden, source and how to cite it, to be copied into the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.errors import ParameterError, nearest
from sujuva.figures import FIGURES, Picture, View, Words, pictures
from sujuva.figures.export import OF_REGIONS
from sujuva.figures.labels import of_others
from sujuva.figures.picture import named_part
from sujuva.figures.presets import preset_of
from sujuva.io import write_text, write_with
from sujuva.published import SHOWN, Published
from sujuva.reports.checks import made
from sujuva.reports.downloads import as_csv, said, sheet
from sujuva.reports.files import citation, recipe_of

CAPTIONS = "captions.md"
"""The list of captions."""


@dataclass(frozen=True)
class Plate:
    """A figure that is printed.

    Attributes:
        name: Of its files, without suffix.
        view: Whose figure it is, and in which language.
        picture: The figure.
    """

    name: str
    view: View
    picture: Picture


def plates(
    published: Published, words: Words, *, regions: Sequence[str], drawn: Sequence[str] = (),
    drawn_of: Sequence[str] = (NETWORK,),
) -> list[Plate]:  # fmt: skip
    """Return the figures that are printed; one of which nothing has been published is left out.

    Args:
        published: What publish let out.
        words: The reader's language.
        regions: Regions of the study, in their order.
        drawn: Keys of figures, or of one of several pictures of a figure; every figure if there is none.
        drawn_of: Whose figures: regions; "network" stands for all together, and for the networks of each region.

    Raises:
        ParameterError: There is no such figure or region.
    """
    known = [key for key in regions if key in published.meta["regions"]]
    for place in drawn_of:
        if place not in {*known, NETWORK}:
            msg = f"figures.drawn_of: there is no region '{place}' among those published."
            raise ParameterError(msg, nearest(place, [*known, NETWORK]))
    families = list(dict.fromkeys(_family(key) for key in drawn)) or list(FIGURES)
    found: dict[str, Plate] = {}
    for place in drawn_of:
        for one in _of_place(published, words, place, known, families):
            if not drawn or {recipe_of(one.picture), one.picture.key} & {*drawn}:
                found.setdefault(one.name, one)
    return list(found.values())


def _family(key: str) -> str:
    """Return the figure that a key is of: its own, or that of one of its pictures."""
    if key in FIGURES:
        return key
    fitting = [name for name, spec in FIGURES.items() if spec.variants and key.startswith(f"{name}-")]
    if not fitting:
        msg = f"figures.drawn: there is no figure '{key}'."
        raise ParameterError(msg, nearest(key, FIGURES))
    return max(fitting, key=len)


def _of_place(
    published: Published, words: Words, place: str, known: Sequence[str], keys: Sequence[str]
) -> Iterator[Plate]:  # fmt: skip
    """Return the figures of a region; of the network those of each region's organisations, too."""
    regions = [*known, NETWORK] if place == NETWORK else None
    for key in keys:
        for one in pictures(FIGURES[key], published, words, region=place, regions=regions):
            name = one.key if place == NETWORK else f"{one.key}-{place}"
            yield Plate(name, View(published, words, place, ()), one)
    if place == NETWORK:
        for region in known:
            yield from _of_place(published, words, region, known, [key for key in keys if key in OF_REGIONS])


def write_papers(printed: Sequence[Plate], folder: Path, *, preset: str, published: Published, words: Words) -> None:
    """Write each figure as `<name>.png`, `.svg` and `.pdf`, its rows as `<name>.csv`, and the list of captions.

    A figure that no page can hold is divided: `<name>-1of2.png` and so on, with one file of rows.

    Args:
        printed: The figures.
        folder: Where they go.
        preset: one-column, two-columns or slide.
        published: What publish let out.
        words: The reader's language.

    Raises:
        ParameterError: There is no such preset.
        DisclosureError: Rows have not passed publish.
    """
    preset_of(preset)
    told = []
    for place, one in enumerate(printed, start=1):
        meta = published.meta
        pages = one.picture.pages(preset, made=made(meta))
        names = [named_part(one.name, number, len(pages)) for number in range(1, len(pages) + 1)]
        for name, page in zip(names, pages, strict=True):
            files = {".png": page.png(), ".svg": page.svg_file().encode(), ".pdf": page.pdf()}
            for suffix, content in files.items():
                write_with(folder / f"{name}{suffix}", lambda path, content=content: path.write_bytes(content))  # type: ignore[misc]
        rows = as_csv(sheet(one.picture.data, _subject(one), meta, words), words, meta)
        write_with(folder / f"{one.name}.csv", lambda path, rows=rows: path.write_bytes(rows))  # type: ignore[misc]
        told.append(_caption(one, place, names))
    none = words.say("Nothing has been published that the chosen figures could show.")
    data = [one.picture.data for one in printed]
    own = next((one for one in data if not of_others(published.meta, one)), pl.DataFrame() if not data else data[0])
    head = said(published.meta, words, words.say("Figures for papers and talks"), own)
    lines = [f"# {head[0]}", *map(_plain, head[1:]), *(told or [none]), f"`{made(published.meta)}`"]
    write_text("\n\n".join(lines) + "\n", folder / CAPTIONS)


def _subject(plate: Plate) -> str:
    return f"{plate.picture.subject} – {plate.view.place()}"


def _caption(plate: Plate, number: int, names: Sequence[str]) -> str:
    """Return what stands under a figure, and what its files are."""
    view, picture = plate.view, plate.picture
    table = FIGURES[recipe_of(picture)].table
    about = [
        f"## {number}. {_plain(picture.title)}",
        f"**{_plain(_subject(plate))}.**" if picture.subtitle or picture.title not in _subject(plate) else "",
        *(_plain(line) for line in picture.caption.split("\n")),
        _plain(picture.warning),
        _hidden(view, picture.data),
        *(_plain(f"{line}.") for line in (picture.source, picture.stamp) if line),
        view.say("Files: {files}.", files=", ".join(f"`{name}.png`, `.svg`, `.pdf`" for name in names)),
        view.say("Rows: {file}, of the published table {table} (SHA-256 {sum}).",
                 file=f"`{plate.name}.csv`", table=f"`{table}`", sum=f"`{view.published.sums.get(table, '')}`"),
        view.say("Cite: {citation}", citation=_plain(citation(view, picture.subject, picture.data))),
    ]  # fmt: skip
    return "\n\n".join(one for one in about if one)


def _hidden(view: View, rows: pl.DataFrame) -> str:
    """Say how much of a figure is hidden."""
    hidden = rows.filter(pl.col("suppressed") != SHOWN).height
    if not hidden:
        return view.say("Nothing is hidden.")
    return view.say(
        "Of the {rows} rows {hidden} are not shown: they would tell too much of few people or organisations.",
        rows=view.words.number(rows.height), hidden=view.words.number(hidden),
    )  # fmt: skip


_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_<>[]#|"})


def _plain(text: str) -> str:
    """Return a text in which Markdown sees no marks of its own."""
    return text.translate(_MARKS)
