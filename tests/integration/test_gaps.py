"""Reports that are missing, and networks of which little can be said: values by hand, reasons, clear errors."""

from itertools import permutations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sujuva.errors import ContractError, ParameterError
from sujuva.integration import (
    Network,
    TieRule,
    confirmed_ties,
    ei_tests,
    network_actors,
    network_indicators,
    qap_tests,
    reported_ties,
    sociomatrices,
)
from sujuva.integration import centralization as central
from sujuva.integration import measures as m
from sujuva.integration.ties import reported, standing
from sujuva.tidy import TIDY

NAN = float("nan")


def organisations(names: str, sector: str | None = None) -> pl.DataFrame:
    schema = {"region": pl.String, "organisation": pl.String, "name": pl.String, "sector": pl.String}
    rows = [("oulu", name, name, sector or name) for name in names]
    return pl.DataFrame(rows, schema=schema, orient="row")


def rated(rows: list[tuple[str, str, int | None]], *, directed: bool = True) -> pl.DataFrame:
    schema = {"source": pl.String, "target": pl.String, "observed": pl.Int16}
    return pl.DataFrame(rows, schema=schema, orient="row").select(
        pl.lit("oulu").alias("region"),
        pl.lit(2022, dtype=pl.Int32).alias("wave"),
        pl.lit("work").alias("relation"),
        pl.all(),
        pl.lit(directed).alias("directed"),
    )


def found(table: pl.DataFrame, indicator: str) -> tuple[float | None, str]:
    return table.filter(indicator=indicator, category="").select("estimate", "note").row(0)


def one_network(names: str, ties: pl.DataFrame, rule: TieRule) -> tuple[Network, Network]:
    (matrix,) = sociomatrices(organisations(names), ties, unlisted=rule.unlisted)
    return standing(matrix, rule), reported(matrix, rule)


def test_matrix_has_ratings_in_their_cells() -> None:
    ties = rated([("b", "a", 3), ("a", "c", 0)])
    (auto,) = sociomatrices(organisations("cab"), ties)
    assert auto.organisations == auto.sectors == ("a", "b", "c")
    np.testing.assert_array_equal(auto.observed, [[NAN, NAN, 0], [3, NAN, NAN], [NAN, NAN, NAN]])
    assert np.isnan(auto.expected).all()
    assert auto.levels == (None, None, None)
    (none,) = sociomatrices(organisations("cab"), ties, unlisted="none")
    np.testing.assert_array_equal(none.observed, [[NAN, 0, 0], [3, NAN, 0], [0, 0, NAN]])
    (listed,) = sociomatrices(organisations("cab"), ties.filter(pl.col("observed") > 0))
    np.testing.assert_array_equal(listed.observed, none.observed)
    (missing,) = sociomatrices(organisations("cab"), ties.filter(pl.col("observed") > 0), unlisted="missing")
    assert np.isfinite(missing.observed).sum() == 1


def test_matrix_of_pairs_is_symmetric_with_the_higher_of_two_ratings() -> None:
    ties = rated([("b", "a", 3), ("a", "b", 1), ("a", "c", 0)], directed=False)
    (made,) = sociomatrices(organisations("abc"), ties)
    np.testing.assert_array_equal(made.observed, [[NAN, 3, 0], [3, NAN, NAN], [0, NAN, NAN]])


def test_expected_ratings_stand_in_their_own_matrix() -> None:
    ties = rated([("a", "b", 1), ("b", "a", 0)]).with_columns(expected=pl.Series([4, None], dtype=pl.Int16))
    (made,) = sociomatrices(organisations("abc"), ties, unlisted="none")
    np.testing.assert_array_equal(made.expected, [[NAN, 4, NAN], [NAN, NAN, NAN], [NAN, NAN, NAN]])  # as listed


def test_pair_rated_twice_counts_once_with_its_higher_rating() -> None:
    twice = rated([("a", "b", 1), ("a", "b", 3), ("b", "a", 3)])
    once = rated([("a", "b", 3), ("b", "a", 3)])
    assert network_indicators(organisations("abc"), twice, TieRule()).equals(
        network_indicators(organisations("abc"), once, TieRule())
    )


