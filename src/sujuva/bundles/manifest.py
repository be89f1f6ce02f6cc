"""The manifest of a bundle: what it is of, what made it, what was withheld, and the SHA-256 of each member.

It is `manifest.json` in the zip archive, so that whoever has nothing but a text editor can read it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sujuva.codebooks.files import explain
from sujuva.errors import BundleError

FORM = 2
"""Form of bundles and meaning of their sums; raised by whatever changes what a member or a sum of it says."""
FORMAT: Literal["sujuva bundle"] = "sujuva bundle"
LONGEST = 20_000_000
"""Bytes of a manifest."""
KEY = r"^[^\W_][\w-]*$"
MEMBER = r"^[a-z][a-z0-9_]*/[a-z][a-z0-9_]*\.parquet$"
_DIGEST = r"^[0-9a-f]{64}$"
_Digest = Annotated[str, Field(pattern=_DIGEST)]
_Count = Annotated[int, Field(ge=0)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Member(_Part):
    """A table of the bundle."""

    rows: _Count
    bytes: _Count
    sha256: _Digest


class Withheld(_Part):
    """A block of rows that stayed in the region: see `sujuva.bundles.contents.WITHHELD`."""

    table: str
    region: str
    wave: int
    scale: str
    informant: str
    group: str
    reason: str
    rows: _Count


class Manifest(_Part):
    """What a bundle says of itself."""

    format: Literal["sujuva bundle"] = FORMAT
    form: int = Field(ge=1, description="See `FORM`")
    sujuva: str = Field(pattern=r"^\d+\.\d+\.\d+", description="Version of the code that made it")
    code: str = Field(description="Fingerprint of that code: see `sujuva.fingerprint`")
    region: str = Field(pattern=KEY)
    round: int = Field(ge=1, description="Which of the region's bundles it is, from the first on: see `quick.sending`")
    waves: Annotated[tuple[int, ...], Field(strict=False, min_length=1)]
    synthetic: bool = Field(description="Whether the persons in it are made up")
    about: dict[str, Any] = Field(description="What the delivery says of itself: title, who is responsible, its date")
    choices: dict[str, Any] = Field(description="Choices that its sums hang on, by dotted name")
    codebooks: dict[str, dict[str, _Digest]] = Field(
        description="SHA-256 of each part of the codebooks that its sums hang on: see `sujuva.bundles.books`"
    )
    thresholds: dict[str, int] = Field(description="Rules of disclosure control by which it was protected")
    ledger: dict[str, _Count] = Field(description="Raw rows: in, clean, quarantine")
    withheld: Annotated[tuple[Withheld, ...], Field(strict=False)]
    members: dict[Annotated[str, Field(pattern=MEMBER)], Member]


def manifest_bytes(manifest: Manifest) -> bytes:
    """Return a manifest as it lies in a bundle: indented JSON with sorted keys."""
    content = manifest.model_dump(mode="json")
    return (json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n").encode()


def read_manifest(content: bytes, where: str) -> Manifest:
    """Read the manifest of a bundle that anybody may have written.

    Args:
        content: Its bytes.
        where: Name of the bundle.

    Raises:
        BundleError: It is too long, no JSON, of a newer form than this code knows, or says something that no manifest
            does. Values are not quoted.
    """
    if len(content) > LONGEST:
        msg = f"{where}: its manifest.json has more than {LONGEST:,} bytes."
        raise BundleError(msg, _NO_BUNDLE)
    try:
        said = json.loads(content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):  # too deep, a number too long, a key given twice, no UTF-8
        msg = f"{where}: its manifest.json is not valid JSON."
        raise BundleError(msg, _NO_BUNDLE) from None
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        msg = f"{where}: its manifest.json is not that of a bundle."
        raise BundleError(msg, _NO_BUNDLE)
    check_form(said.get("form"), where)
    try:
        return Manifest.model_validate(said)
    except ValidationError as error:
        message, hint = explain(error, Manifest, f"{where}, manifest.json")
        raise BundleError(message, hint or _NO_BUNDLE) from None


def check_form(form: object, where: str) -> None:
    """See that a bundle is of the form that this code reads.

    Raises:
        BundleError: It is of another one.
    """
    if form == FORM and isinstance(form, int):
        return
    newer = isinstance(form, int) and form > FORM
    msg = f"{where} is of {'a newer' if newer else 'another'} form of bundles than this code reads ({FORM})."
    hint = "Update Sujuva here." if newer else "Ask the region to make it anew with the version that is used here."
    raise BundleError(msg, hint)


_NO_BUNDLE = "Ask whoever sent it for the file that `sujuva bundle` wrote."


def _once(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise ValueError
    return content


def _no_number(_: str) -> None:
    raise ValueError
