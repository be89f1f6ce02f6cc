"""Orders of events that cannot be: what must have come first in a case."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, RootModel

from sujuva.codebooks.files import folders, parse, read_yaml

_FILE = "event_orders.yaml"


class EventOrder(BaseModel):
    """An event of `later` cannot come before the first `earlier` of its case, or of its case and item."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    later: str = Field(min_length=1)
    earlier: str = Field(min_length=1)
    item: bool = Field(False, description="Each event has an earlier one of its own, tied to it by the item")


def load_orders(extra: str | Path | None = None) -> tuple[EventOrder, ...]:
    """Load `event_orders.yaml` of the input folder `extra`, or else of the project; none where neither has one.

    Raises:
        CodebookError: The file is not valid.
    """
    path = next((folder / _FILE for folder in reversed(folders(extra)) if (folder / _FILE).is_file()), None)
    return parse(RootModel[tuple[EventOrder, ...]], read_yaml(path), where=_FILE).root if path else ()
