"""The attack on frozen tables that leak in the ways that were once found, on the command line and at the gate."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sujuva.attack import Finding, attack, require_withstands
from sujuva.cli import app
from sujuva.errors import DisclosureError
from sujuva.published import write_published
from tests.attack.made_up import feedback, frozen, pairs, published, score, trust

LEAKY = Path(__file__).parent / "leaky"


@pytest.fixture(scope="module")
def example():
    return attack(frozen(LEAKY / "example"))


def test_the_example_told_children_weights_ratings_and_exact_numbers(example):
    """16 single ratings stand behind five means; 197 − 196 is one child; two topics of nine children got better."""
    assert Counter(one.kind for one in example) == {
        "children": 18, "weighted_shares": 16, "moments": 1, "organisations": 5, "rounded_n": 110
    }  # fmt: skip
    assert sum(one.low for one in example if one.kind == "organisations") == 16
    children = {(one.key["region"], one.key["wave"], one.what): (one.low, one.high) for one in example}
    assert children["pohjois-karjala", 2024, "children lp_strength_share, and not lp_strength_share leisure"] == (1, 1)
    assert children["keski-pohjanmaa", 2023, "children whose topics changed (2 to 2 topics)"] == (1, 2)
    four_of_19 = {"indicator": "band_share", "region": "network", "wave": 2022, "group": "language:sv"}
    assert any(
        one.kind == "weighted_shares" and four_of_19.items() <= one.key.items() and one.low <= 4 for one in example
    )


def test_equal_weights_and_a_second_release_tell_more():
    found = attack(frozen(LEAKY / "second"), [frozen(LEAKY / "first")])

    assert Counter(one.kind for one in found) == {"moments": 4, "rounded_n": 24, "releases": 10}


def test_nine_after_and_six_before_and_after_told_that_three_came():
    found = attack(frozen(LEAKY / "newcomers"))

    assert Counter(one.kind for one in found) == {"rounded_n": 1, "newcomers": 1}
    assert [(one.what, one.low, one.high) for one in found if one.kind == "newcomers"] == [("persons who came", 3, 3)]


def test_what_is_safe_passes_the_gate_and_the_command(project):
    safe = published(score(estimate=5.5, n=100), feedback(3.5, 20), pairs(100, estimate=0.1), *trust(3.25, 4))
    (project / "published").mkdir()
    write_published(with_names(safe), project / "published")
    done = CliRunner().invoke(app, ["attack", "published"])

    require_withstands(attack(safe))
    assert (done.exit_code, done.output.strip()) == (0, "Nothing is learned.")


def test_what_leaks_is_told_by_kind_table_and_key(project):
    leaky = with_names(published(feedback(3.57, 5)))
    (project / "published").mkdir()
    write_published(leaky, project / "published")
    done = CliRunner().invoke(app, ["attack", "published"])
    as_json = CliRunner().invoke(app, ["attack", "published", "--json"])

    assert done.exit_code == as_json.exit_code == 1
    assert "persons: exactly 7" in done.output
    assert {one["kind"] for one in json.loads(as_json.output)} == {"rounded_n"}


def test_the_gate_names_kind_table_and_row():
    found = [Finding("organisations", "actors", {"region": "oulu", "measure": "trust"}, "single ratings", 3, 3, "…")]

    with pytest.raises(DisclosureError, match=r"unanimous means.*actors: oulu trust"):
        require_withstands(found)


def with_names(safe):
    """Add the names that `read_published` puts in order."""
    names = {"sector_order": [], "sectors": {}, "regions": {key: {} for key in safe.meta["region_order"]}}
    return type(safe)(safe.tables, {**safe.meta, **names})
