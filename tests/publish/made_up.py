# ruff: noqa: PERF401
"""A plausible set of indicators, made up quickly: what publish reads when a project has run up to it.

Also used by the tests of figures and reports, and by benchmarks with as many regions as wanted.
"""

from __future__ import annotations

import math
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import yaml

from sujuva.codebooks import UNITS_OF_PERSONS, load_indicators
from sujuva.codebooks.background import load_background
from sujuva.codebooks.offers import load_methods, load_structures, parts_of
from sujuva.integration import method_indicators
from sujuva.publish import Indicators, Privacy, publish
from sujuva.publish.quality import FLAGS_SCHEMA, ITEMS_SCHEMA
from sujuva.publish.response import RESPONSE_SCHEMA
from sujuva.publish.rows import ROWS_SCHEMA
from sujuva.published import Published
from sujuva.situation import background_rows, child_budget_rows, service_part_rows
from sujuva.tidy import KEY
from tests.publish import made_up_coping

REGIONS = ["keski-pohjanmaa", "pohjois-karjala", "oulu", "tampere"]
WAVES = [2022, 2023, 2024]
MORE = {
    "ita-uusimaa": "Itä-Uusimaa",
    "keski-uusimaa": "Keski-Uusimaa",
    "lansi-uusimaa": "Länsi-Uusimaa",
    "vantaa-kerava": "Vantaa ja Kerava",
    "varsinais-suomi": "Varsinais-Suomi",
    "satakunta": "Satakunta",
    "kanta-hame": "Kanta-Häme",
    "pirkanmaa": "Pirkanmaa",
    "paijat-hame": "Päijät-Häme",
    "kymenlaakso": "Kymenlaakso",
    "etela-karjala": "Etelä-Karjala",
    "etela-savo": "Etelä-Savo",
    "pohjois-savo": "Pohjois-Savo",
    "keski-suomi": "Keski-Suomi",
    "etela-pohjanmaa": "Etelä-Pohjanmaa",
    "pohjanmaa": "Pohjanmaa",
    "pohjois-pohjanmaa": "Pohjois-Pohjanmaa",
    "kainuu": "Kainuu",
    "lappi": "Lappi",
}
ALL_REGIONS = [*REGIONS, *MORE]

_SCALES = {  # scale: informant, low, high, mean, sd, bin width, band, its low and high
    "who5": ("self", 0, 100, 60.0, 19.0, 10, "low", 0, 49),
    "cyrm_r": ("self", 17, 85, 68.0, 9.0, 5, "", 0, 0),
    "sdq_total": ("parent", 0, 40, 9.5, 5.5, 2, "high", 17, 40),
    "sdq_emotional": ("parent", 0, 10, 2.4, 2.0, 1, "", 0, 0),
    "sdq_prosocial": ("parent", 0, 10, 7.9, 1.8, 1, "", 0, 0),
}
_GROUPS = {
    "all": 1.0,
    "gender:girl": 0.5,
    "gender:boy": 0.47,
    "gender:other": 0.02,
    "age_group:7-9": 0.3,
    "age_group:10-12": 0.35,
    "age_group:13-15": 0.35,
}
_ORGANISATIONS = [
    ("Keskustan koulu", "education"),
    ("Päiväkoti Pilvilinna", "education"),
    ("Neuvola", "health"),
    ("Perheneuvola", "health"),
    ("Lastensuojelu", "social"),
    ("Perhesosiaalityö", "social"),
    ("Nuorisopalvelut", "leisure"),
    ("Urheiluseura", "leisure"),
    ("Lastensuojeluyhdistys", "third"),
    ("Perhekahvila", "third"),
    ("Seurakunnan perhetyö", "parish"),
    ("Lasten ja nuorten psykiatria", "health"),
]


