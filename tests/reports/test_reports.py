from __future__ import annotations

import hashlib
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest
from markupsafe import escape

from sujuva import integration
from sujuva.errors import DisclosureError, ParameterError
from sujuva.estimation import interval as estimation
from sujuva.figures import Words, voice
from sujuva.figures.labels import note_title
from sujuva.published import Published, read_published, write_published
from sujuva.reports import build_site, facts, findings, front_page, region_report
from sujuva.reports.about import about_pages
from sujuva.reports.content import page_of
from sujuva.reports.files import citation
from sujuva.reports.first import contents_of
from sujuva.reports.looks import SHARED
from sujuva.reports.readback import from_csv
from sujuva.reports.services import families_section, networks_section, partners_section
from sujuva.reports.sitemap import HOW, INDEX, RESEARCH, SLIDES, TOPICS, Place
from sujuva.reports.tables import row_table
from tests.reports.english import english
from tests.reports.light import fewer

VOID = {"meta", "link", "br", "img", "hr", "input", "col", "source"}


class Page(HTMLParser):
    """Reads a page: checks that elements close in order, collects ids, links, headings and what it would fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.headings: list[int] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append((tag, values))
        if values.get("id"):
            self.ids.append(values["id"])
        if tag == "a":
            self.links.append(values["href"])
        self.fetched += [values[name] for name in ("src", "srcset", "action", "poster", "data") if values.get(name)]
        self.fetched += [values["href"] for _ in (1,) if tag in ("link", "image") and values.get("href")]
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not self.open or self.open[-1] not in ("style", "script"):
            self.text.append(data)


@pytest.fixture(scope="module")
def pages(reports):
    return {language: report.pages for language, report in reports.items()}


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_report_is_whole_pages_in_its_language(pages, language):
    assert list(pages[language]) == [INDEX, *TOPICS, *RESEARCH, HOW, SLIDES]
    for text in pages[language].values():
        page = Page(text)
        assert text.startswith("<!DOCTYPE html>")
        assert f'<html lang="{language}">' in text
        assert page.headings[0] == 1
        assert page.headings.count(1) == 1
        assert all(after - before <= 1 for before, after in zip(page.headings, page.headings[1:], strict=False))
        assert len(page.ids) == len(set(page.ids))
        for link in page.links:
            if link.startswith("#"):
                assert link[1:] in page.ids


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_report_fetches_only_its_own_files(reports, language):
    report = reports[language]
    for text in report.pages.values():
        page = Page(text)
        assert {one.partition("#")[0] for one in page.fetched} <= {*report.files, *(f"../{one}" for one in SHARED)}
        assert "@import" not in text
        assert not re.findall(r"https?://[^\"'\s<)]+", text)
    named = {
        one.partition("#")[0] for text in report.pages.values() for one in (*Page(text).fetched, *Page(text).links)
    }
    assert set(report.files) <= named  # and holds no file that no page knows
    spaces = {b"http://www.w3.org/2000/svg", b"http://www.w3.org/1999/xlink"}
    for path, content in report.files.items():
        if path.endswith(".svg"):
            assert set(re.findall(rb"https?://[^\"'\s<)]+", content)) <= spaces


def test_what_pages_share_stands_beside_the_folders_of_regions_once(reports, site):
    for language, report in reports.items():
        shared = {f"../{one}" for one in SHARED}
        used = {one for text in report.pages.values() for one in Page(text).fetched} & shared
        assert used >= {"../style.css", "../page.js"}
        assert all((site / language / one).is_file() for one in SHARED)
        assert all("<style" not in text and len(re.findall("<script src", text)) == 1 for text in report.pages.values())
    assert {path.relative_to(site).parts[1] for path in site.rglob("*.css")} == {"style.css", "slides.css"}


def test_a_page_links_to_all_topics_regions_languages_and_the_front(published, pages):
    place = Place("fi", "oulu", "coping")
    wanted = [Place("fi"), Place("fi", "about", "methods"), *(Place(one, "oulu", "coping") for one in ("sv", "en"))]
    wanted += [Place("fi", "oulu", one) for one in (INDEX, *TOPICS, *RESEARCH)]
    wanted += [Place("fi", one, "coping") for one in ("network", *published.meta["regions"])]
    assert {place.to(one) for one in wanted} <= set(Page(pages["fi"]["coping"]).links)
    assert place.to(Place("sv", "oulu", "coping")) == "../../sv/oulu/coping.html"
    current = [values["href"] for tag, values in Page(pages["fi"]["coping"]).tags if "aria-current" in values]
    assert current == ["coping.html"] * 3  # of languages, of regions, of topics


def test_no_topic_has_more_figures_than_are_read(pages):
    shown = {key: text.count("<figure") for key, text in pages["fi"].items()}
    assert all(shown[key] <= 6 for key in TOPICS)
    assert sum(shown.values()) == 24


def test_every_drawing_has_a_text_alternative(pages):
    of_page = {key: [values for tag, values in Page(text).tags if tag == "img"] for key, text in pages["fi"].items()}
    slides = of_page.pop(SLIDES)
    drawings = [one for shown in of_page.values() for one in shown]
    assert len(drawings) == sum(text.count("<figure") for text in pages["fi"].values())
    assert [(one["src"], one["alt"]) for one in slides] == [
        (one["src"], one["alt"]) for key in TOPICS for one in of_page[key]
    ]
    assert all(len(values["alt"]) > 30 for values in drawings)
    assert "Aikojen jakautumista päiville ei näytetä tietosuojan vuoksi" in pages["fi"]["numbers"]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_each_topic_with_a_figure_leads_to_its_slide(published, pages, language):
    said = {"fi": "Näytä valkokankaalla", "sv": "Visa på duk", "en": "Show on a wide screen"}[language]
    slides = Page(pages[language][SLIDES])
    drawn = {key for key in TOPICS if "<figure" in pages[language][key]}
    assert drawn
    for key in (INDEX, *TOPICS):
        links = [one for one in Page(pages[language][key]).links if one.startswith(f"{SLIDES}.html")]
        aim = {INDEX: f"{SLIDES}.html"}.get(key, f"{SLIDES}.html#{key}")
        assert links == ([aim] if key == INDEX or key in drawn else [])
        assert (said in pages[language][key]) == bool(links)
    assert drawn <= set(slides.ids)
    assert [one for one in slides.links if one.startswith("#") and one[1:] not in slides.ids] == []
    found = findings(
        page_of(published if language == "fi" else fewer(published), voice(published.meta, language), "oulu")
    )
    assert [one for one in slides.ids if re.fullmatch(r"finding-\d", one)] == [
        f"finding-{n + 1}" for n in range(len(found))
    ]
    assert all(str(escape(one.headline)) in pages[language][SLIDES] for one in found)


def test_every_table_has_a_caption_and_scopes(pages):
    for text in pages["fi"].values():
        tags = [tag for tag, _ in Page(text).tags]
        assert tags.count("table") == tags.count("caption")
        assert all(values.get("scope") in ("col", "row") for tag, values in Page(text).tags if tag == "th")
    assert sum(text.count("<table") for text in pages["fi"].values()) > 20


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_a_page_holds_no_english_sentence(pages, published, language):
    words, languages = voice(published.meta, language), ["fi", "sv", "en"]
    about = about_pages(published, words, languages=languages)
    front = front_page(published, words, languages=languages)
    for text in (*pages[language].values(), *about.values(), front):
        assert english(text, published.meta, language) == []


def test_english_is_found_where_it_is(pages, published):
    found = [one for text in pages["en"].values() for one in english(text, published.meta, "fi")]
    assert len(found) > 100
    assert "Quality of the data" in found
    marked = '<p><span lang="en">This is what they say of it.</span> Näin he sanovat.</p>'
    assert english(marked, published.meta, "fi") == []
    bare = "<p>Näin. An assessment without evidence: none counts without it.</p><p>These are not those of us.</p>"
    assert english(bare, published.meta, "fi") == [
        "An assessment without evidence:", "none counts without it.", "These are not those of us."
    ]  # fmt: skip


def test_synthetic_data_is_announced_and_real_data_is_not(published, pages):
    assert all("Synteettinen aineisto" in text for text in pages["fi"].values())
    real = Published(published.tables, published.meta | {"synthetic": False})
    assert "Synteettinen aineisto" not in front_page(real, voice(real.meta), languages=["fi"])


def test_what_is_hidden_does_not_stand_in_the_report(published, reports):
    hidden = published["quality_rules"].filter(pl.col("suppressed") == "primary")
    assert hidden.height > 0
    assert "alle 5" in reports["fi"].pages["quality"]
    rows = [content for path, content in reports["fi"].files.items() if path.endswith(".csv")]
    assert len(rows) > 20
    for content in rows:
        frame = from_csv(content, published.meta).rows
        column = (
            "estimate"
            if "estimate" in frame.columns
            else next((one for one in ("n", "rows") if one in frame.columns), None)
        )
        if column and "suppressed" in frame.columns:
            assert frame.filter(pl.col("suppressed").is_in(["primary", "secondary"]))[column].drop_nulls().is_empty()


def test_a_table_that_did_not_pass_stops_the_report(published):
    raw = published.tables | {"parjaavyys": published["parjaavyys"].drop("suppressed")}
    with pytest.raises(DisclosureError, match="parjaavyys"):
        region_report(Published(raw, published.meta), "oulu")


def test_an_unknown_region_gets_the_nearest_name(published):
    with pytest.raises(ParameterError, match="Did you mean 'tampere'"):
        region_report(published, "tamper")


def test_the_network_report_compares_the_regions(published):
    text = region_report(fewer(published), "network").pages[INDEX]
    Page(text)
    assert "Koko verkosto" in text
    assert "eritasoisia" in text


def test_texts_from_the_data_cannot_become_markup(published):
    meta = published.meta | {"responsible": "<script>alert(1)</script>"}
    nodes = published["nodes"].with_columns(name=pl.lit('<img src="x">'))
    report = region_report(Published(fewer(published).tables | {"nodes": nodes}, meta), "oulu")
    for text in report.pages.values():
        assert "<script>alert" not in text
        assert '<img src="x">' not in text


def test_an_empty_study_still_makes_pages_that_say_what_they_lack(published):
    empty = Published({name: frame.clear() for name, frame in published.tables.items()}, published.meta)
    assert "ei ole vielä tarpeeksi" in region_report(empty, "oulu").pages[INDEX]
    pages = region_report(empty, "network").pages
    for key, text in pages.items():
        Page(text)
        assert "<figure" not in text
        assert key in (INDEX, "quality") or text.count('class="remark missing"') == 1, key
    assert "Tässä aineistossa ei ole kyselyvastauksia." in pages["coping"]


def without(published, *names, region="oulu"):
    """The publication without what the tables `names` have of a region."""
    gone = {
        name: frame.filter(pl.col("region") != region)
        for name, frame in published.tables.items()
        if name in names or (name == "distributions" and "parjaavyys" in names)
    }
    return Published(published.tables | gone, published.meta)


def test_a_region_without_answers_says_so_and_draws_nothing(published):
    text = region_report(without(published, "parjaavyys", "situation"), "oulu").pages["coping"]
    assert "Tästä alueesta ei ole tässä aineistossa kyselyvastauksia." in text
    assert "<img" not in text
    assert "<table" not in text


def test_a_region_without_services_says_what_is_missing(published):
    one = without(published, "integration", "delays", "nodes", "edges", "parjaavyys", "comparisons")
    view = page_of(one, Words(), "oulu")
    assert "prosessien kestoja" in families_section(view).missing
    assert "toimijoiden verkostoja" in networks_section(view).missing
    assert "kumppanien vastauksia eikä" in partners_section(view).missing
    assert contents_of(view) == ["tilastotietoja alueesta"]


def test_notes_are_read_in_words(published):
    means = published["parjaavyys"].filter(region="oulu", scale="who5", indicator="score_mean", group="all")
    lone = means.with_columns(ci_low=None, ci_high=None, note=pl.lit("few_clusters"))
    columns = ["scale", "wave", "estimate", "interval"]
    view = page_of(published, Words(), "oulu")
    table = row_table(view, lone, columns, caption="x", name="x")
    assert {row[3] for row in table.rows} == {"– (vastaajaryhmiä on liian vähän)"}
    none = lone.with_columns(estimate=pl.lit(None, pl.Float64), note=pl.lit("no_scores"))
    table = row_table(view, none, columns, caption="x", name="x")
    assert {(row[2], row[3]) for row in table.rows} == {("– (kenelläkään ei ole pisteitä)", "–")}


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_note_of_the_indicators_has_words(language):
    notes = [estimation.NO_SCORES, estimation.ONE_PERSON, estimation.FEW_CLUSTERS, estimation.NO_VARIATION]
    notes += notes_of_integration()
    assert len(notes) > 35
    assert [note for note in notes if note_title(note, Words(language)) == note] == []


def notes_of_integration() -> list[str]:
    """Read the notes from the constants that the modules document as such, and those of the tallies and curves."""
    found = []
    for path in sorted(Path(integration.__file__).parent.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        found += re.findall(r'^[A-Z_]+ = "([a-z_]+)"\n"""Note', text, re.MULTILINE)
        found += re.findall(r'"note": "([a-z_]+)"', text)
        told = [line for line in text.splitlines() if re.search(r"note|Measure\(None", line)]
        names = {name for line in told for name in re.findall(r"\b[A-Z][A-Z_]{3,}\b", line)}
        names |= {"MISSING", "MISSING_NO_TIE", "NOT_MEASURED", "SUPPRESSED", "OUTSIDE_RANGE", "PART_MISSING"}
        constants = dict(re.findall(r'^([A-Z_]+) = "([a-z_]+)"$', text, re.MULTILINE))
        found += [constants[name] for name in names if name in constants]
    return sorted(set(found))


