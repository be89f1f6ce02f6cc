"""Files of coded interviews and of trainings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sujuva.intake.columns import Facts
from sujuva.intake.guess import DraftFeed, Guess
from sujuva.intake.roles import Drafting
from sujuva.tables import NO_THEME


def interviews(facts: Sequence[Facts], file: str) -> DraftFeed | None:
    """Return the feed of a file with a row a theme that a coder gave a passage of an interview."""
    draft, names = Drafting("coded_passages", facts), ("interview", "passage", "coder", "theme")
    draft.want_called(*names[:-1])
    if any(name not in draft.raw for name in names[:-1]) or not draft.need("theme"):
        return None
    draft.place()
    draft.wave(file)
    draft.want("sector")
    theme, raw = draft.columns["theme"], draft.raw["theme"].value
    if raw.filled < raw.rows:
        said: dict[str, Any] = theme.value if isinstance(theme.value, dict) else {"from": raw.name}
        mapped = {"map": {**said["map"], NO_THEME: NO_THEME}} if "map" in said else {}
        why = "a blank is a passage in which the coder found nothing"
        draft.columns["theme"] = Guess({**said, "blank": NO_THEME, **mapped}, theme.sureness, theme.why or why)
    note = "the words of a passage have no place in the table: leave their column out, as they may name persons"
    return draft.feed(draft.has(*names), notes=(note,))


def trainings(facts: Sequence[Facts], file: str) -> DraftFeed | None:
    """Return the feed of a file with a row a person who took part in a training."""
    draft, names = Drafting("trainings", facts), ("participant", "training")
    draft.want_called(*names)
    if any(name not in draft.raw for name in names):
        return None
    draft.place()
    draft.wave(file)
    draft.want("sector")
    return draft.feed(draft.has(*names))
