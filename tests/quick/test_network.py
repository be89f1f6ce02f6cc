"""A file of ties to every measure of its networks: what is read, what is left out, what is printed."""

from __future__ import annotations

import io
import json
import unicodedata

import polars as pl
import pytest
import xlsxwriter
from rich.console import Console

from sujuva.errors import ContractError, ParameterError, SourceError, SujuvaError
from sujuva.integration import TieRule
from sujuva.quick.network import as_json, describe_ties
from sujuva.quick.network_page import show_networks
from sujuva.quick.tie_file import read_ties

TIES = """lähde,kohde,arvio,suhde,vuosi
koulu,neuvola,3,tieto,2022
neuvola,koulu,2,tieto,2022
koulu,järjestö,0,tieto,2022
järjestö,koulu,4,tieto,2022
koulu,neuvola,1,lähete,2022
"""
NODES = """organisaatio;sektori
koulu;siv
neuvola;sote
järjestö;3s
nuorisotyö;siv
"""


@pytest.fixture
def files(tmp_path):
    ties, nodes = tmp_path / "ties.csv", tmp_path / "nodes.csv"
    ties.write_text(TIES, encoding="utf-8")
    nodes.write_text(NODES, encoding="utf-8")
    return ties, nodes


def page(report) -> str:
    out = io.StringIO()
    show_networks(report, Console(file=out, width=110, highlight=False, emoji=False, markup=False))
    return out.getvalue()


def value(report, relation: str, indicator: str, category: str = "") -> float | None:
    return report.indicators.filter(scale=relation, indicator=indicator, category=category)["estimate"].item()


def test_columns_are_found_by_the_words_people_use(files):
    made = read_ties(*files)
    assert made.columns == {
        "source": "lähde", "target": "kohde", "value": "arvio", "relation": "suhde", "wave": "vuosi"
    }  # fmt: skip
    assert made.node_columns == {"node": "organisaatio", "sector": "sektori"}
    assert made.left_out == {}
    assert made.ties.height == 5
    assert made.actors["organisation"].to_list() == ["järjestö", "koulu", "neuvola", "nuorisotyö"]


def test_every_network_is_measured(files):
    report = describe_ties(*files)
    # tieto has a 0, so pairs without a row are not known: three ties of four reports.
    assert value(report, "tieto", "network_density") == pytest.approx(3 / 4)
    assert value(report, "lähete", "network_density") == pytest.approx(1 / 12)
    assert value(report, "tieto", "network_ei_sector") == 1
    assert value(report, "tieto", "network_ei_sector", "siv") == 1
    assert value(report, "tieto", "hsim_depth") == pytest.approx(9 / 4)
    assert value(describe_ties(*files, rule=TieRule(1, unlisted="none")), "tieto", "network_density") == 3 / 12
    assert set(report.comparisons["comparison"]) == {"qap", "ei_permutation"}


def test_page_names_what_it_measured(files):
    text = page(describe_ties(*files))
    for wanted in (
        "5 rows, 5 used",
        "source = 'lähde'",
        "a rating of at least 1 is a tie",
        "tieto, 2022",
        "lähete, 2022",
        "Network density",
        "0.750",
        "some ratings are missing and left out",
        "E-I index by sector: sote",
        "Depth of integration",
        "Correlation with",
        "nuorisotyö",
    ):
        assert wanted in text, wanted
    assert "nan" not in text.lower()


def test_json_has_unrounded_numbers_and_reasons(files):
    made = json.loads(json.dumps(as_json(describe_ties(*files)), allow_nan=False))
    assert [network["relation"] for network in made["networks"]] == ["lähete", "tieto"]
    (betweenness,) = [
        row for row in made["networks"][1]["indicators"] if row["indicator"] == "network_centralization_closeness"
    ]
    assert betweenness["estimate"] is None
    assert betweenness["note"] == "disconnected"
    assert {row["measure"] for row in made["networks"][0]["actors"]} >= {"degree_in", "constraint", "core"}
    assert made["rows"] == 5


def test_what_cannot_be_used_is_left_out_and_counted(tmp_path, files):
    ties = tmp_path / "odd.csv"
    ties.write_text(
        "source,target,value,wave\n"
        "koulu,koulu,3,2022\n"
        "koulu,kirkko,3,2022\n"
        ",koulu,3,2022\n"
        "koulu,neuvola,12,2022\n"
        "koulu,neuvola,paljon,2022\n"
        "koulu,neuvola,3,syksy\n"
        "koulu,neuvola,3,2022\n"
        "koulu,neuvola,1,2022\n"
        "neuvola,koulu,,2022\n",
        encoding="utf-8",
    )
    report = describe_ties(ties, files[1])
    assert report.file.left_out == {
        "missing_end": (3,),
        "self_tie": (1,),
        "unknown_actor": (2,),
        "wrong_wave": (6,),
        "no_number": (5,),
        "out_of_range": (4,),
    }
    assert report.file.repeated == 1
    text = page(report)
    for wanted in (
        "an actor is tied to itself",
        "not in the file of actors",
        "not between 0 and 10",
        "1 row rates a pair again",
        "Left out, 1 row (3): the source or the target is empty.",
    ):
        assert wanted in text
    assert "kirkko" not in text
    assert value(report, "ties", "network_ties") == 1


