"""A second newcomer's delivery: codes from 1, words for answers, steps of events, matrices, two keys; and its truth."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import xlsxwriter

from sujuva.codebooks import load_instruments

AREAS = {"Kainuu": ("Kajaani", 205), "Turku": ("Turku", 853), "Etelä-Karjala": ("Lappeenranta", 405)}
"""Region to one of its municipalities with its code; Turku is a region by itself, beside its county."""
WAVES = (2022, 2025)
_CHILDREN, _FAMILIES, _SIZE, _GUESTS = 18, 12, 5, 4
_WELLBEING = (
    "Ei koskaan", "Joskus", "Alle puolet ajasta", "Yli puolet ajasta", "Suurimman osan ajasta", "Koko ajan",
)  # fmt: skip
_SDQ = tuple(load_instruments()["sdq"].aliases[number][0] for number in range(1, 26))


def write_messy(folder: Path, seed: int = 7) -> dict[str, int]:
    """Write seven files into a folder that is there, and return what is true of them: counts and sums."""
    random = np.random.default_rng(seed)
    truth: dict[str, int] = {}
    children = _register(folder, random, truth)
    _survey(folder, children, random, truth)
    _parents(folder, children, random, truth)
    _cases(folder, random, truth)
    _network(folder, random, truth)
    _feedback(folder, random, truth)
    _statistics(folder, truth)
    return truth


def _csv(path: Path, rows: list[list[object]], encoding: str = "utf-8") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)


def _register(folder: Path, random: np.random.Generator, truth: dict[str, int]) -> list[tuple[str, int]]:
    """Ages of one year, weights with a comma; one child comes twice, one is from elsewhere."""
    head = ["Lapsen tunniste", "Keräysvuosi", "Kotikunta", "Oppilaitos", "Ikä vuosina", "Sukupuoli", "Painokerroin"]
    rows: list[list[object]] = []
    for town, _ in AREAS.values():
        for wave in WAVES:
            for child in range(_CHILDREN):
                gender, age = ("Tyttö", "Poika")[child % 2], int(random.integers(7, 16))
                school = f"{town}n koulu {child % 6}"
                rows.append(
                    [
                        f"K-{len(rows):04}",
                        wave,
                        town,
                        school,
                        age,
                        gender,
                        f"{0.75 + child % 2 / 2:.2f}".replace(".", ","),
                    ]
                )
    truth["respondents"], truth["respondents_aside"] = len(rows), 2
    _csv(
        folder / "lapset_perustiedot.csv",
        [head, *rows, rows[3], ["K-9001", 2022, "Pori", "Porin koulu", 9, "Poika", "1,00"]],
    )
    return [(str(row[0]), int(str(row[1]))) for row in rows]


def _survey(folder: Path, children: list[tuple[str, int]], random: np.random.Generator, truth: dict[str, int]) -> None:
    """A survey tool numbers answers beside the child's key; GAD-7 is coded from 1; one child nobody knows."""
    names = [*(f"WHO-5 {n}" for n in range(1, 6)), *(f"GAD-7 kysymys {n}" for n in range(1, 8))]
    truth["who5"] = truth["gad7"] = 0
    with xlsxwriter.Workbook(folder / "lapsikysely_2022_2025.xlsx") as book:
        sheet = book.add_worksheet("Raakadata")
        sheet.write_row(0, 0, ["Vastaajan ID", "Lapsen tunniste", "Keräysvuosi", *names])
        for at, (key, wave) in enumerate([*children, ("K-7777", 2025)]):
            well, worry = random.integers(0, 6, 5).tolist(), random.integers(0, 4, 7).tolist()
            if at < len(children):
                truth["who5"] += 4 * sum(well)
                truth["gad7"] += sum(worry)
            cells = [500_000 + at, key, wave, *(_WELLBEING[one] for one in well), *(one + 1 for one in worry)]
            sheet.write_row(at + 1, 0, cells)


def _parents(folder: Path, children: list[tuple[str, int]], random: np.random.Generator, truth: dict[str, int]) -> None:
    """The SDQ's own names of items, p for parents before them; one answer cannot be."""
    rows: list[list[object]] = [["Lapsen tunniste", "Keräysvuosi", "Vastausaika (min)", *_SDQ]]
    for at, (key, wave) in enumerate(children):
        answers = random.integers(0, 3, len(_SDQ)).tolist()
        if at == 1:
            answers[4] = 7
        rows.append([key, wave, f"{at % 9},5", *answers])
    truth["sdq"] = len(children) - 1
    _csv(folder / "vanhemmat_äidit_isät.csv", rows, "iso-8859-1")


