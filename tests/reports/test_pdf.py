"""PDFs of the site: tagged, the same bytes, and nothing in them that leads out of them."""

from __future__ import annotations

import builtins
import re

import polars as pl
import pytest

from sujuva.errors import ParameterError, SujuvaError
from sujuva.figures import voice
from sujuva.published import Published
from sujuva.reports import pdf, region_report
from sujuva.reports.checks import made, unpacked
from sujuva.reports.looks import STYLE, own_text
from sujuva.reports.pdf import document, write_pdfs
from sujuva.reports.sitemap import INDEX, TOPICS

try:
    import weasyprint
except OSError:
    weasyprint = None
needs_pango = pytest.mark.skipif(weasyprint is None, reason="Pango, which sets the text of PDFs, is not installed")


@pytest.fixture(scope="module")
def told(published):
    """A publication with one scale, of a day and of a code."""
    one = published["parjaavyys"].filter(pl.col("scale") == "who5")
    tables = {"parjaavyys": one, "distributions": published["distributions"].clear()}
    about = {"date": "2024-12-31", "code": "c0de", "fingerprint": "da7a-c401-c0de", "responsible": "Tutkimusryhmä"}
    return Published(published.tables | tables, published.meta | about)


@pytest.fixture(scope="module")
def site(told, tmp_path_factory):
    """A site of one report in one language."""
    folder = tmp_path_factory.mktemp("site")
    region_report(told, "oulu", language="fi").write(folder / "fi" / "oulu")
    return folder


def whole(content: bytes) -> bytes:
    return b"\n".join(unpacked(content))


@needs_pango
def test_the_pdfs_are_tagged_named_and_the_same_on_two_runs(told, site, tmp_path):
    files = write_pdfs(told, source=site, target=tmp_path, languages=["fi"], regions=["oulu"])
    assert [one.name for one in files] == ["oulu.pdf", "oulu-report.pdf"]
    first = {one.name: one.read_bytes() for one in files}
    write_pdfs(told, source=site, target=tmp_path, languages=["fi"], regions=["oulu"])
    assert {one.name: one.read_bytes() for one in files} == first
    for content in first.values():
        text = whole(content)
        assert b"pdfuaid" in text
        assert b"/MarkInfo" in text
        assert b"/StructTreeRoot" in text
        assert made(told.meta).encode() in text
        assert b"D:20241231" in text
        assert b"file:" not in text  # no path of this machine
    assert len(re.findall(rb"/Type /Page\b", whole(first["oulu.pdf"]))) == 1
    assert len(re.findall(rb"/Type /Page\b", whole(first["oulu-report.pdf"]))) >= len([INDEX, *TOPICS])


@needs_pango
def test_the_pdfs_break_no_rule_of_pdf_ua(told, site, tmp_path):
    import page

    files = write_pdfs(told, source=site, target=tmp_path, languages=["fi"], regions=["oulu"])
    broken = [(one.name, fault.message) for one in files for fault in page.validate_pdf(one, profile="ua1").failures]
    assert broken == []
    text = whole(files[0].read_bytes())
    assert text.count(b"/S /Figure") > 0  # the small lines of the first page are among what was looked at
    assert text.count(b"/S /Figure") == text.count(b"/Alt")


@needs_pango
def test_a_pdf_that_says_nothing_of_itself_breaks_rules():
    import page

    bare = page.validate_pdf_bytes(weasyprint.HTML(string="<table><td>1</table>").write_pdf(), profile="ua1")
    assert not bare.is_compliant
    assert len(bare.failures) > 1


@needs_pango
def test_a_report_holds_every_topic_and_links_stay_inside(told, site):
    pages = [site / "fi" / "oulu" / f"{key}.html" for key in (INDEX, *TOPICS)]
    text = whole(document(pages, told.meta, voice(told.meta, "fi"), "oulu"))
    for key in TOPICS:
        assert f"({key})".encode() in text, key  # a place in the document that is linked to
    assert b"/URI" not in text


def test_paper_says_in_words_of_what_it_is_made(told, site, monkeypatch):
    from tinyhtml5 import parse

    written = []
    monkeypatch.setattr(pdf, "_weasyprint", lambda: (lambda root: written.append(root) or b"", parse))
    document([site / "fi" / "oulu" / f"{key}.html" for key in (INDEX, "coping")], told.meta, voice(told.meta), "oulu")
    last = written[0].find("body")[-1]
    said = " ".join("".join(last.itertext()).split())
    assert (last.tag, last.get("class")) == ("div", "made")
    assert "vain julkaistuista taulukoista" in said
    assert "Aineistosta vastaa: Tutkimusryhmä." in said
    assert "Alle 5 henkilön tai perheen ja alle 3 toimijan lukuja ei näytetä" in said
    assert "code=" not in said
    assert len(written[0].findall(".//footer")) == 0
    rules, of_paper = (one.text for one in written[0].findall("head/style"))
    assert rules == own_text(STYLE)
    assert "@page { size: A4" in of_paper


@needs_pango
def test_what_is_not_there_is_told(told, site, tmp_path):
    with pytest.raises(ParameterError, match="'oul' is not one of the published regions"):
        write_pdfs(told, source=site, target=tmp_path, languages=["fi"], regions=["oul"])
    with pytest.raises(SujuvaError, match=r"no page tampere/index\.html") as caught:
        write_pdfs(told, source=site, target=tmp_path, languages=["fi"], regions=["tampere"])
    assert "dvc repro site" in caught.value.hint


def test_without_pango_it_says_what_to_install(told, site, tmp_path, monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name == "weasyprint":
            msg = "cannot load library 'libpango-1.0-0'"
            raise OSError(msg)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SujuvaError, match="PDFs need Pango") as caught:
        write_pdfs(told, source=site, target=tmp_path, languages=["fi"], regions=["oulu"])
    assert "libpango" in caught.value.hint
