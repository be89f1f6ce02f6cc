"""What a file may ask of the machine before it is read: the one home of these limits.

A small file can unpack to more than any memory holds: one long text that a million cells of a workbook repeat, a row
that stands for a million rows, packed zeros. So what reading would take is reckoned first, from directories, footers
and one pass over what is packed, and too much is told in words: a process that the system ends for its memory says
nothing. The reckonings are high rather than low; factors are measured on the libraries in use.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, Field

from sujuva.errors import SourceError

MEGABYTE = 1_000_000
POINTER = 16
"""Bytes that a text takes in a table besides its letters (a view of Arrow)."""


class Limits(BaseModel, frozen=True, extra="forbid"):
    """How much one file may ask for; `options: {limits: {memory: 16000}}` in sources.yaml raises a limit."""

    memory: int = Field(4000, ge=1, description="Megabytes that reading the file takes, as reckoned beforehand")
    columns: int = Field(20_000, ge=1, description="Columns")
    value: int = Field(1_000_000, ge=1, description="Bytes of a single value")

    @property
    def bytes(self) -> int:
        """The memory in bytes."""
        return self.memory * MEGABYTE

    def check_file(self, path: Path) -> None:
        """See that a file is itself not larger than the memory.

        Raises:
            TooLargeError: It is.
        """
        size = path.stat().st_size
        self.check_memory(size, path.name, f"the file has {size:,} bytes")

    def check_memory(self, needed: float, where: str, what: str) -> None:
        """See that reading takes no more memory than allowed.

        Args:
            needed: Bytes, as reckoned.
            where: The file, and the sheet where it has some.
            what: What takes so much, in words.

        Raises:
            TooLargeError: It does.
        """
        if needed > self.bytes:
            megabytes = round(min(needed, 1e15) / MEGABYTE)
            takes = f"which takes about {megabytes:,} MB of memory, and {self.memory:,} MB are allowed"
            msg = f"{where} is too large: {what}, {takes}."
            hint = (
                "Ask who sent it whether that is meant. If it is, and the machine has the memory, set options: "
                f"{{limits: {{memory: {megabytes + 1}}}}} in sources.yaml."
            )
            raise TooLargeError(msg, hint)

    def check_columns(self, number: int, where: str) -> None:
        """See that a file has no absurd number of columns.

        Raises:
            TooLargeError: It has.
        """
        if number > self.columns:
            msg = f"{where} is too wide: {number:,} columns, and {self.columns:,} are allowed."
            hint = (
                "Is the separator right, and is it a table? If so, set options: {limits: {columns: …}} in sources.yaml."
            )
            raise TooLargeError(msg, hint)

    def long_value(self, where: str, *, quoted: bool = False) -> TooLargeError:
        """Return the error about a value that is longer than allowed.

        Args:
            where: The file, and the place where it is known.
            quoted: A quotation mark that is never closed may be the cause.
        """
        msg = f"{where}: a value is longer than the {self.value:,} bytes that one may have."
        hint = (
            "Is a quotation mark left open, or is the file no table?" if quoted else "Is the file a table at all?"
        ) + " If the value is right, set options: {limits: {value: …}} in sources.yaml."
        return TooLargeError(msg, hint)


class TooLargeError(SourceError):
    """A file asks for more than its limits allow."""


def has_gap(content: bytes, mark: bytes, longest: int) -> bool:
    """Tell whether more than `longest` bytes follow each other without `mark` (one byte).

    Only windows of half that length that hold no mark are looked at closely, so that a long file costs next to nothing.
    """
    step = max(longest // 2, 1)
    at = 0
    while at < len(content):
        if content.find(mark, at, at + step) < 0:
            start = content.rfind(mark, 0, at) + 1
            end = content.find(mark, at)
            end = len(content) if end < 0 else end
            if end - start > longest:
                return True
            at = end
        else:
            at += step
    return False
