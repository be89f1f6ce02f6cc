from __future__ import annotations

import shutil

import polars as pl
import pytest
import yaml
from polars.testing import assert_frame_equal

from sujuva.errors import DisclosureError, SujuvaError
from sujuva.publish import Indicators, Privacy, publish
from sujuva.publish.meta import shown_as
from sujuva.publish.tables import bin_delays, round_books
from sujuva.published import CONTRACTS, KEYS, SHOWN, read_published, require_published, write_published
from sujuva.tidy import KEY
from tests.publish import made_up

TIDY = ["parjaavyys", "integration", "situation"]
BOOKS = ["sources", "ledger", "rules", "areas", "titles"]


def only(made, *names):
    """The indicators with every table but `names` emptied: what is not looked at need not be protected."""
    kept = {*names, *BOOKS}
    return Indicators({name: frame if name in kept else frame.clear() for name, frame in made.tables.items()})


def test_a_hidden_row_carries_no_number(published):
    for name in TIDY:
        hidden = published[name].filter(pl.col("suppressed") != SHOWN)
        assert hidden.height > 0, name
        assert hidden.select(pl.all_horizontal(pl.col(CONTRACTS[name].numbers).is_null()).all()).item()
    bars = published["distributions"].filter(pl.col("suppressed") != SHOWN)["n"]
    assert len(bars) == bars.null_count() > 0


@pytest.mark.parametrize("threshold", [5, 10])
def test_no_small_number_of_persons_or_families_is_shown(made, example_folder, threshold):
    privacy = Privacy(threshold=threshold, rounding=1)
    out = publish(made, input_folder=example_folder, privacy=privacy, regions=made_up.REGIONS, waves=made_up.WAVES)
    for name in ("parjaavyys", "integration"):
        shown = out[name].filter(pl.col("suppressed") == SHOWN, ~pl.col("indicator").str.starts_with("network_"))
        assert shown.filter(pl.col("n").is_between(1, threshold - 1)).is_empty()
        counts = shown.filter(pl.col("indicator").str.starts_with("cases_"))
        assert counts.filter(pl.col("estimate").is_between(1, threshold - 1)).is_empty()
    for name in ("distributions", "delays"):
        assert out[name].filter(pl.col("n").is_between(1, threshold - 1)).is_empty()


def test_a_share_with_few_or_with_almost_all_is_hidden(made, published):
    key = pl.col(KEY)
    exact = (
        made.tables["parjaavyys"].filter(pl.col("indicator") == "band_share").select(key, share="estimate", size="n")
    )
    rows = published["parjaavyys"].join(exact, on=KEY)
    count = (pl.col("share") * pl.col("size")).round()
    small = rows.filter((count < 5) | (pl.col("size") - count < 5))
    assert small.height > 0
    assert small.filter(pl.col("suppressed") == SHOWN).is_empty()


def test_the_smallest_and_the_longest_wait_have_no_row(published, made):
    extremes = pl.col("indicator").is_in(["delay_min", "delay_max"])
    assert made.tables["integration"].filter(extremes).height > 0
    assert published["integration"].filter(extremes).is_empty()


def test_everyone_of_a_region_stays_while_thin_groups_go(published):
    means = published["parjaavyys"].filter(pl.col("indicator") == "score_mean")
    assert means.filter(pl.col("group") == "all", pl.col("suppressed") != SHOWN).is_empty()
    assert "primary" in means.filter(pl.col("group") == "gender:other")["suppressed"].to_list()


def test_a_hidden_group_is_never_alone_among_regions(published, made):
    """With one hidden region, network minus the others would give it back."""
    exact = made.tables["parjaavyys"].select(pl.col(KEY), size="n")
    means = published["parjaavyys"].filter(pl.col("indicator") == "score_mean").join(exact, on=KEY)
    within = ["scale", "informant", "wave", "group"]
    hidden = (
        means.filter(pl.col("suppressed") != SHOWN).group_by(within).agg(pl.len(), small=(pl.col("size") < 5).any())
    )
    assert hidden.filter(pl.col("small")).height > 0
    assert hidden.filter(pl.col("small"), pl.col("len") < 2).is_empty()


def test_counts_are_rounded_and_never_to_nothing(made, example_folder):
    privacy = Privacy(threshold=3, rounding=10)
    out = publish(made, input_folder=example_folder, privacy=privacy, regions=made_up.REGIONS, waves=made_up.WAVES)
    shown = out["parjaavyys"].filter(pl.col("suppressed") == SHOWN)["n"].drop_nulls()
    assert (shown % 10 == 0).all()
    assert (shown >= 10).all()