def input_folder(folder: Path, regions: list[str]) -> Path:
    """Write a described input folder: title, sources, codebooks of its instruments, further regions."""
    books = folder / "codebooks" / "instruments"
    books.mkdir(parents=True, exist_ok=True)
    title = {"fi": "Esimerkkiaineisto", "sv": "Exempelmaterial", "en": "Example data"}
    (folder / "sources.yaml").write_text(
        yaml.safe_dump({"synthetic": True, "title": title, "responsible": "Tutkimusryhmä", "sources": []}),
        encoding="utf-8",
    )

    def band(key: str, low: int, high: int, fi: str) -> dict[str, object]:
        return {
            "norms": "uk4",
            "key": key,
            "title": {"fi": fi, "sv": fi, "en": key},
            "low": low,
            "high": high,
            "indicator": True,
        }

    def scale(
        key: str, fi: str, en: str, items: list[int], span: list[int], *, better: bool, bands: list[dict[str, object]]
    ) -> dict[str, object]:
        return {
            "key": key,
            "title": {"fi": fi, "sv": en, "en": en},
            "items": items,
            "range": span,
            "higher_is_better": better,
            "bands": bands,
        }

    base = {"licence": "free for research, cite", "norms": "uk4"}
    instruments = [
        {
            "key": "who5",
            "title": {"fi": "WHO-5-hyvinvointi-indeksi"},
            "items": 5,
            "response": [0, 5],
            "citation": "WHO 1998",
            **base,
            "scales": [
                scale(
                    "who5",
                    "Hyvinvointi (WHO-5)",
                    "Wellbeing (WHO-5)",
                    [1, 2, 3, 4, 5],
                    [0, 100],
                    better=True,
                    bands=[band("low", 0, 49, "Heikko hyvinvointi")],
                )
                | {"multiply": 4}
            ],
        },
        {
            "key": "cyrm_r",
            "title": {"fi": "CYRM-R"},
            "items": 17,
            "response": [1, 5],
            "citation": "Jefferies ym. 2018",
            **base,
            "scales": [
                scale(
                    "cyrm_r",
                    "Resilienssi (CYRM-R)",
                    "Resilience (CYRM-R)",
                    list(range(1, 18)),
                    [17, 85],
                    better=True,
                    bands=[],
                )
            ],
        },
        {
            "key": "sdq",
            "title": {"fi": "SDQ"},
            "items": 25,
            "response": [0, 2],
            "citation": "Goodman 1997",
            **base,
            "scales": [
                scale(
                    "sdq_total",
                    "Vaikeudet yhteensä (SDQ)",
                    "Total difficulties (SDQ)",
                    [2, 3, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 18, 19, 21, 22, 23, 24, 25],
                    [0, 40],
                    better=False,
                    bands=[band("high", 17, 40, "Paljon vaikeuksia")],
                ),
                scale(
                    "sdq_emotional",
                    "Tunne-elämän oireet (SDQ)",
                    "Emotional symptoms (SDQ)",
                    [3, 8, 13, 16, 24],
                    [0, 10],
                    better=False,
                    bands=[],
                ),
                scale(
                    "sdq_prosocial",
                    "Prososiaalisuus (SDQ)",
                    "Prosocial behaviour (SDQ)",
                    [1, 4, 9, 17, 20],
                    [0, 10],
                    better=True,
                    bands=[],
                ),
            ],
        },
    ]
    for one in instruments:
        (books / f"{one['key']}.yaml").write_text(yaml.safe_dump(one, allow_unicode=True), encoding="utf-8")
    extra = [
        {
            "key": key,
            "level": "county",
            "code": f"{number:02d}",
            "title": {"fi": MORE[key], "sv": MORE[key], "en": MORE[key]},
        }
        for number, key in enumerate(MORE, 30)
        if key in regions
    ]
    if extra:
        (folder / "codebooks" / "regions.yaml").write_text(yaml.safe_dump(extra, allow_unicode=True), encoding="utf-8")
    return folder


