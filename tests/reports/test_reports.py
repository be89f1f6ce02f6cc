from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import polars as pl
import pytest

from sujuva import integration
from sujuva.errors import DisclosureError, ParameterError
from sujuva.estimation import interval as estimation
from sujuva.figures import Words
from sujuva.figures.labels import note_title
from sujuva.published import Published
from sujuva.reports import build_site, index_page, key_numbers, region_report, sentences
from sujuva.reports.content import page_of
from sujuva.reports.pages import _card_widths
from sujuva.reports.services import services_section
from sujuva.reports.story import headlines
from sujuva.reports.tables import row_table
from tests.reports.english import english

VOID = {"meta", "link", "br", "img", "hr", "input", "col"}


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


def fewer(published):
    """One scale and no distributions: enough for a page where the rest is not looked at."""
    one = published["parjaavyys"].filter(pl.col("scale") == "who5")
    tables = {"parjaavyys": one, "distributions": published["distributions"].clear()}
    return Published(published.tables | tables, published.meta)


@pytest.fixture(scope="module")
def pages(published):
    shorter = {language: region_report(fewer(published), "oulu", language=language) for language in ("sv", "en")}
    return {"fi": region_report(published, "oulu"), **shorter}


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_report_is_a_whole_page_in_its_language(pages, language):
    text = pages[language]
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
def test_a_report_asks_nothing_of_anyone(pages, language):
    page = Page(pages[language])
    assert page.fetched == []
    assert "<script" not in pages[language]
    assert "@import" not in pages[language]
    assert all(link.startswith(("#", "data:text/csv")) for link in page.links)
    spaces = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert set(re.findall(r"https?://[^\"'\s<)]+", pages[language])) <= spaces


def test_every_drawing_has_a_text_alternative(pages):
    page = Page(pages["fi"])
    drawings = [values for tag, values in page.tags if tag == "svg"]
    assert len(drawings) == 20  # of Oulu's delays too much is hidden to draw them
    assert "Aikojen jakautumista päiville ei näytetä tietosuojan vuoksi" in pages["fi"]
    assert all(values["role"] == "img" and len(values["aria-label"]) > 30 for values in drawings)


def test_every_table_has_a_caption_and_scopes(pages):
    tags = [tag for tag, _ in Page(pages["fi"]).tags]
    assert tags.count("table") == tags.count("caption") > 8
    assert all(values.get("scope") in ("col", "row") for tag, values in Page(pages["fi"]).tags if tag == "th")


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_a_page_holds_no_english_sentence(pages, published, language):
    assert english(pages[language], published.meta, language) == []


def test_english_is_found_where_it_is(pages, published):
    found = english(pages["en"], published.meta, "fi")
    assert len(found) > 100
    assert "How good is the data?" in found
    marked = '<p><span lang="en">This is what they say of it.</span> Näin he sanovat.</p>'
    assert english(marked, published.meta, "fi") == []
    bare = "<p>Näin. An assessment without evidence: none counts without it.</p><p>These are not those of us.</p>"
    assert english(bare, published.meta, "fi") == [
        "An assessment without evidence:", "none counts without it.", "These are not those of us."
    ]  # fmt: skip


def test_synthetic_data_is_announced_and_real_data_is_not(published, pages):
    assert "Synteettinen aineisto" in pages["fi"]
    real = Published(published.tables, published.meta | {"synthetic": False})
    assert "Synteettinen aineisto" not in index_page(real, reports=["network"])


def test_what_is_hidden_does_not_stand_in_the_page(published, pages):
    hidden = published["quality_rules"].filter(pl.col("suppressed") == "primary")
    assert hidden.height > 0
    assert "alle 5" in pages["fi"]
    csv = [unquote(link.split(",", 1)[1]) for link in Page(pages["fi"]).links if link.startswith("data:")]
    assert len(csv) > 8
    for text in csv:
        frame = pl.read_csv(text.lstrip("\ufeff").encode(), infer_schema=False)
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
    text = region_report(fewer(published), "network")
    Page(text)
    assert "Koko verkosto" in text
    assert "eritasoisia" in text


def test_texts_from_the_data_cannot_become_markup(published):
    meta = published.meta | {"responsible": "<script>alert(1)</script>"}
    nodes = published["nodes"].with_columns(name=pl.lit('<img src="x">'))
    text = region_report(Published(fewer(published).tables | {"nodes": nodes}, meta), "oulu")
    assert "<script>" not in text
    assert '<img src="x">' not in text


