"""Which sheet goes into which file, and raw files of several kinds with the same bytes for the same rows.

Two formats carry the moment of writing: an xlsx in its document properties, a sav in its header. Both get a fixed one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.example.questionnaires import SDQ_NAMES
from sujuva.example.sheet import Sheet
from sujuva.io import csv_text, new_workbook, replacing, write_text, write_with

FILES = {
    "respondents": "taustatiedot.parquet",
    "who5": "webropol_who5.xlsx",
    "cyrm_r": "cyrm_kysely.csv",
    "sdq": "sdq_vanhemmat.sav",
    "organisations": "organisaatiot.xlsx",
    "ties": "organisaatiot.xlsx",
    "casework": "perheet_tapahtumat.csv",
    "areas": "sotkanet_alueet.csv",
    "feedback": "palaute.csv",
    "lp_topics": "lp_keskustelut.csv",
    "single": "yksittaiset_kysymykset.csv",
    "eligible": "sotkanet_lp_kohderyhma.csv",
    "placed": "sotkanet_sijoitetut.csv",
    "relations": "organisaatiot.xlsx",
    "attendance": "tyopajat.csv",
    "partners": "kumppanikysely.csv",
    "rubric": "arviointimatriisi.csv",
    "observations": "havainnot.csv",
    "service_parts": "palvelut.xlsx",
    "child_budgets": "palvelut.xlsx",
    "initiatives": "aloitteet.csv",
    "participation": "osallistuminen.csv",
    "criteria": "laatukriteerit.csv",
    "interviews": "haastattelut.csv",
    "trainings": "koulutukset.csv",
    "method_reach": "palvelut.xlsx",
    "reports": "kuukausitilasto.csv",
}
"""The file of each source of `sources.yaml`."""
_PLAIN = (
    "casework", "lp_topics", "single", "attendance", "partners", "rubric", "observations", "initiatives",
    "participation", "criteria", "interviews", "trainings", "reports",
)  # fmt: skip

_AS_THEY_ARE = ("sources.yaml", "LUEMINUT.txt")
_SDQ_LABELS = {0.0: "ei", 1.0: "osittain", 2.0: "kyllä"}
_SDQ_MISSING = 9.0

FIXED = datetime(2025, 2, 14, 12, 0, tzinfo=UTC).replace(tzinfo=None)
"""The moment that every file says it was made at."""

# The header of an SPSS system file: creation date (9 characters) and time (8) start at this byte; see the PSPP
# developers' description of the format.
_SAV_MOMENT = 92
_SAV_FIXED = b"14 Feb 2512:00:00"


def write_parquet(rows: pl.DataFrame, path: Path) -> None:
    """Write a Parquet file in the order of `rows`."""
    with replacing(path) as temporary:
        rows.write_parquet(temporary, compression="zstd", compression_level=3, row_group_size=1_000_000)


def write_delimited(
    rows: pl.DataFrame, path: Path, *, encoding: str, header: bool = True, quoted: Sequence[str] = ()
) -> None:
    """Write a semicolon-separated file of text columns; null and "" become an empty field.

    Text in the columns `quoted` stands in quotation marks (empty text, too); the others are quoted where needed.
    """
    bare = rows.with_columns(pl.col(pl.String).replace("", None))
    always = {name: '"' + pl.col(name).fill_null("").str.replace_all('"', '""') + '"' for name in quoted}
    form: dict[str, Any] = {"separator": ";", "line_terminator": "\r\n", "include_header": header}
    text = csv_text(bare.with_columns(**always), **form, quote_style="never" if quoted else "necessary")
    with replacing(path) as temporary:
        temporary.write_bytes(text.encode(encoding))


@dataclass(frozen=True)
class XlsxSheet:
    """A sheet of a workbook: lines above the header, then the header, then rows."""

    name: str
    rows: pl.DataFrame
    above: tuple[str, ...] = ()


def write_xlsx(sheets: Sequence[XlsxSheet], path: Path, *, title: str) -> None:
    """Write a workbook; a column of datetimes becomes Excel dates."""
    with new_workbook(path, created=FIXED, title=title, author="Sujuva", dates="dd.mm.yyyy hh:mm") as book:
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            for line, text in enumerate(sheet.above):
                page.write(line, 0, text)
            first = len(sheet.above)
            page.write_row(first, 0, sheet.rows.columns)
            for column, values in enumerate(sheet.rows.iter_columns()):
                page.write_column(first + 1, column, values.to_list())


def write_sav(
    rows: pl.DataFrame,
    path: Path,
    *,
    title: str,
    labels: Mapping[str, str],
    values: Mapping[str, Mapping[float, str]],
    user_missing: Mapping[str, Sequence[float]],
) -> None:
    """Write an SPSS system file with variable labels, value labels and user-missing codes."""
    import pyreadstat  # noqa: PLC0415  (only this format needs it)

    def write(target: Path) -> None:
        pyreadstat.write_sav(
            rows,
            str(target),
            file_label=title,
            column_labels=dict(labels),
            variable_value_labels={name: dict(codes) for name, codes in values.items()},
            missing_ranges={name: list(codes) for name, codes in user_missing.items()},
            row_compress=True,
        )
        content = target.read_bytes()
        after = _SAV_MOMENT + len(_SAV_FIXED)
        target.write_bytes(content[:_SAV_MOMENT] + _SAV_FIXED + content[after:])

    write_with(path, write)


def deliver(sheets: Mapping[str, Sheet], out: Path) -> dict[str, str]:
    """Write every file of the example into the folder `out`; return the file name of each source."""
    rows = {name: sheet.rows for name, sheet in sheets.items()}
    write_parquet(rows["respondents"], out / FILES["respondents"])
    above = ("Hyvinvointikysely (synteettinen esimerkki)", "Vastaukset vastaajittain", "")
    who5 = XlsxSheet("Vastaukset", rows["who5"], above)
    write_xlsx([who5], out / FILES["who5"], title="Hyvinvointikysely (synteettinen)")
    write_delimited(rows["cyrm_r"], out / FILES["cyrm_r"], encoding="iso-8859-1")
    _write_sdq(rows["sdq"], out / FILES["sdq"])
    titles = {"Toimijat": "organisations", "Yhteydet": "ties", "Suhteet": "relations"}
    network = [XlsxSheet(title, rows[name]) for title, name in titles.items()]
    write_xlsx(network, out / FILES["ties"], title="Toimijat ja yhteydet (synteettinen)")
    titles = {"Osat": "service_parts", "Menetelmät": "method_reach", "Lapsibudjetit": "child_budgets"}
    services = [XlsxSheet(title, rows[name]) for title, name in titles.items()]
    write_xlsx(services, out / FILES["service_parts"], title="Palvelut (synteettinen)")
    quoted = ["title", "indicator", "area_name", "area", "gender"]
    for name in ("areas", "eligible", "placed"):
        write_delimited(rows[name], out / FILES[name], encoding="iso-8859-1", header=False, quoted=quoted)
    write_delimited(rows["feedback"], out / FILES["feedback"], encoding="utf-8-sig")
    for name in _PLAIN:
        write_delimited(rows[name], out / FILES[name], encoding="utf-8")
    for name in _AS_THEY_ARE:
        write_text(resources("sujuva.example").joinpath(name).read_text(encoding="utf-8"), out / name)
    return FILES


def _write_sdq(rows: pl.DataFrame, path: Path) -> None:
    titles = {name: f"SDQ, vanhempi, väittämä {number}" for number, name in enumerate(SDQ_NAMES, 1)}
    codes = _SDQ_LABELS | {_SDQ_MISSING: "Ei vastausta"}
    write_sav(
        rows,
        path,
        title="SDQ vanhemmat (synteettinen)",
        labels={"tunnus": "Vastaajatunnus", "vuosi": "Mittausvuosi"} | titles,
        values=dict.fromkeys(SDQ_NAMES, codes),
        user_missing={name: [_SDQ_MISSING] for name in SDQ_NAMES},
    )
