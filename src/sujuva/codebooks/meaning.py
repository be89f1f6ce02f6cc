"""What of a codebook numbers hang on: all that it says but for texts for readers and what is marked so."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from sujuva.codebooks.text import Entry, Text
from sujuva.decides import Decides, Kind


@dataclass(frozen=True)
class Said:
    """One thing that an entry says.

    Attributes:
        path: Names of keys that lead to it; of an entry in a list, its key.
        value: What stands there, in JSON's types.
        kind: What it decides.
    """

    path: tuple[str, ...]
    value: Any
    kind: Kind


def meaningful(entry: Entry, *, without: Collection[str] = (), within: Kind | None = None) -> Iterator[Said]:
    """Yield what an entry says that numbers hang on, in the order of its model.

    Args:
        entry: The entry, with its entries.
        without: Names of keys that are left out, beside `key`.
        within: What the key decides that the entry stands under, where that is not what its own model says.
    """
    model = type(entry)
    default = within or model.decides
    values = entry.model_dump(mode="json")
    for name, field in model.model_fields.items():
        value = getattr(entry, name)
        marked = [one.kind for one in field.metadata if isinstance(one, Decides)]
        kind = marked[0] if marked else default
        if name in {"key", *without} or kind == "nothing" or isinstance(value, Text):
            continue
        listed = [value] if isinstance(value, Entry) else value
        if isinstance(listed, tuple | list) and listed and all(isinstance(one, Entry) for one in listed):
            inherited = kind if kind != "moments" else None
            for one in listed:
                path = (f"{name} {_key(one)}",) if hasattr(one, "key") else (name,)
                yield Said(path, True, kind)
                yield from (
                    Said((*path, *said.path), said.value, said.kind) for said in meaningful(one, within=inherited)
                )
        elif isinstance(value, dict) and value:
            yield from (Said((f"{name} {key}",), one, kind) for key, one in values[name].items())
        else:
            yield Said((name,), values[name], kind)


def _key(entry: BaseModel) -> str:
    return str(getattr(entry, "key", ""))
