"""Which sheet goes into which file, and in which format each file arrives."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files as resources
from pathlib import Path

import polars as pl

from sujuva.example.questionnaires import SDQ_NAMES
from sujuva.example.sheet import Sheet
from sujuva.example.writers import XlsxSheet, write_csv, write_parquet, write_sav, write_xlsx
from sujuva.io import write_text

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
    "relations": "organisaatiot.xlsx",
    "attendance": "tyopajat.csv",
    "partners": "kumppanikysely.csv",
    "rubric": "arviointimatriisi.csv",
}
"""The file of each source of `sources.yaml`."""

_AS_THEY_ARE = ("sources.yaml", "LUEMINUT.txt")
_SDQ_LABELS = {0.0: "ei", 1.0: "osittain", 2.0: "kyllä"}
_SDQ_MISSING = 9.0


def deliver(sheets: Mapping[str, Sheet], out: Path) -> dict[str, str]:
    """Write every file of the example into the folder `out`; return the file name of each source."""
    rows = {name: sheet.rows for name, sheet in sheets.items()}
    write_parquet(rows["respondents"], out / FILES["respondents"])
    above = ("Hyvinvointikysely (synteettinen esimerkki)", "Vastaukset vastaajittain", "")
    who5 = XlsxSheet("Vastaukset", rows["who5"], above)
    write_xlsx([who5], out / FILES["who5"], title="Hyvinvointikysely (synteettinen)")
    write_csv(rows["cyrm_r"], out / FILES["cyrm_r"], encoding="iso-8859-1")
    _write_sdq(rows["sdq"], out / FILES["sdq"])
    network = [XlsxSheet("Toimijat", rows["organisations"]), XlsxSheet("Yhteydet", rows["ties"])]
    network.append(XlsxSheet("Suhteet", rows["relations"]))
    write_xlsx(network, out / FILES["ties"], title="Toimijat ja yhteydet (synteettinen)")
    write_csv(rows["casework"], out / FILES["casework"], encoding="utf-8")
    quoted = ["title", "indicator", "area_name", "area", "gender"]
    for name in ("areas", "eligible"):
        write_csv(rows[name], out / FILES[name], encoding="iso-8859-1", header=False, quoted=quoted)
    write_csv(rows["feedback"], out / FILES["feedback"], encoding="utf-8-sig")
    write_csv(rows["lp_topics"], out / FILES["lp_topics"], encoding="utf-8")
    write_csv(rows["single"], out / FILES["single"], encoding="utf-8")
    for name in ("attendance", "partners", "rubric"):
        write_csv(rows[name], out / FILES[name], encoding="utf-8")
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
