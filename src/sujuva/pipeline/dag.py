"""The way of the data: what `dvc.yaml` says of a stage, and the `deps` and `params` that follow from the stage's code.

A stage is `sujuva run NOTEBOOK` or another command of the command line. What it depends on is read from its cells, or
from the function of the command: the parts of `src/sujuva` that it imports, the choices that it takes by `choice`, and
the places in `data` and `reports` that it speaks of and does not make. The project's codebooks belong to the raw
exports, and to a command that reads no data. A stage that asks for the fingerprint of code or choices depends on those
of all stages before it, too.
"""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from sujuva.errors import PipelineError
from sujuva.fingerprint import CODE, choices_fingerprint, code_fingerprint
from sujuva.paths import MARKER
from sujuva.pipeline.imports import module_tree, parts_of
from sujuva.pipeline.notebook import chosen, code_trees, read_notebook

FILE = "dvc.yaml"
DOOR = "data/published"
"""What the door makes: all else that is shared is made from it."""
EXECUTED = "data/executed"
_INPUT = "data.input"
_CODEBOOKS = "data/codebooks"
_PATH = re.compile(r"(data|reports)(/[\w.-]+)+")
_IDLE = "run."  # how the machine is used: changes no result


@dataclass(frozen=True)
class Stage:
    """One stage of `dvc.yaml`."""

    name: str
    content: dict[str, Any]

    @cached_property
    def words(self) -> list[str]:
        """The words of its command."""
        return shlex.split(self.content["cmd"])

    @property
    def notebook(self) -> str:
        """Its notebook, as seen from the project root; "" when it runs none."""
        return self.words[2] if self.words[:2] == ["sujuva", "run"] else ""

    @property
    def each(self) -> str | None:
        """Its `--each`; several, one after the other with `;` between."""
        given = [self.words[place + 1] for place, word in enumerate(self.words) if word == "--each"]
        return ";".join(given) or None

    @property
    def output(self) -> str:
        """Where its executed notebook goes, or with `--each` their folder."""
        stem = Path(self.notebook).stem
        return self._option("-o") or f"{EXECUTED}/{stem if self.each else f'{stem}.ipynb'}"

    @property
    def outs(self) -> list[str]:
        """What it makes."""
        return [*self._made]

    @property
    def deps(self) -> list[str]:
        """What it declares to depend on, as it stands in `dvc.yaml`."""
        return [*(self.content.get("deps") or [])]

    @property
    def pushed(self) -> list[str]:
        """What of it may be shared, by `dvc push` or with git."""
        return [name for name, options in self._made.items() if options.get("push") is not False]

    @property
    def remotes(self) -> list[str]:
        """Remotes that outputs of it name for themselves."""
        return [str(options["remote"]) for options in self._made.values() if options.get("remote")]

    @property
    def private(self) -> list[str]:
        """What of it stays on this machine."""
        return [name for name in self._made if name not in self.pushed]

    @property
    def behind_door(self) -> bool:
        """Whether it shares something and is not the door itself: then it sees what it declares, and nothing else."""
        return bool(self.pushed) and DOOR not in self.outs

    @property
    def _made(self) -> dict[str, dict[str, Any]]:
        listed = [one for kind in ("outs", "metrics", "plots") for one in self.content.get(kind) or []]
        named = [one if isinstance(one, dict) else {one: {}} for one in listed]
        return {name: options or {} for one in named for name, options in one.items()}

    def _option(self, name: str) -> str | None:
        return self.words[self.words.index(name) + 1] if name in self.words else None


def stages(root: Path) -> dict[str, Stage]:
    """Return the stages of a project by name; none where it has no `dvc.yaml`."""
    file = root / FILE
    return dict(stages_in(file.read_text(encoding="utf-8"))) if file.is_file() else {}


@lru_cache
def stages_in(text: str) -> dict[str, Stage]:
    """Return the stages that the text of a `dvc.yaml` describes, by name."""
    return {name: Stage(name, one) for name, one in (yaml.safe_load(text).get("stages") or {}).items()}


def input_folder(root: Path) -> Path | None:
    """Return the input folder that `params.yaml` names, even one outside of the project; None where it does not."""
    try:
        params = yaml.safe_load((root / MARKER).read_text(encoding="utf-8"))
        return root / str(params["data"]["input"])
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        return None  # whoever checks the choices says what is wrong


def stage_of(notebook: Path, each: str | None, root: Path) -> Stage | None:
    """Return the stage that runs this notebook so, if there is one."""
    fitting = (one for one in stages(root).values() if one.notebook and one.each == each)
    return next((one for one in fitting if (root / one.notebook).resolve() == notebook), None)