def test_sentences_carry_the_verdict_on_a_change(published):
    def said(half):
        means = published["parjaavyys"].filter(region="oulu", scale="who5", group="all")
        means = means.filter(pl.col("indicator").is_in(["score_mean", "score_sd"]))
        first, mean = pl.col("wave") == 2022, pl.col("indicator") == "score_mean"
        value = pl.when(first).then(50.0).otherwise(60.0)
        changed = means.with_columns(
            estimate=pl.when(mean).then(value).otherwise(20.0),
            ci_low=None if half is None else pl.when(mean).then(value - half),
            ci_high=None if half is None else pl.when(mean).then(value + half),
        )
        one = Published(
            published.tables | {"parjaavyys": changed, "integration": published["integration"].clear()}, published.meta
        )
        return sentences(one, Words("en"), region="oulu")

    assert "clearly better" in said(4.2)[0]
    assert "slightly better" in said(4.5)[0]
    assert "cannot be told" in said(8.9)[0]
    assert "cannot be told" in said(None)[0]


def test_falling_difficulties_are_for_the_better(published):
    means = published["parjaavyys"].filter(region="oulu", scale="sdq_total", group="all")
    means = means.filter(pl.col("indicator").is_in(["score_mean", "score_sd"]))
    first, mean = pl.col("wave") == 2022, pl.col("indicator") == "score_mean"
    changed = means.with_columns(
        estimate=pl.when(~mean).then(5.0).when(first).then(12.0).otherwise(8.0),
        ci_low=pl.when(mean).then(pl.when(first).then(11.0).otherwise(7.0)),
        ci_high=pl.when(mean).then(pl.when(first).then(13.0).otherwise(9.0)),
    )
    one = Published(published.tables | {"parjaavyys": changed}, published.meta)
    assert "clearly better" in sentences(one, Words("en"), region="oulu")[0]


def test_key_numbers_name_their_year_unit_and_n(published):
    numbers = key_numbers(published, Words("fi"), region="oulu")
    assert len(numbers) > 5
    who5 = next(one for one in numbers if "WHO-5" in one.title)
    assert "asteikolla 0–100" in who5.value
    assert "2022" in who5.before
    assert "n\u00a0=\u00a0" in who5.note


def test_an_empty_study_still_makes_a_page(published):
    empty = Published({name: frame.clear() for name, frame in published.tables.items()}, published.meta)
    assert "ei ole vielä tarpeeksi" in region_report(empty, "oulu")
    text = region_report(empty, "network")
    Page(text)
    assert "Tässä aineistossa ei ole kyselyvastauksia." in text
    assert "<figure" not in text
    assert "<table" not in text.split('id="methods"')[0].split('id="quality"')[0]


def without(published, *names, region="oulu"):
    """The publication without what the tables `names` have of a region."""
    gone = {
        name: frame.filter(pl.col("region") != region)
        for name, frame in published.tables.items()
        if name in names or (name == "distributions" and "parjaavyys" in names)
    }
    return Published(published.tables | gone, published.meta)


def test_a_region_without_answers_says_so_and_draws_nothing(published):
    page = region_report(without(published, "parjaavyys", "situation"), "oulu")
    read = Page(page)
    section = page.split('<section id="coping"')[1].split("</section>")[0]
    assert "Tästä alueesta ei ole tässä aineistossa kyselyvastauksia." in section
    assert "<svg" not in section
    assert "<table" not in section
    assert "#coping" not in read.links
    assert {"#services", "#quality"} <= set(read.links)
    assert "#areas" not in read.links
    assert "Raportissa on" not in page


def test_a_region_without_services_says_what_is_missing(published):
    one = without(published, "integration", "delays", "nodes", "edges", "parjaavyys", "comparisons")
    page = region_report(one, "oulu")
    section = page.split('<section id="services"')[1].split("</section>")[0]
    missing = "tässä aineistossa prosessien kestoja, toimijoiden verkostoja, kumppanien vastauksia eikä"
    assert missing in section
    assert "<svg" not in section
    assert "#services" not in Page(page).links
    assert headlines(page_of(one, Words(), "oulu")) == ["Raportissa on tilastotietoja alueesta."]


