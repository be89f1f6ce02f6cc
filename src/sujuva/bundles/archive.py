"""A bundle as a file: a zip archive of Parquet tables and their manifest, the same bytes for the same contents.

Nothing in it is packed by zip (Parquet packs itself), its times are fixed and its members stand in one order, so that a
bundle can be told by its hash. Reading takes a file that anybody may have sent: nothing is unpacked to disk, nothing is
read that its size forbids, and whatever is not, byte for byte, what `sujuva bundle` would have written is refused.
"""

from __future__ import annotations

import hashlib
import re
import stat
import struct
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import polars as pl

from sujuva.bundles.manifest import MEMBER, Manifest, Member, manifest_bytes, read_manifest
from sujuva.bundles.readme import README, readme
from sujuva.errors import BundleError, SourceError
from sujuva.io import replacing, write_table
from sujuva.paths import no_file
from sujuva.sources.limits import MEGABYTE, Limits
from sujuva.sources.package import DAMAGED
from sujuva.sources.parquet import check_footer
from sujuva.sources.reading import without_panics

MANIFEST = "manifest.json"
SUFFIX = ".zip"
_LARGEST = 256 * MEGABYTE
"""Bytes of a bundle: some hundred times what a region of hundreds of thousands of respondents has."""
_MEMBERS = 500
_TIME = (1980, 1, 1, 0, 0, 0)  # the first that zip knows
_MODE = stat.S_IFREG | 0o644
_START = b"PK\x03\x04"
_ENCRYPTED = 0x1
_END = struct.Struct("<4s4H2LH")  # mark, disks, entries here and in all, bytes and place of the directory, its comment
_LOCATOR = 20  # bytes before that end, where archives of more than 4 GB say where their other end is
_LONGEST_ENTRY = 200  # bytes of a file in the directory
_LIMITS = Limits(memory=1000, columns=200)
_ASK = "Ask whoever sent it for the file that `sujuva bundle` wrote, and hold its hash against theirs."


@dataclass(frozen=True)
class Bundle:
    """A bundle that was read.

    Attributes:
        path: Where it lies.
        sha256: Of the whole file.
        manifest: What it says of itself; its members are as it says.
        members: Bytes of each table, by the name of its member.
    """

    path: Path
    sha256: str
    manifest: Manifest
    members: Mapping[str, bytes]

    def table(self, name: str) -> pl.DataFrame:
        """Return a table as it lies in the archive.

        Args:
            name: Name of the member, such as `moments/scores.parquet`.

        Raises:
            BundleError: It is no Parquet, asks for too much memory, or has other rows than the manifest says.
        """
        where = f"{self.path.name}, {name}"
        try:
            rows = check_footer(BytesIO(self.members[name]), where, _LIMITS)
            with without_panics():
                frame = pl.read_parquet(BytesIO(self.members[name]), glob=False, hive_partitioning=False)
        except SourceError as error:
            raise BundleError(error.message, _ASK) from None
        except BaseException as error:
            if not isinstance(error, pl.exceptions.PolarsError | OSError) and type(error).__name__ != "PanicException":
                raise
            msg = f"{where} cannot be read as Parquet."
            raise BundleError(msg, _ASK) from None
        if not frame.height == rows == self.manifest.members[name].rows:
            msg = f"{where} has another number of rows than the manifest says."
            raise BundleError(msg, _ASK)
        return frame


def write_bundle(manifest: Manifest, tables: Mapping[str, tuple[pl.DataFrame, Sequence[str]]], path: Path) -> Manifest:
    """Write a bundle, whole or not at all.

    Args:
        manifest: What it says of itself; its `members` are made here.
        tables: Name of each member → its rows, and the columns that tell them apart.
        path: Where it goes.

    Returns:
        The manifest as it was written.

    Raises:
        ContractError: The key of a table does not tell its rows apart.
    """
    contents: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as folder:  # open to its owner alone
        for name, (frame, key) in tables.items():
            place = Path(folder, "table.parquet")
            write_table(frame, place, key=key)
            contents[name] = place.read_bytes()
    heights = {name: frame.height for name, (frame, _) in tables.items()}
    members = {
        name: Member(rows=heights[name], bytes=len(one), sha256=hashlib.sha256(one).hexdigest())
        for name, one in contents.items()
    }
    whole = manifest.model_copy(update={"members": members})
    with replacing(path) as temporary:
        temporary.write_bytes(packed(whole, contents))
    return whole


def packed(manifest: Manifest, members: Mapping[str, bytes]) -> bytes:
    """Return the bytes of the archive: the same for the same manifest and members."""
    files = {MANIFEST: manifest_bytes(manifest), README: readme(manifest).encode(), **dict(sorted(members.items()))}
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _TIME)
            entry.external_attr = _MODE << 16
            entry.create_system = 3  # Unix, wherever it is made
            archive.writestr(entry, content)
    return buffer.getvalue()


