"""Numbers of a text: filled in from published cells, and found where somebody typed one by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sujuva.errors import SujuvaError
from sujuva.published import Published
from sujuva.review.manuscript import filled
from sujuva.review.markdown import prose, texts_of
from sujuva.review.typed import OTHER, Numbers, typed_in
from tests.conftest import ROOT
from tests.publish import made_up
from tests.reports.small import WAIT, hidden, mean, small

WELLBEING = {"scale": "who5", "informant": "self"}


@pytest.fixture(scope="module")
def rows() -> Published:
    found = small(
        made_up.publication(),
        mean(66.7, 65.1, 68.3, **WELLBEING), mean(61.2, 59.6, 62.7, **(WELLBEING | {"wave": 2022})),
        mean(63.4, 62.0, 64.8, region="network", **WELLBEING) | {"n": 1210},
        mean(0.503, 0.47, 0.536, **WAIT), hidden(region="tampere", **WELLBEING),
    )  # fmt: skip
    return Published(
        found.tables,
        found.meta | {"fingerprint": "da-c0-de", "date": "2024-12-31"},
        {"parjaavyys": "5ad", "integration": "1b"},
    )


@pytest.fixture(scope="module")
def numbers(rows: Published) -> Numbers:
    return Numbers(rows)


def fill(text: str, rows: Published, language: str = "fi") -> str:
    return filled(text, rows, language, "oma.md").split("\n\n<!-- Numbers by")[0]


OULU, DELAY = "parjaavyys score_mean who5 self oulu 2024", "integration delay_share 14 oulu 2024"


@pytest.mark.parametrize(
    ("reference", "number", "comment"),
    [
        ("parjaavyys who5 oulu 2024", "66,7", OULU),
        ("parjaavyys who5 oulu 2024 | interval", "65,1–68,3", f"{OULU} | interval"),
        ("parjaavyys who5 network|n", "1\u00a0210", "parjaavyys score_mean who5 self network 2024 | n"),
        ("integration delay_share | decimals 0", "50\u00a0%", f"{DELAY} | decimals 0"),
        ("integration delay_share | ci_low", "47,0\u00a0%", f"{DELAY} | ci_low"),
        ("integration delay_share | interval | decimals 0", "47–54\u00a0%", f"{DELAY} | interval | decimals 0"),
    ],
)
def test_a_reference_becomes_its_number_with_the_address_of_its_cell(
    rows: Published, reference: str, number: str, comment: str
):
    assert fill(f"Luku on {{{{ {reference} }}}}.", rows) == f"Luku on {number}<!-- {comment} -->."


def test_the_address_in_the_comment_is_a_reference_to_the_same_cell(rows: Published):
    text = fill("{{ parjaavyys who5 oulu 2024 | interval }}", rows)
    again = fill(text.replace("65,1–68,3<!--", "{{").replace("-->", "}}"), rows)
    assert again == text


def test_numbers_are_in_the_language_of_the_text(rows: Published):
    reference = "{{ parjaavyys who5 network | n }} {{ integration delay_share }}"
    shown = [fill(reference, rows, one).split("<!--")[0] for one in ("fi", "sv", "en")]
    assert shown == ["1\u00a0210", "1\u00a0210", "1,210"]


def test_the_end_says_of_which_data_the_numbers_are_and_the_same_data_give_the_same_bytes(rows: Published):
    text = "{{ parjaavyys who5 oulu 2024 }}\n"
    made = filled(text, rows, "fi")
    assert made == filled(text, rows, "fi")
    other = filled(text, Published(rows.tables, rows.meta, rows.sums | {"parjaavyys": "5ae"}), "fi")
    assert made.split("sha256")[0] == other.split("sha256")[0]
    assert made.split("sha256")[1] != other.split("sha256")[1]
    assert "2024-12-31" in made
    assert "fingerprint da-c0-de" in made


def test_code_and_the_header_of_a_file_stay_as_they_are(rows: Published):
    text = (
        "---\ntitle: '{{ a }} 66,7'\n---\n`{{ b }} 66,7` ja ``{{ c }} ` ``\n"
        "```r\n{{ d }} 66.7\n```\n~~~\n```\n{{ e }}\n~~~\nLoppu."
    )
    assert fill(text, rows) == text


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("parjaavyys who5 tampere", "hidden"),
        ("parjaavyys who5 tampere | n", "hidden"),
        ("parjaavyys who5 oulu 2023", "'2023'. Did you mean '202"),
        ("parjaavys who5", "Did you mean 'parjaavyys'"),
        ("parjaavyys who5 oulu", "2 rows of parjaavyys are so. Say also: wave"),
        ("parjaavyys who5 oulu 2024 | intervall", "Did you mean 'interval'"),
        ("parjaavyys who5 oulu 2024 | decimals 4", "no more than 1 decimal"),
        ("parjaavyys who5 oulu 2024 | decimals many", "no way 'decimals many'"),
        ("", "no cell is named"),
    ],
)
def test_a_reference_that_is_not_of_one_shown_cell_is_told_with_its_line(rows: Published, reference: str, said: str):
    with pytest.raises(SujuvaError) as error:
        fill(f"Ensimmäinen rivi.\n\nLuku on {{{{ {reference} }}}}.", rows)
    assert "oma.md, line 3:" in str(error.value)
    assert said in str(error.value)


def test_all_faults_of_a_manuscript_are_told_in_the_order_of_lines(rows: Published):
    with pytest.raises(SujuvaError) as error:
        fill("Arvo 66,7.\n{{ nothing }}\nArvo 63,4.", rows)
    assert [line.split(":")[0] for line in error.value.message.splitlines()] == [
        "oma.md, line 1", "oma.md, line 2", "oma.md, line 3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("Hyvinvointi oli 66,7.", "{{ parjaavyys who5 oulu 2024 }}"),
        ("Wellbeing was 66.7.", "{{ parjaavyys who5 oulu 2024 }}"),
        ("| Oulu | 66,7 |", "{{ parjaavyys who5 oulu 2024 }}"),
        ("(65,1–68,3)", "{{ parjaavyys who5 oulu 2024 | ci_low }}"),
        ("Osuus oli 50,3 %.", "{{ integration delay_share oulu 2024 }}"),
        ("Osuus oli 50,3\u00a0prosenttia.", "{{ integration delay_share oulu 2024 }}"),
        ("Vastaajia oli 1 210.", "{{ parjaavyys who5 network 2024 | n }}"),
        ("There were 1,210 answers.", "{{ parjaavyys who5 network 2024 | n }}"),
        ("Vastaajia oli 1210", "{{ parjaavyys who5 network 2024 | n }}"),
    ],
)
def test_a_number_typed_by_hand_is_found(rows: Published, text: str, reference: str):
    with pytest.raises(SujuvaError) as error:
        fill(text, rows)
    table, *words = reference.strip("{} ").split()
    assert "line 1: " in str(error.value)
    message = str(error.value).split("write {{ ")[1].split(" }}")[0].split()
    assert message[0] == table
    assert set(words) <= set(message)


@pytest.mark.parametrize(
    "text",
    [
        "Vuonna 2024 ja 2022, 100 lasta, 5 aluetta, 47 perhettä.",
        "66,8 ja 166,7 ja 66,71 ja x66,7 ja 66,7.1",
        "31.12.2024, 2024-12-31, v66.7",
        "Koodi `66,7` ja [linkki](sivu-66.7.html) ja <img width=66.7> <!-- 66,7 -->.",
        f"Toisaalta 66,7{OTHER} ja 50,3 %{OTHER}.",
        "$66",
    ],
)
def test_what_is_no_typed_number_is_left_alone(rows: Published, text: str):
    assert fill(text, rows) == text


def test_in_documents_the_sentence_must_name_what_the_cell_is_of(numbers: Numbers):
    def found(text: str) -> list[str]:
        return [one.number for one in numbers.typed(text, named=True)]

    assert found("Ratio 66.7 of the benchmark.") == []
    assert found("In Oulu it was 66.7.") == found("Oulussa se oli 66.7.") == ["66.7"]
    assert found("Tampereella se oli 66.7.") == []  # of Oulu, and of nobody else
    assert found("Oulussa ei. Muualla 66.7 oli tavallinen.") == []
    assert found("Hyvinvointi: 66.7") == ["66.7"]
    assert found("## Oulu\n\nIts mean. It was 66.7 then.") == ["66.7"]
    assert found("## Oulu\n\nIts mean.\n\n## Speed\n\nIt took 66.7 seconds.") == []
    assert found("A network of 63.4 seconds.") == []
    assert found("The network's mean was 63.4 in 2024.") == ["63.4"]


def test_the_cell_that_a_sentence_tells_most_of_is_proposed(rows: Published):
    same = [
        mean(66.7, **(WELLBEING | {"region": one, "wave": wave}))
        for one in ("oulu", "tampere")
        for wave in (2023, 2024)
    ]
    told = Numbers(small(rows, *same))
    (typed,) = told.typed("Tampereella 66,7 (2023).", named=True)
    assert (typed.cell.row["region"], typed.cell.row["wave"], typed.others) == ("tampere", 2023, 1)


def test_a_hidden_cell_proposes_nothing(rows: Published):
    assert list(Numbers(small(rows, hidden(**WELLBEING))).typed("100 ja 66,7 ja 125", named=False)) == []


def notebook(*cells: tuple[str, str]) -> str:
    return json.dumps({"cells": [{"cell_type": kind, "source": [source]} for kind, source in cells]})


def test_readme_docs_and_notebooks_are_read(rows: Published, tmp_path: Path):
    files: dict[str, Any] = {
        "README.md": "# Tulos\n\nOulussa 66,7.\n",
        "docs/a.md": "Oulussa\n`66,7`.\n",
        "docs/more/b.md": "\nOulussa 61,2.\n",
        "notebooks/c.ipynb": notebook(("code", "oulu = 66.7"), ("markdown", "Oulu: **66.7**")),
        "own.md": "Oulussa 66,7.",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    told = [one.split(" is a published")[0] for one in typed_in(tmp_path, rows)]
    assert told == [
        "README.md, line 3: 66,7", "docs/more/b.md, line 2: 61,2", "notebooks/c.ipynb, cell 2, line 1: 66.7",
    ]  # fmt: skip


def test_the_projects_own_texts_have_no_number_of_a_large_publication_in_a_sentence_about_its_cell():
    """Chance would have it: two of three numbers with decimals in these texts equal a published one."""
    published = made_up.publication()
    assert typed_in(ROOT, published) == []
    readings = Numbers(published)
    texts = [text for path in sorted((ROOT / "docs").glob("*.md")) for _, text in texts_of(path)]
    assert sum(1 for text in texts for _ in readings.typed(text, named=False)) > 50


def test_blanking_keeps_every_place(rows: Published):
    text = "a {{ b }} `c`\n```\nd\n```\n[e](f) <!-- g\nh --> 1.2.2024 i"
    assert len(prose(text)) == len(text)
    assert prose(text).count("\n") == text.count("\n")
    assert prose(text).split() == ["a", "[e]", "i"]


@pytest.mark.parametrize(
    ("name", "content"), [("a.ipynb", b"{"), ("a.ipynb", b"{}"), ("a.md", b"\xff"), ("b.md", None)]
)
def test_a_file_that_is_no_text_is_said(tmp_path: Path, name: str, content: bytes | None):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(SujuvaError, match="cannot be read as Markdown"):
        texts_of(tmp_path / name)
