from __future__ import annotations

import ast
from pathlib import Path

import pytest

from sujuva.pipeline.imports import closure, parts_of

FILES = {
    "__init__.py": '"""The package."""\n__version__ = "1"\n',
    "errors.py": "",
    "io.py": "from sujuva.errors import X\nimport polars",
    "paths.py": "from sujuva.errors import X",
    "moments/__init__.py": "from sujuva.moments.sums import total",
    "moments/sums.py": "from sujuva.io import read_table",
    "moments/other.py": "def f():\n    from sujuva import paths",
    "figures/__init__.py": "",
    "figures/draw.py": "from . import style\nfrom ..moments import sums",
    "figures/style.py": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import sujuva.paths\nelse:\n    import sujuva.extra"
    ),
    "extra.py": "",
    "params.py": "import sujuva.extra",
}


@pytest.fixture
def source_root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "src" / "sujuva" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "src"


def parts(source_root: Path, code: str) -> set[str]:
    return {part.removeprefix("src/sujuva/") for part in parts_of([ast.parse(code)], source_root)}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import polars", set()),
        ("import sujuva", set()),
        ("from sujuva.paths import inside", {"paths.py", "errors.py"}),
        # a module of a package runs the package's __init__, and what that imports
        ("from sujuva.moments import other", {"moments", "io.py", "errors.py", "paths.py"}),
        ("from sujuva import moments", {"moments", "io.py", "errors.py"}),
        ("import sujuva.moments.sums as s", {"moments", "io.py", "errors.py"}),
        # relative imports; what only type checkers see does not count, the other branch does
        ("def f():\n    from sujuva.figures.draw import x", {"figures", "moments", "io.py", "errors.py", "extra.py"}),
        ("from sujuva.figures import draw, style", {"figures", "moments", "io.py", "errors.py", "extra.py"}),
        ("import sujuva.figures", {"figures"}),
        # choices are dependencies by their values, not by the code that reads them
        ("from sujuva.params import choice\nfrom sujuva import errors", {"errors.py"}),
    ],
)
def test_parts_are_what_is_really_run(source_root: Path, code: str, expected: set[str]):
    assert parts(source_root, code) == expected


def test_an_init_that_imports_from_the_package_counts(source_root: Path):
    (source_root / "sujuva" / "__init__.py").write_text("import sujuva.extra", encoding="utf-8")

    assert parts(source_root, "import sujuva") == {"__init__.py", "extra.py"}


def test_circles_end(source_root: Path):
    (source_root / "sujuva" / "errors.py").write_text("import sujuva.io", encoding="utf-8")

    assert closure({"sujuva.io"}, source_root) == {"sujuva", "sujuva.io", "sujuva.errors"}


def test_the_real_import_agrees(root: Path):
    """What Python itself loads for a module is what was read from the syntax trees."""
    import subprocess
    import sys

    code = "import sys, sujuva.sources; print(*sorted(m for m in sys.modules if m.split('.')[0] == 'sujuva'))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert set(loaded) <= closure({"sujuva.sources"}, root / "src")
