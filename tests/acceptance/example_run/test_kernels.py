"""The stages with the most linear algebra give the same bytes by other processors' kernels of BLAS and NumPy.

A library picks its kernels when it is loaded, by what the processor can do; their last bits differ. Which ones are
picked can be told in the environment.
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.acceptance.copies import Copy

STAGES = ("parjaavyys", "integration")
MADE = tuple(f"data/{place}" for stage in STAGES for place in (f"indicators/{stage}", f"executed/{stage}.ipynb"))
# What NumPy chooses from on this processor. It refuses names that its build does not know.
CHOSEN: list[str] = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])  # type: ignore[call-overload]
AVX512 = [name for name in CHOSEN if name.startswith(("AVX512", "X86_V4"))]
AVX2 = [name for name in CHOSEN if name in {"AVX2", "FMA3", "X86_V3"}]
# OpenBLAS' name of a processor, what it calls its kernels, and what NumPy may not use beside them: the widest, those in
# between and the oldest. What this processor chooses by itself is what the run of the example was made with.
PROCESSORS = {
    "SkylakeX": ("SkylakeX", []),
    "Haswell": ("Haswell", AVX512),
    "Prescott": ("Katmai", AVX512 + AVX2),
}
ASK = """
import json, numpy, scipy.linalg, threadpoolctl
extensions = numpy.show_config(mode="dicts")["SIMD Extensions"]
blas = [one["architecture"] for one in threadpoolctl.threadpool_info() if one["internal_api"] == "openblas"]
print(json.dumps({"blas": blas, "numpy": extensions.get("found", [])}))
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1_200),
    pytest.mark.skipif(platform.machine() not in {"x86_64", "AMD64"}, reason="the kernels are those of x86 processors"),
]


@pytest.fixture(scope="module")
def given_moments(example_run: Copy, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The project with what the two stages read and nothing that they make."""
    copy = Copy(tmp_path_factory.mktemp("kernels") / "sujuva")
    for name in ("params.yaml", "dvc.yaml", "src", "notebooks", "data/codebooks", "data/study", "data/moments"):
        source, target = example_run.path / name, copy.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copyfile(source, target)
    return copy


def hashes(folder: Path) -> Iterator[tuple[str, str]]:
    for place in MADE:
        for path in sorted((folder / place).rglob("*")) or [folder / place]:
            if path.is_file():
                yield path.relative_to(folder).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()


def asked(copy: Copy, **environment: str) -> dict[str, list[str]]:
    """The kernels that a process with this environment takes."""
    told = copy.run(sys.executable, "-c", ASK, **environment)
    assert told.returncode == 0, told.stderr
    return {name: sorted(set(found)) for name, found in json.loads(told.stdout).items()}


@pytest.mark.parametrize("processor", PROCESSORS)
def test_every_processor_gives_the_same_bytes(example_run: Copy, given_moments: Copy, processor: str):
    kernels, without = PROCESSORS[processor]
    if processor == "SkylakeX" and not AVX512:
        pytest.skip("this processor has no AVX-512")
    environment = {"OPENBLAS_CORETYPE": processor, "NPY_DISABLE_CPU_FEATURES": " ".join(without)}
    answer, own = asked(given_moments, **environment), asked(given_moments)
    assert set(answer["blas"]) == {kernels}
    assert answer["numpy"] == sorted(set(CHOSEN) - set(without))
    if answer == own:
        pytest.skip("the run of the example was made with these kernels")

    for stage in STAGES:
        done = given_moments.run("sujuva", "run", f"notebooks/{stage}.ipynb", **environment)
        assert done.returncode == 0, done.stderr
    expected = dict(hashes(example_run.path))
    assert dict(hashes(given_moments.path)) == expected
    assert len(expected) > len(MADE)
