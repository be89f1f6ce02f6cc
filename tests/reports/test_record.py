"""The record for output checkers: what leaves is looked at, byte by byte, and what is wrong with it is told."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

import sujuva.releases
from sujuva.codebooks import LANGUAGES, load_terms
from sujuva.errors import CodebookError, DisclosureError, SujuvaError
from sujuva.figures import voice
from sujuva.io import csv_text
from sujuva.params import load_params
from sujuva.published import Published, page_fingerprint, read_published, write_published
from sujuva.reports import front_page, write_record
from sujuva.reports.checks import KEPT, as_decided, made
from sujuva.reports.downloads import WRITERS, sheet
from sujuva.reports.looks import SHARED, own_text
from tests.publish import made_up

LEAVING = {
    "data/published": "publish",
    "reports/figures": "figures",
    "reports/tables": "figures",
    "reports/metrics.json": "figures",
    "reports/notebooks/figures.ipynb": "figures",
    "reports/site": "site",
}


def taken(rows: pl.DataFrame, language: str, published: Published, title: str = "Means") -> list[tuple[str, bytes]]:
    """Return rows as readers take them along, by the ending of the file."""
    words = voice(published.meta, language)
    one = sheet(rows, title, published.meta, words)
    return [(end, write(one, words, published.meta)) for end, write in WRITERS.items()]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What leaves a small project, in order."""
    folder = tmp_path_factory.mktemp("leaving")
    found = made_up.publication()
    rules = load_params(Path(__file__).parents[2] / "params.yaml").privacy.model_dump(mode="json")
    terms = load_terms().model_dump(mode="json", exclude_none=True)
    meta = found.meta | {"privacy": rules, "code": "c0de", "date": "2024-12-31", "terms": terms}
    meta |= {"data": "da7a", "choices": "c401"}
    published = Published(found.tables, meta | {"fingerprint": page_fingerprint(meta)})
    (folder / "data" / "published").mkdir(parents=True)
    write_published(published, folder / "data" / "published")
    tables = {name: pl.read_parquet(folder / "data" / "published" / f"{name}.parquet") for name in found.tables}
    rows, nodes = tables["parjaavyys"].filter(indicator="score_mean").head(50), tables["nodes"].head(5)
    files = {
        "figures/coping.csv": dict(taken(rows, "fi", published))[".csv"],
        "figures/coping-1of2.svg": "<svg/>",
        "figures/coping-1of2.png": "png",
        "figures/coping-1of2.pdf": made(published.meta),
        "figures/captions.md": f"`{made(published.meta)}`",
        "tables/coping.csv": rows.write_csv(),
        "figures/network.svg": "<svg/>",
        "figures/network.csv": nodes.write_csv(),
        "tables/network.csv": nodes.write_csv(),
        "notebooks/figures.ipynb": "{}",
        "site/fi/index.html": front_page(published, voice(published.meta), languages=["fi"]),
        "site/fi/oulu/figures/coping.svg": "<svg/>",
        "site/fi/oulu/figures/narrow/coping.svg": "<svg/>",
        "site/fi/oulu/figures/coping.png": "png",
        "site/fi/oulu/figures/coping.csv": csv_text(rows),
        "site/fi/oulu/figures/ties.csv": csv_text(nodes),
        "site/fi/oulu.pdf": b"%PDF-1.7\nstream\n" + zlib.compress(made(published.meta).encode()) + b"\nendstream\n",
        **{f"site/{key}/oulu/figures/means{end}": one for key in LANGUAGES for end, one in taken(rows, key, published)},
        **{f"site/fi/{name}": own_text(name) for name in SHARED},
        "metrics.json": json.dumps(
            {"year": 2024, "oulu": {"mean": rows.drop_nulls("estimate")["estimate"][0], "hidden.a": 7}}
        ),
    }
    for name, text in files.items():
        path = folder / "reports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    (folder / "data" / "exceptions.yaml").write_text("exceptions: []\n", encoding="utf-8")
    return folder


