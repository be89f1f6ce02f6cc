"""Stages behind the door see what they declare, whichever library asks; what is refused leaves nothing behind."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sujuva.errors import DisclosureError
from sujuva.pipeline import landlock, nursery
from sujuva.pipeline.allowed import check_dvc_file, check_stages
from sujuva.pipeline.batch import Batch, Outcome
from sujuva.pipeline.confinement import save
from sujuva.pipeline.dag import stages
from sujuva.pipeline.runner import NotebookError, run_notebook
from sujuva.pipeline.view import view_of

Make = Callable[..., Path]
confining = pytest.mark.skipif(not landlock.version(), reason="this system has no Landlock")
TABLE = "data/clean/answers.parquet"
STAGES = """\
stages:
  one:
    cmd: sujuva run notebooks/one.ipynb{each} -o reports/notebooks/one.ipynb
    deps: [data/published, notebooks/one.ipynb]
    outs: [reports/figures, reports/notebooks/one.ipynb]
"""
READERS = {
    "polars": "pl.read_parquet(table)",
    "pandas": "pd.read_parquet(table)",
    "pathlib": "Path(table).read_bytes()",
    "pyarrow": "pq.read_table(table)",
}
MORE = {
    "pattern": "pl.scan_parquet('data/clean/*.parquet').collect()",
    "absolute": "open(Path(table).resolve(), 'rb')",
    "glob": "list(Path('data').glob('clean/*'))",
    "folder": "os.listdir('data/published/aside')",
    "through": "pl.read_parquet('data/published/linked.parquet')",
    "change": "open(table, 'ab')",
    "cache": "open('.dvc/cache/files/secret')",
    "outside": "open(os.environ['EXPORT'])",
    "link": "os.symlink(Path(table).resolve(), 'reports/figures/table.parquet')",
}
BY_SYSTEM = {
    "dataset": "ds.dataset('data/clean').to_table()",
    "low": "os.open(os.path.basename(table), os.O_RDONLY, dir_fd=os.open('data/clean', os.O_PATH))",
    "program": "subprocess.run(['cat', table], check=True, capture_output=True)",
}
PARAMETERS = f"""\
reader: str = "polars"  # {", ".join(READERS)}
"""
READS = f"""\
import os, subprocess
from pathlib import Path
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from sujuva.paths import output

table = {TABLE!r}
Path("reports/figures").mkdir(exist_ok=True, parents=True)
seen = eval({READERS!r}[reader])
output("reports/figures").joinpath("picture.svg").write_text(str(seen))
"""
SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def published(project: Path, notebook: Make) -> Path:
    """A project with clean tables, published ones, and a notebook behind the door."""
    for place in ("clean", "published"):
        (project / "data" / place).mkdir(parents=True)
        pl.DataFrame({"respondent": [SECRET]}).write_parquet(project / "data" / place / "answers.parquet")
    (project / "data/published/linked.parquet").symlink_to("../clean/answers.parquet")
    (project / "data/published/aside").symlink_to("../clean")
    (project / ".dvc/cache/files").mkdir(parents=True)
    (project / ".dvc/cache/files/secret").write_text(SECRET)
    (project / "dvc.yaml").write_text(STAGES.format(each=""), encoding="utf-8")
    notebook("one", READS, parameters=PARAMETERS)
    return project


@confining
def test_a_notebook_that_opens_private_tables_is_refused_and_leaves_nothing(
    published: Path, monkeypatch: pytest.MonkeyPatch
):
    """Each reader in a forked kernel of its own, as in a stage of many reports."""
    outcomes: list[Outcome] = []
    execute = Batch.execute

    def noted(*arguments: Any, **named: Any) -> list[Outcome]:
        outcomes.extend(execute(*arguments, **named))
        return outcomes

    monkeypatch.setattr(Batch, "execute", noted)
    with pytest.raises(NotebookError):
        run_notebook("notebooks/one.ipynb", each=f"reader={','.join(READERS)}", workers=2)

    for one in outcomes:
        assert f"opens {TABLE}, which its stage does not declare" in str(one.card), one.job.value
        assert "DisclosureError: notebooks/one.ipynb opens" in str(one.card)
    assert len(outcomes) == len(READERS)
    assert list((published / "reports").rglob("*")) == [published / "reports/figures"]
    left = [one for one in published.rglob("*") if one.is_file() and SECRET.encode() in one.read_bytes()]
    assert {one.relative_to(published).parts[0] for one in left} == {"data", ".dvc"}
    assert not (published / ".sujuva/failed").exists()


@confining
@pytest.mark.parametrize("forking", [True, False])
def test_one_kernel_is_confined_however_it_starts(
    published: Path, monkeypatch: pytest.MonkeyPatch, notebook: Make, forking: bool
):
    if not forking:
        monkeypatch.setattr(nursery, "available", lambda: False)
    notebook("one", f"print(open('data/published/word').read())\nopen({TABLE!r}, 'rb')", parameters="n: int = 1")
    (published / "data/published/word").write_text("published")
    (published / "dvc.yaml").write_text(STAGES.format(each=""), encoding="utf-8")
    with pytest.raises(NotebookError, match=f"line 2.*\n.*opens {TABLE}, which its stage does not declare"):
        run_notebook("notebooks/one.ipynb")


# What a confined process is told of each attempt: its refusal, or another error.
ATTEMPTS = """\
import json, os, subprocess, sys
from pathlib import Path
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from sujuva.pipeline import confinement, landlock
if sys.argv[2] == "hook":
    landlock.version = lambda: 0
