"""Bytes of a text file as UTF-8, whatever encoding it was saved in."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Literal

from sujuva.errors import SourceError
from sujuva.sources.limits import Limits

Encoding = Literal["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"]
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROLS = re.compile(rb"[\x80-\x9f]")
_CHUNK = 1 << 20


def utf8_of(path: Path, encoding: Encoding, limits: Limits) -> bytes:
    """Return the text of a file as UTF-8 bytes without a byte order mark.

    Bytes that are said to be UTF-8 are taken at their word: whoever parses them finds out, at no further cost.

    Raises:
        SourceError: The file is empty, larger than allowed, or its bytes are not text of this encoding. Names the line,
            never what it says.
    """
    limits.check_file(path)
    content = path.read_bytes()
    wide = content.startswith(_UTF16)
    if wide != (encoding == "utf-16"):
        if wide:
            msg = f"{path.name} is UTF-16 text, but sources.yaml says {encoding}."
            raise SourceError(msg, "Set options: {encoding: utf-16} in sources.yaml.")
        msg = f"{path.name} has no byte order mark of UTF-16."
        raise SourceError(msg, "Set options: {encoding: …} in sources.yaml to utf-8, windows-1252 or iso-8859-1.")
    if not wide and b"\x00" in content:
        msg = f"{path.name} holds bytes that no text has."
        raise SourceError(msg, "Is it an Excel or SPSS file? Choose its reader, or save it as UTF-8.")
    if encoding.startswith("utf-8"):
        content = content.removeprefix(codecs.BOM_UTF8)
    elif wide or not content.isascii():
        content = _transcoded(content, encoding, path.name)
    if not content[:_CHUNK].strip() and not content.strip():
        msg = f"{path.name} is empty."
        raise SourceError(msg, "Export it again.")
    return content


def check_utf8(content: bytes, name: str) -> None:
    """See that bytes are UTF-8 text.

    Raises:
        SourceError: They are not. Names the line, never what it says.
    """
    if content.isascii():
        return
    decoder = codecs.getincrementaldecoder("utf-8")()
    view, start = memoryview(content), 0
    try:
        for start in range(0, len(content), _CHUNK):
            decoder.decode(view[start : start + _CHUNK], final=start + _CHUNK >= len(content))
    except UnicodeDecodeError:
        # The bad byte lies in this chunk or in a letter that was begun at the end of the one before it.
        head = content[: start + _CHUNK]
        before = head.decode("utf-8", errors="surrogateescape")
        bad = re.search("[\udc80-\udcff]", before)
        line = (before[: bad.start()] if bad else before).count("\n") + 1
        msg = f"{name}, line {line}: the bytes are not utf-8 text."
        hint = "Set options: {encoding: …} in sources.yaml to windows-1252 or iso-8859-1."
        raise SourceError(msg, hint) from None


def _transcoded(content: bytes, encoding: Encoding, name: str) -> bytes:
    if encoding != "utf-16" and _is_utf8(content):
        msg = f"{name} is UTF-8 text, but sources.yaml says {encoding}: its letters would be garbled."
        raise SourceError(msg, "Set options: {encoding: utf-8} in sources.yaml.")
    control = _CONTROLS.search(content) if encoding == "iso-8859-1" else None
    if control is not None:
        line = content.count(b"\n", 0, control.start()) + 1
        msg = f"{name}, line {line}: a letter such as € or – is not iso-8859-1 text."
        raise SourceError(msg, "Set options: {encoding: windows-1252} in sources.yaml.")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].decode(encoding, errors="replace").count("\n") + 1
        msg = f"{name}, line {line}: the bytes are not {encoding} text."
        hint = "Is the file whole? Otherwise set options: {encoding: …} in sources.yaml to utf-8 or iso-8859-1."
        raise SourceError(msg, hint) from None
    if "\x00" in text:
        msg = f"{name} holds characters that no text has."
        raise SourceError(msg, "Save it as UTF-8.")
    try:
        return text.removeprefix("\ufeff").encode()
    except UnicodeEncodeError:  # half of a pair of UTF-16
        msg = f"{name} holds characters that no text has."
        raise SourceError(msg, "Save it as UTF-8.") from None


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