@cache
def publication() -> Published:
    """What publish makes of it with the usual thresholds, and as it is read; made once, so leave it as it is."""
    with tempfile.TemporaryDirectory() as folder:
        described = input_folder(Path(folder), REGIONS)
        made = publish(
            indicators(),
            input_folder=described,
            privacy=Privacy(),
            regions=REGIONS,
            waves=WAVES,
            coping=made_up_coping.COPING,
            integration={"tie_from": 2},
        )
    made.meta["coping"]["fdr"] = 0.05  # the readers' choice: see `read_published`
    return made


def indicators(regions: list[str] = REGIONS, *, persons: int = 200, seed: int = 1) -> Indicators:
    """Make up everything that publish reads.

    Args:
        regions: Regions of the study.
        persons: About how many respondents a region and wave.
        seed: Of the made-up numbers.
    """
    rng = np.random.default_rng(seed)
    scores, bars = _scores(rng, regions, persons)
    networks, nodes, edges = _networks(rng, regions)
    methods = method_indicators(_reach(regions), regions)
    casework, delays = _casework(rng, regions, persons // 3)
    ledger, rules, sources = _books(rng)
    later = np.random.default_rng(seed + 2)  # another stream: the numbers above stay as they were
    further = made_up_coping.tidy_rows(scores, later)
    return Indicators(
        {
            "parjaavyys": with_heads(pl.concat([scores.select(further.columns), further])),
            "comparisons": made_up_coping.comparisons(scores, further),
            "reliability": made_up_coping.reliability(scores, later),
            "distributions": bars,
            "integration": pl.concat([networks, casework, methods.select(networks.columns)]),
            "nodes": nodes,
            "edges": edges,
            "delays": delays,
            "situation": pl.concat(
                [
                    _areas(rng, regions),
                    *(one.select(*_TIDY) for one in (*_offers(regions), background_rows(load_background()))),
                ]
            ),
            "titles": pl.DataFrame(
                {
                    "scale": ["90001", "90004"],
                    "title": [
                        "Tuntee itsensä usein yksinäiseksi, % 8. ja 9. luokan oppilaista",
                        "Lastensuojelun avohuollon asiakkaita, % 0–17-vuotiaista",
                    ],
                }
            ),
            "areas": pl.DataFrame(
                {
                    "region": ["074", "217", "358"],
                    "area": ["074", "217", "358"],
                    "area_name": ["Halsua", "Kannus", "Koko maa"],
                }
            ),
            "ledger": ledger,
            "rules": rules,
            "sources": sources,
            **_answers(np.random.default_rng(seed + 1), regions, persons),
        }
    )


def with_heads(frame: pl.DataFrame) -> pl.DataFrame:
    """Tell how many persons stand on the two sides of shares without weights, and of quantiles.

    Of ratios of other things everybody does on both sides, where nothing else is said.
    """
    known = load_indicators()
    whole = pl.col("scale").str.starts_with("single_") & pl.col("indicator").is_in(["score_mean", "score_sd"])
    persons = pl.col("indicator").is_in(list(known.where(estimate="numerator", counts=UNITS_OF_PERSONS))) | whole
    counted = (pl.col("estimate") * pl.col("n")).round().cast(pl.Int64)
    mean = pl.when(pl.col("indicator") == "score_mean").then(counted)
    some = pl.when(whole).then(mean.max().over(KEY[1:])).otherwise(counted)
    below = (pl.col("category").str.strip_prefix("q").cast(pl.Float64, strict=False) / 100 * pl.col("n")).floor()
    quantile = pl.when(pl.col("indicator") == "score_quantile").then(below.cast(pl.Int64))
    heads = pl.when(persons).then(some).otherwise(pl.coalesce("heads", quantile, "n"))
    rest = pl.col("n") - pl.coalesce(pl.when(persons).then(some), quantile)
    return frame.with_columns(
        heads=heads, other_heads=pl.coalesce(pl.when(persons).then(rest), "other_heads", rest, "n")
    )


_TIDY = {
    "indicator": pl.String,
    "scale": pl.String,
    "category": pl.String,
    "informant": pl.String,
    "region": pl.String,
    "wave": pl.Int32,
    "group": pl.String,
    "estimate": pl.Float64,
    "se": pl.Float64,
    "df": pl.Float64,
    "ci_low": pl.Float64,
    "ci_high": pl.Float64,
    "n": pl.Int64,
    "heads": pl.Int64,
    "other_heads": pl.Int64,
    "note": pl.String,
}


def _tidy(rows: list[tuple[object, ...]]) -> pl.DataFrame:
    """Rows of indicator, scale, category, informant, region, wave, group, estimate, se, n."""
    full = [
        (
            *row[:8],
            row[8],
            None if row[8] is None else 20.0,
            *((None, None) if row[8] is None else (row[7] - 2.09 * row[8], row[7] + 2.09 * row[8])),
            row[9],
            None,
            None,
            "",
        )
        for row in rows
    ]
    return with_heads(pl.DataFrame(full, schema=_TIDY, orient="row"))


def _scores(rng: np.random.Generator, regions: list[str], persons: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows: list[tuple[object, ...]] = []
    bars: list[tuple[object, ...]] = []
    for scale, (informant, low, high, mean, sd, width, band, band_low, band_high) in _SCALES.items():
        edges = np.arange(low, high + 1, width)
        for turn, wave in enumerate(WAVES):
            totals: dict[str, list[np.ndarray]] = {}
            for number, region in enumerate(regions):
                better = 1 if scale not in ("sdq_total", "sdq_emotional") else -1
                middle = mean + better * sd * 0.15 * (turn * (number % 3) - 1)
                size = int(persons * (0.6 + 0.2 * (number % 5)))
                values = np.clip(np.round(rng.normal(middle, sd, size)), low, high)
                kinds = rng.choice(["girl", "boy", "other", ""], size, p=[0.49, 0.47, 0.02, 0.02])
                ages = rng.choice(["7-9", "10-12", "13-15"], size)
                parts = {"all": values}
                parts |= {f"gender:{kind}": values[kinds == kind] for kind in ("girl", "boy", "other")}
                parts |= {f"age_group:{age}": values[ages == age] for age in ("7-9", "10-12", "13-15")}
                for group, part in parts.items():
                    totals.setdefault(group, []).append(part)
                    _score_rows(
                        rows, bars, part, (scale, informant, region, wave, group), edges, (band, band_low, band_high)
                    )
            for group, some in totals.items():
                _score_rows(
                    rows,
                    bars,
                    np.concatenate(some),
                    (scale, informant, "network", wave, group),
                    edges,
                    (band, band_low, band_high),
                )
    schema = {
        "wave": pl.Int32,
        "region": pl.String,
        "group": pl.String,
        "informant": pl.String,
        "scale": pl.String,
        "bin_low": pl.Float64,
        "bin_high": pl.Float64,
        "n": pl.Int64,
    }
    return _tidy(rows), pl.DataFrame(bars, schema=schema, orient="row")


def _score_rows(
    rows: list[tuple[object, ...]],
    bars: list[tuple[object, ...]],
    values: np.ndarray,
    key: tuple[str, str, str, int, str],
    edges: np.ndarray,
    band: tuple[str, int, int],
) -> None:
    scale, informant, region, wave, group = key
    n = len(values)
    if n == 0:
        return
    sd = float(values.std(ddof=1)) if n > 1 else 0.0
    rows.append(
        ("score_mean", scale, "", informant, region, wave, group, float(values.mean()), 1.2 * sd / math.sqrt(n), n)
    )
    rows.append(("score_sd", scale, "", informant, region, wave, group, sd, None, n))
    if band[0]:
        share = float(((values >= band[1]) & (values <= band[2])).mean())
        rows.append(
            (
                "band_share",
                scale,
                band[0],
                informant,
                region,
                wave,
                group,
                share,
                1.2 * math.sqrt(share * (1 - share) / n),
                n,
            )
        )
    width = int(edges[1] - edges[0])
    for low in edges:
        bars.append(
            (
                wave,
                region,
                group,
                informant,
                scale,
                float(low),
                float(low + width - 1),
                int(((values >= low) & (values < low + width)).sum()),
            )
        )


def _networks(rng: np.random.Generator, regions: list[str]) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    rows: list[tuple[object, ...]] = []
    nodes: list[tuple[object, ...]] = []
    edges: list[tuple[object, ...]] = []
    count = len(_ORGANISATIONS)
    for number, region in enumerate(regions):
        for place, (name, sector) in enumerate(_ORGANISATIONS):
            angle = 2 * math.pi * place / count
            stretch = 0.7 + 0.3 * float(rng.random())
            nodes.append(
                (region, f"o{number}-{place:02d}", name, sector, stretch * math.cos(angle), stretch * math.sin(angle))
            )
        for turn, wave in enumerate(WAVES):
            ties = 0
            for one in range(count):
                for other in range(count):
                    observed = int(np.clip(rng.normal(1.2 + 0.4 * turn, 1.1), 0, 4))
                    if one != other:
                        edges.append(
                            (
                                region,
                                wave,
                                "collaboration",
                                f"o{number}-{one:02d}",
                                f"o{number}-{other:02d}",
                                observed,
                                True,
                            )
                        )
                        ties += observed >= 2
            for indicator, value in (
                ("network_density", ties / (count * (count - 1))),
                ("network_actors", count),
                ("network_ties", ties),
                ("network_reciprocity_dyad", 0.4 + 0.1 * turn),
                ("network_ei_sector", 0.5),
                ("network_centralization_degree", 0.3),
            ):
                rows.append((indicator, "collaboration", "", "", region, wave, "all", float(value), None, count))
    node_schema = {
        "region": pl.String,
        "organisation": pl.String,
        "name": pl.String,
        "sector": pl.String,
        "x": pl.Float64,
        "y": pl.Float64,
    }
    edge_schema = {
        "region": pl.String,
        "wave": pl.Int32,
        "relation": pl.String,
        "source": pl.String,
        "target": pl.String,
        "observed": pl.Int16,
        "directed": pl.Boolean,
    }
    return (
        _tidy(rows),
        pl.DataFrame(nodes, schema=node_schema, orient="row"),
        pl.DataFrame(edges, schema=edge_schema, orient="row"),
    )


def _casework(rng: np.random.Generator, regions: list[str], families: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows: list[tuple[object, ...]] = []
    delays: list[tuple[object, ...]] = []
    for turn, wave in enumerate(WAVES):
        every: list[np.ndarray] = []
        for number, region in enumerate(regions):
            days = np.floor(rng.lognormal(math.log(18 - 4 * turn * (number % 2)), 0.7, families)).astype(int)
            every.append(days)
            _case_rows(rows, delays, days, max(2, families // 15), region, wave)
            _feedback(rng, rows, region, wave, families // 2, turn)
        _case_rows(rows, delays, np.concatenate(every), max(2, families // 15) * len(regions), "network", wave)
        _feedback(rng, rows, "network", wave, families // 2 * len(regions), turn)
    schema = {"region": pl.String, "wave": pl.Int32, "days": pl.Int32, "n": pl.Int64}
    return _tidy(rows), pl.DataFrame(delays, schema=schema, orient="row")


def _case_rows(
    rows: list[tuple[object, ...]],
    delays: list[tuple[object, ...]],
    days: np.ndarray,
    opened: int,
    region: str,
    wave: int,
) -> None:
    n, started = len(days), len(days) + opened
    for name, value in (
        ("median", np.median(days)),
        ("mean", days.mean()),
        ("q1", np.quantile(days, 0.25)),
        ("q3", np.quantile(days, 0.75)),
        ("min", days.min()),
        ("max", days.max()),
    ):
        rows.append((f"delay_{name}", "", "", "", region, wave, "all", float(value), None, n))
    for limit in (7, 14):
        rows.append(
            (
                "delay_share",
                "",
                str(limit),
                "",
                region,
                wave,
                "all",
                float((days <= limit).sum() / started),
                None,
                started,
            )
        )
    rows.append(("cases_started", "", "", "", region, wave, "all", float(started), None, started))
    rows.append(("cases_open", "", "", "", region, wave, "all", float(opened), None, started))
    delays += [
        (region, wave, int(day), int(count)) for day, count in zip(*np.unique(days, return_counts=True), strict=True)
    ]


def _feedback(
    rng: np.random.Generator, rows: list[tuple[object, ...]], region: str, wave: int, n: int, turn: int
) -> None:
    for item in ("heard", "useful", "together"):
        rows.append(
            (
                "feedback_mean",
                f"feedback.{item}",
                "",
                "",
                region,
                wave,
                "all",
                3.6 + 0.2 * turn + 0.1 * float(rng.standard_normal()),
                0.12,
                n,
            )
        )


def _reach(regions: list[str]) -> pl.DataFrame:
    """How far methods have come; one number is small, one a lower bound, and the second region told of no families."""
    rows = [
        (
            region,
            wave,
            method,
            3 if (place, number) == (0, 3) else 20 + 7 * number + place,
            "exact",
            None if place == 1 else 90 * (number + 1) + 10 * turn + place,
            None if place == 1 else "at_least" if number == 1 else "exact",
        )
        for place, region in enumerate(regions)
        for turn, wave in enumerate(WAVES)
        for number, method in enumerate(load_methods())
    ]
    text, count = pl.String, pl.Int64
    schema = {
        "region": text,
        "wave": pl.Int32,
        "method": text,
        "professionals": count,
        "professionals_bound": text,
        "families": count,
        "families_bound": text,
    }
    return pl.DataFrame(rows, orient="row", schema=schema)


def _offers(regions: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What areas told of their services and budgets; the last region told of its budget alone."""
    states = ("in_use", "planned", "missing", "in_use", "unknown", None)
    parts = [
        (region, wave, part, states[(place + number + turn) % len(states)])
        for place, region in enumerate(regions[:-1])
        for turn, wave in enumerate(WAVES)
        for number, part in enumerate(parts_of(load_structures()))
    ]
    told = pl.DataFrame(
        parts, orient="row", schema={"region": pl.String, "wave": pl.Int32, "part": pl.String, "state": pl.String}
    )
    money = [
        (region, wave, 28.0 + place % 7 + turn, 100.0)
        for place, region in enumerate(regions)
        for turn, wave in enumerate(WAVES)
    ]
    schema = {"region": pl.String, "wave": pl.Int32, "children": pl.Float64, "budget": pl.Float64}
    return service_part_rows(told, load_structures()), child_budget_rows(
        pl.DataFrame(money, orient="row", schema=schema)
    )


def _areas(rng: np.random.Generator, regions: list[str]) -> pl.DataFrame:
    rows: list[tuple[object, ...]] = []
    for scale, level in (("90001", 15.0), ("90004", 4.6)):
        for region in [*regions, "074", "217", "358"]:
            for turn, year in enumerate(WAVES):
                value = round(level * (1 + 0.1 * float(rng.standard_normal())) - 0.3 * turn, 1)
                absolute = int(rng.integers(1, 9)) if region in ("074", "217") else int(rng.integers(100, 900))
                rows.append(
                    (
                        "area_value",
                        scale,
                        "total",
                        "",
                        region,
                        year,
                        "all",
                        value,
                        None,
                        absolute if scale == "90004" else None,
                    )
                )
    return _tidy(rows)


def _books(rng: np.random.Generator) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    files = [
        ("respondents", "taustatiedot.parquet", 7400, 40),
        ("who5", "webropol_who5.xlsx", 6810, 63),
        ("cyrm_r", "cyrm_kysely.csv", 6500, 3),
        ("casework", "perheet_tapahtumat.csv", 9100, 120),
    ]
    ledger = pl.DataFrame(
        [(name, file, name, total, total - bad, bad) for name, file, total, bad in files],
        schema=["source", "file", "tables", "rows_in", "rows_clean", "rows_quarantined"],
        orient="row",
    )
    rules = pl.DataFrame(
        [
            ("respondents", "duplicate", "quarantine", "The same key stands on several rows.", 38),
            ("respondents", "unknown_region", "quarantine", "The region is not part of the study.", 2),
            ("who5", "value_not_in_map", "quarantine", "A value has no meaning in sources.yaml.", 63),
            ("cyrm_r", "item_out_of_range", "quarantine", "An answer is outside the response range.", 3),
            ("casework", "duplicate", "quarantine", "The same key stands on several rows.", 120),
            ("cyrm_r", "missing_code", "recode", "A code for missing became empty.", 412),
        ],
        schema=["source", "rule", "kind", "reason", "rows"],
        orient="row",
    )
    sources = pl.DataFrame(
        [
            (name, file, Path(file).suffix[1:], "EUPL-1.2", "", "Tutkimusryhmän aineisto 2024", True)
            for name, file, *_ in files
        ],
        schema=["source", "file", "reader", "licence", "responsible", "citation", "synthetic"],
        orient="row",
    )
    return ledger, rules, sources


def _answers(rng: np.random.Generator, regions: list[str], persons: int) -> dict[str, pl.DataFrame]:
    """Blank answers, response and flags: one item hardly answered, one region with many blanks, a few of most."""
    items: list[tuple[object, ...]] = []
    response: list[tuple[object, ...]] = []
    flags: list[tuple[object, ...]] = []
    for instrument, informant, count, blank in (
        ("who5", "self", 5, 0.01),
        ("cyrm_r", "self", 17, 0.03),
        ("sdq", "parent", 25, 0.008),
    ):
        for number, region in enumerate(regions):
            before = None
            for wave in WAVES:
                asked = int(persons * rng.uniform(1.1, 1.9))
                answered = int(asked * rng.uniform(0.5, 0.95))
                again = None if before is None else int(min(answered, before) * rng.uniform(0.6, 0.9))
                response.append((instrument, informant, wave, region, asked, answered, before, again))
                before = answered
                for item in range(1, count + 1):
                    share = (
                        0.34 if (instrument, item, wave) == ("cyrm_r", 9, WAVES[0]) else blank * (1 + 4 * (number == 2))
                    )
                    items.append((instrument, wave, region, item, answered, int(rng.binomial(answered, share))))
                for flag, share in (("straight_lining", 0.03), ("all_missing", 0.004), ("too_fast", 0.02)):
                    some = int(rng.binomial(answered, share))
                    flags.append((flag, instrument, "", informant, wave, region, "", some, answered, None, "made up"))
    flags += [
        ("negative_item", "sdq", "sdq_7", "parent", WAVES[1], "network", "", 700, 700, -0.2143, "made up"),
        ("mean_jump", "who5", "who5", "self", WAVES[2], regions[0], "", 180, 180, 0.834, "made up"),
        ("mean_jump", "who5", "who5", "self", WAVES[2], regions[0], "gender:other", 6, 6, 1.9, "made up"),
        ("title_changed", "area_indicators", "90001", "", 0, "network", "", 2, 2, None, "made up"),
    ]
    return {
        "items": pl.DataFrame(items, schema=ITEMS_SCHEMA, orient="row"),
        "response": pl.DataFrame(response, schema=RESPONSE_SCHEMA, orient="row"),
        "flags": pl.DataFrame(flags, schema=FLAGS_SCHEMA, orient="row"),
        "rows": pl.DataFrame(
            [
                ("respondents", "used", 2388, 1203),
                ("open_answers", "free_text", 431, 400),
                ("ties", "used", 911, 911),
                ("case_events", "used", 3015, 612),
                ("case_events", "no_start", 43, 17),
                ("lp_topics", "used", 5112, 300),
                ("lp_topics", "other_region", 9, 3),
            ],
            schema=ROWS_SCHEMA,
            orient="row",
        ),
    }