def test_estimates_have_the_decimals_of_their_scale_or_indicator(published):
    scores = published["parjaavyys"].filter(pl.col("indicator").is_in(["score_mean", "score_sd"]))
    scores = scores.filter(~pl.col("scale").str.starts_with("single_"))  # of yes and no: per cent
    narrow = pl.col("scale").is_in(["sdq_emotional", "sdq_prosocial"])
    for part, places in ((scores.filter(~narrow), 1), (scores.filter(narrow), 2)):
        numbers = part["estimate"].drop_nulls()
        assert (numbers.round(places) == numbers).all()
        assert not (numbers.round(places - 1) == numbers).all()
    shares = published["parjaavyys"].filter(pl.col("indicator") == "band_share")["estimate"].drop_nulls()
    assert (shares.round(3) == shares).all()


def yes_or_no(made, ones):
    """The WHO-5 of everyone and of girls replaced by a scale of 0 and 1, `ones` of 200 a region saying yes."""
    tidy = made.tables["parjaavyys"]
    rows = tidy.filter(scale="who5", group="all").filter(pl.col("indicator").is_in(["score_mean", "score_sd"]))
    count = pl.col("region").replace_strict(ones | {"network": sum(ones.values())}, return_dtype=pl.Float64)
    size = pl.when(pl.col("region") == "network").then(200 * len(ones)).otherwise(200)
    share = count / size
    value = pl.when(pl.col("indicator") == "score_mean").then(share).otherwise((share * (1 - share)).sqrt())
    sides = {"heads": count.cast(pl.Int64), "other_heads": (size - count).cast(pl.Int64)}
    rows = rows.with_columns(scale=pl.lit("sad"), n=size.cast(pl.Int64), estimate=value, **sides)
    first = made.tables["distributions"].filter(
        pl.col("scale") == "who5", pl.col("group") == "all", pl.col("bin_low") < 20
    )
    bars = first.with_columns(scale=pl.lit("sad"), bin_low=pl.col("bin_low") / 10, bin_high=pl.col("bin_low") / 10)
    bars = bars.with_columns(n=pl.when(pl.col("bin_low") == 1).then(count).otherwise(size - count).cast(pl.Int64))
    return Indicators(only(made).tables | {"parjaavyys": rows, "distributions": bars})