def test_missing_reports_are_in_no_fraction() -> None:
    # c reported nothing: of six ordered pairs four are known, with three ties.
    ties = rated([("a", "b", 3), ("b", "a", 2), ("a", "c", 2), ("b", "c", 0)])
    table = network_indicators(organisations("abc"), ties, TieRule())
    assert found(table, "network_density") == (3 / 4, "missing_ratings")
    assert found(table, "network_reciprocity_dyad") == (1.0, "missing_ratings")  # a and b; c's pairs are left out
    assert found(table, "network_reciprocity_arc") == (1.0, "missing_ratings")
    # Two-paths: b→a→c is not closed (b says so); what leads through c or from c is not known.
    assert found(table, "network_transitivity") == (0.0, "missing_ratings")
    assert found(table, "network_path_length") == (1.25, "missing_as_no_tie")  # b→a→c is 2
    assert found(table, "network_actors") == (3.0, "")
    # Out: a has 2 of 2, b 1 of 2, c was not heard: (0 + 1/2)/(2 − 1).
    assert found(table, "network_centralization_out") == (0.5, "missing_ratings")
    # In: a 1 of 1, b 1 of 1, c 1 of 2.
    assert found(table, "network_centralization_in") == (0.25, "missing_ratings")


@pytest.mark.parametrize(
    ("here", "there", "either", "both"),
    [  # what a says of b and b of a: known and tied (a→b) on one's word, and known and tied on the word of both
        (3, 3, (True, True), (True, True)),
        (3, 0, (True, True), (True, False)),
        (3, None, (True, True), (False, False)),
        (0, None, (True, False), (True, False)),
        (0, 0, (True, False), (True, False)),
        (None, 3, (False, False), (False, False)),
        (None, 0, (False, False), (True, False)),
        (1, None, (True, True), (False, False)),  # nobody says anything but 1, which is yes then
        (1, 2, (True, False), (True, False)),  # reported, but below what counts as a tie
    ],
)
def test_what_is_known_of_a_pair(here, there, either, both) -> None:
    given_ = [(one, other, value) for one, other, value in (("a", "b", here), ("b", "a", there)) if value is not None]
    ties = rated(given_)
    for confirmation, expected in (("either", either), ("both", both)):
        network, _ = one_network("ab", ties, TieRule(confirmation=confirmation, unlisted="missing"))
        assert (bool(network.known[0, 1]), bool(network.adjacency[0, 1])) == expected, confirmation


def test_degree_centralization_is_divided_by_the_most_it_could_be_with_these_reports() -> None:
    # Of b and c it is not known whether they are tied: they have 2 pairs each, a and d have 3.
    names = dict.fromkeys("abcd", "x")
    ties = [("a", "b"), ("a", "c"), ("a", "d")]
    assert central.centralization_degree(Network.of(names, ties, directed=False)).value == 1
    # A star around b would have the shares 1, 1/3, 0 and 1/3, and that is the most: 7/3.
    star = Network.of(names, [("b", "a"), ("b", "d")], directed=False, unknown=[("c", "b")])
    assert central.centralization_degree(star).value == pytest.approx(1)
    # The one around a has 1, 1/2, 1/2 and 1/3: 5/3.
    gap = Network.of(names, ties, directed=False, unknown=[("c", "b")])
    assert central.centralization_degree(gap).value == pytest.approx(5 / 7)


@settings(max_examples=60)
@given(st.integers(0, 6), st.booleans(), st.sampled_from(["either", "both"]), st.randoms(use_true_random=False))
def test_measures_stay_in_their_range_whatever_is_missing(count, directed, confirmation, random) -> None:
    names = "abcdef"[:count]
    pairs = [(i, j) for i, j in permutations(names, 2) if directed or i < j]
    ties = rated([(i, j, random.randint(0, 3)) for i, j in pairs if random.random() < 0.6], directed=directed)
    rule = TieRule(confirmation=confirmation, unlisted="missing")
    table = network_indicators(organisations(names), ties, rule)
    assert table.schema == TIDY
    assert not table["estimate"].is_nan().any()
    assert table.filter(pl.col("estimate").is_null() & (pl.col("note") == "")).is_empty()
    shares = pl.col("indicator").str.contains("density|reciprocity|centralization|transitivity|clustering|fragment")
    assert table.filter(shares)["estimate"].drop_nulls().is_between(-1e-12, 1 + 1e-12).all()
    actors = network_actors(organisations(names), ties, rule)
    assert not actors["value"].is_nan().any()
    assert actors.filter(pl.col("value").is_null() & (pl.col("note") == "")).is_empty()


@settings(max_examples=30)
@given(st.sets(st.sampled_from(list(permutations("abcde", 2)))), st.sampled_from(["either", "both"]))
def test_where_all_is_listed_it_does_not_matter_what_unlisted_means(ties, confirmation) -> None:
    table = rated([(i, j, 3 * ((i, j) in ties)) for i, j in permutations("abcde", 2)])
    made = [
        network_indicators(organisations("abcde"), table, TieRule(confirmation=confirmation, unlisted=unlisted))
        for unlisted in ("auto", "missing", "none")
    ]
    assert made[0].equals(made[1])
    assert made[0].equals(made[2])
    stands = confirmed_ties(table, TieRule(confirmation=confirmation)).select("source", "target").rows()
    network, _ = one_network("abcde", table, TieRule(confirmation=confirmation))
    assert {("abcde"[i], "abcde"[j]) for i, j in network.arcs} == set(stands)


