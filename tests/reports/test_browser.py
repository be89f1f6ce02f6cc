"""The site in a browser, as readers meet it: wide and on a phone, by keyboard, without scripts, without a network."""

from __future__ import annotations

import re
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
from sujuva.reports.sitemap import ABOUT, HOW, INDEX, OF_ALL, RESEARCH, SEARCH, SLIDES, TOPICS, Place
from tests.publish import made_up
from tests.reports.conftest import THREE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDE, PHONE, NARROWEST = 1280, 390, 320
MOST_WORDS, MOST_OF_SLIDE, MOST_PIXELS = 900, 120, 9_000
FIRST_PAGE, ANY_PAGE, INDEX_SIZE = 300_000, 900_000, 200_000

OULU = [Place("fi", "oulu", key) for key in (INDEX, *TOPICS, *RESEARCH, HOW)]
TEMPLATES = [
    Place(""), Place("", "oulu"), Place("", "oulu", "coping"), Place("", "oulu", "quality"), Place("", "oulu", SLIDES),
    Place("", "", SEARCH), *(Place("", ABOUT, key) for key in OF_ALL),
]  # fmt: skip
"""A page of each template, in no language yet."""

MORE = [Place("sv", "oulu", "coping"), Place("en", "oulu", "coping")]
CONTRAST = {"runOnly": ["color-contrast"]}
OF_WCAG_22 = "target-size"
"""The rule that axe has of WCAG 2.2, and leaves out unless asked."""
SCROLLED_AWAY = """selectors => selectors.map(one => {
  const seen = document.querySelector(one), table = seen.closest('.scroll, .deck');
  return table !== null && seen.getBoundingClientRect().right > table.getBoundingClientRect().right;
})"""
"""What is beyond the edge of a table or of slides that scroll: axe cannot say what lies behind it; a phone shows it."""

LOADED = """async () => {
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  document.querySelectorAll('img').forEach(one => { one.loading = 'eager'; });
  await Promise.all([...document.images].map(one => one.decode()));
}"""
MEASURED = """() => ({
  height: document.documentElement.scrollHeight, width: document.documentElement.scrollWidth,
  words: document.body.innerText.split(/\\s+/).length, images: [...document.images].map(one => one.currentSrc),
  slides: [...document.querySelectorAll('.slide')].map(one => one.innerText.split(/\\s+/).length),
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
def visit(browser: Any, width: int = WIDE, *, scripts: bool = True, **options: Any) -> Iterator[Any]:
    """Open a window without a network; what a page asks for that is no file fails, and so does an error of a script."""
    window = {"width": width, "height": 900}
    context = browser.new_context(viewport=window, java_script_enabled=scripts, offline=True, **options)
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
            most = max(seen["slides"], default=seen["words"])  # of slides one is seen at a time
            assert place.page in (*RESEARCH, HOW) or place.folder == ABOUT or most <= MOST_WORDS, place
            assert max(seen["slides"], default=0) <= MOST_OF_SLIDE, place
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
luottamusväli luottamusvälit, perh perheet, keskust keskusta, keskust keskustelu, keskustel keskustelu,
keskusteluista keskustella, harrastaja harrastus, turvallinen turvallisuus, keskustaan keskusta
"""
UNLIKE = """
lastensuojelu lastentarha, perheneuvola perhekeskus, kunta kunnossa, verkosto verkkosivu, luottamus luotettavuus,
toimija toiminta, muutos muuttuja, kokemus kokous, tuki tukos, vanha vanhemmat, yksikkö yksinäisyys,
yksityinen yksinäisyys, oppia oppilas, pojat poikkeama, ero euro, keskusta keskustelu, keskustan keskustelut,
keskustelut keskusta, keskustelu keskus, keskustassa keskustelussa
"""


def test_words_find_their_forms_and_kin_but_no_others(browser, site):
    def judged(page: Any, pairs: str) -> dict[str, bool]:
        split = [one.split() for one in pairs.strip().split(",")]
        return {" ".join(one): page.evaluate("([a, b]) => sujuva.alike(a, b) > 0", one) for one in split}

    with visit(browser) as page:
        go(page, site, Place("fi", "", SEARCH))
        assert [pair for pair, found in judged(page, ALIKE).items() if not found] == []
        assert [pair for pair, found in judged(page, UNLIKE).items() if found] == []


