"""A figure is a specification: which published rows, which layout, which words; and the one function that draws it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, Literal, Protocol

import polars as pl
from matplotlib.figure import Figure

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.bound import cut, plain
from sujuva.figures.inflection import where
from sujuva.figures.labels import Meta, clusters_note, region_title, scale_title, source_line, stamp
from sujuva.figures.language import Words
from sujuva.figures.layouts.fitting import sheets
from sujuva.figures.picture import Picture, Said
from sujuva.figures.theme import WIDE, Paper
from sujuva.published import CONTRACTS, SHOWN, Published, count_of, require_published


class Layout(Protocol):
    """What a layout can do: draw what it was given."""

    def draw(self, words: Words, paper: Paper = WIDE) -> Figure:
        """Draw the figure."""


@dataclass(frozen=True)
class View:
    """What a specification reads: the publication, for whom, and the rows it has chosen.

    Attributes:
        published: What publish let out.
        words: The reader's language.
        region: Region of the page, or "network".
        regions: Regions to compare, in their order; "network" stands for all together.
        variant: Which of several pictures of the specification: a relation, an instrument.
        data: The table of the specification, and once it has chosen, its rows.
    """

    published: Published
    words: Words
    region: str
    regions: Sequence[str]
    variant: str = ""
    data: pl.DataFrame = field(default_factory=pl.DataFrame)

    @property
    def meta(self) -> Meta:
        """Return the metadata of the publication."""
        return self.published.meta

    def table(self, name: str) -> pl.DataFrame:
        """Return a published table; without rows where an older publication does not have it."""
        found = self.published.tables.get(name)
        return pl.DataFrame(schema=CONTRACTS[name].schema) if found is None else require_published(found, name)

    @cached_property
    def shown(self) -> pl.DataFrame:
        """Return the chosen rows that have a number."""
        return self.data.filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())

    @cached_property
    def places(self) -> list[str]:
        """Return the regions of which there is a number, in their order."""
        return [one for one in self.regions if one in set(self.shown["region"])]

    @property
    def hidden(self) -> bool:
        """Tell whether a chosen row is hidden."""
        return not self.data.filter(pl.col("suppressed") != SHOWN).is_empty()

    @property
    def years(self) -> list[int]:
        """Return the years of which there is a number."""
        return sorted(set(self.shown["wave"]))

    def say(self, msgid: str, /, **values: object) -> str:
        """Translate `msgid` and fill in `values`."""
        return self.words.say(msgid, **values)

    def place(self, region: str = "") -> str:
        """Return the title of a region, of the page's own without one."""
        return region_title(self.meta, region or self.region, self.words)

    @property
    def where(self) -> str:
        """Return where the page's region is, as sentences say it: "in Oulu"."""
        return where(self.meta, self.region, self.words)

    @property
    def newest(self) -> pl.DataFrame:
        """Return the chosen rows of the page's region in the latest year that have a number."""
        return latest_told(self.data.filter(pl.col("region") == self.region))

    def scale(self, key: str) -> str:
        """Return the title of a scale."""
        return scale_title(self.meta, key, self.words)

    def share(self, value: float | None) -> str:
        """Write a share in whole per cents."""
        return self.words.percent(value, 0)

    def hundred(self, share: float) -> str:
        """Write a share as so many of a hundred."""
        return self.words.number(100 * share)

    def count(self, rows: pl.DataFrame | Sequence[Mapping[str, Any]]) -> str:
        """Write how many published rows there are."""
        return self.words.number(count_of(rows))

    def size(self, n: int | None) -> str:
        """Write n; a word where it is hidden."""
        return self.say("n not shown") if n is None else f"n\u00a0=\u00a0{self.words.number(n)}"


Text = Callable[[View], str]
"""Says something of what was chosen; "" where there is nothing to say."""


