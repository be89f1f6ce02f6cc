"""A summary must not tell of a change that the page's own flags call into question without saying so."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.figures import Words
from sujuva.published import Published
from sujuva.reports.cautions import flagged
from sujuva.reports.content import page_of

FLAGS = ["negative_item", "mean_jump", "title_changed"]


def flag(name="negative_item", about="who5", region="oulu", wave=2024, **more):
    usual = {"part": "who5_3", "informant": "self", "group": "", "kind": "value", "estimate": -0.4}
    return {"flag": name, "about": about, "region": region, "wave": wave, **usual, **more}


@pytest.fixture(scope="module")
def noted(published):
    """Make a publication of WHO-5 that falls clearly from 2022 to 2024 everywhere, with the flags given."""

    def make(*flags):
        empty = published["quality_flags"].clear()
        rows = [{"bound": "", "reason": "made up", "suppressed": "", **one} for one in flags]
        means = published["parjaavyys"].filter(scale="who5", indicator="score_mean", group="all")
        level = 70.0 - 10.0 * (pl.col("wave") - 2022)
        ends = {"ci_low": level - 2.0, "ci_high": level + 2.0}
        means = means.with_columns(estimate=level, se=pl.lit(1.0), df=pl.lit(10.0), suppressed=pl.lit(""), **ends)
        deviation = {"indicator": pl.lit("score_sd"), "estimate": pl.lit(20.0), "ci_low": None, "ci_high": None}
        means = pl.concat([means, means.with_columns(**deviation)], how="vertical_relaxed")
        tables = {
            "parjaavyys": means,
            "distributions": published["distributions"].clear(),
            "quality_flags": pl.DataFrame(rows, schema=empty.schema) if rows else empty,
        }
        return Published(published.tables | tables, published.meta)

    return make


@pytest.mark.parametrize(
    ("one", "region", "concerned"),
    [
        (flag("title_changed", wave=0, region="network", informant=""), "oulu", True),
        (flag("title_changed", about="who5", wave=0, region="network", informant=""), "oulu", True),
        (flag(wave=0, region="network", group="language:sv"), "oulu", True),
        (flag(region="network"), "oulu", True),
        (flag(wave=2022), "oulu", True),
        (flag("mean_jump", wave=2023), "oulu", True),
        (flag("mean_jump"), "network", True),
        (flag(estimate=None, suppressed="primary"), "oulu", True),
        (flag(wave=2023), "oulu", False),
        (flag("mean_jump", wave=2021), "oulu", False),
        (flag(region="tampere"), "oulu", False),
        (flag(about="cyrm_r"), "oulu", False),
        (flag(informant="parent"), "oulu", False),
        (flag("straight_lining", kind="share"), "oulu", False),
    ],
)
def test_a_flag_concerns_its_instrument_years_and_regions(noted, one, region, concerned):
    row = {"scale": "who5", "informant": "self"}
    found = flagged(page_of(noted(one), Words("en"), region), row, (2022, 2024))
    assert found is concerned


def test_every_scale_of_an_instrument_is_concerned(noted):
    view = page_of(noted(flag(about="sdq", part="sdq_7", informant="parent")), Words("en"), "oulu")
    told = {
        scale: flagged(view, {"scale": scale, "informant": informant}, (2022, 2024))
        for scale, informant in (("sdq_total", "parent"), ("sdq_prosocial", "parent"), ("who5", "self"))
    }
    assert told == {"sdq_total": True, "sdq_prosocial": True, "who5": False}
