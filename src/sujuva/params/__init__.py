"""The choices of a run: what `params.yaml` says, read and checked before anything starts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from sujuva.codebooks.bounded import yaml_fault
from sujuva.codebooks.files import explain, once
from sujuva.decides import KINDS, Decides, Kind
from sujuva.errors import ParameterError, nearest
from sujuva.params.sections import LEAST_THRESHOLD, Decision, Params, rules_of_privacy
from sujuva.paths import MARKER, inside

__all__ = [
    "KINDS",
    "LEAST_THRESHOLD",
    "Decision",
    "Kind",
    "Params",
    "as_lines",
    "check_params",
    "choice",
    "decided_by",
    "explained",
    "flat",
    "load_params",
    "names",
    "rules_of_privacy",
    "schema_text",
    "taken",
    "with_values",
]


def load_params(path: Path | None = None) -> Params:
    """Read and check `params.yaml`, the project's own where no `path` is given.

    Raises:
        ParameterError: The file is missing, is not YAML, or a name or value in it is not allowed.
    """
    path = path or inside(MARKER)
    try:
        content = once(path.read_text(encoding="utf-8"))
    except OSError as error:
        msg = f"{path.name} cannot be read: {error.strerror or type(error).__name__}."
        raise ParameterError(msg, "Every project has one in its root folder.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        line, fault = yaml_fault(error)
        msg = f"{path.name}{f', line {line}' if line else ''} is not valid YAML: {fault}."
        raise ParameterError(msg) from error
    return check_params(content, where=path.name)


def check_params(content: Any, *, where: str) -> Params:
    """Check sections and their leaves, as YAML gives them, against the model; messages name the place `where`.

    Raises:
        ParameterError: Naming the first name or value that is not allowed, a misspelt name before anything else.
    """
    try:
        return Params.model_validate(content)
    except ValidationError as error:
        raise ParameterError(*_explain(error, where)) from error


def _explain(error: ValidationError, where: str) -> tuple[str, str]:
    """Name a misspelt key first: that another key is missing is only its consequence."""
    for one in error.errors(include_input=False, include_url=False):
        if one["type"] != "extra_forbidden":
            continue
        *sections, name = (str(part) for part in one["loc"])
        model = Params.model_fields[sections[0]].annotation if sections else Params
        known = model.model_fields if isinstance(model, type) and issubclass(model, BaseModel) else {}
        return f"{where}: unknown name '{'.'.join([*sections, name])}'.", nearest(name, known)
    message, hint = explain(error, Params, where)
    return message, hint or "What is allowed: `sujuva params --schema`."


def flat(params: Params) -> dict[str, Any]:
    """Return dotted name → value, lists as lists, such as `study.waves` → [2022, 2023]."""
    return {
        f"{section}.{leaf}": value
        for section, leaves in params.model_dump(mode="json").items()
        for leaf, value in leaves.items()
    }


def names() -> list[str]:
    """Return the dotted names of all choices, in order."""
    return [f"{section}.{leaf}" for section in Params.model_fields for leaf in _section(section).model_fields]


def explained(name: str) -> str:
    """Return what a choice means, by its dotted name.

    Raises:
        ParameterError: There is no such choice.
    """
    return _leaf(name)[1].description or ""


def decided_by(name: str) -> Kind:
    """Return what a choice decides, by its dotted name.

    Raises:
        ParameterError: There is no such choice, or nobody has said what it decides.
    """
    section, leaf = _leaf(name)
    marks = [one.kind for one in leaf.metadata if isinstance(one, Decides)]
    kind: Kind | None = marks[0] if marks else getattr(section, "decides", None)
    if kind is None:
        msg = f"Nobody has said what the choice '{name}' decides."
        raise ParameterError(msg, "Mark it in src/sujuva/params/sections.py.")
    return kind


def _leaf(name: str) -> tuple[type[BaseModel], FieldInfo]:
    section, _, leaf = name.partition(".")
    model = _section(section)
    if leaf not in model.model_fields:
        msg = f"There is no choice '{name}'."
        raise ParameterError(msg)
    return model, model.model_fields[leaf]


def _section(name: str) -> type[BaseModel]:
    model = getattr(Params.model_fields.get(name), "annotation", None)
    return model if isinstance(model, type) and issubclass(model, BaseModel) else BaseModel


def as_lines(params: Params) -> Iterator[tuple[str, str]]:
    """Yield dotted name and value as text, as a person reads them: of a section of sections a line for each."""
    for name, value in flat(params).items():
        if isinstance(value, dict) and any(isinstance(one, dict) for one in value.values()):
            yield from ((f"{name}.{key}", _in_words(one)) for key, one in value.items())
        else:
            yield name, _in_words(value)


def _in_words(value: Any) -> str:
    if isinstance(value, dict) and value:
        return ", ".join(f"{key}: {_in_words(one)}" for key, one in value.items())
    if isinstance(value, list) and value:
        return ", ".join(_in_words(one) for one in value)
    return value if isinstance(value, str) else json.dumps(value)


_taken: dict[str, None] = {}


def choice(name: str, params: Params | None = None) -> Any:
    """Return what `params.yaml` says now: parameter cells of notebooks take their values by it.

    Args:
        name: Section and leaf, such as `study.regions`.
        params: Choices that have been read already.

    Returns:
        The value; lists as lists.

    Raises:
        ParameterError: There is no such choice, or `params.yaml` is missing or not allowed.
    """
    values = flat(params or load_params())
    if name not in values:
        msg = f"No parameter '{name}' in {MARKER}."
        raise ParameterError(msg, nearest(name, values))
    _taken[name] = None
    return values[name]


def taken() -> list[str]:
    """Return the dotted names of the choices that this process has taken, in order: those of a notebook's kernel."""
    return list(_taken)


def with_values(params: Params, values: Mapping[str, Any], *, where: str) -> Params:
    """Return `params` with some values, by dotted name, replaced and checked again.

    Raises:
        ParameterError: A value is outside what is allowed.
    """
    content = params.model_dump(mode="json")
    for name, value in values.items():
        section, leaf = name.split(".")
        content[section][leaf] = value
    return check_params(content, where=where)


def schema_text() -> str:
    """Return the JSON schema of `params.yaml`: editors complete and check the file with it."""
    schema = Params.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Sujuva parameters"
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