@dataclass(frozen=True)
class Sentence:
    """A sentence of a specification, said in the reader's language once the rows are chosen.

    Attributes:
        msgid: The sentence in English, with gaps.
        when: Whether it is true of the chosen rows.
        values: What fills the gaps; functions of the view are called.
    """

    msgid: str
    when: Callable[[View], bool] | None
    values: dict[str, Any]

    def __call__(self, view: View) -> str:
        """Say it; nothing where it is not true."""
        if self.when is not None and not self.when(view):
            return ""
        return view.say(self.msgid, **{name: one(view) if callable(one) else one for name, one in self.values.items()})


def say(msgid: str, /, *, when: Callable[[View], bool] | None = None, **values: Any) -> Sentence:
    """Return a sentence to be said later; its msgid is found by the name of this function."""
    return Sentence(msgid, when, values)


@dataclass(frozen=True)
class Spec:
    """A figure.

    Attributes:
        key: Name of its file and of its place in a report.
        table: Published table that its rows come from.
        rows: Chooses them and puts them in the order in which they are drawn and told.
        layout: Says how they are drawn; None where there is nothing to draw.
        title: What it is of.
        caption: What it shows in plain words, and what its marks mean; a line each.
        alt: The same for someone who does not see it.
        columns: Columns of the table under it, as reports name them.
        finding: What it says, which is then its title; "" where nothing can be told.
        about: What it is drawn of: one region, regions compared, the study as a whole, or the whole country.
        topic: Section of a report that it belongs to.
        rows_are: What its rows are, which tells how their table is written.
        helpers: Columns that only the drawing needs.
        variants: Names of its pictures, where it has several.
    """

    key: str
    table: str
    rows: Callable[[View], pl.DataFrame]
    layout: Callable[[View], Layout | None]
    title: Text
    caption: tuple[Text, ...]
    alt: Text
    columns: tuple[str, ...] = ()
    finding: Text = lambda _: ""
    about: Literal["region", "regions", "study", "country"] = "regions"
    topic: str = ""
    rows_are: Literal["indicators", "comparisons", "others"] = "indicators"
    helpers: tuple[str, ...] = ()
    variants: Callable[[View], Sequence[str]] | None = None


def compared(meta: Meta, region: str) -> list[str]:
    """Return the regions that a page compares: the region beside the network, or every region.

    Where the study has one region, the network would repeat it number by number, so it is left out.
    """
    if len(meta["regions"]) == 1:
        return list(meta["regions"])
    return [*meta["regions"], NETWORK] if region == NETWORK else [region, NETWORK]


def draw(
    spec: Spec,
    published: Published,
    words: Words,
    *,
    region: str = NETWORK,
    regions: Sequence[str] | None = None,
    variant: str = "",
) -> Picture | None:
    """Draw a figure; None where the publication has nothing to draw.

    Args:
        spec: The figure.
        published: What publish let out.
        words: The reader's language.
        region: Region of the page; "network" stands for all together.
        regions: Regions to compare, in their order; those of the region's page if not given.
        variant: Which of several pictures of the specification.

    Raises:
        DisclosureError: The rows have not passed publish.
    """
    places = compared(published.meta, region) if regions is None else regions
    view = View(published, words, region, tuple(places), variant)
    view = replace(view, data=view.table(spec.table))
    view = replace(view, data=spec.rows(view))
    words = words.bound(binding=False)
    layout = spec.layout(replace(view, words=words))
    if layout is None:
        return None
    meta, title = view.meta, spec.title(view)
    finding = (spec.finding(view) or _protected(view)).removesuffix(".")
    said = Said(
        title=finding or title,
        subtitle=title if finding else "",
        caption="\n".join(one for one in (text(view) for text in spec.caption) if one),
        alt=_alternative(spec, view, title, finding),
    )
    return Picture(
        key=f"{spec.key}-{variant}" if variant else spec.key,
        title=plain(said.title),
        subtitle=plain(said.subtitle),
        caption=plain(said.caption),
        alt=plain(said.alt),
        said=said,
        data=view.data.drop(spec.helpers),
        drawing=partial(layout.draw, words),
        divided=partial(sheets, layout, words),
        language=words.language,
        place=view.place() if spec.about == "region" else "",
        source=source_line(meta, words, view.data),
        stamp=stamp(meta, words, view.data),
        fingerprint=meta["fingerprint"],
        warning=clusters_note(view.shown, words) if {"note", "estimate"} <= set(view.data.columns) else "",
    )