def needs(stage: Stage, root: Path) -> dict[str, list[str]]:
    """Return the `deps` and `params` that a stage must have.

    Raises:
        PipelineError: The command line has no such command.
    """
    trees = list(code_trees(read_notebook(root / stage.notebook))) if stage.notebook else [_command(stage, root)]
    code = parts_of(trees, root / "src")
    choices = {name for tree in trees for node in ast.walk(tree) if (name := chosen(node)) is not None}
    choices |= {name for name in re.findall(r"@([\w.]+)", stage.each or "") if not name.startswith(_IDLE)}
    spoken = {path for tree in trees for path in _spoken(tree)}
    data = {path for path in spoken if not any(path == out or path.startswith(f"{out}/") for out in stage.outs)}
    if _INPUT in choices:
        data |= {f"${{{_INPUT}}}", _CODEBOOKS}
    elif not data and "src/sujuva/codebooks" in code:
        data.add(_CODEBOOKS)
    data = {path for path in data if not any(path.startswith(f"{other}/") for other in data)}
    if any(_names(tree, one.__name__) for tree in trees for one in (code_fingerprint, choices_fingerprint)):
        code_of_all, choices_of_all = _before(data, root)
        code, choices = code | code_of_all, choices | choices_of_all
    # The hash of one file in dvc.lock would tell of it: a private folder is one dependency, and has salt.
    private = [out for other in stages(root).values() for out in other.private]
    data = {next((out for out in private if path.startswith(f"{out}/")), path) for path in data}
    notebook = {stage.notebook} if stage.notebook else set()
    return {"deps": sorted(data | code | notebook), "params": sorted(choices)}


def _names(tree: ast.AST, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(tree))


def _before(data: set[str], root: Path) -> tuple[set[str], set[str]]:
    """Return the code and the choices of the stages that make `data`, and of all stages before these."""
    makers = [
        stage for stage in stages(root).values() if any(_within(path, out) for path in data for out in stage.outs)
    ]
    needed = [needs(stage, root) for stage in makers]
    deps = {dep for one in needed for dep in one["deps"]}
    choices = {name for one in needed for name in one["params"]}
    code = {dep for dep in deps if dep.startswith(CODE)}
    if not deps - code:
        return code, choices
    more_code, more_choices = _before(deps - code, root)
    return code | more_code, choices | more_choices


def _within(path: str, out: str) -> bool:
    return path == out or path.startswith(f"{out}/") or out.startswith(f"{path}/")


def _command(stage: Stage, root: Path) -> ast.AST:
    name = stage.words[1]
    tree = module_tree("sujuva.cli", root / "src")
    homes = [
        node.module
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and name in {one.name for one in node.names}
    ]
    for module in (tree, *(module_tree(str(home), root / "src") for home in homes)):
        for node in module.body:
            if isinstance(node, ast.FunctionDef) and node.name == name:
                return node
    msg = f"{FILE}: the stage '{stage.name}' runs `sujuva {name}`, which is no command."
    raise PipelineError(msg, "A stage runs `sujuva run NOTEBOOK` or a command of sujuva/cli.")


def _spoken(node: ast.AST) -> Iterator[str]:
    """Yield the paths of data and reports that code names, but for those that it writes by `output`."""
    match node:
        case ast.Call(func=ast.Name(id="output")):
            return
        case ast.Constant(value=str() as text) if _PATH.fullmatch(text):
            yield text
    for child in ast.iter_child_nodes(node):
        yield from _spoken(child)


def written(root: Path) -> str:
    """Return the text of `dvc.yaml` with the `deps` and `params` that its stages must have; all else stays."""
    lines: list[str] = []
    wanted: dict[str, list[str]] = {}
    known = stages(root)
    old = iter((root / FILE).read_text(encoding="utf-8").splitlines(keepends=True))
    inside = False  # a list that is written anew
    for line in old:
        if inside and re.match(r" {6,}\S", line):
            continue
        inside = False
        if match := re.fullmatch(r"  (\w+):\n", line):
            wanted = needs(known[match[1]], root) if match[1] in known else {}
        if inside := bool((match := re.fullmatch(r"    (deps|params):\n", line)) and match[1] in wanted):
            lines += _listed({match[1]: wanted.pop(match[1])} if match else {})
            continue
        if re.fullmatch(r"    (outs|metrics):\n", line):  # a new stage names what it makes and nothing else
            lines += _listed(wanted)
            wanted = {}
        lines.append(line)
    return "".join(lines)


def _listed(lists: dict[str, list[str]]) -> list[str]:
    return [
        line
        for name, ones in lists.items()
        if ones
        for line in (f"    {name}:\n", *(f"      - {one}\n" for one in ones))
    ]
