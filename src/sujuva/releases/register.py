"""The register of releases: what was published when, of whom, by which code and rules, with a SHA-256 of every table.

It lies in data/releases and is under git: `releases.json` and, for each release, a folder with its published tables.
Each entry carries a seal, the SHA-256 of the seal before it and of all that it says, so that no entry can be changed,
taken out or put in without a mark. Where SUJUVA_REGISTER_KEY is set, the seal is signed with it (HMAC-SHA-256, RFC
2104), so that whoever can write the register cannot seal it anew. Who was in a release lies beside it in
data/releases/private, on the owner's machine alone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sujuva.errors import DisclosureError, SujuvaError
from sujuva.io import read_table, replacing_folder, write_json
from sujuva.paths import inside
from sujuva.published import CONTRACTS, KEYS, Published

REGISTER = "data/releases/releases.json"
"""The register of a project, under git."""
KEY_VARIABLE = "SUJUVA_REGISTER_KEY"
"""In the environment: the key that signs the register, another than that of pseudonyms."""
PRIVATE = "private"
_META = "meta.json"
_UNSIGNED = f"{KEY_VARIABLE} was not set"
_HINT = "Take the register and its tables from git as they were: git checkout -- data/releases"
_STRICT = ConfigDict(frozen=True, extra="forbid")


class Release(BaseModel):
    """An entry of the register."""

    model_config = _STRICT

    number: int = Field(ge=1)
    date: dt.date = Field(description="Day of the release")
    owner: str = Field(min_length=1, description="Who answers for it")
    reason: str = Field(min_length=1, description="Why it is released")
    study: str = Field(
        description="SHA-256 of what the study says of itself: title, who is responsible, synthetic or not"
    )
    cohort: dict[str, Any] = Field(description="regions, waves, and data_until: the newest day of the raw exports")
    code: str = Field(description="Fingerprint of the code that made the tables: see `sujuva.fingerprint`")
    rules: dict[str, Any] = Field(description="The privacy parameters")
    files: dict[str, str] = Field(description="SHA-256 of every published file")
    bundles: dict[str, str] = Field(
        default_factory=dict, description="Region → SHA-256 of the bundle that stands behind its numbers"
    )
    seal: str = ""
    signature: str = Field("", description="HMAC-SHA-256 of the seal; empty: see unsigned")
    unsigned: str = Field("", description="Why there is no signature")


class Withdrawal(BaseModel):
    """A person who left, without telling which."""

    model_config = _STRICT

    date: dt.date
    persons: int = Field(ge=1)
    after: int = Field(ge=0, description="Number of the newest release then; 0: before the first")


class Register(BaseModel):
    """All releases, the oldest first, and those who withdrew."""

    model_config = _STRICT

    releases: tuple[Release, ...] = ()
    withdrawn: tuple[Withdrawal, ...] = ()


@dataclass(frozen=True)
class Earlier:
    """A register that was read and checked.

    Attributes:
        folder: Where it lies.
        register: What it says.
    """

    folder: Path
    register: Register

    @property
    def releases(self) -> tuple[Release, ...]:
        """The releases, the oldest first."""
        return self.register.releases

    def tables(self, release: Release) -> dict[str, pl.DataFrame]:
        """Return the published tables of a release: of those that this version knows, by name."""
        folder = self.folder / str(release.number)
        return {
            name: read_table(folder / f"{name}.parquet") for name in CONTRACTS if f"{name}.parquet" in release.files
        }

    def meta(self, release: Release) -> dict[str, Any]:
        """Return what readers of a release were told beside the tables."""
        content: dict[str, Any] = json.loads((self.folder / str(release.number) / _META).read_text(encoding="utf-8"))
        return content

    def published(self, release: Release) -> Published:
        """Return what readers of a release hold; a table that it did not have is empty.

        Raises:
            DisclosureError: A table has other keys than today, so that nobody can say what changed since.
        """
        told = self.tables(release)
        for name, frame in told.items():
            if not {*KEYS[name]} <= {*frame.columns}:
                msg = f"Release {release.number} told {name} by other keys than this version does."
                raise DisclosureError(msg, "Without comparing both nothing new is published. Report this as a bug.")
        empty = {name: pl.DataFrame(schema=one.schema) for name, one in CONTRACTS.items()}
        return Published(empty | told, self.meta(release))

    def private(self, release: Release) -> Path:
        """Return where it lies who was in a release."""
        return self.folder / PRIVATE / f"{release.number}.parquet"

    def bundles(self, release: Release) -> Path:
        """Return the folder of copies of the bundles behind a release."""
        return self.folder / PRIVATE / f"{release.number}_bundles"

    def beside(self, release: Release, what: str) -> Path:
        """Return where a private table beside the persons of a release lies."""
        return self.folder / PRIVATE / f"{release.number}_{what}.parquet"


def study_of(meta: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what a publication says of its study."""
    return _sha(_canonical({name: meta[name] for name in ("title", "responsible", "synthetic")}))


