"""The configuration for CODECHECK 2.0 (https://codecheck.org.uk/spec/config/2.0/): what a check must make anew.

The author's part is written here: the files, and the paper where the project names one. Whoever checks adds the rest.
The rules of the specification stand in `codecheck-2.0.json`, each with its identifier.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from stdnum.exceptions import ValidationError as NumberError
from stdnum.iso7064 import mod_11_2

from sujuva.errors import SujuvaError

NAME = "codecheck.yml"
PAPER = "paper.yaml"
"""What somebody writes of the paper, in the project's root: title, authors with their ORCID, reference."""
_VERSION = "https://codecheck.org.uk/spec/config/2.0/"
_PLACEHOLDER = re.compile(r"\b(FIXME|TODO|X{5,})\b")
_SIGN = re.compile(r"^---", flags=re.MULTILINE)


def configuration(manifest: Mapping[str, str], paper: Mapping[str, Any] | None, source: str) -> str:
    """Return the text of `codecheck.yml`.

    Args:
        manifest: Files that a check must make anew → what they are.
        paper: What `paper.yaml` holds; None where nobody has written it.
        source: Where the material comes from, in a sentence.
    """
    content: dict[str, Any] = {"version": _VERSION}
    content["manifest"] = [{"file": file, "comment": what} for file, what in manifest.items()]
    content |= {"paper": dict(paper)} if paper else {}
    content["source"] = source
    return "%YAML 1.1\n---\n" + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)


def read_paper(root: Path) -> dict[str, Any] | None:
    """Read what somebody wrote of the paper; None where there is no `paper.yaml`.

    Raises:
        SujuvaError: It breaks a rule of CODECHECK.
    """
    file = root / PAPER
    if not file.is_file():
        return None
    try:
        paper = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        msg = f"{PAPER} is not valid YAML."
        raise SujuvaError(msg) from None
    wrong = [*_broken({"paper": paper}, "author")]
    wrong = [one for one in wrong if not one.startswith(("CC-CFG-004", "CC-CFG-014"))]
    if wrong:
        msg = f"{PAPER}: {wrong[0]}"
        raise SujuvaError(msg, "It holds title, authors (name and ORCID each) and reference: docs/research_object.md.")
    return dict(paper)


def faults(text: str, folder: Path | None = None, *, finished: bool = False) -> list[str]:
    """Hold a `codecheck.yml` against the rules of the specification that its content can be held against.

    Args:
        text: Its text.
        folder: Where it lies; the files of its manifest must be there. None: that is not asked.
        finished: Whether the check is done; else the author's part alone is asked for.

    Returns:
        A sentence for each broken rule, which begins with its identifier.
    """
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError:
        return ["CC-CFG-001: it is not well-formed YAML."]
    if not isinstance(content, dict):
        return ["CC-CFG-001: it is not a list of named nodes."]
    broken = [] if _SIGN.search(text) else ["CC-CFG-002: the marker --- before its content is missing."]
    broken += _broken(content, "" if finished else "author")
    if folder is not None:
        manifest = content.get("manifest")
        named = [one.get("file") for one in manifest if isinstance(one, dict)] if isinstance(manifest, list) else []
        broken += [f"CC-BUN-001: {one} is not there." for one in named if one and not (folder / str(one)).is_file()]
    return broken


def _broken(content: Mapping[str, Any], part: str) -> Iterator[str]:
    for error in _validator(part).iter_errors(content):
        yield from _rules(error)
    for place, value in _texts(content):
        if _PLACEHOLDER.search(value):
            yield f"CC-CFG-023: {place} is a placeholder."
        if place.endswith(".ORCID") and not _has_right_digit(value):
            yield f"CC-MET-001: {place} is no ORCID: its last digit does not fit."


@cache
def _schema() -> Any:
    return json.loads(files("sujuva.crate").joinpath("codecheck-2.0.json").read_text(encoding="utf-8"))


def _validator(part: str) -> Draft202012Validator:
    parts = [one for one in _schema()["allOf"] if one["$ref"].endswith(part)]
    return Draft202012Validator({"$defs": _schema()["$defs"], "allOf": parts})


def _rules(error: ValidationError) -> Iterator[str]:
    place = ".".join(str(one) for one in error.absolute_path) or "the file"
    schema: Any = error.schema
    if error.validator == "required":
        for name in error.validator_value:
            if name not in error.instance:
                yield f"{schema['rules'][name]}: {place} has no '{name}'."
        return
    yield f"{_rule_of(error)}: {place} is not as the specification has it ({error.validator}: {error.validator_value})."


def _rule_of(error: ValidationError) -> str:
    """Return the rule of the innermost node on the way to an error that names one."""
    node = _schema()
    rule = "CC-CFG-001"
    for step in error.absolute_schema_path:  # which does not tell where it follows a $ref
        if isinstance(node, dict) and step not in node:
            node = _schema()["$defs"][node["$ref"].rsplit("/", 1)[-1]]
        node = node[step]
        rule = node.get("rule", rule) if isinstance(node, dict) else rule
    return rule


def _texts(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    parts: Iterable[tuple[Any, Any]] = (
        value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    )
    if isinstance(value, str):
        yield place, value
    for name, one in parts:
        yield from _texts(one, f"{place}.{name}" if place else str(name))


def _has_right_digit(orcid: str) -> bool:
    try:
        mod_11_2.validate(orcid.replace("-", ""))
    except NumberError:
        return False
    return True
