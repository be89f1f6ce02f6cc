"""Intervals, funnels, standardised rates and charts against R: base R, epitools and surveillance."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sujuva.situation import farrington as farringtons
from sujuva.situation import funnel
from sujuva.situation.counts import cusum, ewma
from sujuva.situation.intervals import byar, exact_binomial, exact_poisson
from sujuva.situation.standardised import direct

HERE = Path(__file__).parent
CLOSE = {"rtol": 1e-8, "atol": 1e-11}


@pytest.fixture(scope="module")
def inputs() -> Mapping[str, np.ndarray]:
    """Made-up counts of every size, drawn once."""
    random = np.random.default_rng(2005)
    base = np.round(np.exp(random.normal(6, 1.2, 40)) + 30)
    series = random.poisson(
        np.exp(random.uniform(1.5, 5, (60, 1))) * np.exp(0.08 * np.arange(24) * (np.arange(60) % 3 == 0)[:, None])
    )
    series[::7, 20] *= 4  # a reference value that is unusual itself
    return {
        "events": np.asarray([0, 1, 3, 9, 10, 47, 300]), "trials": np.asarray([5, 1, 9, 9, 400, 90, 1000]),
        "base": base, "funnel": random.binomial(base.astype(int), np.clip(random.normal(0.15, 0.04, 40), 0.01, 0.9)),
        "age_events": random.poisson(6, (5, 6)), "age_people": random.integers(200, 3000, (5, 6)),
        "standard": np.asarray([500, 550, 700, 650, 400, 100]), "scores": random.standard_normal((20, 15)),
        "series": series, "exposure": np.round(np.exp(random.normal(5, 0.2, series.shape))),
    }  # fmt: skip


@pytest.fixture(scope="module")
def in_r(inputs: Mapping[str, np.ndarray], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the script on them; returns the folder with what it wrote."""
    if not shutil.which("Rscript"):
        pytest.skip("R is not installed")
    folder = tmp_path_factory.mktemp("r")
    pl.DataFrame({name: inputs[name] for name in ("events", "trials")}).write_csv(folder / "counts.csv")
    pl.DataFrame({"events": inputs["funnel"], "base": inputs["base"]}).write_csv(folder / "funnel.csv")
    ages = {
        "area": np.repeat(np.arange(5), 6), "events": inputs["age_events"].ravel(),
        "population": inputs["age_people"].ravel(), "standard": np.tile(inputs["standard"], 5),
    }  # fmt: skip
    pl.DataFrame(ages).write_csv(folder / "ages.csv")
    for name in ("scores", "series", "exposure"):
        pl.DataFrame(inputs[name]).write_csv(folder / f"{name}.csv", include_header=False)
    command = ["Rscript", str(HERE / "r_signals.R"), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def _read(folder: Path, name: str) -> pl.DataFrame:
    path = folder / name
    if not path.exists():
        pytest.skip("R's surveillance is not installed")
    return pl.read_csv(path, null_values=["NA"], infer_schema_length=None).cast(pl.Float64)


def _same(made: np.ndarray, frame: pl.DataFrame, name: str) -> None:
    np.testing.assert_allclose(made, frame[name].to_numpy(), **CLOSE, err_msg=name)


def test_intervals(inputs: Mapping[str, np.ndarray], in_r: Path) -> None:
    """The exact intervals are those of poisson.test and binom.test; Byar's are the formula, worked out by R."""
    found = _read(in_r, "r_counts.csv")
    x, n = inputs["events"], inputs["trials"]
    made = [*exact_poisson(x), *exact_binomial(x, n), *byar(x)]
    for name, numbers in zip(("p_low", "p_high", "b_low", "b_high", "byar_low", "byar_high"), made, strict=True):
        some = x > 0 if name == "byar_low" else x >= 0  # of no events R's formula divides by 0
        np.testing.assert_allclose(numbers[some], found[name].to_numpy()[some], **CLOSE, err_msg=name)


def test_funnel(inputs: Mapping[str, np.ndarray], in_r: Path) -> None:
    """z, winsorised z, φ, τ² and the limits of three kinds are those of an independent computation."""
    found = _read(in_r, "r_funnel.csv")
    x, n = inputs["funnel"], inputs["base"]
    target = x.sum() / n.sum()
    spread = funnel.variance(n, target, "share")
    z = (x / n - target) / np.sqrt(spread)
    between = funnel.dispersion(z, spread)
    _same(z, found, "z")
    _same(funnel.winsorised(z)[0], found, "w")
    _same(np.repeat(between.phi, 40), found, "phi")
    _same(np.repeat(between.tau2, 40), found, "tau2")
    assert between.tau2[0] > 0
    for ends, how in (
        (("low", "high"), {}),
        (("add_low", "add_high"), {"tau2": float(between.tau2[0])}),
        (("mult_low", "mult_high"), {"phi": float(between.phi[0])}),
    ):
        for name, made in zip(ends, funnel.limits(n, float(target), "share", **how), strict=True):
            _same(made, found, name)


def test_standardised(inputs: Mapping[str, np.ndarray], in_r: Path) -> None:
    """Directly standardised rates, with Dobson's interval and with the gamma interval of epitools."""
    found = _read(in_r, "r_ages.csv")
    made = direct(inputs["age_events"], inputs["age_people"], inputs["standard"])
    for name in ("rate", "low", "high"):
        _same(getattr(made, name), found, name)
    if found["adjusted"].null_count():
        pytest.skip("R's epitools is not installed")
    gamma = direct(inputs["age_events"], inputs["age_people"], inputs["standard"], method="gamma")
    for name, numbers in (
        ("crude", gamma.crude),
        ("adjusted", gamma.rate),
        ("gamma_low", gamma.low),
        ("gamma_high", gamma.high),
    ):
        _same(numbers, found, name)


def test_memory(inputs: Mapping[str, np.ndarray], in_r: Path) -> None:
    """EWMA in its exact standard deviations, and both CUSUMs; one of counts as surveillance has it."""
    found = _read(in_r, "r_memory.csv")
    z = inputs["scores"]
    upper, lower = cusum(z)
    for name, made in (("ewma", ewma(z)), ("upper", upper), ("lower", lower)):
        _same(made[:, -1], found, name)
    y = inputs["series"].astype(np.float64)
    mean = y[:, :6].mean(axis=1, keepdims=True)
    sums = cusum((y[:, 6:] - mean) / np.sqrt(mean))[0]
    np.testing.assert_allclose(sums, _read(in_r, "r_cusum.csv").to_numpy(), **CLOSE)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("yearly", {}),
        ("flat", {"years": 8, "trend": False}),
        ("quarterly", {"frequency": 4, "years": 4, "window": 1}),
        ("offset", {"exposure": True}),
    ],
)
def test_farrington(inputs: Mapping[str, np.ndarray], in_r: Path, name: str, how: Mapping[str, object]) -> None:
    """The upper limit, whether a trend stays, and the quantile of the number, as algo.farrington of surveillance."""
    found = _read(in_r, "r_farrington.csv")
    given = dict(how) | ({"exposure": inputs["exposure"]} if "exposure" in how else {})
    made = farringtons.farrington(inputs["series"].astype(np.float64), enough=(0, 4), **given)
    np.testing.assert_array_equal(made.trend, found[f"{name}_trend"].to_numpy() == 1)
    _same(made.high, found, f"{name}_upper")
    _same(farringtons.ndtr(made.z), found, f"{name}_q")
    if name != "flat":
        assert 0 < made.trend.sum() < len(made.trend)
