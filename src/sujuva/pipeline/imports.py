"""What a notebook really imports of this package: the truth that the `deps` of `dvc.yaml` are held against.

Read from the syntax trees, without running anything: imports anywhere in a module count, also inside functions, but
not those that only type checkers see. To import a module is to run the `__init__` of every package above it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

PACKAGE = "sujuva"
# Brings values that are dependencies themselves, one by one: nothing is stale for the sake of another choice.
CHOICES = "sujuva.params"


def parts_of(trees: Iterable[ast.AST], source_root: Path) -> set[str]:
    """Return the parts of `src/sujuva` that code imports, directly or not, as paths from the project root.

    They are package folders (`src/sujuva/moments`) and top-level modules (`src/sujuva/io.py`); `__init__.py` only if it
    imports others of them, `sujuva.params` never.
    """
    modules = closure({name for tree in trees for name in imported(tree, "", source_root)}, source_root)
    files = {module_file(name, source_root) for name in modules}
    return {_part(file, source_root) for file in files if not _imports_nothing(file, source_root)}


def closure(modules: Iterable[str], source_root: Path) -> set[str]:
    """Return the modules of the package that are run when `modules` are imported."""
    found: set[str] = set()
    waiting = set(modules) - {CHOICES}
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        file = module_file(name, source_root)
        base = f"{name}.__init__" if file.name == "__init__.py" else name
        waiting |= imported(module_tree(name, source_root), base, source_root) - found - {CHOICES}
    return found


def imported(tree: ast.AST, base: str, source_root: Path) -> set[str]:
    """Return the modules of the package that a syntax tree imports, with the packages above them.

    Relative imports are seen from the dotted name `base`; of a package it ends in `.__init__`, of a notebook it is "".
    """
    names: set[str] = set()
    for node in _imports(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
            continue
        start = base.split(".")[: -node.level] if node.level else []
        module = ".".join([*start, *([node.module] if node.module else [])])
        names.add(module)
        names.update(f"{module}.{alias.name}" for alias in node.names)
    inside = {name for name in names if name == PACKAGE or name.startswith(f"{PACKAGE}.")}
    above = {".".join(name.split(".")[:depth]) for name in inside for depth in range(1, name.count(".") + 2)}
    return {name for name in above if _file(name, source_root) is not None}


def _imports(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node
        elif isinstance(node, ast.If) and _is_type_checking(node.test):
            for other in node.orelse:
                yield from _imports(ast.Module([other], []))
        else:
            yield from _imports(node)


def _is_type_checking(test: ast.expr) -> bool:
    return isinstance(test, (ast.Name, ast.Attribute)) and ast.unparse(test).endswith("TYPE_CHECKING")


def module_file(name: str, source_root: Path) -> Path:
    """Return the file of a module of the package; `FileNotFoundError` where there is none."""
    file = _file(name, source_root)
    if file is None:
        raise FileNotFoundError(name)
    return file


def _file(name: str, source_root: Path) -> Path | None:
    path = source_root.joinpath(*name.split("."))
    for file in (path / "__init__.py", path.with_name(f"{path.name}.py")):
        if file.is_file():
            return file
    return None


def _part(file: Path, source_root: Path) -> str:
    """Return the package folder or top-level file that `file` belongs to."""
    return "/".join([source_root.name, *file.relative_to(source_root).parts[:2]])


def _imports_nothing(file: Path, source_root: Path) -> bool:
    """Whether this is the package's own `__init__` and loads nothing of it until asked: no result depends on it."""
    init = source_root / PACKAGE / "__init__.py"
    return file == init and not imported(_tree(file), f"{PACKAGE}.__init__", source_root)


def module_tree(name: str, source_root: Path) -> ast.Module:
    """Return the syntax tree of a module of the package."""
    return _tree(module_file(name, source_root))


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))