def _protected(view: View) -> str:
    """Say that nothing of the page's region is shown, in the latest year or at all; "" where something is.

    A title that says nothing of a finding leaves open whether there is one: what is hidden is said to be hidden.
    """
    if not {"region", "wave", "suppressed"} <= set(view.data.columns):
        return ""
    mine = view.data.filter(pl.col("region") == view.region)
    last = latest(mine)
    if last.is_empty() or (last["suppressed"] == SHOWN).any():
        return ""
    here = view.where
    if (mine["suppressed"] == SHOWN).any() and last["wave"][0]:
        return view.say(
            "The numbers of {year} are not shown {where}, to protect privacy", year=last["wave"][0], where=here
        )
    return view.say("The numbers are not shown {where}, to protect privacy", where=here)


MOST_ALT = 400
"""Letters of a text alternative: a screen reader cannot skim, and the table has the rest."""
_YEAR = re.compile(r"\b(19|20)\d\d\b")


def _alternative(spec: Spec, view: View, title: str, finding: str) -> str:
    """Return what the figure says, of where and of which years, and as many of its numbers as there is room for."""
    said = spec.alt(view)
    regions = [one for one in view.regions if one != NETWORK]
    place = view.place(regions[0] if spec.about == "regions" and len(regions) == 1 else view.region)
    place = view.say("Whole country") if spec.about == "country" else place
    waves = sorted(set(view.data["wave"])) if "wave" in view.data.columns else view.meta["waves"]
    ends = [str(one) for one in waves if one][:: max(1, len([one for one in waves if one]) - 1)]
    years = "–".join(ends) or view.say("all years together")
    first, every = plain(finding + title).casefold(), plain(finding + title + said)
    named = place.casefold() in first or place in plain(said)[: MOST_ALT // 2]  # what stands later may be left out
    about = [place] * (not named) + [years] * (not _YEAR.search(every))
    whole = (f"{finding}. " if finding else "") + title + (f" ({', '.join(about)})" if about else "") + f". {said}"
    if len(plain(whole)) <= MOST_ALT:
        return whole
    rest = view.say("The table has the rest.")
    kept = cut(whole, MOST_ALT - len(rest) - 2)
    end = max(kept.rfind(mark) for mark in ("; ", ". ", ", "))
    return f"{kept[:end]}. {rest}"


def pictures(
    spec: Spec, published: Published, words: Words, *, region: str = NETWORK, regions: Sequence[str] | None = None
) -> list[Picture]:
    """Draw every picture of a figure that the publication has something for.

    Args:
        spec: The figure.
        published: What publish let out.
        words: The reader's language.
        region: Region of the page; "network" stands for all together.
        regions: Regions to compare; those of the region's page if not given.
    """
    view = View(published, words, region, ())
    variants = spec.variants(replace(view, data=view.table(spec.table))) if spec.variants else ("",)
    drawn = (draw(spec, published, words, region=region, regions=regions, variant=one) for one in variants)
    return [one for one in drawn if one is not None]


def ranked(frame: pl.DataFrame, *then: str, **orders: Sequence[str]) -> pl.DataFrame:
    """Keep the rows whose keys stand in `orders`, and put them in that order.

    Args:
        frame: Published rows.
        then: Columns that order what is left.
        orders: Wanted keys of columns, in their order; the first column counts most.
    """
    kept = frame.filter(*(pl.col(name).is_in(list(keys)) for name, keys in orders.items()))
    by = [pl.col(name).cast(pl.Enum(list(dict.fromkeys(keys)))) for name, keys in orders.items()]
    return kept.sort(*by, *then)


def latest(frame: pl.DataFrame) -> pl.DataFrame:
    """Keep the rows of the latest year."""
    return frame.filter(pl.col("wave") == pl.col("wave").max())


def latest_told(frame: pl.DataFrame) -> pl.DataFrame:
    """Keep the rows of the latest year that have a number."""
    return latest(frame).filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())
