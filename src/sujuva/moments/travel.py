"""Parts as bytes: what travels between processes, and nothing else does."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from io import BytesIO

import polars as pl

from sujuva.moments.parts import Part, merge

_HEAD = struct.Struct("<Q")


def packed(part: Part) -> bytes:
    """Return a part as bytes: a list of names and lengths, then each table as a compressed Arrow stream.

    Sums of 128 bits stay what they are; only Polars of the same version reads them, which engines see to.
    """
    streams = {}
    for name, table in part.items():
        buffer = BytesIO()
        table.write_ipc_stream(buffer, compression="zstd")
        streams[name] = buffer.getvalue()
    head = json.dumps({name: len(stream) for name, stream in streams.items()}).encode()
    return b"".join([_HEAD.pack(len(head)), head, *streams.values()])


def unpacked(data: bytes) -> dict[str, pl.DataFrame]:
    """Return the part that `packed` made bytes of."""
    (length,) = _HEAD.unpack_from(data)
    start = _HEAD.size + length
    part = {}
    for name, size in json.loads(data[_HEAD.size : start]).items():
        part[name] = pl.read_ipc_stream(BytesIO(data[start : start + size]))
        start += size
    return part


def add_packed(parts: Sequence[bytes]) -> bytes:
    """Merge parts that were packed."""
    if len(parts) == 1:
        return parts[0]
    return packed(merge([unpacked(one) for one in parts]))
