"""Agreement from four perspectives: by hand, with intervals, and with what is missing."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sujuva.errors import ParameterError
from sujuva.integration import agreement_actors, agreement_indicators, hsim_actors
from sujuva.tidy import KEY, TIDY
from tests.integration.rated import EXPECTED, OBSERVED, of_actors, organisations, ties_of

ABC = organisations("abc", "xxy")
SMALL = ((0, 3, 1), (2, 0, 4), (1, 2, 0))
WISHED = ((0, 3, 2), (3, 0, 4), (1, 4, 0))


def test_four_perspectives_by_hand() -> None:
    table = agreement_actors(ABC, ties_of(SMALL, WISHED, "abc"))
    # Agency a: rates b 3 and c 1 (expects 3, 2); is rated 2 by b and 1 by c (who expect 3 and 1).
    found = {
        measure: value
        for measure, value in table.filter(organisation="a").select("measure", "value").iter_rows()
        if measure.startswith("agreement_exact")
    }
    assert found == {
        "agreement_exact_others_others": 0.5,  # 2 and 1 against 3 and 1
        "agreement_exact_self_others": 1.0,  # 3 and 1 against 3 and 1
        "agreement_exact_others_self": 0.0,  # 2 and 1 against 3 and 2
        "agreement_exact_self_self": 0.5,  # 3 and 1 against 3 and 2
        "agreement_exact": 0.5,
    }
    graded = of_actors(table, "agreement_graded_others_self")
    assert graded["a"] == pytest.approx(1 - (1 / 4 + 1 / 4) / 2)


def test_self_against_self_is_the_congruence_of_hsim() -> None:
    ties = ties_of()
    assert of_actors(agreement_actors(organisations(), ties), "agreement_exact_self_self") == of_actors(
        hsim_actors(organisations(), ties), "hsim_congruence"
    )


def test_network_value_is_the_mean_of_agencies_with_a_bootstrap_interval() -> None:
    table = agreement_indicators(organisations(), ties_of(), bootstrap=4000)
    assert table.schema == TIDY
    assert table.select(KEY).is_unique().all()
    scores = list(of_actors(agreement_actors(organisations(), ties_of()), "agreement_exact").values())
    row = table.filter(indicator="agreement_exact", category="").row(0, named=True)
    assert row["estimate"] == pytest.approx(np.mean(scores))
    assert row["n"] == 5
    # All 5⁵ samples with replacement: the exact bootstrap distribution.
    every = np.array(np.meshgrid(*[scores] * 5)).reshape(5, -1).mean(axis=0)
    low, high = np.quantile(every, [0.025, 0.975])
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((low, high), abs=0.02)
    assert_frame_equal(table, agreement_indicators(organisations(), ties_of(), bootstrap=4000))
    wider = agreement_indicators(organisations(), ties_of(), bootstrap=4000, confidence=0.99)
    assert wider.filter(indicator="agreement_exact", category="")["ci_low"][0] <= low


def test_seed_of_a_network_does_not_rest_on_other_networks() -> None:
    both = pl.concat([ties_of(relation="after"), ties_of(relation="work")])
    alone = agreement_indicators(organisations(), ties_of(relation="work"))
    assert_frame_equal(agreement_indicators(organisations(), both).filter(scale="work"), alone)


def test_agency_without_one_perspective_has_no_global_score() -> None:
    # Nobody reports for c: what c perceives and expects is missing.
    ties = ties_of(((0, 3, 0), (2, 0, 4), (None, None, 0)), WISHED, "abc")
    table = agreement_actors(ABC, ties)
    assert of_actors(table, "agreement_exact")["c"] is None
    assert of_actors(table, "agreement_exact_others_others")["c"] is not None
    found = agreement_indicators(ABC, ties).filter(indicator="agreement_exact")
    assert dict(found.select("category", "n").iter_rows())[""] == 2


@pytest.mark.parametrize(
    ("ties", "note"),
    [
        (ties_of(OBSERVED, None), "no_ratings"),
        (ties_of(directed=False), "undirected"),
        (ties_of(OBSERVED, [[cell and 5 for cell in row] for row in EXPECTED]), "ratings_above_range"),
    ],
)
def test_no_score_says_why(ties: pl.DataFrame, note: str) -> None:
    table = agreement_indicators(organisations(), ties)
    assert table["estimate"].null_count() == table.height
    assert table["note"].unique().to_list() == [note]


def test_one_agency_has_no_interval() -> None:
    one = agreement_indicators(organisations("ab", "xx"), ties_of(((0, 3), (2, 0)), ((0, 3), (2, 0)), "ab"))
    assert one["ci_low"].null_count() == 0
    # Only a rates: a has its own word alone, and b that of the others.
    half = agreement_indicators(ABC, ties_of(((0, 3, 0), (None,) * 3, (None,) * 3), WISHED, "abc"))
    mine = half.filter(indicator="agreement_exact", category="self_self").row(0, named=True)
    assert (mine["n"], mine["ci_low"], mine["note"]) == (1, None, "few_agencies")


def test_parameters_are_checked() -> None:
    for wrong in ({"bootstrap": 0}, {"seed": -1}, {"confidence": 1.0}, {"depth_max": 0}):
        with pytest.raises(ParameterError):
            agreement_indicators(organisations(), ties_of(), **wrong)  # type: ignore[arg-type]
    assert agreement_indicators(organisations(), ties_of().clear()).is_empty()
