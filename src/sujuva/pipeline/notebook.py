"""What a notebook file says before it runs: its cells, its parameter cell and what its cells import."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sujuva.errors import ParameterError, PipelineError, nearest
from sujuva.paths import inside

OWN = "python3"
"""The kernel of this interpreter, whatever someone has registered under the name."""
_MAGIC = re.compile(r"^\s*[%!?].*$", flags=re.MULTILINE)


@dataclass(frozen=True)
class Parameter:
    """One line of a notebook's parameter cell: `name: kind = choice("section.leaf")` or `name: kind = default`."""

    name: str
    kind: str  # as the cell writes it; of a default without one: the default's
    default: Any = None  # None where `choice` says it
    choice: str = ""  # dotted name of the value in `params.yaml`; "" for a parameter of the notebook alone


@dataclass(frozen=True)
class Source:
    """A notebook as its file holds it."""

    path: Path
    content: dict[str, Any]

    @property
    def stem(self) -> str:
        """The file's name without `.ipynb`."""
        return self.path.stem

    @property
    def kernel(self) -> str:
        """Name of the kernel that the notebook asks for; "" where it names none."""
        return str(self._said("kernelspec", "name"))

    @property
    def languages(self) -> list[str]:
        """What the notebook says its language is, in either place where it may say so."""
        said = (self._said("language_info", "name"), self._said("kernelspec", "language"))
        return [str(one) for one in said if one]

    def _said(self, part: str, name: str) -> Any:
        """Return an entry of the notebook's metadata; "" where it or the part is not there, or is no such thing."""
        value: Any = self.content
        for key in ("metadata", part, name):
            value = value.get(key) if isinstance(value, dict) else None
        return value or ""

    @property
    def cells(self) -> list[dict[str, Any]]:
        """The cells, as nbformat describes them."""
        cells: list[dict[str, Any]] = self.content["cells"]
        return cells


def find_notebook(name: str | Path) -> Path:
    """Return the notebook's path: seen from the working folder, else from the project root.

    Raises:
        PipelineError: There is no such file, or it is no notebook.
    """
    for path in (Path(name), inside(name)):
        if path.is_file():
            if path.suffix != ".ipynb":
                msg = f"{name} is not a notebook."
                raise PipelineError(msg, "Give a file that ends in .ipynb.")
            return path.resolve()
    msg = f"There is no notebook {name}."
    known = [f"notebooks/{path.name}" for path in inside("notebooks").glob("*.ipynb")]
    raise PipelineError(msg, nearest(str(name), known))


def read_notebook(path: Path) -> Source:
    """Read a notebook's JSON.

    Raises:
        PipelineError: The file is not a notebook of format 4.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        fits = content["nbformat"] == 4 and isinstance(content["cells"], list)  # noqa: PLR2004
    except (OSError, ValueError, TypeError, KeyError) as error:
        msg = f"{path.name} cannot be read as a notebook."
        raise PipelineError(msg, "Open and save it in JupyterLab, or restore it with git.") from error
    if not fits:
        msg = f"{path.name} is not in notebook format 4."
        raise PipelineError(msg, "Open and save it in JupyterLab.")
    return Source(path, content)


def text_of(cell: dict[str, Any]) -> str:
    """Return a cell's source as one string (the file may hold it as lines)."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def tags_of(cell: dict[str, Any]) -> list[str]:
    """Return a cell's tags."""
    tags: list[str] = cell.get("metadata", {}).get("tags", [])
    return tags


def parameters(source: Source) -> dict[str, Parameter]:
    """Return the parameters that the cell tagged `parameters` defines, in its order; none without such a cell.

    Raises:
        ParameterError: The cell holds something else than imports and assignments of choices or plain values to names.
    """
    cell = next((cell for cell in source.cells if "parameters" in tags_of(cell)), None)
    if cell is None:
        return {}
    found: dict[str, Parameter] = {}
    try:
        statements = ast.parse(text_of(cell)).body
    except SyntaxError as error:
        msg = f"{source.path.name}, parameter cell, line {error.lineno}: not valid Python."
        raise ParameterError(msg) from error
    for statement in statements:
        one = _parameter(statement)
        if one is not None:
            found[one.name] = one
        elif not isinstance(statement, ast.ImportFrom) and not _is_text(statement):
            msg = f"{source.path.name}, parameter cell, line {statement.lineno}: not of the form `name: type = value`."
            hint = 'A value is plain or choice("section.name") of params.yaml. Compute in a later cell.'
            raise ParameterError(msg, hint)
    return found


def _parameter(statement: ast.stmt) -> Parameter | None:
    target: ast.expr
    match statement:
        case ast.AnnAssign(target=target, annotation=annotation, value=ast.expr() as value):
            kind = ast.unparse(annotation)
        case ast.Assign(targets=[target], value=value):
            kind = ""
        case _:
            return None
    if not isinstance(target, ast.Name):
        return None
    if (name := chosen(value)) is not None:
        return Parameter(target.id, kind, choice=name) if kind else None
    try:
        default = ast.literal_eval(value)
    except ValueError:
        return None
    return Parameter(target.id, kind or _kind_of(default), default)


def chosen(node: ast.AST) -> str | None:
    """Return the dotted name where a syntax tree's node is `choice("section.leaf")`."""
    match node:
        case ast.Call(func=ast.Name(id="choice"), args=[ast.Constant(value=str() as name)], keywords=[]):
            return name
    return None


def _kind_of(value: Any) -> str:
    if isinstance(value, list):
        return f"list[{_kind_of(value[0])}]" if value else "list[str]"
    return "str | None" if value is None else type(value).__name__


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def code_trees(source: Source) -> Iterator[ast.Module]:
    """Yield the syntax tree of each code cell; lines of IPython magic are left out, and cells that do not parse."""
    for cell in source.cells:
        if cell.get("cell_type") != "code":
            continue
        try:
            yield ast.parse(_MAGIC.sub("", text_of(cell)))
        except SyntaxError:  # the cell itself will say so, when it runs
            continue


def imported_names(source: Source) -> list[str]:
    """Return what the cells import, in order, once each: a kernel may try to import it beforehand.

    A name taken from a module is listed too, as it may be a module itself.
    """
    names: dict[str, None] = {}
    for tree in code_trees(source):
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names.update(dict.fromkeys(alias.name for alias in node.names))
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names[node.module] = None
                # `from matplotlib import pyplot`: what is no module after all is quickly refused.
                names.update(dict.fromkeys(f"{node.module}.{alias.name}" for alias in node.names))
    return list(names)
