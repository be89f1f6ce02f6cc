"""What the figures of services and of LP work say: levels of a hundred, and changes judged together."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.figures import Words
from sujuva.figures.catalogue import FIGURES
from sujuva.figures.specification import MOST_ALT, draw
from sujuva.figures.verdicts import Difference, q_together
from sujuva.published import CONTRACTS
from tests.figures.test_findings import EN, said
from tests.reports.small import TIES, change, hidden, mean, small

SV = Words("sv")
FOLLOWED, LOST = {"indicator": "case_follow_up"}, {"indicator": "case_referral_lost", "wave": 0}
SHARE = {"indicator": "delay_share", "category": "14", "wave": 0}
TRUST = {"indicator": "partner_trust"}
DONE = {"indicator": "lp_done_share"}
MORE = (mean(0.52, 0.45, 0.59, wave=2022, **FOLLOWED), mean(0.84, 0.78, 0.9, **FOLLOWED))


def with_table(published, name, *rows):
    """Return a publication whose table `name` has these rows."""
    one = small(published)
    return type(one)({**one.tables, name: pl.DataFrame(rows, schema=CONTRACTS[name].schema)}, one.meta)


def of_table(published, key, name, *rows, **about):
    """Return the finding of a figure that reads a table which is no table of indicators."""
    return said(with_table(published, name, *rows), key, keep=True, **about)


@pytest.mark.parametrize(
    ("key", "rows", "fi", "sv", "en"),
    [
        (
            "families", MORE, "Sadasta neuvonpidosta 84 sai Oulussa seurannan määräajassa – useammin kuin 2022 (52)",
            "Av hundra möten följdes 84 upp i tid i Uleåborg – oftare än 2022 (52)",
            "Of a hundred meetings 84 were followed up in time in Oulu – more often than in 2022 (52)",
        ),
        (
            "families", MORE[1:], "Sadasta neuvonpidosta 84 sai Oulussa seurannan määräajassa",
            "Av hundra möten följdes 84 upp i tid i Uleåborg",
            "Of a hundred meetings 84 were followed up in time in Oulu",
        ),
        (
            "families",
            (mean(0.4, 0.3, 0.5, wave=2022, indicator="case_ping_pong"),
             mean(0.2, 0.1, 0.29, indicator="case_ping_pong")),
            ("Sadasta ohjauksesta 20 vei perheen Oulussa takaisin sinne, missä sen asia oli jo ollut – hieman "
             "harvemmin kuin 2022 (40)"),
            ("Av hundra hänvisningar ledde 20 familjen tillbaka dit den redan hade varit i Uleåborg – något mer sällan "
             "än 2022 (40)"),
            ("Of a hundred referrals 20 led the family back to where it had been already in Oulu – slightly less often "
             "than in 2022 (40)"),
        ),
        (
            "referrals", (mean(0.28, 0.22, 0.35, **LOST),),
            "Sadasta ohjauksesta 28 jäi Oulussa ilman vastaanottajaa määräajassa",
            "Av hundra hänvisningar blev 28 utan mottagare i tid i Uleåborg",
            "Of a hundred referrals 28 were accepted by nobody in time in Oulu",
        ),
        (
            "practice", (mean(0.85, 0.75, 0.95, **DONE),),
            "Sadasta suunnitellusta toimesta, joiden tulos tiedetään, 85 toteutui Oulussa ainakin osittain",
            "Av hundra planerade åtgärder vars utfall är känt genomfördes 85 i Uleåborg, åtminstone delvis",
            "Of a hundred planned actions with a known outcome 85 were done in Oulu, at least in part",
        ),
        (
            "trust", (mean(2.58, wave=2022, **TRUST), mean(3.48, **TRUST)),
            "Toimijat arvioivat Oulussa luottamuksensa toisiinsa arvosanalla 3,5 (asteikko 1–4)",
            "Aktörerna i Uleåborg ger sin tillit till varandra vitsordet 3,5 (skala 1–4)",
            "Organisations rate their trust in each other in Oulu at 3.5 (scale 1–4)",
        ),
        (
            "waits",
            (mean(0.7, 0.62, 0.78, group="trigger:divorce", **SHARE),
             mean(0.4, 0.32, 0.48, group="trigger:unemployment", **SHARE)),
            ("Perheet pääsivät Oulussa neuvonpitoon 14 päivässä useammin, kun syy oli ”Ero” (70 sadasta), kuin kun se "
             "oli ”Työttömyys” (40)"),
            ("Familjerna kom oftare till ett möte inom 14 dagar i Uleåborg när orsaken var ”Skilsmässa” (70 av hundra) "
             "än när den var ”Arbetslöshet” (40)"),
            ("Families got to a joint meeting within 14 days more often in Oulu where the reason was “Divorce” (70 of "
             "a hundred) than where it was “Unemployment” (40)"),
        ),
        (
            "waits",
            (mean(0.55, 0.4, 0.7, group="caller:health", **SHARE),
             mean(0.5, 0.35, 0.65, group="caller:social", **SHARE)),
            "Ei voi sanoa, vaihteleeko perheiden odotusaika Oulussa syyn tai yhteydenottajan mukaan",
            "Det går inte att säga om familjernas väntetid i Uleåborg varierar med orsaken eller den som tog kontakt",
            "It cannot be told whether the time that families wait varies in Oulu by reason or by caller",
        ),
        (
            "promise", (mean(0.38, 0.28, 0.52, indicator="delay_share", category="14"),),
            "Vuonna 2024 sadasta perheestä 38 pääsi Oulussa neuvonpitoon 14 päivässä",
            "År 2024 kom 38 av hundra familjer till ett möte inom 14 dagar i Uleåborg",
            "In 2024 38 of a hundred families got to a joint meeting within 14 days in Oulu",
        ),
        (
            "agreed", (mean(0.45, 0.35, 0.55, indicator="case_action_done"),),
            "Sadasta sovitusta asiasta, joiden tulos tiedetään, 45 toteutui Oulussa",
            "Av hundra överenskomna saker vars resultat är känt genomfördes 45 i Uleåborg",
            "Of a hundred agreed actions whose outcome is known 45 were carried out in Oulu",
        ),
    ],
)  # fmt: skip
def test_a_figure_of_services_says_a_level_and_a_change_where_one_is_told(published, key, rows, fi, sv, en):
    assert said(published, key, *rows) == fi
    assert said(published, key, *rows, words=SV) == sv
    assert said(published, key, *rows, words=EN) == en


@pytest.mark.parametrize(
    ("after", "told"),
    [
        ((0.8, 0.6), "Yhteistyön kaikki 2 vertailtavaa mittaria ovat parantuneet Oulussa vuodesta 2022"),
        (
            (0.8, 0.4),
            (
                "Yhteistyön 2 vertailtavasta mittarista 1 on parantunut Oulussa vuodesta 2022, "
                "eikä yksikään ole heikentynyt"
            ),
        ),
        (
            (0.1, 0.4),
            (
                "Yhteistyön 2 vertailtavasta mittarista 1 on heikentynyt Oulussa vuodesta 2022, "
                "eikä yksikään ole parantunut"
            ),
        ),
        (
            (0.1, 0.6),
            "Yhteistyön 2 vertailtavasta mittarista 1 on parantunut Oulussa vuodesta 2022, ja 1 on heikentynyt",
        ),
        (
            (0.4, 0.4),
            "Yhteistyön 2 vertailtavasta mittarista yhdenkään ei voi varmasti sanoa muuttuneen Oulussa vuodesta 2022",
        ),
    ],
)
def test_the_profile_counts_what_has_changed_for_sure(published, after, told):
    rows = [
        mean(value, value - 0.05, value + 0.05, wave=wave, indicator=key)
        for key, last in zip(("case_consent", "case_follow_up"), after, strict=True)
        for wave, value in ((2022, 0.4), (2024, last))
    ]
    assert said(published, "profile", *rows) == told
    assert said(published, "profile", *rows[1::2]) == ""  # one year: nothing has changed yet
    assert said(published, "profile", *rows[:2]) == ""  # a single dimension is no profile


def test_the_more_is_looked_at_the_less_one_difference_proves():
    edge = Difference(0.2, 0.005, 0.395)  # p = 0.044
    none = Difference(0.0, -0.2, 0.2)
    alone, among = q_together([edge], 0.95), q_together([edge, *[none] * 9], 0.95)
    assert alone[0] == pytest.approx(0.0444, abs=1e-3)
    assert among[0] == pytest.approx(10 * alone[0])
    assert q_together([Difference(0.2, None, None), edge], 0.95) == [None, alone[0]]
    assert q_together([Difference(0.2, 0.0, 0.4)], 0.95)[0] == pytest.approx(0.05)


def test_a_change_among_many_is_only_perhaps(published):
    edge = (mean(0.4, 0.3, 0.5, wave=2022, **FOLLOWED), mean(0.56, 0.455, 0.66, **FOLLOWED))
    others = ("case_consent", "case_one_stop", "case_joint_start", "case_early", "case_overlap")
    same = [mean(0.5, 0.4, 0.6, wave=wave, indicator=one) for one in others for wave in (2022, 2024)]
    assert "– useammin" in said(published, "families", *edge) or "– hieman" in said(published, "families", *edge)
    assert "– ehkä useammin kuin 2022 (40)" in said(published, "families", *edge, *same)


def test_facts_without_a_published_comparison_are_judged_together(published):
    wait = {"indicator": "delay_share", "category": "14"}
    edge = (mean(0.4, 0.3, 0.5, wave=2022, **wait), mean(0.56, 0.455, 0.66, **wait))
    others = ({"indicator": "case_action_done"},
              {"indicator": "partner_mean", "scale": "mutually_reinforcing_activities"})  # fmt: skip
    same = [mean(0.5, 0.2, 0.8, wave=wave, **one) for one in others for wave in (2022, 2024)]
    assert said(published, "promise", *edge) == "Perheet pääsevät Oulussa neuvonpitoon hieman nopeammin kuin 2022."
    assert said(published, "promise", *edge, *same) == "Perheet pääsevät Oulussa neuvonpitoon ehkä nopeammin kuin 2022."


def test_the_network_page_tells_between_which_ends_regions_rate_trust(published):
    rows = (mean(2.44, region="tampere", **TRUST), mean(3.48, **TRUST))
    assert said(published, "trust", *rows, region="network", words=EN) == (
        "Organisations rate their trust in each other by region at 2.4–3.5 (scale 1–4)"
    )
    assert said(published, "trust", hidden(**TRUST)) == ""


def test_networks_without_a_told_change_say_how_many_ties_there_are(published):
    rows = (mean(0.5, wave=2022, **TIES), mean(0.8, **TIES))
    about = {"comparison": "network_change", "scale": "collaboration", "category": "network_density", "group": ""}
    wide = (*rows, change(0.3, -0.2, 0.8, **about))
    assert said(published, "network", *wide, words=EN, variant="collaboration") == (
        "Of a hundred possible ties organisations have 80 in Oulu (collaboration)"
    )


CURVE = {"region": "oulu", "group": "all", "ci_low": 0.37, "ci_high": 0.5, "n": 250, "suppressed": ""}


def test_the_curve_says_how_many_had_met_by_the_last_day_of_the_promise(published):
    rows = (CURVE | {"day": 7, "survival": 0.79}, CURVE | {"day": 14, "survival": 0.44})
    assert (
        of_table(published, "survival", "survival", *rows)
        == "Sadasta perheestä 56 pääsi Oulussa neuvonpitoon 14 päivässä"
    )
    later = CURVE | {"day": 28, "survival": 0.2}
    assert of_table(published, "survival", "survival", later) == ""


SEAT = {"region": "oulu", "wave": 2024, "events": 2, "suppressed": ""}


@pytest.mark.parametrize(
    ("attended", "told"),
    [
        ((1, 2, 0, 1), "2 toimijasta 1 kävi Oulussa jokaisen aiheen kokouksissa"),
        ((0, 2, 1, 0), "2 toimijasta yksikään ei käynyt Oulussa jokaisen aiheen kokouksissa"),
    ],
)
def test_who_was_at_every_table_is_counted(published, attended, told):
    seats = [(who, topic) for topic in ("Yksinäisyys", "Poissaolot") for who in ("T3-01", "T3-02")]
    rows = [
        SEAT | {"organisation": who, "phenomenon": topic, "attended": n}
        for (who, topic), n in zip(seats, attended, strict=True)
    ]
    assert of_table(published, "presence", "presence", *rows) == told
    unseen = SEAT | {"organisation": "T3-02", "phenomenon": "Poissaolot", "attended": None, "events": None,
                     "suppressed": "primary"}  # fmt: skip
    assert of_table(published, "presence", "presence", *rows[:3], unseen).startswith("1 toimijasta ")


def test_what_is_hidden_is_said_to_be_hidden(published):
    rows = [hidden(indicator="case_follow_up"), mean(0.6, 0.5, 0.7, wave=2022, **FOLLOWED)]
    titles = {
        "fi": "Vuoden 2024 lukuja ei näytetä Oulussa, jotta ketään ei voi tunnistaa",
        "sv": "Siffrorna från 2024 visas inte i Uleåborg, så att ingen kan identifieras",
        "en": "The numbers of 2024 are not shown in Oulu, to protect privacy",
    }
    for language, title in titles.items():
        picture = draw(FIGURES["families"], small(published, *rows), Words(language), region="oulu")
        assert picture.title == title
        assert picture.alt.startswith(title)
        assert len(picture.alt) <= MOST_ALT
    assert draw(FIGURES["families"], small(published, rows[0]), EN, region="oulu") is None


def test_one_region_alone_says_the_same(published):
    one = small(published, *MORE)
    one.meta["regions"].pop("tampere")
    picture = draw(FIGURES["families"], one, EN, region="oulu")
    assert picture.title == "Of a hundred meetings 84 were followed up in time in Oulu – more often than in 2022 (52)"


ANSWER = {"instrument": "who5", "informant": "self", "wave": 2024, "region": "oulu", "bound": "", "suppressed": ""}
BLANK = {"instrument": "who5", "wave": 2024, "region": "oulu", "item": 0, "bound": "", "suppressed": ""}
ALPHA = {
    "measure": "alpha", "item": "", "informant": "self", "region": "oulu", "wave": 2024, "n": 100, "note": "",
    "bound": "", "suppressed": "",
}  # fmt: skip
LEDGER = {"tables": "", "rows_clean": None, "suppressed": ""}


@pytest.mark.parametrize(
    ("key", "table", "rows", "told"),
    [
        (
            "response", "quality_response",
            [ANSWER | {"measure": "answered", "estimate": 0.55},
             ANSWER | {"measure": "answered", "informant": "parent", "estimate": 0.7}],
            "Sadasta vastaajasta 55–70 täytti Oulussa kyselyn vuonna 2024 lomakkeesta riippuen",
        ),
        (
            "response", "quality_response", [ANSWER | {"measure": "answered", "estimate": 0.02, "bound": "below"}], "",
        ),
        (
            "response-again", "quality_response", [ANSWER | {"measure": "again", "estimate": 0.65}],
            "Sadasta edellisellä kerralla vastanneesta 65 vastasi Oulussa uudelleen vuonna 2024",
        ),
        (
            "blanks-by-region", "quality_items",
            [BLANK | {"estimate": 0.01, "bound": "below"}, BLANK | {"instrument": "sdq", "estimate": 0.12}],
            "Sadasta kysymyksestä enintään 12 jätettiin Oulussa tyhjäksi vuonna 2024",
        ),
        (
            "quality", "quality_ledger",
            [LEDGER | {"source": "a", "file": "a.csv", "rows_in": 1000, "rows_quarantined": 40},
             LEDGER | {"source": "b", "file": "b.csv", "rows_in": 9000, "rows_quarantined": None,
                       "suppressed": "primary"}],
            "Sadasta raaka-aineiston rivistä noin 4 jätettiin pois",
        ),
        (
            "reliability", "reliability",
            [ALPHA | {"scale": "who5", "estimate": 0.84}, ALPHA | {"scale": "cyrm_r", "estimate": 0.561}],
            "Mittarin kysymykset mittaavat Oulussa samaa asiaa luotettavuudella 0,56–0,84 (α, 0–1)",
        ),
    ],
)  # fmt: skip
def test_figures_of_quality_say_levels_from_the_lowest_to_the_highest(published, key, table, rows, told):
    assert of_table(published, key, table, *rows) == told


def test_depths_and_statistics_are_told_by_region_on_the_network_page(published):
    depth = {"scale": "collaboration", "indicator": "hsim_depth"}
    hoped = depth | {"indicator": "hsim_depth_expected"}
    rows = (mean(1.72, **depth), mean(2.6, region="tampere", **depth), mean(3.0, **hoped))
    assert said(published, "depth", *rows, region="network", words=EN) == (
        "Organisations work together by region at a depth of 1.7–2.6 (scale 0–4)"
    )
    assert (
        said(published, "depth", *rows, words=EN) == "Organisations work together in Oulu at a depth of 1.7 (scale 0–4)"
    )


def test_hidden_transitions_are_said_to_be_hidden(published):
    turned = {"indicator": "lp_transition_share", "category": "vulnerability_to_strength"}
    assert said(published, "transitions", hidden(**turned), words=EN) == (
        "How many topics turned into strengths is not shown in Oulu, to protect privacy"
    )
    assert said(published, "transitions", mean(0.18, **turned), words=EN) == (
        "Of a hundred topics 18 turned from vulnerability to strength"
    )
