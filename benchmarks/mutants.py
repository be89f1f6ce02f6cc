"""How many small faults in the code of numbers and of privacy the tests notice: a sample of mutants.

Cosmic Ray lists where each of its operators would change `estimation`, `moments` and `publish`; a place is drawn at
random and then one of the operators that fit there, so that arithmetic, which has many, does not crowd out the rest.
Of each mutant only the tests that run its lines are run, those of its own file and the quickest first, until one fails
or the time allowed is over. What is left is held against what `tests/acceptance/example_run` holds: the stages of the
example up to `publish` that read the file are run, and must write other bytes than those committed. A mutant that
nothing has killed by then counts as a survivor. Types in signatures are left out: nothing runs them.

While tests are being written, `--fast` leaves the example out, and `--also tests/publish/test_heads.py` runs tests
that are newer than the kept file of which test runs which line, first and for every mutant.

The two libraries live in an environment of their own beside the project's:

    uv run --no-project --active --with cosmic-ray --with coverage python -m benchmarks.mutants --sample 300
"""

from __future__ import annotations

import argparse
import ast
import compileall
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("estimation", "moments", "publish")
TESTS = (
    "estimation", "moments", "publish", "published", "parjaavyys", "integration", "releases", "scores", "quality",
    "attack", "bundles", "multiverse", "engines", "scoring",
)  # fmt: skip
KILLED, BY_EXAMPLE, SURVIVED, NOT_RUN = "killed", "killed by the example", "survived", "run by no test"
_SECONDS = 90
_LAST = "publish"
"""The stages after it draw what it wrote."""
_SAME, _DIFFERS = 10, 11
"""Exit codes of a process that looks."""
_LONGEST = 300
"""Seconds of a stage."""


@dataclass(frozen=True)
class Place:
    """Where an operator of Cosmic Ray would change a file: lines from 1."""

    module: str
    operator: str
    occurrence: int
    first: tuple[int, int]
    last: tuple[int, int]


def _annotated(tree: ast.AST) -> Iterator[tuple[int, int, int, int]]:
    """Yield the ends of every type in a signature or before a name."""
    for node in ast.walk(tree):
        for name in ("annotation", "returns"):
            part = getattr(node, name, None)
            if part is not None:
                yield part.lineno, part.col_offset, part.end_lineno, part.end_col_offset


def places(module: Path) -> Iterator[Place]:
    """Yield all places of a module where an operator fits and something runs."""
    from cosmic_ray.commands.init import _all_work_items  # noqa: PLC0415

    types = list(_annotated(ast.parse(module.read_text(encoding="utf-8"))))
    for item in _all_work_items([module], {}):
        (spec,) = item.mutations
        inside = any((a, b) <= tuple(spec.start_pos) and tuple(spec.end_pos) <= (c, d) for a, b, c, d in types)
        if not inside:
            yield Place(str(module), spec.operator_name, spec.occurrence, tuple(spec.start_pos), tuple(spec.end_pos))


def sample(copy: Path, size: int, seed: int, only: str) -> list[Place]:
    """Draw mutants of modules whose path holds `only`: a place at random, then one of the operators that fit there."""
    at: dict[tuple[str, tuple[int, int]], list[Place]] = defaultdict(list)
    for package in PACKAGES:
        for module in sorted((copy / "src/sujuva" / package).rglob("*.py")):
            name = module.relative_to(copy).as_posix()
            for place in places(module) if only in name else ():
                at[name, place.first].append(place)
    draw = random.Random(seed)  # noqa: S311 - a sample, no secret
    print(f"{len(at):,} places, {sum(map(len, at.values())):,} mutants; {size} drawn (seed {seed})", flush=True)
    return [draw.choice(at[key]) for key in draw.sample(sorted(at), min(size, len(at)))]


def _pytest(copy: Path, arguments: Sequence[str], plugins: Sequence[object] = ()) -> int:
    import pytest  # noqa: PLC0415

    os.chdir(copy)
    sys.path[:0] = [str(copy / "src"), str(copy)]
    options = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-header", "-o", "addopts="]
    options += ["--import-mode=importlib", "-p", "no:hydra_pytest", "-p", "no:anyio", "-m", "not slow"]
    return int(pytest.main([*options, *arguments], plugins=list(plugins)))


def who_runs_what(copy: Path, kept: Path) -> dict[str, dict[str, list[int]]]:
    """Return the lines that each test runs, by file, and under "seconds" how long it takes; kept for the next time."""
    if not kept.exists():
        child = os.fork()
        if child == 0:
            os._exit(_watch(copy, kept))
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
            sys.exit("The tests fail without any mutant: mend them first.")
    return dict(json.loads(kept.read_text(encoding="utf-8")))


