"""Damaged bytes: cut, flipped, lost, repeated, inserted or zeroed; the wrong kind of file under a right name."""

from __future__ import annotations

import io
import random
import re
import zipfile
import zlib

FAR = tuple(
    f'r="{place}"'.encode()
    for place in ("AZ13", "A9999", "XFD1048576", "ZZZZZZZZZ9", "A4294967296", "A0", "ABC99999", "C2")
)


def damaged(content: bytes, dice: random.Random) -> bytes:
    """Return bytes as broken disks, cut-off copies and bad mails leave them."""
    for _ in range(dice.choice((1, 1, 1, 2, 6))):
        content = _once(content, dice)
    return content


def damaged_inside(content: bytes, dice: random.Random) -> bytes:
    """Damage one part of a zip archive or the body of a gzip file: the checksums of the package stay right.

    Readers that trust checksums never see what lies inside damaged otherwise.
    """
    if content.startswith(b"\x1f\x8b"):
        import gzip

        return gzip.compress(damaged(gzip.decompress(content), dice), mtime=0)
    if not content.startswith(b"PK"):
        return damaged(content, dice)
    source, stream = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    likely = [name for name in source.namelist() if "sheet" in name or "shared" in name or "workbook" in name]
    wanted = dice.choice(likely or source.namelist())
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name == wanted:
                part = damaged(part, dice)
            target.writestr(name, part)
    return stream.getvalue()


def _once(content: bytes, dice: random.Random) -> bytes:  # noqa: C901, PLR0912  one a kind of damage
    if not content:
        return content
    body = bytearray(content)
    at = dice.randrange(len(body))
    length = min(dice.choice((1, 2, 4, 16, 64, 512)), len(body) - at)
    match dice.randrange(9):
        case 0:
            return bytes(body[:at])
        case 1:
            body[at] ^= 1 << dice.randrange(8)
        case 2:
            for place in range(at, at + length):
                body[place] = dice.randrange(256)
        case 3:
            del body[at : at + length]
        case 4:
            body[at:at] = body[at : at + length] * dice.choice((1, 3))
        case 5:
            body[at:at] = dice.randbytes(length)
        case 6:
            body[at : at + length] = bytes(length)
        case 7:  # a small number becomes a large one: lengths, counts and places
            body[at : at + length] = b"\xff" * length
        case _:
            cells = list(re.finditer(rb'r="[A-Z]+[0-9]+"', body))
            if cells and dice.random() < 0.2:  # a cell of a workbook moves away
                cell = dice.choice(cells)
                body[cell.start() : cell.end()] = dice.choice(FAR)
                return bytes(body)
            digit = [place for place, one in enumerate(body) if 48 <= one <= 57]
            if digit:
                body[dice.choice(digit)] = dice.choice(b"0123456789-.")
    return bytes(body)


def _many_nothings() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * 5_000_000)
    return stream.getvalue()


def stranger(dice: random.Random) -> bytes:
    """Return bytes that are no data file at all."""
    return dice.choice(
        (
            b"",
            b"\n\n\n",
            b"\x00" * 100,
            b"<html><body>Login</body></html>",
            b"PK\x03\x04" + dice.randbytes(200),
            b"PAR1PAR1",
            b"PAR1" + dice.randbytes(64) + b"PAR1",
            b"$FL2@(#) " + dice.randbytes(400),
            b"$FL3" + dice.randbytes(400),
            b"<stata_dta><header><release>118</release>" + dice.randbytes(300) + b"</stata_dta>",
            b"\x1f\x8b\x08" + dice.randbytes(60),
            b"\xff\xfe",
            b"\xff\xfea\x00\n",
            b"\xef\xbb\xbf",
            b'"',
            b"a",
            b"a,b\n",
            b"%PDF-1.7\n" + dice.randbytes(90),
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + dice.randbytes(600),
            zlib.compress(b"x" * 1000),
            b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "x">]><log>&a;</log>',
            b"<log>" + b"<trace>" * 5_000,
            b"<log>" + b"<trace>" * 20_000 + b"</trace>" * 20_000 + b"</log>",
            b"<log/>",
            dice.randbytes(dice.randrange(1, 3_000)),
            _many_nothings(),
        )
    )
