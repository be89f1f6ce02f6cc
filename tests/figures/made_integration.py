"""A publication with everything of integration: made-up published rows of all three sides, some of them hidden."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import polars as pl

from sujuva.codebooks import LANGUAGES
from sujuva.published import Published
from tests.publish import made_up

WAVES = made_up.WAVES
CONDITIONS = {
    "common_agenda": "Yhteinen agenda",
    "shared_measurement": "Yhteinen mittaaminen",
    "mutually_reinforcing_activities": "Toisiaan vahvistavat toiminnot",
    "continuous_communication": "Jatkuva viestintä",
    "backbone_support": "Taustatukiorganisaation tuki",
}
SHARES = {
    "case_consent": 0.86,
    "case_reserved_day": 0.48,
    "case_one_stop": 0.37,
    "case_joint_start": 0.52,
    "case_follow_up": 0.61,
    "case_early": 0.3,
    "case_referral_lost": 0.18,
    "case_ping_pong": 0.07,
    "case_overlap": 0.13,
    "case_action_done": 0.62,
    "case_action_done_half": 0.72,
    "case_action_unknown": 0.11,
    "case_parent": 0.93,
    "case_child": 0.41,
    "case_third_sector": 0.28,
    "case_sectors_3": 0.56,
}
PROFILE = [
    *(
        {"key": key, "side": "partners", "indicator": "partner_mean", "scale": key, "low": 1, "high": 5, "title": title}
        for key, title in CONDITIONS.items()
    ),
    {"key": "density", "side": "network", "indicator": "network_density", "scale": "collaboration", "low": 0, "high": 1,
     "title": "Verkoston tiheys"},
    {"key": "depth", "side": "network", "indicator": "hsim_depth", "scale": "collaboration", "low": 0, "high": 4,
     "title": "Yhteistyön syvyys"},
    {"key": "met", "side": "families", "indicator": "delay_share", "category": "14", "low": 0, "high": 1,
     "title": "Neuvonpito 14 päivässä"},
    {"key": "consent", "side": "families", "indicator": "case_consent", "low": 0, "high": 1,
     "title": "Suostumus ennen prosessia"},
    {"key": "lost", "side": "families", "indicator": "case_referral_lost", "low": 0, "high": 1,
     "higher_is_better": False, "title": "Ohjaukset, jotka johtivat perille"},
]  # fmt: skip
TOPICS = (("kouluakäymättömyys", 4), ("vanhemman_mielenterveys", 3), ("ero", 5), ("päihteet", 2))
HIDDEN = ("estimate", "se", "df", "ci_low", "ci_high", "n")


def integrated(published: Published, *, composite: Any = ()) -> Published:
    """Return `published` with rows and tables of integration.

    Args:
        published: `made_up.publication()`.
        composite: What the metadata says of the composite.
    """
    regions = list(published.meta["regions"])
    rng = np.random.default_rng(20221207)
    rows = [*_shares(rng, regions), *_partners(rng, regions), *_depths(rng, regions), *_referrals(rng, regions)]
    rows += _groups(rng, regions)
    rows += [*_waits(regions), *_trust(regions), *_noticed(regions)]
    schema = published["integration"].schema
    full = pl.DataFrame(rows, schema=schema, orient="row")
    hide = (pl.col("region") == "tampere") & pl.col("indicator").is_in(["case_third_sector", "case_action_done"])
    hide |= (pl.col("indicator") == "referrals") & (pl.col("estimate") < 5) & (pl.col("estimate") > 0)
    hide &= pl.col("wave").is_in([0, 2024])
    full = full.with_columns(
        suppressed=pl.when(hide).then(pl.lit("primary")).otherwise("suppressed"),
        **{name: pl.when(~hide).then(name) for name in HIDDEN},
    )
    tables = {
        "integration": pl.concat([published["integration"], full]),
        "comparisons": pl.concat([published["comparisons"], _changes(published, regions)]),
        "survival": _survival(rng, regions),
        "presence": _presence(rng, published),
        "actors": _actors(published),
        "beside": _beside(rng, published),
    }
    return Published({**published.tables, **tables}, {**published.meta, **_meta(published.meta, composite)})


def _text(fi: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, fi)


def _meta(meta: dict[str, Any], composite: Any) -> dict[str, Any]:
    scale = {
        "instrument": "collective_impact", "instrument_title": _text("Collective Impact -kysely"), "range": [1, 5],
        "shown": {"decimals": 2, "percent": False}, "higher_is_better": True, "headline": True, "bands": [],
        "binary": False, "norms": "", "licence": "made up", "citation": "Made up 2018", "unverified": "", "decimals": 0,
    }  # fmt: skip
    scales = {key: {**scale, "order": place, "title": _text(fi)} for place, (key, fi) in enumerate(CONDITIONS.items())}
    titles = {"partner_mean": ("Kumppanien arvio", "mean", "persons", 2, False)}
    titles |= {"observation_fate": ("fate", "share", "observations", 0, True)}
    titles |= {"observation_count": ("observed", "count", "observations", 0, False)}
    titles |= {key: (key.removeprefix("case_").replace("_", " "), "share", "families", 0, True) for key in SHARES}
    titles |= {"hsim_depth": ("Syvyys", "index", "organisations", 2, False)}
    titles |= {"case_referral_chain": ("Pisin ohjausketju", "mean", "families", 1, False)}
    info = {
        key: {"title": _text(title), "unit": _text(""), "description": _text(title), "kind": kind, "counts": counts,
              "decimals": decimals, "percent": percent, "method": "made up", "family": "integration"}
        for key, (title, kind, counts, decimals, percent) in titles.items()
    }  # fmt: skip
    profile = [{**one, "title": _text(one["title"])} for one in PROFILE]
    return {
        "scales": {**meta["scales"], **scales},
        "indicators": {**info, **meta["indicators"]},
        "integration": {
            "profile": profile,
            "composite": composite,
            "beside_scale": "who5",
            "beside_informant": "self",
            "tie_from": 2,
        },
        "relations": {
            "collaboration": {"title": _text("Yhteistyö"), "kind": "tie", "range": [0, 4]},
            "value_power": {"title": _text("Arvo: vaikutusvalta"), "kind": "value", "range": [1, 4]},
            "trust_openness": {"title": _text("Luottamus: avoimuus"), "kind": "trust", "range": [1, 4]},
        },
    }


Row = tuple[Any, ...]


def _row(
    indicator: str,
    region: str,
    wave: int,
    estimate: float,
    *,
    scale: str = "",
    category: str = "",
    group: str = "all",
    se: float | None = None,
    n: int | None = 120,
    high: float = math.inf,
) -> Row:
    ends = (None, None) if se is None else (max(0.0, estimate - 2 * se), min(high, estimate + 2 * se))
    return (
        indicator,
        scale,
        category,
        "",
        region,
        wave,
        group,
        estimate,
        se,
        None if se is None else 60.0,
        *ends,
        n,
        "",
        "",
    )


def _everywhere(regions: Sequence[str]) -> Iterable[tuple[int, str, int, int]]:
    for place, region in enumerate([*regions, "network"]):
        for turn, wave in enumerate(WAVES):
            yield place, region, turn, wave


def _shares(rng: np.random.Generator, regions: Sequence[str]) -> list[Row]:
    rows = []
    for place, region, turn, wave in _everywhere(regions):
        step = 0.04 * (turn - 1) * (place % 2 + 1) + 0.02 * float(rng.standard_normal())
        for key, share in SHARES.items():
            value = float(np.clip(share + step * (-1 if "lost" in key or "ping" in key else 1), 0.02, 0.98))
            rows.append(_row(key, region, wave, value, se=0.05 / (1 + (region == "network")), n=130, high=1))
        rows.append(_row("case_referral_chain", region, wave, 1.6 - 0.1 * turn, se=0.1))
    return rows


def _partners(rng: np.random.Generator, regions: Sequence[str]) -> list[Row]:
    rows = []
    for place, region, turn, wave in _everywhere(regions):
        for number, key in enumerate(CONDITIONS):
            mean = 2.6 + 0.2 * number + 0.25 * turn * (place % 2 + 0.4) + 0.1 * float(rng.standard_normal())
            rows.append(_row("partner_mean", region, wave, mean, scale=key, se=0.14, n=35, high=5))
            if region != "network":
                rows.append(
                    _row("rubric_level", region, wave, float((place + turn + number) % 4), category=key, n=None)
                )
    return rows


def _depths(rng: np.random.Generator, regions: Sequence[str]) -> list[Row]:
    rows = []
    for place, region, turn, wave in _everywhere(regions):
        depth = 1.3 + 0.15 * turn + 0.1 * place + 0.05 * float(rng.standard_normal())
        rows.append(_row("hsim_depth", region, wave, depth, scale="collaboration", n=12))
        rows.append(_row("hsim_depth_expected", region, wave, 2.9 - 0.1 * place, scale="collaboration", n=12))
        rows.append(_row("hsim_gap", region, wave, 0.61 + 0.1 * place, scale="collaboration", n=12))
    return rows


def _referrals(rng: np.random.Generator, regions: Sequence[str]) -> list[Row]:
    sectors = ["education", "health", "social", "leisure", "third"]
    rows = []
    for region in [*regions, "network"]:
        for source in sectors:
            for target in sectors:
                n = int(rng.poisson(14 if target in ("social", "health") else 4)) if source != target else 0
                if n:
                    rows.append(_row("referrals", region, 0, float(n), scale=source, category=target, n=n))
    return rows


def _groups(rng: np.random.Generator, regions: Sequence[str]) -> list[Row]:
    rows = []
    for _, region, turn, wave in _everywhere(regions):
        for place, group in enumerate(("children", "young_people", "parents", "professionals")):
            for item in ("heard", "useful", "together"):
                mean = 3.3 + 0.2 * place + 0.1 * turn + 0.1 * float(rng.standard_normal())
                rows.append(
                    _row("feedback_mean", region, wave, mean, scale=f"feedback.{item}",
                         group=f"participant_group:{group}",
                         se=0.18, n=20, high=5)
                )  # fmt: skip
    return rows


def _waits(regions: Sequence[str]) -> list[Row]:
    rows = []
    for region in [*regions, "network"]:
        for place, group in enumerate(("trigger:divorce", "trigger:school_problems", "caller:health")):
            rows.append(_row("cases_started", region, 0, 40.0 + place, group=group, n=40))
            rows.append(_row("delay_median", region, 0, 12.0 + place, group=group, n=40))
            rows.append(_row("delay_share", region, 0, 0.5 + 0.1 * place, category="14", group=group, se=0.06, n=40,
                             high=1))  # fmt: skip
    return rows


def _noticed(regions: Sequence[str]) -> list[Row]:
    rows = []
    for region in [*regions, "network"]:
        for group in ("all", "observation_class:feedback", "observation_class:need"):
            for wave in (0, *WAVES):
                rows.append(_row("observation_count", region, wave, 120.0, group=group))
                for fate, share in (("initiative", 0.3), ("phenomenon", 0.45), ("observed", 0.25)):
                    rows.append(_row("observation_fate", region, wave, share, category=fate, group=group))
    return rows


def _trust(regions: Sequence[str]) -> list[Row]:
    rows = []
    for region in regions:
        for turn, wave in enumerate(WAVES):
            for kind, part in (("value", ""), ("value", "value_power"), ("trust", ""), ("trust", "trust_openness")):
                mean = 2.2 + 0.4 * turn
                rows.append(_row(f"partner_{kind}", region, wave, mean, category=part, n=12))
                rows.append(_row(f"partner_{kind}_percent", region, wave, mean / 4, category=part, n=12))
    return rows


def _changes(published: Published, regions: Sequence[str]) -> pl.DataFrame:
    schema = published["comparisons"].schema
    made = [
        {
            "comparison": "network_change", "scale": "collaboration", "category": measure, "informant": "",
            "region": region, "wave": 2024, "group": "all", "other_wave": 2022, "other_group": "all", "estimate": by,
            "ci_low": by - 0.08, "ci_high": by + 0.08, "p": 0.01, "n": 12, "other_n": 12, "note": "", "suppressed": "",
        }
        for region in regions
        for measure, by in (("network_density", 0.15), ("network_ei_sector", -0.02))
    ]  # fmt: skip
    made += [
        {
            "comparison": name, "scale": "collaboration", "category": other, "informant": "", "region": region,
            "wave": 2024, "group": "all", "other_wave": 2024, "other_group": "all", "estimate": value,
            "effect": effect, "p": 0.0005 if region == "oulu" else 0.4, "n": 12, "note": "", "suppressed": "",
        }
        for region in regions
        for name, other, value, effect in (("ei_permutation", "", 0.4, 0.7), ("qap", "information", 0.6, None))
    ]  # fmt: skip
    return pl.DataFrame(made, schema=schema)


def _survival(rng: np.random.Generator, regions: Sequence[str]) -> pl.DataFrame:
    rows = []
    for place, region in enumerate([*regions, "network"]):
        for day in (7, 14, 21, 28, 42, 56, 84):
            left = math.exp(-((day / (22 + 5 * place)) ** 1.2))
            half = 0.05 * math.sqrt(left * (1 - left)) * 4
            gone = region == "tampere" and day > 42
            values = [None] * 3 if gone else [left, max(0, left - half), min(1, left + half)]
            rows.append((region, "all", day, *values, None if gone else 180, "secondary" if gone else ""))
    names = ["region", "group", "day", "survival", "ci_low", "ci_high", "n", "suppressed"]
    kinds = [pl.String, pl.String, pl.Int64, pl.Float64, pl.Float64, pl.Float64, pl.Int64, pl.String]
    return pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")


def _presence(rng: np.random.Generator, published: Published) -> pl.DataFrame:
    rows = []
    for region, organisation in published["nodes"].select("region", "organisation").iter_rows():
        for wave in WAVES:
            for topic, events in (
                ("kouluakäymättömyys", 4),
                ("vanhemman_mielenterveys", 3),
                ("ero", 5),
                ("päihteet", 2),
            ):
                rows.append((region, wave, topic, organisation, int(rng.binomial(events, 0.45)), events, ""))
    names = ["region", "wave", "phenomenon", "organisation", "attended", "events", "suppressed"]
    kinds = [pl.String, pl.Int32, pl.String, pl.String, pl.Int64, pl.Int64, pl.String]
    return pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")


def _actors(published: Published) -> pl.DataFrame:
    """Make the first four of each region the core; the later an organisation, the more paths it stands on."""
    number = pl.col("organisation").str.slice(-2).cast(pl.Int64)
    values = {"core": (number < 5).cast(pl.Float64), "broker_total": number.cast(pl.Float64)}
    where = (
        published["nodes"]
        .select("region", "organisation")
        .join(pl.DataFrame({"wave": WAVES}, schema={"wave": pl.Int32}), how="cross")
    )
    return pl.concat(
        where.select(
            "region", "wave", "organisation", relation=pl.lit("collaboration"), measure=pl.lit(measure),
            note=pl.lit(""), value=value, suppressed=pl.lit(""),
        )
        for measure, value in values.items()
    )  # fmt: skip


def _beside(rng: np.random.Generator, published: Published) -> pl.DataFrame:
    rows = []
    for region, about in published.meta["regions"].items():
        for place, code in enumerate(about["municipalities"]):
            small = place % 4 == 3
            coping, share = (
                60 + 3 * float(rng.standard_normal()),
                float(np.clip(0.5 + 0.15 * rng.standard_normal(), 0, 1)),
            )
            numbers = [None] * 8 if small else [coping, coping - 3, coping + 3, 40, share, max(0.0, share - 0.13),
                                                min(1.0, share + 0.13), 25]  # fmt: skip
            rows.append((region, code, *numbers, "primary" if small else ""))
    schema = {
        "region": pl.String, "municipality": pl.String, "coping": pl.Float64, "coping_low": pl.Float64,
        "coping_high": pl.Float64, "persons": pl.Int64, "integration": pl.Float64, "integration_low": pl.Float64,
        "integration_high": pl.Float64, "families": pl.Int64, "suppressed": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")
