"""Names of producers in the readers' languages, with Sotkanet's own translations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sujuva.codebooks import LANGUAGES, load_producers
from sujuva.codebooks.producers import producers_called

INDICATORS = Path(__file__).resolve().parents[3] / "shared" / "data" / "sotkanet-api" / "SotkaIndicators.json"


def test_a_producer_is_known_by_its_name_in_any_language():
    for given in ("Tilastokeskus", "Statistikcentralen", "STATISTICS FINLAND"):
        assert producers_called([given])[given].sv == "Statistikcentralen"
    assert producers_called(["Tilastokeskuksen kirjasto", ""]) == {}


def test_a_study_may_bring_its_own(tmp_path):
    (tmp_path / "codebooks").mkdir()
    text = "- key: ours\n  title: {fi: Meidän hanke, sv: Vårt projekt, en: Our project}\n"
    (tmp_path / "codebooks" / "producers.yaml").write_text(text, encoding="utf-8")
    assert producers_called(["Meidän hanke"], tmp_path)["Meidän hanke"].en == "Our project"
    assert producers_called(["Meidän hanke"]) == {}


@pytest.mark.skipif(not INDICATORS.is_file(), reason="the shared folder with real data is not here")
def test_names_are_those_of_the_list_of_indicators():
    listed = [one["organization"]["title"] for one in json.loads(INDICATORS.read_text(encoding="utf-8"))]
    named = {tuple(title[language].strip() for language in LANGUAGES) for title in listed}
    own = {"sujuva_example"}
    producers = {key: one.title for key, one in load_producers().items() if key not in own}
    assert len(producers) > 15
    assert {key for key, title in producers.items() if tuple(title[one] for one in LANGUAGES) not in named} == set()
