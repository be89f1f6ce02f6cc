"""Loading YAML codebooks: the project's own, and those an input folder brings along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, RootModel, ValidationError

from sujuva.codebooks.bounded import LONGEST, SAFE_LOADER, Bounded, bounded, yaml_fault
from sujuva.errors import CodebookError, nearest
from sujuva.paths import NOT_THERE, inside, no_file

FOLDER = "data/codebooks"
COPIED = ("project", "input")  # folders of a copy that a stage has kept: of the project's own, of the input folder's
Model = TypeVar("Model", bound=BaseModel)
MISSING = "this is missing"
Complaint = tuple[list[int | str], str, str]
"""The keys that lead to the place, what is wrong, and a hint."""
# Pydantic speaks of Python's types; who edits a YAML file knows lists and sections.
_WORDS = {
    "Input should": "it should",
    "a valid tuple": "a list",
    "Tuple should": "the list should",
    "after validation, ": "",
    "Value error, ": "",
    "Field required": MISSING,
    "String should match pattern '^[a-z][a-z0-9_]*$'": "small letters a–z, digits and underscores only, a letter first",
    "a valid dictionary or instance of Text": "a text in languages, {fi: …, sv: …, en: …}",
    "a valid dictionary or instance of ": "a section with the keys of ",
    "a valid dictionary": "a section with keys",
}


def folders(extra: str | Path | None) -> list[Path]:
    """Return the codebook folders; a later folder's entries replace earlier ones.

    Args:
        extra: None: the project's own are all there is. An input folder: its `codebooks` come after them. A folder
            where a stage has kept a copy of both, such as `data/study`: these alone.

    Raises:
        CodebookError: A link in the codebooks of the input folder leads out of it.
    """
    added = None if extra is None else inside(extra) / "codebooks"
    if added is not None:
        _refuse_links(added)
    if added is not None and (added / COPIED[0]).is_dir():
        return [added / name for name in COPIED if (added / name).is_dir()]
    return [inside(FOLDER), *([added] if added is not None and added.is_dir() else [])]


def _refuse_links(folder: Path) -> None:
    """See that no link leads out of an input folder by way of its codebooks: a stage would copy what lies there.

    Raises:
        CodebookError: One does. Says which.
    """
    for path in (folder, *folder.rglob("*")):
        if path.is_symlink() and (fault := no_file(path, folder.parent)) not in {"", "a folder"}:
            msg = f"{folder.parent.name}/{path.relative_to(folder.parent).as_posix()} is {fault}."
            raise CodebookError(msg, "Put the file itself into the folder.")


def read_yaml(path: Path) -> Any:
    """Read one YAML file.

    Raises:
        CodebookError: The file is missing, is no file, is not YAML (the message has the line), or is longer, deeper or
            larger with its aliases written out than any codebook.
    """
    return said(text_of(path), path.name)


def load(model: type[Model], path: Path) -> Model:
    """Read one YAML file and check it against `model`; the same text is parsed and checked once in a process.

    Raises:
        CodebookError: What `read_yaml` and `parse` say.
    """
    made: Model = checked(model, text_of(path), path.name)
    return made


@lru_cache(maxsize=256)
def checked(model: type[Model], text: str, name: str) -> Model:
    """Parse the text of a file and check it against `model`: what `load` does once it has read it."""
    return parse(model, said(text, name), where=name)


def said(text: str, name: str) -> Any:
    """Return what the text of a YAML file says, as `read_yaml` does once it has read it."""
    try:
        return once(text)
    except yaml.YAMLError as error:
        raise _no_yaml(name, error) from error


def text_of(path: Path) -> str:
    """Return the text of a file, and no more of it than is needed to see that it is too long.

    Raises:
        CodebookError: The file is missing, is no file, or is not UTF-8.
    """
    fault = no_file(path)
    if fault:
        missing = f"missing from {path.parent.name}/" if fault == NOT_THERE else fault
        msg = f"The codebook {path.name} is {missing}."
        raise CodebookError(msg)
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(LONGEST + 1)
    except OSError as error:
        msg = f"The codebook {path.name} cannot be opened ({error.strerror})."
        raise CodebookError(msg, "Check the file's permissions.") from error
    except UnicodeDecodeError as error:
        raise _no_yaml(path.name, error) from error


def _no_yaml(name: str, error: Exception) -> CodebookError:
    line, fault = yaml_fault(error)
    return CodebookError(f"{name}{f', line {line}' if line else ''} is not valid YAML: {fault}.")


def once(text: str) -> Any:
    """Return what a YAML text says, where each key of a section may stand once: YAML would take the last unsaid.

    Raises:
        yaml.YAMLError: It is not YAML, a key is given twice, or it is too long, deep or large (`codebooks.bounded`).
    """
    return yaml.load(bounded(text), Loader=_Once)  # noqa: S506 - a safe loader


class Loader(Bounded, SAFE_LOADER):  # type: ignore[misc, valid-type]  # either parser
    """The safe loader, bounded."""


class _Once(Loader):
    """The safe loader, but for keys that are given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[tuple[str, str]] = set()
        for key, _ in node.value:
            one = (key.tag, str(key.value))
            if one in seen and key.tag != "tag:yaml.org,2002:merge":
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key '{key.value}' is given twice", key.start_mark
                )
            seen.add(one)
        return dict(super().construct_mapping(node, deep=deep))