def test_other_processes_are_not_called_meetings(published):
    meta = published.meta | {"case_start": "*first", "case_end": "*last"}
    cases = published["integration"].filter(pl.col("indicator") != "feedback_mean")
    one = Published(published.tables | {"integration": cases}, meta)
    section = families_section(page_of(one, Words(), "oulu"))
    tables = [table for item in (*section.exhibits, *section.experts) for table in item.tables]
    assert len(tables) > 1
    texts = [table.caption for table in tables] + [cell for table in tables for row in table.rows for cell in row]
    view = page_of(one, Words(), "oulu")
    texts += [fact.title for fact in facts(view)] + [
        text for found in findings(view) for text in (found.headline, found.text)
    ]
    families = "neuvonpi|tapaami|yhteydenot|perhettä|perheistä"
    assert not [text for text in texts if re.search(families, text, re.IGNORECASE)]


def test_instruments_nobody_answered_are_not_listed(published):
    part = published["parjaavyys"].filter(pl.col("scale") == "who5")
    one = Published(published.tables | {"parjaavyys": part}, published.meta)
    text = about_pages(one, voice(one.meta), languages=["fi"])[Place("fi", "about", "instruments")]
    listed = text.split("<dl>")[1].split("</dl>")[0]
    assert "WHO-5" in listed
    assert "SDQ" not in listed


