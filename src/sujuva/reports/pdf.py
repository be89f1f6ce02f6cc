"""A4 PDFs of the site: the page of each region, and each report, all its topics in one; made of the same pages.

They are tagged (PDF/UA-1). Text is set by Pango, which differs from machine to machine, so they are no output of the
pipeline: `sujuva pdf` makes them where somebody wants them.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from sujuva.errors import SujuvaError
from sujuva.figures import Words, voice
from sujuva.figures.labels import producer_title, region_title, stamp
from sujuva.figures.sheet import DRAWING
from sujuva.io import write_with
from sujuva.published import Published
from sujuva.reports.bound import without_cells
from sujuva.reports.checks import made
from sujuva.reports.sitemap import INDEX, TOPICS, reports_of, require_report

_VIEW = re.compile(rf'<view id="{DRAWING}" viewBox="([^"]+)"/>')
_SIZE = re.compile(r' width="[^"]*" height="[^"]*" viewBox="[^"]*"')
_UNPRINTED = {"details", "nav", "button", "input", "script", "source"}
"""Elements that paper has no use for: what opens on demand, and ways through the site."""
_UNPRINTED_CLASSES = {"take", "neighbours", "filter", "skip", "tip"}


def write_pdfs(
    published: Published, *, source: Path, target: Path, languages: Sequence[str], regions: Sequence[str] = ()
) -> list[Path]:
    """Write the PDFs of regions into `<target>/<language>/`: `<region>.pdf` the page, `<region>-report.pdf` the whole.

    Args:
        published: The publication that the site was made from.
        source: The site.
        target: Folder of PDFs.
        languages: Languages to write.
        regions: Keys of regions, or "network"; all of them if none is given.

    Returns:
        The files.

    Raises:
        ParameterError: A region is not known.
        SujuvaError: Pango is missing, or the site has no such page.
    """
    known = reports_of(published.meta)
    for region in regions:
        require_report(published.meta, region)
    written = []
    for words in (voice(published.meta, one) for one in languages):
        for region in regions or known:
            folder = source / words.language / region
            for name, keys in ((region, [INDEX]), (f"{region}-report", [INDEX, *TOPICS])):
                content = document([folder / f"{key}.html" for key in keys], published.meta, words, region)
                written.append(target / words.language / f"{name}.pdf")
                write_with(written[-1], lambda path, content=content: path.write_bytes(content))  # type: ignore[misc]
    return written


def document(pages: Sequence[Path], meta: Mapping[str, Any], words: Words, region: str) -> bytes:
    """Return pages of one region as a PDF, one after the other.

    Args:
        pages: Pages of the site.
        meta: Metadata of the publication.
        words: The language of the pages.
        region: Key of the region, or "network".

    Raises:
        SujuvaError: Pango or a page is missing.
    """
    html, parse = _weasyprint()
    name = f"{region_title(dict(meta), region, words)} – {words.of(meta['title']) or 'Sujuva'}"
    root = Element("html", {"lang": words.language})
    head, body = SubElement(root, "head"), SubElement(root, "body")
    SubElement(head, "title").text = name
    day = meta["date"] or "2000-01-01"
    about = {
        "author": producer_title(dict(meta), meta["responsible"], words) or "Sujuva", "keywords": made(meta),
        "dcterms.created": day, "dcterms.modified": day,
    }  # fmt: skip
    for key, value in about.items():
        SubElement(head, "meta", {"name": key, "content": value})
    for page in pages:
        if not page.is_file():
            msg = f"The site has no page {page.parent.name}/{page.name}."
            raise SujuvaError(msg, "Run `dvc repro site` first.")
        tree = parse(without_cells(page.read_text(encoding="utf-8")), namespace_html_elements=False)
        if not head.findall("style"):
            SubElement(head, "style").text = _style(tree, page)
            SubElement(head, "style").text = _print_css(name, stamp(dict(meta), words))
        main = tree.find(".//main")
        main.tag, main.attrib = "section", {"class": "leaf", "id": page.stem}
        _for_paper(main, page, {one.name for one in pages})
        body.append(main)
        if page == pages[-1]:  # of what it is made, in the words of the page
            footer = tree.find(".//footer")
            footer.tag, footer.attrib = "div", {"class": "made"}
            body.append(footer)
    return bytes(html(root))


def _style(tree: Any, page: Path) -> str:
    """Return the rules that a page shares with the others of its language."""
    link = next(one for one in tree.iter("link") if one.get("rel") == "stylesheet")
    return (page.parent / str(link.get("href"))).read_text(encoding="utf-8")


def _print_css(name: str, mark: str) -> str:
    """Return the rules of paper; what stands above each page is a text of CSS."""
    rules = files("sujuva.reports").joinpath("templates", "print.css").read_text(encoding="utf-8")
    left, right = (json.dumps(one, ensure_ascii=False).replace("<", "\\3c ") for one in (name, mark))
    return f"{rules}@page {{ @top-left {{ content: {left}; }} @top-right {{ content: {right}; }} }}\n"


def _for_paper(main: Element, page: Path, others: set[str]) -> None:
    """Take away what paper has no use for; links lead inside the document or nowhere; drawings stand in it."""
    for parent in list(main.iter()):
        for child in list(parent):
            if child.tag in _UNPRINTED or {*child.get("class", "").split()} & _UNPRINTED_CLASSES:
                _remove(parent, child)
    for one in main.iter():
        one.tag = one.tag.rpartition("}")[2]  # a drawing in the page has a namespace, which HTML knows by its name
        if one is not main and one.get("id"):
            one.set("id", f"{page.stem}-{one.get('id')}")
        for name in ("aria-labelledby", "aria-describedby", "tabindex", "role"):
            one.attrib.pop(name, None)
        if one.tag in _PRINTED:
            _PRINTED[one.tag](one, page, others)
    for row in main.iter("tr"):
        _name_lines(row)


def _name_lines(row: Element) -> None:
    """Name the small line of a row by what the row is about: every drawing of a PDF has a text alternative."""
    name = " ".join("".join(text for head in row.findall("th") for text in head.itertext()).split())
    for drawing in row.iter("svg"):
        title = Element("title")
        title.text = name
        drawing.insert(0, title)


def _link(one: Element, _: Path, others: set[str]) -> None:
    file = one.attrib.pop("href", "").partition("#")[0]
    if file in others:
        one.set("href", f"#{Path(file).stem}")
    else:
        one.tag = "span"


def _image(one: Element, page: Path, _: set[str]) -> None:
    one.set("src", _drawing(page.parent / one.get("src", "").partition("#")[0]))
    one.attrib.pop("loading", None)


def _line(one: Element, _: Path, __: set[str]) -> None:
    one.attrib |= {"fill": "none", "stroke": "#000", "stroke-width": "1.5"}  # rules of a page end at its drawings


_PRINTED = {"a": _link, "img": _image, "polyline": _line}
"""Elements that are others on paper."""


def _remove(parent: Element, child: Element) -> None:
    """Remove an element; the text after it stays."""
    place = list(parent).index(child)
    before = parent[place - 1] if place else None
    if child.tail and before is not None:
        before.tail = (before.tail or "") + child.tail
    elif child.tail:
        parent.text = (parent.text or "") + child.tail
    parent.remove(child)


def _drawing(file: Path) -> str:
    """Return a drawing without its title, which the page says, as a link that holds it."""
    text = file.read_text(encoding="utf-8")
    view = _VIEW.search(text)
    if view:
        width, height = view[1].split()[2:]
        text = _SIZE.sub(f' width="{width}pt" height="{height}pt" viewBox="{view[1]}"', text, count=1)
    return f"data:image/svg+xml;base64,{base64.b64encode(text.encode()).decode()}"


def pango_missing() -> SujuvaError | None:
    """Return the error that stops PDFs on this machine; None where nothing does."""
    try:
        _weasyprint()
    except SujuvaError as error:
        return error
    return None


def _weasyprint() -> tuple[Any, Any]:
    """Return what makes a PDF of a tree of elements, and what reads HTML.

    Raises:
        SujuvaError: Pango, which sets the text, is not installed.
    """
    try:
        import weasyprint  # noqa: PLC0415  Pango is found here, or not
        from tinyhtml5 import parse  # noqa: PLC0415
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    except OSError as error:
        msg = "PDFs need Pango, which sets their text, and it is not installed."
        hint = "Install it: `apt install libpango-1.0-0 libpangoft2-1.0-0`, or `brew install pango`."
        raise SujuvaError(msg, hint) from error

    def write(root: Element) -> Any:
        text = "<!DOCTYPE html>" + tostring(root, encoding="unicode", method="html")
        fetcher = URLFetcher(allowed_protocols=["data"])
        return weasyprint.HTML(string=text, url_fetcher=fetcher).write_pdf(pdf_variant="pdf/ua-1")

    return write, parse
