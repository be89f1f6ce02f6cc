"""The page for the person who signs: what leaves, what was hidden by which rule, and what must be looked at; one A4."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sujuva.codebooks.regions import NETWORK
from sujuva.errors import DisclosureError, SujuvaError
from sujuva.figures import Words, voice
from sujuva.figures.labels import producer_title
from sujuva.io import read_table, replacing_folder, write_json, write_text
from sujuva.paths import inside
from sujuva.published import SHOWN, Published, page_fingerprint
from sujuva.reports.checks import FAIL, PASS, REVIEW, marks
from sujuva.reports.record import (
    Granted,
    Output,
    earlier_releases,
    hidden_by,
    outputs_of,
    read_exceptions,
    results,
    risk_statement,
)
from sujuva.reports.rendering import filled

_NAMED = 3  # outputs that are named where many are to be looked at
_LISTED = 6  # exceptions that the page has room for


def write_record(
    folder: str | Path,
    leaving: Mapping[str, str],
    *,
    exceptions: str | Path,
    target: str | Path,
    language: str = "fi",
) -> list[Output]:
    """Look at all that leaves and write the record, the statement of the risk that is accepted, and the page to sign.

    Args:
        folder: Published tables. They are read as they lie there: what is wrong with one is for the record.
        leaving: Folder or file that leaves → the stage that makes it.
        exceptions: File of exceptions.
        target: Folder to write: results.json, risk.json and release.html; what it held is replaced.
        language: Of the page: fi, sv or en.

    Returns:
        The outputs.

    Raises:
        DisclosureError: An output fails; the record is written, and says which and why.
        SujuvaError: Something that leaves is missing, or `meta.json` cannot be read.
        CodebookError: An exception is not valid.
    """
    place = inside(folder)
    tables = {path.stem: path for path in sorted(place.glob("*.parquet"))}
    try:
        meta = json.loads((place / "meta.json").read_text(encoding="utf-8"))
        meta["fingerprint"] = page_fingerprint(meta)
        published = Published({name: read_table(path) for name, path in tables.items()}, meta)
    except (OSError, ValueError) as error:
        msg = f"{place.name}/meta.json is missing or is not JSON."
        raise SujuvaError(msg, "Run `make repro` (or `dvc repro publish`) to make it.") from error
    granted = read_exceptions(exceptions)
    outputs = outputs_of(published, leaving, granted)
    with replacing_folder(inside(target)) as out:
        write_json(results(outputs, published), out / "results.json")
        write_json(risk_statement(published), out / "risk.json")
        checksum = hashlib.sha256((out / "results.json").read_bytes()).hexdigest()
        page = release_page(published, outputs, granted, checksum=checksum, language=language)
        write_text(page, out / "release.html")
    failing = [one for one in outputs if one.status == FAIL]
    if failing:
        why = ", ".join(code for code, status in failing[0].reasons.items() if status == FAIL)
        msg = f"{len(failing)} of the {len(outputs)} outputs fail, the first of them {failing[0].uid}: {why}."
        raise DisclosureError(msg, f"{Path(target).as_posix()}/results.json says why; nothing may leave before.")
    return outputs


def release_page(
    published: Published,
    outputs: Sequence[Output],
    granted: Sequence[Granted],
    *,
    checksum: str,
    language: str = "fi",
) -> str:
    """Return the page as HTML that prints on one A4.

    Args:
        published: What publish let out.
        outputs: What leaves, as it was looked at.
        granted: Exceptions.
        checksum: SHA-256 of the record `results.json`, which ties the signature to the bytes of each output.
        language: fi, sv or en.
    """
    words, meta = voice(published.meta, language), published.meta
    statement = risk_statement(published)
    return filled(
        "release.html",
        say=words.say,
        words=words,
        language=language,
        meta=meta,
        named=lambda name: producer_title(meta, name, words),
        version=version("sujuva"),
        title=words.say("Results to be released: for whoever signs"),
        study=words.of(meta["title"]) or "Sujuva",
        regions=", ".join(words.of(one["title"]) for key, one in meta["regions"].items() if key != NETWORK),
        years=", ".join(str(wave) for wave in meta["waves"]),
        leaving=_leaving(words, outputs),
        hidden=[
            {"title": words.title("decision", rule), "rows": words.number(rows)}
            for rule, rows in hidden_by(published).items()
        ],
        total=_total(words, published),
        earlier=_earlier(words, published),
        rules=[one | {"title": words.of(one["title"])} for one in statement["rules"].values()],
        risks=[one | {"statement": words.of(one["statement"])} for one in statement["risks"].values()],
        exceptions=granted[:_LISTED],
        further=max(len(granted) - _LISTED, 0),
        look=_look(words, outputs),
        failing=any(one.status == FAIL for one in outputs),
        checksum=checksum,
    )


def _leaving(words: Words, outputs: Sequence[Output]) -> list[dict[str, Any]]:
    kinds = list(dict.fromkeys(one.kind for one in outputs))
    return [
        {
            "title": words.title("output", kind),
            "counts": [
                sum(one.kind == kind for one in outputs),
                *(sum(one.kind == kind and one.status == status for one in outputs) for status in (PASS, REVIEW, FAIL)),
            ],
        }
        for kind in kinds
    ]


def _total(words: Words, published: Published) -> str:
    """Say how many rows of all are hidden."""
    counts = [marks(frame) for name, frame in published.tables.items() if name != "decisions"]
    rows = sum(sum(one.values()) for one in counts)
    hidden = rows - sum(one.get(SHOWN, 0) for one in counts)
    return words.say(
        "Of {rows} rows of the published tables {hidden} are hidden ({share}).",
        rows=words.number(rows),
        hidden=words.number(hidden),
        share=words.percent(hidden / rows if rows else 0.0),
    )


def _earlier(words: Words, published: Published) -> str:
    """Say how many releases there were before, and how many rows stay as the last of them told them."""
    releases = earlier_releases(published)
    if not releases:
        return ""
    last = releases[-1]
    return words.say(
        "Earlier releases: {count}, the last of {date}. Rows that stay as it told them: {rows}.",
        count=len(releases),
        date=words.day(last["date"]),
        rows=words.number(sum(last["kept"].values())),
    )


def _look(words: Words, outputs: Sequence[Output]) -> list[dict[str, Any]]:
    """Say what nobody has granted an exception for, what fails first."""
    open_ones = [one for one in outputs if not one.granted or one.status == FAIL]
    codes = {code: status for one in open_ones for code, status in one.reasons.items()}
    found = []
    for code, status in sorted(codes.items(), key=lambda one: (one[1] != FAIL, one[0])):
        where = [one.uid for one in open_ones if code in one.reasons]
        named = words.say("everything") if len(where) == len(outputs) else ", ".join(where[:_NAMED])
        if _NAMED < len(where) < len(outputs):
            named += words.say(" and {more} more", more=len(where) - _NAMED)
        found.append({
            "title": words.sentence(words.title("check", code)).removesuffix("."),
            "where": named,
            "advice": words.sentence_of("check", code),
            "failed": status == FAIL,
        })  # fmt: skip
    return found
