"""Titles of figures say what they show, by the rule of verdicts, and stay neutral where nothing can be told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sujuva.codebooks import LANGUAGES
from sujuva.figures import Words
from sujuva.figures.catalogue import FIGURES
from sujuva.figures.specification import View, compared, draw
from tests.reports.small import INDEX, TIES, WAIT, change, did, mean, small

FI, EN = Words("fi"), Words("en")
COPING = (mean(71.0, 69.0, 73.0, wave=2022, **INDEX), mean(77.0, 75.0, 79.0, **INDEX), change(6.0, 3.0, 9.0, **INDEX))
SOONER = (mean(0.3, 0.2, 0.4, wave=2022, **WAIT), mean(0.8, 0.7, 0.9, **WAIT))
DONE = {"indicator": "case_action_done"}
PARTNER = {"indicator": "partner_mean"}
GIRLS = {"comparison": "gap", "other_wave": 2024, "group": "gender:girl", "other_group": "gender:boy"}
TOTAL = {"scale": "sdq_total", "informant": "parent"}


def said(published, key, *rows, region="oulu", words=FI, variant="", keep=False):
    """Return the finding of a figure of a small publication; of the given one itself where it is kept."""
    one = published if keep else small(published, *rows)
    spec = FIGURES[key]
    view = View(one, words, region, tuple(compared(one.meta, region)), variant)
    view = replace(view, data=view.table(spec.table))
    return spec.finding(replace(view, data=spec.rows(view)))


@pytest.mark.parametrize(
    ("key", "rows", "told"),
    [
        ("coping", COPING, "Lapset ja nuoret pärjäävät arjessaan Oulussa paremmin kuin 2022."),
        ("change", COPING, "Lapset ja nuoret pärjäävät arjessaan Oulussa paremmin kuin 2022."),
        ("promise", SOONER, "Perheet pääsevät Oulussa neuvonpitoon nopeammin kuin 2022."),
        (
            "agreed", (mean(0.4, 0.35, 0.45, wave=2022, **DONE), mean(0.6, 0.55, 0.65, **DONE)),
            "Perheet saavat Oulussa useammin sen, mitä neuvonpidossa sovittiin, kuin 2022.",
        ),
        ("did", (did(3.0, -1.0, 7.0),), "Vielä ei voi sanoa, johtuuko muutos tästä työstä."),
        (
            "gaps", (change(-2.3, -3.0, -2.1, n=100, other_n=100, **GIRLS, **TOTAL),),
            "Tytöillä on vähemmän vaikeuksia kuin pojilla.",
        ),
        (
            "gaps", (change(-2.3, -5.0, 0.4, n=100, other_n=100, **GIRLS, **TOTAL),),
            "Vertasimme ryhmiä 1 tavalla vuonna 2024; mikään ero ei ole niin suuri, ettei se voisi olla sattumaa.",
        ),
        (
            "bands",
            (mean(0.12, 0.1, 0.14, indicator="band_share", scale="single_loneliness", category="often",
                  informant="self"),),
            "Sadasta vastaajasta 12 on luokassa ”usein yksinäinen” – Yksinäisyys",
        ),
        (
            "movers",
            tuple(
                mean(value, indicator="change_share", scale="sdq_total", informant="parent", category=f"{key}:2022")
                for key, value in (("improved", 0.21), ("unchanged", 0.7), ("worse", 0.09))
            ),
            ("Samoilta lapsilta kysyttiin uudelleen: sadasta 21 sai paremman tuloksen ja 9 huonomman – Vaikeudet "
             "yhteensä (SDQ)"),
        ),
        (
            "at-table", (mean(0.48, indicator="case_child"), mean(0.91, indicator="case_parent")),
            "Sadasta neuvonpidosta lapsi oli mukana 48 kerralla ja vanhempi 91 kerralla",
        ),
        (
            "feedback", (mean(4.5, 4.1, 4.9, indicator="feedback_mean", scale="feedback.heard"),),
            "Mukana olleet arvioivat kuulluksi tulemisensa arvosanalla 4,5 (asteikko 1–5)",
        ),
        (
            "strengths", (mean(0.8, 0.7, 0.9, indicator="lp_strength_share"),),
            "Sadasta puheeksi otetusta aiheesta 80 on vahvuuksia",
        ),
        (
            "hobbies", (mean(0.88, 0.8, 0.9, scale="single_hobby", informant="self"),),
            "Harrastus on 88 lapsella sadasta",
        ),
    ],
)  # fmt: skip
def test_a_figure_says_what_it_shows(published, key, rows, told):
    assert said(published, key, *rows) == told


def test_partners_are_told_apart_only_where_it_is_clear(published):
    low = mean(3.4, 3.2, 3.6, scale="shared_measurement", **PARTNER)
    high = mean(4.2, 4.0, 4.4, scale="common_agenda", **PARTNER)
    told = said(published, "partners", low, high, variant="collective-impact")
    assert told == (
        "Kumppanit antavat parhaan arvion kohdalle ”Yhteinen päämäärä” ja heikoimman kohdalle ”Yhteinen seuranta”"
    )
    near = mean(3.8, 3.6, 4.0, scale="common_agenda", **PARTNER)
    assert said(published, "partners", low, near, variant="collective-impact") == (
        "Kumppanit arvioivat yhteistyötään Oulussa arvosanoilla 3,4–3,8 (asteikko 1–5)"
    )


def test_networks_are_told_by_their_published_change(published):
    rows = (mean(0.5, wave=2022, **TIES), mean(0.8, **TIES))
    about = {"comparison": "network_change", "scale": "collaboration", "category": "network_density", "group": ""}
    one = small(published, *rows, change(0.3, 0.2, 0.4, **about))
    view = View(one, EN, "oulu", ("oulu",), "collaboration")
    assert FIGURES["network"].finding(view) == "Organisations in Oulu have more ties than in 2022 (collaboration)."
    wide = small(published, *rows, change(0.3, -0.2, 0.8, **about))
    assert FIGURES["network"].finding(replace(view, published=wide)).startswith("Of a hundred possible ties")


def test_statistics_of_an_area_stand_beside_the_country(published):
    care = {"indicator": "area_value", "scale": "90004", "category": "total"}
    rows = (mean(4.1, **care), mean(5.06, region="358", **care))
    assert said(published, "areas", *rows) == (
        "Lastensuojelun avohuollossa: Oulussa 4,1, koko maassa 5,1 (% 0–17-vuotiaista)"
    )
    assert said(published, "areas", *rows, region="network") == (
        "Lastensuojelun avohuollossa: alueilla 4,1, koko maassa 5,1 (% 0–17-vuotiaista)"
    )


@pytest.mark.parametrize("key", ["coping", "change", "agreed", "did", "gaps"])
def test_what_cannot_be_told_is_no_title(published, key):
    years = (COPING[0], COPING[1] | {"ci_low": None, "ci_high": None}, SOONER[0], SOONER[1] | {"ci_low": 0.3})
    assert said(published, key, *years) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_finding_is_the_title_and_the_subject_its_subtitle(published, language):
    one, words = small(published, *COPING), Words(language)
    picture = draw(FIGURES["coping"], one, words, region="oulu")
    neutral = {"fi": "Miten lapset ja nuoret pärjäävät", "sv": "Hur barn och unga klarar sig"}
    assert picture.subtitle == picture.subject == neutral.get(language, "How children and young people cope")
    assert "2022" in picture.title
    assert not picture.title.endswith(".")
    assert picture.title in picture.svg_file()
    plain = draw(FIGURES["coping"], small(published, *COPING[:2]), words, region="oulu")
    unsure = small(published, *COPING[:2], change(6.0, -1.0, 13.0, **INDEX))
    assert draw(FIGURES["coping"], unsure, words, region="oulu").subtitle == ""
    assert plain.subject == picture.subject


def test_a_file_of_its_own_has_room_for_both(published):
    one = small(published, *COPING)
    picture = draw(FIGURES["coping"], one, FI, region="oulu")
    alone = replace(picture, title=picture.subtitle, subtitle="")
    heights = [float(text.svg_file().split('height="')[1].split("pt")[0]) for text in (picture, alone)]
    assert heights[0] > heights[1]


def test_hidden_rows_make_no_finding(published):
    rows = [
        row | {"estimate": None, "ci_low": None, "ci_high": None, "n": None, "suppressed": "primary"} for row in SOONER
    ]
    assert said(published, "promise", *rows) == ""
    assert said(published, "coping", *[one for one in COPING if "comparison" in one]) == ""