def read_register(file: str | Path = REGISTER) -> Earlier:
    """Read a register and hold every seal, signature and table against it.

    Args:
        file: Where it lies.

    Raises:
        SujuvaError: It is missing or is no register.
        DisclosureError: An entry or a table was changed.
    """
    path = inside(file)
    try:
        register = Register.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, ValidationError) as error:
        msg = f"{path.parent.name}/{path.name} is missing or is no register of releases."
        raise SujuvaError(msg, _HINT) from error
    earlier, seal = Earlier(path.parent, register), ""
    for number, release in enumerate(register.releases, start=1):
        what = f"Release {number} of {path.parent.name}/{path.name}"
        if release.number != number or release.seal != _seal(release, seal):
            msg = f"{what} was changed after it was added, or one before it was taken out."
            raise DisclosureError(msg, _HINT)
        _check_signature(release, what)
        _check_files(path.parent / str(number), release, what)
        seal = release.seal
    return earlier


def _check_signature(release: Release, what: str) -> None:
    """Hold a signature against the key of this machine, if it has one; who has none still has the seals."""
    key = _key()
    if key is None or (release.unsigned and not release.signature):
        return
    if not release.signature:
        msg = f"{what} is not signed, and does not say why."
        raise DisclosureError(msg, _HINT)
    if not hmac.compare_digest(release.signature, _signed(release.seal, key)):
        msg = f"{what} was signed with another key."
        raise DisclosureError(msg, "Use the key of the study, or the register that was signed with this one.")


def _check_files(folder: Path, release: Release, what: str) -> None:
    for name, digest in release.files.items():
        try:
            content = (folder / name).read_bytes()
        except OSError:
            msg = f"{what}: the file {folder.name}/{name} is missing or cannot be read."
            raise DisclosureError(msg, _HINT) from None
        if _sha(content) != digest:
            msg = f"{what}: the file {folder.name}/{name} was changed after the release."
            raise DisclosureError(msg, _HINT)


def add_release(
    earlier: Earlier,
    published: Path,
    *,
    owner: str,
    reason: str,
    date: dt.date,
    cohort: Mapping[str, Any],
    persons: pl.DataFrame,
    bundles: Mapping[str, Path] | None = None,
) -> Release:
    """Add what stands in a folder of published tables to a register, and who was in it beside it.

    Args:
        earlier: What `read_register` returned.
        published: The folder, such as data/published.
        owner: Who answers for the release.
        reason: Why it is released.
        date: Its day.
        cohort: What `Release.cohort` tells.
        persons: What `sujuva.releases.contributions` returns of the same data.
        bundles: Region → the bundle that stands behind its numbers; they are kept beside.

    Raises:
        SujuvaError: There is no owner or reason, the day is before the last release's, or the same was released last.
    """
    last = earlier.releases[-1] if earlier.releases else None
    for name, text in (("owner", owner), ("reason", reason)):
        if not text.strip():
            msg = f"A release needs an {name}." if name == "owner" else f"A release needs a {name}."
            raise SujuvaError(msg, f"Name it: sujuva release --{name} …")
    if last is not None and date < last.date:
        msg = f"The release would be of {date}, before the last one ({last.date})."
        raise SujuvaError(msg, "Releases are added in their order.")
    content = {
        path.name: path.read_bytes() for path in sorted(published.glob("*")) if path.suffix in {".parquet", ".json"}
    }
    files = {name: _sha(one) for name, one in content.items()}
    if last is not None and files == last.files:
        msg = f"The same tables are release {last.number} already."
        raise SujuvaError(msg, "Nothing was added.")
    meta = json.loads(content[_META])
    release = Release(
        number=len(earlier.releases) + 1, date=date, owner=owner.strip(), reason=reason.strip(), study=study_of(meta),
        cohort=dict(cohort), code=str(meta.get("code", "")), rules=meta["privacy"], files=files,
        bundles={region: _sha(path.read_bytes()) for region, path in (bundles or {}).items()},
    )  # fmt: skip
    if last is not None and release.study != last.study:
        msg = "What stands in data/published is of another study than the releases of this register."
        raise DisclosureError(msg, "Each study has a register of its own: start with an empty one.")
    key = _key()
    release = release.model_copy(update={"unsigned": "" if key else _UNSIGNED})
    seal = _seal(release, last.seal if last else "")
    release = release.model_copy(update={"seal": seal, "signature": _signed(seal, key) if key else ""})
    # The register comes last: what stands before it is nobody's release until then.
    with replacing_folder(earlier.folder / str(release.number)) as out:
        for name, one in content.items():
            (out / name).write_bytes(one)
    write_private(persons, earlier.private(release))
    if bundles:
        with replacing_folder(earlier.bundles(release)) as out:
            out.chmod(0o700)
            for region, path in bundles.items():
                shutil.copyfile(path, out / f"{region}.zip")
    register = earlier.register.model_copy(update={"releases": (*earlier.releases, release)})
    write_register(register, earlier.folder / Path(REGISTER).name)
    return release


def write_register(register: Register, path: Path) -> None:
    """Write a register as JSON."""
    write_json(json.loads(register.model_dump_json()), path)


def write_private(frame: pl.DataFrame, path: Path) -> None:
    """Write a table that only its owner may read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    temporary = path.with_name(f".{path.name}.part")
    try:
        temporary.touch(mode=0o600)
        frame.write_parquet(temporary, compression="zstd")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _seal(release: Release, before: str) -> str:
    told = release.model_dump(mode="json", exclude={"seal", "signature"} | (set() if release.bundles else {"bundles"}))
    return _sha(before.encode() + _canonical(told))


def _signed(seal: str, key: bytes) -> str:
    return hmac.new(key, f"register of releases\0{seal}".encode(), hashlib.sha256).hexdigest()


def _key() -> bytes | None:
    return os.environ.get(KEY_VARIABLE, "").encode() or None


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
