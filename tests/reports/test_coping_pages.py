from __future__ import annotations

import polars as pl
import pytest

from sujuva.figures import Words
from sujuva.publish import Published
from sujuva.reports import region_report, report_sections, sentences
from sujuva.reports.comparisons import chance, comparison_rows
from sujuva.reports.measures import item_table, scale_table


def with_comparisons(published, **columns):
    frame = published["comparisons"].with_columns(**columns)
    return Published(published.tables | {"comparisons": frame}, published.meta)


def test_sections_go_from_level_to_difference_to_change_to_measures_to_talks(published):
    keys = [one.key for one in report_sections(published, "network", language="en")]
    assert keys[:5] == ["coping", "differences", "change", "measures", "talks"]


def test_only_the_network_compares_regions_that_started(published):
    def pictures(region):
        sections = {one.key: one for one in report_sections(published, region, language="en")}
        return [one.picture.key for one in sections["change"].exhibits if one.picture]

    assert "did" in pictures("network")
    assert "did" not in pictures("oulu")


def test_sections_without_data_are_left_out(published):
    bare = {"comparisons": published["comparisons"].clear(), "reliability": published["reliability"].clear()}
    shown = published["parjaavyys"].filter(pl.col("indicator").is_in(["score_mean", "score_sd", "band_share"]))
    shown = shown.filter(~pl.col("scale").str.starts_with("single"))
    one = Published(published.tables | bare | {"parjaavyys": shown}, published.meta)
    keys = [section.key for section in report_sections(one, "oulu", language="en")]
    assert not {"differences", "change", "measures", "talks"} & set(keys)
    assert "Resilience" in region_report(one, "oulu", language="en")


@pytest.mark.parametrize(("q", "told"), [(0.9, "none is larger than chance"), (0.001, "the number of clear ones is")])
def test_the_summary_counts_clear_gaps(published, q, told):
    one = with_comparisons(published, q=pl.when(pl.col("suppressed") == "").then(q))
    assert any(told in text for text in sentences(one, Words("en"), region="network"))


def test_a_gap_of_a_few_persons_does_not_lead(published):
    one = with_comparisons(published, q=pl.when(pl.col("suppressed") == "").then(0.001))
    said = next(text for text in sentences(one, Words("en"), region="network") if "clear ones" in text)
    assert "girls" in said
    assert "another gender" not in said


def test_the_clearest_change_of_the_same_children_says_its_direction(published):
    for sign, told in ((1, "better"), (-1, "worse")):
        lower = pl.col("scale").str.contains("sdq_total|sdq_emotional")
        better = pl.when(lower).then(-1.0).otherwise(1.0) * sign
        one = with_comparisons(
            published,
            q=pl.when(pl.col("suppressed") == "").then(0.001),
            estimate=pl.when(pl.col("suppressed") == "").then(better),
        )
        said = next(text for text in sentences(one, Words("en"), region="network") if "same children" in text)
        assert f"for the {told}" in said


def test_few_clusters_are_a_sentence_of_the_summary(published):
    warned = published["parjaavyys"].with_columns(note=pl.lit("under_30_clusters"))
    one = Published(published.tables | {"parjaavyys": warned}, published.meta)
    assert "fewer than 30 schools" in sentences(one, Words("en"), region="oulu")[-1]


def test_chances_are_written_as_readers_know_them():
    words = Words("en")
    assert [chance(one, words) for one in (0.0, 0.0004, 0.04, None)] == ["<\u00a00.001", "<\u00a00.001", "0.040", "–"]


def test_a_table_of_comparisons_says_what_is_hidden(published):
    rows = published["comparisons"].filter(comparison="gap", region="oulu")
    columns = ["scale", "groups", "difference", "interval", "effect", "q", "n"]
    table = comparison_rows(rows, published.meta, Words("en"), caption="c", columns=columns, name="x.csv")
    told = [row[2] for row in table.rows]
    hidden = rows["suppressed"] != ""
    assert hidden.any()
    assert [one == "hidden" for one in told] == hidden.to_list()
    assert all(len(row) == len(table.headers) for row in table.rows)


def test_tables_of_measures_have_a_row_a_scale_and_a_row_a_question(published):
    words, meta = Words("en"), published.meta
    frame = published["reliability"].filter(region="network", wave=2024)
    whole = scale_table(frame.filter(item=""), meta, words)
    assert len(whole.rows) == 5
    ceilings = [row[whole.headers.index("Ceiling")] for row in whole.rows]
    assert set(ceilings) <= {"over 15 %", "hidden"}
    items = item_table(frame, meta, words)
    assert len(items.rows) == 5 + 17 + 20 + 5 + 5
    numbers = [int(row[2]) for row in items.rows if row[0].startswith("Resilience")]
    assert numbers == list(range(1, 18))
