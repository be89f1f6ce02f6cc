"""`sujuva score` end to end: any file in, scores out, and nothing about a person said."""

import sys

import polars as pl
import pyreadstat
import pytest
import xlsxwriter

from sujuva import cli
from sujuva.codebooks import load_instruments
from sujuva.errors import SujuvaError
from sujuva.scoring import score_file

INSTRUMENTS = load_instruments()
SDQ = INSTRUMENTS["sdq"]
ROWS = 12


@pytest.fixture(scope="module")
def answers():
    """Answers of parents under the official names, in capitals, beside columns that are no items."""
    items = {SDQ.aliases[n][0].upper(): [(row * 7 + n * 5) % 3 for row in range(ROWS)] for n in range(1, 26)}
    items["PSOMATIC"] = [None] * 3 + items["PSOMATIC"][3:]
    keys = {"Tunnus": [f"k{row:02}" for row in range(ROWS)], "Vuosi": [2024] * ROWS}
    return pl.DataFrame(keys | {"Muistiinpano": ["salaista"] * ROWS} | items)


def write(frame, path):
    match path.suffix:
        case ".sav":
            labels = {name: {0: "Ei päde", 1: "Pätee osittain", 2: "Pätee varmasti"} for name in frame.columns[3:]}
            pyreadstat.write_sav(frame.to_pandas(), str(path), variable_value_labels=labels)
        case ".dta":
            pyreadstat.write_dta(frame.to_pandas(), str(path))
        case ".xlsx":
            frame.write_excel(path)
        case ".parquet":
            frame.write_parquet(path)
        case ".tsv":
            path.write_bytes(frame.write_csv(separator="\t").encode("utf-16"))
        case ".csv":
            path.write_bytes(frame.rename({"Muistiinpano": "Lisätieto"}).write_csv(separator=";").encode("cp1252"))


def run(monkeypatch, capsys, *arguments):
    """Run the command line in this process; return exit code, standard output and standard error."""
    monkeypatch.setattr(sys, "argv", ["sujuva", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".xlsx", ".sav", ".dta", ".parquet"])
def test_every_kind_of_file_gives_the_same_scores(answers, ending, tmp_path):
    path = tmp_path / f"vastaukset{ending}"
    write(answers, path)
    made = score_file(path, SDQ)
    assert made.informants == ("parent",)
    assert made.frame.columns[:3] == ["Tunnus", "Vuosi", "sdq_emotional"]
    assert made.frame["Tunnus"].to_list() == answers["Tunnus"].to_list()
    # Row 0 answers n · 5 mod 3: of items 8, 13, 16 and 24 that is 1, 2, 2 and 0, item 3 is missing: 5 · 5/4 = 6.25.
    values = {n: n * 5 % 3 for n in range(1, 26) if n != 3}
    turned = {n: 2 - value if n in SDQ.reverse else value for n, value in values.items()}
    whole = [sum(turned[n] for n in scale.items) for scale in SDQ.scales[1:4]]
    expected = [6, *whole, 6 + sum(whole)]
    keys = ["sdq_emotional", "sdq_conduct", "sdq_hyperactivity", "sdq_peer", "sdq_total"]
    assert made.frame.select(keys).row(0) == tuple(expected)
    assert made.outside == {}


