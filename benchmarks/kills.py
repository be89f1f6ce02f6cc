"""`kill -9` of the whole process group at random moments of `dvc repro` and `sujuva verify`: does the next run go on?

In a clone that has run once, one stage at a time is forced (quick stages more often than slow ones) and killed at a
moment drawn from its whole length, DVC's own work before and after included. Nothing waits until what was left behind
has ended. Then `sujuva repro` must end with the very `dvc.lock` of the first run, every output and every file of DVC's
cache must have the MD5 that stands there, and no half-written file may be left. `sujuva verify` is killed likewise; it
must leave the project as it was, and the next one must take away what was left of it.

    .venv/bin/python -m benchmarks.kills                # 40 kills of dvc repro, 8 of verify
    .venv/bin/python -m benchmarks.kills --seed 2       # at other moments
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from pathlib import Path

from sujuva.pipeline.intact import damaged, damaged_cache
from sujuva.pipeline.leftovers import half_lock, lock_fault
from sujuva.review.remake import PLACE
from tests.acceptance.copies import Copy, copy_project

_START = 1.5  # seconds that DVC takes before the first stage
_VERIFY = ("sujuva", "verify", "--environment", "this")
_VERIFY_SECONDS = 30.0  # of its beginning: cloning, looking at the environment, the first stages


def timed_run(copy: Copy, until: Sequence[str]) -> dict[str, float]:
    """Run the pipeline and return the seconds of each stage that ran.

    Raises:
        SystemExit: It failed.
    """
    begun: dict[str, float] = {}
    running = subprocess.Popen(
        ["dvc", "repro", *until],
        cwd=copy.path,
        env=copy.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    for line in running.stdout or ():
        if line.startswith("Running stage '"):
            begun[line.split("'")[1]] = time.monotonic()
    if running.wait():
        raise SystemExit("The first run failed.")
    ends = [*list(begun.values())[1:], time.monotonic()]
    return {name: end - start for (name, start), end in zip(begun.items(), ends, strict=True)}


def killed(copy: Copy, command: Sequence[str], after: float) -> bool:
    """Start a command and kill its process group after some seconds; return whether it was still at work."""
    running = subprocess.Popen(
        command,
        cwd=copy.path,
        env=copy.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with suppress(subprocess.TimeoutExpired):
        running.wait(after)
    at_work = running.poll() is None
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    return at_work


def faults(copy: Copy, lock: str) -> list[str]:
    """Return what is wrong in a project that must be as after its first run."""
    parts = [path.relative_to(copy.path).as_posix() for path in copy.path.rglob("*.part")]
    parts = [one for one in parts if not one.startswith((".dvc/", f"{PLACE}/"))]  # a copy of verify goes as a whole
    if copy.lock != lock:
        return ["dvc.lock differs"]
    return [
        *(f"damaged: {name}" for name in damaged(copy.path)),
        *(f"damaged in the cache: {path.name}" for path in damaged_cache(copy.path)),
        *(f"half-written: {name}" for name in parts),
    ]


def of_repro(copy: Copy, durations: dict[str, float], trials: int, draw: random.Random, until: Sequence[str]) -> int:
    """Kill `dvc repro` and run again, `trials` times; print each fault and return how many trials had none."""
    lock, good, working, left, struck = copy.lock, 0, 0, Counter[str](), Counter[str]()
    weights = [1 / seconds for seconds in durations.values()]
    for number in range(1, trials + 1):
        stage = draw.choices([*durations], weights)[0]
        moment = draw.uniform(0, _START + durations[stage])
        working += killed(copy, ["dvc", "repro", "--force", "--single-item", stage], moment)
        left.update({"rwlock": bool(lock_fault(copy.path)), "dvc.lock": bool(half_lock(copy.path))})
        struck[stage] += 1
        done = copy.run("sujuva", "repro", *until)
        wrong = [
            *([f"exit code {done.returncode}: {done.stderr[-300:]}"] if done.returncode else []),
            *faults(copy, lock),
        ]
        good += not wrong
        for one in wrong:
            print(f"  kill {number}, {stage} after {moment:.2f} s: {one}")
        if wrong:
            copy.repro("--force", *until)  # the next trial begins from a sound project
    print(f"dvc repro: {trials} kills, of {working} that were still at work; the next run made good {good}")
    by_stage = ", ".join(f"{stage} {count}" for stage, count in struck.items())
    print(
        f"  left half-written: DVC's rwlock {left['rwlock']}, dvc.lock {left['dvc.lock']} times; by stage: {by_stage}"
    )
    return good


def of_verify(copy: Copy, trials: int, draw: random.Random) -> int:
    """Kill `sujuva verify`, `trials` times; print each fault and return how many trials had none."""
    lock, good, status = copy.lock, 0, copy.run("git", "status", "--porcelain").stdout
    for number in range(1, trials + 1):
        moment = draw.uniform(0, _VERIFY_SECONDS)
        killed(copy, _VERIFY, moment)
        wrong = faults(copy, lock)
        wrong += ["git sees a change"] if copy.run("git", "status", "--porcelain").stdout != status else []
        good += not wrong
        for one in wrong:
            print(f"  kill {number} of verify after {moment:.2f} s: {one}")
    done = copy.run(*_VERIFY)
    left = [path.name for path in (copy.path / PLACE).iterdir()]
    print(
        f"sujuva verify: {trials} kills, {good} left the project as it was; the next one ended with {done.returncode}"
    )
    print(f"  and left {len(left)} folders behind" if left else "  and left nothing behind")
    return good if not done.returncode and not left else 0


def main() -> None:
    """Kill, run again, and print the figures; the exit code is 1 where a trial has a fault."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=40, help="of dvc repro")
    parser.add_argument("--verify-kills", type=int, default=8, help="of sujuva verify")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--until", metavar="STAGE", action="append", default=[], help="these and what they need; all")
    parser.add_argument("--place", type=Path, help="keep the clone there, and take it up again")
    chosen = parser.parse_args()
    draw = random.Random(chosen.seed)  # noqa: S311  moments are no secret
    with nullcontext(chosen.place) if chosen.place else tempfile.TemporaryDirectory() as folder:
        copy, seconds = Copy(Path(folder).resolve() / "sujuva"), Path(folder) / "seconds.json"
        if not seconds.is_file():
            seconds.parent.mkdir(parents=True, exist_ok=True)
            copy_project(copy.path)
            seconds.write_text(json.dumps(timed_run(copy, chosen.until)), encoding="utf-8")
        durations = json.loads(seconds.read_text(encoding="utf-8"))
        print(", ".join(f"{name} {second:.0f} s" for name, second in durations.items()), flush=True)
        good = of_repro(copy, durations, chosen.kills, draw, chosen.until)
        if chosen.verify_kills:
            commit = ["-c", "user.name=x", "-c", "user.email=x@localhost", "commit", "--quiet", "--all", "-m", "run"]
            copy.run("git", *commit)  # verify makes a commit again, and so it must have the lock of this code
            good += of_verify(copy, chosen.verify_kills, draw)
    raise SystemExit(0 if good == chosen.kills + chosen.verify_kills else 1)


if __name__ == "__main__":
    main()