def test_a_lead_promises_only_what_there_is(published):
    part = published["integration"].filter(
        (pl.col("region") != "oulu") | pl.col("indicator").str.starts_with("network_")
    )
    tables = {"integration": part, "delays": published["delays"].filter(pl.col("region") != "oulu")}
    section = services_section(page_of(Published(published.tables | tables, published.meta), Words(), "oulu"))
    assert section.lead == "Miten toimijat tekevät yhteistyötä."
    assert "osallistujien palautetta" in section.missing
    assert section.exhibits


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


def test_a_share_of_yes_reads_as_per_cent(published):
    scale = published.meta["scales"]["who5"] | {"range": [0, 1], "shown": {"decimals": 1, "percent": True}}
    meta = published.meta | {"scales": published.meta["scales"] | {"who5": scale}}
    numbers = [pl.col(name) / 100 for name in ("estimate", "ci_low", "ci_high")]
    who5 = (pl.col("scale") == "who5") & pl.col("indicator").is_in(["score_mean", "score_sd"])
    frame = published["parjaavyys"].with_columns(
        pl.when(who5).then(one).otherwise(one.meta.output_name()).alias(one.meta.output_name()) for one in numbers
    )
    one = Published(published.tables | {"parjaavyys": frame}, meta)
    number = next(one for one in key_numbers(one, Words(), region="oulu") if "WHO-5" in one.title)
    assert re.fullmatch(r"\d\d,\d\u00a0%", number.value)
    assert re.search(r"luottamusväli \d\d,\d–\d\d,\d\u00a0%", number.note)
    said = next(text for text in sentences(one, Words(), region="oulu") if "WHO-5" in text)
    assert re.search(r"\d\d,\d\u00a0%", said)


def test_other_processes_are_not_called_meetings(published):
    meta = published.meta | {"case_start": "*first", "case_end": "*last"}
    cases = published["integration"].filter(pl.col("indicator") != "feedback_mean")
    one = Published(published.tables | {"integration": cases}, meta)
    section = services_section(page_of(one, Words(), "oulu"))
    texts = [section.lead, *(table.caption for item in section.exhibits for table in item.tables)]
    texts += [cell for item in section.exhibits for table in item.tables for row in table.rows for cell in row]
    texts += [text for number in key_numbers(one, Words(), region="oulu") for text in (number.title, number.note)]
    texts += sentences(one, Words(), region="oulu")
    families = "neuvonpi|tapaami|yhteydenot|perhettä|perheistä"
    assert not [text for text in texts if re.search(families, text, re.IGNORECASE)]


@pytest.mark.parametrize("regions", [1, 2, 3, 4, 5, 6, 7, 18, 21])
def test_cards_fill_every_row(regions):
    sizes = {"third": 2, "half": 3, "whole": 6}
    row = 0
    for one in _card_widths(regions):
        row += sizes[one]
        assert row <= 6
        row %= 6
    assert row == 0


def test_instruments_nobody_answered_are_not_listed(published):
    part = published["parjaavyys"].filter(pl.col("scale") == "who5")
    text = region_report(Published(published.tables | {"parjaavyys": part}, published.meta), "tampere")
    listed = text.split("Mittarit</h3>")[1].split("</dl>")[0]
    assert "WHO-5" in listed
    assert "SDQ" not in listed


def test_the_site_links_to_every_report_it_holds(published, pages, project):
    for key in ("network", "oulu"):
        path = project / "reports" / "regions" / f"{key}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(pages["fi"], encoding="utf-8")
    written = build_site(published)
    site = project / "reports" / "site"
    assert sorted(str(path) for path in written) == ["index.html", "regions/network.html", "regions/oulu.html"]
    index = (site / "index.html").read_text(encoding="utf-8")
    links = [link for link in Page(index).links if not link.startswith("#")]
    assert links == ["regions/network.html", "regions/oulu.html", "regions/network.html#quality"]
    assert all((site / link.split("#")[0]).is_file() for link in links)


def test_a_site_without_reports_says_what_to_run(published, project):
    with pytest.raises(ParameterError, match="dvc repro region"):
        build_site(published)


def test_the_same_numbers_give_the_same_page(published, pages):
    assert region_report(published, "oulu") == pages["fi"]
