"""What `make` does, on every system and with nothing but Python: `python tools/make.py repro`.

Everything happens in .venv: nothing is installed outside the project's folder. Its mark, .venv/.ready, is written last
and tells what it was made for, so that each run notices an environment that was left half-made, lost packages, or lies
in a folder that was moved, and builds it anew.

Written for Windows, too (.venv/Scripts, no make, no shell), where nobody has tried it yet.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
MARK = VENV / ".ready"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
LOCKS = ("requirements.lock", "pyproject.toml", "tools/installer.lock")
CODE = ("src", "tests", "benchmarks", "notebooks", "tools")
OLDEST = (3, 11)
LAB = ("--config=jupyter_server_config.py", "--LabApp.default_url=/lab/tree/notebooks/explore/start.ipynb")
HELP = "== Not clear why? .venv/bin/sujuva doctor looks at what usually stands in the way (docs/trouble.md)"


def say(text: str) -> None:
    """Print a line at once: programs that are started write to the same place."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def program(name: str) -> str:
    """Return the path of a program of the environment."""
    return str(BIN / (name + ".exe" if WINDOWS else name))


def run(*command: str) -> None:
    """Run a command in the project's folder, and end with its exit code where it fails."""
    # The same numbers whatever the machine's language and hash seed.
    fixed = {"LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONUTF8": "1", "UV_LINK_MODE": "copy"}
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
    environment = {**os.environ, **fixed, "PATH": path, "VIRTUAL_ENV": str(VENV)}
    process = subprocess.Popen(command, cwd=str(ROOT), env=environment)  # noqa: S603
    code = None
    while code is None:
        try:
            code = process.wait()
        except KeyboardInterrupt:  # it reaches the program as well, which ends in its own way
            continue
    if code:
        sys.exit(code)


# The environment


def mark_of(venv: Path) -> dict:
    """Return what an environment that is whole says of itself: lock, place, and how many files each package has."""
    lock = hashlib.sha256()
    for name in LOCKS:
        lock.update((ROOT / name).read_bytes().replace(b"\r\n", b"\n"))
    libraries = [*venv.glob("lib/python*/site-packages"), *venv.glob("Lib/site-packages")][:1]
    entries = [one for folder in (*libraries, BIN) if folder.is_dir() for one in os.scandir(folder)]
    files = {one.name: _count(one.path) if one.is_dir() else 1 for one in entries if one.name != "__pycache__"}
    return {"files": files, "lock": lock.hexdigest(), "place": str(venv.resolve())}


def _count(folder: str) -> int:
    count = 0
    for _, folders, files in os.walk(folder):
        if "__pycache__" in folders:
            folders.remove("__pycache__")
        count += len(files)
    return count


def fault() -> str:
    """Return why the environment must be built anew, "outdated" where it only needs other packages, "" where it fits.

    A mark that says nothing (as `touch` makes it) is taken for an older one.
    """
    if not VENV.exists():
        return "there is none yet"
    if not MARK.is_file():
        return "it was left half-made"
    try:
        known = json.loads(MARK.read_text(encoding="utf-8"))
    except ValueError:
        known = {}
    now = mark_of(VENV)
    if known.get("place", now["place"]) != now["place"]:
        return "the project has moved here from " + str(Path(known["place"]).parent)
    lost = sorted(name for name, count in known.get("files", {}).items() if now["files"].get(name, 0) < count)
    if lost:
        return "files are missing of " + ", ".join(lost[:3]) + (" and others" if len(lost) > 3 else "")  # noqa: PLR2004
    ask = [program("python"), "-I", "-c", "import pip, sujuva; print(sujuva.__file__)"]
    try:
        told = subprocess.run(ask, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)  # noqa: S603
        here = (ROOT / "src").resolve() in Path(told.stdout.decode().strip()).resolve().parents
    except (OSError, subprocess.CalledProcessError):
        here = False
    if not here:
        return "its Python does not find the project"
    return "" if known.get("lock") == now["lock"] else "outdated"