def test_without_actors_and_ratings_each_row_is_a_tie(tmp_path):
    ties = tmp_path / "pairs.csv"
    ties.write_text("a,b,laji\nx,y,1\ny,z,2\n", encoding="utf-8")
    report = describe_ties(ties, directed=False)
    text = page(report)
    assert "no --nodes are given" in text
    assert "each row is a tie" in text
    assert "'laji'. --value COLUMN takes one as ratings" in text
    assert value(report, "ties", "network_density") == pytest.approx(2 / 3)
    assert value(report, "ties", "network_ei_sector") is None
    assert report.indicators.filter(indicator="network_ei_sector")["note"].to_list() == ["no_sectors"]
    assert not report.indicators["indicator"].str.starts_with("hsim").any()
    assert "No tie is answered" in page(describe_ties(ties))


@pytest.mark.parametrize(
    ("columns", "node_columns", "kind", "message"),
    [
        ({"value": "arvioo"}, {}, ParameterError, "no column 'arvioo' for the value. Did you mean 'arvio'"),
        ({}, {"sector": "sektor"}, ParameterError, "no column 'sektor' for the sector. Did you mean 'sektori'"),
    ],
)
def test_column_that_is_not_there_is_told_with_the_nearest(files, columns, node_columns, kind, message):
    with pytest.raises(kind) as caught:
        describe_ties(*files, columns=columns, node_columns=node_columns)
    assert message in str(caught.value)


def test_file_that_tells_no_ties_is_refused(tmp_path, files):
    odd = tmp_path / "odd.csv"
    odd.write_text("sauce,other,value\nx,y,1\nz,w,2\n", encoding="utf-8")
    with pytest.raises(ContractError, match=r"No column tells the source of a tie\. Did you mean 'sauce'"):
        describe_ties(odd)
    with pytest.raises(SourceError, match=r"no file tiez\.csv\. Did you mean 'ties\.csv'"):
        describe_ties(tmp_path / "tiez.csv")
    same = tmp_path / "same.csv"
    same.write_text("source,target\nx,x\ny,y\n", encoding="utf-8")
    with pytest.raises(
        ContractError, match=r"No row of same\.csv .*\(2: an actor is tied to itself\).*--target"
    ) as own:
        describe_ties(same)
    assert "--nodes" not in str(own.value)
    empty = tmp_path / "empty.csv"
    empty.write_text("source,target\n", encoding="utf-8")
    with pytest.raises(SujuvaError):
        describe_ties(empty)


def workbook(path, **sheets: str) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        for name, text in sheets.items():
            separator = ";" if ";" in text else ","
            sheet = book.add_worksheet(name)
            for number, line in enumerate(text.splitlines()):
                sheet.write_row(number, 0, line.split(separator), None)


def test_one_workbook_may_hold_ties_and_actors(tmp_path, files):
    book = tmp_path / "both.xlsx"
    workbook(book, Yhteydet=TIES, Toimijat=NODES)
    wanted = describe_ties(*files)
    for nodes, sheets in (
        (book, {"sheet": "Yhteydet", "node_sheet": "Toimijat"}),
        (book, {"sheet": "Yhteydet"}),
        (book, {"node_sheet": "Toimijat"}),
        (None, {"node_sheet": "Toimijat"}),
    ):
        made = describe_ties(book, nodes, **sheets)
        assert made.indicators.equals(wanted.indicators)
        assert made.file.node_columns == {"node": "organisaatio", "sector": "sektori"}
    for nodes in (None, book):
        with pytest.raises(SourceError, match=r"Name one with --sheet\..* actors with --node-sheet"):
            describe_ties(book, nodes)
    with pytest.raises(SourceError, match=r"Name one with --node-sheet"):
        describe_ties(files[0], book)
    with pytest.raises(SourceError, match=r"no sheet 'Toimiat'.*Did you mean 'Toimijat'"):
        describe_ties(book, sheet="Yhteydet", node_sheet="Toimiat")