def test_the_command_prints_csv_and_says_what_matters(answers, project, tmp_path, monkeypatch, capsys):
    path = tmp_path / "a.csv"
    write(answers, path)
    code, out, said = run(monkeypatch, capsys, "score", "sdq", path, "--norms", "uk3")
    assert code == 0
    lines = out.splitlines()
    assert len(lines) == ROWS + 1
    assert lines[0].startswith("Tunnus,Vuosi,sdq_emotional,sdq_emotional_band,sdq_emotional_reason,")
    assert "salaista" not in out + said
    assert "answered by parent" in said
    assert "Norm set: uk3 (there are also: uk4, fi_borg2014)" in said
    assert f"sdq_emotional: {ROWS} scored, 0 not" in said
    assert "Youthinmind" in said
    assert "Goodman" in said


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".xlsx"])
def test_scores_are_written_by_the_ending(answers, project, ending, tmp_path, monkeypatch, capsys):
    source, target = tmp_path / "a.xlsx", tmp_path / f"scores{ending}"
    write(answers, source)
    assert run(monkeypatch, capsys, "score", "sdq", source, "-o", target)[:2] == (0, "")
    first = target.read_bytes()
    read = {".csv": pl.read_csv, ".parquet": pl.read_parquet, ".xlsx": pl.read_excel}[ending](target)
    expected = score_file(source, SDQ).frame
    assert read["sdq_total"].to_list() == expected["sdq_total"].to_list()
    assert read["sdq_total_band"].to_list() == expected["sdq_total_band"].to_list()
    code, _, said = run(monkeypatch, capsys, "score", "sdq", source, "-o", target)
    assert (code, "--force" in said) == (1, True)
    assert run(monkeypatch, capsys, "score", "sdq", source, "-o", target, "--force")[0] == 0
    assert target.read_bytes() == first, "the same scores are the same bytes"
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_decimals_are_those_of_the_codebook(project, tmp_path, monkeypatch, capsys):
    path = tmp_path / "a.csv"
    path.write_text("id," + ",".join(f"cyrm_r_{n}" for n in range(1, 18)) + "\n" + "x" + ",4" * 14 + ",,,\n")
    _, out, said = run(monkeypatch, capsys, "score", "cyrm_r", path)
    assert out.splitlines()[1].split(",")[:2] == ["x", "68.00"]
    assert "no published one was found" in said
    assert "Norm set: none, so no bands (there are also: tentative)" in said
    _, out, said = run(monkeypatch, capsys, "score", "cyrm_r3", path)
    assert "4 is used 14 times and 1 never" in said, "fours lie outside the three-point version"
    assert out == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sdqq"], "Did you mean 'sdq'?"),
        (["sdq", "--norms", "uk5"], "Did you mean 'uk4'?"),
        (["sdq", "--informant", "teacher"], "answers of parent, not of teacher"),
        (["sdq", "--informant", "aunt"], "Known: self, parent, teacher."),
        (["sdq", "--keep", "Tunus"], "Did you mean 'Tunnus'?"),
        (["sdq", "--sheet", "x"], "has no sheets, so none is called 'x'"),
        (["sdq", "--conversion", "x.csv"], "No scale of sdq waits"),
        (["who5"], "No column is named like an item of who5"),
        (["who5", "--items", "PCONSID,PRESTLES"], "who5 has 5 items; 2 different columns are named"),
        (["sdq", "-o", "x.docx"], "written as .csv, .parquet, .xlsx"),
    ],
)
def test_mistakes_are_explained(answers, project, arguments, words, tmp_path, monkeypatch, capsys):
    path = tmp_path / "a.csv"
    write(answers, path)
    code, out, said = run(monkeypatch, capsys, "score", arguments[0], path, *arguments[1:])
    assert (code, out) == (1, "")
    assert words in said
    assert "salaista" not in said
    assert "k00" not in said


def test_text_answers_are_named_by_row_and_the_files_own_labels(answers, tmp_path):
    path = tmp_path / "a.sav"
    halves = answers.with_columns(PCLINGY=pl.when(pl.col("Tunnus") == "k04").then(1.5).otherwise("PCLINGY"))
    write(halves, path)
    with pytest.raises(SujuvaError) as caught:
        score_file(path, SDQ)
    assert "'PCLINGY' has 1 answer that is no whole number (data row 5)" in str(caught.value)
    assert "0 = Ei päde, 1 = Pätee osittain" in str(caught.value)
    assert "1.5" not in str(caught.value)