@pytest.fixture
def leaving(kept: Path, project: Path) -> Path:
    """Return a copy of it that a test may spoil, in the working folder."""
    shutil.copytree(kept, project, dirs_exist_ok=True)
    return project


def record(language: str = "fi") -> dict[str, Any]:
    """Write the record; return its results also where something fails."""
    try:
        write_record(
            "data/published", LEAVING, exceptions="data/exceptions.yaml", target="reports/record", language=language
        )
    except DisclosureError:
        assert any(one["status"] == "fail" for one in read("results.json")["results"].values())
    return read("results.json")["results"]


def read(name: str) -> Any:
    return json.loads(Path("reports/record", name).read_text(encoding="utf-8"))


def edit_meta(change: Callable[[dict[str, Any]], object]) -> None:
    path = Path("data/published/meta.json")
    meta = json.loads(path.read_text(encoding="utf-8"))
    change(meta)
    path.write_text(json.dumps(meta), encoding="utf-8")


def test_it_has_the_shape_of_acros_results(leaving: Path):
    results = record()
    for uid, one in results.items():
        assert one["uid"] == uid
        assert set(one) == {
            "uid", "status", "type", "properties", "files", "outcome", "command", "summary", "timestamp", "comments",
            "exception",
        }  # fmt: skip
        assert one["status"] in {"pass", "review", "fail"}
        assert one["summary"].startswith(one["status"])
        assert all({"name", "sdc", "checksum"} == set(file) for file in one["files"])
    assert {"version", "results"} <= set(read("results.json"))


