"""The whole delivery through cleaning: each planted error is found, under its rule, and nothing else is."""

from __future__ import annotations

import polars as pl


def test_each_rule_sets_aside_as_many_rows_as_were_soiled(delivery, cleaned):
    found = cleaned.rules.filter(pl.col("kind") == "quarantine").select("source", "rule", "rows")
    wanted = {(name, rule): n for name, one in delivery.truth["files"].items() for rule, n in one["rules"].items()}
    assert {(source, rule): rows for source, rule, rows in found.iter_rows()} == wanted


def test_the_ledger_has_the_rows_of_the_truth(delivery, cleaned):
    ledger = cleaned.ledger.select("source", "rows_in", "rows_clean", "rows_quarantined")
    wanted = {(name, one["rows"], one["clean"], one["quarantined"]) for name, one in delivery.truth["files"].items()}
    assert set(ledger.iter_rows()) == wanted
    assert cleaned.tables["open_answers"].height == delivery.truth["open_answers"]


def test_themes_of_open_answers_are_those_that_sentences_were_made_of(delivery, cleaned):
    said = cleaned.tables["open_themes"].group_by("wave", "theme").agg(pl.col("said").sum(), answered=pl.len())
    found = {(wave, theme): (count, of) for wave, theme, count, of in said.iter_rows()}
    assert delivery.truth["open_themes"]
    for one in delivery.truth["open_themes"]:
        for theme in one.keys() - {"wave", "answered"}:
            assert found[one["wave"], theme] == (one[theme], one["answered"]), theme


def test_clean_tables_hold_the_clean_rows(delivery, cleaned):
    tables = {
        "respondents": "respondents",
        "who5": "answers_who5",
        "cyrm_r": "answers_cyrm_r",
        "sdq": "answers_sdq",
        "organisations": "organisations",
        "casework": "case_events",
        "feedback": "feedback",
        "lp_topics": "lp_topics",
        "single": "answers_single",
        "attendance": "attendance",
        "observations": "observations",
        "service_parts": "service_parts",
        "child_budgets": "child_budgets",
        "initiatives": "initiatives",
        "participation": "participation",
        "interviews": "coded_passages",
        "trainings": "trainings",
        "method_reach": "method_reach",
        "reports": "area_months",
    }
    for source, table in tables.items():
        assert cleaned.tables[table].height == delivery.truth["files"][source]["clean"], source
    assessed = sum(delivery.truth["files"][source]["clean"] for source in ("rubric", "criteria"))
    assert cleaned.tables["rubric"].height == assessed
    pairs = sum(delivery.truth["files"][source]["clean"] for source in ("ties", "relations"))
    assert cleaned.tables["ties"].height == pairs
    # One row a person and wave became one row an answered item.
    people = cleaned.tables["partner_ratings"].unique(["respondent", "wave"])
    assert people.height == delivery.truth["files"]["partners"]["clean"]
    statistics = sum(delivery.truth["files"][source]["clean"] for source in ("areas", "eligible", "placed"))
    assert cleaned.tables["area_indicators"].height == statistics


def test_blank_statistics_of_small_municipalities_stay_blank(cleaned):
    areas = cleaned.tables["area_indicators"]
    assert areas["value"].null_count() > 20
    assert areas.filter(pl.col("area") == "358").height >= 15
    assert {"074", "18"} <= set(areas["area"])