def test_fifteen_reports_are_less_than_60_megabytes(reports):
    """Three languages of five: what a report of the whole made-up data takes, as files."""
    report = reports["fi"]
    pages = sum(len(text.encode()) for text in report.pages.values())
    assert 15 * (pages + sum(map(len, report.files.values()))) < 60_000_000


def test_each_figure_is_taken_along_with_its_rows_and_cited(published, reports):
    for language, report in reports.items():
        page = Page(report.pages["coping"])
        shown = [values["id"] for tag, values in page.tags if tag == "figure"]
        assert "coping" in shown
        for key in shown:
            assert {f"figures/{key}.{end}" for end in ("png", "svg", "csv", "xlsx")} <= set(page.links), key
        made = [link for link in Page(report.pages[HOW]).links if "about/made.html#" in link]
        recipes = about_pages(published, voice(published.meta, language), languages=["fi", "sv", "en"])
        ids = set(Page(recipes[Place(language, "about", "made")]).ids)
        assert made
        assert {link.partition("#")[2] for link in made} <= ids
    assert "ei vuotta" in reports["fi"].pages["coping"]  # the made-up data has no date
    told = Published(
        published.tables,
        published.meta | {"date": "2024-12-31", "code": "c0de", "fingerprint": "da7a-c401-c0de", "responsible": "THL"},
    )
    said = citation(page_of(told, voice(told.meta, "en"), "oulu"), "How children cope", told.tables["parjaavyys"])
    assert said.startswith("THL (2024). ")
    assert said.endswith("How children cope, Oulu. Synthetic data. Fingerprint da7a-c401-c0de.")