def test_every_file_that_leaves_stands_there_once_with_its_checksum(leaving: Path):
    listed = {file["name"]: file["checksum"] for one in record().values() for file in one["files"]}
    files = [path for place in LEAVING for path in (leaving / place, *(leaving / place).rglob("*")) if path.is_file()]

    assert listed == {
        path.relative_to(leaving).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def test_what_is_in_order_passes_and_names_and_code_are_to_be_looked_at(leaving: Path):
    results = record()
    status = {uid: one["status"] for uid, one in results.items()}

    assert "fail" not in status.values()
    assert {uid for uid, one in status.items() if one == "review"} == {
        "data/published/actors",
        "data/published/edges",
        "data/published/nodes",
        "data/published/presence",
        "reports/figures/network",
        "reports/tables/network",
        "reports/site/fi/oulu/figures/ties",
        "reports/notebooks/figures",
    }
    assert results["reports/figures/network"]["comments"] == ["review: organisations_named"]


def test_what_each_rule_hid_is_told_of_each_table(leaving: Path):
    one = record()["data/published/parjaavyys"]
    decisions = pl.read_parquet("data/published/decisions.parquet").filter(table="parjaavyys")
    summary = one["files"][0]["sdc"]["summary"]

    hidden = decisions.filter(pl.col("suppressed") != "").group_by("rule").agg(pl.col("rows").sum())
    assert summary == {"suppressed": True, **dict(hidden.iter_rows())}
    assert sum(one["outcome"].values()) == pl.read_parquet("data/published/parjaavyys.parquet").height


def test_rows_behind_figures_and_in_downloads_are_counted(leaving: Path):
    results = record()
    rows = pl.read_csv("reports/tables/coping.csv", infer_schema=False)
    told = {mark or "shown": count for mark, count in rows.group_by("suppressed").len().fill_null("").rows()}

    assert len(told) > 1
    of_site = [f"reports/site/fi/oulu/figures/{name}coping" for name in ("", "narrow/")]
    printed = [f"reports/figures/coping{part}" for part in ("", "-1of2")]
    for uid in ("reports/tables/coping", *printed, *of_site):
        assert results[uid]["outcome"] == told
    assert results["reports/metrics"]["outcome"] == {}


def test_each_earlier_release_stands_in_the_record_and_what_stays_for_it(leaving: Path):
    assert (record(), read("results.json")["releases"])[1] == []
    first, last = (
        {"number": number, "date": f"2025-0{number}-28", "owner": "us", "reason": "r", "code": "c", "seal": "5",
         "files": {"nodes.parquet": "0" * 64}}
        for number in (1, 2)
    )  # fmt: skip
    edit_meta(lambda meta: meta.update(releases=[first, last]))
    path = Path("data/published/decisions.parquet")
    decisions = pl.read_parquet(path)
    at = (pl.col("table") == "nodes") & (pl.col("suppressed") == "")
    decisions.with_columns(rule=pl.when(at).then(pl.lit(KEPT)).otherwise("rule")).write_parquet(path)
    kept = {"nodes": pl.read_parquet("data/published/nodes.parquet").height}
    record("en")

    assert read("results.json")["releases"] == [first | {"kept": {}}, last | {"kept": kept}]
    told = f"Earlier releases: 2, the last of 28 February 2025. Rows that stay as it told them: {kept['nodes']}."
    assert told in Path("reports/record/release.html").read_text(encoding="utf-8")


def spoil_table(name: str, **change: pl.Expr) -> Callable[[], None]:
    path = Path("data/published") / f"{name}.parquet"

    def spoil() -> None:
        frame = pl.read_parquet(path)
        frame.with_columns(**change).cast(dict(frame.schema)).write_parquet(path)  # type: ignore[arg-type]

    return spoil


def _text(name: str, text: str) -> Callable[[], object]:
    return lambda: Path(name).write_text(text, encoding="utf-8")


TABLE, DOWNLOAD = "reports/tables/coping.csv", "reports/site/fi/oulu/figures/coping.csv"


def edit_rows(name: str = TABLE, **change: pl.Expr) -> None:
    path = Path(name)
    frame = pl.read_csv(path, infer_schema_length=None, empty_string_is_null=True)
    texts = pl.col("scale", "category", "informant", "note", "suppressed").fill_null("")
    path.write_text(csv_text(frame.with_columns(texts).with_columns(**change)), encoding="utf-8")


SHOWN = pl.col("suppressed") == ""
SPOILED = {
    "an exact count": ("data/published/parjaavyys", "count_not_protected", spoil_table(
        "parjaavyys", n=pl.when(SHOWN & (pl.col("indicator") == "score_mean")).then(pl.lit(7)).otherwise("n"))),
    "a count below the threshold": ("data/published/distributions", "count_not_protected", spoil_table(
        "distributions", n=pl.when(SHOWN).then(pl.lit(2)).otherwise("n"))),
    "a hidden row with a number": ("data/published/parjaavyys", "no_contract", spoil_table(
        "parjaavyys", estimate=pl.col("estimate").fill_null(1.0))),
    "rows that were hidden later": ("data/published/quality_rules", "not_as_decided", spoil_table(
        "quality_rules", suppressed=pl.lit("primary"), rows=pl.lit(None))),
    "a table nobody knows": ("data/published/extra", "no_contract", lambda: shutil.copy(
        "data/published/nodes.parquet", "data/published/extra.parquet")),
    "a table without marks": ("data/published/delays", "no_contract", lambda: pl.DataFrame({"n": [3]}).write_parquet(
        "data/published/delays.parquet")),
    "a hidden number behind a figure": ("reports/tables/coping", "hidden_number", _text(
        "reports/tables/coping.csv", "estimate,suppressed\n3.5,primary\n")),
    "its figure": ("reports/figures/coping-1of2", "hidden_number", _text(
        "reports/figures/coping.csv", "estimate,suppressed\n3.5,primary\n")),
    "a figure of another publication": ("reports/figures/coping-1of2", "other_publication", _text(
        "reports/figures/coping-1of2.pdf", "%PDF-1.4 code=other")),
    "captions of another publication": ("reports/figures/captions", "other_publication", _text(
        "reports/figures/captions.md", "# Figures")),
    "rows that have not passed": ("reports/tables/coping", "hidden_number", _text(
        "reports/tables/coping.csv", "n\n3\n")),
    "a figure without rows": (
        "reports/figures/coping-1of2", "no_rows", lambda: Path("reports/figures/coping.csv").unlink()),
    "a row of another estimate": ("reports/tables/coping", "number_not_published", lambda: edit_rows(
        estimate=pl.when(SHOWN).then(pl.col("estimate") + 0.1).otherwise("estimate"))),
    "a row of another group": ("reports/tables/coping", "number_not_published", lambda: edit_rows(
        group=pl.lit("gender:nobody"))),
    "a row that is shown and hidden in its table": ("reports/tables/coping", "number_not_published", lambda: edit_rows(
        suppressed=pl.lit(""), n=pl.lit(5))),
    "a download of another count": ("reports/site/fi/oulu/figures/coping", "number_not_published", lambda: edit_rows(
        DOWNLOAD, n=pl.when(SHOWN).then(pl.lit(995)))),
    "a download with a hidden number": ("reports/site/fi/oulu/figures/coping", "hidden_number", lambda: edit_rows(
        DOWNLOAD, estimate=pl.lit(3.5))),
    "a page of other rules": ("reports/site/fi/index", "other_publication", lambda: edit_meta(
        lambda meta: meta["privacy"].update(threshold=10))),
    "a page of other code": ("reports/site/fi/index", "other_publication", lambda: edit_meta(
        lambda meta: meta.update(code="0ther"))),
    "a number of somewhere else": ("reports/metrics", "number_not_published", _text(
        "reports/metrics.json", '{"oulu": {"mean": 3.14159}}')),
    "a narrow drawing without rows": ("reports/site/fi/oulu/figures/narrow/coping", "no_rows",
        lambda: Path(DOWNLOAD).unlink()),
    "a PDF of another publication": ("reports/site/report", "other_publication", _text(
        "reports/site/report.pdf", "%PDF-1.7 code=0ther")),
    "a style sheet of somebody else": ("reports/site/fi/style", "not_own", _text("reports/site/fi/style.css", "p {}")),
    "a script of somebody else": ("reports/site/fi/mine", "not_own", _text("reports/site/fi/mine.js", "alert(1)")),
    "a file of another kind": ("reports/site/clean", "unknown_kind", _text("reports/site/clean.docx", "x")),
}  # fmt: skip


MEANS = "reports/site/fi/oulu/figures/means"


def replace_text(old: str, new: str) -> Callable[[], None]:
    def spoil() -> None:
        path = Path(f"{MEANS}.csv")
        assert old.encode() in path.read_bytes()
        path.write_bytes(path.read_bytes().replace(old.encode(), new.encode(), 1))

    return spoil


def take_again(end: str, language: str = "fi", **change: pl.Expr) -> Callable[[], None]:
    """Write the rows again as the project does, after a change."""

    def spoil() -> None:
        published = read_published()
        rows = published["parjaavyys"].filter(indicator="score_mean").head(50).with_columns(**change)
        Path(f"{MEANS}{end}").write_bytes(dict(taken(rows, language, published))[end])

    return spoil


def add_sheet(hidden: bool) -> Callable[[], None]:
    """Put a further part into the workbook, or a sheet that nobody sees."""

    def spoil() -> None:
        path = Path(f"{MEANS}.xlsx")
        if not hidden:
            with zipfile.ZipFile(path, "a") as book:
                book.writestr("xl/extra.xml", "<secret/>")
            return
        with xlsxwriter.Workbook(str(path)) as book:
            for name in ("Tietoa", "Synteettinen aineisto", "Salaa"):
                book.add_worksheet(name).write(0, 0, "Arvo")
            book.get_worksheet_by_name("Salaa").hide()

    return spoil


ESTIMATE = pl.when(SHOWN).then(pl.col("estimate") + 0.1).otherwise("estimate")
OTHER_N = pl.when(SHOWN).then(pl.lit(995, pl.Int64))
SPOILED |= {
    f"readers' rows: {what}": (MEANS, code, spoil) for what, code, spoil in [
        ("another estimate", "number_not_published", take_again(".csv", estimate=ESTIMATE)),
        ("another count in a workbook", "number_not_published", take_again(".xlsx", n=OTHER_N)),
        ("another group", "number_not_published", take_again(".xlsx", group=pl.lit("gender:other"))),
        ("shown and hidden in its table", "number_not_published", take_again(
            ".csv", suppressed=pl.lit(""), n=pl.lit(5, pl.Int64))),
        ("a number in a hidden row", "hidden_number", replace_text(";ei näytetä;", ";3,5;")),
        ("a number with the sign of another language", "not_as_written", replace_text("71,", "71.")),
        ("a title of another code", "not_as_written", replace_text("Keskiarvo;", "Mediaani;")),
        ("without the mark of made-up data", "not_as_written", replace_text("# Synteettinen aineisto.", "# Aineisto.")),
        ("a further remark", "not_as_written", replace_text("# Sormenjälki", "# Matti Meikäläinen 3\r\n# Sormenjälki")),
        ("a column nobody knows", "unknown_column", replace_text("Vuosi;", "Lapsia;")),
        ("titles in place of codes", "number_not_published", replace_text("Alue (koodi);Alue;", "Alue;Alue (koodi);")),
        ("rows without marks", "hidden_number", replace_text("Näkyvyys (koodi);", "Keskivirhe;")),
        ("no workbook", "not_as_written", _text(f"{MEANS}.xlsx", "x")),
        ("a further part in the workbook", "not_as_written", add_sheet(hidden=False)),
        ("a hidden sheet", "not_as_written", add_sheet(hidden=True)),
    ]
}  # fmt: skip


@pytest.mark.parametrize("what", SPOILED)
def test_what_must_not_leave_fails_and_stops_the_stage(leaving: Path, what: str):
    uid, code, spoil = SPOILED[what]
    spoil()
    with pytest.raises(DisclosureError, match="outputs fail") as caught:
        write_record("data/published", LEAVING, exceptions="data/exceptions.yaml", target="reports/record")

    assert "results.json says why" in caught.value.hint
    one = read("results.json")["results"][uid]
    assert (one["status"], f"fail: {code}" in one["comments"]) == ("fail", True)
    page = Path("reports/record/release.html").read_text(encoding="utf-8")
    assert load_terms().title("check", code, "fi")[1:] in page
    assert "tätä ei saa allekirjoittaa" in page


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda meta: meta["privacy"]["accepted_risks"].pop("knows_others"), "risk_not_accepted"),
        (lambda meta: meta["privacy"]["rules"].pop("rounding"), "rule_of_nobody"),
        (lambda meta: meta.update(synthetic=False), "rules_of_example"),
        (lambda meta: meta.update(date=""), "no_date"),
        (lambda meta: meta.update(code=""), "no_code"),
    ],
)
def test_what_nobody_decided_or_told_makes_everything_for_review(leaving: Path, change: Any, code: str):
    edit_meta(change)
    results = record()
    assert all(f"review: {code}" in one["comments"] for one in results.values())
    assert "pass" not in {one["status"] for one in results.values()}


