"""The section on services: the profile first, then the three sides; sentences only of what is shown."""

from __future__ import annotations

import re

import polars as pl
import pytest

from sujuva.figures import Words
from sujuva.publish import Published
from sujuva.reports.content import comparison
from sujuva.reports.services import services_section
from sujuva.reports.services_findings import agreed_sentence, brief, partners_sentence, survival_sentence
from tests.figures.made_integration import integrated

EN = Words("en")
CAUSES = re.compile(r"\b(because of|thanks to|led to|improves|effective|due to the)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def full(published):
    return integrated(published)


def section_of(full, region, words=EN):
    return services_section(full, words, region=region, regions=comparison(full.meta, region))


def test_the_profile_comes_first_and_the_three_sides_follow(full):
    section = section_of(full, "oulu")
    assert [one.title for one in section.parts[:4]] == [
        "", "What partners say", "Who works with whom", "What happens to families",
    ]  # fmt: skip
    assert section.exhibits[0].picture.key == "profile"
    assert [id(one) for part in section.parts for one in part.exhibits] == [id(one) for one in section.exhibits]
    assert section.missing == ""
    keys = [one.picture.key for one in section.exhibits if one.picture]
    assert len(keys) == len(set(keys))
    assert {"partners-collective-impact", "feedback", "presence", "survival", "agreed", "referrals"} <= set(keys)


def test_a_network_page_has_municipalities_and_no_single_network(full):
    keys = [one.picture.key for one in section_of(full, "network").exhibits if one.picture]
    assert "beside" in keys
    assert "presence" not in keys
    assert not [one for one in keys if one.startswith("network-")]


def test_measures_of_a_network_say_their_change_with_an_interval(full):
    tables = [one for item in section_of(full, "oulu").exhibits for one in item.tables]
    measures = next(one for one in tables if one.headers[-1].startswith("Change 2022–2024"))
    density = next(row for row in measures.rows if row[0].startswith("Network density"))
    assert density[-1] == "+0.150 (0.070–0.230)"
    index = next(row for row in measures.rows if row[0].startswith("E-I"))
    assert "may be chance" in index[-1]
    assert "vertex bootstrap" in measures.note


def test_sentences_have_an_interval_and_no_word_of_causes(full):
    said = brief(full, EN, region="oulu")
    assert len(said) == 3
    assert re.search(r"\(\d+\.\d+%?–\d+", said[0])
    section = section_of(full, "oulu")
    captions = [one.picture.caption for one in section.exhibits if one.picture]
    texts = [*said, *(one.intro for one in section.exhibits), *captions]
    assert not [text for text in texts if CAUSES.search(text)]


def test_what_is_hidden_is_not_said(full):
    assert agreed_sentence(full, EN, region="oulu")
    assert agreed_sentence(full, EN, region="tampere") == ""  # hidden in the latest year
    hidden = full["survival"].with_columns(
        survival=None, ci_low=None, ci_high=None, n=None, suppressed=pl.lit("primary")
    )
    assert survival_sentence(Published({**full.tables, "survival": hidden}, full.meta), EN, region="oulu") == ""


def test_conditions_whose_intervals_overlap_are_not_ranked(full):
    means = pl.col("indicator") == "partner_mean"
    wide = full["integration"].with_columns(
        ci_low=pl.when(means).then(1.0).otherwise("ci_low"), ci_high=pl.when(means).then(5.0).otherwise("ci_high")
    )
    same = Published({**full.tables, "integration": wide}, full.meta)
    assert "may be chance" in partners_sentence(same, EN, region="oulu")
