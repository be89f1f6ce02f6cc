"""Sentences that somebody says of the results, each with the condition under which it may be said (`data/claims.yaml`).

A condition is one of a few words about published cells. It is asked each time that what leaves is recorded, so that no
sentence outlives the numbers it was written from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from sujuva.codebooks import LANGUAGES
from sujuva.codebooks.files import load
from sujuva.codebooks.text import Entry, Text
from sujuva.errors import CodebookError, SujuvaError
from sujuva.paths import inside
from sujuva.published import Cell, Published, cell_of
from sujuva.reports.claim_conditions import Asked, By, Change, Order, Pair, ask

REGION = "{region}"
"""Stands in a cell for each region in turn."""
_CHANGING = ("parjaavyys", "integration", "situation")
"""Tables whose rows are judged over years."""


class Claim(Entry):
    """A sentence and its condition."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    says: Text = Field(description="The sentence, as readers find it")
    cell: str = Field(description="A published table and values of its columns, as sujuva trace takes them")
    claim: Change | Order
    since: int | None = Field(None, description="Of rose, fell and did_not_change: the earlier wave")
    than: float | str | None = Field(None, description="Of above and below: a number, or another cell")
    region: Literal["this", "every", "none"] = Field(
        "this", description="every: it holds in each region; none: in no region. The cell then has {region}"
    )
    by: By = Field(description="intervals: beyond doubt; estimates: the published numbers alone")
    said: tuple[str, ...] = Field((), description="Files of the project in which it is said, word by word")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        needed, other = ("than", "since") if self.claim in ("above", "below") else ("since", "than")
        if getattr(self, needed) is None or getattr(self, other) is not None:
            msg = f"{self.claim} needs '{needed}' and has no '{other}'"
            raise ValueError(msg)
        if (REGION in self.cell) is (self.region == "this"):
            msg = f"the cell has {REGION} where region is every or none, and only there"
            raise ValueError(msg)
        return self

    def pairs(self, published: Published) -> list[Pair]:
        """Return each cell that it is about, with what that is compared with.

        Raises:
            SujuvaError: A cell is not there, or has no years to compare.
        """
        places = [""] if self.region == "this" else list(published.meta["regions"])
        return [self._pair(place, published) for place in places]

    def _pair(self, place: str, published: Published) -> Pair:
        cell = _cell(self.cell, place, published)
        if self.than is not None:
            return cell, _cell(self.than, place, published) if isinstance(self.than, str) else self.than
        if cell.table not in _CHANGING:
            msg = f"rows of {cell.table} have no years to compare."
            raise CodebookError(msg, f"Name a cell of {', '.join(_CHANGING)}, or claim above or below.")
        if self.since is None or self.since >= cell.row["wave"]:
            msg = f"'since' is {self.since}, and the cell is of {cell.row['wave']}."
            raise CodebookError(msg, "The cell names the later wave, 'since' the earlier one.")
        earlier = cell.key | {"wave": self.since}
        return cell, cell_of(published, [cell.table, *(f"{name}={value}" for name, value in earlier.items())])


class Claims(Entry):
    """What the file holds."""

    of: str = Field("", description="Title of the study that they are about; none: of whatever data there are")
    claims: tuple[Claim, ...]

    @model_validator(mode="after")
    def _once(self) -> Self:
        twice = [key for key, times in Counter(one.key for one in self.claims).items() if times > 1]
        if twice:
            msg = f"the key '{twice[0]}' is given twice"
            raise ValueError(msg)
        return self

    def are_of(self, published: Published) -> bool:
        """Whether they are about these data."""
        return not self.of or self.of in published.meta["title"].values()


@dataclass(frozen=True)
class JudgedClaim:
    """A claim held against what is published.

    Attributes:
        claim: The sentence and its condition.
        asked: What it says of each cell.
    """

    claim: Claim
    asked: tuple[Asked, ...]

    @property
    def holds(self) -> bool:
        """Whether the sentence may be said. Where one cell cannot be told, it may not."""
        wanted = self.claim.region != "none"
        return bool(self.asked) and all(one.holds is wanted for one in self.asked)

    def lines(self) -> Iterator[str]:
        """Yield what a reader of the terminal needs: the verdict, the sentence, the condition, cells and numbers."""
        yield f"{'holds' if self.holds else 'FAILS'}  {self.claim.key}"
        said = [(language, getattr(self.claim.says, language)) for language in LANGUAGES]
        yield from (f"       {language}: {sentence}" for language, sentence in said if sentence)
        where = {"this": "", "every": " in every region", "none": " in no region"}[self.claim.region]
        than = f"{self.claim.than:g}" if isinstance(self.claim.than, float) else self.claim.than
        since = f" since {self.claim.since}" if than is None else f" {than}"
        yield f"       {self.claim.claim.replace('_', ' ')}{since}{where}, by {self.claim.by}"
        if self.claim.said:
            yield f"       said in {', '.join(self.claim.said)}"
        for one in self.asked:
            yield from (f"       - {cell}" for cell in one.cells)
            yield f"         {one.why}"


def load_claims(path: str | Path) -> Claims:
    """Read the claims.

    Raises:
        CodebookError: The file is missing or not as `Claims` describes it.
    """
    return load(Claims, inside(path))


def judge_claims(claims: Claims, published: Published) -> list[JudgedClaim]:
    """Hold each claim against the published tables; none where they are about another study.

    Raises:
        CodebookError: A claim names a cell that is not there. Says which, and what is allowed.
    """
    return [_judge(one, published) for one in claims.claims] if claims.are_of(published) else []


def require_claims(path: str | Path, published: Published) -> list[JudgedClaim]:
    """Return the claims of a file, all of which hold; none where they are about another study.

    Raises:
        SujuvaError: One does not: names the sentence in its languages, the cells and their numbers.
    """
    found = judge_claims(load_claims(path), published)
    failing = [one for one in found if not one.holds]
    if failing:
        told = [line for one in failing for line in one.lines()]
        msg = "\n".join([f"{Path(path).name}: {len(failing)} of {len(found)} claims do not hold.", *told])
        hint = "See why the numbers moved (sujuva trace CELL), or change the sentence here and wherever it was said."
        raise SujuvaError(msg, hint)
    return found


def _judge(claim: Claim, published: Published) -> JudgedClaim:
    try:
        pairs = claim.pairs(published)
        return JudgedClaim(claim, tuple(ask(claim.claim, claim.by, one, pairs, published) for one in pairs))
    except SujuvaError as error:
        msg = f"The claim '{claim.key}': {error.message}"
        raise CodebookError(msg, error.hint) from error


def _cell(words: str, place: str, published: Published) -> Cell:
    return cell_of(published, words.replace(REGION, f"region={place}").split())
