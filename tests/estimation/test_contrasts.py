"""Linear combinations of means: what they are, what hinders them, and the laws they keep."""

import statistics
from fractions import Fraction

import polars as pl
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from sujuva.errors import ContractError, ParameterError
from sujuva.estimation import Domain, Term, contrast, estimate_scores, index_moments, ratio
from sujuva.estimation.interval import FEW_CLUSTERS, FEW_DEGREES, NO_SCORES, NO_VARIATION, ONE_PERSON
from sujuva.moments import SCORES, score_moments, score_pairs

SCHEMA = {
    "wave": pl.Int32, "region": pl.String, "stratum": pl.String, "unit": pl.String, "informant": pl.String,
    "gender": pl.String, "weight": pl.Int64, "score": pl.Int64,
}  # fmt: skip
PERSON = st.fixed_dictionaries(
    {
        "wave": st.sampled_from([2022, 2023]),
        "region": st.sampled_from(["oulu", "tampere"]),
        "stratum": st.sampled_from(["1", "2"]),
        "unit": st.sampled_from(["a", "b", "c"]),
        "informant": st.just("self"),
        "gender": st.sampled_from(["girl", "boy", None]),
        "weight": st.integers(1, 10**9),
        "score": st.none() | st.integers(-40, 8500),
    }
).map(lambda one: one | {"stratum": f"{one['region']} {one['stratum']}"})
PEOPLE = st.lists(PERSON, min_size=4, max_size=40)


def indexed(people, *, linked=True, decimals=0):
    persons = pl.DataFrame(people, schema=SCHEMA).lazy()
    settings = {"design": persons, "groups": ["gender"]}
    scores = score_moments(persons, {"score": decimals}, weight_decimals=0, **settings)
    pairs = score_pairs(persons, {"score": decimals}, linked_units=linked, **settings)
    return index_moments(scores, pairs, linked_units=linked)


def person(score, **own):
    base = {"wave": 2022, "region": "oulu", "stratum": "1", "unit": "a", "informant": "self", "gender": "girl"}
    return base | {"weight": 1, "score": score} | own


def domain(wave=2022, group="all", regions=("network",)):
    return Domain("self", "score", wave, regions, group)


GIRLS, BOYS = domain(group="gender:girl"), domain(group="gender:boy")
GAP = [Term(1, GIRLS), Term(-1, BOYS)]
CHANGE = [Term(1, domain(2023)), Term(-1, domain(2022))]


def test_pairs_of_children_are_the_paired_t_test():
    """A girl and a boy in each cluster: the error of the gap is that of the differences within clusters."""
    girls, boys = [4, 7, 9, 5, 8], [3, 7, 6, 5, 9]
    people = [person(score, unit=str(unit)) for unit, score in enumerate(girls)]
    people += [person(score, unit=str(unit), gender="boy") for unit, score in enumerate(boys)]
    made = contrast(GAP, indexed(people))
    differences = [girl - boy for girl, boy in zip(girls, boys, strict=True)]
    assert made.estimate == pytest.approx(statistics.mean(differences), rel=1e-15)
    assert made.se == pytest.approx(statistics.stdev(differences) / 5**0.5, rel=1e-14)
    assert (made.df, made.n, made.clusters, made.note) == (4, (5, 5), 5, FEW_DEGREES)
    assert made.p == pytest.approx(0.4263172, abs=1e-7)  # R: t.test(girls, boys, paired = TRUE)


def test_the_same_cluster_at_two_waves_is_one_or_two():
    people = [person(score, unit=str(unit)) for unit, score in enumerate([4, 7, 9, 5, 8])]
    people += [person(score + 1, unit=str(unit), wave=2023) for unit, score in enumerate([4, 7, 9, 5, 9])]
    linked, anew = contrast(CHANGE, indexed(people)), contrast(CHANGE, indexed(people, linked=False))
    assert linked.estimate == anew.estimate == pytest.approx(1.2)
    assert linked.se == pytest.approx(statistics.stdev([1, 1, 1, 1, 2]) / 5**0.5, rel=1e-14)
    variances = statistics.variance([4, 7, 9, 5, 8]) + statistics.variance([5, 8, 10, 6, 10])
    assert anew.se == pytest.approx((variances / 5) ** 0.5, rel=1e-14)
    welch = scipy.stats.ttest_ind([4, 7, 9, 5, 8], [5, 8, 10, 6, 10], equal_var=False).df
    assert (linked.df, anew.df) == pytest.approx((4, welch), rel=1e-12)
    assert (linked.clusters, anew.clusters) == (5, 10)


