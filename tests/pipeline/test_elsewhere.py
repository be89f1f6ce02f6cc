"""Systems without fork, Unix sockets and other things of Linux: the same results, only slower."""

from __future__ import annotations

import ast
import os
import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sujuva.paths import SCRATCH

Make = Callable[..., Path]
# What Linux and macOS have and Windows has not.
MODULES = {"fcntl", "grp", "posix", "pwd", "resource", "termios"}
NAMES = {
    *("os.fork", "os.getuid", "os.geteuid", "os.killpg", "os.pipe2", "os.setsid", "os.O_PATH", "os.WNOHANG"),
    *("signal.SIGKILL", "signal.SIGCHLD", "signal.SIGXFSZ", "signal.SIGBUS", "socket.AF_UNIX", "socket.SOCK_SEQPACKET"),
}


def child(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_a_notebook_runs_where_there_is_no_fork(notebook: Make, project: Path):
    notebook("small", "import os\nprint(hasattr(os, 'fork'), os.environ['PYTHONHASHSEED'])\n6 * 7")
    done = child(
        "import os, sys\ndel os.fork\nfrom sujuva.pipeline.nursery import Nursery\n"
        "Nursery._start = None  # nobody calls it\n"
        "from sujuva.cli import main\n"
        "sys.argv = ['sujuva', 'run', 'notebooks/small.ipynb', '--each', 'region=a']\nmain()"
    )
    assert done.returncode == 0, done.stderr
    made = (project / SCRATCH / "data/executed/small/small_a.ipynb").read_text(encoding="utf-8")
    assert '"42"' in made
    assert "True 0\\n" in made  # the kernel is a Python of its own, with the environment of every run


def of_linux(code: str) -> list[str]:
    """What code would do when it is imported that Windows cannot."""
    waiting: list[ast.AST] = [ast.parse(code)]
    found = []
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):  # runs later, or never
            waiting += getattr(node, "decorator_list", [])
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else [str(node.module)]
            found += MODULES.intersection(names)
        elif isinstance(node, ast.Attribute):
            found += NAMES.intersection([ast.unparse(node)])
        waiting += ast.iter_child_nodes(node)
    return found


def test_nothing_of_linux_is_asked_for_when_a_module_is_imported(root: Path):
    assert of_linux("import fcntl\nclass A:\n    x = os.fork()\ndef f(): os.killpg(1, 9)") == ["os.fork", "fcntl"]
    wanted = re.compile("|".join(rf"\b{re.escape(one)}\b" for one in (*MODULES, *NAMES)))
    files = [*(root / "src").rglob("*.py"), *(root / "tools").glob("*.py")]
    texts = {file.name: text for file in files if wanted.search(text := file.read_text(encoding="utf-8"))}
    assert {"nursery.py", "preload.py"} <= texts.keys()
    assert {name: found for name, text in texts.items() if (found := of_linux(text))} == {}


def test_every_file_is_opened_with_its_encoding(root: Path):
    """A rule that ruff only tries out: switched on for all, it would change others as well."""
    places = [str(root / name) for name in ("src", "tests", "benchmarks", "notebooks", "tools")]
    rule = ["check", "--isolated", "--preview", "--select", "PLW1514", "--output-format", "concise"]
    done = subprocess.run([sys.executable, "-m", "ruff", *rule, *places], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_programs_of_windows_lie_where_windows_has_them(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    made = runpy.run_path(str(root / "tools/make.py"))
    monkeypatch.setitem(made["program"].__globals__, "WINDOWS", True)
    monkeypatch.setitem(made["program"].__globals__, "BIN", tmp_path / "Scripts")
    assert Path(made["program"]("dvc")) == tmp_path / "Scripts" / "dvc.exe"
    (tmp_path / "Lib/site-packages/polars").mkdir(parents=True)
    (tmp_path / "Scripts").mkdir()
    for name in ("Lib/site-packages/polars/__init__.py", "Scripts/dvc.exe"):
        (tmp_path / name).touch()
    assert made["mark_of"](tmp_path)["files"] == {"polars": 1, "dvc.exe": 1}


def test_line_ends_are_the_same_everywhere(root: Path):
    """`core.autocrlf` of a machine would change the bytes of code, and with them what is up to date."""
    told = subprocess.run(
        ["git", "check-attr", "eol", "notebooks/clean.ipynb", "src/sujuva/io.py"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
        env=dict(os.environ),
    ).stdout
    assert told.count(": eol: lf") == 2
