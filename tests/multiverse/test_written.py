"""What is written: the same bytes twice, sentences that count rightly, and a curve that tells what its rows say."""

from __future__ import annotations

import io
from dataclasses import replace

import polars as pl
import pytest

from sujuva.errors import DisclosureError, ParameterError
from sujuva.figures.language import voice
from sujuva.multiverse import Said, checked, compute, write_multiverse
from sujuva.multiverse.computed import Told
from sujuva.multiverse.declared import Finding
from sujuva.multiverse.specifications import Design
from sujuva.publish import Privacy
from tests.multiverse.made_up import DECLARED, MEAN, declared, run


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return run(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def findings(source):
    few = {name: DECLARED["choices"][name] for name in ("weights", "missing_rule")}
    return compute(declared(findings=[MEAN], choices=few), source, Privacy())


def test_a_folder_with_something_else_in_it_is_not_replaced(tmp_path, source, findings):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ParameterError, match="no multiverse is in it"):
        write_multiverse(findings, declared(), tmp_path, meta=source.published.meta, voices=[])
    assert files(tmp_path) == {"notes.txt": b"mine"}


def test_an_intruder_learns_nothing_or_nothing_is_written(source, findings):
    checked(findings, source.published)

    finer = [
        replace(one, table=one.table.with_columns(pl.col("estimate", "ci_low", "ci_high") + 0.001)) for one in findings
    ]
    with pytest.raises(DisclosureError, match="by ways of computing a finding, beside what is published") as told:
        checked(finer, source.published)
    assert told.value.hint.startswith("Nothing was written. Declare fewer alternatives")

    hidden = source.published["comparisons"].with_columns(suppressed=pl.lit("primary"))
    with pytest.raises(DisclosureError, match="such as comparisons: change who5"):
        checked(findings, replace(source.published, tables=source.published.tables | {"comparisons": hidden}))


FEW = (
    "Ways that are not told: 1. They would differ from others in fewer than 5 persons, or compare with what is not "
    "shown."
)


def files(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_table_a_page_a_language_and_a_picture_at_both_widths_the_same_bytes_twice(tmp_path, source, findings):
    meta = source.published.meta
    for name in ("one", "two"):
        voices = [voice(meta, language) for language in ("fi", "en")]
        write_multiverse(findings, declared(), tmp_path / name, meta=meta, voices=voices)
    one, two = files(tmp_path / "one"), files(tmp_path / "two")
    assert one == two
    key = findings[0].finding.key
    assert {
        "specifications.csv",
        "fi.html",
        "en.html",
        f"{key}-fi.svg",
        f"{key}-fi-narrow.svg",
        f"{key}-en.png",
    } <= set(one)
    table = pl.read_csv(io.BytesIO(one["specifications.csv"]), infer_schema=False)
    assert table.height == sum(len(found.table) for found in findings)
    assert not {"n", "other_n", "members", "se", "p", "treatment"} & set(table.columns)
    page = one["en.html"].decode()
    assert "It rose: that holds under" in page
    assert "as it is published" in page
    assert "respondent" not in page


def found(*marks, whole=True):
    """A finding of which ways go which way; "" is not told."""
    table = pl.DataFrame({"specification": range(len(marks)), "way": marks}).with_columns(
        suppressed=pl.when(pl.col("way") == "").then(pl.lit("secondary")).otherwise(pl.lit(""))
    )
    chosen = [{"weights": "survey", "flagged": "kept"}, *[{"weights": "equal", "flagged": "kept"}] * (len(marks) - 2)]
    chosen += [{"weights": "survey", "flagged": "out"}]
    return Told(Finding(**MEAN), Design(chosen, len(marks) + 5 * (not whole)), table)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (found("rose", "rose", "rose"), ["It rose: that holds under 3 of 3 ways of computing it."]),
        (
            found("fell", "fell", "unclear", "rose"),
            ["It fell: that holds under 2 of 4 ways of computing it.", "Ways under which it rose: 1.",
             "Ways under which it cannot be told: 1."],
        ),
        (
            found("unclear", "rose", ""),
            ["Whether it changed cannot be told: that holds under 1 of 2 ways of computing it.",
             "Ways under which it rose: 1.", "No way with this is told: flagged answers: left out.",
             FEW],
        ),
        (
            found("rose", "rose", whole=False),
            ["It rose: that holds under 2 of 2 ways of computing it.",
             "Of 7 combinations 2 were computed: each alternative alone, and others drawn by lot."],
        ),
        (found("", ""), ["This finding is not shown, to protect privacy, and so no way of computing it is."]),
    ],
)  # fmt: skip
def test_sentences_count_what_is_told(source, told, said):
    assert Said(told, source.published.meta, voice(source.published.meta, "en")).sentences == said
