"""PARTNER: value and trust as the others rate them."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.codebooks import Relation, load_relations
from sujuva.errors import ContractError, ParameterError
from sujuva.integration import of_kind, value_trust_actors, value_trust_indicators
from sujuva.tidy import KEY, TIDY
from tests.integration.rated import organisations, ties_of

NAMES = "abc"
ACTORS = organisations(NAMES, "xyz")


@pytest.fixture
def relations(project: object) -> dict[str, Relation]:
    return load_relations()


def rated(**items: tuple[tuple[int | None, ...], ...]) -> pl.DataFrame:
    return pl.concat([ties_of(cells, None, NAMES, relation=name) for name, cells in items.items()])


# a rates b 4 and c 2; b rates a 3; c rates b 1 and nobody else: of reliability. Of openness, a rates b 3.
RATED = rated(
    trust_reliability=((None, 4, 2), (3, None, None), (None, 1, None)), trust_openness=((None, 3, None), (), ())
)


def estimates(table: pl.DataFrame) -> dict[tuple[str, str], float | None]:
    return {(one, item): value for one, item, value in table.select("indicator", "category", "estimate").iter_rows()}


def test_network_means_are_means_of_organisations(relations: dict[str, Relation]) -> None:
    table = value_trust_indicators(ACTORS, RATED, relations)
    assert table.schema == TIDY
    assert table.select(KEY).is_unique().all()
    a, b, c = 3, (4 + 1 + 3) / 3, 2
    assert estimates(table) == pytest.approx(
        {
            ("partner_trust", ""): (a + b + c) / 3,
            ("partner_trust_percent", ""): (a + b + c) / 12,
            ("partner_trust", "trust_openness"): 3,
            ("partner_trust_percent", "trust_openness"): 0.75,
            ("partner_trust", "trust_reliability"): (3 + 2.5 + 2) / 3,
            ("partner_trust_percent", "trust_reliability"): 7.5 / 12,
        }
    )
    assert dict(table.filter(indicator="partner_trust").select("category", "n").iter_rows()) == {
        "": 3, "trust_openness": 1, "trust_reliability": 3,
    }  # fmt: skip


def test_percent_of_the_range_has_a_name_of_its_own(relations: dict[str, Relation]) -> None:
    found = estimates(value_trust_indicators(ACTORS, RATED, relations, rescale="range"))
    assert found["partner_trust_percent_of_range", "trust_openness"] == pytest.approx(2 / 3)
    assert ("partner_trust_percent", "") not in found
    with pytest.raises(ParameterError, match="Did you mean 'range'"):
        value_trust_indicators(ACTORS, RATED, relations, rescale="rangee")  # type: ignore[arg-type]


def test_raters_stand_beside_each_value(relations: dict[str, Relation]) -> None:
    table = value_trust_actors(ACTORS, RATED, relations)
    whole = table.filter(relation="trust")
    rows = {(who, what): (value, note) for who, what, value, note in whole.select(
        "organisation", "measure", "value", "note").iter_rows()}  # fmt: skip
    assert rows == {
        ("a", "trust"): (3.0, ""),
        ("a", "trust_raters"): (1.0, ""),
        ("a", "trust_given_1"): (2.0, ""),
        ("a", "trust_withheld_1"): (1.0, ""),
        ("b", "trust"): (8 / 3, ""),
        ("b", "trust_raters"): (2.0, ""),  # a rated two items, and is one rater
        ("b", "trust_given_1"): (5.0, ""),  # a: 4 and 3 of 1–4
        ("b", "trust_given_2"): (0.0, ""),
        ("b", "trust_withheld_1"): (3.0, ""),  # c: 1
        ("b", "trust_withheld_2"): (1.0, ""),
        ("c", "trust"): (2.0, ""),
        ("c", "trust_raters"): (1.0, ""),
        ("c", "trust_given_1"): (1.0, ""),
        ("c", "trust_withheld_1"): (2.0, ""),
    }
    item = table.filter(relation="trust_openness", measure="trust")
    assert dict(item.select("organisation", "note").iter_rows()) == {"a": "no_ratings", "b": "", "c": "no_ratings"}
    assert table.select("region", "wave", "relation", "organisation", "measure").is_unique().all()


def test_value_and_trust_are_apart_and_ties_are_left_alone(relations: dict[str, Relation]) -> None:
    ties = pl.concat([
        rated(value_power=((None, 4, None), (), ()), collaboration=((0, 4, 0), (0, 0, 0), (0, 0, 0))),
        RATED,
    ])  # fmt: skip
    found = estimates(value_trust_indicators(ACTORS, ties, relations))
    assert found["partner_value", ""] == 4
    assert {category for _, category in found} == {"", "value_power", "trust_reliability", "trust_openness"}
    assert of_kind(ties, relations, "tie")["relation"].unique().to_list() == ["collaboration"]
    assert set(of_kind(ties, {}, "tie")["relation"]) == set(ties["relation"])  # what no codebook knows is a tie


def test_rating_out_of_range_leaves_no_mean(relations: dict[str, Relation]) -> None:
    ties = rated(trust_mission=((None, 0, 3), (4, None, None), ()))
    table = value_trust_indicators(ACTORS, ties, relations)
    assert table["estimate"].null_count() == table.height
    assert table["note"].unique().to_list() == ["ratings_out_of_range"]
    actors = value_trust_actors(ACTORS, ties, relations).filter(measure="trust")
    assert actors["value"].null_count() == actors.height


def test_items_with_different_ranges_have_no_common_mean() -> None:
    items = {key: Relation(key=key, title={"fi": key}, kind="value", range=(1, high)) for key, high in
             (("one", 4), ("other", 5))}  # fmt: skip
    ties = rated(one=((None, 4, None), (), ()), other=((None, 5, None), (), ()))
    table = value_trust_indicators(ACTORS, ties, items)
    told = dict(table.filter(indicator="partner_value").select("category", "note").iter_rows())
    assert told == {"": "different_ranges", "one": "", "other": ""}


def test_wrong_ratings_are_refused(relations: dict[str, Relation]) -> None:
    for ties, words in (
        (RATED.with_columns(target=pl.col("source")), "rates itself"),
        (RATED.with_columns(directed=pl.lit(value=False)), "no direction"),
        (pl.concat([RATED, RATED.head(1)]), "stand twice"),
        (RATED.with_columns(target=pl.lit("z")), "not in the table"),
    ):
        with pytest.raises(ContractError, match=words):
            value_trust_indicators(ACTORS, ties, relations)


def test_nobody_asked(relations: dict[str, Relation]) -> None:
    assert value_trust_indicators(ACTORS, RATED.clear(), relations).is_empty()
    assert value_trust_actors(ACTORS.clear(), RATED.clear(), relations).is_empty()