def in_words(message: str) -> str:
    """Return one of pydantic's complaints in the words of who edits a YAML file."""
    for pydantic, plain in _WORDS.items():
        message = message.replace(pydantic, plain)
    return message


def load_keyed(model: type[Model], pattern: str, extra: str | Path | None) -> dict[str, Model]:
    """Load lists of entries that have a `key`, from the files that match `pattern`, in file order.

    Args:
        model: What an entry is.
        pattern: Name of the file, or a pattern of several.
        extra: An input folder; its `codebooks/` adds to or replaces the project's entries.

    Raises:
        CodebookError: A file is not valid, or a key stands in it twice.
    """
    entries = RootModel[tuple[model, ...]]  # type: ignore[valid-type]
    found: dict[str, Model] = {}
    for folder in folders(extra):
        for path in sorted(folder.glob(pattern)):
            listed = load(entries, path).root
            _refuse_repeated(listed, "key", path.name)
            found |= {one.key: one for one in listed}  # type: ignore[attr-defined]
    return found


def load_instead(model: type[Model], name: str, extra: str | Path | None) -> Model | None:
    """Load a file of the input folder `extra`, which stands in place of the project's; None where neither has it.

    Raises:
        CodebookError: The file is not valid.
    """
    paths = [folder / name for folder in folders(extra) if (folder / name).is_file()]
    return load(model, paths[-1]) if paths else None


def load_listed(
    model: type[RootModel[tuple[Any, ...]]], name: str, extra: str | Path | None, what: str
) -> tuple[Any, ...]:
    """Load a file that lists entries with a `key`, as `load_instead` does; none where neither folder has it.

    Args:
        model: What the file holds.
        name: Name of the file.
        extra: An input folder; its list stands in place of the project's.
        what: What an entry is called, to who edits the file.

    Raises:
        CodebookError: The file is not valid, or a key stands in it twice.
    """
    listed = load_instead(model, name, extra)
    entries = listed.root if listed else ()
    _refuse_repeated(entries, what, name)
    return entries


def _refuse_repeated(entries: Sequence[Any], what: str, name: str) -> None:
    for message, hint in repeated(entries, what):
        msg = f"{name}: {message}"
        raise CodebookError(msg, hint)


def repeated(entries: Sequence[Any], what: str) -> Iterator[tuple[str, str]]:
    """Yield keys that stand twice in a list of entries, and what to do."""
    keys = [entry.key for entry in entries]
    for key in dict.fromkeys(key for key in keys if keys.count(key) > 1):
        yield f"the {what} '{key}' is there twice.", "Rename one."


def texts(extra: str | Path | None, *names: str) -> tuple[str | None, ...]:
    """Return what the files of these names say in each codebook folder (None: not there).

    Whatever is made of these files alone can be remembered by it, and is made anew when one has changed.

    Raises:
        CodebookError: A file cannot be read.
    """
    paths = [folder / name for name in names for folder in folders(extra)]
    return tuple(text_of(path) if path.is_file() else None for path in paths)


def parse(model: type[Model], value: Any, *, where: str) -> Model:
    """Check `value` against `model` and name the place and the nearest known key when it does not fit.

    Raises:
        CodebookError: With one line for the first thing that is wrong.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise CodebookError(*explain(error, model, where)) from error


def explain(error: ValidationError, model: type[BaseModel], where: str) -> tuple[str, str]:
    """Turn pydantic's first complaint into a message and a hint, without quoting input values."""
    (_, what, hint), *others = complaints(error, model)
    more = f" ({len(others)} more like it)" if others and not hint else ""
    return f"{where}: {what}{more}.", hint


def complaints(error: ValidationError, model: type[BaseModel]) -> Iterator[Complaint]:
    """Yield what pydantic found: the keys that lead to the place, what is wrong and a hint, without input values."""
    for one in error.errors(include_input=False, include_url=False):
        place = [part for part in one["loc"] if part != "[key]"]
        name, said = ".".join(str(part) for part in place), in_words(one["msg"])
        if one["type"] == "extra_forbidden":
            owner = _model_at(model, tuple(place[:-1]))
            known = [field.alias or key for key, field in owner.model_fields.items()] if owner else []
            yield place, f"unknown key '{name}'", nearest(str(place[-1]), known)
        else:
            yield place, f"'{name}': {said}" if name else said.replace("it should", "the file should"), ""


def _model_at(model: type[BaseModel], location: tuple[int | str, ...]) -> type[BaseModel] | None:
    """Follow `location` through nested models, lists, mappings and optionals to the model that owns a key."""
    current: Any = model
    for part in location:
        models = _models_in(current)
        owner = next((one for one in models if part in one.model_fields), None)
        if owner is not None:
            current = owner.model_fields[str(part)].annotation
    models = _models_in(current)
    return models[0] if models else None


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, RootModel):
        return _models_in(annotation.model_fields["root"].annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models_in(part)]
