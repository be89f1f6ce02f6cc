"""The page says what was said: themes by their own titles, a finding only where nothing hidden could contradict it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from sujuva.codebooks import load_terms
from sujuva.codebooks.regions import NETWORK
from sujuva.figures import Words
from sujuva.figures.catalogue import FIGURES
from sujuva.figures.specification import View, pictures
from sujuva.published import CONTRACTS, PRIMARY, SHOWN, Published
from sujuva.reports.said import agreement_table, said_exhibits, together_table
from tests.publish import made_up


def row(indicator: str, scale: str, estimate: float, n: int = 100, **more: object) -> dict[str, object]:
    return {
        "indicator": indicator, "scale": scale, "category": "", "informant": "", "region": NETWORK, "wave": 2024,
        "group": "all", "estimate": estimate, "n": n, "note": "", "suppressed": SHOWN, **more,
    }  # fmt: skip


SPOKEN = [row("interview_theme", "joint_work", 60), row("interview_theme", "flexibility", 40)]
WRITTEN = [row("open_theme", theme, size, category="field") for theme, size in (("family", 50), ("play", 20))]
AGREED = [
    row("coding_alpha", "", 0.743, 11),
    row("coding_kappa", "", 0.4, 50, category="A:B"),
    row("interview_together", "flexibility", 25, category="joint_work"),
]


def publication(*rows: dict[str, object]) -> Published:
    base = made_up.publication()
    table = pl.DataFrame([*rows], schema=CONTRACTS["integration"].schema, strict=False)
    return replace(base, tables={**base.tables, "integration": table})


def title(key: str, *rows: dict[str, object], language: str = "en") -> str:
    words = Words(language, load_terms())
    (drawn,) = pictures(FIGURES[key], publication(*rows), words, region=NETWORK, regions=[NETWORK])
    return drawn.title


def hidden(one: dict[str, object]) -> dict[str, object]:
    return {**one, "estimate": None, "n": None, "suppressed": PRIMARY}


def test_what_comes_up_most_is_the_title() -> None:
    assert title("spoken", *SPOKEN) == "In interviews most often: what joint work needs (about 60 of 100 interviews)"


def test_a_theme_has_its_own_title_where_a_sector_has_the_same_code() -> None:
    assert "family (about 50 of 100" in title("written", *WRITTEN)
    assert "perhe (noin 50" in title("written", *WRITTEN, language="fi")


@pytest.mark.parametrize("rows", [
    [SPOKEN[1], hidden(SPOKEN[0])],  # what is hidden may come up most
    [{**one, "estimate": 40, "scale": scale} for scale in ("joint_work", "flexibility", "play") for one in SPOKEN[:1]],
])  # fmt: skip
def test_no_finding_where_it_cannot_be_told(rows: list[dict[str, object]]) -> None:
    assert title("spoken", *rows) == "What professionals speak of in interviews"


def test_tables_name_themes_and_coders_and_nothing_stands_without_rows() -> None:
    words = Words("en", load_terms())
    view = View(publication(*SPOKEN, *WRITTEN, *AGREED), words, NETWORK, [NETWORK])
    together, agreement = together_table(view), agreement_table(view)
    assert together is not None
    assert agreement is not None
    assert together.rows[0][:2] == ["flexibility", "what joint work needs"]
    assert [one[1] for one in agreement.rows] == ["all codes", "all codes of coders A–B"]
    assert [one[3] for one in agreement.rows] == ["0.743", "0.400"]
    assert said_exhibits(View(publication(), words, NETWORK, [NETWORK])) == []