def test_rows_of_an_earlier_release_may_be_shown_or_hidden(leaving: Path):
    """They are decided there; no more of the others may be hidden or shown, and none come or go."""
    frame = pl.DataFrame({"suppressed": ["", "", "primary", "secondary"]})

    def fits(**rows: int) -> bool:
        told = [("t", "" if rule in {"shown", KEPT} else rule, rule, count) for rule, count in rows.items()]
        decisions = pl.DataFrame(told, schema=["table", "suppressed", "rule", "rows"], orient="row")
        return as_decided("t", frame, decisions)

    assert fits(shown=2, primary=1, secondary=1)
    assert fits(shown=2, primary=1, kept=1)
    assert fits(shown=1, secondary=1, kept=2)
    assert not fits(shown=1, primary=2, secondary=1)
    assert not fits(shown=3, kept=1)
    assert not fits(shown=2, kept=1)
    assert KEPT == sujuva.releases.KEPT


def grant(**values: str) -> None:
    known = {"output": "reports/notebooks/*", "owner": "head of the study", "date": "2025-02-03", "reason": "was read"}
    lines = [f"{key}: {value}" for key, value in (known | values).items() if value]
    Path("data/exceptions.yaml").write_text("exceptions:\n  - " + "\n    ".join(lines) + "\n", encoding="utf-8")