def test_one_mean_is_what_estimate_scores_says():
    people = [
        person(score, unit=unit, weight=weight) for score, unit, weight in [(4, "a", 3), (9, "b", 1), (5, "b", 2)]
    ]
    persons = pl.DataFrame(people, schema=SCHEMA).lazy()
    scores = score_moments(persons, {"score": 1}, design=persons, weight_decimals=0)
    wanted = estimate_scores(scores).filter(region="oulu").row(0, named=True)
    made = contrast([Term(1, domain(regions=("oulu",)))], indexed(people, decimals=1))
    assert (made.estimate, made.se, made.df) == (wanted["mean"], wanted["se"], wanted["df"])
    assert (made.ci_low, made.ci_high) == (wanted["ci_low"], wanted["ci_high"])


@pytest.mark.parametrize(
    ("people", "note", "there"),
    [
        ([person(1), person(None, gender="boy")], NO_SCORES, set()),
        ([person(1), person(3, unit="b"), person(2, gender="boy")], ONE_PERSON, {"estimate"}),
        ([person(s, gender=g) for s, g in zip([1, 2, 3, 5], ["girl", "boy"] * 2, strict=True)], FEW_CLUSTERS,
         {"estimate"}),
        ([person(2), person(2, unit="b"), person(1, gender="boy"), person(4, unit="b", gender="boy")], NO_VARIATION,
         {"estimate"}),
        # Both groups vary, but every cluster shows the same difference.
        ([person(1), person(3, unit="b"), person(2, gender="boy"), person(4, unit="b", gender="boy")], NO_VARIATION,
         {"estimate"}),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_missing_with_a_note(people, note, there):
    made = contrast(GAP, indexed(people))
    assert made.note == note
    assert {name for name in ("estimate", "se", "df", "ci_low", "ci_high", "p") if getattr(made, name) is not None} == (
        there
    )


def test_what_cannot_be_combined_is_refused():
    people = [person(s, unit=u, wave=w) for s, u, w in [(1, "a", 2022), (2, "b", 2022), (3, "a", 2023), (4, "b", 2024)]]
    moments = indexed(people)
    with pytest.raises(ParameterError, match="at least one"):
        contrast([], moments)
    with pytest.raises(ParameterError, match="twice"):
        contrast([Term(1, GIRLS), Term(-1, GIRLS)], moments)
    with pytest.raises(ParameterError, match="at most two waves"):
        contrast([Term(1, domain(wave)) for wave in (2022, 2023, 2024)], moments)
    with pytest.raises(ParameterError, match="network holds the regions"):
        contrast([Term(1, domain()), Term(-1, domain(regions=("oulu",)))], moments)
    with pytest.raises(ParameterError, match="one scale and informant"):
        contrast([Term(1, domain()), Term(-1, Domain("parent", "score", 2022, ("network",)))], moments)
    with pytest.raises(ParameterError, match="between 0 and 1"):
        contrast(CHANGE, moments, confidence=95)
    with pytest.raises(ContractError, match="pairs"):
        contrast([Term(1, domain()), Term(-1, GIRLS)], moments)
    with pytest.raises(ContractError, match="cyw"):
        index_moments(pl.DataFrame(schema=SCORES), pl.DataFrame(schema={"region": pl.String}))


def test_three_waves_are_fine_where_every_wave_is_drawn_anew():
    people = [person(s, unit=u, wave=w) for w in (2022, 2023, 2024) for s, u in [(w % 7, "a"), (w % 5, "b"), (1, "c")]]
    made = contrast([Term(Fraction(1, 2), domain(2022)), Term(Fraction(1, 2), domain(2023)), Term(-1, domain(2024))],
                    indexed(people, linked=False))  # fmt: skip
    # Six at most; the wave with twice the factor counts four times as much (Satterthwaite).
    assert 2 <= made.df < 6
    assert made.n == (3, 3, 3)


def values(made):
    return (made.estimate, made.se, made.df, made.ci_low, made.ci_high, made.p, made.clusters, made.note)


@settings(max_examples=25)
@given(PEOPLE, st.randoms(), st.integers(2, 1000))
def test_neither_the_order_of_rows_nor_the_scale_of_the_weights_matters(people, random, factor):
    shuffled = [one | {"weight": one["weight"] * factor} for one in people]
    random.shuffle(shuffled)
    one, other = indexed(people), indexed(shuffled)
    assert all(contrast(terms, one) == contrast(terms, other) for terms in (GAP, CHANGE))


@settings(max_examples=25)
@given(PEOPLE)
def test_doubling_every_person_and_halving_the_weights_changes_nothing_but_n(people):
    even = [one | {"weight": 2 * one["weight"]} for one in people if one["score"] is not None]
    halves = [one | {"weight": one["weight"] // 2} for one in even for _ in range(2)]
    for terms in (GAP, CHANGE):
        one, two = contrast(terms, indexed(even)), contrast(terms, indexed(halves))
        assert two.n == tuple(2 * n for n in one.n)
        if ONE_PERSON not in (one.note, two.note):
            assert values(one) == values(two)


@settings(max_examples=25)
@given(PEOPLE, st.integers(-500, 500), st.integers(2, 9))
def test_a_constant_added_changes_no_difference_and_a_factor_scales_it(people, constant, factor):
    moved = [one | {"score": None if one["score"] is None else factor * one["score"] + constant} for one in people]
    for terms in (GAP, CHANGE):
        one, other = contrast(terms, indexed(people)), contrast(terms, indexed(moved))
        assert (one.note, one.n) == (other.note, other.n)
        assert (one.df is None) == (other.df is None)
        assert one.df is None or one.df == pytest.approx(other.df, rel=1e-9)
        if one.se is not None:
            assert (other.estimate, other.se) == pytest.approx((one.estimate * factor, one.se * factor), rel=1e-12)
            assert other.p == pytest.approx(one.p, rel=1e-9)


@settings(max_examples=25)
@given(PEOPLE)
def test_the_other_way_round_the_sign_turns(people):
    moments = indexed(people)
    for terms in (GAP, CHANGE):
        one, other = contrast(terms, moments), contrast([Term(-t.factor, t.domain) for t in terms], moments)
        assert (one.se, one.df, one.p, one.note) == (other.se, other.df, other.p, other.note)
        assert one.estimate is None or one.estimate == -other.estimate
        assert one.ci_low is None or (one.ci_low, one.ci_high) == (-other.ci_high, -other.ci_low)


@settings(max_examples=25)
@given(PEOPLE)
def test_names_of_strata_units_and_groups_do_not_matter(people):
    turned = {"girl": "boy", "boy": "girl", None: None}
    other = [
        one
        | {
            "stratum": f"s{one['stratum'][::-1]}",
            "unit": chr(ord("z") - ord(one["unit"])),
            "gender": turned[one["gender"]],
        }
        for one in people
    ]
    moments, renamed = indexed(people), indexed(other)
    back = [Term(term.factor, domain(group={"gender:girl": "gender:boy"}.get(term.domain.group, "gender:girl")))
            for term in GAP]  # fmt: skip
    assert values(contrast(GAP, moments)) == values(contrast(back, renamed))
    assert values(contrast(CHANGE, moments)) == values(contrast(CHANGE, renamed))


@settings(max_examples=25)
@given(PEOPLE)
def test_regions_taken_together_are_the_network_where_they_share_no_cluster(people):
    moments = indexed(people)
    regions = tuple(sorted({one["region"] for one in people}))
    for terms in (GAP, CHANGE):
        merged = [Term(t.factor, domain(t.domain.wave, t.domain.group, regions)) for t in terms]
        assert values(contrast(terms, moments)) == values(contrast(merged, moments))


@settings(max_examples=25)
@given(PEOPLE)
def test_the_relative_difference_is_the_ratio_of_the_means(people):
    above = [one | {"score": None if one["score"] is None else one["score"] + 41} for one in people]
    moments = indexed(above)
    found, gap = ratio(GIRLS, BOYS, moments), contrast(GAP, moments)
    if gap.estimate is None:
        assert found is None
    else:
        boys = contrast([Term(1, BOYS)], moments).estimate
        assert found[0] == pytest.approx(gap.estimate / boys, rel=1e-9, abs=1e-12)
        assert found[1] is None or found[1] <= found[0] <= found[2]


def test_means_that_are_not_above_zero_have_no_ratio():
    people = [person(0), person(0, unit="b"), person(1, gender="boy"), person(2, unit="b", gender="boy")]
    assert ratio(GIRLS, BOYS, indexed(people)) is None


def sparse(people, drop):
    """The moments without those rows of `pairs` for which `drop` holds."""
    persons = pl.DataFrame(people, schema=SCHEMA).lazy()
    settings = {"design": persons, "groups": ["gender"]}
    scores = score_moments(persons, {"score": 0}, weight_decimals=0, **settings)
    return index_moments(scores, score_pairs(persons, {"score": 0}, **settings).filter(~drop))


def test_waves_without_their_row_in_pairs_are_refused():
    people = [person(score * (wave - 2021), unit=unit, wave=wave) for wave in (2022, 2023)
              for unit, score in zip("abcd", (4, 7, 9, 5), strict=True)]  # fmt: skip
    across = pl.col("wave") != pl.col("other_wave")
    assert contrast(CHANGE, sparse(people, drop=pl.lit(value=False))).se is not None
    with pytest.raises(ContractError, match=r"no row for all of network at wave 202[23] with all of network at wave"):
        contrast(CHANGE, sparse(people, drop=across))
    # Two regions share no product, but the clusters of their common stratum at two waves must be known.
    apart = [one | {"region": "oulu" if one["wave"] == 2022 else "tampere"} for one in people]
    terms = [Term(1, domain(2023, regions=("tampere",))), Term(-1, domain(2022, regions=("oulu",)))]
    with pytest.raises(ContractError, match="lack a row for the waves 2022 and 2023 of a stratum"):
        contrast(terms, sparse(apart, drop=across))


def test_stratum_with_scores_at_one_wave_only_needs_no_row_of_two_waves():
    """The stratum 2 was asked in 2023 alone: its own four units count, by the plan of that wave."""
    people = [person(score * (wave - 2021), unit=unit, wave=wave) for wave in (2022, 2023)
              for unit, score in zip("abcd", (4, 7, 9, 5), strict=True)]  # fmt: skip
    people += [
        person(score, unit=unit, wave=2023, stratum="2") for unit, score in zip("efgh", (1, 2, 9, 4), strict=True)
    ]
    made = contrast(CHANGE, sparse(people, drop=pl.col("stratum") == "2"))
    values = [8, 14, 18, 10, 1, 2, 9, 4]
    later = statistics.mean(values)
    earlier = statistics.mean((4, 7, 9, 5))
    both = [(2 * a - later) / 8 - (a - earlier) / 4 for a in (4, 7, 9, 5)]
    alone = [(a - later) / 8 for a in (1, 2, 9, 4)]
    wanted = sum(4 * statistics.variance(one) for one in (both, alone)) ** 0.5
    assert made.se == pytest.approx(wanted, rel=1e-12)


def test_levels_of_one_column_without_a_row_share_no_cluster():
    """Girls and boys in schools of their own: the errors add up, and other levels must have their row."""
    people = [person(score, unit=unit) for unit, score in zip("abc", (4, 7, 9), strict=True)]
    people += [person(score, unit=unit, gender="boy") for unit, score in zip("def", (5, 8, 1), strict=True)]
    made = contrast(GAP, sparse(people, drop=pl.lit(value=True)))
    # Of six schools three have girls: Σz of their linearised values is 0, so the stratum's variance is 6/5·Σz².
    z = [(score - statistics.mean(group)) / 3 for group in ((4, 7, 9), (5, 8, 1)) for score in group]
    assert made.se == pytest.approx((6 / 5 * sum(one * one for one in z)) ** 0.5, rel=1e-12)
    assert made.clusters == 6
    with pytest.raises(ContractError, match="no row for all of network"):
        contrast([Term(1, domain()), Term(-1, GIRLS)], sparse(people, drop=pl.lit(value=True)))


def test_products_are_turned_with_their_domains():
    people = [person(score, unit=unit, weight=weight, gender=gender) for unit, score, weight, gender in (
        ("a", 4, 3, "girl"), ("a", 7, 1, "boy"), ("b", 9, 2, "girl"), ("b", 5, 5, "boy"))]  # fmt: skip
    moments = indexed(people)
    one, other = (moments.products(*pair, region="network", stratum="1") for pair in ((GIRLS, BOYS), (BOYS, GIRLS)))
    # Σ T_w·T'_wy over the two units: of the girls' weights with the boys' scores, and the other way round.
    assert (one.cww, one.cwy, one.cyw, one.cyy) == (3 * 1 + 2 * 5, 3 * 7 + 2 * 25, 12 * 1 + 18 * 5, 12 * 7 + 18 * 25)
    assert (other.cwy, other.cyw, other.cyy) == (one.cyw, one.cwy, one.cyy)
