"""The commands about signatures: who stands behind a file. What they need is imported when they run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sujuva.errors import SignatureError, SujuvaError
from sujuva.paths import project_root, shown

if TYPE_CHECKING:
    from sujuva.signatures import SecretKey

_SIGNATURES = "reports/signatures"
"""Where signatures of what stages make lie, under git: a stage that runs anew empties its own folders."""


def sign(
    files: Annotated[list[Path], typer.Argument(help="Files to sign, such as reports/record/results.json.")],
    key: Annotated[
        Path | None,
        typer.Option("-s", "--key", help="Secret key of minisign, outside the project. [~/.minisign/minisign.key]"),
    ] = None,
    comment: Annotated[str, typer.Option("-t", "--comment", help="Trusted comment. [the name of the file]")] = "",
) -> None:
    """Sign files in minisign's format: beside a file, or in reports/signatures for what a stage makes.

    `minisign -G` makes the pair of keys. What you sign you stand for: look at it first.
    """
    secret = secret_key(key)
    for path in signed(files, secret, comment):
        typer.echo(f"{shown(path.absolute())}  key {secret.public.name}")


def secret_key(key: Path | None) -> SecretKey:
    """Read the secret key of whoever signs, from outside of the project; its password is asked for.

    Raises:
        SignatureError: It lies inside of the project, or is no such key.
    """
    from sujuva.signatures import read_secret_key  # noqa: PLC0415

    place = key or Path.home() / ".minisign" / "minisign.key"
    root = _root()
    if root is not None and place.resolve().is_relative_to(root.resolve()):
        msg = f"The secret key {place.name} lies inside the project, from where it could be shared by mistake."
        raise SignatureError(msg, "Move it out of the project, to a place that only you can read.")
    return read_secret_key(place, lambda: typer.prompt(f"Password of {place.name}", hide_input=True, err=True))


def signed(files: Sequence[Path], secret: SecretKey, comment: str = "") -> list[Path]:
    """Write the signatures of files, of all or none, and return where they are."""
    from sujuva.io import write_text  # noqa: PLC0415
    from sujuva.signatures import sign as signature_of  # noqa: PLC0415

    root = _root()
    made = {_signature_of(path, root): signature_of(path, secret, comment) for path in files}
    for target, text in made.items():
        write_text(text, target)
    return list(made)


def check_signature(
    file: Annotated[Path, typer.Argument(help="The file that was signed.")],
    key: Annotated[
        list[str],
        typer.Option("-p", "--key", help="A public key of minisign that you trust: its file or its word. Repeatable."),
    ],
    signature: Annotated[
        Path | None, typer.Option("-x", "--signature", help="[beside the file, or in reports/signatures]")
    ] = None,
) -> None:
    """See that a file is as somebody whom you trust signed it; of a record, that what it lists is as it says, too.

    Ends with 1 where anything was changed, or somebody else signed.
    """
    from sujuva.pipeline.recorded import RECORD, differing_files  # noqa: PLC0415
    from sujuva.signatures import read_public_key, verify  # noqa: PLC0415

    root = _root()
    verified = verify(file, signature or _signature_of(file, root), [read_public_key(one) for one in key])
    typer.echo(f"{file.name} is as the owner of the key {verified.key.name} signed it.")
    typer.echo(f"Trusted comment: {verified.comment}")
    if root is None or file.resolve() != (root / RECORD).resolve():
        return
    count, differing = differing_files(file, root)
    for name, why in differing.items():
        typer.echo(f"{name} is {why}.", err=True)
    if differing:
        msg = f"{len(differing)} of the {count} files that the record lists are not as it says."
        raise SignatureError(msg, "What was signed is another release than the one that lies here.")
    typer.echo(f"The {count} files that it lists are as it says.")


def _signature_of(path: Path, root: Path | None) -> Path:
    """Return where the signature of a file belongs."""
    from sujuva.pipeline.allowed import within  # noqa: PLC0415
    from sujuva.pipeline.dag import stages  # noqa: PLC0415
    from sujuva.signatures import SUFFIX  # noqa: PLC0415

    beside = path.with_name(path.name + SUFFIX)
    if root is None or not (place := Path(os.path.normpath(path.absolute()))).is_relative_to(root):
        return beside
    name = place.relative_to(root).as_posix()
    made = any(within(name, *stage.outs) for stage in stages(root).values())
    return root / _SIGNATURES / f"{name}{SUFFIX}" if made else beside


def _root() -> Path | None:
    """Return the project, or None: signatures are checked anywhere."""
    try:
        return project_root()
    except SujuvaError:
        return None
