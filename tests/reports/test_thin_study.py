"""Little to show: one region, one year, no network, no families, everything hidden. Each page says so in a sentence."""

from __future__ import annotations

import re

import polars as pl
import pytest

from sujuva.figures import voice
from sujuva.publish import Privacy, publish
from sujuva.published import Published
from sujuva.reports import front_page, region_report
from sujuva.reports.sitemap import HOW, INDEX, RESEARCH, SLIDES, TOPICS
from tests.publish import made_up, made_up_coping

HIDDEN = "Tästä ei näytetä yhtään lukua"


def told(pages: dict[str, str]) -> dict[str, str]:
    """What each page says in its main part, without the markup."""
    return {
        key: re.sub(r"<[^>]+>", " ", text[text.index("<main") : text.index("</main>")]) for key, text in pages.items()
    }


@pytest.fixture(scope="module")
def smallest(published) -> Published:
    """One region asked one form in one year, without a network and without families."""
    tables = dict(published.tables)
    for name, frame in published.tables.items():
        keep = [pl.col(one).is_in(["oulu", "network"]) for one in ("region",) if one in frame.columns]
        keep += [pl.col(one) == 2024 for one in ("wave", "other_wave") if one in frame.columns]
        keep += [pl.col("scale") == "who5" for _ in (1,) if name in ("parjaavyys", "comparisons", "distributions")]
        tables[name] = frame.filter(*keep) if name not in ("integration", "delays", "nodes", "edges") else frame.clear()
    regions = {"oulu": published.meta["regions"]["oulu"]}
    return Published(tables, published.meta | {"regions": regions, "waves": [2024]})


def test_the_smallest_study_says_on_each_page_what_it_lacks(smallest):
    pages = region_report(smallest, "oulu").pages
    said = told(pages)
    assert list(said) == [INDEX, *TOPICS, *RESEARCH, HOW, SLIDES]
    assert "Aineistoa ei ole vielä tarpeeksi, jotta muutoksesta voisi sanoa mitään" in said[INDEX]
    assert "vain yhdeltä vuodelta (2024)" in said["change"]
    assert "ei ole tässä aineistossa toimijoiden verkostoja" in said["networks"]
    assert "ei ole tässä aineistossa prosessien kestoja" in said["families"]
    for key in TOPICS:
        assert "<figure" in pages[key] or 'class="remark missing"' in pages[key], key
    assert "Oulu" in front_page(smallest, voice(smallest.meta), languages=["fi"])


def test_where_everything_is_hidden_no_page_says_that_there_is_nothing(tmp_path):
    hidden = publish(
        made_up.indicators(),
        input_folder=made_up.input_folder(tmp_path, made_up.REGIONS),
        privacy=Privacy(threshold=100_000, organisation_threshold=1_000),
        regions=made_up.REGIONS,
        waves=made_up.WAVES,
        coping=made_up_coping.COPING,
        integration={"tie_from": 2},
    )
    hidden.meta["coping"]["fdr"] = 0.05
    for region in ("oulu", "network"):
        pages = region_report(hidden, region).pages
        said = told(pages)
        for key in ("coping", "differences", "change", "talks", "networks", "families"):
            assert HIDDEN in said[key], (region, key)
            assert "ei ole tässä aineistossa" not in said[key], (region, key)
            assert "<figure" not in pages[key], (region, key)
        assert "Aineistoa ei ole vielä tarpeeksi" in said[INDEX]
        assert "ei näytetä" in said[INDEX]