def test_how_a_figure_was_made_names_the_bytes_of_its_table(published, project):
    write_published(Published(published.tables, published.meta | {"region_order": [*published.meta["regions"]],
        "sector_order": [*published.meta["sectors"]]}), project / "data" / "published")  # fmt: skip
    read = read_published(fdr=0.05)
    page = about_pages(read, voice(read.meta, "fi"), languages=["fi"])[Place("fi", "about", "made")]
    content = (project / "data" / "published" / "parjaavyys.parquet").read_bytes()
    assert hashlib.sha256(content).hexdigest() in page


def test_every_link_of_the_site_leads_somewhere(site):
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    assert len(pages) == 1 + 3 * (2 + 6 + 5 * 15)
    links = 0
    for path, page in pages.items():
        for link in (*page.links, *page.fetched):
            file, _, anchor = link.partition("#")
            target = Path(os.path.normpath(path.parent / file)) if file else path
            assert target in pages or target.is_file(), (path, link)
            if anchor:
                drawn = () if target in pages else re.findall(r'\bid="([^"]+)"', target.read_text(encoding="utf-8"))
                assert anchor in (drawn or pages[target].ids), (path, link)
            links += 1
    assert links > 1_000
    assert 'content="0; url=fi/index.html"' in (site / "index.html").read_text(encoding="utf-8")


def test_a_site_without_a_report_says_what_to_run(published, reports, project):
    reports["fi"].write(project / "reports" / "regions" / "fi" / "network")
    with pytest.raises(ParameterError, match=r"no report fi/.*, and \d+ others are missing") as caught:
        build_site(published)
    assert "dvc repro region" in caught.value.hint


def test_the_same_numbers_give_the_same_report(published, reports):
    again = region_report(published, "oulu", languages=["fi", "sv", "en"])
    assert (again.pages, again.files) == (reports["fi"].pages, reports["fi"].files)
