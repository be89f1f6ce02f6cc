"""What stages hand on beside their tables: the choices that they took, and the codebooks and title of the study.

Later stages read these, and not `params.yaml` or the input folder: what is told of a number is what it was made by.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from sujuva.codebooks.files import COPIED, folders, read_yaml
from sujuva.errors import ParameterError, SujuvaError
from sujuva.fingerprint import data_fingerprint
from sujuva.io import write_json, write_text
from sujuva.params import taken
from sujuva.paths import inside

_ABOUT = ("title", "responsible", "date", "synthetic")


def write_choices(namespace: Mapping[str, Any], out: Path) -> None:
    """Write the choices that a notebook took beside what it made, in sections as in `params.yaml`.

    Args:
        namespace: `globals()` of the notebook, where each choice has its own name and the value that was used.
        out: The folder of its tables.
    """
    write_json(choices_of(namespace), out / "choices.json")


def choices_of(namespace: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return section → name → value of the choices that a notebook took: of `globals()`, as `write_choices`."""
    sections: dict[str, dict[str, Any]] = {}
    for name in taken():
        section, leaf = name.split(".")
        sections.setdefault(section, {})[leaf] = namespace[leaf]
    return sections


def read_choices(*files: str) -> dict[str, dict[str, Any]]:
    """Return section → name → value of the choices that stages took.

    Args:
        files: What `write_choices` wrote, such as `data/moments/choices.json`.

    Raises:
        SujuvaError: A stage left no choices.
        ParameterError: Two stages took the same choice differently, so that what they made does not belong together.
    """
    together: dict[str, dict[str, Any]] = {}
    for file in files:
        try:
            sections = json.loads(inside(file).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            msg = f"{file} is missing or is not JSON."
            raise SujuvaError(msg, "Run `make repro` (or `dvc repro`) to make it.") from error
        for section, leaves in sections.items():
            known = together.setdefault(section, {})
            for leaf, value in leaves.items():
                if known.setdefault(leaf, value) != value:
                    msg = f"{file} tells of another {section}.{leaf} than the stages beside it."
                    raise ParameterError(msg, "Run `make repro` (or `dvc repro`) to make them alike.")
    return together


def write_study(input: str | Path, out: Path) -> None:  # noqa: A002  the name of the choice
    """Copy what an input folder and the project say of the study, so that no later stage needs either.

    `out` then serves wherever an input folder gives codebooks, a title and who is responsible. Its `sources.yaml` has
    the fingerprint of the input folder besides.

    Args:
        input: The folder with raw exports, their `sources.yaml` and perhaps codebooks.
        out: An empty folder.
    """
    about = read_yaml(inside(input) / "sources.yaml")
    kept = {name: about[name] for name in _ABOUT if name in about} | {"fingerprint": data_fingerprint(inside(input))}
    write_text(yaml.safe_dump(kept, allow_unicode=True), out / "sources.yaml")
    for name, folder in zip(COPIED, folders(input), strict=False):  # not every input folder has codebooks
        shutil.copytree(folder, out / "codebooks" / name, copy_function=shutil.copyfile)
