"""What a reader of scores must know, in lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from sujuva.codebooks import Scale
from sujuva.scores import ScoreSheet, norm_sets
from sujuva.scores.sheet import REASON


def about(sheet: ScoreSheet) -> list[str]:
    """Return what stands beside scores: norm set, how many were scored, what is unverified, licence and citation."""
    one, rows = sheet.instrument, sheet.frame.height
    who = f", answered by {', '.join(sheet.informants)}" if sheet.informants else ""
    lines = [f"{one.title['en']} ({one.key}){who}", _norms(sheet), f"{rows} row{'' if rows == 1 else 's'}"]
    lines += [_counted(sheet, scale) for scale in sheet.scales]
    if sheet.outside:
        told = ", ".join(f"{name} {count}" for name, count in sheet.outside.items())
        lines.append(f"Answers outside the range, which count as missing, by column: {told}.")
    lines += sheet.notes
    lines += [f"Unverified: {text}" for text in _unverified(sheet)]
    lines += _beside(sheet)
    return [*lines, f"Licence: {one.licence}", f"Citation: {one.citation}"]


def _norms(sheet: ScoreSheet) -> str:
    others = [name for name in norm_sets(sheet.instrument) if name != sheet.norms]
    more = f" (there are also: {', '.join(others)})" if others else ""
    line = f"Norm set: {sheet.norms or 'none, so no bands'}{more}"
    by_informant = any(band.informant for scale in sheet.scales for band in scale.bands if band.norms == sheet.norms)
    unknown = by_informant and not sheet.informants
    return f"{line}. Its bands depend on who answered, which nothing tells: give the informant." if unknown else line


def _counted(sheet: ScoreSheet, scale: Scale) -> str:
    """Say how many have a score and, of a scale of items, why the others have none."""
    scores = sheet.frame[scale.key]
    told = sheet.frame[scale.key + REASON]
    fewer = sheet.resting.get(scale.key, 0)
    apart = f" ({fewer} of them on fewer items, as answers lay outside the range)" if fewer else ""
    line = f"  {scale.key}: {scores.len() - scores.null_count()} scored{apart}, {scores.null_count()} not"
    why = told.filter(scores.is_null()).drop_nulls()
    if not scale.items or not why.len():
        return line
    kinds = why.str.split("; ").list.last().str.replace(r" \(.*\)$", "").alias("kind")
    counts = kinds.value_counts().sort("kind")
    return f"{line} ({', '.join(f'{count} {kind}' for kind, count in counts.rows())})"


def _unverified(sheet: ScoreSheet) -> Iterator[str]:
    """Yield what about these scores has no source that was read, each once."""
    one = sheet.instrument
    texts = [one.unverified, *(f"{scale.key}: {scale.unverified}" for scale in sheet.scales if scale.unverified)]
    for scale in sheet.scales:
        bands = [band.key for band in scale.bands if band.norms == sheet.norms and band.unverified]
        if bands:
            texts.append(f"{scale.key}: the limits of {', '.join(dict.fromkeys(bands))} have no source that was read.")
    yield from dict.fromkeys(text for text in texts if text)


def _beside(sheet: ScoreSheet) -> Iterator[str]:
    for scale in sheet.scales:
        if scale.report_from is not None and not any(scale.key in one.parts for one in sheet.scales):
            yield f"{scale.key}: its authors report on groups of about {scale.report_from} persons and more."
        for mean in scale.reference:
            sd = f", standard deviation {mean.sd}" if mean.sd is not None else ""
            n = f", n = {mean.n}" if mean.n is not None else ""
            source = f" ({mean.source})" if mean.source else ""
            yield f"{scale.key}, published mean: {mean.population} {mean.mean}{sd}{n}{source}."
