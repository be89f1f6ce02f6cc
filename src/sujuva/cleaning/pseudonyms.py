"""Keyed pseudonyms: the same person has the same one in every file and wave, and nobody without the key can tell who.

A pseudonym is the first 128 bits of HMAC-SHA-256 (RFC 2104; FIPS 180-4) of the raw key, in hexadecimal. What is hashed
begins with the kind of key, so that person 12 and family 12 stay strangers. Raw keys are hashed in their normal form
(`sujuva.normal`): a person typed in two ways that look the same has one pseudonym. The key is never in the repository.
"""

from __future__ import annotations

import hashlib
import os
import platform
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

import polars as pl

from sujuva.cleaning.identifiers import replace_identifiers
from sujuva.errors import ContractError, SourceError
from sujuva.normal import normal, normal_texts
from sujuva.paths import project_root
from sujuva.sources import Source, Sources
from sujuva.tables import contract_of, key_columns
from sujuva.tables.columns import KeyOf

KEY_VARIABLE = "SUJUVA_KEY"
FILE_VARIABLE = "SUJUVA_KEY_FILE"
DEMO_KEY = b"sujuva public demo key: for synthetic data alone"
"""Public, and therefore no protection: pseudonyms made with it are for synthetic data."""

_BLOCK = 64
_BYTES = 16
_SHORTEST = 16