def _watch(copy: Path, kept: Path) -> int:
    import pytest  # noqa: PLC0415

    import coverage  # noqa: PLC0415

    watcher = coverage.Coverage(data_file=None, source=[str(copy / "src/sujuva" / name) for name in PACKAGES])
    seconds: dict[str, float] = {}

    class Contexts:
        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
            watcher.switch_context(item.nodeid)
            began = time.perf_counter()
            result = yield
            seconds[item.nodeid] = time.perf_counter() - began
            watcher.switch_context("")
            return result

    watcher.start()
    code = _pytest(copy, [f"tests/{name}" for name in TESTS], [Contexts()])
    watcher.stop()
    data = watcher.get_data()
    runs: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for file in data.measured_files():
        name = Path(file).relative_to(copy).as_posix()
        lines: dict[str, list[int]] = defaultdict(list)
        for line, contexts in data.contexts_by_lineno(file).items():
            for context in contexts:
                lines[context].append(line)
        for context, numbers in lines.items():
            runs[name][context] = numbers
    if code == 0:
        kept.write_text(json.dumps({**runs, "seconds": seconds}), encoding="utf-8")
    return code


def tests_of(place: Place, module: str, runs: dict[str, dict[str, list[int]]]) -> list[str]:
    """Return the tests that run the lines of a mutant, those of its own file and the quickest first.

    Of what an import runs they are all tests of its module.
    """
    seconds = runs["seconds"]
    lines = set(range(place.first[0], place.last[0] + 1))
    by_test = runs.get(module, {})
    own = [test for test, numbers in by_test.items() if test and lines & set(numbers)]
    if not own:
        own = [test for test in by_test if test]
    stem = Path(module).stem
    return sorted(own, key=lambda test: (f"/test_{stem}.py" not in test, seconds.get(test, 0.0)))  # type: ignore[attr-defined]


_OF_CODE = re.compile(rb'"(code|fingerprint)": *"[^"]*"')
"""What outputs tell of the code, which every mutant changes."""


def _written(copy: Path, out: str) -> dict[str, bytes]:
    """Return the files of an output, without what they tell of the code."""
    return {
        path.relative_to(copy).as_posix(): _OF_CODE.sub(b"", path.read_bytes())
        for path in sorted((copy / out).rglob("*"))
        if path.is_file()
    }


def example_differs(copy: Path, module: str) -> bool:
    """Return whether a stage of the example that reads a module fails or writes other bytes; the outputs are put back.

    Raises:
        SystemExit: No stage reads it, or this cannot be told.
    """
    child = os.fork()
    if child == 0:  # whatever it imports stays there
        try:
            os._exit(_DIFFERS if _example_differs(copy, module) else _SAME)
        except BaseException:  # noqa: BLE001 - or it would go on in the place of its parent
            traceback.print_exc()
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code not in (_SAME, _DIFFERS):
        sys.exit(f"The example cannot be held against {module}.")
    return code == _DIFFERS