def test_relations_that_the_codebook_does_not_know_are_told(tmp_path, files):
    assert "Relations the codebook does not know, taken for ties: lähete2, tieto." in page(
        describe_ties(_with(tmp_path, TIES.replace("lähete", "lähete2")), files[1])
    )
    known = describe_ties(_with(tmp_path, TIES.replace("tieto", "tiedonvaihto")), files[1])
    assert known.unknown == ()
    assert "codebook" not in page(known)


def test_a_relation_of_trust_is_no_network(tmp_path):
    path = tmp_path / "trust.csv"
    lines = ["a,b,suhde,arvio", *(f"x,y,{name},3" for name in ("Yhteinen suunta", "gemensam riktning", "yhteistyö"))]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert describe_ties(path).others == ("Yhteinen suunta", "gemensam riktning")


def test_ties_of_the_codebook_begin_where_those_of_the_reports_do(tmp_path, files):
    known = _with(tmp_path, TIES.replace("tieto", "tiedonvaihto"))
    made = describe_ties(known, files[1], reports_from=2, as_reports=True)
    assert made.rule.tie_from == 2
    assert "a rating of at least 2 is a tie, as in the reports (network.tie_from of params.yaml)" in page(made)
    assert as_json(made)["tie_from_of_reports"] == 2
    asked = describe_ties(known, files[1], reports_from=2, rule=TieRule(1))
    assert "at least 1 is a tie (in the reports from 2: network.tie_from of params.yaml)" in page(asked)
    assert describe_ties(*files, reports_from=2, as_reports=True).rule.tie_from == 1  # no tieto in the codebook
    typed = _with(tmp_path, TIES.replace("tieto", "tiedonvaihto") + "koulu,neuvola,1,lähetee,2022\n")
    assert describe_ties(typed, files[1], reports_from=2, as_reports=True).rule.tie_from == 2  # one word is wrong
    bare = _with(tmp_path, "a,b,suhde\nx,y,yhteistyö\ny,z,yhteistyö\n")
    assert describe_ties(bare, reports_from=2, as_reports=True).rule.tie_from == 1  # none is rated


def test_without_sectors_nothing_is_told_of_them(tmp_path, files):
    made = describe_ties(files[0])
    rows = made.indicators.filter(pl.col("indicator").str.contains("sector|intra|inter$"), scale="tieto")
    assert rows.height >= 4
    assert rows["estimate"].to_list() == [None] * rows.height
    assert set(rows["note"]) == {"no_sectors"}


def test_finnish_words_for_a_rating_are_known(tmp_path):
    for word in ("Paino", "Arvo"):
        assert read_ties(_with(tmp_path, f"Lähde;Kohde;{word}\nx;y;3\n")).columns["value"] == word


def _with(folder, text: str):
    path = folder / "other.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_workbook_reads_like_text(tmp_path, files):
    book = tmp_path / "ties.xlsx"
    pl.read_csv(files[0]).write_excel(book)
    one, other = describe_ties(*files), describe_ties(book, files[1])
    assert one.indicators.equals(other.indicators)
    assert one.comparisons.equals(other.comparisons)


def test_real_networks_have_the_published_values(shared_data):
    drop = shared_data / "drop"
    report = describe_ties(
        drop / "tobacco_collaboration_edges.csv",
        drop / "tobacco_collaboration_nodes.csv",
        node_columns={"sector": "agency_lvl"},
        directed=False,
    )
    assert value(report, "ties", "network_density") == pytest.approx(0.53667, abs=1e-5)
    assert value(report, "ties", "network_ei_sector") == pytest.approx(0.267, abs=5e-4)
    assert value(report, "ties", "network_transitivity") == pytest.approx(0.66083, abs=1e-5)


def measured(tmp_path, text: str, **options):
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="utf-8")
    return describe_ties(path, **options)


def test_names_that_look_the_same_are_one_actor(tmp_path, files):
    odd = unicodedata.normalize("NFD", "järjestö")
    nodes = tmp_path / "odd.csv"
    nodes.write_text(f"organisaatio;sektori\nkoulu;siv\n{odd};3s\nneu\u00advola;sote\n", encoding="utf-8")
    text = f"lähde,kohde\njärjestö,koulu\n{odd}\u00a0,neuvola\nneuvola,koulu\n"
    for report in (measured(tmp_path, text), measured(tmp_path, text, nodes=nodes)):
        assert report.file.left_out == {}
        assert value(report, "ties", "network_actors") == 3
        assert value(report, "ties", "network_density") == 0.5


def test_names_that_differ_in_capitals_are_told_and_not_merged(tmp_path):
    report = measured(tmp_path, "from,to\nKoulu,neuvola\nneuvola,koulu\n")
    assert value(report, "ties", "network_actors") == 3
    assert "Names that differ in capitals alone count as different: Koulu, koulu." in page(report)


