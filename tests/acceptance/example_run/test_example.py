"""The example run: the committed lock holds, and the same inputs give the same bytes everywhere."""

from __future__ import annotations

import json
import shutil
import subprocess

import polars as pl
import pytest

from sujuva.codebooks import LANGUAGES, load_indicators
from sujuva.figures import voice
from sujuva.params import flat, load_params
from sujuva.pipeline.dag import stages
from sujuva.pipeline.lock import read_lock
from sujuva.published import read_published
from sujuva.reports import region_report
from sujuva.review.judge import IDENTICAL, judge
from tests.acceptance.copies import Copy
from tests.acceptance.hermetic import RAN
from tests.codebooks.walking import walked
from tests.reports.english import english

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_200)]


def test_a_fresh_clones_run_on_one_thread_in_another_folder_leaves_git_status_clean(example_run, root):
    committed = (root / "dvc.lock").read_text(encoding="utf-8")
    locked = read_lock(committed)
    judged, _ = judge(stages(root), locked, remade=example_run.path, ran=locked, copies=root, copied={})
    assert [one for one in judged if one.verdict != IDENTICAL] == []
    assert example_run.lock == committed
    uncommitted = subprocess.run(
        ["git", "status", "--porcelain"], cwd=root, check=True, capture_output=True, text=True
    ).stdout
    if uncommitted:
        pytest.skip("the project itself has uncommitted changes")
    assert example_run.run("git", "status", "--porcelain").stdout == ""


def test_each_stage_ran_in_a_folder_that_held_what_it_declares_and_nothing_else(example_run):
    """And made what `dvc.lock` says, which comes of a run that could have read anything: see `hermetic`."""
    ran = (example_run.path.parent / "commands" / RAN).read_text(encoding="utf-8").splitlines()
    assert sorted(ran) == sorted(stages(example_run.path))


def test_stages_that_read_microdata_give_the_same_lock_on_every_thread(example_run, tmp_path):
    other = Copy(tmp_path / "sujuva")
    shutil.copytree(example_run.path, other.path, symlinks=True)
    microdata = ("clean", "moments", "situation")
    done = other.repro("--force", "--single-item", *microdata, POLARS_MAX_THREADS="8", PYTHONHASHSEED="0")
    assert [f"Running stage '{name}'" in done.stdout for name in microdata] == [True] * len(microdata)
    assert other.lock == example_run.lock


def test_stages_leave_the_choices_of_params_yaml_beside_what_they_made(example_run):
    chosen = flat(load_params(example_run.path / "params.yaml"))
    for name, stage in stages(example_run.path).items():
        taken = {one for one in stage.content.get("params", ()) if stage.notebook}
        for path in (example_run.path / out / "choices.json" for out in stage.outs):
            if path.is_file():
                sections = json.loads(path.read_text(encoding="utf-8"))
                left = {
                    f"{section}.{leaf}": value for section, leaves in sections.items() for leaf, value in leaves.items()
                }
                assert left == {one: chosen[one] for one in taken}, name
                break
        else:
            assert name in {"example", "changes", "publish", "figures", "region", "site", "record"}


def test_the_notebook_to_start_from_runs(example_run, tmp_path):
    done = example_run.run("sujuva", "run", "notebooks/explore/start.ipynb", "-o", str(tmp_path / "start.ipynb"))
    assert done.returncode == 0, done.stderr
    assert "image/png" in (tmp_path / "start.ipynb").read_text(encoding="utf-8")
    shutil.rmtree(example_run.path / ".sujuva", ignore_errors=True)


def test_nothing_runs_when_nothing_has_changed(example_run):
    assert "Running stage" not in example_run.repro().stdout


NOT_IN_THE_EXAMPLE = {
    "integration_composite",  # declared in params.yaml by who wants one
    "partner_band_share",  # bands of Wilder's factors are unverified, and so are counted on demand alone
    "partner_trust_percent_of_range",
    "partner_value_percent_of_range",
}


@pytest.mark.parametrize("part", ["parjaavyys", "integration"])
def test_every_indicator_comparison_and_measure_is_described_with_its_method(example_run, part):
    made = example_run.path / "data" / "indicators" / part
    names = {
        *pl.read_parquet(made / "comparisons.parquet")["comparison"],
        *pl.read_parquet(made / "reliability.parquet")["measure"],
        *pl.read_parquet(made / f"{part}.parquet")["indicator"],
    }
    described = load_indicators()
    assert {"alpha", *({"gap", "did", "score_mean"} if part == "parjaavyys" else {"network_change", "qap"})} <= names
    assert names <= set(described)
    assert all(described[name].method for name in names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_the_published_tables_has_a_title(example_run, language):
    published = read_published(example_run.path / "data" / "published", fdr=0.05)
    assert walked(published, voice(published.meta, language)) > 200


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_no_page_of_the_example_holds_an_english_sentence(example_run, language):
    published = read_published(example_run.path / "data" / "published", fdr=0.05)
    if language == "fi":
        folder = example_run.path / "reports" / "site" / language
        pages = [path.read_text(encoding="utf-8") for path in folder.rglob("*.html")]
        assert len(pages) > 10 * len(published.meta["regions"])
    else:
        reports = [region_report(published, region, language=language) for region in ("network", "oulu")]
        pages = [text for report in reports for text in report.pages.values()]
    assert [one for page in pages for one in english(page, published.meta, language)] == []


def test_every_indicator_of_integration_that_is_described_is_made(example_run):
    made = pl.read_parquet(example_run.path / "data" / "indicators" / "integration" / "integration.parquet")
    described = {key for key, one in load_indicators().items() if one.family == "integration" and one.unit.fi}
    comparisons = {"network_change", "ei_permutation", "qap"}
    assert described - comparisons - set(made["indicator"]) == NOT_IN_THE_EXAMPLE
