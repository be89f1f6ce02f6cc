"""The values a notebook runs with: from `params.yaml`, or said on the command line, checked by type and range."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, Optional

import yaml
from pydantic import TypeAdapter, ValidationError

from sujuva.codebooks.files import once
from sujuva.errors import ParameterError, nearest
from sujuva.params import Params, choice, with_values
from sujuva.paths import MARKER
from sujuva.pipeline.notebook import Parameter

Overrides = Sequence[tuple[str, str]]
_PLAIN = {"str": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict, "Optional": Optional}
_WORDS = {"int": "a whole number", "float": "a number", "bool": "true or false"}
_NEVER = "privacy."  # the choices of this section are never overridden
_FILE_SAFE = re.compile(r"[\w][\w.-]*")


def notebook_values(known: Mapping[str, Parameter], params: Params, overrides: Overrides = ()) -> dict[str, Any]:
    """Return name → value for every parameter of a notebook, sorted by name.

    An override (name and text as typed after `-p`; the last of a name counts) comes first, then `params.yaml` where
    the cell takes its value from there, else the cell's own default.

    Raises:
        ParameterError: An unknown name, a rule of privacy that is overridden, a text that is not of the parameter's
            type, or a value out of range.
    """
    said = _said(known, overrides)
    params = settled(known, params, overrides)
    values = {
        name: choice(one.choice, params) if one.choice else said.get(name, one.default) for name, one in known.items()
    }
    for name, value in values.items():
        if not fits(value, known[name].kind):
            place = f"{known[name].choice} of {MARKER}" if known[name].choice else "its default"
            msg = f"Parameter '{name}' of the notebook is {known[name].kind}, but {place} has another type."
            raise ParameterError(msg, "Make the annotation in the parameter cell and the value agree.")
    return dict(sorted(values.items()))


def settled(known: Mapping[str, Parameter], params: Params, overrides: Overrides = ()) -> Params:
    """Return the project's parameters with the overrides of a notebook's parameters put in."""
    said = _said(known, overrides)
    return with_values(params, {known[name].choice: said[name] for name in said if known[name].choice}, where="-p")


def _said(known: Mapping[str, Parameter], overrides: Overrides) -> dict[str, Any]:
    for name, _ in overrides:
        if (chosen := named(name, known).choice).startswith(_NEVER):
            msg = f"'{name}' is a rule of privacy, which no single run may have otherwise."
            raise ParameterError(msg, f"It is decided as {chosen} in {MARKER}, where its owner, date and reason stand.")
    return {name: parse(known[name], text) for name, text in overrides}


def named(name: str, known: Mapping[str, Parameter]) -> Parameter:
    """Return the parameter of this name.

    Raises:
        ParameterError: The notebook has none; the hint names the nearest.
    """
    if name not in known:
        msg = f"The notebook has no parameter '{name}'."
        raise ParameterError(msg, nearest(name, known))
    return known[name]


def fan_out(spec: str, known: Mapping[str, Parameter], params: Params) -> list[dict[str, str]]:
    """Read `name=a,b,@study.regions`: one run a value, where `@` stands for the values of a list in `params.yaml`.

    Of several parameters, with `;` between, there is one run for each pair of values.

    Returns:
        For each run the texts of its values by the names of the parameters, in the order given.

    Raises:
        ParameterError: The form is wrong, a name unknown or twice there, a value of the wrong type, twice there, or
            no file name.
    """
    values = [_values_of(one, known, params) for one in spec.split(";")]
    names = [name for name, _ in values]
    if len(set(names)) < len(names):
        msg = f"'{spec}' names a parameter twice."
        raise ParameterError(msg, "Give all its values at once: name=value,value.")
    return [dict(zip(names, texts, strict=True)) for texts in product(*(texts for _, texts in values))]


def _values_of(spec: str, known: Mapping[str, Parameter], params: Params) -> tuple[str, list[str]]:
    """Return a parameter's name and the texts of its values, in the order given."""
    name, equals, listed = spec.partition("=")
    if not equals or not listed:
        msg = f"'{spec}' is not of the form name=value,value."
        raise ParameterError(msg, "For example: --each region=oulu,tampere or --each region=@study.regions.")
    parameter = named(name.strip(), known)
    texts: list[str] = []
    for part in (part.strip() for part in listed.split(",")):
        texts.extend(_listed(params, part[1:]) if part.startswith("@") else [part])
    for text in texts:
        parse(parameter, text)
        if not _FILE_SAFE.fullmatch(text):
            msg = f"The value '{text}' of '{parameter.name}' cannot be part of a file name."
            raise ParameterError(msg, "Use letters, digits, '-', '_' and '.'.")
    if len(set(texts)) < len(texts):
        msg = f"A value of '{parameter.name}' is given twice."
        raise ParameterError(msg, "Each value makes one file.")
    return parameter.name, texts


def _listed(params: Params, dotted: str) -> list[str]:
    value = choice(dotted, params)
    if not isinstance(value, list):
        msg = f"'{dotted}' in {MARKER} is not a list."
        raise ParameterError(msg, "Name a list, such as @study.regions.")
    return [str(one) for one in value]


def parse(parameter: Parameter, text: str) -> Any:
    """Turn a text of the command line into the parameter's type.

    It is written as in `params.yaml`, but for texts, which need no quotation marks, and lists, which need no brackets.

    Raises:
        ParameterError: The text is not of this type.
    """
    kind, optional = _optional(parameter.kind)
    if optional and text.lower() in {"null", "none"}:
        return None
    if kind == "str":
        return text
    written = f"[{text.strip().removeprefix('[').removesuffix(']')}]" if kind.startswith("list") else text
    try:
        return _type(kind).validate_python(once(written), strict=True)
    except (yaml.YAMLError, ValidationError) as error:
        words = f"{_WORDS.get(kind, f'a {kind}')}{' or null' if optional else ''}"
        msg = f"Parameter '{parameter.name}' takes {words}, not '{text}'."
        raise ParameterError(msg, "Write it as in params.yaml; a list may go without its brackets.") from error


def fits(value: Any, kind: str) -> bool:
    """Whether `value` is of `kind`, the text of an annotation; a whole number is also a float.

    Raises:
        ParameterError: The kind is not of plain values: str, int, float, bool, lists and dictionaries of them, or None.
    """
    try:
        _type(kind).validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


def _type(kind: str) -> TypeAdapter[Any]:
    try:
        return TypeAdapter(eval(kind, {"__builtins__": {}}, _PLAIN))  # noqa: S307  only the names of plain types
    except (SyntaxError, NameError, TypeError) as error:
        msg = f"A parameter cannot have the type {kind}."
        raise ParameterError(msg, f"Use {', '.join(_PLAIN)}, such as list[str] or Optional[int].") from error


def _optional(kind: str) -> tuple[str, bool]:
    plain = kind.removesuffix(" | None")
    if plain.startswith("Optional["):  # as papermill can read it
        plain = plain.removeprefix("Optional[").removesuffix("]")
    return plain, plain != kind