@pytest.mark.parametrize(
    ("language", "kin", "others"),
    [
        (
            "sv",
            "samarbeta samarbete, förändring förändra, ensam ensamhet, barnen barn",
            "samtal samtycke, verksam verkstad",
        ),
        ("en", "loneliness lonely, collaborate collaboration, famil families", "commune comment, interval interview"),
    ],
)
def test_so_do_words_of_the_other_languages(browser, site, language, kin, others):
    with visit(browser) as page:
        go(page, site, Place(language, "", SEARCH))
        for pairs, wanted in ((kin, True), (others, False)):
            for pair in pairs.split(", "):
                assert page.evaluate("([a, b]) => sujuva.alike(a, b) > 0", pair.split()) is wanted, pair


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
        assert "/fi/oulu/" in found[0]  # the pages of others are copies here, and name Oulu too, further down
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


SEEN = """() => [...document.querySelectorAll('.slide')].filter(one => {
  const box = one.getBoundingClientRect();
  return Math.abs(box.left) < 1 && Math.abs(box.width - innerWidth) < 1 && Math.abs(box.height - innerHeight) < 1;
}).map(one => one.id)"""


@pytest.fixture
def beamer(browser):
    """A window as large as that of a projector."""
    with visit(browser, 1920) as page:
        page.set_viewport_size({"width": 1920, "height": 1080})
        yield page


def test_slides_move_by_keys_and_a_tall_one_is_read_to_its_end(beamer, site):
    go(beamer, site, Place("fi", "oulu", SLIDES))
    ids = beamer.evaluate("[...document.querySelectorAll('.slide')].map(one => one.id)")
    assert ids[:2] == ["start", "finding-1"]
    assert beamer.evaluate(SEEN) == ["start"]
    for wanted in ids[1:]:
        beamer.keyboard.press("ArrowRight")
        assert beamer.evaluate(SEEN) == [wanted]
        assert beamer.evaluate("[document.activeElement.id, location.hash]") == [wanted, f"#{wanted}"]
    beamer.keyboard.press("ArrowRight")
    assert beamer.evaluate(SEEN) == ids[-1:]
    beamer.keyboard.press("ArrowLeft")
    assert beamer.evaluate(SEEN) == ids[-2:-1]
    beamer.keyboard.press("Home")
    assert beamer.evaluate(SEEN) == ["start"]
    beamer.evaluate("location.hash = 'coping'")
    beamer.locator("#coping img").evaluate("one => one.decode()")
    place = "() => { const one = document.querySelector('#coping'); return one.scrollTop + one.clientHeight; }"
    tall = beamer.evaluate("document.querySelector('#coping').scrollHeight")
    assert tall > 1.5 * 1080
    read = 0
    while beamer.evaluate(SEEN) == ["coping"]:
        assert beamer.evaluate(place) > read  # each press shows more of it
        read = beamer.evaluate(place)
        beamer.keyboard.press("PageDown")
    assert read >= tall - 2
    assert beamer.evaluate(SEEN) == [ids[ids.index("coping") + 1]]
    beamer.keyboard.press("PageUp")
    assert beamer.evaluate(SEEN) == ["coping"]


def test_text_of_slides_grows_with_the_screen_and_is_read_from_afar(beamer, site):
    go(beamer, site, Place("fi", "oulu", SLIDES))
    sizes = """() => Object.fromEntries(['#finding-1 h2', '#finding-1 .said > p', '#coping h2'].map(
      one => [one, parseFloat(getComputedStyle(document.querySelector(one)).fontSize)]))"""
    large = beamer.evaluate(sizes)
    assert large["#finding-1 h2"] >= 1080 / 15
    assert min(large.values()) >= 1080 / 45
    widths = beamer.evaluate("[...document.querySelectorAll('.slide img')].map(one => one.clientWidth)")
    assert min(widths) >= 0.7 * 1920
    beamer.set_viewport_size({"width": WIDE, "height": 720})
    assert all(size < large[one] for one, size in beamer.evaluate(sizes).items())


