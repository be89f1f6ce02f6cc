"""The site in a browser, as readers meet it: wide and on a phone, by keyboard, without scripts, without a network."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sujuva.figures import voice
from sujuva.io import write_text
from sujuva.published import Published
from sujuva.reports.about import about_pages
from sujuva.reports.looks import write_shared
from sujuva.reports.sitemap import ABOUT, INDEX, OF_ALL, RESEARCH, SEARCH, TOPICS, Place
from tests.publish import made_up
from tests.reports.conftest import THREE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDE, PHONE, NARROWEST = 1280, 390, 320
MOST_WORDS, MOST_PIXELS = 900, 9_000
FIRST_PAGE, ANY_PAGE, INDEX_SIZE = 300_000, 900_000, 200_000

OULU = [Place("fi", "oulu", key) for key in (INDEX, *TOPICS, *RESEARCH)]
TEMPLATES = [
    Place(""), Place("", "oulu"), Place("", "oulu", "coping"), Place("", "oulu", "quality"), Place("", "", SEARCH),
    *(Place("", ABOUT, key) for key in OF_ALL),
]  # fmt: skip
"""A page of each template, in no language yet."""

MORE = [Place("sv", "oulu", "coping"), Place("en", "oulu", "coping")]
CONTRAST = {"runOnly": ["color-contrast"]}
OF_WCAG_22 = "target-size"
"""The rule that axe has of WCAG 2.2, and leaves out unless asked."""
SCROLLED_AWAY = """selectors => selectors.map(one => {
  const seen = document.querySelector(one), table = seen.closest('.scroll');
  return table !== null && seen.getBoundingClientRect().right > table.getBoundingClientRect().right;
})"""
"""Cells beyond the edge of a table that scrolls, of which axe cannot say what lies behind them."""

LOADED = """async () => {
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  document.querySelectorAll('img').forEach(one => { one.loading = 'eager'; });
  await Promise.all([...document.images].map(one => one.decode()));
}"""
MEASURED = """() => ({
  height: document.documentElement.scrollHeight, width: document.documentElement.scrollWidth,
  words: document.body.innerText.split(/\\s+/).length, images: [...document.images].map(one => one.currentSrc),
  shared: [...document.querySelectorAll('link[rel=stylesheet], script[src]')].map(one => one.href || one.src),
  headings: [...document.querySelectorAll('h1, h2, h3, h4')].map(one => Number(one.tagName[1])),
  small: [...document.querySelectorAll('a, button, summary, input')].filter(one => {
    const box = one.getBoundingClientRect();
    const inSentence = one.tagName === 'A' && one.closest('p:not([class]), dd, .remark, .lead, .brief li');
    return one.checkVisibility() && !one.closest('.skip') && !inSentence && (box.width < 24 || box.height < 24);
  }).map(one => one.outerHTML),
  links: [...document.querySelectorAll('a')].map(one => [one.textContent.replace(/\\s+/g, ' ').trim(), one.href]),
})"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


@contextmanager
def visit(browser: Any, width: int = WIDE, *, scripts: bool = True) -> Iterator[Any]:
    """Open a window without a network; what a page asks for that is no file fails, and so does an error of a script."""
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts, offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.on("pageerror", lambda one: asked.append(str(one)))
    yield page
    context.close()
    assert [one for one in asked if not one.startswith("file://")] == []


def go(page: Any, site: Path, place: Place) -> None:
    page.goto((site / place.path).as_uri())


def sampled() -> list[Place]:
    """All pages of one report, and one page of each template in each language."""
    every = [Place(language, one.folder, one.page) for language in THREE for one in TEMPLATES]
    return list(dict.fromkeys([*OULU, Place("fi", "network"), *every]))


def size(path: str) -> int:
    return Path(path.removeprefix("file://").partition("#")[0]).stat().st_size