def default_key_file() -> Path:
    """Return where the key lies unless a variable says otherwise: in the user's own configuration folder."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "sujuva" / "key"


def load_key() -> bytes:
    """Return the secret key of this machine: of SUJUVA_KEY, else of the file SUJUVA_KEY_FILE, else of the default file.

    Raises:
        SourceError: There is none, it is too short, or its file lies inside the project.
    """
    word = os.environ.get(KEY_VARIABLE, "")
    if word.encode() == DEMO_KEY:
        msg = f"The variable {KEY_VARIABLE} is the public demo key, which protects nobody."
        raise SourceError(msg, "Make a key with `sujuva key` and unset the variable.")
    if word:
        return _long_enough(word.encode(), f"The variable {KEY_VARIABLE}")
    named = os.environ.get(FILE_VARIABLE, "")
    path = Path(named).expanduser() if named else default_key_file()
    if path.resolve().is_relative_to(project_root().resolve()):
        msg = f"The key file ({FILE_VARIABLE}) lies inside the project, from where it could be shared by mistake."
        raise SourceError(msg, "Move it out of the project, to a place that only you can read.")
    try:
        content = path.read_bytes().strip()
        others = os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    except OSError:
        msg = "There is no key for the pseudonyms of persons and families."
        hint = (
            f"Make one with `sujuva key`, or set {KEY_VARIABLE} or {FILE_VARIABLE}. "
            "Keep it as long as the study lasts: another key makes other pseudonyms."
        )
        raise SourceError(msg, hint) from None
    if others:
        msg = "Others than you can read the key file."
        raise SourceError(msg, f"Run: chmod 600 {path}")
    return _long_enough(content, "The key file")


def make_key(path: Path) -> None:
    """Write a new random key of 256 bits that only its owner can read.

    Raises:
        SourceError: There is a file already; or it would lie inside the project.
    """
    if path.resolve().is_relative_to(project_root().resolve()):
        msg = "The key must not lie inside the project, from where it could be shared by mistake."
        raise SourceError(msg, f"Choose a place outside, such as {default_key_file()}.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    except FileExistsError:
        msg = "There is a key already."
        raise SourceError(msg, "Keep it: with another key the same person would get another pseudonym.") from None
    except OSError as error:
        msg = f"The key cannot be written ({error.strerror})."
        raise SourceError(msg, "Choose another place with -o.") from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")


def _long_enough(key: bytes, what: str) -> bytes:
    if len(key) < _SHORTEST:
        msg = f"{what} is too short for a secret key: at least {_SHORTEST} characters are needed."
        raise SourceError(msg, "Make one with `sujuva key`.")
    return key


class Hasher:
    """HMAC-SHA-256 with one key, laid out by hand: the library call costs twice as much for each short text.

    The key goes into no message: what is pickled is which key it is, and another process takes its own (`hasher_here`).
    """

    def __init__(self, key: bytes) -> None:
        padded = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
        self._inner = bytes(byte ^ 0x36 for byte in padded)
        self._outer = bytes(byte ^ 0x5C for byte in padded)

    def __reduce__(self) -> tuple[Callable[[str], Hasher], tuple[str]]:
        return hasher_here, (self.name,)

    @property
    def name(self) -> str:
        """Eight digits that tell keys apart and tell nothing about them."""
        return self.digits("key", "id")[:8]

    def digits(self, kind: str, text: str) -> str:
        """Return the pseudonym of `text` as a key of this kind."""
        inner = hashlib.sha256(self._inner + f"{kind}\0{normal(text)}".encode()).digest()
        return hashlib.sha256(self._outer + inner).hexdigest()[: 2 * _BYTES]

    def series(self, kind: str, texts: pl.Series) -> pl.Series:
        """Return the pseudonyms of `texts`; null stays null."""
        texts = normal_texts(texts)
        start, outer, sha = self._inner + f"{kind}\0".encode(), self._outer, hashlib.sha256
        given = texts.drop_nulls()
        found = [sha(outer + sha(start + text).digest()).digest()[:_BYTES] for text in given.cast(pl.Binary).to_list()]
        digits = pl.Series(texts.name, found, dtype=pl.Binary).bin.encode("hex")
        if given.len() == texts.len():
            return digits
        nothing = pl.repeat(None, n=texts.len(), dtype=pl.String, eager=True).alias(texts.name)
        return nothing.scatter(texts.is_not_null().arg_true(), digits)


class NoHasher(Hasher):
    """Stands in where a delivery is of nobody: whatever would become a pseudonym after all is an error."""

    name = "none"

    def __init__(self) -> None:
        super().__init__(b"")

    def digits(self, kind: str, text: str) -> str:  # noqa: ARG002  the text is not told
        """Refuse to make a pseudonym.

        Raises:
            ContractError: Always.
        """
        msg = f"A delivery of nobody has a key of a {kind}."
        raise ContractError(msg, "Report this as a bug, without the data.")

    def series(self, kind: str, texts: pl.Series) -> pl.Series:
        """Return no pseudonyms of no texts.

        Raises:
            ContractError: There is a text.
        """
        if texts.null_count() < texts.len():
            self.digits(kind, "")
        return texts.cast(pl.String)


def hasher_of(delivery: Sources) -> Hasher:
    """Return what makes the pseudonyms of a delivery.

    Raises:
        SourceError: The delivery can tell of persons, families or organisations, is real, and this machine has no key.
    """
    if delivery.key == "demo":
        return Hasher(DEMO_KEY)
    return NoHasher() if delivery.of_nobody else Hasher(load_key())


def hasher_here(wanted: str) -> Hasher:
    """Return what makes pseudonyms by the name of its key: the demo key, none, or the key of this machine.

    Raises:
        SourceError: This machine has no key, or another one.
    """
    known = {one.name: one for one in (Hasher(DEMO_KEY), NoHasher())}
    own = known.get(wanted) or Hasher(load_key())
    if own.name != wanted:
        msg = f"A worker on {platform.node()} has another key for the pseudonyms than this process."
        hint = f"Let {KEY_VARIABLE} or {FILE_VARIABLE} say the same wherever workers run, or copy the file of the key."
        raise SourceError(msg, hint)
    return own


def raw_keys(source: Source) -> dict[str, str]:
    """Return the raw columns that are a key of persons or families by themselves, and of which kind."""
    return {
        spec.from_[0]: keys[name]
        for feed in source.feeds
        for keys in (key_columns(contract_of(feed.target)),)
        for name, spec in feed.columns.items()
        if name in keys and len(spec.from_) == 1
    }


def pseudonymised(texts: pl.Series, hasher: Hasher, *, within: bool = False) -> pl.Series:
    """Return texts as pseudonyms; with `within`, only the identifiers that stand in them."""
    if not within:
        return hasher.series("person", texts)
    found = [
        None if text is None else replace_identifiers(text, lambda one: f"[{hasher.digits('person', one)}]")
        for text in texts.to_list()
    ]
    return pl.Series(texts.name, found, dtype=pl.String)


_NOBODY = pl.DataFrame(schema={"text": pl.String, "hash": pl.UInt64, "number": pl.UInt32})


@dataclass
class Register:
    """The raw keys of a delivery, numbered: tables are compared by numbers, and pseudonyms are put in at the end.

    Attributes:
        hasher: Makes the pseudonyms.
    """

    hasher: Hasher
    _known: dict[str, pl.DataFrame] = field(default_factory=dict)

    def __reduce__(self) -> tuple[type[Register], tuple[Hasher]]:
        return Register, (self.hasher,)  # raw keys go into no message either

    def numbers(self, kind: str, texts: pl.Series) -> pl.Series:
        """Return the number (UInt32) of each text as a key of this kind; the same text always has the same number."""
        rows = pl.DataFrame({"text": normal_texts(texts)}).with_columns(hash=pl.col("text").hash())
        known = self._known.get(kind, _NOBODY)
        fresh = rows.filter(pl.col("text").is_not_null())
        if known.height:
            fresh = fresh.join(known.select("hash"), on="hash", how="anti", maintain_order="left")
        if fresh["hash"].n_unique() < fresh.height:  # else all differ, as they mostly do
            fresh = fresh.unique("hash", keep="first", maintain_order=True)
        first = known.height
        fresh = fresh.with_columns(number=pl.int_range(first, first + pl.len(), dtype=pl.UInt32))
        self._known[kind] = known = pl.concat([known, fresh])
        numbers = rows.join(known.select("hash", "number"), on="hash", how="left", maintain_order="left")["number"]
        given = rows["text"].is_not_null()
        if (known["text"].gather(numbers).ne_missing(rows["text"]) & given).any():
            msg = "Two keys have the same hash."
            raise ContractError(msg, "This is an error in the program: chance alone will not bring it about.")
        return numbers.zip_with(given, pl.Series([None], dtype=pl.UInt32))

    def texts(self, kind: str) -> pl.Series:
        """Return the raw keys of a kind, each once. Private: they tell who somebody is."""
        return self._known.get(kind, _NOBODY)["text"]

    def all_pseudonyms(self) -> dict[str, pl.Series]:
        """Return the pseudonym of each number of every kind of key.

        Raises:
            ContractError: Two keys have the same pseudonym, which chance alone will not bring about.
        """
        return {kind: self._pseudonyms(kind) for kind in get_args(KeyOf)}

    def _pseudonyms(self, kind: str) -> pl.Series:
        found = self.hasher.series(kind, self.texts(kind))
        if found.n_unique() != found.len():
            msg = f"Two keys of the kind {kind} have the same pseudonym."
            raise ContractError(msg, "Use another key: sujuva key.")
        return found
