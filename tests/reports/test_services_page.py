"""The topics of services: partners, networks, families; sentences only of what is shown."""

from __future__ import annotations

import re

import polars as pl
import pytest

from sujuva.figures import Words
from sujuva.published import Published
from sujuva.reports.areas import areas_section
from sujuva.reports.content import page_of
from sujuva.reports.services import families_section, networks_section, partners_section
from sujuva.reports.services_findings import (
    agreed_sentence,
    partners_sentence,
    relations_sentence,
    sector_sentence,
    survival_sentence,
)
from sujuva.reports.services_network import organisations
from tests.figures.made_integration import integrated

EN = Words("en")
CAUSES = re.compile(r"\b(because of|thanks to|led to|improves|effective|due to the)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def full(published):
    return integrated(published)


@pytest.fixture(scope="module")
def drawn(full):
    """The topics of services of Oulu and of the network, drawn once."""
    return {one: topics_of(full, one) for one in ("oulu", "network")}


def topics_of(full, region, words=EN):
    view = page_of(full, words, region)
    sections = [part(view) for part in (partners_section, networks_section, families_section, areas_section)]
    return {one.key: one for one in sections}


def pictures(*exhibits):
    return [one.picture.key for one in exhibits if one.picture]


def every(sections):
    return [one for section in sections.values() for one in (*section.exhibits, *section.experts)]


def test_the_profile_comes_first_and_each_side_has_its_topic(drawn):
    shown = {key: pictures(*section.exhibits) for key, section in drawn["oulu"].items()}
    assert shown["partners"][0] == "profile"
    assert {"partners-collective-impact", "feedback"} <= set(shown["partners"])
    assert shown["networks"][-1] == "presence"
    assert {"promise", "agreed", "referrals"} <= set(shown["families"])
    assert {section.missing for key, section in drawn["oulu"].items() if key != "situation"} == {""}
    keys = pictures(*every(drawn["oulu"]))
    assert len(keys) == len(set(keys))
    assert "survival" in keys  # for researchers: of one wait everybody reads one number


def test_a_network_page_has_municipalities_and_no_single_network(drawn):
    assert "beside" in pictures(*drawn["network"]["situation"].exhibits)
    keys = pictures(*every(drawn["network"]))
    assert "presence" not in keys
    assert not [one for one in keys if one.startswith("network-")]


def test_measures_of_a_network_say_their_change_with_an_interval(drawn):
    tables = [one for item in every(drawn["oulu"]) for one in item.tables]
    measures = next(one for one in tables if one.headers[-1].startswith("Change 2022–2024"))
    density = next(row for row in measures.rows if row[0].startswith("Network density"))
    assert density[-1] == "+0.150 (0.070–0.230; slightly better)"
    index = next(row for row in measures.rows if row[0].startswith("E-I"))
    assert "cannot be told" in index[-1]
    assert "vertex bootstrap" in measures.note


def test_sentences_have_an_interval_and_no_word_of_causes(full, drawn):
    view = page_of(full, EN, "oulu")
    said = [say(view) for say in (partners_sentence, agreed_sentence, survival_sentence)]
    assert re.search(r"\(\d+\.\d+%?–\d+", said[0])
    exhibits = every(drawn["oulu"])
    captions = [one.picture.caption for one in exhibits if one.picture]
    texts = [*said, *(one.intro for one in exhibits), *captions]
    assert not [text for text in texts if CAUSES.search(text)]


def test_what_is_hidden_is_not_said(full):
    assert agreed_sentence(page_of(full, EN, "oulu"))
    assert agreed_sentence(page_of(full, EN, "tampere")) == ""  # hidden in the latest year
    hidden = full["survival"].with_columns(
        survival=None, ci_low=None, ci_high=None, n=None, suppressed=pl.lit("primary")
    )
    assert survival_sentence(page_of(Published({**full.tables, "survival": hidden}, full.meta), EN, "oulu")) == ""


def test_conditions_whose_intervals_overlap_are_not_ranked(full):
    means = pl.col("indicator") == "partner_mean"
    wide = full["integration"].with_columns(
        ci_low=pl.when(means).then(1.0).otherwise("ci_low"), ci_high=pl.when(means).then(5.0).otherwise("ci_high")
    )
    same = Published({**full.tables, "integration": wide}, full.meta)
    assert "may be chance" in partners_sentence(page_of(same, EN, "oulu"))


def test_chance_is_told_beside_the_measures(full, drawn):
    said = next(one.intro for one in drawn["oulu"]["networks"].experts if "permutation test" in one.intro)
    assert "kept within sectors" in said
    assert "p\u00a0<\u00a00.001" in said
    assert "strong in one was often strong in the other" in said
    said = sector_sentence(page_of(full, EN, "tampere"), "collaboration")
    assert "about as often" in said
    assert "no more than chance" in relations_sentence(page_of(full, EN, "tampere"), "collaboration")


def test_brokers_stand_in_the_table_of_organisations(full):
    table = organisations(page_of(full, EN, "oulu"), "collaboration")
    place = table.headers.index("Stands between others (paths)")
    numbers = {row[1]: int(row[place]) for row in table.rows}
    given = full["actors"].filter(region="oulu", wave=2024, measure="broker_total")
    names = dict(full["nodes"].filter(region="oulu").select("organisation", "name").iter_rows())
    told = {
        names[one].replace(" (Oulu)", ""): value for one, value in given.select("organisation", "value").iter_rows()
    }
    assert numbers == told
    assert "nothing of how good" in table.note
    hidden = full["actors"].with_columns(value=None, suppressed=pl.lit("primary"))
    one = Published({**full.tables, "actors": hidden}, full.meta)
    table = organisations(page_of(one, EN, "oulu"), "collaboration")
    assert {row[place] for row in table.rows} == {"not shown"}


def test_no_key_stands_in_a_table(drawn):
    tables = [table for one in every(drawn["oulu"]) for table in one.tables]
    cells = [cell for table in tables for row in table.rows for cell in row]
    assert any("vaikutusvalta" in cell for cell in cells)
    assert not [cell for cell in cells if re.search(r"value_|trust_|self_|others_|trigger:|caller:", cell)]
