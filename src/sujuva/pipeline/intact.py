"""Whether what stages made is still what they made: the MD5 of each file against `dvc.lock`.

DVC looks into a file again when its time or size has changed, and trusts what lies in its cache. A disk that forgets
changes neither, and tables in Parquet carry no checksums here: a flipped bit may give another number and no error. So
each stage that DVC runs looks at what it takes from the stages before it, and so does whatever leaves.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from sujuva.errors import PipelineError
from sujuva.fingerprint import hash_of, md5
from sujuva.pipeline.dag import Stage
from sujuva.pipeline.lock import FILE, Locked, cache_of, place_of, read_lock

_FOLDER = ".dir"  # at the end of the hash of a list of files
_LISTED = 3
_HINT = "`.venv/bin/sujuva doctor --mend` removes what is damaged, and `make repro` makes it anew."


def check_inputs(stage: Stage | None, root: Path) -> None:
    """Refuse what earlier stages made and is not what they made, where DVC runs this stage.

    A stage that somebody runs by hand may take what somebody made by hand: `dvc.lock` knows nothing of that.

    Raises:
        PipelineError: Names what is damaged.
    """
    if stage is not None and os.environ.get("DVC_STAGE") == stage.name:
        check_outputs(stage.deps, root, f"so the stage '{stage.name}' does not run")


def check_outputs(places: Iterable[str], root: Path, consequence: str) -> None:
    """Refuse outputs of stages, at places or below them, of which a file is not what `dvc.lock` says.

    Raises:
        PipelineError: Names what is damaged, and the consequence.
    """
    names = damaged(root, places)
    if names:
        some = ", ".join(names[:_LISTED]) + (f" and {len(names) - _LISTED} more" if len(names) > _LISTED else "")
        verb = "is" if len(names) == 1 else "are"
        msg = f"{some} {verb} damaged, or not what {FILE} says, {consequence}."
        raise PipelineError(msg, _HINT)


def damaged(root: Path, places: Iterable[str] | None = None) -> list[str]:
    """Return the files of outputs that are not what `dvc.lock` says; the output itself where nobody knows its files.

    An output that is not there at all is not damaged. None: of all outputs.
    """
    wanted = None if places is None else set(places)
    names = []
    for out, digest in recorded(root).items():
        if (root / out).exists() and (wanted is None or any(_within(out, one) for one in wanted)):
            names += [out if not name else f"{out}/{name}" for name in _differing(root / out, digest, root)]
    return names


def recorded(root: Path) -> dict[str, str]:
    """Return the hash of each output of a stage that `dvc.lock` names.

    Raises:
        SujuvaError: It cannot be read.
    """
    return {out: digest for stage in _locked(root) for out, digest in stage.outs.items()}


def recorded_size(root: Path) -> int:
    """Return how many bytes the outputs have that `dvc.lock` names."""
    return sum(stage.size for stage in _locked(root))


def _locked(root: Path) -> list[Locked]:
    file = root / FILE
    return list(read_lock(file.read_text(encoding="utf-8")).values()) if file.is_file() else []


def damaged_cache(root: Path) -> list[Path]:
    """Return the files of DVC's cache that `dvc.lock` needs and that hold something else than their name says."""
    cached = [_object(root, digest) for digest in recorded(root).values()]
    listed = [_object(root, digest) for digest in recorded(root).values() for _, digest in _list(root, digest) or ()]
    names = dict.fromkeys([*cached, *listed])
    return [path for path in names if path.is_file() and md5(path) != f"{path.parent.name}{path.name}"[:32]]


def mend(root: Path) -> list[str]:
    """Remove damaged files of DVC's cache, and outputs that hold a damaged file; return what was removed.

    The next run takes them from the cache, or makes them anew where the cache has no sound copy.
    """
    removed = []
    for path in damaged_cache(root):
        path.chmod(0o600)  # DVC makes them read-only, which some systems take to heart
        path.unlink()
        removed.append(f"{path.relative_to(root).as_posix() if path.is_relative_to(root) else path}")
    hashes = recorded(root).items()
    for out in [out for out, digest in hashes if (root / out).exists() and _differing(root / out, digest, root)]:
        place = root / out
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
        else:
            place.unlink()
        removed.append(out)
    return removed


def _differing(place: Path, digest: str, root: Path) -> list[str]:
    """Return the names, within an output, of its files that differ from what its hash stands for; "" for the whole.

    A file too many is none of them: DVC sees it by itself.
    """
    if hash_of(place) == digest:
        return []
    listed = _list(root, digest)
    if listed is None:
        return [""]
    return [name for name, one in listed if not (place / name).is_file() or md5(place / name) != one]


def _list(root: Path, digest: str) -> list[tuple[str, str]] | None:
    """Return name and MD5 of the files of a folder, as DVC's cache has them; None where it does not, or no more."""
    file = _object(root, digest)
    if not digest.endswith(_FOLDER) or not file.is_file() or md5(file) + _FOLDER != digest:
        return None
    return [(str(one["relpath"]), str(one["md5"])) for one in json.loads(file.read_text(encoding="utf-8"))]


def _object(root: Path, digest: str) -> Path:
    return place_of(cache_of(root), digest)


def _within(out: str, place: str) -> bool:
    return out == place or out.startswith(f"{place}/") or place.startswith(f"{out}/")
