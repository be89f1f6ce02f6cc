"""A manuscript in Markdown whose numbers are references to published cells: `{{ parjaavyys score_mean oulu 2024 }}`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from sujuva.errors import ParameterError, SujuvaError, nearest
from sujuva.figures import Words, voice
from sujuva.published import Published, address, cell_of
from sujuva.reports.cell_numbers import interval_written, written
from sujuva.review.markdown import REFERENCE, line_of, without_code
from sujuva.review.typed import OTHER, Numbers

INTERVAL, DECIMALS = "interval", "decimals"
_MOST = 12


def filled(text: str, published: Published, language: str, name: str = "manuscript") -> str:
    """Return a manuscript with each reference replaced by its number, and behind it in a comment the cell's address.

    Args:
        text: The Markdown; references in code stay.
        published: What publish let out.
        language: Of numbers: fi, sv or en.
        name: What the file is called, for messages.

    Returns:
        The text, at its end a comment that tells of which tables its numbers are, and the fingerprint of these.

    Raises:
        SujuvaError: A reference is not of one shown cell, or a number typed by hand is a published one: each with its
            line, and what to write.
    """
    words = voice(published.meta, language)
    faults, pieces, end = [], [], 0
    for found in REFERENCE.finditer(without_code(text)):
        try:
            number, comment = _filled(found[1], published, words)
        except SujuvaError as error:
            faults.append((line_of(text, found.start()), f"{{{{{found[1]}}}}}: {error}"))
            continue
        pieces += [text[end : found.start()], f"{number}<!-- {comment} -->"]
        end = found.end()
    faults += [
        (one.line, f"{one.told(published)}, or put {OTHER} behind it.")
        for one in Numbers(published).typed(text, named=False)
    ]
    if faults:
        told = [f"{name}, line {line}: {fault}" for line, fault in sorted(faults)]
        more = [f"… and {len(told) - _MOST} more."] if len(told) > _MOST else []
        raise SujuvaError("\n".join([*told[:_MOST], *more]), "Nothing was written.")
    return "".join([*pieces, text[end:].rstrip("\n"), "\n\n", "\n".join(_origin(published, language)), "\n"])


def _filled(reference: str, published: Published, words: Words) -> tuple[str, str]:
    """Return the number of a reference, and its address with the options."""
    named, *options = (part.split() for part in reference.split("|"))
    if not named:
        msg = "no cell is named."
        raise ParameterError(msg, "Write {{ table value value … }}, as sujuva trace takes them.")
    cell = cell_of(published, named)
    column, decimals = "", None
    for option in options:
        match option:
            case ["decimals", number] if re.fullmatch(r"\d", number):
                decimals = int(number)
            case [name] if name == INTERVAL or name in cell.numbers:
                column = name
            case _:
                known = [*cell.numbers, INTERVAL, "decimals 0"]
                msg = f"there is no way '{' '.join(option)}' to write a cell of {cell.table}."
                raise ParameterError(msg, nearest(" ".join(option), known))
    if column == INTERVAL:
        number = interval_written(cell, published.meta, words, decimals=decimals)
    else:
        number = written(cell, published.meta, words, column, decimals=decimals)
    told = [" ".join(address(cell, published)), *(" ".join(option) for option in options)]
    return number, " | ".join(told)


def _origin(published: Published, language: str) -> Iterator[str]:
    meta = published.meta
    told = "".join(f"{name} {one}\n" for name, one in sorted(published.sums.items()))
    yield f"<!-- Numbers by sujuva manuscript ({language}) from published tables:"
    title = Words("en").of(meta["title"])
    yield f"     {title}{' (synthetic)' if meta['synthetic'] else ''}, {meta['date']}"
    yield f"     fingerprint {meta['fingerprint']}, tables sha256 {hashlib.sha256(told.encode()).hexdigest()}"
    yield "     Each number has its cell in the comment behind it: sujuva trace CELL -->"