def test_slides_need_no_script_and_print_one_a_page(browser, site):
    with visit(browser, scripts=False) as page:
        go(page, site, Place("fi", "oulu", SLIDES))
        page.locator("#start a[href='#coping']").click()
        assert page.locator("#coping h2").bounding_box()["x"] < WIDE / 2
        page.locator("#coping a[rel='next']").click()
        assert page.locator("#coping h2").bounding_box()["x"] < 0
        number = page.locator(".slide").count()
        printed = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type /Page\b", printed)) == number
        width, height = map(float, re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed).groups())
        assert width > height


PATH = """([term, tip]) => {
  const a = term.getBoundingClientRect(), b = tip.getBoundingClientRect();
  return [b.left >= 0 && b.right <= innerWidth, Math.abs(b.top - a.bottom) < 2 || Math.abs(b.bottom - a.top) < 2];
}"""


@contextmanager
def first_term(browser: Any, site: Path, width: int, **options: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Open a page with words of the glossary, and show the first one: yields the page, the word, the explanation."""
    with visit(browser, width, **options) as page:
        go(page, site, Place("fi", "oulu", "change"))
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
        term = page.locator(".term").first
        term.scroll_into_view_if_needed()
        yield page, term, term.locator(".tip")


@pytest.mark.parametrize("width", [WIDE, PHONE, NARROWEST])
def test_a_word_is_explained_on_hover_and_stays_until_it_is_sent_away(browser, site, width):
    with first_term(browser, site, width) as (page, term, tip):
        assert not tip.is_visible()
        term.locator("a").hover()
        assert tip.is_visible()
        inside, beside = page.evaluate(PATH, [term.locator("a").element_handle(), tip.element_handle()])
        assert inside  # the window does not grow for it
        assert beside  # and the pointer gets there without leaving both
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        tip.hover()
        page.wait_for_timeout(1500)
        assert tip.is_visible()
        page.keyboard.press("Escape")
        assert not tip.is_visible()
        page.mouse.move(0, 0)
        page.wait_for_timeout(100)
        term.locator("a").hover()
        assert tip.is_visible()


def test_a_word_is_explained_to_whoever_comes_by_keyboard(browser, site):
    with first_term(browser, site, WIDE) as (page, term, tip):
        link = term.locator("a")
        assert link.evaluate("one => document.getElementById(one.getAttribute('aria-describedby')).textContent")
        link.focus()
        assert tip.is_visible()
        page.keyboard.press("Escape")
        assert not tip.is_visible()
        page.keyboard.press("Tab")
        page.keyboard.press("Shift+Tab")
        tip.wait_for(state="visible", timeout=5000)
        page.keyboard.press("Enter")
        page.wait_for_url("**/about/glossary.html#*")


def test_the_first_tap_explains_a_word_and_the_second_leads_to_it(browser, site):
    with first_term(browser, site, PHONE, has_touch=True) as (page, term, tip):
        term.locator("a").tap()
        assert tip.is_visible()
        assert page.url.endswith("change.html")
        page.locator("h1").tap()
        term.locator("a").tap()
        term.locator("a").tap()
        page.wait_for_url("**/about/glossary.html#*")


def test_without_scripts_a_word_of_the_glossary_is_a_link(browser, site):
    with first_term(browser, site, WIDE, scripts=False) as (page, term, tip):
        term.locator("a").hover()
        assert not tip.is_visible()  # nobody could send it away
        term.locator("a").click()
        page.wait_for_url("**/about/glossary.html#*")


@pytest.mark.parametrize("width", [PHONE, NARROWEST])
def test_facts_are_read_on_a_phone_without_moving_sideways(browser, site, width):
    with visit(browser, width) as page:
        for place in (Place("fi", "oulu"), Place("fi")):
            go(page, site, place)
            room = "one => [one.scrollWidth - one.clientWidth, document.documentElement.scrollWidth]"
            assert page.locator(".scroll:has(.facts)").evaluate(room) == [0, width]
            cells = page.locator(".facts tbody :is(th, td)")
            boxes = [one.bounding_box() for one in cells.all()]
            assert len(boxes) >= 5 * 4
            assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
            numbers = page.locator(".facts td[data-label]")
            named = "one => getComputedStyle(one, '::before').content.length > 4"
            assert all(one.evaluate(named) for one in numbers.all())