def test_an_exception_stands_with_its_owner_date_and_reason(leaving: Path):
    grant()
    one = record()["reports/notebooks/figures"]
    assert (one["status"], one["exception"]) == ("review", "was read (head of the study, 2025-02-03)")
    page = Path("reports/record/release.html").read_text(encoding="utf-8")
    assert "was read" in page
    assert "tätä ei saa allekirjoittaa" not in page
    assert load_terms().sentence("check", "executed_code", "fi") not in page


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"reason": ""}, r"exceptions\.0\.reason': this is missing"),
        ({"reason": "' '"}, r"exceptions\.0\.reason"),
        ({"owner": ""}, r"exceptions\.0\.owner': this is missing"),
        ({"date": ""}, r"exceptions\.0\.date': this is missing"),
        ({"date": "yesterday"}, "not a date such as 2024-12-31"),
        ({"output": "reports/notebook/figures"}, "nothing that leaves is called 'reports/notebook/figures'"),
        ({"whom": "me"}, "unknown key 'exceptions.0.whom'"),
    ],
)
def test_an_exception_that_nobody_answers_for_is_refused(leaving: Path, values: dict[str, str], message: str):
    grant(**values)
    with pytest.raises(CodebookError, match=message):
        record()
    assert not Path("reports/record").exists()