def _cases(folder: Path, random: np.random.Generator, truth: dict[str, int]) -> None:
    """The case system tells planned and cancelled events beside those that took place."""
    rows: list[list[object]] = [["Asianumero", "Toiminto", "Päivämäärä", "Kello", "Tila", "Toimiala", "Alue"]]
    met = "Verkostotapaaminen"
    steps = (("Yhteydenotto", 1, "Valmis"), (met, 4, "Suunniteltu"), (met, 9, "Valmis"), ("Seuranta", 20, "Peruttu"))
    for area in AREAS:
        for family in range(_FAMILIES):
            year = 2022 + family % 4
            for activity, day, state in steps:
                clock = f"{int(random.integers(8, 16))}.{int(random.integers(0, 60)):02}"
                rows.append(
                    [f"{area}/{family}", activity, f"{day}.{1 + family % 9}.{year}", clock, state, "Koulutus", area]
                )
    truth["events"], truth["planned"] = 2 * len(AREAS) * _FAMILIES, 2 * len(AREAS) * _FAMILIES
    _csv(folder / "asianhallinta_vienti.csv", rows)


def _network(folder: Path, random: np.random.Generator, truth: dict[str, int]) -> None:
    """A matrix a region and wave, and a sheet of organisations whose names are their keys."""
    sectors = ("Koulutus", "Sosiaalihuolto", "Terveydenhuolto", "Järjestöt", "Seurakunta")
    truth["ties"] = 0
    with xlsxwriter.Workbook(folder / "yhteistyömatriisit.xlsx") as book:
        for area in AREAS:
            for wave in WAVES:
                sheet, names = book.add_worksheet(f"{area} {wave}"), [f"{one} / {area}" for one in sectors]
                sheet.write_row(0, 0, ["Kuka arvioi, ketä", *names])
                for a in range(_SIZE):
                    sheet.write(a + 1, 0, names[a])
                    for b in {*range(_SIZE)} - {a}:
                        rating = int(random.integers(0, 5))
                        truth["ties"] += rating
                        sheet.write(a + 1, b + 1, rating)
    with xlsxwriter.Workbook(folder / "toimijat.xlsx") as book:
        sheet = book.add_worksheet("Toimijat")
        sheet.write_row(0, 0, ["Toimija", "Toimiala", "Alue", "Taso"])
        rows = [[f"{one} / {area}", one, area, "Perustaso"] for area in AREAS for one in sectors]
        for at, row in enumerate(rows, start=1):
            sheet.write_row(at, 0, row)


def _feedback(folder: Path, random: np.random.Generator, truth: dict[str, int]) -> None:
    rows: list[list[object]] = [
        ["Tilaisuus", "Pvm", "Osallistuja", "Alue", "Tulin kuulluksi", "Tapaamisesta oli hyötyä"]
    ]
    for area in AREAS:
        for wave in WAVES:
            rows.extend(
                [f"Verkostopäivä {area}", f"14.4.{wave}", f"o{guest}", area, *random.integers(1, 6, 2).tolist()]
                for guest in range(_GUESTS)
            )
    truth["feedback"] = 2 * (len(rows) - 1)
    _csv(folder / "palaute_verkostopäivät.csv", rows)


def _statistics(folder: Path, truth: dict[str, int]) -> None:
    """Counts alone, with blanks between thousands and codes in two forms; a third of them are dots."""
    rows: list[list[object]] = [["Tunnusluku", "Tunnusluvun koodi", "Aluekoodi", "Kunta", "Vuosi", "Lukumäärä"]]
    for name, code in AREAS.values():
        for year, area, count in (
            (2022, f"KU{code}", "12\u00a0345"),
            (2024, str(code), ".."),
            (2025, str(code), "9\u00a0876"),
        ):
            rows.append(["Lapset 0–17 v", 7001, area, name, year, count])
    truth["statistics"] = len(AREAS) * (12_345 + 9_876)
    _csv(folder / "tilasto_kunnat.csv", rows)
