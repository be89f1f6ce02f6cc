"""What is said of the example holds in the example, and the numbers of its texts and pages are published ones."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from sujuva.published import read_published
from sujuva.reports.prose import KINDS, STRICT, read_prose
from tests.acceptance.copies import Copy

pytestmark = pytest.mark.slow


def test_claims_and_texts_of_the_example_are_bound(example_run: Copy):
    done = example_run.run("sujuva", "claims")
    assert done.returncode == 0, done.stdout
    assert "0 of them failing; 0 places where one is not said; 0 typed numbers" in done.stdout


def test_a_manuscript_of_the_example_is_filled_and_its_typed_numbers_are_found(example_run: Copy):
    file = example_run.path.parent / "oma.md"
    file.write_text("Oulun hyvinvointi on {{ parjaavyys score_mean who5 oulu 2024 }}.\n", encoding="utf-8")
    done = example_run.run("sujuva", "manuscript", str(file))
    number = done.stdout.removeprefix("Oulun hyvinvointi on ").split("<!--")[0]
    assert done.stdout.startswith(f"Oulun hyvinvointi on {number}<!-- parjaavyys score_mean who5 self oulu 2024 -->.")

    file.write_text(f"Oulun hyvinvointi on {number}.\n", encoding="utf-8")
    done = example_run.run("sujuva", "manuscript", str(file))
    assert done.returncode == 1
    assert "write {{ parjaavyys score_mean who5 self oulu " in done.stderr


def test_every_number_of_the_regions_pages_names_its_published_cells(example_run: Copy):
    choices = yaml.safe_load((example_run.path / "params.yaml").read_text(encoding="utf-8"))
    published = read_published(example_run.path / "data" / "published", fdr=choices["coping"]["fdr"])
    prose = read_prose(example_run.path / "reports" / "site", published, ["fi"])
    assert prose.faults == prose.unnamed == []
    assert sum(times for name, times in prose.bound.items() if Path(name).stem in STRICT) > 3_000
    assert {name: times for name, times in prose.open.items() if times and Path(name).stem in STRICT} == {}
    assert all(prose.kinds[kind] for kind in KINDS)