confinement.enter(confinement.load(Path(sys.argv[1])))
confinement.watch()
table, told = "data/clean/answers.parquet", {}
for name, code in json.loads(sys.argv[3]).items():
    try:
        told[name] = repr(eval(code))
    except Exception as error:
        error = confinement.explained(error)
        told[name] = f"{type(error).__name__}: {error}"
print(json.dumps(told))
"""


@pytest.mark.parametrize("means", [pytest.param("landlock", marks=confining), "hook"])
def test_a_process_sees_the_view_alone(published: Path, tmp_path_factory: pytest.TempPathFactory, means: str):
    elsewhere = tmp_path_factory.mktemp("exports") / "export.csv"
    elsewhere.write_text(SECRET)
    attempts = READERS | MORE | BY_SYSTEM
    if means == "hook":
        del attempts["low"]  # what no hook of Python's hears of
        del attempts["outside"]  # guarded are the project and the input folder
    attempts |= {"published": "pl.read_parquet('data/published/answers.parquet').height", "project": "os.listdir()"}
    view = view_of(published / "notebooks/one.ipynb", (), published)
    assert view is not None
    save(view, published / "view.json")
    done = subprocess.run(
        [sys.executable, "-c", ATTEMPTS, "view.json", means, json.dumps(attempts)],
        env={**os.environ, "EXPORT": str(elsewhere)},
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)

    assert told.pop("published") == "1"
    told.pop("project")  # names of what lies in the project are no secret
    assert told.pop("program").startswith("CalledProcessError" if means == "landlock" else "PermissionError")
    assert [name for name, said in told.items() if not said.startswith("DisclosureError: notebooks/one.ipynb")] == []
    assert list((published / "reports").rglob("*")) == []
    assert SECRET not in done.stdout


def test_the_stages_of_the_project_share_what_has_passed_the_door(root: Path):
    known = stages(root)
    check_stages(known)
    assert {name for name, stage in known.items() if stage.behind_door} == {"figures", "region", "site", "record"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("data/clean: {push: false}", "data/clean", "'clean' would share data/clean, which has not passed the door"),
        ("data/truth.json: {push: false}", "data/truth.json: {push: true}", "'example' would share data/truth.json"),
        ("      - reports/site\n", "      - data/site\n", "'site' would share data/site"),
        ("      - reports/site\n", "      - reports/../data/x\n", "'site' would share reports/../data/x"),
        ("      - data/published\n      - reports/regions", "      - data/moments\n", "is made of data/moments"),
        ("      - data/published\n      - reports/regions", "      - ${data.input}\n", "is made of"),
        ("cmd: sujuva site", "cmd: sujuva site && cp -r data/clean reports/site", "runs more than a notebook"),
        ("cmd: sujuva site", "cmd: python site.py", "runs more than a notebook"),
        ("cmd: sujuva site", "cmd: [sujuva site, cp a b]", "not one command"),
        ("cmd: sujuva site", "wdir: elsewhere\n    cmd: sujuva site", "not one command"),
        ("cmd: sujuva run notebooks/publish.ipynb", "cmd: cp -r data/clean data/published", "another command"),
        (
            "      - data/published\n      - data/decisions",
            "      - data/own\n      - data/decisions",
            "share data/own",
        ),
        ("data/ledger: {push: false}", "reports/ledger: {push: false}", "writes to reports/, and may see private"),
    ],
)
def test_a_changed_dvc_yaml_shares_nothing_else(root: Path, tmp_path: Path, old: str, new: str, said: str):
    text = (root / "dvc.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "dvc.yaml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DisclosureError, match=re.escape(said)):
        check_stages(stages(tmp_path))


def test_a_file_of_dvc_shares_nothing():
    check_dvc_file("data/raw.dvc", "outs:\n- path: raw\n  push: false\n")
    with pytest.raises(DisclosureError, match=r"data/raw\.dvc: DVC would share raw"):
        check_dvc_file("data/raw.dvc", "outs:\n- path: raw\n  md5: 1\n")
    with pytest.raises(DisclosureError, match="cannot be read"):
        check_dvc_file("data/raw.dvc", "[")


@confining
def test_a_command_behind_the_door_is_confined_and_one_before_it_has_salt(published: Path):
    """`sujuva site` as the stage has it, and `sujuva changes`: what each makes is put in the place of theirs."""
    (published / "dvc.yaml").write_text(
        "stages:\n"
        "  site:\n    cmd: sujuva site\n    deps: [data/published]\n    outs: [reports/site]\n"
        "  changes:\n    cmd: sujuva changes\n    deps: [data/study]\n    outs:\n    - data/changes: {push: false}\n",
        encoding="utf-8",
    )
    (published / "data/study").mkdir()
    (published / "data/study/salt").write_bytes(b"handed on")
    code = (
        "import sys\nfrom pathlib import Path\nfrom sujuva import cli\n"
        "def app(arguments):\n"
        "    if arguments == ['changes']:\n"
        "        Path('data/changes').mkdir()\n"
        f"    open({TABLE!r}).close()\n"
        "    sys.exit(0)\n"
        "cli.app = app\ncli.main()\n"
    )
    said = {
        name: subprocess.run([sys.executable, "-c", code, *name.split()], capture_output=True, text=True, check=False)
        for name in ("site", "site --help", "changes")
    }

    assert f"sujuva site opens {TABLE}, which its stage does not declare" in said["site"].stderr
    assert (said["site"].returncode, said["site --help"].returncode, said["changes"].returncode) == (1, 0, 0)
    assert (published / "data/changes").stat().st_mode & 0o077 == 0
    assert (published / "data/changes/salt").is_file()