def environment() -> None:
    """The environment in .venv, built where it is not what requirements.lock says."""
    why = fault()
    if not why:
        return
    if sys.version_info < OLDEST:
        wanted, here = ".".join(map(str, OLDEST)), sys.version.split()[0]
        sys.exit(
            f"Sujuva needs Python {wanted} or newer; {sys.executable} is {here}. Try: make PYTHON=python{wanted} repro"
        )
    if why != "outdated" and VENV.is_symlink():
        sys.exit(
            f".venv is a link, and does not fit ({why}): nothing is removed behind it. Remove the link, then run again."
        )
    if why == "outdated":
        say("== Environment: bringing .venv to requirements.lock")
    else:
        say("== Environment: building .venv from requirements.lock (" + why + ")")
    if MARK.exists():
        MARK.unlink()
    if why != "outdated":
        # Not the Python of the environment itself, which is about to go.
        run(getattr(sys, "_base_executable", None) or sys.executable, "-m", "venv", "--clear", str(VENV))
    install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps")
    run(program("python"), *install, "-r", "tools/installer.lock")
    run(program("uv"), "pip", "sync", "--quiet", "--compile-bytecode", "--require-hashes", "requirements.lock")
    run(program("uv"), "pip", "install", "--quiet", "--no-deps", "--editable", ".")
    half = MARK.with_name(".ready.part")
    half.write_text(json.dumps(mark_of(VENV)), encoding="utf-8")
    half.replace(MARK)


# What can be asked for


def repro() -> None:
    """Data and reports, as far as they are not up to date."""
    environment()
    run(program("sujuva"), "setup-git")
    say("== dvc repro: running the stages that are not up to date")
    try:
        run(program("sujuva"), "repro")
    except SystemExit:
        say(HELP)
        raise
    say("== What is said of the results, and typed into README, docs and notebooks")
    run(program("sujuva"), "claims", "--quiet")
    say("== Ready: open reports/site/index.html")


def test() -> None:
    """Every check that the project has."""
    check()
    say("== pytest: all tests (the pipeline's take a few minutes)")
    run(program("python"), "-m", "pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")


def check() -> None:
    """Style, types, codebooks and dvc.yaml."""
    environment()
    say("== ruff and mypy")
    run(program("ruff"), "format", "--check", "--quiet", *CODE)
    run(program("ruff"), "check", "--quiet", *CODE)
    run(program("mypy"))
    say("== codebooks and dvc.yaml")
    run(program("sujuva"), "codebook")
    run(program("sujuva"), "dag")
    say("== What may leave by git and DVC")
    run(program("sujuva"), "guard")


def fast_test() -> None:
    """The tests that run no pipeline."""
    environment()
    run(program("python"), "-m", "pytest", "-m", "not slow")


def lab() -> None:
    """JupyterLab, from a notebook to start with."""
    environment()
    run(program("jupyter"), "lab", *LAB)


def lock() -> None:
    """Compile the locks afresh from pyproject.toml: hashes, no addresses."""
    environment()
    kind = ("--group", "dev", "--universal", "--python-version", ".".join(map(str, OLDEST)), "--generate-hashes")
    short = ("--no-header", "--no-annotate", "--no-emit-index-url", "--quiet")
    run(program("uv"), "pip", "compile", "pyproject.toml", *kind, *short, "--output-file", "requirements.lock")
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    uv = re.search(r"^uv==.*\n(?:[ \t].*\n)*", text, flags=re.MULTILINE)
    if uv is None:
        sys.exit("requirements.lock has no uv, which installs the rest.")
    (ROOT / "tools" / "installer.lock").write_text(uv.group(), encoding="utf-8")


def clean() -> None:
    """Remove the environment and what runs have left."""
    for name in (".venv", ".sujuva"):
        place = ROOT / name
        if place.is_symlink():
            place.unlink()
        elif place.exists():
            shutil.rmtree(place)


TARGETS = {
    one.__name__.replace("_", "-"): one for one in (repro, test, check, fast_test, lab, lock, environment, clean)
}


def main() -> None:
    """Do what the command line asks for; without a word, tell what can be asked."""
    asked = sys.argv[1:] or ["help"]
    unknown = [one for one in asked if one not in TARGETS and one != "help"]
    if unknown or "help" in asked:
        for name, target in TARGETS.items():
            say(f"make {name:<10} {(target.__doc__ or '').rstrip('.')}")
        sys.exit(f"There is no target {unknown[0]}." if unknown else 0)
    try:
        for one in asked:
            TARGETS[one]()
    except OSError as error:
        what = f"{error.filename or ROOT}: {error.strerror or type(error).__name__}"
        sys.exit(f"{what}. Free some space or fix the folder's permissions, then run again.")


if __name__ == "__main__":
    main()