def test_who_listed_zeros_once_lists_every_pair_in_the_other_waves_too() -> None:
    # In 2023 nobody rates 0 any more: b's missing report has not become "no tie" thereby.
    before = rated([("a", "b", 3), ("b", "a", 0)])
    after = rated([("a", "b", 3)]).with_columns(wave=pl.lit(2023, pl.Int32))
    found = network_indicators(organisations("ab"), pl.concat([before, after]), TieRule())
    density = found.filter(indicator="network_density").sort("wave")
    assert density["estimate"].to_list() == [0.5, 1.0]
    alone = network_indicators(organisations("ab"), after, TieRule()).filter(indicator="network_density")
    assert alone["estimate"].to_list() == [0.5]  # a list of ties alone


@pytest.mark.parametrize("directed", [True, False])
def test_network_of_which_nobody_reported_has_no_value(directed) -> None:
    ties = rated([("a", "b", None)], directed=directed)
    for unlisted in ("auto", "missing", "none"):
        table = network_indicators(organisations("abc"), ties, TieRule(unlisted=unlisted))
        left = table.filter(pl.col("estimate").is_not_null())
        assert left["indicator"].to_list() == ["network_actors"]
        assert set(table.filter(pl.col("estimate").is_null())["note"]) == {"no_ratings"}


def test_one_actor_and_no_actor() -> None:
    ties = rated([("a", "b", 3)])
    with pytest.raises(ContractError, match="1 ties lead to an actor"):
        network_indicators(organisations("a"), ties, TieRule())
    for names in ("", "a"):
        empty = Network.of(dict.fromkeys(names, "x"), [], directed=True)
        assert m.density(empty) == m.Measure(None, "few_actors")
    assert network_indicators(organisations(""), ties.clear(), TieRule()).is_empty()
    assert network_actors(organisations(""), ties.clear(), TieRule()).is_empty()


def test_relation_in_which_all_rate_zero() -> None:
    ties = rated([(i, j, 0) for i, j in permutations("abcd", 2)])
    table = network_indicators(organisations("abcd"), ties, TieRule())
    assert found(table, "network_density") == (0.0, "")
    assert found(table, "network_fragmentation") == (1.0, "")
    assert found(table, "network_components") == (4.0, "")
    for indicator in ("ei_sector", "reciprocity_dyad", "path_length", "diameter", "core_fit", "core_size"):
        assert found(table, f"network_{indicator}") == (None, "no_ties"), indicator
    assert found(table, "network_centralization_closeness") == (None, "disconnected")
    assert ei_tests(organisations("abcd"), ties, TieRule())["note"].to_list() == ["no_ties"]


def test_complete_network_and_one_sector() -> None:
    ties = rated([(i, j, 4) for i, j in permutations("abcd", 2)])
    table = network_indicators(organisations("abcd", "x"), ties, TieRule())
    assert found(table, "network_density") == (1.0, "")
    assert found(table, "network_clustering") == (1.0, "")
    assert found(table, "network_core_fit") == (None, "all_tied")
    assert found(table, "network_centralization_closeness") == (0.0, "")
    assert found(table, "network_ei_sector") == (-1.0, "one_sector")
    assert ei_tests(organisations("abcd", "x"), ties, TieRule()).select("p", "note").row(0) == (None, "one_sector")


@pytest.mark.parametrize("compute", [network_indicators, network_actors, ei_tests])
def test_ties_that_cannot_be_are_refused_without_naming_anyone(compute) -> None:
    actors = organisations("ab")
    for row, message in (
        (("a", "a", 2), "tie with itself"),
        (("a", "secret", 2), "1 ties lead to an actor"),
        (("a", "b", 11), "1 ratings in observed are not between 0 and 10"),
        (("a", "b", -1), "1 ratings in observed are not between 0 and 10"),
    ):
        with pytest.raises(ContractError, match=message) as caught:
            compute(actors, rated([row]), TieRule())
        assert "secret" not in str(caught.value)
    with pytest.raises(ContractError, match="tie with itself"):
        reported_ties(rated([("a", "a", 2)]), TieRule())
    with pytest.raises(ContractError, match="tie with itself"):
        qap_tests(actors, rated([("a", "a", 2)]))


def test_word_for_pairs_without_a_row_is_checked() -> None:
    with pytest.raises(ParameterError, match="Did you mean 'missing'"):
        TieRule(unlisted="mising")  # type: ignore[arg-type]


