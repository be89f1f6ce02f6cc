"""Sides: a project, what `clean` has kept, codebooks with their choices, or a bundle, opened in one form."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sujuva.bundles.archive import MANIFEST, read_bundle
from sujuva.bundles.archive import SUFFIX as BUNDLE
from sujuva.bundles.manifest import Manifest
from sujuva.codebooks import Instrument, load_instruments
from sujuva.codebooks.files import COPIED, FOLDER
from sujuva.errors import CodebookError, SourceError, SujuvaError
from sujuva.handed import read_choices
from sujuva.params import flat, load_params, rules_of_privacy
from sujuva.paths import MARKER, NOT_THERE, no_file
from sujuva.sources.load import FILE as SOURCES
from sujuva.sources.load import load_sources
from sujuva.sources.spec import Sources

_INSTRUMENTS = "instruments"
_HINT = (
    "A side is a folder of a project, data/study of one, codebooks (with instruments/) with params.yaml beside, or a "
    "bundle."
)
_TAKEN = (".yaml", ".csv")


@dataclass(frozen=True)
class Side:
    """What one region, or one project of regions, would measure.

    Attributes:
        name: What it is called.
        study: A folder that the loaders of codebooks take.
        choices: Its choices by dotted name; those that it does not tell are not there.
        files: Where its files lie, as whoever edits them knows them: `project` and `input` folders of codebooks, and
            `choices`.
        delivered: What its `sources.yaml` describes; None where there is none, or it is not complete.
        notes: What could not be read, a sentence each.
        instruments: Its instruments by key.
        manifest: Of a bundle, what it says of itself: it has no codebooks, and `study` is an empty folder.
    """

    name: str
    study: Path
    choices: Mapping[str, Any]
    files: Mapping[str, str]
    delivered: Sources | None = None
    notes: Sequence[str] = ()
    instruments: Mapping[str, Instrument] = field(default_factory=dict, repr=False)
    manifest: Manifest | None = None

    def file(self, name: str) -> str:
        """Return where a codebook lies: the input folder's stands before the project's."""
        held = [folder for folder in COPIED if (self.study / "codebooks" / folder / name).is_file()]
        return f"{self.files[held[-1] if held else COPIED[0]]}/{name}"


def open_sides(places: Sequence[Path], scratch: Path) -> list[Side]:
    """Open what a person has named.

    Args:
        places: Folders and bundles, two or more.
        scratch: An empty folder, in which codebooks of a project and of its input folder are put side by side.

    Raises:
        SujuvaError: There are fewer than two, a folder is none of those that a side may be, or something in it is not
            valid.
    """
    if len(places) < 2:  # noqa: PLR2004
        msg = "One side alone has nothing to be compared with."
        raise SujuvaError(msg, "Name two or more.")
    names = _names(places)
    return [_named(place, name, scratch / str(at)) for at, (place, name) in enumerate(zip(places, names, strict=True))]


def _names(places: Sequence[Path]) -> list[str]:
    """Return short names that tell sides apart: folders that are the same in every project say nothing."""
    plain = []
    for place in places:
        parts = [part for part in place.resolve().parts if part not in {"data", "study", "codebooks"}]
        plain.append(parts[-1] if parts else str(place))
    alike = {name for name in plain if plain.count(name) > 1}
    names = [
        place.as_posix() if name in alike and place.parts else name for place, name in zip(places, plain, strict=True)
    ]
    return [
        f"{name} ({names[:at].count(name) + 1})" if names.count(name) > 1 else name for at, name in enumerate(names)
    ]


def _named(place: Path, name: str, scratch: Path) -> Side:
    """Open a side, and say of which one an error is: each has a `params.yaml`."""
    try:
        return _opened(place, name, scratch)
    except SujuvaError as error:
        error.message = f"{name}: {error.message}"
        raise


def _opened(place: Path, name: str, scratch: Path) -> Side:
    if place.suffix == BUNDLE:
        return _bundle(place, name, scratch)
    if not place.is_dir():
        msg = f"{place} is {no_file(place) or 'no folder'}."
        raise SujuvaError(msg, _HINT)
    if (place / "codebooks" / COPIED[0]).is_dir():
        return _study(place, name)
    if (place / MARKER).is_file() and (place / FOLDER).is_dir():
        return _project(place, name, scratch)
    if (place / _INSTRUMENTS).is_dir():
        return _codebooks(place, name, scratch)
    msg = f"{place} holds nothing that says what is measured."
    raise SujuvaError(msg, _HINT)


def _bundle(place: Path, name: str, scratch: Path) -> Side:
    """Open a bundle, of which every member is as its manifest says: a side has nothing to do with who signed it."""
    said = read_bundle(place).manifest
    scratch.mkdir(parents=True)
    choices = dict(said.choices) | {"study.regions": [said.region], "study.waves": [*said.waves]}
    choices |= {f"privacy.{rule}": value for rule, value in said.thresholds.items() if rule in rules_of_privacy()}
    return Side(name, scratch, choices, {"choices": f"{place.name}, {MANIFEST}"}, manifest=said)


def _project(place: Path, name: str, scratch: Path) -> Side:
    params = load_params(place / MARKER)
    delivery = place / params.data.input
    _copied(place / FOLDER, scratch / "codebooks" / COPIED[0])
    if (delivery / "codebooks").is_dir():
        _copied(delivery / "codebooks", scratch / "codebooks" / COPIED[1])
    folder = params.data.input
    files = {COPIED[0]: FOLDER, COPIED[1]: f"{folder}/codebooks", "choices": MARKER, "delivery": folder}
    instruments = load_instruments(scratch)
    delivered, notes = _delivered(delivery, instruments, name)
    return Side(name, scratch, flat(params), files, delivered, notes, instruments)


def _study(place: Path, name: str) -> Side:
    """Open what `clean` has kept: the choices are those that the stages took, as far as they left them beside it."""
    files = {folder: f"codebooks/{folder}" for folder in COPIED}
    given = sorted(one.resolve() for one in place.parent.glob("**/choices.json"))
    if given:
        sections = read_choices(*map(str, given))
        choices = {f"{section}.{leaf}": value for section, leaves in sections.items() for leaf, value in leaves.items()}
        where = MARKER
    else:
        choices, where = _beside(place, place.parent, place.parent.parent)
    return Side(
        name, place, choices, files | {"choices": where}, None, _silence(choices, name), load_instruments(place)
    )


def _codebooks(place: Path, name: str, scratch: Path) -> Side:
    _copied(place, scratch / "codebooks" / COPIED[0])
    choices, where = _beside(place, place.parent)
    files = {COPIED[0]: place.name, COPIED[1]: place.name, "choices": where}
    return Side(name, scratch, choices, files, None, _silence(choices, name), load_instruments(scratch))


def _beside(*folders: Path) -> tuple[dict[str, Any], str]:
    path = next((folder / MARKER for folder in folders if (folder / MARKER).is_file()), None)
    return (flat(load_params(path)) if path else {}), MARKER


def _silence(choices: Mapping[str, Any], name: str) -> list[str]:
    return [] if choices else [f"{name} tells no choices: there is no {MARKER} beside it, so they are not compared."]


def _delivered(
    folder: Path, instruments: Mapping[str, Instrument], name: str
) -> tuple[Sources | None, tuple[str, ...]]:
    if no_file(folder / SOURCES) == NOT_THERE:
        return None, (f"{name} has no {SOURCES} yet: what is delivered is not compared.",)
    try:
        return load_sources(folder, instruments=instruments), ()
    except SourceError as error:
        return None, (f"{name}: what is delivered is not compared. {error.message}",)


def _copied(folder: Path, to: Path) -> None:
    """Copy the codebooks of a folder, and no link that leads out of it.

    Raises:
        CodebookError: A file is a link that leads out of the folder, or no file.
    """
    to.mkdir(parents=True)
    root = folder.resolve()
    for path in sorted(one for one in root.rglob("*") if one.suffix in _TAKEN):
        if fault := no_file(path, root):
            msg = f"{path.relative_to(root).as_posix()} in {folder} is {fault}."
            raise CodebookError(msg, "Put the file itself into the folder.")
        target = to / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