@pytest.mark.parametrize(
    ("values", "ties", "pairs"),
    [
        (("1", "1", "1"), 3, 12),
        (("1", "0", "1"), 2, 3),
        (("x", "X", "x"), 3, 12),
        (("x", "", "X"), 2, 3),
        (("1", "", "1"), 2, 3),
        (("kyllä", "ei", "Kyllä"), 2, 3),
    ],
)
def test_marks_are_ties_whatever_the_reports_ask_of_ratings(tmp_path, values, ties, pairs):
    rows = zip(("koulu,neuvola", "neuvola,perhe", "perhe,seurakunta"), values, strict=True)
    text = "from,to,arvio,suhde\n" + "".join(f"{ends},{one},yhteistyö\n" for ends, one in rows)
    report = measured(tmp_path, text, reports_from=2, as_reports=True)
    assert value(report, "yhteistyö", "network_ties") == ties
    known = report.file.ties.filter(pl.col("observed").is_not_null())
    assert value(report, "yhteistyö", "network_density") == pytest.approx(ties / (12 if pairs == 12 else known.height))
    assert "there 1 is a tie, and no scale" in page(report)


@pytest.mark.parametrize(("values", "low"), [(("0.2", "0.7"), 1), (("2", "2"), 3), (("1", "2"), 3)])
def test_an_empty_network_is_never_without_a_word(tmp_path, values, low):
    text = "from,to,weight\n" + f"koulu,neuvola,{values[0]}\nneuvola,perhe,{values[1]}\n"
    report = measured(tmp_path, text, rule=TieRule(low))
    assert value(report, "ties", "network_ties") == 0
    assert f"reaches {low}: that network is empty" in page(report)


MATRIX = "toimija;Koulu;Neuvola;Seurakunta;Perhe\nPerhe;2;;;\nKoulu;;3;;1\nNeuvola;;;;\nSeurakunta;;;;\n"


def test_a_sociomatrix_is_read_as_ties(tmp_path):
    report = measured(tmp_path, MATRIX)
    assert value(report, "ties", "network_actors") == 4  # who has no tie has a row and a column all the same
    assert value(report, "ties", "network_density") == pytest.approx(3 / 12)
    assert set(report.file.ties.select("source", "target", "observed").rows()) == {
        ("Perhe", "Koulu", 2.0), ("Koulu", "Neuvola", 3.0), ("Koulu", "Perhe", 1.0),
    }  # fmt: skip
    text = page(report)
    assert "A sociomatrix: a row tells of those in the columns (--matrix columns reads it the other way)." in text
    assert "No rows are made of 4 cells on the diagonal, 9 blank cells." in text
    turned = measured(tmp_path, MATRIX, matrix="columns")
    assert ("Koulu", "Perhe", 2.0) in set(turned.file.ties.select("source", "target", "observed").rows())
    with pytest.raises(ParameterError, match="--matrix"):
        measured(tmp_path, MATRIX, matrix="row")


def test_a_nought_in_a_matrix_makes_blanks_unknown(tmp_path):
    report = measured(tmp_path, MATRIX.replace("Neuvola;;;;", "Neuvola;0;;0;0"))
    assert value(report, "ties", "network_density") == pytest.approx(3 / 6)


def test_a_symmetric_matrix_is_offered_without_direction(tmp_path):
    text = "x;Koulu;Neuvola;Perhe\nKoulu;0;2;0\nNeuvola;2;0;1\nPerhe;0;1;0\n"
    assert "Each tie is answered alike: if a row speaks for both ends, use --matrix symmetric." in page(
        measured(tmp_path, text)
    )
    report = measured(tmp_path, text, matrix="symmetric")
    assert value(report, "ties", "network_ties") == 2
    assert value(report, "ties", "network_density") == pytest.approx(2 / 3)


def test_each_sheet_of_matrices_is_a_region(tmp_path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, other in (("Oulu", 1), ("Tampere", 0)):
            sheet = book.add_worksheet(name)
            for at, row in enumerate([["", "A", "B"], ["A", "", 3], ["B", other, ""]]):
                sheet.write_row(at, 0, row)
    report = describe_ties(path)
    made = report.indicators.filter(indicator="network_density").select("region", "estimate").rows()
    assert made == [("Oulu", 1.0), ("Tampere", 0.5)]


def test_names_on_one_side_of_a_matrix_are_told(tmp_path):
    with pytest.raises(SourceError, match=r"rows without a column: [0-9]; columns without a row: 'Perhe'"):
        measured(tmp_path, "x;Koulu;Neuvola;Perhe\nKoulu;;1;1\nNeuvola;1;;\nMuu;1;;\n")
