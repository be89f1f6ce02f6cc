"""Writing the research object, as a folder or as a ZIP archive: the same commit makes the same bytes."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath

from sujuva.crate.codecheck import NAME, PAPER, configuration, faults, read_paper
from sujuva.crate.exhibits import exhibits_of, manifest
from sujuva.crate.graph import FOLDER, metadata
from sujuva.crate.project import read_project
from sujuva.crate.readme import readme
from sujuva.errors import SujuvaError
from sujuva.io import replacing, replacing_folder
from sujuva.pipeline.allowed import within
from sujuva.pipeline.dag import stages

METADATA = "ro-crate-metadata.json"
README = "README.md"


def write_crate(target: Path, root: Path) -> list[str]:
    """Write the research object of a project.

    Args:
        target: A folder, or a file that ends with `.zip`; what it held of an older one is replaced.
        root: The project.

    Returns:
        What `codecheck.yml` still lacks of the author's part: a sentence for each rule.

    Raises:
        SujuvaError: The target is no research object, or is made by a stage; something is not committed or out of date.
        DisclosureError: Something among what may leave may tell of a person.
    """
    require_place(target, root)
    project = read_project(root)
    paper = read_paper(root)
    exhibits = exhibits_of(project)
    made = {f"{FOLDER}/{file}": what for file, what in manifest(project, exhibits).items()}
    source = f"All material lies beside this file, in {FOLDER}/: commit {project.commit}."
    if not project.published.meta["synthetic"]:
        source += " Data about persons stay with whoever holds them; README.md says what can be made without them."
    config = configuration(made, paper, source)
    own = {
        README: (readme(project, exhibits, paper).encode(), "README for data editors"),
        NAME: (config.encode(), "Configuration for CODECHECK"),
    }
    graph = json.dumps(metadata(project, own, paper), indent=2, ensure_ascii=False) + "\n"
    contents = {name: content for name, (content, _) in own.items()}
    contents |= {METADATA: graph.encode(), **{f"{FOLDER}/{one.name}": one.content for one in project.files}}
    if target.suffix == ".zip":
        write_archive(contents, target, project.date)
    else:
        write_folder(contents, target)
    lacking = faults(config)
    return [f"{one} Write {PAPER}." if "'paper'" in one else one for one in lacking]


def require_place(target: Path, root: Path) -> None:
    """See that nothing of value is replaced.

    Raises:
        SujuvaError: There is something else than a research object, or a stage makes what lies there.
    """
    place = target.absolute()
    if root.is_relative_to(place):
        msg = f"{target.name or target} holds the project."
        raise SujuvaError(msg, "Choose a new folder, or a file that ends with .zip.")
    if place.is_relative_to(root):
        name = place.relative_to(root).as_posix()
        if any(within(name, out) or within(out, name) for stage in stages(root).values() for out in stage.outs):
            msg = f"A stage makes {name}."
            raise SujuvaError(msg, "Choose another place, such as reports/crate.")
    is_old = (target / METADATA).is_file() if target.is_dir() else target.suffix == ".zip" and _holds_metadata(target)
    empty = target.is_dir() and not any(target.iterdir())
    if target.exists() and not is_old and not empty:
        msg = f"There is something else at {target.name} than a research object, and it would be replaced."
        raise SujuvaError(msg, "Choose a new folder, or a file that ends with .zip.")


def _holds_metadata(target: Path) -> bool:
    try:
        with zipfile.ZipFile(target) as archive:
            return METADATA in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def write_folder(contents: Mapping[str, bytes], target: Path) -> None:
    """Write files by their names into a folder."""
    with replacing_folder(target) as folder:
        for name, content in contents.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def write_archive(contents: Mapping[str, bytes], target: Path, date: datetime) -> None:
    """Write files by their names into a ZIP archive: in order, all of the same time and mode."""
    time = (max(date.year, 1980), date.month, date.day, date.hour, date.minute, date.second)
    with replacing(target) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name, content in sorted(contents.items(), key=lambda one: PurePosixPath(one[0]).parts):
            info = zipfile.ZipInfo(name, time)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o100644 << 16
            info.create_system = 3  # Unix, wherever it is made
            archive.writestr(info, content)
