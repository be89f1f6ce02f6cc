"""A short page about measures that regions share and do not share, as Markdown, in a reader's language."""

from __future__ import annotations

from collections.abc import Iterator

from sujuva.decides import KINDS
from sujuva.figures import Words
from sujuva.measures.compare import Comparison
from sujuva.measures.told import advice, cells, shared_lines
from sujuva.measures.words import head, named


def comparison_page(found: Comparison, words: Words) -> str:
    """Return the page.

    Args:
        found: The comparison.
        words: The reader's language.
    """
    return "\n".join(_lines(found, words)) + "\n"


def _lines(found: Comparison, words: Words) -> Iterator[str]:
    say, names = words.say, [side.name for side in found.sides]
    title, own, shared = say("What is measured alike"), say("Each its own, as it should be"), say("Shared by all")
    yield f"# {title}"
    yield ""
    yield f"{', '.join(names)}. " + (
        say("Everything is shared.")
        if found.same
        else say("Not shared: {n}.", n=words.number(len(found.findings)))
    )  # fmt: skip
    for kind in KINDS:
        some = [one for one in found.findings if one.kind == kind]
        if some:
            yield from ("", f"## {head(kind, say)}", "")
            yield _row(["", say("What"), *names])
            yield _row(["---"] * (len(names) + 2))
            for number, one in enumerate(some, start=1):
                yield _row([f"{number}", named(one.path, say), *cells(found, one, say)])
            yield ""
            for numbers, lines in advice(found, some, say):
                yield f"- **{numbers}** {lines[0]}"
                yield from (f"  {line}" if line is lines[-1] else f"  {line}  " for line in lines[1:])
    if found.own:
        yield from ("", f"## {own}", "")
        for one in found.own:
            yield f"- {named(one.path, say)}: {', '.join(names[at] for at in one.facts)}"
    if found.shared:
        yield from ("", f"## {shared}", "")
        yield from (f"- {line}" for line in shared_lines(found, say))


def _row(values: list[str]) -> str:
    return "| " + " | ".join(one.replace("|", "\\|") for one in values) + " |"
