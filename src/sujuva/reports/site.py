"""The site: a front page for each language, the pages of all regions, and what holds for all of them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from sujuva.errors import ParameterError
from sujuva.figures import Words, voice
from sujuva.io import replacing_folder, write_text
from sujuva.paths import inside
from sujuva.published import Published
from sujuva.reports.about import about_pages
from sujuva.reports.checks import made
from sujuva.reports.first import front_page
from sujuva.reports.looks import write_shared
from sujuva.reports.prose import Prose, require_prose
from sujuva.reports.rendering import filled, render
from sujuva.reports.search import search_index
from sujuva.reports.sitemap import INDEX, NAMES, SEARCH, Place, reports_of


def build_site(
    published: Published,
    *,
    source: str | Path = "reports/regions",
    target: str | Path = "reports/site",
    language: str = "fi",
    languages: Sequence[str] = (),
    unnamed: bool = False,
) -> Prose:
    """Put the reports and what stands around them into one folder that can be opened or copied anywhere.

    Args:
        published: What publish let out.
        source: Folder of `<language>/<region>/`.
        target: Folder to write; what it held is replaced.
        language: The language that it opens in.
        languages: Languages of the site; `language` alone if not given.
        unnamed: Let numbers pass in the text that name no cell.

    Returns:
        What was found of the numbers in the text of its pages.

    Raises:
        ParameterError: A report is missing in `source`.
        DisclosureError: A number in the text is not the one of its published cells. Nothing is written then.
    """
    languages = languages or [language]
    wanted = [Path(one) / key for one in languages for key in reports_of(published.meta)]
    lacking = [one for one in wanted if not (inside(source) / one / f"{INDEX}.html").is_file()]
    if lacking:
        msg = f"{Path(source).name}/ has no report {lacking[0].as_posix()}" + (
            f", and {len(lacking) - 1} others are missing." if len(lacking) > 1 else "."
        )
        raise ParameterError(msg, "Run `dvc repro region` first.")
    with replacing_folder(inside(target)) as out:
        for one in wanted:
            shutil.copytree(inside(source) / one, out / one)
        for words in (voice(published.meta, one) for one in languages):
            write_shared(out / words.language)
            write_text(front_page(published, words, languages=languages), out / Place(words.language).path)
            for place, page in about_pages(published, words, languages=languages).items():
                write_text(page, out / place.path)
            place = Place(words.language, "", SEARCH)
            write_text(_search_page(published, words, place, out, languages), out / place.path)
        write_text(_door(published, language, languages), out / "index.html")
        return require_prose(out, published, languages, unnamed=unnamed)


def _search_page(published: Published, words: Words, place: Place, site: Path, languages: Sequence[str]) -> str:
    """Return the page that finds what stands on all the others, which lie in `site`."""
    meta, index = published.meta, Markup(search_index(site, published.meta, words))  # noqa: S704 - has no "<"
    return render(
        "search.html", place, meta, words, languages=languages, title=words.title("page", SEARCH), index=index
    )


def _door(published: Published, language: str, languages: Sequence[str]) -> str:
    """Return the page that leads to the front page of a language, and links to those of all."""
    words = voice(published.meta, language)
    links = [(Place(one).path, NAMES[one], one) for one in languages]
    return filled(
        "door.html", language=language, first=Place(language).path, links=links, made=made(published.meta),
        title=words.of(published.meta["title"]) or "Sujuva",
    )  # fmt: skip
