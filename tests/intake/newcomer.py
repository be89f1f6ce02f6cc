"""A delivery as a newcomer's three regions and two waves would bring it: other names in everything than the example."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xlsxwriter

TOWNS = {"Kainuu": ("Kajaani", "Kuhmo", "Sotkamo"), "Kymenlaakso": ("Kouvola", "Kotka", "Hamina"),
         "Satakunta": ("Pori", "Rauma", "Ulvila")}  # fmt: skip
"""County to municipalities."""
WAVES = (2025, 2026)
_PLACES = [(county, town) for county, towns in TOWNS.items() for town in towns]
_SERVICES = ("Koulu", "Neuvola", "Lastensuojelu", "Nuorisotyö", "Seurakunta")
_CONTACT, _MEETING, _FOLLOW_UP, _END = "Yhteydenotto", "Verkostotapaaminen", "Seurantatapaaminen", "Asian päättäminen"
CHILDREN, FAMILIES, GUESTS = 240, 90, 60


def write_delivery(folder: Path, seed: int = 5) -> None:
    """Write seven files into a folder that is there."""
    random = np.random.default_rng(seed)
    _register(folder, random)
    for wave in WAVES:
        _survey(folder, wave, random)
    _cases(folder, random)
    _network(folder, random)
    _feedback(folder, random)


def _csv(path: Path, rows: list[list[object]], encoding: str = "iso-8859-1") -> None:
    text = "\r\n".join(";".join(map(str, row)) for row in rows) + "\r\n"
    path.write_bytes(text.encode(encoding))


def _register(folder: Path, random: np.random.Generator) -> None:
    """The register of children: a row a child and year, ages by the year, school or daycare."""
    rows: list[list[object]] = [["Lapsen tunnus", "Tilastovuosi", "Kotikunta", "Toimipaikka", "Sukupuoli", "Ikä"]]
    for wave in WAVES:
        for child in range(CHILDREN):
            _, town = _PLACES[child % len(_PLACES)]
            gender = ("Tyttö", "Poika", "Muu")[min(int(random.integers(0, 12)) // 5, 2)]
            age = 7 + child % 9 + wave - WAVES[0]
            rows.append([f"L{child:04}", wave, town, f"{town}n koulu {child // 9 % 4 + 1}", gender, age])
    _csv(folder / "lapsirekisteri.csv", rows)


def _survey(folder: Path, wave: int, random: np.random.Generator) -> None:
    """A survey tool's workbook: a title above the header, one column a question."""
    with xlsxwriter.Workbook(folder / f"hyvinvointikysely_{wave}.xlsx") as book:
        sheet = book.add_worksheet("Raportti")
        sheet.write_row(0, 0, [f"Hyvinvointikysely {wave}"])
        sheet.write_row(2, 0, ["Vastaajan ID", "Lähetetty", *(f"WHO-5: väittämä {n}" for n in range(1, 6))])
        for child in range(CHILDREN):
            mood = random.integers(0, 4)
            answers = [int(min(5, mood + random.integers(0, 3))) for _ in range(5)]
            day = f"{1 + child % 28}.{3 + child % 2}.{wave} {8 + child % 8}.{10 + child % 50}"
            sheet.write_row(3 + child, 0, [f"L{child:04}", day, *answers])


def _cases(folder: Path, random: np.random.Generator) -> None:
    """The case system: a row an event, the day and the clock in two columns."""
    rows: list[list[object]] = [["Asianumero", "Toiminto", "Päivämäärä", "Kello", "Toimiala", "Kunta"]]
    for family in range(FAMILIES):
        _, town = _PLACES[family % len(_PLACES)]
        wave, day = WAVES[family % 2], int(random.integers(1, 29))
        wait = int(random.integers(1, 25))
        for step, after in ((_CONTACT, 0), (_MEETING, wait), (_FOLLOW_UP, wait + 80), (_END, wait + 140)):
            date = np.datetime64(f"{wave}-02-{day:02}") + after
            year, month, dom = str(date).split("-")
            clock = f"{8 + family % 8}.{family % 6}{family % 10}"
            who = _SERVICES[int(random.integers(0, len(_SERVICES)))]
            rows.append([f"KAI-{family:05}", step, f"{int(dom)}.{int(month)}.{year}", clock, who, town])
    _csv(folder / "asiat.csv", rows)


def _network(folder: Path, random: np.random.Generator) -> None:
    """A workbook with a sheet of organisations, a sheet of what they say of each other, and a sheet of instructions."""
    with xlsxwriter.Workbook(folder / "verkosto.xlsx") as book:
        sheet = book.add_worksheet("Ohje")
        sheet.write_row(0, 0, ["Täytä molemmat taulukot."])
        actors, ties = book.add_worksheet("Organisaatiot"), book.add_worksheet("Yhteistyö")
        actors.write_row(0, 0, ["Organisaatiotunnus", "Organisaatio", "Toimiala", "Taso", "Hyvinvointialue"])
        ties.write_row(
            0, 0, ["Hyvinvointialue", "Vuosi", "Arvioija", "Arvioitava", "Yhteydenlaji", "Nykyinen", "Tavoite"]
        )
        at, row = 1, 1
        for county in TOWNS:
            names = [f"{county[:3].upper()}{number}" for number in range(6)]
            for number, name in enumerate(names):
                service = _SERVICES[number % len(_SERVICES)]
                level = "Peruspalvelu" if number % 3 else "Erityispalvelu"
                actors.write_row(at, 0, [name, f"{service} {county} {number}", service, level, county])
                at += 1
            for wave in WAVES:
                for a in names:
                    for b in names:
                        if a != b:
                            now = int(random.integers(0, 5))
                            ties.write_row(row, 0, [county, wave, a, b, "Yhteistyö", now, min(4, now + 1)])
                            row += 1


def _feedback(folder: Path, random: np.random.Generator) -> None:
    """A form after each meeting: a row a participant, a column a statement."""
    rows: list[list[object]] = [
        ["Tapaaminen", "Palautteen antaja", "Osallistujaryhmä", "Hyvinvointialue", "Vuosi", "Tulin kuulluksi",
         "Tapaamisesta oli hyötyä"]
    ]  # fmt: skip
    for guest in range(GUESTS):
        county = list(TOWNS)[guest % 3]
        group = ("Lapset", "Vanhemmat", "Ammattilaiset")[guest // 3 % 3]
        place = f"T{guest // 9 + 1}"
        said = [int(value) for value in random.integers(1, 5, 2)]
        rows.append([place, f"P{guest:03}", group, county, WAVES[guest % 2], *said])
    _csv(folder / "palaute.csv", rows, "utf-8")
