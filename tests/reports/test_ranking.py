"""Findings of a region: which come first, what each of them says and asks, and what stands where nothing is clear."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from sujuva.codebooks import LANGUAGES
from sujuva.figures import Words
from sujuva.figures.findings import among, headline, spoken
from sujuva.figures.verdicts import Verdict
from sujuva.published import Published
from sujuva.reports.content import page_of
from sujuva.reports.ranking import MOST, doubt_sentence, findings
from tests.reports.small import INDEX, TIES, WAIT, change, did, mean, small

FI, SV, EN = Words("fi"), Words("sv"), Words("en")
WHO5 = {"scale": "who5", "informant": "self"}
DONE, UNKNOWN = {"indicator": "case_action_done"}, {"indicator": "case_action_unknown"}
COPING = (mean(71.0, 69.0, 73.0, wave=2022, **INDEX), mean(77.0, 75.0, 79.0, **INDEX), change(6.0, 3.0, 9.0, **INDEX))
WELL = (mean(60.0, 58.0, 62.0, wave=2022, **WHO5), mean(70.0, 68.0, 72.0, **WHO5), change(9.0, 7.0, 11.0, **WHO5))
SOONER = (mean(0.3, 0.2, 0.4, wave=2022, **WAIT), mean(0.8, 0.7, 0.9, **WAIT))
TIED = (
    mean(0.5, wave=2022, **TIES), mean(0.8, **TIES),
    change(0.3, 0.2, 0.4, comparison="network_change", scale="collaboration", category="network_density", group=""),
)  # fmt: skip
GAP = {"comparison": "gap", "other_wave": 2024, "group": "gender:girl", "other_group": "gender:boy", "n": 100}


def told(published, *rows, region="oulu", words=FI, **meta):
    one = small(published, *rows)
    one = replace(one, meta=one.meta | meta)
    return findings(page_of(one, words, region))


def keys(found):
    return [one.key for one in found]


def test_a_clear_change_is_told_with_people_first_a_number_and_a_question(published):
    (one,) = told(published, *COPING)
    assert one.headline == "Lapset ja nuoret pärjäävät arjessaan paremmin kuin 2022."
    assert one.text == "Pärjäävyyden indeksi on 77, ja vuonna 2022 se oli 71 (asteikko 0–100)."
    assert one.ask.endswith("?")
    assert (one.verdict, one.topic) == (Verdict("clear", "better"), "coping")


def test_each_finding_carries_the_published_cell_of_its_number(published):
    rows = (*COPING, *SOONER, did(3.0, 1.0, 5.0))
    one = small(published, *rows)
    for found in findings(page_of(one, FI, "oulu")):
        assert one[found.cell.table].filter(**found.cell.key).height == 1


def test_there_are_at_most_three_of_different_pages_and_children_come_before_services(published):
    found = told(published, *TIED, *SOONER, *WELL, *COPING)
    assert keys(found) == ["coping", "wait", "ties"]
    assert len({one.topic for one in found}) == len(found) == MOST
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_what_is_sure_comes_before_what_is_large_and_a_doubt_counts_against_it(published):
    slight = change(6.0, 0.5, 11.5, **WHO5)
    found = told(published, *WELL[:2], slight, *COPING)
    assert keys(found) == ["coping"]  # of one page the better
    doubtful = {"flag": "negative_item", "about": INDEX["scale"], "region": "oulu", "wave": 2024}
    one = small(published, *COPING, *WELL)
    flags = one["quality_flags"]
    blank = dict.fromkeys(flags.columns) | doubtful | {"informant": "", "suppressed": "", "part": "", "group": ""}
    blank |= {"kind": "value", "bound": "", "reason": "made up"}
    flagged = Published(
        one.tables | {"quality_flags": flags.clear().vstack(flags.__class__([blank], flags.schema))}, one.meta
    )
    first, *_ = findings(page_of(flagged, FI, "oulu"))
    assert (first.key, first.doubt) == ("wellbeing", False)


def test_whether_the_work_shows_comes_first_and_with_few_regions_it_is_only_perhaps(published):
    found = told(published, *COPING, *SOONER, did(3.0, 1.0, 5.0, note="few_areas"))
    assert keys(found) == ["work", "coping", "wait"]
    assert found[0].headline == (
        "Alueilla, jotka aloittivat työn vuonna 2023, lapset ja nuoret ovat edistyneet ehkä enemmän kuin muualla."
    )
    assert found[0].verdict == Verdict("perhaps", "better")


def test_where_the_work_cannot_be_told_the_change_is_not_put_down_to_it(published):
    found = told(published, *COPING, did(3.0, -1.0, 7.0))
    assert keys(found) == ["coping", "work"]
    assert found[0].text.endswith("Vielä ei voi sanoa, johtuuko se tästä työstä.")
    assert found[1].headline == "Vielä ei voi sanoa, johtuuko muutos tästä työstä."
    elsewhere = [row | {"region": "tampere"} for row in COPING]
    (one,) = told(published, *elsewhere, did(3.0, -1.0, 7.0), region="tampere")  # where it has not begun
    assert "tästä työstä" not in one.text


def test_regions_that_moved_apart_before_the_start_tell_nothing_of_the_work(published):
    started = {"coping": published.meta["coping"] | {"started": {"oulu": 2024}}}
    rows = (*COPING, did(3.0, 1.0, 5.0, other_wave=2023))
    assert keys(told(published, *rows, **started)) == ["work", "coping"]
    before = did(3.0, 1.0, 5.0, comparison="placebo", wave=2023)
    found = told(published, *rows, before, **started)
    assert keys(found) == ["coping", "work"]
    assert found[1].verdict == Verdict("unknown")


def test_the_third_is_a_weakness_where_nothing_else_is_clear(published):
    unknown = mean(0.48, 0.4, 0.56, **UNKNOWN)
    ties = (*TIED[:2], TIED[2] | {"q": 0.5})
    found = told(published, *COPING, *SOONER, *ties, unknown)
    assert keys(found) == ["coping", "wait", "outcomes"]
    assert found[2].headline == "Joka toisesta sovitusta asiasta ei tiedetä, toteutuiko se."
    assert found[2].text == "Vuoden 2024 sadasta sovitusta asiasta 48 on sellaisia, joiden tulosta ei tiedetä."
    assert keys(told(published, *COPING, *SOONER, *TIED, unknown)) == ["coping", "wait", "ties"]
    few = mean(0.2, 0.15, 0.25, **UNKNOWN)
    assert keys(told(published, *COPING, *SOONER, *ties, few)) == ["coping", "wait", "ties"]


@pytest.mark.parametrize(
    ("share", "said"), [(0.5, "every other"), (0.34, "every third"), (0.25, "every fourth"), (0.42, "many")]
)
def test_shares_of_unknown_outcomes_are_told_in_everyday_words(published, share, said):
    (one,) = told(published, mean(share, share - 0.05, share + 0.05, **UNKNOWN), *SOONER[1:], words=EN)
    assert said in one.headline


def test_cannot_be_told_is_said_so_and_is_no_finding_of_no_change(published):
    rows = [row | {"ci_low": 0.0, "ci_high": 1.0} for row in (*SOONER, *SOONER_DONE)]
    (one,) = told(published, *rows)
    assert one.headline == "Useimmista asioista ei voi sanoa, ovatko ne muuttuneet."
    assert "Neuvonpitoon 14 päivässä" in one.text
    assert told(published) == []


SOONER_DONE = (mean(0.4, 0.3, 0.5, wave=2022, **DONE), mean(0.5, 0.4, 0.6, **DONE))


def test_that_the_main_question_cannot_be_told_comes_before_other_weaknesses(published):
    unknown = mean(0.48, 0.4, 0.56, **UNKNOWN)
    found = told(published, *COPING[:2], change(6.0, -3.0, 15.0, **INDEX), *SOONER, *TIED, unknown)
    assert keys(found) == ["wait", "ties", "coping"]
    assert found[2].headline == "Arjen pärjäävyys: vielä ei voi sanoa, onko se muuttunut."
    assert found[2].verdict == Verdict("unknown")
    other = told(published, *COPING[:2], change(6.0, -3.0, 15.0, **INDEX), *WELL, *SOONER, unknown)
    assert keys(other) == ["wellbeing", "wait", "outcomes"]  # its page has another finding


def test_no_change_that_matters_is_told_as_such(published):
    (one,) = told(published, *COPING[:2], change(0.5, -0.5, 1.5, **INDEX))
    assert one.headline == "Lapset ja nuoret pärjäävät arjessaan yhtä hyvin kuin 2022."
    assert one.verdict == Verdict("same")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (FI, "Tytöillä on vähemmän vaikeuksia kuin pojilla."),
        (SV, "Hos flickor finns det färre svårigheter än hos pojkar."),
        (EN, "Among girls there are fewer difficulties than among boys."),
    ],
)
def test_groups_are_told_apart_in_a_sentence_of_people(published, words, said):
    (one,) = told(
        published, change(-2.3, -3.0, -2.1, other_n=100, scale="sdq_total", informant="parent", **GAP), words=words
    )
    assert one.headline == said
    assert one.topic == "differences"
    assert re.search(r"2[,.]3 \w+ \(\w+ 0–40\)", one.text)


def test_a_group_of_a_few_persons_is_not_told(published):
    row = change(-2.3, -3.0, -2.1, other_n=12, scale="sdq_total", informant="parent", **GAP)
    assert told(published, row) == []


def test_a_group_without_words_of_its_own_stands_behind_one(published):
    assert among(FI, "gender:girl") == "tytöillä"
    assert among(SV, "language:fi") == "hos finskspråkiga"
    assert among(FI, "age_group:7-9") == "7–9-vuotiailla"
    assert among(FI, "sector:health") == "ryhmässä ”Terveyspalvelut”"


def test_a_sentence_leaves_no_trace_of_an_empty_gap():
    assert spoken("{sure}fler barn än {before} {where}.", sure="", before=2022, where="") == "Fler barn än 2022."
    assert spoken("{sure}fler barn {where}.", sure="något ", where="i Uleåborg") == "Något fler barn i Uleåborg."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (FI, "Lapset ja nuoret pärjäävät arjessaan Oulussa hieman paremmin kuin 2022."),
        (SV, "Barn och unga i Uleåborg klarar sin vardag något bättre än 2022."),
        (EN, "Children and young people in Oulu cope slightly better in everyday life than in 2022."),
    ],
)
def test_a_headline_may_name_the_place(published, words, said):
    view = page_of(small(published, *COPING), words, "oulu")
    info = next(one for one in view.meta["facts"] if one["key"] == "coping")
    assert headline(view, info, Verdict("slight", "better"), 2022, place=True) == said
    assert headline(view, info, Verdict("unknown"), 2022) == ""


def test_equal_numbers_of_a_change_get_a_decimal_more(published):
    rows = (mean(71.1, 70.0, 72.0, wave=2022, **INDEX), mean(71.4, 70.0, 72.0, **INDEX), change(3.0, 2.5, 3.5, **INDEX))
    (one,) = told(published, *rows)
    assert "71,4" in one.text
    assert "71,1" in one.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_jargon_reaches_a_reader(published, language):
    unknown = mean(0.48, 0.4, 0.56, **UNKNOWN)
    found = told(published, *COPING, *SOONER, unknown, did(3.0, -1.0, 7.0), words=Words(language))
    texts = " ".join(text for one in found for text in (one.headline, one.text, one.ask))
    never = "keskiarvo|medelvärde|verrattuna|luottamusväli|konfidens|confidence|selkokieli|sattuma tuskin|q =|{|}"
    assert not re.search(never, texts)
    assert doubt_sentence(found, Words(language)) == ""
