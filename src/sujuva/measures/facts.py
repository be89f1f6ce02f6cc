"""Facts: what a side would measure, each with the place in its files where that is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sujuva.decides import Kind

Path = tuple[str, ...]
NOT_THERE = "not there"
"""What stands at a place where nothing is said."""
THERE = "there"
AS_ANSWERED, REVERSED = "as answered", "reversed"
EVERYBODY = "everybody"
Ground = Literal["source", "choice", "data"]
"""What settles a difference: the source of a questionnaire, an agreement, or what somebody has collected."""


@dataclass(frozen=True)
class Fact:
    """One thing that a side says.

    Attributes:
        path: Names that lead to it, such as instrument sdq, item 7, counts.
        value: What it says, in JSON's types, so that the same is equal however it was written.
        kind: What hangs on it.
        ground: What settles it where sides differ.
        file: Where it is said, as whoever edits it knows the file.
        key: Keys that lead to it in that file.
        raw: What stands there; a list that says several facts is told whole.
        optional: That a side lacks it makes no difference: another word for the same.
        own: That others lack it is as it should be: each has its own.
    """

    path: Path
    value: Any
    kind: Kind
    ground: Ground
    file: str
    key: str
    raw: Any = None
    optional: bool = False
    own: bool = False


@dataclass(frozen=True)
class Facts:
    """All facts of a side.

    Attributes:
        by_path: The facts.
        silent: Tells of a path whether the side says nothing of it, neither that it has it nor that it lacks it.
    """

    by_path: Mapping[Path, Fact]
    silent: Callable[[Path], bool] = field(default=lambda path: False, repr=False)  # noqa: ARG005

    def under(self, prefix: Path) -> Iterator[Fact]:
        """Yield what a path leads to, in order."""
        return (fact for path, fact in self.by_path.items() if path[: len(prefix)] == prefix)
