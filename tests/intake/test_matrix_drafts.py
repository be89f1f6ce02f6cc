"""A draft of ties that come as a sociomatrix, as marks, or as a bare list."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from sujuva.intake import draft_folder
from sujuva.intake.delimited import layout_of
from sujuva.intake.matrix import matrix_of


def source(folder: Path, name: str, text: str) -> dict:
    (folder / name).write_text(text, encoding="utf-8")
    (described,) = yaml.load(draft_folder(folder).text, Loader=yaml.BaseLoader)["sources"]
    return described


def test_a_matrix_is_recognised(tmp_path: Path) -> None:
    made = source(
        tmp_path, "tiedonvaihto_tampere_2024.csv", ";Koulu;Neuvola;Perhe\nPerhe;0;3;0\nKoulu;0;1;4\nNeuvola;2;0;0\n"
    )
    assert made["options"]["matrix"] == "rows"
    (feed,) = made["feeds"]
    assert feed["table"] == "ties"
    assert feed["columns"] == {
        "region": {"value": "tampere"}, "wave": {"value": "2024"}, "relation": {"value": "information"},
        "source": "source", "target": "target", "observed": "rating",
    }  # fmt: skip


def test_a_matrix_of_marks_with_sums(tmp_path: Path) -> None:
    made = source(
        tmp_path, "m.csv", "Verkosto;;;;\nx;Koulu;Neuvola;Perhe;Yhteensä\nPerhe;x;;;1\nKoulu;;x;;1\nNeuvola;;;;0\n"
    )
    assert made["options"] | {"encoding": ""} == {
        "separator": ";", "encoding": "", "matrix": "rows", "totals": ["Yhteensä"], "header_row": "2",
    }  # fmt: skip
    assert made["feeds"][0]["columns"]["observed"] == {"from": "rating", "map": {"x": "1"}}


@pytest.mark.parametrize(
    ("rows", "observed"),
    [
        ("from,to\nKoulu,Neuvola\nNeuvola,Koulu\n", {"value": "1"}),
        (
            "from,to,yhteys\nKoulu,Neuvola,x\nNeuvola,Koulu,\n",
            {"from": "yhteys", "blank": "0", "map": {"x": "1", "0": "0"}},
        ),
        (
            "from,to,yhteys\nKoulu,Neuvola,kyllä\nNeuvola,Koulu,ei\n",
            {"from": "yhteys", "map": {"ei": "0", "kyllä": "1"}},
        ),
        ("from,to,rating\nKoulu,Neuvola,1\nNeuvola,Koulu,\n", {"from": "rating", "blank": "0"}),
    ],
)
def test_lists_of_ties_without_a_scale(tmp_path: Path, rows: str, observed: dict) -> None:
    assert source(tmp_path, "ties.csv", rows)["feeds"][0]["columns"]["observed"] == observed


@pytest.mark.parametrize(
    "text",
    [
        "id;1;2;3;4\n1;0;1;2;1\n2;1;1;0;2\n",  # persons and items are numbered alike
        "nimi;ikä;kunta\nikä;3;4\nmuu;1;2\n",
        "q;a;b\nx;1;2\ny;1;2\n",
        "koulu;neuvola\nkoulu;1\n",
    ],
)
def test_other_tables_are_no_matrices(text: str) -> None:
    layout = layout_of(text)
    assert layout is not None
    assert matrix_of(layout.rows) == {}
