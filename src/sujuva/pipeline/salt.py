"""Salt: what `dvc.lock` tells of private outputs says nothing to whoever has not seen them.

`dvc.lock` is under git, with the hash and the size of every output. Whoever knows the code and all of a table but one
number could try each number and compare: the same inputs give the same bytes. So a file `salt` lies in every private
folder, and the executed notebooks have one in their metadata: up to 64 kB that follow from the key of the pseudonyms
and from the content beside it. The hash cannot be guessed without the key, the size is blurred by as much, and the same
key and content still give the same bytes. Single files of a private folder are nobody's dependency for the same reason
(`dag.needs`). How many files a folder has stays to be seen.

Where a delivery is made up, or of nobody (public statistics, or no file at all, beside bundles of regions, whose hashes
readers are told anyway), the public key makes the salt.

The key is asked for by the stage that reads the raw exports. Later ones go on from `data/study/salt`, as other choices
are handed on: whoever has the clean tables needs no key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import sys
from pathlib import Path

from sujuva.errors import PipelineError, SujuvaError
from sujuva.fingerprint import SALT
from sujuva.paths import shown
from sujuva.pipeline.dag import Stage, input_folder

NAME = "salt"
_STUDY = "data/study"
_LEAST = 64  # bytes
_BLUR = 1 << 16
_BLUR_OF_NOTEBOOKS = 1 << 12


def salted(stage: Stage, text: str, root: Path) -> str:
    """Return the text of a stage's executed notebook with salt, where it stays on this machine.

    Raises:
        SujuvaError: There is no key, or `data/study` has no salt.
    """
    if stage.output not in stage.private or not _hands_on(stage):
        return text
    notebook = json.loads(text)
    salt = _salt(_seed(stage, root), stage.output, hashlib.sha256(text.encode()).digest(), _BLUR_OF_NOTEBOOKS)
    notebook["metadata"][NAME] = salt.hex()
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def salt_folders(stage: Stage, root: Path) -> None:
    """Put salt into the private folders that a stage has made.

    Raises:
        SujuvaError: As `salted`.
    """
    folders = [name for name in stage.private if (root / name).is_dir()] if _hands_on(stage) else []
    seed = _seed(stage, root) if folders else b""
    for name in folders:
        (root / name / NAME).unlink(missing_ok=True)
        salt = _salt(seed, name, _digest(root / name), _BLUR)
        (root / name / NAME).write_bytes(salt)


def _hands_on(stage: Stage) -> bool:
    """Whether a stage is part of the way of the study: it makes `data/study` or goes on from it."""
    return _STUDY in {*stage.outs, *stage.deps}


def salt_input(stage: Stage, root: Path) -> None:
    """Put salt beside the raw exports, before the stage that reads them; where that cannot be written, say so.

    A delivery that hides nothing has none: it is what another stage made, or public.
    """
    folder = input_folder(root)
    if _STUDY not in stage.outs or folder is None or not (folder / "sources.yaml").is_file() or hides_nothing(folder):
        return
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SALT)
    listing = "\n".join(f"{path.relative_to(folder).as_posix()} {path.stat().st_size}" for path in files)
    salt = _salt(_secret(root), "input", os.fsencode(listing), _BLUR)
    try:
        (folder / SALT).write_bytes(salt)
    except OSError:
        sys.stderr.write(
            f"{shown(folder)} cannot be written: dvc.lock will tell the hash and size of the raw exports.\n"
        )


def _seed(stage: Stage, root: Path) -> bytes:
    if _STUDY in stage.outs:
        return _secret(root)
    try:
        return (root / _STUDY / NAME).read_bytes()
    except OSError:
        msg = f"{_STUDY} has no salt, without which dvc.lock would tell of private tables."
        raise PipelineError(msg, "Run `dvc repro --force clean`.") from None


def _secret(root: Path) -> bytes:
    from sujuva.cleaning.pseudonyms import DEMO_KEY, load_key  # noqa: PLC0415  start-up time

    return DEMO_KEY if hides_nothing(input_folder(root)) else load_key()


def hides_nothing(folder: Path | None) -> bool:
    """Whether a delivery has nothing to hide: it is made up and says so, or no file of it can tell of anybody.

    What cannot be read counts as what has.
    """
    from sujuva.sources import load_sources  # noqa: PLC0415  start-up time

    if folder is None:
        return False
    if is_demo(folder):
        return True
    try:
        return load_sources(folder, instruments={}).of_nobody  # whoever feeds answers is refused, and has persons
    except SujuvaError:
        return False


def is_demo(folder: Path | None) -> bool:
    """Whether a delivery is made up and says so: then nothing is hidden, and everybody has the same bytes."""
    from sujuva.codebooks.files import read_yaml  # noqa: PLC0415  start-up time

    return folder is not None and read_yaml(folder / "sources.yaml").get("key") == "demo"


def _digest(folder: Path) -> bytes:
    """Return the hash of what a folder holds: names and bytes."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.digest()


def _salt(seed: bytes, name: str, content: bytes, blur: int) -> bytes:
    """Return bytes that nobody can tell without the seed, as many as nobody can tell either."""
    secret = hmac.digest(seed, f"{name}\0".encode() + content, "sha256")
    length = _LEAST + int.from_bytes(hashlib.shake_256(b"length" + secret).digest(4)) % blur
    return hashlib.shake_256(b"salt" + secret).digest(length)
