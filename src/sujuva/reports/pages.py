"""From published tables to HTML pages that need nothing but themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sujuva.codebooks.regions import NETWORK
from sujuva.errors import ParameterError, nearest
from sujuva.figures import voice
from sujuva.figures.labels import level_note
from sujuva.figures.specification import View
from sujuva.io import replacing_folder, write_text
from sujuva.paths import inside
from sujuva.published import Published, require_published
from sujuva.reports.areas import areas_section
from sujuva.reports.cautions import linked_caution
from sujuva.reports.checks import made
from sujuva.reports.content import Section, page_of
from sujuva.reports.coping import coping_section
from sujuva.reports.differences import change_section, gaps_section
from sujuva.reports.measures import measures_section
from sujuva.reports.numbers import key_numbers
from sujuva.reports.quality import quality_section
from sujuva.reports.services import services_section
from sujuva.reports.story import headlines, told
from sujuva.reports.talks import talks_section

_SECTIONS = (
    coping_section, gaps_section, change_section, measures_section, talks_section, services_section, areas_section,
    quality_section,
)  # fmt: skip
_THIRDS = 3
_KEY = re.compile(r"\b[a-z][a-z0-9]*_[a-z0-9_]*[a-z0-9]\b")
"""What looks like the key of a scale."""


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the templates of pages."""
    return Environment(
        loader=PackageLoader("sujuva.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(maxsize=1)
def _css() -> str:
    return files("sujuva.reports").joinpath("templates", "style.css").read_text(encoding="utf-8")


def report_sections(published: Published, region: str, *, language: str = "fi") -> list[Section]:
    """Draw and tabulate what the report of one region shows.

    Args:
        published: What publish let out.
        region: Key of a region of the study, or "network" for all together.
        language: fi, sv or en.

    Returns:
        The sections in their order, each with its pictures and the tables behind them.

    Raises:
        ParameterError: The region or the language is not known.
        DisclosureError: A table has not passed publish.
    """
    meta = published.meta
    for name, frame in published.tables.items():
        if name != "decisions":
            require_published(frame, name)
    if region != NETWORK and region not in meta["regions"]:
        msg = f"The region '{region}' is not one of the published regions."
        raise ParameterError(msg, nearest(region, [NETWORK, *meta["regions"]]))
    view = page_of(published, voice(meta, language), region)
    return [one for one in (section(view) for section in _SECTIONS) if one is not None]


def region_report(
    published: Published, region: str, *, language: str = "fi", sections: Sequence[Section] | None = None
) -> str:
    """Return the report of one region as a page: plain words first, then pictures, then numbers.

    Args:
        published: What publish let out.
        region: Key of a region of the study, or "network" for all together.
        language: fi, sv or en.
        sections: What `report_sections` made of the same arguments, where that is there already.

    Raises:
        ParameterError: The region or the language is not known.
        DisclosureError: A table has not passed publish.
    """
    shown = report_sections(published, region, language=language) if sections is None else sections
    view = page_of(published, voice(published.meta, language), region)
    said = told(view)
    kinds = published["decisions"].group_by("suppressed").agg(pl.col("rows").sum()).sort("suppressed")
    warnings = {one.picture.warning for part in shown for one in part.exhibits if one.picture}
    return _render(
        "region.html",
        view,
        title=view.place(),
        kind=_levels(view),
        sentences=said,
        warnings=sorted(warnings - {one.text for one in said} - {""}),  # said once, not under every figure
        caution=linked_caution(view.words),
        holds=[] if said else headlines(view),
        numbers=key_numbers(published, view.words, region=region),
        sections=shown,
        decisions={kind or "shown": int(rows) for kind, rows in kinds.iter_rows()},
        instruments=_instruments(view),
    )


def index_page(published: Published, *, reports: Sequence[str], language: str = "fi") -> str:
    """Return the front page: what this is, and a link to each report.

    Args:
        published: What publish let out.
        reports: Keys of the reports in the folder `regions` beside the page, "network" among them.
        language: fi, sv or en.
    """
    words = voice(published.meta, language)
    links = []
    widths = _card_widths(len([key for key in reports if key != NETWORK]))
    for key in reports:
        view = page_of(published, words, key)
        links.append(
            {
                "href": f"regions/{key}.html",
                "title": view.place(),
                "kind": _levels(view) if key != NETWORK else "",
                "first": headlines(view),
                "network": key == NETWORK,
                "size": "whole" if key == NETWORK else next(widths),
            }
        )
    return _render(
        "index.html",
        page_of(published, words, NETWORK),
        title=words.of(published.meta["title"]) or "Sujuva",
        links=links,
        quality=f"regions/{NETWORK}.html#quality" if NETWORK in reports else "",
    )


def _card_widths(regions: int) -> Iterator[str]:
    """Yield how wide the card of each region is, so that every row of cards is full."""
    thirds = regions if regions % 6 == 0 else _THIRDS if regions % 2 and regions >= _THIRDS else 0
    yield from ["third"] * thirds
    yield from ["whole"] if regions == 1 else ["half"] * (regions - thirds)


def build_site(
    published: Published,
    *,
    source: str | Path = "reports/regions",
    target: str | Path = "reports/site",
    language: str = "fi",
) -> list[Path]:
    """Put the reports and a front page into one folder that can be opened or copied anywhere.

    Args:
        published: What publish let out.
        source: Folder of `<region>.html`.
        target: Folder to write; what it held is replaced.
        language: Language of the front page.

    Returns:
        The files, relative to `target`.

    Raises:
        ParameterError: There is no report in `source`.
    """
    known = [NETWORK, *published.meta["regions"]]
    found = [key for key in known if (inside(source) / f"{key}.html").is_file()]
    if not found:
        msg = f"{Path(source).name}/ has no region reports yet."
        raise ParameterError(msg, "Run `dvc repro region` first.")
    with replacing_folder(inside(target)) as out:
        write_text(index_page(published, reports=found, language=language), out / "index.html")
        for key in found:
            write_text((inside(source) / f"{key}.html").read_text(encoding="utf-8"), out / "regions" / f"{key}.html")
    return [Path("index.html"), *(Path("regions") / f"{key}.html" for key in found)]


def _instruments(view: View) -> list[dict[str, str]]:
    """Describe the instruments that the data has answers to."""
    used = set(view.table("parjaavyys")["scale"]) | set(view.table("integration")["scale"])
    grouped: dict[str, dict[str, dict[str, Any]]] = {}
    for key, scale in view.meta["scales"].items():
        if key in used:
            grouped.setdefault(scale["instrument"], {})[key] = scale
    found = []
    for scales in grouped.values():
        first = next(iter(scales.values()))
        doubts = dict.fromkeys(one["unverified"] for one in scales.values() if one["unverified"])
        found.append({
            "title": view.words.of(first["instrument_title"]), "citation": first["citation"],
            "licence": first["licence"], "scales": ", ".join(view.scale(key) for key in scales),
            "unverified": _with_titles(view, " ".join(doubts)),
        })  # fmt: skip
    return found


def _with_titles(view: View, text: str) -> str:
    """Put titles in place of the keys of scales: what stands in a codebook is read by people here."""
    return _KEY.sub(lambda found: view.scale(found[0]) if found[0] in view.meta["scales"] else found[0], text)


def _levels(view: View) -> str:
    """Say what kind of region the page is about."""
    if view.region == NETWORK:
        return level_note(view.meta, view.words)
    return view.words.title("area_level", view.meta["regions"][view.region]["level"])


def _render(template: str, view: View, **values: Any) -> str:
    page = environment().get_template(template)
    text = page.render(
        meta=view.meta,
        say=view.words.say,
        words=view.words,
        language=view.words.language,
        css=Markup(_css()),  # noqa: S704 - our own file
        version=version("sujuva"),
        made=made(view.meta),
        study=view.words.of(view.meta["title"]),
        safe=Markup,
        **values,
    )
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip()) + "\n"
