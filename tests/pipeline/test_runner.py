"""Runs with real kernels: each costs a second or two, so each test looks at several things."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sujuva.errors import ParameterError, PipelineError
from sujuva.paths import SCRATCH
from sujuva.pipeline import nursery
from sujuva.pipeline.batch import Batch, Job
from sujuva.pipeline.notebook import read_notebook
from sujuva.pipeline.runner import NotebookError, run_notebook

Make = Callable[..., Path]
forking = pytest.mark.skipif(not nursery.available(), reason="kernels are forked on Linux only")

# A notebook that says what must not differ between runs, and much that would.
TALKATIVE = (
    "import os, sys, tempfile, warnings\nprint(region, threshold)\nprint('to stderr', file=sys.stderr)\nprint('more')",
    "print(os.getcwd(), tempfile.mkdtemp(), list({'b', 'a', 'c', 'd'}))\nwarnings.warn('careful')\nobject()",
    "os.environ['PYTHONHASHSEED'], os.path.isdir(os.path.join(os.environ['IPYTHONDIR'], 'profile_default', 'startup'))",
)
PARAMETERS = """\
from sujuva.params import choice
region: str = "oulu"  # key
threshold: int = choice("privacy.threshold")  # smallest
"""


@pytest.fixture(autouse=True)
def kernels(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The process ids of all kernels; at the end of each test, none may be left."""
    started: list[int] = []
    launch = nursery.Nursery.launch

    def noted(*arguments: Any, **named: Any) -> nursery.KernelProcess | None:
        kernel = launch(*arguments, **named)
        started.extend([kernel.pid] if kernel else [])
        return kernel

    monkeypatch.setattr(nursery.Nursery, "launch", noted)
    yield started
    assert [pid for pid in started if alive(pid)] == []