def read_bundle(path: Path) -> Bundle:
    """Read a bundle that anybody may have sent.

    Raises:
        BundleError: It is no file, too large, no zip archive, holds anything that no bundle has (folders, links, other
            paths, packed or encrypted members, a name twice), says something else in its manifest than it holds, or is
            not byte for byte what `sujuva bundle` writes.
    """
    content = _content(path)
    files = _files(content, path.name)
    manifest = read_manifest(files.pop(MANIFEST), path.name)
    files.pop(README)
    _check_members(manifest, files, path.name)
    if packed(manifest, files) != content:
        msg = f"{path.name} holds more than its manifest tells, or was packed by another program."
        raise BundleError(msg, _ASK)
    return Bundle(path, hashlib.sha256(content).hexdigest(), manifest, files)


def _content(path: Path) -> bytes:
    if why := no_file(path):
        msg = f"The bundle {path.name} is {why}."
        raise BundleError(msg, "Name the file that `sujuva bundle` wrote.")
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(len(_START))
        if start != _START:
            what = "empty" if not size else "no zip archive"
            msg = f"{path.name} is {what}, and so no bundle."
            raise BundleError(msg, _ASK)
        if size > _LARGEST:
            msg = f"{path.name} is too large: it has {size:,} bytes, and {_LARGEST:,} are allowed of a bundle."
            raise BundleError(msg, _ASK)
        file.seek(max(0, size - _END.size - _LOCATOR))
        _check_directory(file.read(), path.name)
        file.seek(0)
        return file.read(_LARGEST + 1)


def _files(content: bytes, where: str) -> dict[str, bytes]:
    """Return the members of an archive by their names, none of which is longer than the file itself."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_entries(entries, len(content), where)
            return {one.filename: archive.read(one) for one in entries}
    except DAMAGED:
        msg = f"{where} is damaged: it is no whole zip archive."
        raise BundleError(msg, _ASK) from None


def _check_directory(content: bytes, where: str) -> None:
    """See, by the last bytes of an archive, that its directory is no longer than that of any bundle.

    The library would read a directory of millions of files into memory before anybody could count them.
    """
    end = content[-_END.size :]
    mark, *_, entries, length, _, comment = _END.unpack(end) if len(end) == _END.size else (b"",) * 8
    if mark != b"PK\x05\x06" or comment or content[-_END.size - _LOCATOR :][:4] == b"PK\x06\x07":
        msg = f"{where} is damaged or no bundle: it does not end as the zip archive of a bundle does."
        raise BundleError(msg, _ASK)
    if entries > _MEMBERS or length > _MEMBERS * _LONGEST_ENTRY:
        msg = f"{where} is no bundle: {entries:,} files are in it, and {_MEMBERS} are allowed."
        raise BundleError(msg, _ASK)


def _check_entries(entries: Sequence[zipfile.ZipInfo], size: int, where: str) -> None:
    """See, by the directory of an archive, that it has what a bundle has and nothing else, before any of it is read."""
    if sum(one.file_size for one in entries) > size:
        msg = f"{where} says that it unpacks to more than it has: nothing in a bundle is packed twice."
        raise BundleError(msg, _ASK)
    for one in entries:
        kind = stat.S_IFMT(one.external_attr >> 16)
        if one.flag_bits & _ENCRYPTED:
            msg = f"{where} holds an encrypted file; nothing in a bundle is secret."
        elif one.orig_filename not in {MANIFEST, README} and not re.fullmatch(MEMBER, one.orig_filename):
            msg = f"{where} holds a file of another name or place than a bundle has, such as moments/scores.parquet."
        elif kind not in {0, stat.S_IFREG}:
            msg = f"{where} holds a link, and a bundle holds files alone."
        elif one.compress_type != zipfile.ZIP_STORED or one.compress_size != one.file_size:
            msg = f"{where} holds a packed file, and zip packs nothing in a bundle."
        else:
            continue
        raise BundleError(msg, _ASK)
    names = [one.filename for one in entries]
    if len(set(names)) < len(names):
        msg = f"{where} holds two files of the same name."
        raise BundleError(msg, _ASK)
    if not {MANIFEST, README} < set(names):
        missing = next((one for one in (MANIFEST, README) if one not in names), "")
        msg = (
            f"{where} is no bundle: there is no {missing} in it." if missing else f"{where} is empty: it has no tables."
        )
        raise BundleError(msg, _ASK)


def _check_members(manifest: Manifest, files: Mapping[str, bytes], where: str) -> None:
    """See that an archive holds the members of its manifest, each as it says."""
    for said, held, what in (
        (manifest.members, files, "lacks {}, which its manifest lists"),
        (files, manifest.members, "holds {}, which its manifest does not list"),
    ):
        if missing := sorted(set(said) - set(held)):
            msg = f"{where} {what.format(missing[0])}."
            raise BundleError(msg, _ASK)
    for name, one in manifest.members.items():
        if len(files[name]) != one.bytes or hashlib.sha256(files[name]).hexdigest() != one.sha256:
            msg = f"{where}: {name} was changed: its SHA-256 is not the one in the manifest."
            raise BundleError(msg, _ASK)
