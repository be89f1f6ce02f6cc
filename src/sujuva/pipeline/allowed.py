"""The allow-list of what may be shared: held against `dvc.yaml` and files of DVC, however somebody changed them.

Shared are `data/published`, which the door makes, and `reports/`, which stages behind the door make from it. A stage
that shares anything else, is made of anything else, or runs a program of its own, is refused.
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Mapping
from pathlib import Path

import yaml

from sujuva.errors import DisclosureError
from sujuva.paths import legible
from sujuva.pipeline.dag import DOOR, FILE, Stage, stages_in

REPORTS = "reports"
"""Folder of what people read: made behind the door, and by nobody else."""
_DOOR_COMMAND = "sujuva run notebooks/publish.ipynb"
_COMMAND = re.compile(r"sujuva( [\w@./=,:-]+)+")  # nothing that a shell reads as more than words
_SOURCES = (DOOR, REPORTS, "data/claims.yaml", "data/codebooks", "data/exceptions.yaml", "notebooks", "src")
CONFIG, LOCAL = ".dvc/config", ".dvc/config.local"
"""Configurations of DVC: the one under git, and the one of this machine."""
_HINT = f"Only {DOOR} and {REPORTS}/ are shared: everything else has `push: false` in {FILE}."


def within(path: str, *folders: str) -> bool:
    """Whether a path is one of the folders or lies in it, without leaving it."""
    parts = Path(path).parts
    return ".." not in parts and any(parts[: len(Path(one).parts)] == Path(one).parts for one in folders)


def is_of_dvc(name: str) -> bool:
    """Whether DVC would go by a file of this name."""
    return name.endswith((".dvc", f"/{FILE}")) or name in {FILE, CONFIG, LOCAL}


def check_of_dvc(name: str, content: bytes) -> None:
    """See that a file that DVC goes by shares nothing but what has passed the door, and only by `sujuva push`.

    Args:
        name: Its path in the project, as `is_of_dvc` knows it.
        content: Its bytes.

    Raises:
        DisclosureError: Names the file and what it would share.
    """
    text = content.decode("utf-8", errors="replace")
    if name == FILE:
        try:
            known = stages_in(text)
        except (yaml.YAMLError, AttributeError):
            msg = f"{FILE} cannot be read, so nobody can tell what it shares."
            raise DisclosureError(msg, "Restore it.") from None
        check_stages(known)
    elif name.endswith(FILE):
        msg = f"{legible(name)} is a second pipeline, and nobody watches it."
        raise DisclosureError(msg, f"Its stages belong in {FILE} of the project.")
    elif name.endswith(".dvc"):
        check_dvc_file(legible(name), text)
    else:
        _check_config(name, text)


def _check_config(name: str, text: str) -> None:
    """See that a bare `dvc push`, which nothing watches, has nowhere to go."""
    config = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        config.read_string(text)
    except configparser.Error:
        msg = f"{name} cannot be read as a configuration of DVC."
        raise DisclosureError(msg, "Restore it.") from None
    if config.get("core", "remote", fallback=""):
        msg = f"{name} has a default remote: a bare `dvc push` would send what nobody looked at."
        raise DisclosureError(msg, "Run `dvc config --unset core.remote` (with --local, as it is), then `sujuva push`.")
    if name == CONFIG and any(section.strip("'").startswith("remote") for section in config.sections()):
        msg = f"{name} names a remote, and is under git."
        raise DisclosureError(msg, "Where it is, is each machine's own: dvc remote add --local NAME URL")


def check_stages(stages: Mapping[str, Stage]) -> None:
    """See that stages share what has passed the door alone.

    Raises:
        DisclosureError: Names the stage, and what is wrong with it.
    """
    for name, stage in stages.items():
        where = f"{FILE}: the stage '{name}'"
        command = stage.content.get("cmd")
        if not isinstance(command, str) or "wdir" in stage.content:
            msg = f"{where} is not one command in the project's folder, so nobody can tell what it shares."
            raise DisclosureError(msg, "Write it out.")
        if DOOR in stage.outs and command != _DOOR_COMMAND:
            msg = f"{where} makes {DOOR} by another command than the door's."
            raise DisclosureError(msg, f"It is: {_DOOR_COMMAND}")
        for out in stage.pushed:
            if not within(out, DOOR if DOOR in stage.outs else REPORTS):
                msg = f"{where} would share {out}, which has not passed the door."
                raise DisclosureError(msg, _HINT)
        if stage.remotes:
            msg = f"{where} sends what it makes to a remote of its own, also by a bare `dvc push`."
            raise DisclosureError(msg, "Take `remote:` away: `sujuva push REMOTE` says where to.")
        if stage.behind_door:
            _check_made(stage, where)
        elif any(within(out, REPORTS) for out in stage.private):
            msg = f"{where} writes to {REPORTS}/, and may see private data."
            raise DisclosureError(msg, _HINT)


def _check_made(stage: Stage, where: str) -> None:
    if not _COMMAND.fullmatch(stage.content["cmd"]):
        msg = f"{where} runs more than a notebook or one command of sujuva, and nothing confines that."
        raise DisclosureError(msg, "What is shared is made by `sujuva run NOTEBOOK` or another command of sujuva.")
    for dep in stage.deps:
        if not (isinstance(dep, str) and within(dep, *_SOURCES)):
            msg = f"{where} shares what it makes, and is made of {dep}, which has not passed the door."
            raise DisclosureError(msg, f"What is shared is made from {DOOR}: hand to publish what is missing there.")


def check_dvc_file(name: str, text: str) -> None:
    """See that a `.dvc` file, which `dvc add` writes, shares nothing: what it follows never passed the door.

    Raises:
        DisclosureError: Names the file and what it would share.
    """
    try:
        content = yaml.safe_load(text) or {}
        outs = {str(one["path"]): one.get("push", True) for one in content.get("outs", [])}
    except (yaml.YAMLError, AttributeError, KeyError, TypeError):
        msg = f"{name} cannot be read as a file of DVC."
        raise DisclosureError(msg, "Restore or remove it.") from None
    for out, pushed in outs.items():
        if pushed is not False:
            msg = f"{name}: DVC would share {out}, which has not passed the door."
            raise DisclosureError(msg, "Run `dvc remove` on it, or give it `push: false`.")
