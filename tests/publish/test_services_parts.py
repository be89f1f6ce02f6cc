"""The further tables of integration: what each is decided by, and which choices of the study reach it."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.codebooks import load_indicators, load_relations
from sujuva.publish import Privacy
from sujuva.publish.beside import BESIDE_SCHEMA
from sujuva.publish.organisations import ACTORS_SCHEMA, PRESENCE_SCHEMA
from sujuva.publish.services import CURVES, common_days, round_services, suppress_services
from sujuva.publish.survival import SURVIVAL_SCHEMA
from sujuva.published import PRIMARY, SHOWN
from sujuva.tidy import COMPARISONS, RELIABILITY
from tests.publish.test_survival import STARTED, curve, delays, marked, tidy

MEANS = {"indicator": "score_mean", "scale": "who5", "informant": "self", "estimate": 60.0, "n": 40}
HIDDEN = {"rule": "small_count", "suppressed": PRIMARY}
DISTRIBUTIONS = {"scale": pl.String, "informant": pl.String, "region": pl.String, "wave": pl.Int32, "group": pl.String,
                 "bin_low": pl.Float64, "bin_high": pl.Float64, "suppressed": pl.String}  # fmt: skip


def beside(**changed):
    row = {"region": "oulu", "municipality": "m1", "coping": 61.37, "persons": 40, "families": 30, "integration": 0.5,
           "heads": 20, "other_heads": 20}  # fmt: skip
    return pl.DataFrame([dict.fromkeys(BESIDE_SCHEMA) | row | changed], schema=BESIDE_SCHEMA, orient="row")


def decided(*integration, coping=(MEANS,), table=None, binary=False, survival=None, **chosen):
    tables = {
        "survival": pl.DataFrame(schema=SURVIVAL_SCHEMA) if survival is None else survival,
        "actors": pl.DataFrame(schema=ACTORS_SCHEMA),
        "presence": pl.DataFrame(schema=PRESENCE_SCHEMA),
        "beside": beside() if table is None else table,
        "network_comparisons": pl.DataFrame(schema=COMPARISONS),
        "partner_reliability": pl.DataFrame(
            [dict.fromkeys(RELIABILITY) | {"measure": name, "scale": "trust", "estimate": 0.8, "n": 40, "note": ""}
             for name in ("alpha", "floor", "ceiling")],
            schema=RELIABILITY,
        ),
    }  # fmt: skip
    frames = {
        "integration": marked(*integration) if integration else marked(STARTED).clear(),
        CURVES: marked(STARTED).clear(),
        "parjaavyys": marked(*coping),
        "distributions": pl.DataFrame(schema=DISTRIBUTIONS),
    }
    meta = {
        "integration": {"profile": [], "composite": {}, "beside_scale": "who5", "beside_informant": "self",
                        "beside_days": 14} | chosen,
        "confidence": 0.95, "delay_days": [7], "scales": {"who5": {"binary": binary}},
    }  # fmt: skip
    return suppress_services(
        frames, tables, load_indicators(), load_relations(), days=[14], meta=meta, privacy=Privacy()
    )


def of_beside(*integration, **more):
    return decided(*integration, **more)["beside"]["rule"].item()


@pytest.mark.parametrize(
    ("mean", "chosen", "rule"),
    [
        ({}, {}, ""),
        (HIDDEN, {}, "hidden_side"),
        (HIDDEN | {"scale": "sdq_total"}, {}, ""),  # of another scale
        (HIDDEN | {"informant": "parent"}, {}, ""),
        (HIDDEN, {"beside_scale": None}, ""),
        (HIDDEN, {"beside_informant": None}, ""),
        (HIDDEN | {"informant": ""}, {"beside_informant": None}, "hidden_side"),
    ],
)
def test_municipalities_are_hidden_where_the_mean_of_the_chosen_scale_is(mean, chosen, rule):
    assert of_beside(coping=[MEANS | mean], **chosen) == rule


@pytest.mark.parametrize(("category", "rule"), [("14", "hidden_side"), ("7", "")])
def test_municipalities_are_hidden_where_the_share_within_the_chosen_days_is(category, rule):
    share = {"indicator": "delay_share", "category": category, "estimate": 0.5, "n": 60}
    assert of_beside(STARTED, share | HIDDEN) == rule


@pytest.mark.parametrize(("binary", "rule"), [(False, ""), (True, "small_count")])
def test_of_a_scale_of_yes_and_no_few_on_one_side_are_few(binary, rule):
    assert of_beside(table=beside(heads=4, other_heads=36), binary=binary) == rule


def test_ends_of_scales_of_partners_are_not_told():
    assert decided()["reliability"]["measure"].to_list() == ["alpha"]


def test_curves_have_their_own_days_and_those_of_the_promise():
    points = curve((7, 20, 0, 2 / 3), (14, 30, 0, 0.5), (21, 40, 0, 1 / 3))
    shares = [{"indicator": "delay_share", "category": day, "estimate": 0.5, "n": 60} for day in ("7", "14", "21")]
    found = decided(STARTED, *shares, survival=points)["survival"]
    assert found.select("day", "rule", "suppressed").rows() == [(7, "", SHOWN), (14, "", SHOWN)]


def test_days_of_curves_are_chosen_among_those_that_are_drawn_and_asked_for():
    frame = tidy(STARTED, STARTED | {"wave": 2024, "estimate": 9.0}, STARTED | {"group": "sector:a", "estimate": 9.0},
                 STARTED | {"region": "lappi", "estimate": None})  # fmt: skip
    points = curve((7, 20, 0, 2 / 3), (14, 30, 0, 0.5), (28, 30, 0, 0.5))
    tables = {"survival": points, "delays": delays(("oulu", 3, 20), ("oulu", 10, 10))}
    assert common_days(frame, tables, [14, 7, 21], Privacy()) == [7, 14]
    assert common_days(frame, tables, [14], Privacy()) == [14]
    few = {"survival": points, "delays": delays(("oulu", 3, 20), ("oulu", 10, 4))}
    assert common_days(frame, few, [7, 14, 28], Privacy()) == []


@pytest.mark.parametrize(("scale", "coping"), [("who5", 62.0), (None, 61.37), ("made_elsewhere", 61.37)])
def test_the_mean_beside_is_told_in_steps_of_the_chosen_scale(scale, coping):
    """Of 40 persons, so perhaps 38, in units of 40: 40/38, so steps of two; without a scale to two decimals."""
    shown = {"decimals": 1, "percent": False}
    meta = {"integration": {"beside_scale": scale}, "scales": {"who5": {"shown": shown, "grid": 40.0, "binary": False}}}
    tables = {
        "survival": pl.DataFrame({"n": [42, 43, 0]}),
        "actors": pl.DataFrame(schema=ACTORS_SCHEMA),
        "beside": beside(persons=41),
        "comparisons": pl.DataFrame(schema=COMPARISONS),
    }
    made = round_services(tables, meta, Privacy())
    assert made["survival"]["n"].to_list() == [40, 45, 0]
    assert made["beside"].select("coping", "persons", "families").row(0) == (coping, 40, 30)