def _example_differs(copy: Path, module: str) -> bool:
    from sujuva.pipeline.dag import stages  # noqa: PLC0415

    every = stages(copy)
    before_pages = list(every.values())[: list(every).index(_LAST) + 1]
    reading = [one for one in before_pages if one.notebook and any(module.startswith(dep) for dep in one.deps)]
    if not reading:
        msg = f"No stage up to {_LAST} reads {module}: dvc.yaml must say which one does."
        raise LookupError(msg)
    environment = os.environ | {"PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    program = [sys.executable, "-c", "import sys; from sujuva.cli import main; sys.exit(main())"]
    for stage in reading:
        outs = [out for out in stage.outs if not out.endswith(".ipynb")]
        before = {out: _written(copy, out) for out in outs}
        command = [*program, "run", stage.notebook]
        with tempfile.TemporaryDirectory() as kept:
            for out in outs:
                shutil.copytree(copy / out, Path(kept) / out)
            try:
                run = subprocess.run(
                    command, cwd=copy, env=environment, capture_output=True, timeout=_LONGEST, check=False
                )
                differs = run.returncode != 0 or any(_written(copy, out) != before[out] for out in outs)
            except subprocess.TimeoutExpired:
                differs = True
            if differs:
                for out in outs:
                    shutil.rmtree(copy / out, ignore_errors=True)
                    shutil.copytree(Path(kept) / out, copy / out)
                return True
    return False


def _in_child(copy: Path, tests: Sequence[str], seconds: int) -> int:
    """Return 0 if tests pass in a process of their own within some seconds."""
    if "sujuva" in sys.modules:
        sys.exit("This process has imported what its children mutate: they would test the code without the mutant.")
    child = os.fork()
    if child == 0:
        os.setsid()
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        signal.alarm(seconds)
        os._exit(_pytest(copy, tests))
    return os.waitpid(child, 0)[1]


def judge(
    copy: Path, place: Place, runs: dict[str, dict[str, list[int]]], also: Sequence[str], *, fast: bool
) -> tuple[str, str]:
    """Return what became of a mutant, and its difference."""
    from cosmic_ray.mutating import _make_diff, use_mutation  # noqa: PLC0415
    from cosmic_ray.plugins import get_operator  # noqa: PLC0415

    path = Path(place.module)
    module = path.relative_to(copy).as_posix()
    tests = tests_of(place, module, runs)
    with use_mutation(path, get_operator(place.operator)(), place.occurrence) as (before, after):
        difference = "\n".join(line for line in _make_diff(before, after, module) if line[:1] in "+-@")
        spent, chosen = 0.0, list(also)
        for test in tests:
            spent += runs["seconds"].get(test, 0.0)  # type: ignore[operator]
            if spent < _SECONDS / 2 or not chosen:
                chosen.append(test)
        # Endless is noticed too: whoever runs the tests sees it.
        if chosen and _in_child(copy, chosen, _SECONDS) != 0:
            return KILLED, difference
        if not fast and example_differs(copy, module):
            return BY_EXAMPLE, difference
        return (SURVIVED if chosen else NOT_RUN), difference


def main() -> None:
    """Draw mutants, run their tests, print how many were killed and write the survivors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="mutants of modules whose path holds this text")
    parser.add_argument("--to", type=Path, default=Path(tempfile.gettempdir()) / "sujuva_mutants.jsonl")
    parser.add_argument("--runs", type=Path, default=Path(tempfile.gettempdir()) / "sujuva_runs.json")
    parser.add_argument("--fast", action="store_true", help="do not hold survivors against the example")
    parser.add_argument("--also", nargs="+", default=[], help="tests to run for every mutant, the first")
    chosen = parser.parse_args()
    os.environ |= {"POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "SUJUVA_KEY": "a key for tests alone"}
    sys.dont_write_bytecode = True
    import pandas  # noqa: F401, ICN001, PLC0415 - what every child needs and no mutant touches
    import polars  # noqa: F401, ICN001, PLC0415
    import scipy.stats  # noqa: F401, PLC0415

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder).resolve() / "sujuva"
        shutil.copytree(
            ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", ".dvc", "__pycache__", "executed", "site"),
            symlinks=True,
        )  # fmt: skip
        (copy.parent / "shared").symlink_to(ROOT.parent / "shared")
        compileall.compile_dir(copy / "src", quiet=1)  # every child imports them; a mutant is newer than its bytecode
        mutants = sample(copy, chosen.sample, chosen.seed, chosen.only)
        runs = who_runs_what(copy, chosen.runs)
        if chosen.also and _in_child(copy, chosen.also, _LONGEST) != 0:
            sys.exit("The tests of --also fail without any mutant: mend them first.")
        for module in () if chosen.fast else (f"src/sujuva/{package}/__init__.py" for package in PACKAGES):
            with (copy / module).open("a", encoding="utf-8") as code:
                code.write("# A comment is no mutant.\n")
            if example_differs(copy, module):
                sys.exit("The example's stages write other bytes without any mutant: run `sujuva repro` first.")
        counts: dict[str, int] = defaultdict(int)
        with chosen.to.open("w", encoding="utf-8") as out:
            for number, place in enumerate(mutants, start=1):
                verdict, difference = judge(copy, place, runs, chosen.also, fast=chosen.fast)
                counts[verdict] += 1
                told = asdict(place) | {"module": Path(place.module).relative_to(copy).as_posix()}
                out.write(json.dumps({**told, "verdict": verdict, "difference": difference}) + "\n")
                out.flush()
                if number % 10 == 0:
                    print(number, dict(counts), flush=True)
    killed = counts[KILLED] + counts[BY_EXAMPLE]
    share = killed / max(1, len(mutants))
    print(
        f"{killed} of {len(mutants)} mutants killed ({counts[BY_EXAMPLE]} by the example): {share:.1%} (at least 85 %)"
    )
    print(f"the others: {chosen.to}")


if __name__ == "__main__":
    main()
