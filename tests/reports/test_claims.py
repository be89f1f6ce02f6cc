"""Sentences that may be said of the results as long as their conditions hold, and not a moment longer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from sujuva.cli.publication import record
from sujuva.errors import CodebookError, SujuvaError
from sujuva.published import Published, write_published
from sujuva.reports.claims import Claim, Claims, judge_claims, load_claims, require_claims
from sujuva.review.said import unsaid
from tests.conftest import ROOT
from tests.reports.small import INDEX, WAIT, change, hidden, mean, small

COPING = {"key": "coping", "says": {"fi": "Pärjäävyys nousi."}, "cell": "parjaavyys parjaavyys_index oulu 2024"}
EACH = COPING | {"cell": "integration delay_share {region} 2024"}


def index(value: float, wave: int, **changes: Any) -> dict[str, Any]:
    return mean(value, value - 1, value + 1, wave=wave, **(INDEX | changes))


def wait(value: float, wave: int, region: str = "oulu") -> dict[str, Any]:
    return mean(value, value - 0.1, value + 0.1, wave=wave, region=region, **WAIT)


def holds(published: Published, *rows: dict[str, Any], **said: Any) -> bool:
    claim = Claim.model_validate(COPING | said)
    (judged,) = judge_claims(Claims(claims=(claim,)), small(published, *rows))
    return judged.holds


@pytest.mark.parametrize(
    ("before", "after", "true"),
    [(70.0, 72.0, "rose"), (72.0, 70.0, "fell"), (70.0, 70.0, "did_not_change")],
)
def test_changes_by_the_numbers(published: Published, before: float, after: float, true: str):
    rows = index(before, 2022), index(after, 2024)
    for claim in ("rose", "fell", "did_not_change"):
        assert holds(published, *rows, claim=claim, since=2022, by="estimates") is (claim == true)


@pytest.mark.parametrize(
    ("difference", "true"),
    [
        ((5.0, 3.0, 7.0), "rose"),
        ((-5.0, -7.0, -3.0), "fell"),
        ((0.1, -0.5, 0.7), "did_not_change"),
        ((2.0, -1.0, 5.0), ""),  # cannot be told: neither a change nor none
    ],
)
def test_changes_by_the_intervals_go_by_the_published_comparison(
    published: Published, difference: tuple[float, float, float], true: str
):
    rows = index(70, 2022), index(70 + difference[0], 2024), change(*difference, **INDEX)
    for claim in ("rose", "fell", "did_not_change"):
        assert holds(published, *rows, claim=claim, since=2022, by="intervals") is (claim == true)


def test_a_change_that_is_one_of_many_is_not_beyond_doubt(published: Published):
    rows = index(70, 2022), index(75, 2024), change(5.0, 3.0, 7.0, q=1.0, **INDEX)
    assert not holds(published, *rows, claim="rose", since=2022, by="intervals")
    assert holds(published, *rows, claim="rose", since=2022, by="estimates")


@pytest.mark.parametrize(
    ("than", "by", "above", "below"),
    [
        (69.5, "estimates", True, False),
        (69.5, "intervals", False, False),  # 70 is 69–71
        (68, "intervals", True, False),
        (72, "intervals", False, True),
        ("parjaavyys parjaavyys_index oulu 2022", "intervals", True, False),
        ("parjaavyys parjaavyys_index oulu 2023", "intervals", False, False),
        ("parjaavyys parjaavyys_index oulu 2023", "estimates", True, False),
    ],
)
def test_above_and_below(published: Published, than: float | str, by: str, above: bool, below: bool):
    rows = index(60, 2022), index(69, 2023), index(70, 2024)
    assert holds(published, *rows, claim="above", than=than, by=by) is above
    assert holds(published, *rows, claim="below", than=than, by=by) is below


def test_every_region_and_no_region(published: Published):
    since = {"since": 2022, "by": "estimates"}
    rows = [wait(0.5, 2022), wait(0.6, 2024), wait(0.5, 2022, "tampere")]
    for tampere, every, none in ((0.7, True, False), (0.4, False, False)):
        all_rows = [*rows, wait(tampere, 2024, "tampere")]
        assert holds(published, *all_rows, **EACH, claim="rose", region="every", **since) is every
        assert holds(published, *all_rows, **EACH, claim="rose", region="none", **since) is none
        assert holds(published, *all_rows, **EACH, claim="fell", region="none", **since) is every


@pytest.mark.parametrize("region", ["every", "none"])
@pytest.mark.parametrize("claim", ["rose", "fell"])
def test_of_a_hidden_cell_nothing_may_be_said(published: Published, claim: str, region: str):
    rows = wait(0.5, 2022), wait(0.5, 2024), wait(0.5, 2022, "tampere"), hidden(region="tampere", **WAIT)
    assert not holds(published, *rows, **EACH, claim=claim, region=region, since=2022, by="estimates")


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"cell": "parjaavyys parjaavyys_inde oulu 2024"}, "'coping': No row .*Did you mean 'parjaavyys_index'"),
        ({"since": 2020}, "'coping': No row of parjaavyys that is left has '2020'"),
        ({"since": 2024}, "'since' is 2024, and the cell is of 2024"),
    ],
)
def test_a_cell_that_is_not_there_is_an_error(published: Published, said: dict[str, Any], wrong: str):
    with pytest.raises(CodebookError, match=wrong):
        holds(published, index(1, 2022), index(2, 2024), **({"claim": "rose", "since": 2022, "by": "estimates"} | said))


FILE = {"of": "", "claims": [COPING | {"claim": "rose", "since": 2022, "by": "estimates"}]}


def written(path: Path, **changes: Any) -> Path:
    claims = [{name: one for name, one in (FILE["claims"][0] | changes).items() if one is not None}]  # type: ignore[index]
    path.write_text(yaml.safe_dump(FILE | {"claims": claims}), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"rises": True}, "rises"),
        ({"claim": "soared"}, "claim"),
        ({"by": None}, "by"),
        ({"since": None}, "needs 'since'"),
        ({"than": 3}, "has no 'than'"),
        ({"region": "every"}, r"\{region\}"),
        ({"cell": "parjaavyys {region} 2024"}, r"\{region\}"),
    ],
)
def test_what_a_file_may_not_say(tmp_path: Path, changes: dict[str, Any], wrong: str):
    with pytest.raises(CodebookError, match=wrong):
        load_claims(written(tmp_path / "claims.yaml", **changes))


@pytest.mark.parametrize("text", ["claims: []\nclaims: []\n", yaml.safe_dump(FILE | {"claims": FILE["claims"] * 2})])
def test_nothing_is_given_twice(tmp_path: Path, text: str):
    (tmp_path / "claims.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CodebookError, match="twice"):
        load_claims(tmp_path / "claims.yaml")


def test_a_claim_that_fails_is_told_with_its_cells_and_numbers(published: Published, tmp_path: Path):
    rows = small(published, index(72, 2022), index(70, 2024))
    with pytest.raises(SujuvaError) as failing:
        require_claims(written(tmp_path / "claims.yaml"), rows)
    told = str(failing.value)
    parts = (
        "1 of 1 claims do not hold", "fi: Pärjäävyys nousi.", "rose since 2022", "the difference is -2", "sujuva trace",
        "parjaavyys score_mean parjaavyys_index combined oulu 2022: 72.0 (71.0–73.0)",
    )  # fmt: skip
    for part in parts:
        assert part in told


def test_claims_of_another_study_are_not_asked(published: Published):
    claims = Claims.model_validate(FILE | {"of": "Another study"})
    assert judge_claims(claims, small(published, index(72, 2022), index(70, 2024))) == []


def test_the_stage_record_fails_and_writes_nothing(published: Published, project: Path):
    folder = project / "data" / "published"
    folder.mkdir()
    rows = small(published, index(72, 2022), index(70, 2024))
    meta = rows.meta | {f"{one}_order": list(rows.meta[f"{one}s"]) for one in ("region", "sector")}
    write_published(Published(rows.tables, meta), folder)
    written(project / "data" / "claims.yaml")
    with pytest.raises(SujuvaError, match="1 of 1 claims do not hold"):
        record()
    assert not (project / "reports" / "record").exists()


def test_the_claims_of_the_example_are_said_in_three_languages_as_of_the_example():
    claims = load_claims(ROOT / "data" / "claims.yaml")
    assert claims.of == "Synthetic example data"
    for one in claims.claims:
        assert one.says.fi.startswith("Synteettisessä esimerkissä")
        assert one.says.sv.startswith("I det syntetiska exemplet")
        assert one.says.en.startswith("In the synthetic example")


def test_a_claim_is_said_word_by_word_where_its_file_says(tmp_path: Path):
    texts = {"README.md": "# A\n\nWe say: coping\nrose. And more.\n", "docs.md": "Coping has risen."}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    says = {"fi": "Pärjäävyys nousi.", "en": "coping rose."}

    def told(*said: str) -> list[str]:
        one = COPING | {"says": says, "claim": "rose", "since": 2022, "by": "estimates", "said": said}
        return unsaid(Claims(claims=(Claim.model_validate(one),)), tmp_path)

    assert told("README.md") == []
    assert told() == ["The claim 'coping' names no file in which it is said (said: [README.md])."]
    assert [*told("README.md", "docs.md"), *told("away.md")] == [
        "The claim 'coping' is not said in docs.md, in none of its languages word by word.",
        "The claim 'coping' is to be said in away.md, and there is no such file.",
    ]


def test_the_projects_own_claims_are_said():
    assert unsaid(load_claims(ROOT / "data" / "claims.yaml"), ROOT) == []
