"""What `sujuva multiverse` writes: the table of all told ways, and a page a language with a curve for each finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from sujuva.attack import require_withstands
from sujuva.attack.specifications import attack_specifications
from sujuva.errors import ParameterError
from sujuva.figures import Words
from sujuva.figures.labels import Meta, source_line, stamp
from sujuva.figures.layouts.curve import Curve
from sujuva.figures.picture import Picture
from sujuva.figures.sheet import DRAWING
from sujuva.io import csv_text, replacing_folder, write_text
from sujuva.multiverse.computed import Findings, Told
from sujuva.multiverse.declared import CHOICES, Multiverse
from sujuva.multiverse.words import Said
from sujuva.published import Published
from sujuva.published.specifications import COLUMNS, FILE
from sujuva.reports.looks import STYLE, own_text
from sujuva.reports.rendering import filled


@dataclass(frozen=True)
class Shown:
    """A finding as a page shows it.

    Attributes:
        said: Its words.
        reasons: (choice, value) → why somebody could choose so.
    """

    said: Said
    reasons: Mapping[tuple[str, str], str]

    @cached_property
    def picture(self) -> Picture | None:
        """The specification curve; none where no way is told."""
        said, told = self.said, self.said.told
        rows = ways_table(told).filter(suppressed="")
        if rows.is_empty():
            return None
        every: dict[str, dict[str, str]] = {
            choice: {value: said.value(choice, value) for value in _values(told, choice) if value in set(rows[choice])}
            for choice in told.finding.choices
        }
        values = {choice: some for choice, some in every.items() if len(some) > 1}
        curve = Curve(
            rows, {choice: said.choice(choice) for choice in values}, values, said.written, said.unit,
            {way: said.words.title("finding_way", way) for way in ("rose", "fell", "unclear")},
            said.words.say("as it is published"),
        )  # fmt: skip
        return Picture(
            key=told.finding.key, title=said.sentences[0], subtitle=said.subject, caption=said.caption,
            alt=f"{said.subject}. {' '.join(said.sentences)}", data=rows,
            drawing=lambda paper: curve.draw(said.words, paper), language=said.words.language,
            source=source_line(said.meta, said.words), stamp=stamp(said.meta, said.words),
        )  # fmt: skip

    @property
    def choices(self) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        """Choices by title: of each value its title, the reason (none of the default), and whether a way is told."""
        told = self.said.told
        shown = ways_table(told).filter(suppressed="")
        return [
            (
                self.said.choice(choice),
                [
                    (self.said.value(choice, value), self.reasons.get((choice, value), ""), value in set(shown[choice]))
                    for value in _values(told, choice)
                ],
            )
            for choice in told.finding.choices
            if len(_values(told, choice)) > 1
        ]


def ways_table(told: Told) -> pl.DataFrame:
    """Return the told table with the choices of each specification beside it, `""` where one does not bear on it."""
    chosen = pl.DataFrame(
        [{choice: one.get(choice, "") for choice in CHOICES} for one in told.design.specifications],
        schema=dict.fromkeys(CHOICES, pl.String),
    )
    return pl.concat([told.table, chosen], how="horizontal")


def specifications_table(findings: Findings) -> pl.DataFrame:
    """Return all findings in all their ways: columns `sujuva.published.specifications.COLUMNS`."""
    tables = [
        ways_table(one).with_columns(
            pl.lit(value, COLUMNS[name]).alias(name)
            for name, value in ({"finding": one.finding.key} | one.finding.model_dump()).items()
        )
        for one in findings
    ]
    return pl.concat(tables).select(*COLUMNS)


def checked(findings: Findings, published: Published) -> None:
    """See that an intruder learns nothing from findings in several ways beside what is published.

    Raises:
        DisclosureError: It does; says from which finding.
    """
    learned = attack_specifications(published, specifications_table(findings))
    require_withstands(learned, hint="Declare fewer alternatives in multiverse.yaml, or report this as a bug.")


def _values(told: Told, choice: str) -> list[str]:
    return list(dict.fromkeys(one[choice] for one in told.design.specifications))


def write_multiverse(
    findings: Findings, declared: Multiverse, folder: Path, *, meta: Meta, voices: Sequence[Words]
) -> None:
    """Write `specifications.csv` and in each language a page with its pictures; the folder is replaced at once.

    Args:
        findings: The findings in all ways that may be told.
        declared: What `multiverse.yaml` says.
        folder: Where they go.
        meta: Metadata of what is published.
        voices: The languages.

    Raises:
        ParameterError: Something else lies in the folder, which would be lost.
        DisclosureError: A row that has not passed the door carries a number.
    """
    if folder.exists() and not (folder / FILE).is_file() and not (folder.is_dir() and not any(folder.iterdir())):
        msg = f"{folder.name} is there, and no multiverse is in it."
        raise ParameterError(msg, "Name a new folder: whatever lies in it would be replaced.")
    with replacing_folder(folder) as out:
        write_text(csv_text(specifications_table(findings)), out / FILE)
        for words in voices:
            shown = [
                Shown(
                    Said(one, meta, words),
                    {
                        (name, each.value): each.why[words.language]
                        for name in CHOICES
                        for each in declared.alternatives(one.finding, name)
                    },
                )
                for one in findings
            ]  # fmt: skip
            for one in shown:
                if one.picture:
                    name = f"{one.said.finding.key}-{words.language}"
                    write_text(one.picture.svg_file(), out / f"{name}.svg")
                    write_text(one.picture.narrow_svg_file(alone=False), out / f"{name}-narrow.svg")
                    (out / f"{name}.png").write_bytes(one.picture.png())
            title = words.say("Other ways of computing the same")
            page = filled(
                "multiverse.html", say=words.say, words=words, language=words.language, title=title, meta=meta,
                study=words.of(meta["title"]), findings=shown, table=FILE,
                style=own_text(STYLE), drawing=DRAWING,
            )  # fmt: skip
            write_text(page, out / f"{words.language}.html")


__all__ = ["Shown", "checked", "specifications_table", "ways_table", "write_multiverse"]