@pytest.fixture(scope="module")
def sad_folder(example_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sad") / "input"
    shutil.copytree(example_folder, folder)
    text = {"fi": "Surullinen"}
    scale = {"key": "sad", "title": text, "items": [1], "range": [0, 1], "higher_is_better": False}
    book = {"key": "sad", "title": text, "items": 1, "response": [0, 1], "scales": [scale]}
    book |= {"licence": "free", "citation": "made up"}
    (folder / "codebooks" / "instruments" / "sad.yaml").write_text(yaml.safe_dump(book), encoding="utf-8")
    return folder


def test_the_mean_of_yes_and_no_is_a_share_and_protected_like_one(made, sad_folder):
    """3 of 200 said yes: neither the mean, nor the standard deviation, nor the bars may tell."""
    ones = dict(zip(made_up.REGIONS, (3, 71, 85, 92), strict=True))
    out = publish(
        yes_or_no(made, ones), input_folder=sad_folder, privacy=Privacy(), regions=made_up.REGIONS, waves=made_up.WAVES
    )
    small = made_up.REGIONS[0]
    scores = out["parjaavyys"].filter(region=small)
    assert set(scores["indicator"]) == {"score_mean", "score_sd"}
    assert set(scores["suppressed"]) == {"primary"}
    assert out["distributions"].filter(region=small)["n"].drop_nulls().is_empty()
    assert out["parjaavyys"].filter(pl.col("region") != small, suppressed="").height > 0


def test_bins_of_delays_are_told_where_none_of_them_is_small(made, example_folder):
    """A small bin would have to be hidden among the shares, which tell more: then no bin is told."""
    made = only(made, "integration", "delays")
    choices = {"input_folder": example_folder, "regions": made_up.REGIONS, "waves": made_up.WAVES}
    bins = bin_delays(made.tables["delays"], [7, 14])
    assert bins["n"].is_between(1, 4).any()
    assert publish(made, privacy=Privacy(), **choices)["delays"].is_empty()
    told = publish(made, privacy=Privacy(threshold=1, rounding=1), **choices)["delays"]
    assert told["n"].sum() == bins.filter(pl.col("wave") > 0)["n"].sum() > 0


def test_a_scale_of_yes_and_no_is_told_in_per_cent_in_steps_that_fit_n(made, sad_folder):
    """Of 200 persons whole per cents, of 800 a fifth of one."""
    ones = dict(zip(made_up.REGIONS, (67, 71, 85, 91), strict=True))
    out = publish(
        yes_or_no(made, ones), input_folder=sad_folder, privacy=Privacy(), regions=made_up.REGIONS, waves=made_up.WAVES
    )
    shown = out["parjaavyys"].filter(indicator="score_mean", wave=2024).select("region", "estimate")
    told = dict(shown.iter_rows())
    assert told.pop("network") == pytest.approx(0.392, abs=1e-9)
    assert told == pytest.approx({key: one / 200 for key, one in ones.items()}, abs=0.005 + 1e-9)
    assert all(round(share, 2) == share for share in told.values())
    assert out.meta["scales"]["sad"]["shown"] == {"decimals": 1, "percent": True}


@pytest.mark.parametrize(
    ("span", "decimals", "percent"),
    [((0, 1), 1, True), ((1, 2), 3, False), ((0, 10), 2, False), ((1, 5), 2, False), ((0, 40), 1, False)],
)
def test_decimals_follow_the_range_of_a_scale(span, decimals, percent):
    assert shown_as(*span) == {"decimals": decimals, "percent": percent}


def test_readers_are_told_where_cases_start_and_end(made, example_folder):
    empty = Indicators(
        {
            name: frame if name in ("sources", "ledger", "rules") else frame.clear()
            for name, frame in made.tables.items()
        }
    )
    out = publish(
        empty,
        input_folder=example_folder,
        privacy=Privacy(),
        regions=made_up.REGIONS,
        waves=made_up.WAVES,
        case_start="*first",
        case_end="*last",
    )
    assert (out.meta["case_start"], out.meta["case_end"]) == ("*first", "*last")


def test_value_and_absolute_number_of_a_small_area_go_together(published, made):
    exact = made.tables["situation"].select(pl.col(KEY), size="n")
    small = published["situation"].join(exact, on=KEY).filter(pl.col("size").is_between(1, 4))
    assert small.height > 0
    assert small.select(pl.col("estimate", "n").is_null().all()).row(0) == (True, True)


def test_genders_of_an_area_do_not_give_each_other_away(made, example_folder):
    base = made.tables["situation"].filter(pl.col("scale") == "90004", pl.col("region") == "oulu")
    parts = [
        base.with_columns(category=pl.lit(one), n=pl.lit(n, dtype=pl.Int64))
        for one, n in (("total", 53), ("male", 3), ("female", 50))
    ]
    changed = Indicators(only(made).tables | {"situation": pl.concat(parts)})
    out = publish(changed, input_folder=example_folder, privacy=Privacy(), regions=made_up.REGIONS, waves=made_up.WAVES)
    states = dict(out["situation"].filter(wave=2024).select("category", "suppressed").iter_rows())
    assert states == {"total": "", "male": "primary", "female": "secondary"}


def test_a_network_of_two_is_not_drawn(made, example_folder):
    nodes = made.tables["nodes"].filter(
        (pl.col("region") != "oulu")
        | pl.col("organisation").str.ends_with("-00")
        | pl.col("organisation").str.ends_with("-01")
    )
    changed = Indicators(only(made, "edges").tables | {"nodes": nodes})
    out = publish(changed, input_folder=example_folder, privacy=Privacy(), regions=made_up.REGIONS, waves=made_up.WAVES)
    assert out["nodes"].filter(region="oulu").select(pl.col("x", "y").is_null().all()).row(0) == (True, True)
    assert out["edges"].filter(region="oulu")["observed"].is_null().all()
    assert out["edges"].filter(region="tampere")["observed"].null_count() == 0


def test_small_counts_of_rules_are_hidden_with_what_would_give_them_back(published):
    rules = published["quality_rules"]
    assert rules.filter(pl.col("rows").is_between(1, 4)).is_empty()
    respondents = rules.filter(source="respondents").select("rule", "suppressed").rows()
    assert respondents == [("duplicate", "secondary"), ("unknown_region", "primary")]  # 38 + 2 = 40 quarantined
    thin = published["quality_ledger"].filter(source="cyrm_r").row(0, named=True)
    assert thin["rows_quarantined"] is None
    assert thin["rows_clean"] is None


@pytest.mark.parametrize(("threshold", "rounding"), [(5, 1), (5, 3), (5, 5), (10, 5), (10, 20)])
def test_rows_without_a_key_are_not_left_over_by_subtraction(threshold, rounding):
    """Rows in less pseudonyms made are rows without a key: whatever is published of both, 1 … threshold − 1 fit."""
    possible = {}
    for rows in range(200, 260):
        for blank in range(1, threshold):
            ledger = pl.DataFrame(
                [("who", "respondents", rows, rows - blank, blank)],
                schema=["source", "tables", "rows_in", "rows_clean", "rows_quarantined"],
                orient="row",
            )
            rules = pl.DataFrame({"source": ["who"], "rows": [rows - blank]})
            books, counts = round_books(ledger, rules, Privacy(threshold=threshold, rounding=rounding))
            possible.setdefault((books["rows_in"].item(), counts["rows"].item()), set()).add(blank)
    inner = {seen: blanks for seen, blanks in possible.items() if min(seen) >= 220 and max(seen) <= 240}
    assert inner
    assert all(blanks == set(range(1, threshold)) for blanks in inner.values())


@pytest.mark.parametrize("rounding", [1, 5])
def test_a_few_open_cases_are_not_left_over_by_subtraction(example_folder, rounding):
    """Started minus met would tell how many are open, so the n of the median is hidden; the median may stay."""
    thin = only(made_up.indicators(persons=120), "integration", "delays")  # 40 families a year and region, 2 wait
    privacy = Privacy(rounding=rounding)
    out = publish(thin, input_folder=example_folder, privacy=privacy, regions=made_up.REGIONS, waves=made_up.WAVES)
    oulu = out["integration"].filter(region="oulu", wave=2024)
    assert oulu.filter(indicator="cases_open")["suppressed"].to_list() == ["primary"]
    assert oulu.filter(indicator="cases_started")["suppressed"].to_list() == [""]
    median = oulu.filter(indicator="delay_median").row(0, named=True)
    assert (median["suppressed"], median["n"]) == ("", None)
    assert median["estimate"] is not None


def test_a_mean_that_is_everybodys_answer_is_hidden(made, example_folder):
    """Where nobody differs, a mean with a standard error of 0 and one full bar tell what each answered."""
    same = (pl.col("scale") == "sdq_total") & (pl.col("region") == "oulu") & (pl.col("wave") == 2022)
    deviation = pl.col("indicator") == "score_sd"
    tables = dict(only(made, "parjaavyys", "distributions").tables)
    tables["parjaavyys"] = tables["parjaavyys"].with_columns(
        se=pl.when(same & ~deviation).then(0.0).otherwise("se"),
        estimate=pl.when(same & deviation).then(0.0).otherwise("estimate"),
    )
    first = pl.col("bin_low") == pl.col("bin_low").min().over("scale", "informant", "region", "wave", "group")
    everyone = pl.col("n").sum().over("scale", "informant", "region", "wave", "group")
    tables["distributions"] = tables["distributions"].with_columns(
        n=pl.when(same & first).then(everyone).when(same).then(0).otherwise("n")
    )
    out = publish(
        Indicators(tables),
        input_folder=example_folder,
        privacy=Privacy(),
        regions=made_up.REGIONS,
        waves=made_up.WAVES,
    )
    rows = out["parjaavyys"].filter(same, pl.col("indicator").is_in(["score_mean", "score_sd"]))
    assert rows.height > 0
    assert "" not in set(rows["suppressed"])
    assert "" not in set(out["distributions"].filter(same)["suppressed"])


def test_a_group_that_only_a_few_share_is_not_even_named(made, example_folder):
    tables = dict(only(made, "parjaavyys").tables)
    some = tables["parjaavyys"].filter(group="gender:girl").with_columns(group=pl.lit("gender:salainen teksti"), n=2)
    tables["parjaavyys"] = pl.concat([tables["parjaavyys"], some.cast(tables["parjaavyys"].schema)])
    out = publish(
        Indicators(tables),
        input_folder=example_folder,
        privacy=Privacy(),
        regions=made_up.REGIONS,
        waves=made_up.WAVES,
    )
    assert "gender:salainen teksti" not in set(out["parjaavyys"]["group"])
    assert "gender:girl" in set(out["parjaavyys"]["group"])


def test_every_row_is_in_the_record_of_decisions(published):
    decided = dict(published["decisions"].group_by("table").agg(pl.col("rows").sum()).iter_rows())
    for name, rows in decided.items():
        assert rows == published[name].height, name
    shown = pl.col("rule").is_in(["", "additive_n"])  # of the second, only n is hidden
    assert published["decisions"].filter(shown != (pl.col("suppressed") == "")).is_empty()


def test_delays_are_counted_in_bins_that_add_up(made, example_folder):
    out = publish(
        only(made, "integration", "delays"),
        input_folder=example_folder,
        privacy=Privacy(threshold=1, rounding=1),
        regions=made_up.REGIONS,
        waves=made_up.WAVES,
        delay_days=[10],
    )
    weeks = out["delays"].filter(region="oulu", wave=2024)
    assert weeks.select("days", "days_to").rows() == [(0, 10), (11, 28), (29, None)]
    exact = made.tables["delays"].filter(region="oulu", wave=2024)
    assert weeks["n"].sum() == exact["n"].sum()
    assert weeks["n"][0] == exact.filter(pl.col("days") <= 10)["n"].sum()


def test_what_is_written_is_read_again(published, tmp_path):
    write_published(published, tmp_path)
    again = read_published(tmp_path)
    assert again.meta == published.meta
    assert list(again.meta["sectors"]) == list(published.meta["sectors"])
    for name in KEYS:
        # Tables are written to 11 significant digits.
        assert_frame_equal(again[name], published[name].sort(KEYS[name]), rel_tol=1e-10, abs_tol=0)


def test_the_same_indicators_give_the_same_publication(made, published, example_folder):
    shuffled = Indicators(
        {name: frame.sample(fraction=1.0, shuffle=True, seed=3) for name, frame in made.tables.items()}
    )
    again = publish(
        shuffled, input_folder=example_folder, privacy=Privacy(), regions=made_up.REGIONS, waves=made_up.WAVES
    )
    for name in KEYS:
        assert again[name].equals(published[name]), name


def test_an_indicator_that_nobody_described_does_not_pass(made, example_folder):
    strange = made.tables["parjaavyys"].with_columns(indicator=pl.lit("mystery"))
    with pytest.raises(DisclosureError, match="mystery"):
        publish(
            Indicators(made.tables | {"parjaavyys": strange}),
            input_folder=example_folder,
            privacy=Privacy(),
            regions=made_up.REGIONS,
            waves=made_up.WAVES,
        )


def test_a_study_without_some_data_can_be_published(made, example_folder):
    empty = Indicators(
        {
            name: frame if name in ("sources", "ledger", "rules") else frame.clear()
            for name, frame in made.tables.items()
        }
    )
    out = publish(empty, input_folder=example_folder, privacy=Privacy(), regions=made_up.REGIONS, waves=made_up.WAVES)
    assert out["parjaavyys"].is_empty()
    assert "suppressed" in out["delays"].columns


def test_the_guard_stops_tables_that_did_not_pass(made):
    with pytest.raises(DisclosureError, match="suppressed"):
        require_published(made.tables["parjaavyys"], "a figure")
    leaking = pl.DataFrame({"suppressed": ["primary"], "estimate": [3.0]})
    with pytest.raises(DisclosureError, match="1 hidden rows"):
        require_published(leaking, "a figure")


def test_a_missing_publication_says_what_to_run(tmp_path):
    with pytest.raises(SujuvaError, match="make repro"):
        read_published(tmp_path)


def test_the_metadata_tell_titles_ranges_and_what_is_synthetic(published):
    meta = published.meta
    assert meta["synthetic"] is True
    assert meta["title"]["sv"] == "Exempelmaterial"
    assert meta["scales"]["sdq_total"]["range"] == [0, 40]
    assert meta["scales"]["sdq_total"]["headline"]
    assert not meta["scales"]["sdq_emotional"]["headline"]
    assert meta["privacy"] == {
        "threshold": 5,
        "organisation_threshold": 3,
        "rounding": 5,
        "dominance_n": 1,
        "dominance_k": 75,
        "p_percent": 10,
        "rules": {},
        "accepted_risks": {},
        "shares_by": "persons",
    }
