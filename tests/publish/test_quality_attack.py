"""An attack on the published shares of data quality, by an integer program that knows nothing of how they were made.

The attacker knows how many were asked and how many have a score, every published share and what its class means, and
that counts are whole. No count that is in truth 1 … 4 may be narrowed down below that.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from sujuva.publish import Privacy
from sujuva.publish.audit import Audit
from sujuva.publish.quality import FLAGS_SCHEMA, ITEMS_SCHEMA, suppress_flags, suppress_items
from sujuva.publish.response import RESPONSE_SCHEMA, suppress_response
from sujuva.publish.rules import clear
from tests.publish.test_attack import FREE, THRESHOLD, Attack

SERIES = ["instrument", "informant", "wave"]


def seen(marked):
    """What readers get of a table: nothing in place of what is hidden."""
    return clear(marked, "quality_items")


def told_range(row, width):
    """What a proportion can be that is shown as `estimate` with `bound`, in steps of `width`."""
    if row["estimate"] is None:
        return 0.0, 1.0
    if row["bound"] == "below":
        return 0.0, row["estimate"]
    if row["bound"] == "above":
        return row["estimate"], 1.0
    return row["estimate"] - width / 2, row["estimate"] + width / 2


def tell(attack, part, whole, row, width):
    """Add a published share of the sum `part` of a known number."""
    low, high = told_range(row, width)
    attack.rule(dict.fromkeys(part, 1.0), low * whole - 1e-6, high * whole + 1e-6)
    if row["estimate"] is not None and not row["bound"]:
        attack.rule(dict.fromkeys(part, 1.0), THRESHOLD, max(whole - THRESHOLD, THRESHOLD))


def random_items(seed, regions):
    rng = np.random.default_rng(seed)
    rows = []
    for region in range(regions):
        size = int(rng.integers(30, 400))
        for item in range(1, 6):
            kind = rng.choice(["few", "some", "most", "none"], p=[0.6, 0.2, 0.1, 0.1])
            blank = {"few": rng.integers(1, 5), "some": rng.integers(5, size // 3), "most": size - rng.integers(1, 5)}
            rows.append(("form", 2022, f"r{region}", item, size, int(blank.get(kind, 0))))
    return pl.DataFrame(rows, schema=ITEMS_SCHEMA, orient="row")


def narrowed_items(items, out):
    """Small counts of blanks (or of answers) that the published shares narrow down."""
    attack = Attack()
    size = {(row["region"], row["item"]): row["n"] for row in items.iter_rows(named=True)}
    for key, n in size.items():
        attack.count(key, 0, n)
    for row in out.iter_rows(named=True):
        mine = [key for key in size if row["region"] in ("network", key[0]) and row["item"] in (0, key[1])]
        tell(attack, [attack.number[key] for key in mine], sum(size[key] for key in mine), row, 0.01)
    found = []
    for row in items.iter_rows(named=True):
        key, blank, n = (row["region"], row["item"]), row["n_missing"], row["n"]
        wanted = (1, THRESHOLD - 1) if 1 <= blank < THRESHOLD else (n - THRESHOLD + 1, n - 1)
        if 1 <= blank < THRESHOLD or 1 <= n - blank < THRESHOLD:
            low, high = attack.range_of(key)
            if low > wanted[0] or high < wanted[1]:
                found.append(key)
    return found


@pytest.mark.parametrize("regions", [1, 2, 4])
@pytest.mark.parametrize("seed", range(6))
def test_blank_answers_of_a_few_cannot_be_narrowed_down(seed, regions):
    items = random_items(seed, regions)
    assert narrowed_items(items, seen(suppress_items(items, Privacy()))) == []


def random_response(seed, regions):
    """Response of made-up studies, many with few who did not answer, came, went, or have no score."""
    rng = np.random.default_rng(seed)
    asked = {(wave, region): int(rng.integers(60, 500)) for wave in range(3) for region in range(regions)}
    rows, scored = [], []
    for form in ("a", "b"):
        before: dict[int, int] = {}
        for (wave, region), size in asked.items():
            answered = size - int(rng.integers(0, 8)) if rng.random() < 0.3 else int(size * rng.uniform(0.4, 0.95))
            then = before.get(region)
            lost = None if then is None else int(rng.integers(0, 7)) if rng.random() < 0.4 else then // 3
            again = None if then is None or lost is None else max(min(then - lost, answered), 0)
            rows.append((form, "self", 2020 + wave, f"r{region}", size, answered, then, again))
            before[region] = answered
            scored += [(form, "self", 2020 + wave, f"r{region}", answered - int(rng.integers(0, 7))) for _ in range(2)]
    schema = {"instrument": pl.String, "informant": pl.String, "wave": pl.Int32, "region": pl.String, "n": pl.Int64}
    return pl.DataFrame(rows, schema=RESPONSE_SCHEMA, orient="row"), pl.DataFrame(scored, schema=schema, orient="row")


def narrowed_response(response, scored, out, totals=None):
    """Small counts of persons that the published shares narrow down further than what is known without them."""
    base, attack = Attack(), Attack()
    rows = {(*(row[one] for one in SERIES), row["region"]): row for row in response.iter_rows(named=True)}
    score: dict[tuple, list[int]] = {}
    for *key, n in scored.iter_rows():
        score.setdefault(tuple(key), []).append(n)
    for one in (base, attack):
        for key, row in rows.items():
            one.count(("in", *key), max(score[key]), row["n_respondents"])
        for key, row in rows.items():
            if row["n_again"] is None:
                continue
            then = ("in", *key[:2], key[2] - 1, key[3])
            one.count(("again", *key))
            for other in (then, ("in", *key)):
                one.rule({one.number["again", *key]: 1.0, one.number[other]: -1.0}, -FREE, 0)
    for one in (base, attack):
        for form, total in (totals or {}).items():
            one.rule({one.number["in", *key]: 1.0 for key in rows if key[0] == form}, total, total)
    tell_response(attack, rows, out)
    return [name for name, term, value in small_counts(rows, score, attack) if narrower(base, attack, term, value)]


def tell_response(attack, rows, out):
    """Add what the published shares tell."""
    for row in out.iter_rows(named=True):
        mine = [key for key in rows if list(key[:3]) == [row[one] for one in SERIES]]
        mine = [key for key in mine if row["region"] in ("network", key[3])]
        if row["measure"] == "answered":
            part = [attack.number["in", *key] for key in mine]
            tell(attack, part, sum(rows[key]["n_respondents"] for key in mine), row, 0.05)
            continue
        mine = [key for key in mine if ("again", *key) in attack.number]
        low, high = told_range(row, 0.05)
        for end, sign in ((low, -1.0), (high, 1.0)):
            term = {attack.number["again", *key]: sign for key in mine}
            term |= {attack.number["in", *key[:2], key[2] - 1, key[3]]: -sign * end for key in mine}
            attack.rule(term, -FREE, 1e-6)


def small_counts(rows, score, attack):
    """Every small count as a sum of unknowns, with what is added to it and its true value."""
    for key, row in rows.items():
        here = attack.number["in", *key]
        for n in set(score[key]):
            yield ("no score", key), ({here: 1.0}, -n), row["n_answered"] - n
        yield ("silent", key), ({here: -1.0}, row["n_respondents"]), row["n_respondents"] - row["n_answered"]
        if row["n_again"] is not None:
            again, then = attack.number["again", *key], attack.number["in", *key[:2], key[2] - 1, key[3]]
            yield ("again", key), ({again: 1.0}, 0), row["n_again"]
            yield ("gone", key), ({then: 1.0, again: -1.0}, 0), row["n_before"] - row["n_again"]
            yield ("new", key), ({here: 1.0, again: -1.0}, 0), row["n_answered"] - row["n_again"]


def narrower(base, attack, term, value):
    if not 1 <= value < THRESHOLD:
        return False
    weights, shift = term
    found = []
    for one in (base, attack):
        one.count("aim", -FREE, FREE)
        one.rule({one.number["aim"]: -1.0, **weights}, -shift, -shift)
        low, high = one.range_of("aim")
        found.append((max(low, 1), min(high, THRESHOLD - 1)))
        one.forget("aim")
    return found[0] != found[1]


@pytest.mark.parametrize("ledger", [False, True])
@pytest.mark.parametrize(("seed", "regions"), [(1, 2), (2, 3), (3, 4), (4, 1), (5, 3)])
def test_who_answered_cannot_be_narrowed_down_to_a_few(seed, regions, ledger):
    """Also where the ledger tells exactly how many forms there were in all."""
    response, scored = random_response(seed, regions)
    totals = dict(response.group_by("instrument").agg(pl.col("n_answered").sum()).iter_rows()) if ledger else {}
    out = seen(suppress_response(response, scored, totals, Privacy()))
    assert narrowed_response(response, scored, out, totals) == []
    assert out.filter(suppressed="").height > out.height // 3, "and much is still shown"


def test_the_attack_finds_what_is_not_guarded(monkeypatch):
    """Without the guard, the same shares do give small counts away: the attack is no paper tiger."""

    def nothing(audit, _hidden):
        return np.zeros(len(audit.low), dtype=bool)

    items = random_items(54, 2)
    assert narrowed_items(items, seen(suppress_items(items, Privacy()))) == []
    monkeypatch.setattr(Audit, "narrowed", nothing)
    assert narrowed_items(items, seen(suppress_items(items, Privacy())))
    response, scored = random_response(3, 4)
    assert narrowed_response(response, scored, seen(suppress_response(response, scored, {}, Privacy())))


@pytest.mark.parametrize("count", [0, 1, 4])
def test_flags_of_rows_are_told_of_the_network_and_never_tell_a_few(made, count):
    flags = made.tables["flags"].filter(flag="all_missing", about="who5")
    first = pl.int_range(pl.len()).over("wave") == 0
    flags = flags.with_columns(n=pl.when(first).then(count).otherwise(0).cast(pl.Int64))
    out = suppress_flags(flags, Privacy())
    assert out.height == 3
    assert set(out["region"]) == {"network"}
    assert set(out["bound"]) == {"below"}
    told = flags.group_by("wave").agg(pl.col("looked_at").sum()).join(out, on="wave")
    assert (told["estimate"] * told["looked_at"] > THRESHOLD - 1).all()


def test_all_years_together_are_told_only_where_no_year_is():
    """Regions are added up year by year; a sum over the years beside its years would tell nothing new."""
    rows = [
        ("too_fast", "who5", "", "self", 2023, "oulu", 20),
        ("too_fast", "who5", "", "self", 2023, "turku", 30),
        ("too_fast", "who5", "", "self", 2024, "oulu", 10),
        ("too_fast", "who5", "", "self", 0, "network", 60),
        ("too_fast", "cyrm_r", "", "self", 0, "oulu", 40),
        ("too_fast", "cyrm_r", "", "self", 0, "turku", 20),
    ]
    full = [(*row[:6], "", row[6], 100, None, "made up") for row in rows]
    out = suppress_flags(pl.DataFrame(full, schema=FLAGS_SCHEMA, orient="row"), Privacy())
    assert out.select("about", "wave", "region", "estimate").rows() == [
        ("cyrm_r", 0, "network", 0.3), ("who5", 2023, "network", 0.25), ("who5", 2024, "network", 0.1),
    ]  # fmt: skip


def test_a_finding_on_a_small_group_is_not_told(published):
    flags = published["quality_flags"]
    assert "gender:other" not in set(flags["group"])
    jump = flags.filter(flag="mean_jump").row(0, named=True)
    assert (jump["estimate"], jump["group"]) == (0.8, "")
    assert flags.filter(flag="title_changed")["estimate"].to_list() == [2.0]


@pytest.mark.parametrize(("persons", "rule"), [(5, ""), (4, "small_count")])
def test_items_of_just_the_threshold_of_persons_are_told(persons, rule):
    """Seven items of four persons are twenty-eight answers, but of four."""
    items = pl.DataFrame([("form", 2022, "r", item, persons, 0) for item in range(1, 8)], ITEMS_SCHEMA, orient="row")
    every = suppress_items(items, Privacy()).filter(region="r", item=0)
    assert every["rule"].to_list() == [rule]


def test_findings_begin_with_twice_the_threshold_and_correlations_have_two_decimals():
    rows = [("negative_item", "sdq", "1", 10, -0.2143), ("mean_jump", "who5", "2", 10, 0.8343),
            ("mean_jump", "who5", "3", 9, 0.8343)]  # fmt: skip
    for group in ("", "gender:girl"):
        full = [
            (flag, about, part, "self", 2024, "oulu", group, n, n, value, "") for flag, about, part, n, value in rows
        ]
        out = suppress_flags(pl.DataFrame(full, schema=FLAGS_SCHEMA, orient="row"), Privacy())
        told = dict(zip(out["part"], out.select("estimate", "rule").rows(), strict=True))
        assert (told["1"], told["2"]) == ((-0.21, ""), (0.8, ""))
        assert told.get("3", (0.8, "left out")) == (0.8, "small_count" if not group else "left out")


def test_no_table_of_quality_has_a_number_of_persons(published):
    for name in ("quality_items", "quality_response", "quality_flags"):
        frame = published[name]
        assert frame.height > 0
        assert {"n", "n_missing", "looked_at", "n_answered", "n_respondents", "n_before", "n_again"}.isdisjoint(
            frame.columns
        )
        assert frame.filter(pl.col("suppressed") != "")["estimate"].drop_nulls().is_empty()
    single = published["quality_items"].filter(pl.col("item") > 0)
    assert set(single["region"]) == {"network"}