def alive(pid: int) -> bool:
    """Whether a process runs (one that has ended but is not yet waited for does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def texts(path: Path) -> str:
    return "".join(
        "".join(output.get("text", output.get("data", {}).get("text/plain", "")))
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", [])
    )


def test_the_same_bytes_in_another_folder_and_without_forking(
    notebook: Make, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    path = notebook("talk", *TALKATIVE, parameters=PARAMETERS)
    first = run_notebook(path, overrides=[("region", "tampere")])
    other = project / "elsewhere" / "deep"
    shutil.copytree(project / "notebooks", other / "notebooks")
    shutil.copy(project / "params.yaml", other)
    monkeypatch.chdir(other / "notebooks")  # as from JupyterLab
    monkeypatch.setattr(nursery, "available", lambda: False)
    second = run_notebook("notebooks/talk.ipynb", overrides=[("region", "tampere")])

    assert first == project / SCRATCH / "data" / "executed" / "talk.ipynb"
    assert second == other / SCRATCH / "data" / "executed" / "talk.ipynb"
    assert first.read_bytes() == second.read_bytes()
    assert texts(first).startswith("tampere 5\nmore\nto stderr\n")
    assert "'0', True" in texts(first)
    assert str(project) not in first.read_text(encoding="utf-8")
    assert capsys.readouterr().out.splitlines() == [f"talk: cell {number}/5" for number in range(1, 6)] * 2
    assert not (project / ".sujuva" / "failed").exists()


@forking
def test_failures_are_told_without_data_and_nothing_is_written(
    notebook: Make, project: Path, kernels: list[int], capfd: pytest.CaptureFixture[str]
):
    """Five ways to fail, with five kernels of one nursery."""
    ways = {
        "ours": "from sujuva.errors import SourceError\nraise SourceError('who5.xlsx is empty.', 'Export it again.')",
        "value": "name = 'Anna ' + 'Virtanen'\nfloat(name)",
        "killed": "import os\nos.kill(os.getpid(), 9)",
        "exit": "import os\nos._exit(3)",
        "syntax": "x = (",
    }
    cards = {}
    with nursery.Nursery(["sujuva.errors"], project, many=True) as one:
        for way, code in ways.items():
            path = notebook(way, "1 + 1", code)
            outcome = Batch(read_notebook(path), one).execute([Job(way, {"region": "x"}, path.name)], workers=1)[0]
            assert outcome.card is not None
            cards[way] = outcome.card
        private = one.private

    assert cards["ours"].error == "SourceError: who5.xlsx is empty."
    assert cards["ours"].hint == "Export it again."
    assert cards["ours"].line == "line 2: raise SourceError('who5.xlsx is empty.', 'Export it again.')"
    assert cards["ours"].cell == "cell 4 (look-2)"
    assert cards["value"].error == "ValueError: could not convert string to float: …"
    assert cards["killed"].error == "The kernel was ended by SIGKILL."
    assert cards["exit"].error == "The kernel ended with exit code 3."
    assert cards["syntax"].error.startswith("SyntaxError: ")
    assert all(len(str(card).splitlines()) <= 6 for card in cards.values())
    assert "Virtanen" not in "".join(str(card) for card in cards.values())
    assert "Virtanen" in (project / cards["value"].kept).read_text(encoding="utf-8")
    assert texts(project / cards["killed"].kept) == "2"
    assert len(kernels) == len(ways)
    assert not private.exists()
    assert capfd.readouterr().err == ""


def test_a_failed_run_leaves_the_last_good_result(notebook: Make, project: Path):
    path = notebook("fail", "1 / 0")
    output = project / SCRATCH / "data" / "executed" / "fail.ipynb"
    output.parent.mkdir(parents=True)
    output.write_text("the last good one", encoding="utf-8")

    with pytest.raises(NotebookError, match="ZeroDivisionError: division by zero") as caught:
        run_notebook(path)
    assert caught.value.card.kept == ".sujuva/failed/fail.ipynb"
    assert (project / caught.value.card.kept).is_file()
    assert output.read_text(encoding="utf-8") == "the last good one"
    assert list(output.parent.iterdir()) == [output]


@forking
def test_many_runs_at_once(notebook: Make, project: Path, kernels: list[int], capsys: pytest.CaptureFixture[str]):
    path = notebook(
        "each",
        "import os\nif region == fail: raise KeyError(region)\nprint(region)",
        parameters=PARAMETERS + 'fail: str = ""  # which fails',
    )
    old = project / "out" / "each_gone.ipynb"
    old.parent.mkdir()
    old.write_text("", encoding="utf-8")
    folder = run_notebook(path, each="region=network,@study.regions", output=Path("out"))

    names = ["network", "keski-pohjanmaa", "pohjois-karjala", "oulu", "tampere"]
    assert sorted(one.name for one in folder.iterdir()) == sorted(f"each_{name}.ipynb" for name in names)
    assert [texts(folder / f"each_{name}.ipynb") for name in names] == [f"{name}\n" for name in names]
    assert capsys.readouterr().out.splitlines() == [f"each {name}: {n}/5" for n, name in enumerate(names, start=1)]
    assert len(set(kernels)) == 5  # never one kernel for two notebooks

    before = {one.name: one.stat().st_mtime_ns for one in folder.iterdir()}
    with pytest.raises(NotebookError, match=r"each\.ipynb \(b\)"):
        run_notebook(path, each="region=a,b,c", overrides=[("fail", "b")], output=Path("out"))
    assert {one.name: one.stat().st_mtime_ns for one in folder.iterdir()} == before


@forking
def test_a_parent_with_busy_threads_does_not_fork(
    notebook: Make, project: Path, kernels: list[int], monkeypatch: pytest.MonkeyPatch
):
    """Forking it would be unsafe: the kernels are then started the ordinary way."""
    library = project / "library"
    library.mkdir()
    code = "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()"
    (library / "restless.py").write_text(code, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(library))
    folder = run_notebook(notebook("busy", "import restless\nprint(region)"), each="region=a")

    assert texts(folder / "busy_a.ipynb") == "a\n"
    assert kernels == []


def test_no_kernel_starts_for_a_wrong_parameter(notebook: Make, kernels: list[int]):
    path = notebook("one", parameters=PARAMETERS)

    with pytest.raises(ParameterError, match="'threshold' is a rule of privacy"):
        run_notebook(path, overrides=[("threshold", "1")])
    with pytest.raises(ParameterError, match="'threshold' is a rule of privacy"):
        run_notebook(path, each="threshold=1,10")
    with pytest.raises(ParameterError, match="no parameter 'regon'"):
        run_notebook(path, each="regon=a,b")
    assert kernels == []


def test_a_folder_with_other_things_is_not_replaced(notebook: Make, project: Path):
    path = notebook("one")

    with pytest.raises(PipelineError, match="The folder notebooks holds other things"):
        run_notebook(path, each="region=a", output=project / "notebooks")
    with pytest.raises(PipelineError, match="cannot be written"):
        run_notebook(path, output=path)
    assert path.is_file()


@forking
@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("arguments", [[], ["--each", "region=a,b,c"]])
def test_an_interrupted_run_leaves_nothing(notebook: Make, project: Path, number: int, code: int, arguments: list[str]):
    path = notebook(
        "slow", "import os\nopen(f'{region}.pid', 'w').write(str(os.getpid()))", "import time\ntime.sleep(60)"
    )
    temporary = project / "temporary"
    temporary.mkdir()
    command = [sys.executable, "-c", "from sujuva.cli import main; main()", "run", str(path), *arguments]
    run = subprocess.Popen(command, env={**os.environ, "TMPDIR": str(temporary)}, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while len(pids := [one for one in project.glob("*.pid") if one.read_text()]) < (2 if arguments else 1):
        assert time.monotonic() < deadline, "no kernel came up"
        time.sleep(0.05)
    started = [int(one.read_text()) for one in pids]
    run.send_signal(number)

    assert "nothing was written" in run.communicate(timeout=20)[1]
    assert run.returncode == code
    time.sleep(0.1)
    assert [pid for pid in started if alive(pid)] == []
    assert not (project / SCRATCH).exists()
    assert list(temporary.iterdir()) == []


@forking
@pytest.mark.slow
def test_kernels_end_when_the_runner_is_killed(notebook: Make, project: Path):
    path = notebook("slow", "import os\nopen('kernel.pid', 'w').write(str(os.getpid()))", "import time\ntime.sleep(60)")
    command = [sys.executable, "-c", "from sujuva.cli import main; main()", "run", str(path), "--each", "region=a"]
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    note = project / "kernel.pid"
    deadline = time.monotonic() + 60
    while not (note.is_file() and note.read_text()):
        assert time.monotonic() < deadline, "no kernel came up"
        time.sleep(0.05)
    run.kill()
    run.wait()

    deadline = time.monotonic() + 5
    while alive(int(note.read_text())):
        assert time.monotonic() < deadline, "the kernel outlives the runner"
        time.sleep(0.05)


def test_what_a_run_has_no_use_for_is_not_imported(notebook: Make):
    """The grammar of internationalised addresses takes longer than a report, and is left out by the engine alone."""
    path = notebook("small", "print(1)")
    code = f"import sys; from sujuva.pipeline.runner import run_notebook; run_notebook({str(path)!r}); "
    code += "assert 'papermill' in sys.modules; sys.exit('rfc3987_syntax' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        (
            {"kernelspec": {"name": "conda-env-own-py", "language": "python"}},
            "the kernel 'conda-env-own-py', which is not",
        ),
        ({}, "names no kernel"),
    ],
)
def test_a_kernel_that_is_not_here_is_named_and_the_own_one_runs(
    notebook: Make, project: Path, capsys: pytest.CaptureFixture[str], metadata: dict[str, Any], said: str
):
    path = notebook("odd", "print(region)")
    path.write_text(json.dumps({**json.loads(path.read_text()), "metadata": metadata}))
    executed = run_notebook(path, output=project / "out.ipynb")
    assert texts(executed) == "oulu\n"
    assert said in capsys.readouterr().err
    assert json.loads(executed.read_text())["metadata"].get("kernelspec") == metadata.get("kernelspec")


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({"kernelspec": {"name": "ir", "language": "R"}}, "a notebook in R, and only Python runs here"),
        ({"language_info": {"name": "julia"}}, "a notebook in julia"),
        (None, "breaks the format of notebooks"),
    ],
)
def test_a_notebook_that_is_no_python_or_broken_says_so(
    notebook: Make, project: Path, metadata: dict[str, Any] | None, said: str
):
    path = notebook("odd", "print(region)")
    content = json.loads(path.read_text())
    del content["metadata"]
    path.write_text(json.dumps(content if metadata is None else {**content, "metadata": metadata}))
    with pytest.raises(PipelineError, match=said):
        run_notebook(path, output=project / "out.ipynb")
    assert not (project / "out.ipynb").exists()


def test_the_notebook_of_the_case_runs(shared_cases: Path, project: Path, capsys: pytest.CaptureFixture[str]):
    executed = run_notebook(shared_cases / "unknown-kernel" / "nokernel.ipynb", output=project / "out.ipynb")
    assert texts(executed) == "1\n"
    assert "conda-env-minun-py" in capsys.readouterr().err
