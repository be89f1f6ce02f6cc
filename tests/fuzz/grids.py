"""Sound rows of every table, as a raw file would have them: what the fuzzer soils and damages.

Every row carries a tag in a column that cleaning passes on as it is, so that each clean row can be traced to its raw
row. Whatever could be a person's holds the canary: no message may repeat it.
"""

from __future__ import annotations

from typing import Any

from tests.fuzz.raw import Grid, Table

CANARY = "qxcanaryqx"
ROWS = 12


PLACES = ("Oulu", "837")
TOWNS = (("Oulu", "564"), ("Alajärvi", "005"), ("Tampere", "837"))
ACTORS = ("Perhekeskus", "Koulu 2", "Nuorisotyö", "Äitien apu", "Seurakunta")
REGION = {"from": "area", "lookup": "region"}
SECTOR = {"from": "sector", "lookup": "sector"}
GENDERS = {"1": "girl", "2": "boy", "3": "other"}
GROUPS = {"1": "children", "2": "parents"}
MISSING = "9"


def _person(at: int) -> str:
    return f"{CANARY}{at}"


def _year(at: int) -> int:
    return 2023 + at % 2


def _grid(header: str, *columns: Any) -> Grid:
    return Grid(header.split(), [[column(at) for column in columns] for at in range(ROWS)])


_KEYS = (_person, _year)
_ANSWERS = {"respondent": "id", "wave": "year", "informant": {"value": "self"}}
_ITEMS = {"1": "k1", "2": "k2"}
_AREA = lambda at: ("oulu", "tampere")[at % 2]  # noqa: E731  a column
_SECTOR = lambda at: ("health", "third", "parish")[at % 3]  # noqa: E731  a column
_RATING = lambda row, at: None if row == at else (3 * row + at) % 11 if (row + at) % 4 else None  # noqa: E731  a cell
_TAG = lambda at: f"{CANARY} tag {at}"  # noqa: E731  a column

