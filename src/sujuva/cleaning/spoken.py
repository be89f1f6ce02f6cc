"""Which themes an open answer speaks of: lemmas of its words held against a declared lexicon.

It happens while a file is cleaned, in memory: of an answer only the truth values of the themes go on, and no word of it
to any table, log or message. `simplemma` (a table of forms, no model) gives lemmas, so the same words always
give the same themes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

import polars as pl

from sujuva.codebooks.lexicons import Lexicon

_CLAUSES = re.compile(r"[.,;:!?()\n\r…]+")
_WORDS = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")


def themes_said(texts: pl.Series, lexicon: Lexicon) -> pl.DataFrame:
    """Return which themes of a lexicon each answer speaks of.

    A lemma, a phrase (lemmas one after the other) or the end of a compound speaks of its theme, unless a word of
    negation stands before it in the same clause, no further than the lexicon says. A phrase that begins with the
    negation itself ("ei ottaa mukaan") is not denied by it. What is meant but not said in these words is not found, nor
    is irony; a word with two meanings counts in both.

    Args:
        texts: Answers (String); null: there is none.
        lexicon: The declared words.

    Returns:
        A Boolean column a theme, in the order of the lexicon and of the answers; null where there is no answer.
    """
    known = texts.drop_nulls().unique(maintain_order=True)
    speaks = _Reader(lexicon)
    rows = [speaks.themes(text) for text in known]
    schema = dict.fromkeys(lexicon.codes, pl.Boolean())
    found = pl.DataFrame(rows, schema=schema, orient="row").with_columns(known.alias("|text"))
    # Nothing is named after an answer: the table of distinct answers ends here.
    return pl.DataFrame({"|text": texts}).join(found, on="|text", how="left", maintain_order="left").drop("|text")


class _Reader:
    """Reads answers by one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.lemma = _lemmatizer(lexicon.language)
        negation = lexicon.negation
        self.denying, self.reach = (frozenset(negation.lemmas), negation.reach) if negation else (frozenset(), 0)
        self.ends = frozenset(negation.ends if negation else ())
        self.entries = [[entry.split() for entry in theme.lemmas] for theme in lexicon.themes]

    def themes(self, text: str) -> list[bool]:
        clauses = [clause for part in _CLAUSES.split(text.lower()) for clause in self._clauses(part)]
        return [any(self._speaks(clause, entry) for clause in clauses for entry in entries) for entries in self.entries]

    def _clauses(self, part: str) -> Iterator[list[str]]:
        """Yield the lemmas of each clause of what stands between two marks of punctuation."""
        words = [self.lexicon.spoken.get(word) or self.lemma(word) for word in _WORDS.findall(part)]
        for ends, clause in groupby(words, self.ends.__contains__):
            if not ends:
                yield list(clause)

    def _speaks(self, clause: Sequence[str], entry: Sequence[str]) -> bool:
        places = range(len(clause) - len(entry) + 1)
        return any(
            all(_is(lemma, wanted) for lemma, wanted in zip(clause[at:], entry, strict=False))
            and self.denying.isdisjoint(clause[max(at - self.reach, 0) : at])
            for at in places
        )


def _is(lemma: str, wanted: str) -> bool:
    return lemma.endswith(wanted[1:]) if wanted.startswith("-") else lemma == wanted


def _lemmatizer(language: str) -> Callable[[str], str]:
    import simplemma  # noqa: PLC0415 - its tables take seconds and are needed where a lexicon is

    return lambda word: simplemma.lemmatize(word, lang=language).lower()
