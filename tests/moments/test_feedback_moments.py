"""Moments of feedback."""

import polars as pl

from sujuva.estimation import estimate_scores
from sujuva.moments import SCORES, feedback_moments


def ratings(*rows):
    schema = {"event": pl.String, "wave": pl.Int32, "region": pl.String, "participant": pl.String,
              "participant_group": pl.String, "item": pl.String, "rating": pl.Int16}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row").lazy()


def test_events_are_clusters_and_every_item_a_scale():
    made = feedback_moments(
        ratings(
            ("e1", 2022, "oulu", "p1", "parents", "heard", 5),
            ("e1", 2022, "oulu", "p2", "children", "heard", 3),
            ("e1", 2022, "oulu", "p2", "children", "useful", 2),
            ("e2", 2022, "oulu", "p3", "parents", "heard", 4),
            ("e3", 2022, "tampere", "p4", "parents", "useful", 1),
        )
    )
    assert made.schema == SCORES
    heard = made.filter(scale="feedback.heard", region="oulu", group="all").row(0, named=True)
    assert (heard["n"], heard["y"], heard["yy"], heard["n_missing"]) == (3, 12, 50, 0)
    assert (heard["clusters"], heard["design_clusters"], heard["cyy"]) == (2, 2, 80)
    assert set(made["group"]) == {"all", "participant_group:parents", "participant_group:children"}
    assert made.filter(scale="feedback.heard", region="tampere").is_empty()
    mean = estimate_scores(made).filter(scale="feedback.heard", region="network", group="all")
    assert (mean["mean"].item(), mean["df"].item()) == (4.0, 1.0)


def test_events_of_one_name_in_two_regions_are_two_clusters():
    made = feedback_moments(
        ratings(
            ("autumn", 2022, "oulu", "1", "parents", "heard", 5),
            ("autumn", 2022, "tampere", "1", "parents", "heard", 3),
        )
    )
    rows = made.filter(region="network", group="all")
    assert rows.select("stratum", "n", "clusters", "cyy").rows() == [("oulu", 1, 1, 25), ("tampere", 1, 1, 9)]


def test_no_feedback():
    assert feedback_moments(ratings()).schema == SCORES