def test_pages_are_short_fit_their_window_and_load_little(browser, site):
    with visit(browser) as page:
        for place in sampled():
            page.set_viewport_size({"width": WIDE, "height": 900})
            go(page, site, place)
            page.evaluate(LOADED)
            seen = page.evaluate(MEASURED)
            assert seen["height"] <= MOST_PIXELS, place
            assert place.page in RESEARCH or place.folder == ABOUT or seen["words"] <= MOST_WORDS, place
            assert seen["headings"][0] == 1, place
            assert all(b - a <= 1 for a, b in zip(seen["headings"], seen["headings"][1:], strict=False)), place
            assert seen["width"] <= WIDE, place
            assert one_place_each(seen["links"]) == [], place
            loaded = size(str(site / place.path)) + sum(map(size, [*seen["images"], *seen["shared"]]))
            assert loaded <= (FIRST_PAGE if place.page == INDEX else ANY_PAGE), (place, loaded)
            assert not any("/narrow/" in one for one in seen["images"]), place
            for width in (PHONE, NARROWEST):
                page.set_viewport_size({"width": width, "height": 844})
                page.evaluate(LOADED)
                seen = page.evaluate(MEASURED)
                assert seen["width"] <= width, (place, width)
                assert seen["small"] == [], (place, width)
                assert all("/narrow/" in one for one in seen["images"]), place
                assert page.locator("h1").bounding_box()["y"] < 844 * 0.45, place  # contents are folded


def one_place_each(links: list[list[str]]) -> list[str]:
    """Return the texts under which links lead to different places."""
    led: dict[str, set[str]] = {}
    for text, href in links:
        led.setdefault(text, set()).add(href)
    return [text for text, hrefs in led.items() if len(hrefs) > 1]


def test_nothing_bars_a_reader_by_axe(browser, site):
    from axe_playwright_python.sync_playwright import Axe

    axe, found, rules = Axe(), [], set()

    def look(page: Any, where: object, **options: Any) -> None:
        asked = {"resultTypes": ["violations", "incomplete"], "rules": {OF_WCAG_22: {"enabled": True}}, **options}
        result = axe.run(page, options=asked).response
        rules.update(one["id"] for kind in ("passes", "violations", "incomplete") for one in result[kind])
        bars = [(one["id"], one["nodes"]) for one in result["violations"]]
        for one in (one for one in result["incomplete"] if one["id"] == "color-contrast"):
            away = page.evaluate(SCROLLED_AWAY, [node["target"][0] for node in one["nodes"]])
            undecided = [node for node, beyond in zip(one["nodes"], away, strict=True) if not beyond]
            bars += [(one["id"], undecided)] * bool(undecided)
        found.extend((where, rule, [node["html"][:200] for node in nodes][:3]) for rule, nodes in bars)

    windows = [(WIDE, "light"), (PHONE, "dark")]
    only_contrast = [(WIDE, "dark"), (PHONE, "light")]  # wide windows show what phones scroll
    with visit(browser) as page:
        for place in [*(Place("fi", one.folder, one.page) for one in TEMPLATES), *MORE]:
            go(page, site, place)
            page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
            for width, scheme in [*windows, *only_contrast[: 2 if place.folder == "oulu" else 1]]:
                page.set_viewport_size({"width": width, "height": 844})
                page.emulate_media(color_scheme=scheme)
                look(page, (place, width, scheme), **({} if (width, scheme) in windows else CONTRAST))
    assert found == []
    assert OF_WCAG_22 in rules


ALIKE = """
yksinäinen yksinäisyys, yksinäisiä yksinäisyys, yksinäisyydestä yksinäinen, harrastaa harrastus,
harrastuksista harrastukset, kumppaneiden kumppanuus, koulussa koulut, vanhemmat vanhempien, pärjätä pärjäävyys,
lasten lapset, lapsista lapset, suojelu lastensuojelu, osallisuus osallinen, vaikeuksia vaikeudet,
hyvinvoinnista hyvinvointi, neuvonpitoon neuvonpito, nuorten nuoret, keskustelut keskustella,
luottamusväli luottamusvälit, perh perheet
"""
UNLIKE = """
lastensuojelu lastentarha, perheneuvola perhekeskus, kunta kunnossa, verkosto verkkosivu, luottamus luotettavuus,
toimija toiminta, muutos muuttuja, kokemus kokous, tuki tukos, vanha vanhemmat, yksikkö yksinäisyys,
yksityinen yksinäisyys, oppia oppilas, pojat poikkeama, ero euro
"""


