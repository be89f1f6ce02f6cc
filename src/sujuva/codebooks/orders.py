"""Orders of events that cannot be: what must have come first in a case."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, RootModel

from sujuva.codebooks.files import load_instead
from sujuva.codebooks.text import Entry

FILE = "event_orders.yaml"


class EventOrder(Entry):
    """An event of `later` cannot come before the first `earlier` of its case, or of its case and item."""

    later: str = Field(min_length=1)
    earlier: str = Field(min_length=1)
    item: bool = Field(False, description="Each event has an earlier one of its own, tied to it by the item")


def load_orders(extra: str | Path | None = None) -> tuple[EventOrder, ...]:
    """Load `event_orders.yaml` of the input folder `extra`, or else of the project; none where neither has one.

    Raises:
        CodebookError: The file is not valid.
    """
    found = load_instead(RootModel[tuple[EventOrder, ...]], FILE, extra)
    return found.root if found else ()