def test_actor_who_did_not_report_has_no_out_degree() -> None:
    ties = rated([("a", "b", 3), ("b", "a", 0), ("a", "c", 2), ("b", "c", 0)])
    table = network_actors(organisations("abc"), ties, TieRule())
    cells = {(name, measure): (value, note) for *_, name, measure, value, note in table.iter_rows()}
    assert cells["c", "degree_out"] == (None, "no_ratings")
    assert cells["c", "degree_in"] == (1.0, "")
    assert cells["a", "degree_out"] == (2.0, "")
    assert cells["a", "degree_in"] == (0.0, "missing_ratings")
    assert cells["c", "ei"] == (1.0, "missing_ratings")


@pytest.mark.parametrize(
    ("here", "there", "tied", "known"),
    [
        (3, 3, True, True),
        (3, 0, False, True),
        (3, None, False, False),
        (0, None, False, True),  # one known no is enough: the other's word could not make it a tie
        (None, 0, False, True),
        (None, None, False, False),
    ],
)
def test_confirmed_pair_is_known_by_one_no(here, there, tied, known) -> None:
    given_ = [(one, other, value) for one, other, value in (("a", "b", here), ("b", "a", there)) if value is not None]
    ties = rated([*given_, ("a", "c", 0), ("c", "a", 0), ("b", "c", 0), ("c", "b", 0)])
    rule = TieRule(confirmation="both", unlisted="missing")
    (matrix,) = sociomatrices(organisations("abc"), ties, unlisted="missing")
    for made in (standing(matrix, rule), standing(matrix, rule).undirected()):
        assert not made.directed
        assert (bool(made.adjacency[0, 1]), bool(made.adjacency[1, 0])) == (tied, tied)
        assert (bool(made.known[0, 1]), bool(made.known[1, 0])) == (known, known)
        assert not made.known.diagonal().any()


def test_notes_of_the_measures_of_actors_beside_a_silent_one() -> None:
    """c reported nothing. Arcs: a→b, b→a and a→c; b denies one to c; of c's own to a and b nothing is known."""
    ties = rated([("a", "b", 3), ("b", "a", 2), ("a", "c", 2), ("b", "c", 0)])
    table = network_actors(organisations("abc"), ties, TieRule())
    cells = {(name, measure): (value, note) for *_, name, measure, value, note in table.iter_rows()}
    assert {key: cell for key, cell in cells.items() if key[1].startswith("degree")} == {
        ("a", "degree_in"): (1, "missing_ratings"),
        ("a", "degree_out"): (2, ""),
        ("a", "degree_total"): (3, "missing_ratings"),
        ("b", "degree_in"): (1, "missing_ratings"),
        ("b", "degree_out"): (1, ""),
        ("b", "degree_total"): (2, "missing_ratings"),
        ("c", "degree_in"): (1, ""),
        ("c", "degree_out"): (None, "no_ratings"),
        ("c", "degree_total"): (1, "missing_ratings"),
    }
    on_paths = {"betweenness", "closeness", "constraint"}
    for (_, measure), (value, note) in cells.items():
        if not measure.startswith("degree") and value is not None:
            assert note == ("missing_as_no_tie" if measure in on_paths else "missing_ratings"), measure
    assert cells["a", "betweenness"] == (0.5, "missing_as_no_tie")  # on b→a→c, of two ways that could lead through it
    assert cells["a", "broker_liaison"] == (1, "missing_ratings")  # b→a→c, which b does not close
    assert cells["b", "ei"] == (1, "missing_ratings")


def test_total_degree_is_complete_where_both_directions_are_known() -> None:
    heard = rated([(one, other, 0) for one, other in permutations("abc", 2)])
    table = network_actors(organisations("abc"), heard, TieRule()).filter(measure="degree_total")
    assert table.select("value", "note").rows() == [(0.0, "")] * 3


def test_reciprocity_says_whether_ties_or_reports_are_missing() -> None:
    every: list[tuple[str, str, int | None]] = [(one, other, 0) for one, other in permutations("abc", 2)]
    for rows, note in (
        (every, "no_ties"),
        (every[:-1], "no_ties"),  # of a and b it is known that neither is tied to the other
        ([("a", "b", 3)], "no_ratings"),  # no pair has the word of both
    ):
        table = network_indicators(organisations("abc"), rated(rows), TieRule(unlisted="missing"))
        for indicator in ("network_reciprocity_dyad", "network_reciprocity_arc"):
            assert found(table, indicator) == (None, note)


def test_density_without_a_known_pair_says_so() -> None:
    silent = Network.of(dict.fromkeys("ab", "x"), [], directed=False, unknown=[("a", "b")])
    assert m.density(silent) == m.Measure(None, "no_ratings")