def test_the_file_itself_is_never_overwritten(answers, project, tmp_path, monkeypatch, capsys):
    path = tmp_path / "a.csv"
    write(answers, path)
    before = path.read_bytes()
    code, _, said = run(monkeypatch, capsys, "score", "sdq", path, "-o", path, "--force")
    assert (code, "answers itself" in said, path.read_bytes()) == (1, True, before)


def test_columns_that_identify_stay_out(tmp_path):
    who5 = {f"who5_{n}": [3, 4, 5] for n in range(1, 6)}
    path = tmp_path / "a.csv"
    codes = [f"010190-{n}{'0123456789ABCDEFHJKLMNPRSTUVWXY'[int(f'010190{n}') % 31]}" for n in (900, 901, 902)]
    pl.DataFrame({"vastaaja": codes} | who5).write_csv(path)
    made = score_file(path, INSTRUMENTS["who5"]).frame
    assert made.columns == ["row", "who5", "who5_band", "who5_reason"]
    assert made["row"].to_list() == [1, 2, 3]
    assert score_file(path, INSTRUMENTS["who5"], keep=["vastaaja"]).frame.columns[0] == "vastaaja"


def test_the_informant_may_be_a_column_in_words(tmp_path):
    path = tmp_path / "a.csv"
    items = {f"sdq_{n}": [1, 1, 1] for n in range(1, 26)}
    pl.DataFrame({"id": [1, 2, 3], "Rooli": ["Huoltaja", "opettaja", "nuori"]} | items).write_csv(path)
    made = score_file(path, SDQ)
    assert made.frame["Rooli"].to_list() == ["parent", "teacher", "self"]
    assert made.frame["sdq_total_band"].to_list() == ["very_high"] * 3
    assert made.frame["sdq_prosocial_band"].to_list() == ["very_low", "slightly_lowered", "low"]


def test_the_sheet_with_the_items_is_found(answers, tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        pl.DataFrame({"selite": ["a", "b"], "luku": [1, 2]}).write_excel(book, "Ohje")
        answers.write_excel(book, "Data")
    assert score_file(path, SDQ).frame.height == ROWS
    assert score_file(path, SDQ, sheet="Data").frame.height == ROWS
    with pytest.raises(SujuvaError, match="No column is named"):
        score_file(path, SDQ, sheet="Ohje")


def test_a_table_of_conversion_is_plugged_in(project, tmp_path, monkeypatch, capsys):
    path, table = tmp_path / "a.csv", tmp_path / "t.csv"
    path.write_text(",".join(f"kidscreen10_{n}" for n in range(1, 11)) + "\n" + ",".join("3" * 10) + "\n")
    table.write_text("raw,value\n" + "".join(f"{n},{n}.5\n" for n in range(10, 51)))
    _, out, _ = run(monkeypatch, capsys, "score", "kidscreen10", path)
    assert out.splitlines()[1] == "1,30,,,no conversion table"
    _, out, _ = run(monkeypatch, capsys, "score", "kidscreen10", path, "--conversion", table)
    assert out.splitlines()[1] == "1,30,,30.50,"


def test_codebooks_are_checked_by_the_command(project, tmp_path, monkeypatch, capsys):
    code, out, _ = run(monkeypatch, capsys, "codebook")
    assert (code, out.splitlines()[-1].endswith(", 0 problems.")) == (0, True)
    right = (project / "data/codebooks/instruments/who5.yaml").read_text("utf-8")
    path = tmp_path / "who5.yaml"
    path.write_text(right.replace("multiply: 4", "multiply: 5"), encoding="utf-8")
    code, out, _ = run(monkeypatch, capsys, "codebook", path)
    assert code == 1
    assert "the items of who5 give scores from 0 to 125, not 0 to 100." in out
    assert out.endswith("1 codebook, 1 problem.\n")
    code, out, _ = run(monkeypatch, capsys, "codebook", path, "--json")
    assert (code, '"file": "who5.yaml"' in out) == (1, True)
