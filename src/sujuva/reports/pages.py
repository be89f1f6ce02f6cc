"""From published tables to HTML pages that need nothing but themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
from sujuva.figures import Words, voice
from sujuva.figures.labels import Meta, region_title, scale_title
from sujuva.io import replacing_folder, write_text
from sujuva.paths import inside
from sujuva.published import Published, require_published
from sujuva.reports.cautions import linked_caution
from sujuva.reports.content import Section, areas_section, comparison, levels
from sujuva.reports.coping import coping_section
from sujuva.reports.differences import change_section, gaps_section
from sujuva.reports.measures import measures_section
from sujuva.reports.numbers import key_numbers
from sujuva.reports.quality import quality_section
from sujuva.reports.services import services_section
from sujuva.reports.story import headlines, told
from sujuva.reports.talks import talks_section

_THIRDS = 3
_KEY = re.compile(r"\b[a-z][a-z0-9]*_[a-z0-9_]*[a-z0-9]\b")
"""What looks like the key of a scale."""


@lru_cache(maxsize=1)
def _environment() -> Environment:
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
    words = voice(meta, language)
    regions = comparison(meta, region)
    parts = [
        coping_section(published, words, region=region, regions=regions),
        gaps_section(published, words, region=region),
        change_section(published, words, region=region, regions=regions),
        measures_section(published, words, region=region),
        talks_section(published, words, region=region, regions=regions),
        services_section(published, words, region=region, regions=regions),
        areas_section(published, words, region=region),
        quality_section(published, words, region=region, regions=regions),
    ]
    return [one for one in parts if one is not None]


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
    meta, words = published.meta, voice(published.meta, language)
    said = told(published, words, region=region)
    warnings = {one.picture.warning for part in shown for one in part.exhibits if one.picture}
    return _render(
        "region.html",
        meta,
        words,
        title=region_title(meta, region, words),
        region=region,
        kind=levels(meta, words, region),
        sentences=said,
        warnings=sorted(warnings - {one.text for one in said} - {""}),  # said once, not under every figure
        caution=linked_caution(words),
        holds=[] if said else headlines(published, words, region=region),
        numbers=key_numbers(published, words, region=region),
        sections=shown,
        decisions=_hidden_counts(published),
        instruments=_instruments(published, words),
    )


def network_report(published: Published, *, language: str = "fi") -> str:
    """Return the report of the whole network: `region_report` of "network".

    Args:
        published: What publish let out.
        language: fi, sv or en.
    """
    return region_report(published, NETWORK, language=language)


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
        said = headlines(published, words, region=key)
        links.append(
            {
                "href": f"regions/{key}.html",
                "title": region_title(published.meta, key, words),
                "kind": levels(published.meta, words, key) if key != NETWORK else "",
                "first": said,
                "network": key == NETWORK,
                "size": "whole" if key == NETWORK else next(widths),
            }
        )
    return _render(
        "index.html",
        published.meta,
        words,
        title=words.of(published.meta["title"]) or "Sujuva",
        links=links,
        quality=f"regions/{NETWORK}.html#quality" if NETWORK in reports else "",
        kind="",
        region="",
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


@dataclass(frozen=True)
class _Instrument:
    title: str
    citation: str
    licence: str
    scales: str
    unverified: str


def _instruments(published: Published, words: Words) -> list[_Instrument]:
    """Describe the instruments that the data has answers to."""
    meta = published.meta
    used = set(published["parjaavyys"]["scale"]) | set(published["integration"]["scale"])
    grouped: dict[str, list[str]] = {}
    for key in (one for one in meta["scales"] if one in used):
        scale = meta["scales"][key]
        grouped.setdefault(scale["instrument"], []).append(key)
    return [
        _Instrument(
            title=words.of(meta["scales"][keys[0]]["instrument_title"]),
            citation=meta["scales"][keys[0]]["citation"],
            licence=meta["scales"][keys[0]]["licence"],
            scales=", ".join(scale_title(meta, key, words) for key in keys),
            unverified=_with_titles(
                " ".join(
                    dict.fromkeys(
                        meta["scales"][key]["unverified"] for key in keys if meta["scales"][key]["unverified"]
                    )
                ),
                meta,
                words,
            ),
        )
        for keys in grouped.values()
    ]


def _with_titles(text: str, meta: Meta, words: Words) -> str:
    """Put titles in place of the keys of scales: what stands in a codebook is read by people here."""
    return _KEY.sub(lambda found: scale_title(meta, found[0], words) if found[0] in meta["scales"] else found[0], text)


def _hidden_counts(published: Published) -> dict[str, int]:
    kinds = published["decisions"].group_by("suppressed").agg(pl.col("rows").sum()).sort("suppressed")
    return {kind or "shown": int(rows) for kind, rows in kinds.iter_rows()}


def _render(template: str, meta: Meta, words: Words, **values: Any) -> str:
    page = _environment().get_template(template)
    text = page.render(
        meta=meta,
        say=words.say,
        words=words,
        language=words.language,
        css=Markup(_css()),  # noqa: S704 - our own file
        version=version("sujuva"),
        study=words.of(meta["title"]),
        safe=Markup,
        **values,
    )
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip()) + "\n"
