"""The pages of a region: first one page, then its topics, then what researchers read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import voice
from sujuva.figures.labels import level_note
from sujuva.figures.specification import View
from sujuva.io import replacing_folder, write_text
from sujuva.published import Published, require_published
from sujuva.reports.areas import areas_section
from sujuva.reports.content import Section, page_of
from sujuva.reports.coping import coping_section
from sujuva.reports.differences import change_section, gaps_section
from sujuva.reports.files import Files, Shown, ready
from sujuva.reports.first import first_page
from sujuva.reports.how import how_page
from sujuva.reports.lacks import all_hidden, nothing_drawn, undrawn
from sujuva.reports.looks import write_shared
from sujuva.reports.measures import measures_section
from sujuva.reports.offers import offers_section
from sujuva.reports.quality import quality_section
from sujuva.reports.rendering import render
from sujuva.reports.services import families_section, networks_section, partners_section
from sujuva.reports.sitemap import HOW, INDEX, RESEARCH, SLIDES, TOPICS, Place, require_report
from sujuva.reports.slides import slides_page
from sujuva.reports.talks import talks_section

_SECTIONS = (
    coping_section, gaps_section, change_section, talks_section, partners_section, networks_section, families_section,
    areas_section, offers_section, measures_section, quality_section,
)  # fmt: skip


@dataclass(frozen=True)
class Report:
    """The pages of one region in one language, and the files that they take along.

    Attributes:
        sections: What they show, by the key of its page: topics, then reliability and quality.
        pages: Key of a page → its HTML.
        files: Path beside the pages → bytes.
    """

    sections: dict[str, Section]
    pages: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def write(self, folder: Path) -> list[Path]:
        """Write the pages and their files into a folder; what it held is replaced. Returns their paths in it.

        What all pages of a language share stands beside the folder.
        """
        write_shared(folder.parent)
        with replacing_folder(folder) as out:
            for key, page in self.pages.items():
                write_text(page, out / f"{key}.html")
            for path, content in self.files.items():
                (out / path).parent.mkdir(parents=True, exist_ok=True)
                (out / path).write_bytes(content)
        return [*(Path(f"{key}.html") for key in self.pages), *map(Path, self.files)]


def report_sections(published: Published, region: str, *, language: str = "fi") -> dict[str, Section]:
    """Draw and tabulate what the report of one region shows.

    Args:
        published: What publish let out.
        region: Key of a region of the study, or "network" for all together.
        language: fi, sv or en.

    Returns:
        The sections in their order by the key of their page, each with its pictures and the tables behind them.

    Raises:
        ParameterError: The region or the language is not known.
        DisclosureError: A table has not passed publish.
    """
    meta = published.meta
    for name, frame in published.tables.items():
        if name != "decisions":
            require_published(frame, name)
    require_report(meta, region)
    view = page_of(published, voice(meta, language).bound(), region)
    found = [section(view) for section in _SECTIONS]
    return {one.key: one for one in found}


def region_report(
    published: Published,
    region: str,
    *,
    language: str = "fi",
    languages: Sequence[str] = (),
    sections: dict[str, Section] | None = None,
) -> Report:
    """Return the report of one region: its first page, a page a topic, and those for researchers.

    Args:
        published: What publish let out.
        region: Key of a region of the study, or "network" for all together.
        language: fi, sv or en.
        languages: Languages of the site, to which each page links; `language` alone if not given.
        sections: What `report_sections` made of the same arguments, where that is there already.

    Raises:
        ParameterError: The region or the language is not known.
        DisclosureError: A table has not passed publish.
    """
    shown = report_sections(published, region, language=language) if sections is None else sections
    view = page_of(published, voice(published.meta, language).bound(), region)
    unmarked = replace(view, words=view.words.bound(binding=False))
    files, told, drawn = Files(unmarked), dict[str, list[Shown]](), dict[str, list[Shown]]()

    def page(key: str, template: str, **values: Any) -> str:
        return render(
            template, Place(language, region, key), view.meta, view.words, languages=languages or [language],
            title=view.place(), kind=_levels(view), names=files.names, **values,
        )  # fmt: skip

    def topic(key: str) -> str:
        parts = parts_of(key, shown)
        if key in TOPICS and nothing_drawn(parts[0][1]) and (all_hidden(view, key) or not shown[key].missing):
            parts = [(Section(key, missing=undrawn(view, key)), [])]
        warnings = {one.picture.warning for _, exhibits in parts for one in exhibits if one.picture} - {""}
        exhibits = [(one, ready(shown_here, files)) for one, shown_here in parts]
        drawn[key] = [shown_here for _, some in exhibits for shown_here in some]
        if key in TOPICS:
            told[key] = exhibits[0][1]
        return page(
            key, "topic.html", parts=exhibits, heading=len(parts) > 1, for_all=key in TOPICS,
            warnings=sorted(warnings),  # said once, not under every figure
            slide=f"{SLIDES}.html#{key}" if key in told and any(one.drawing for one in told[key]) else "",
        )  # fmt: skip

    pages = {INDEX: page(INDEX, "region.html", **first_page(view))}
    pages |= {key: topic(key) for key in (*TOPICS, *RESEARCH)}
    pages[HOW] = page(HOW, "how.html", **how_page(view, drawn, Place(language, region, HOW)))
    pages[SLIDES] = page(SLIDES, "slides.html", **slides_page(view, told))
    return Report(shown, pages, files.held)


def parts_of(key: str, sections: dict[str, Section]) -> list[tuple[Section, list[Any]]]:
    """Return what a page shows: sections with those of their exhibits that stand there.

    The page of all numbers holds what is left over of each topic.
    """
    if key in TOPICS:
        return [(sections[key], sections[key].exhibits)]
    if key in sections:
        return [(sections[key], sections[key].experts)]
    return [(sections[one], sections[one].experts) for one in TOPICS if sections[one].experts]


def _levels(view: View) -> str:
    """Say what kind of region the page is about."""
    if view.region == NETWORK:
        return level_note(view.meta, view.words)
    return view.words.title("area_level", view.meta["regions"][view.region]["level"])
