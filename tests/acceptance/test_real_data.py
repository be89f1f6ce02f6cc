"""The whole pipeline on real data gives the published figures (`../shared/data/README.md` names their sources)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from tests.acceptance.copies import Copy, copy_project

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_200)]

DROP = Path(__file__).parent / "drop"


@pytest.fixture(scope="module")
def run(shared_data, tmp_path_factory) -> Copy:
    copy = copy_project(tmp_path_factory.mktemp("drop") / "sujuva")
    shutil.copytree(shared_data / "drop", copy.path / "data" / "raw")
    for path in (copy.path / "data" / "raw").iterdir():
        path.chmod(0o644)
    shutil.copy(DROP / "sources.yaml", copy.path / "data" / "raw")
    shutil.copytree(DROP / "codebooks", copy.path / "data" / "raw" / "codebooks")
    shutil.copy(DROP / "params.yaml", copy.path / "params.yaml")
    copy.repro()
    return copy


def table(run: Copy, name: str) -> pl.DataFrame:
    return pl.read_parquet(run.path / "data" / f"{name}.parquet")


def one(frame: pl.DataFrame, **cell: object) -> dict[str, object]:
    found = frame.filter(**cell)
    assert found.height == 1, f"{found.height} rows for {cell}"
    return found.row(0, named=True)


@pytest.fixture(scope="module")
def coping(run) -> pl.DataFrame:
    return table(run, "indicators/parjaavyys/parjaavyys")


@pytest.fixture(scope="module")
def integration(run) -> pl.DataFrame:
    return table(run, "indicators/integration/integration")


def test_every_row_of_every_file_is_clean(run):
    ledger = table(run, "ledger/ledger").select("source", "rows_in", "rows_clean", "rows_quarantined").rows()
    assert sorted(ledger) == [
        ("barometer2016", 414, 414, 0),
        ("dhhs_collaboration", 447, 447, 0),
        ("dhhs_nodes", 54, 54, 0),
        ("sepsis", 15_214, 15_214, 0),
        ("sotkanet", 754, 754, 0),
        ("tobacco_collaboration", 161, 161, 0),
        ("tobacco_contact", 175, 175, 0),
        ("tobacco_nodes", 25, 25, 0),
        ("yrbs2019", 13_677, 13_677, 0),
        ("yrbs2021", 17_232, 17_232, 0),
        ("yrbs2023", 20_103, 20_103, 0),
    ]


@pytest.mark.parametrize(
    ("wave", "estimate", "se", "df"),
    [
        (2019, 0.3671146093, 0.0077859941, 37),
        (2021, 0.4234699268, 0.0065320559, 41),
        (2023, 0.3972130368, 0.0100303112, 73),
    ],
)
def test_sad_or_hopeless_follows_r_survey_over_changing_question_numbers(coping, wave, estimate, se, df):
    row = one(coping, indicator="score_mean", scale="yrbs_sad", region="usa", wave=wave, group="all")
    assert row["estimate"] == pytest.approx(estimate, abs=1e-8)
    assert row["se"] == pytest.approx(se, abs=1e-8)
    assert row["df"] == df


def test_the_interval_uses_t_with_the_designs_degrees_of_freedom(coping):
    row = one(coping, indicator="score_mean", scale="yrbs_sad", region="usa", wave=2019, group="all")
    assert row["ci_low"] == pytest.approx(0.3513386867, abs=1e-8)
    assert row["ci_high"] == pytest.approx(0.3828905319, abs=1e-8)


NETWORKS = [
    ("indiana", "collaboration", "network_ties", 161),
    ("indiana", "collaboration", "network_density", 0.53667),
    ("indiana", "collaboration", "network_centralization_degree", 0.50362),
    ("indiana", "collaboration", "network_centralization_betweenness", 0.11285),
    ("indiana", "collaboration", "network_transitivity", 0.66083),
    ("indiana", "contact", "network_ties", 175),
    ("indiana", "contact", "network_density", 0.58333),
    ("indiana", "contact", "network_centralization_degree", 0.45290),
    ("dhhs", "collaboration", "network_ties", 447),
    ("dhhs", "collaboration", "network_density", 0.31237),
    ("dhhs", "collaboration", "network_centralization_degree", 0.55733),
    ("dhhs", "collaboration", "network_centralization_betweenness", 0.15921),
]


@pytest.mark.parametrize(("region", "relation", "indicator", "value"), NETWORKS)
def test_networks_agree_with_r_sna(integration, region, relation, indicator, value):
    row = one(integration, indicator=indicator, scale=relation, region=region, wave=2010)
    assert row["estimate"] == pytest.approx(value, abs=1e-5)


@pytest.mark.parametrize(
    ("region", "relation", "value"),
    [("indiana", "collaboration", 0.267), ("indiana", "contact", 0.291), ("dhhs", "collaboration", 0.230)],
)
def test_ties_across_levels_and_agencies(integration, region, relation, value):
    row = one(integration, indicator="network_ei_sector", scale=relation, region=region, wave=2010, category="")
    assert row["estimate"] == pytest.approx(value, abs=5e-4)  # published with three decimals


@pytest.mark.parametrize(
    ("indicator", "days"),
    [
        ("delay_min", 0.0014),
        ("delay_q1", 0.6435),
        ("delay_median", 5.3434),
        ("delay_mean", 28.4693),
        ("delay_q3", 17.9966),
        ("delay_max", 422.3239),
    ],
)
def test_throughput_of_the_sepsis_log(integration, indicator, days):
    row = one(integration, indicator=indicator, region="sepsis", wave=0)
    assert round(row["estimate"], 4) == days


@pytest.mark.parametrize(
    ("indicator", "count"),
    [
        ("events_cases", 1_050),
        ("events_events", 15_214),
        ("events_activities", 16),
        ("events_variants", 846),
        ("handovers_between", 7_048),
        ("transitions", 14_164),
    ],
)
def test_counts_of_the_sepsis_log(integration, indicator, count):
    assert one(integration, indicator=indicator, region="sepsis", wave=0)["estimate"] == count


def test_sotkanet_keeps_blanks_blank_and_leading_zeros(run):
    area = table(run, "clean/area_indicators")
    assert area.height == 754
    assert {"020", "06", "358"} <= set(area["area"])
    school = area.filter(pl.col("indicator").is_in(["242", "286", "288", "289", "1514", "3904", "3905"]))
    blank = {"Juupajoki", "Kihniö", "Kuhmoinen", "Pirkkala", "Ylöjärvi"}
    for _, rows in school.group_by("indicator"):
        assert set(rows.filter(pl.col("value").is_null())["area_name"]) == blank
    care = area.filter(indicator="1245")
    assert care.filter(area="06")["absolute"].item() == 6_680
    municipal = care.filter(~pl.col("area").is_in(["06", "358"]))
    assert municipal["absolute"].sum() == 6_696


def test_the_child_barometer_keeps_counts_and_weights(run):
    respondents = table(run, "clean/respondents").filter(region="suomi")
    assert dict(respondents["gender"].value_counts().iter_rows()) == {"boy": 213, "girl": 201}
    assert respondents["weight"].sum() == pytest.approx(60_947)


def test_open_answers_stay_in_the_clean_table(run):
    answers = table(run, "clean/open_answers")
    assert not answers.filter(text="Ei halua vastata.").height
    # Long answers only: a short one ("äiti") may well stand in a report for another reason.
    texts = [text for text in answers["text"] if len(text) > 40]
    assert len(texts) > 300
    clean = run.path / "data" / "clean"
    raw = run.path / "data" / "raw"
    elsewhere = [
        path
        for folder in ("data", "reports")
        for path in (run.path / folder).rglob("*")
        if path.is_file() and clean not in path.parents and raw not in path.parents
    ]
    assert len(elsewhere) > 20
    for path in elsewhere:
        content = path.read_bytes() if path.suffix != ".parquet" else _strings(path)
        leaked = sum(text.encode() in content or json.dumps(text).encode() in content for text in texts)
        assert not leaked, f"{leaked} open answers stand in {path.relative_to(run.path)}"


def _strings(path: Path) -> bytes:
    frame = pl.read_parquet(path)
    return "\n".join(value or "" for column in frame.select(pl.col(pl.String)) for value in column).encode()


def test_reports_of_real_data_are_not_called_synthetic(run):
    pages = [path.read_text(encoding="utf-8") for path in (run.path / "reports" / "site").rglob("*.html")]
    assert not [page for page in pages if "synteettinen" in page.lower()]
    assert len(list((run.path / "reports" / "regions").glob("*/*/index.html"))) == 7
