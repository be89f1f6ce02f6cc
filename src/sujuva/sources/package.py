"""Packed files (zip, gzip), measured before anything unpacks them for good."""

from __future__ import annotations

import io
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from sujuva.errors import SourceError
from sujuva.sources.limits import Limits, TooLargeError, has_gap

PART = 1 << 20
DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, EOFError, LookupError, ValueError, RuntimeError)
"""What reading an archive can raise that is none, or no whole one."""
_FILES = 10_000
_DEFLATE = 1032  # times; no stream of deflate unpacks to more
_KNOWN = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_DESCRIBING = 20_000_000
"""Bytes of a part that only tells what other parts are there."""


def check_package(path: Path, limits: Limits) -> None:
    """See that what a zip archive unpacks to fits the memory; other files pass.

    The archive's directory may lie about sizes. Unless it is too small to hold much, everything in it is unpacked
    piece by piece, to the end of each stream, and forgotten. An archive inside of it is a part like others: nothing
    opens it.

    Raises:
        TooLargeError: It does not, or there are thousands of files in it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > _FILES:
                msg = f"{path.name} is too large: {len(entries):,} files are packed in it, and {_FILES:,} are allowed."
                raise TooLargeError(msg, "Open it in Excel, save it again, and read that file.")
            told = sum(one.file_size for one in entries)
            limits.check_memory(told, path.name, _unpacks(path, told))
            packed = sum(one.compress_size for one in entries)
            if packed * _DEFLATE <= limits.bytes and all(one.compress_type in _KNOWN for one in entries):
                return
            total = 0
            for one in entries:
                for piece in pieces(archive, one):
                    total += len(piece)
                    limits.check_memory(total, path.name, _unpacks(path, total))
    except DAMAGED:
        return  # an older kind of workbook, or a damaged one: the library says so


def _unpacks(path: Path, size: int) -> str:
    times = f", {size // max(path.stat().st_size, 1):,} times its size" if size else ""
    return f"it unpacks to {size:,} bytes or more{times}"


def pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a packed file piece by piece, to the end of its stream, whatever length the archive's directory tells."""
    with opened(archive, entry) as file:
        while piece := file.read(PART):
            yield piece


def opened(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> IO[bytes]:
    """Open a packed file to the end of its stream, whatever length the archive's directory tells."""
    entry.file_size = sys.maxsize
    return archive.open(entry)


def described(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return the whole of a part that describes others.

    Raises:
        TooLargeError: No part that does is so long.
        KeyError: There is none.
    """
    content = io.BytesIO()
    for piece in pieces(archive, archive.getinfo(name)):
        content.write(piece)
        if content.tell() > _DESCRIBING:
            book = Path(archive.filename or "").name
            msg = f"{book} is too large: its list of sheets alone has more than {_DESCRIBING:,} bytes."
            raise TooLargeError(msg, "Open it in Excel, save it again, and read that file.")
    return content.getvalue()


def check_xml(piece: bytes, where: str) -> None:
    """See that a piece of XML declares nothing, and that its letters are those of UTF-8 or of one byte each.

    A document type and entities can make a few bytes stand for any number, or for another file; no sheet and no event
    log needs them.

    Raises:
        SourceError: It does not.
    """
    if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
        msg = f"{where} declares entities or a document type, which no data needs."
        raise SourceError(msg, "It may do harm: ask where it comes from, and export it again.")
    if piece.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")):
        msg = f"{where} holds XML in UTF-16, which is not read."
        raise SourceError(msg, "Open it in the program that made it, and save it again.")


class Counted:
    """A stream of XML that counts what is read from it, and refuses what no limit allows.

    The parser keeps a tag until it is whole, and begins anew with every piece of it: tags must not be endless.
    """

    def __init__(self, file: IO[bytes], limits: Limits, where: str, weight: float) -> None:
        """Take a stream; `weight` is what each of its bytes takes of the memory."""
        self.file, self.limits, self.where, self.weight = file, limits, where, weight
        self.total, self.tail = 0, b""

    def read(self, size: int = PART) -> bytes:
        """Return the next bytes.

        Raises:
            TooLargeError: They are too many, or a tag has no end.
        """
        piece = self.file.read(size)
        self.total += len(piece)
        what = f"it unpacks to {self.total:,} bytes or more"
        self.limits.check_memory(self.total * self.weight, self.where, what)
        seen = self.tail + piece
        if has_gap(seen, b"<", self.limits.value):
            raise self.limits.long_value(self.where)
        self.tail = seen[max(seen.rfind(b"<"), 0) :]
        return piece