TABLES: dict[str, Table] = {
    "respondents": Table(
        _grid(
            "id year place layer w sex age",
            *_KEYS,
            lambda at: PLACES[at % 2],
            _TAG,
            lambda at: 0.5 + at,
            lambda at: at % 3 + 1,
            lambda at: "7-9",
        ),
        {
            "table": "respondents",
            "columns": {
                "respondent": "id",
                "wave": "year",
                "region": {"from": "place", "lookup": "municipality"},
                "stratum": "layer",
                "weight": "w",
                "gender": {"from": "sex", "map": GENDERS},
                "age_group": "age",
            },
        },
        "respondents",
        ("stratum", "layer"),
        {"wave": "year", "weight": "w"},
    ),
    "answers": Table(
        _grid("id year k1 k2 secs", *_KEYS, lambda at: at % 4, lambda at: at % 3, lambda at: 60.25 + at),
        {
            "table": "answers",
            "instrument": "mood",
            "columns": _ANSWERS,
            "items": _ITEMS,
            "missing": [MISSING],
            "duration": "secs",
        },
        "answers_mood",
        ("seconds", "secs"),
        {"wave": "year", "mood_1": "k1", "mood_2": "k2"},
        ("respondents",),
    ),
    "open_answers": Table(
        _grid(
            "id year k1 k2 secs more",
            *_KEYS,
            lambda at: at % 4,
            lambda at: at % 3,
            lambda at: 60.25 + at,
            lambda at: f"sana {CANARY} {at}",
        ),
        {
            "table": "answers",
            "instrument": "mood",
            "columns": _ANSWERS,
            "items": _ITEMS,
            "missing": [MISSING],
            "duration": "secs",
            "texts": {"more": "more"},
        },
        "answers_mood",
        ("seconds", "secs"),
        {"wave": "year", "mood_1": "k1", "mood_2": "k2"},
        ("respondents",),
        text="more",
    ),
    "organisations": Table(
        _grid("area org actor sector", _AREA, lambda at: f"{CANARY}o{at // 2}", _TAG, _SECTOR),
        {
            "table": "organisations",
            "columns": {"region": REGION, "organisation": "org", "name": "actor", "sector": SECTOR},
        },
        "organisations",
        ("name", "actor"),
    ),
    "ties": Table(
        _grid(
            "area year kind giver taker now wish",
            _AREA,
            _year,
            _TAG,
            lambda at: f"{CANARY}o{at // 2}",
            lambda at: f"{CANARY}o{(at // 2 + 1) % (ROWS // 2)}",
            lambda at: at % 11,
            lambda at: (at + 3) % 11,
        ),
        {
            "table": "ties",
            "columns": {
                "region": REGION,
                "wave": "year",
                "relation": "kind",
                "source": "giver",
                "target": "taker",
                "observed": "now",
                "expected": "wish",
            },
        },
        "ties",
        ("relation", "kind"),
        {"wave": "year", "observed": "now", "expected": "wish"},
        ("organisations",),
    ),
    "case_events": Table(
        _grid(
            "family step moment sector area",
            lambda at: f"{CANARY}f{at // 3}",
            _TAG,
            lambda at: f"2024-03-{at + 1:02} 12:30",
            _SECTOR,
            _AREA,
        ),
        {
            "table": "case_events",
            "columns": {"case": "family", "activity": "step", "time": "moment", "sector": SECTOR, "region": REGION},
        },
        "case_events",
        ("activity", "step"),
    ),
    "steps": Table(
        _grid(
            "family step moment transition area",
            lambda at: f"{CANARY}f{at // 3}",
            _TAG,
            lambda at: f"{at + 1}.3.2024 klo 12.30",
            lambda at: ("complete", "COMPLETE", None, "completed")[at % 4],
            _AREA,
        ),
        {
            "table": "case_events",
            "columns": {"case": "family", "activity": "step", "time": "moment", "region": REGION},
            "lifecycle": {"from": "transition"},
        },
        "case_events",
        ("activity", "step"),
        forms=("csv utf-8", "csv utf-16", "xlsx", "parquet", "xes"),
        transition="transition",
    ),
    "actors": Table(
        _grid("area org actor sector", lambda _: "oulu", lambda at: ACTORS[at % len(ACTORS)], _TAG, _SECTOR).first(
            len(ACTORS)
        ),
        {
            "table": "organisations",
            "columns": {"region": REGION, "organisation": "org", "name": "actor", "sector": SECTOR},
        },
        "organisations",
        ("name", "actor"),
        forms=("csv utf-8",),
    ),
    "matrix": Table(
        Grid(
            ["", *ACTORS], [[one, *(_RATING(row, at) for at, _ in enumerate(ACTORS))] for row, one in enumerate(ACTORS)]
        ),
        {
            "table": "ties",
            "columns": {
                "region": {"value": "oulu"},
                "wave": {"value": "2024"},
                "relation": {"value": "collaboration"},
                "source": "source",
                "target": "target",
                "observed": "rating",
            },
        },
        "ties",
        ("source", ""),
        parents=("actors",),
        forms=("csv utf-8", "csv iso-8859-1", "csv utf-16", "xlsx"),
        options={"matrix": "rows"},
    ),
    "area_indicators": Table(
        _grid(
            "title indicator area_name area gender year value absolute",
            _TAG,
            lambda at: f"{1000 + at // 4}",
            lambda at: TOWNS[at % 3][0],
            lambda at: TOWNS[at % 3][1],
            lambda at: ("total", "male", "female")[at % 3],
            lambda at: 2010 + at,
            lambda at: at * 1_000 + 0.25,
            lambda at: at * 123_456,
        ),
        {
            "table": "area_indicators",
            "columns": {
                "title": "title",
                **{name: name for name in ("indicator", "area_name", "area", "gender", "year", "value", "absolute")},
            },
        },
        "area_indicators",
        ("title", "title"),
        {"year": "year", "value": "value", "absolute": "absolute"},
    ),
    "feedback": Table(
        _grid(
            "event year area who grp claim score",
            lambda at: f"e{at // 4}",
            _year,
            _AREA,
            lambda at: f"{CANARY}{at}",
            lambda at: at % 2 + 1,
            _TAG,
            lambda at: at % 5 + 1,
        ),
        {
            "table": "feedback",
            "columns": {
                "event": "event",
                "wave": "year",
                "region": REGION,
                "participant": "who",
                "participant_group": {"from": "grp", "map": GROUPS},
                "item": "claim",
                "rating": "score",
            },
        },
        "feedback",
        ("item", "claim"),
        {"wave": "year", "rating": "score"},
    ),
    "feedback_wide": Table(
        _grid(
            "event year area who grp heard useful",
            _TAG,
            _year,
            _AREA,
            lambda at: f"{CANARY}{at}",
            lambda at: at % 2 + 1,
            lambda at: at % 5 + 1,
            lambda at: (at + 2) % 5 + 1,
        ),
        {
            "table": "feedback",
            "columns": {
                "event": "event",
                "wave": "year",
                "region": REGION,
                "participant": "who",
                "participant_group": {"from": "grp", "map": GROUPS},
            },
            "items": {"heard": "heard", "useful": "useful"},
            "missing": [MISSING],
        },
        "feedback",
        ("event", "event"),
        {"wave": "year"},
        wide=True,
    ),
}
"""Every table that a raw file can feed; feedback in both shapes."""