def test_there_is_no_exception_from_what_fails(leaving: Path):
    Path("reports/site/clean.xlsx").write_text("x", encoding="utf-8")
    grant(output="reports/site/*")
    with pytest.raises(CodebookError, match="reports/site/clean fails, and there is no exception"):
        record()


def test_something_missing_that_should_leave_is_told(leaving: Path):
    shutil.rmtree("reports/tables")
    with pytest.raises(SujuvaError, match="reports/tables is not there"):
        record()


def test_the_statement_tells_who_decided_each_rule_and_accepts_each_risk(leaving: Path):
    edit_meta(lambda meta: meta["privacy"]["accepted_risks"].pop("knows_others"))
    record()
    told = read("risk.json")

    assert told["rules"]["threshold"]["value"] == 5
    assert told["rules"]["threshold"]["owner"] == "project"
    assert set(told["risks"]) == set(load_terms().kinds["risk"])
    assert {key for key, one in told["risks"].items() if not one["accepted"]} == {"knows_others"}
    assert all(one["statement"]["fi"] and one["title"]["sv"] for one in told["risks"].values())
    assert (told["code"], told["date"], told["synthetic"]) == ("c0de", "2024-12-31", True)


@pytest.mark.parametrize(
    ("language", "said"),
    [("fi", "Allekirjoitus"), ("sv", "Underskrift"), ("en", "Signature")],
)
def test_the_page_to_sign_tells_the_rules_the_risks_and_the_checksum(leaving: Path, language: str, said: str):
    record(language)
    page = Path("reports/record/release.html").read_text(encoding="utf-8")
    terms = load_terms()

    assert said in page
    assert f'lang="{language}"' in page
    for kind in ("risk", "privacy_rule"):
        for key, one in terms.kinds[kind].items():
            assert (one.sentence or one)[language].replace("'", "&#39;") in page, key
    assert hashlib.sha256(Path("reports/record/results.json").read_bytes()).hexdigest() in page
    assert "http" not in page


def test_the_same_files_make_the_same_bytes(leaving: Path):
    record()
    before = {path.name: path.read_bytes() for path in Path("reports/record").iterdir()}
    for path in leaving.rglob("*"):
        if path.is_file() and not path.is_symlink():
            path.touch()
    record()
    assert {path.name: path.read_bytes() for path in Path("reports/record").iterdir()} == before