def test_words_find_their_forms_and_kin_but_no_others(browser, site):
    def judged(page: Any, pairs: str) -> dict[str, bool]:
        split = [one.split() for one in pairs.strip().split(",")]
        return {" ".join(one): page.evaluate("([a, b]) => sujuva.alike(a, b) > 0", one) for one in split}

    with visit(browser) as page:
        go(page, site, Place("fi", "", SEARCH))
        assert [pair for pair, found in judged(page, ALIKE).items() if not found] == []
        assert [pair for pair, found in judged(page, UNLIKE).items() if found] == []


def test_search_finds_by_keyboard_and_leads_to_the_place(browser, site):
    with visit(browser) as page:
        go(page, site, Place("fi", "", SEARCH))
        assert size(str(site / Place("fi", "", SEARCH).path)) < INDEX_SIZE
        page.keyboard.type("yksinäisyys")  # stands nowhere so: a statistic tells of those who are “yksinäiseksi”
        hits = page.locator("#results a")
        assert hits.count() == 5
        assert "5 osumaa" in page.locator("#hits").inner_text()
        assert hits.nth(3).inner_text().split("\n")[-1] == "Oulu · Alueen tilanne"
        page.fill("#q", "oulu harrastuksista")
        found = page.evaluate("[...document.querySelectorAll('#results a')].map(one => one.href)")
        assert (site / "fi/oulu/talks.html#hobbies").as_uri().replace("%23", "#") in found
        assert all("/fi/oulu/" in one for one in found)
        page.keyboard.press("Control+A")
        page.keyboard.type("luottamusvälistä")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.href").endswith("fi/about/glossary.html#interval")
        page.keyboard.press("Enter")
        page.wait_for_url("**/about/glossary.html#interval")
        assert page.locator("#interval").is_visible()
        page.go_back()
        assert page.input_value("#q") == "luottamusvälistä"
        page.fill("#q", "xylofoni")
        assert page.locator("#hits").inner_text().startswith("Mitään ei löytynyt")
        for language, query, first in (
            ("sv", "konfidensintervallet", "konfidensintervall"),
            ("en", "intervals", "conf"),
        ):
            go(page, site, Place(language, "", SEARCH))
            page.fill("#q", query)
            assert page.locator("#results a").first.inner_text().startswith(first)


def test_without_scripts_the_search_leads_to_the_contents_and_tables_are_whole(browser, site):
    with visit(browser, scripts=False) as page:
        go(page, site, Place("fi", "", SEARCH))
        assert not page.locator("#search").is_visible()
        assert page.locator("main noscript a, main ul a").count() >= len(TOPICS)
        go(page, site, Place("fi", "oulu", "quality"))
        assert page.locator("thead button, .filter").count() == 0
        assert page.locator(".contents a").first.is_visible()  # open where there is room
        assert page.locator(".regions a").first.is_visible()


