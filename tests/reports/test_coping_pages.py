from __future__ import annotations

import polars as pl

from sujuva.figures import Words
from sujuva.figures.labels import scale_title
from sujuva.published import Published
from sujuva.reports import region_report, report_sections
from sujuva.reports.content import page_of
from sujuva.reports.differences import change_section
from sujuva.reports.measures import item_table, scale_table
from sujuva.reports.sitemap import TOPICS
from sujuva.reports.tables import COMPARED, chance, row_table
from tests.reports.light import SERVICES, without


def with_comparisons(published, **columns):
    frame = published["comparisons"].with_columns(**columns)
    return Published(published.tables | {"comparisons": frame}, published.meta)


def test_sections_are_the_topics_in_their_order_then_what_researchers_read(published):
    sections = report_sections(without(published, *SERVICES), "network", language="en")
    assert list(sections) == [*TOPICS, "reliability", "quality"]


def test_only_the_network_compares_regions_that_started(published):
    def pictures(region):
        section = change_section(page_of(published, Words("en"), region))
        return [one.picture.key for one in section.exhibits if one.picture]

    assert pictures("network")[0] == "did"  # whether the work shows comes first
    assert "did" not in pictures("oulu")


def test_sections_without_data_say_so(published):
    bare = {"comparisons": published["comparisons"].clear(), "reliability": published["reliability"].clear()}
    shown = published["parjaavyys"].filter(pl.col("indicator").is_in(["score_mean", "score_sd", "band_share"]))
    shown = shown.filter(~pl.col("scale").str.starts_with("single"))
    one = without(Published(published.tables | bare | {"parjaavyys": shown}, published.meta), *SERVICES)
    sections = report_sections(one, "oulu", language="en")
    for key in ("differences", "reliability", "talks"):
        assert sections[key].missing.startswith("This data has no")
        assert not sections[key].exhibits
    assert "Resilience" in region_report(one, "oulu", language="en", sections=sections).pages["coping"]


def certain(published, sign=1.0, q=0.001):
    """Return a publication whose comparisons leave out zero, in the direction of `sign`."""
    shown = pl.col("suppressed") == ""
    ends = {"estimate": 4.0, "ci_low": 2.0, "ci_high": 6.0, "effect": 0.4, "effect_low": 0.25, "effect_high": 0.6}
    sign = pl.lit(sign) if isinstance(sign, float) else sign
    values = {name: pl.when(shown).then(sign * value) for name, value in ends.items()}
    for kind in ("ci", "effect"):
        one, other = values[f"{kind}_low"], values[f"{kind}_high"]
        values |= {f"{kind}_low": pl.min_horizontal(one, other), f"{kind}_high": pl.max_horizontal(one, other)}
    return with_comparisons(published, q=pl.when(shown).then(q), **values)


def test_a_page_says_once_that_clusters_are_few(published):
    notes = {
        name: published[name].with_columns(note=pl.lit("under_30_clusters")) for name in ("parjaavyys", "comparisons")
    }
    pages = region_report(Published(published.tables | notes, published.meta), "oulu", language="en").pages
    for key in ("coping", "change"):
        assert pages[key].count("fewer than 30 schools or services: they") == 1


def test_what_is_not_verified_is_starred_in_tables_and_explained(published):
    words, meta, columns = Words("en"), published.meta, ["scale", "estimate"]
    rows = published["parjaavyys"].filter(indicator="score_mean", group="all", region="network")
    view = page_of(published, words, "network")
    table = row_table(view, rows, columns, caption="c", name="x")
    starred = {row[0].removesuffix("\u00a0*") for row in table.rows if row[0].endswith("\u00a0*")}
    doubtful = {one for one in rows["scale"].unique() if meta["scales"][one]["unverified"]}
    assert starred == {scale_title(meta, one, words).replace("-", "\u2011") for one in doubtful}
    assert doubtful
    assert "Instruments" in table.note
    plain = row_table(view, rows.filter(scale="who5"), columns, caption="c", name="x")
    assert len(plain.rows) > 0
    assert plain.note == ""


def test_intervals_of_shares_are_in_percentage_points_like_their_difference(published):
    rows = published["comparisons"].filter(pl.col("scale") == "who5", pl.col("ci_low").is_not_null()).head(3)
    rows = rows.with_columns(category=pl.lit("poor"))
    columns = ["difference", "interval"]
    view = page_of(published, Words("en"), "network")
    table = row_table(view, rows, columns, caption="c", name="x", known=COMPARED)
    assert len(table.rows) == 3
    assert all(cell.endswith("\u00a0pp") for row in table.rows for cell in row)


def test_chances_are_written_as_readers_know_them(published):
    view = page_of(published, Words("en"), "network")
    told = [chance(one, view) for one in (0.001, 0.05, 0.1, 1.0, None)]
    assert told == ["≤\u00a00.001", "≤\u00a00.05", "≤\u00a00.1", ">\u00a00.1", "–"]


def test_a_table_of_comparisons_says_what_is_hidden(published):
    rows = published["comparisons"].filter(comparison="gap", region="oulu")
    columns = ["scale", "groups", "difference", "interval", "effect", "q", "n"]
    view = page_of(published, Words("en"), "network")
    table = row_table(view, rows, columns, caption="c", name="x", known=COMPARED)
    told = [row[2] for row in table.rows]
    hidden = rows["suppressed"] != ""
    assert hidden.any()
    assert [one == "not shown" for one in told] == hidden.to_list()
    assert all(len(row) == len(table.headers) for row in table.rows)


def test_tables_of_measures_have_a_row_a_scale_and_a_row_a_question(published):
    view = page_of(published, Words("en"), "network")
    whole = scale_table(view, published["reliability"].filter(region="network", wave=2024, item=""))
    assert len(whole.rows) == 5
    ceilings = [row[whole.headers.index("Ceiling")] for row in whole.rows]
    assert set(ceilings) <= {"over 15%", "not shown"}
    items = item_table(view)
    assert len(items.rows) == 5 + 17 + 20 + 5 + 5
    numbers = [int(row[2]) for row in items.rows if row[0].startswith("Resilience")]
    assert numbers == list(range(1, 18))
