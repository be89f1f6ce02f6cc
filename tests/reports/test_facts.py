"""Rows of the page of a region: numbers, verdicts and cells come from published rows; what is hidden stays a word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sujuva.errors import SujuvaError
from sujuva.figures import Words
from sujuva.figures.verdicts import HIDDEN, UNKNOWN, Verdict
from sujuva.published import Published
from sujuva.reports.content import page_of
from sujuva.reports.facts import Point, facts
from sujuva.reports.first import withheld_sentence
from tests.reports.small import INDEX, TIES, WAIT, change, hidden, mean, small

FI, EN = Words("fi"), Words("en")
YEARS = (
    mean(71.2, 69.0, 73.0, wave=2022, **INDEX), mean(74.0, 72.0, 76.0, wave=2023, **INDEX),
    mean(77.4, 75.0, 79.0, wave=2024, **INDEX), mean(74.1, 73.0, 75.0, wave=2024, region="network", **INDEX),
)  # fmt: skip


def only(published, *rows, region="oulu", words=FI, key=""):
    found = facts(page_of(small(published, *rows), words, region))
    return next(one for one in found if one.key == key) if key else found


def test_a_row_has_its_number_its_first_year_its_series_and_the_network_beside_it(published):
    (one,) = only(published, *YEARS, change(6.0, 3.0, 9.0, **INDEX))
    assert (one.value, one.year, one.before, one.since) == ("77", 2024, "71", 2022)
    assert (one.network, one.country, one.unit) == ("74", "–", "0–100")
    assert one.series == (Point(2022, 71.2, False), Point(2023, 74.0, False), Point(2024, 77.4, False))
    assert (one.verdict, one.says, one.arrow) == (Verdict("clear", "better"), "selvästi parempi", "▲")
    assert (one.topic, one.front) == ("coping", ("value", "change"))


def test_each_number_names_its_published_cell(published):
    one = small(published, *YEARS, change(6.0, 3.0, 9.0, **INDEX))
    (fact,) = facts(page_of(one, FI, "oulu"))
    assert set(fact.cells) == {"value", "before", "change", "network"}
    for name, told in (("value", 77.4), ("before", 71.2), ("change", 6.0), ("network", 74.1)):
        cell = fact.cells[name]
        assert one[cell.table].filter(**cell.key)["estimate"].to_list() == [told]


def test_an_arrow_up_is_better_whichever_way_the_number_goes(published):
    lonely = {"scale": "single_loneliness", "informant": "self"}
    rows = (mean(2.5, 2.4, 2.6, wave=2022, **lonely), mean(2.2, 2.1, 2.3, **lonely))
    size = {"effect": -0.3, "effect_low": -0.5, "effect_high": -0.21}
    down = only(published, *rows, change(-0.3, -0.5, -0.1, **lonely, **size), key="loneliness")
    assert (down.arrow, down.says) == ("▲", "selvästi parempi")
    assert (down.before, down.value, down.unit) == ("2,5", "2,2", "1–5, vähemmän on parempi")
    wrong = change(3.0, 1.0, 5.0, q=0.5, **lonely)
    assert only(published, *rows, wrong, key="loneliness").arrow == "▼"


def test_a_share_is_told_of_a_hundred_and_judged_without_a_comparison(published):
    rows = (mean(0.3, 0.18, 0.42, wave=2022, **WAIT), mean(0.8, 0.68, 0.88, **WAIT))
    one = only(published, *rows, key="wait")
    assert (one.title, one.before, one.value, one.unit) == ("Neuvonpitoon 14 päivässä", "30", "80", "sadasta perheestä")
    assert one.verdict == Verdict("clear", "better")
    assert "change" not in one.cells
    assert only(published, rows[0], mean(0.31, 0.1, 0.6, **WAIT), key="wait").verdict is UNKNOWN


def test_a_network_without_a_published_change_cannot_be_told(published):
    rows = (mean(0.56, wave=2022, **TIES), mean(0.85, **TIES))
    assert only(published, *rows, key="ties").verdict is UNKNOWN
    measured = {"comparison": "network_change", "scale": "collaboration", "category": "network_density", "group": ""}
    told = change(0.29, 0.2, 0.36, **measured)
    assert only(published, *rows, told, key="ties").verdict == Verdict("clear", "better")


def test_what_is_hidden_is_a_word_and_never_a_zero(published):
    rows = (mean(0.3, 0.18, 0.42, wave=2022, **WAIT), hidden(**WAIT))
    one = only(published, *rows, key="wait")
    assert (one.value, one.verdict, one.says, one.arrow) == ("ei näytetä", HIDDEN, "ei näytetä", "")
    assert one.series[-1] == Point(2024, None, True)
    first = only(published, hidden(wave=2022, **WAIT), mean(0.8, 0.7, 0.9, **WAIT), key="wait")
    assert (first.value, first.before, first.verdict) == ("80", "", HIDDEN)
    beside = (mean(0.8, 0.7, 0.9, **WAIT), hidden(region="network", **WAIT))
    assert only(published, *beside, key="wait").network == "ei näytetä"


def test_a_single_year_has_no_verdict_and_a_region_without_numbers_a_dash(published):
    one = only(published, mean(0.8, 0.7, 0.9, **WAIT), key="wait")
    assert (one.verdict, one.says, one.before, one.since) == (None, "–", "", None)
    other = only(published, mean(0.8, 0.7, 0.9, **WAIT), region="tampere", key="wait")
    assert (other.value, other.year, other.series, other.cells) == ("–", None, (), {})
    assert only(published) == []


def test_statistics_stand_beside_the_country_and_have_no_verdict(published):
    care = {"indicator": "area_value", "scale": "90004", "category": "total"}
    rows = [mean(value, wave=wave, **care) for wave, value in ((2017, 9.0), (2022, 4.2), (2024, 4.1))]
    one = only(published, *rows, mean(5.06, region="358", **care), key="open_care_example")
    assert (one.before, one.since, one.value, one.country, one.network) == ("4,2", 2022, "4,1", "5,1", "–")
    assert (one.verdict, one.says, one.unit) == (None, "–", "% 0–17-vuotiaista")


def test_of_the_network_the_same_rows_are_told(published):
    rows = [replace_region(row) for row in YEARS[:3]]
    (one,) = only(published, *rows, replace_region(change(6.0, 3.0, 9.0, **INDEX)), region="network", words=EN)
    assert (one.value, one.network, one.says) == ("77", "77", "clearly better")


def replace_region(row):
    return row | {"region": "network"}


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_titles_and_units_are_in_the_readers_language(published, language):
    care = {"indicator": "area_value", "scale": "90004", "category": "total"}
    found = only(published, *YEARS, mean(0.8, 0.7, 0.9, **WAIT), mean(4.1, **care), words=Words(language))
    declared = {one["key"]: one for one in published.meta["facts"]}
    assert [one.title for one in found] == [declared[one.key]["title"][language].format(days=14) for one in found]
    assert len(found) == 3


def test_other_ends_of_cases_are_not_called_meetings(published):
    one = small(published, mean(0.8, 0.7, 0.9, **WAIT))
    one = replace(one, meta=one.meta | {"case_start": "*first", "case_end": "*last"})
    (fact,) = facts(page_of(one, EN, "oulu"))
    assert fact.title == "Completed within 14 days"


def test_a_publication_from_before_the_facts_says_what_to_run(published):
    older = Published(published.tables, {key: one for key, one in published.meta.items() if key != "facts"})
    with pytest.raises(SujuvaError, match="made before there was one"):
        page_of(older, Words("fi"), "oulu")


def test_pages_say_whose_numbers_the_bundles_do_not_hold(published):
    bundles = [{"region": "oulu", "withheld": 3}, {"region": "tampere", "withheld": 0}]
    bundled = replace(published, meta={**published.meta, "bundles": bundles})
    told = "Withheld to protect privacy: some numbers of Oulu. They are not told of the network either."
    for region, sentence in (("oulu", told), ("network", told), ("tampere", "")):
        assert withheld_sentence(page_of(bundled, EN, region)) == sentence
        assert withheld_sentence(page_of(published, EN, region)) == ""
    for words, start in ((FI, "Pidätetty"), (Words("sv"), "Undanhållet")):
        assert withheld_sentence(page_of(bundled, words, "oulu")).startswith(start)