def test_tables_sort_and_filter_by_keyboard(browser, site):
    with visit(browser) as page:
        go(page, site, Place("fi", "oulu", "coping"))
        table = page.locator("main table:has(td.num):has(tr:nth-child(9))").first
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
        column = table.evaluate("one => [...one.tHead.rows[0].cells].findIndex(cell => cell.classList.contains('num'))")
        cells = f"one => [...one.tBodies[0].rows].map(row => row.cells[{column}].textContent)"
        before, heading = table.evaluate(cells), table.locator("thead th").nth(column)

        def values() -> list[float]:
            said = [one.split("\u00a0(")[0].replace("\u2212", "-").replace(",", ".") for one in table.evaluate(cells)]
            return [float(one.strip("\u00a0%").split()[0]) for one in said if one[0] in "-0123456789"]

        heading.locator("button").focus()
        page.keyboard.press("Enter")
        assert heading.get_attribute("aria-sort") == "ascending"
        assert len(values()) > 3
        assert values() == sorted(values())
        page.keyboard.press("Space")
        assert heading.get_attribute("aria-sort") == "descending"
        assert values() == sorted(values(), reverse=True)
        page.keyboard.press("Enter")
        assert heading.get_attribute("aria-sort") is None
        assert table.evaluate(cells) == before

        box = page.locator(".filter input").first
        rows = box.evaluate_handle("one => one.closest('.filter').nextElementSibling.querySelector('tbody')")
        word = rows.evaluate("one => one.rows[0].cells[0].textContent")
        box.focus()
        page.keyboard.type(word.upper())
        left = rows.evaluate("one => [...one.rows].filter(row => !row.hidden).map(row => row.textContent)")
        assert 0 < len(left) < rows.evaluate("one => one.rows.length")
        assert all(word in one for one in left)


def test_everything_is_reached_by_keyboard_in_order_and_seen(browser, site):
    for width in (WIDE, PHONE):
        with visit(browser, width) as page:
            go(page, site, Place("fi", "oulu", "coping"))
            page.evaluate(LOADED)
            wanted = page.evaluate("""() => {
              const all = [...document.querySelectorAll('a, button, summary, input, [tabindex]')];
              window.reach = all.filter(one => one.checkVisibility());
              return reach.length;
            }""")
            for number in range(wanted):
                page.keyboard.press("Tab")
                seen = page.evaluate("""() => {
                  const one = document.activeElement, box = one.getBoundingClientRect();
                  return [reach.indexOf(one), getComputedStyle(one).outlineStyle !== 'none' && box.bottom > 0
                    && box.top < innerHeight && box.right > 0];
                }""")
                assert seen == [number, True], page.evaluate("document.activeElement.outerHTML")
            page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    with visit(browser) as page:
        go(page, site, Place("fi", "oulu", "coping"))
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")


def test_contents_stay_in_sight_on_a_wide_screen_and_fold_on_a_phone(browser, site):
    with visit(browser, 1152) as page:
        go(page, site, Place("fi", "oulu", "coping"))
        page.evaluate(LOADED)
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)")
        assert 0 <= page.locator(".contents a[aria-current]").bounding_box()["y"] < 900
        page.set_viewport_size({"width": PHONE, "height": 844})
        page.locator(".contents a").first.wait_for(state="hidden")
        page.evaluate("scrollTo(0, 0)")
        page.locator(".contents summary").click()
        assert page.locator(".contents a").first.is_visible()
        page.emulate_media(media="print")
        assert not page.locator("nav").first.is_visible()
        assert page.locator("h1").is_visible()


def test_a_list_of_all_regions_stays_usable(browser, published, tmp_path):
    more = {key: {**published.meta["regions"]["oulu"], "title": {"fi": title}} for key, title in made_up.MORE.items()}
    many = Published(published.tables, published.meta | {"regions": published.meta["regions"] | more})
    text = about_pages(many, voice(many.meta), languages=THREE)[Place("fi", ABOUT, "privacy")]
    path = tmp_path / "fi" / "about" / "privacy.html"
    write_shared(tmp_path / "fi")
    write_text(text, path)
    with visit(browser) as page:
        page.goto(path.as_uri())
        assert page.locator(".regions a").count() == 24
        assert page.locator(".regions a").last.is_visible()
        assert page.locator("h1").bounding_box()["y"] < 320
        page.set_viewport_size({"width": NARROWEST, "height": 844})
        assert page.locator("h1").bounding_box()["y"] < 844 * 0.45
        page.locator(".regions summary").click()
        assert page.locator(".regions a").last.is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST
