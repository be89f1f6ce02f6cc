"""Where a pseudonym stands in the files of a project, and how it is taken out of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sujuva.io import replacing

_PARQUET = b"PAR1"
_CACHE = ".dvc"
_PLACEHOLDER = "[…]"


@dataclass(frozen=True)
class Traces:
    """The pseudonyms of one person, as files are searched for them.

    Attributes:
        pseudonyms: 32 hexadecimal digits each, so that no other text looks like one.
    """

    pseudonyms: Collection[str]

    def files(self, folder: Path) -> Iterator[Path]:
        """Yield the files below a folder that hold a pseudonym: Parquet in any column of text, others in any byte."""
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.is_file() and not path.is_symlink() and self._holds(path):
                yield path

    def _holds(self, path: Path) -> bool:
        content = path.read_bytes()
        if content[:4] != _PARQUET:
            return any(one.encode() in content for one in self.pseudonyms)
        frame = pl.read_parquet(path)
        return bool(frame.select(pl.any_horizontal(pl.lit(value=False), *self._inside(frame)).any()).item())

    def _inside(self, frame: pl.DataFrame) -> list[pl.Expr]:
        texts = [name for name, kind in frame.schema.items() if kind == pl.String]
        return [pl.col(name).str.contains_any(list(self.pseudonyms)).fill_null(value=False) for name in texts]

    def remove(self, path: Path) -> None:
        """Take the person out of a file: rows with the key go; other rows that name it keep the rest of their text.

        What is no table (an executed notebook, a log), and whatever lies in DVC's cache, is removed as a whole: the
        next run makes it anew.
        """
        if _CACHE in path.parts or path.read_bytes()[:4] != _PARQUET or ".sujuva" in path.parts:
            self._delete(path)
            return
        frame = pl.read_parquet(path)
        texts = [name for name, kind in frame.schema.items() if kind == pl.String]
        own = pl.any_horizontal(pl.lit(value=False), *(pl.col(one).is_in(list(self.pseudonyms)) for one in texts))
        if "raw" in texts:  # rows of the quarantine, as JSON
            own |= pl.col("raw").map_elements(self._is_own, return_dtype=pl.Boolean)
        kept = frame.filter(~own.fill_null(value=False))
        blank = [pl.col(one).str.replace_many(dict.fromkeys(self.pseudonyms, _PLACEHOLDER)) for one in texts]
        with replacing(path) as temporary:
            kept.with_columns(blank).write_parquet(temporary, compression="zstd")

    def _is_own(self, raw: str) -> bool:
        return any(one in self.pseudonyms for one in json.loads(raw).values())

    def _delete(self, path: Path) -> None:
        if _CACHE not in path.parts:
            path.unlink()
            return
        # A list of a folder's objects that one of them is gone from is of no use.
        lost = path.parent.name + path.name
        for manifest in path.parents[1].rglob("*.dir"):
            if lost.encode() in manifest.read_bytes():
                _writable(manifest).unlink()
        _writable(path).unlink(missing_ok=True)


def _writable(path: Path) -> Path:
    if path.exists():
        path.chmod(0o600)  # objects of a cache are read-only
    return path
