"""The plan of the one reduction: which family of moments is made of which clean tables, piece by piece.

Each family is a function from the tables of a piece to a `Part`. An engine works on the pieces and merges what comes of
them; `finish` is for whoever asked. Rows never leave the process that reads them: what comes back are parts. Tables
that are no one's (organisations, ties, statistics of areas) are no moments, and are not here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import polars as pl

from sujuva.engines import Engine
from sujuva.errors import SujuvaError
from sujuva.moments.answers import answer_tables
from sujuva.moments.case_log import last_events
from sujuva.moments.casework import casework_moments
from sujuva.moments.coping import coping_moments
from sujuva.moments.feedback import feedback_moments
from sujuva.moments.lp import lp_moments
from sujuva.moments.municipalities import municipality_scores
from sujuva.moments.observations import (
    initiative_moments,
    observation_moments,
    participation_moments,
    with_initiatives,
)
from sujuva.moments.partners import partner_answers, partner_moments
from sujuva.moments.parts import Part, merge
from sujuva.moments.pieces import ROWS, Files, Piece, divided, key_of
from sujuva.moments.recipe import Recipe, Tables
from sujuva.moments.rows import row_moments
from sujuva.moments.rubric import rubric_moments
from sujuva.moments.said import coding_moments, said_moments
from sujuva.moments.study import in_study, with_design
from sujuva.moments.travel import add_packed, packed, unpacked
from sujuva.scores import index_scale, index_scores, score_columns, scored, scored_columns
from sujuva.tables import PREFIX, empty_table

_CASES = "case_events"
_BETWEEN = "/"  # a family and a table of its part


def _coping(tables: Tables, recipe: Recipe) -> Part:
    """Reduce answers and scores; the index is scored person by person from its declared parts, then reduced alike."""
    # Several queries read these, and a piece has few enough rows to be held.
    design = recipe.design(tables).collect().lazy()
    known = {key: one.collect().lazy() for key, one in recipe.known(tables).items()}
    reduce = partial(
        coping_moments.part,
        design=design,
        groups=recipe.groups,
        weight_decimals=recipe.weight_decimals,
        linked_units=recipe.linked_units,
    )
    parts = []
    for key, instrument in recipe.fielded(tables).items():
        parts.append(answer_tables.part(with_design(tables[PREFIX + key], design), instrument))
        columns = scored_columns(instrument, recipe.norms.get(key))
        parts.append(reduce(known[key], columns))
    if recipe.index_parts:
        parts_of, least = recipe.index_parts, recipe.index_min_parts
        index = index_scores(known, recipe.instruments, parts_of, min_parts=least)
        columns = score_columns(index_scale(parts_of, recipe.instruments))
        parts.append(reduce(index, columns))
    return merge(parts)


def _municipalities(tables: Tables, recipe: Recipe) -> Part:
    """Add up the scores of one scale by municipality, all waves together."""
    scale, _, informant = (recipe.beside_scale or "").partition("@")
    fielded = recipe.fielded(tables)
    home = next((key for key, one in fielded.items() if scale in score_columns(one)), None)
    if home is None:
        return {}
    return municipality_scores.part(
        recipe.known(tables)[home],
        scale,
        score_columns(fielded[home])[scale],
        informant=informant or "self",
        design=recipe.design(tables),
        weight_decimals=recipe.weight_decimals,
    )


def _themes(tables: Tables, recipe: Recipe) -> Part:
    """Count persons by the themes of their open answers."""
    people = recipe.everyone(tables).select("respondent", "wave", "region").collect()
    none = empty_table("coded_passages"), empty_table("trainings")
    themes = tables["open_themes"].collect()
    return said_moments.part(none[0], themes, people, none[1], regions=recipe.regions, waves=recipe.waves)


def _spoken(tables: Tables, recipe: Recipe) -> Part:
    """Count persons by what they said in interviews, and by their trainings."""
    none = empty_table("open_themes"), empty_table("respondents")
    passages, trainings = tables["coded_passages"].collect(), tables["trainings"].collect()
    return said_moments.part(passages, *none, trainings, regions=recipe.regions, waves=recipe.waves)


def _casework(tables: Tables, recipe: Recipe) -> Part:
    return casework_moments.part(tables["case_events"], recipe.casework, regions=recipe.regions, last=recipe.last)


def _lp(tables: Tables, recipe: Recipe) -> Part:
    return lp_moments.part(
        tables["lp_topics"].collect(),
        regions=recipe.regions,
        components=recipe.practice.components,
        follow_up_days=recipe.practice.follow_up_days,
    )


def _feedback(tables: Tables, recipe: Recipe) -> Part:
    return feedback_moments.part(in_study(tables["feedback"], regions=recipe.regions))


def _partners(tables: Tables, recipe: Recipe) -> Part:
    """Reduce what partners answered like the answers of respondents, with their organisations as clusters."""
    books, norms = recipe.instruments, recipe.norms
    ratings = tables["partner_ratings"].collect()
    answers = partner_answers(ratings, books, regions=recipe.regions, waves=recipe.waves)
    points = {key: scored(one.lazy(), books[key], norms=norms.get(key)) for key, one in answers.items()}
    columns = {key: scored_columns(books[key], norms.get(key)) for key in answers}
    return partner_moments.part(answers, points, columns, books)


def _coding(tables: Tables, recipe: Recipe) -> Part:
    return coding_moments.part(tables["coded_passages"].collect(), regions=recipe.regions)


def _observations(tables: Tables, recipe: Recipe) -> Part:
    noticed = with_initiatives(tables["observations"].collect(), tables["initiatives"].collect())
    return observation_moments.part(noticed, regions=recipe.regions)


def _initiatives(tables: Tables, recipe: Recipe) -> Part:
    return initiative_moments.part(tables["initiatives"].collect(), regions=recipe.regions)


def _participation(tables: Tables, recipe: Recipe) -> Part:
    return participation_moments.part(tables["participation"].collect(), regions=recipe.regions)


def _rubric(tables: Tables, recipe: Recipe) -> Part:
    return rubric_moments.part(tables["rubric"].collect(), regions=recipe.regions, waves=recipe.waves)


@dataclass(frozen=True)
class Step:
    """A family, or some of it, that is made of clean tables whose rows are together in a piece.

    Attributes:
        family: Name of the family; steps of one family are merged.
        part: Makes it.
        reads: The tables without which there is none.
    """

    family: str
    part: Callable[[Tables, Recipe], Part]
    reads: tuple[str, ...]


PLAN = (
    Step("coping", _coping, ("respondents",)),
    Step("municipalities", _municipalities, ("respondents",)),
    Step("said", _themes, ("respondents", "open_themes")),
    Step("lp", _lp, ("lp_topics",)),
    Step("casework", _casework, (_CASES,)),
    Step("feedback", _feedback, ("feedback",)),
    Step("partners", _partners, ("partner_ratings",)),
    Step("said", _spoken, ("coded_passages", "trainings")),
    Step("coding", _coding, ("coded_passages",)),
    Step("observations", _observations, ("observations", "initiatives")),
    Step("initiatives", _initiatives, ("initiatives",)),
    Step("participation", _participation, ("participation",)),
    Step("rubric", _rubric, ("rubric",)),
)
"""What is made of which tables; besides, the rows of every table are counted (family `rows`)."""


def reduced(files: Mapping[str, Files], recipe: Recipe, engine: Engine, *, rows: int = ROWS) -> dict[str, Part]:
    """Reduce clean tables to the merged parts of every family, piece by piece, on an engine.

    The same parts come of any engine, of any number of pieces and of any order.

    Args:
        files: The clean tables, as `sujuva.moments.pieces.clean_files` finds them.
        recipe: What moments are made by.
        engine: Where the pieces are worked on.
        rows: About how many rows of a table a piece has at most.

    Returns:
        By family of `PLAN`, and of `rows`: what its `finish` takes. Of `municipalities` there is nothing where no scale
        is counted so.

    Raises:
        SujuvaError: A table is missing, or whatever a family or the engine raises.
    """
    for name in (name for step in PLAN for name in step.reads):
        if name not in files:
            msg = f"The table clean/{name}.parquet is missing."
            raise SujuvaError(msg, "Run `make repro` (or `dvc repro`) to make it.")
    recipe.check({"respondents": pl.scan_parquet(list(files["respondents"]))})
    with divided(files, engine, rows=rows) as pieces:
        cases = [piece for piece in pieces if _CASES in piece.files]
        if len(cases) > 1 and recipe.casework.observed_until is None:
            ends = unpacked(engine.reduce(_ends_of, cases, add_packed))["ends"]
            last = ends.group_by("region").agg(pl.col("time").max())
            recipe = replace(recipe, last=dict(last.sort("region").iter_rows()))
        merged = unpacked(engine.reduce(partial(_part_of, recipe=recipe), pieces, add_packed))
    families: dict[str, dict[str, pl.DataFrame]] = {family: {} for family in ("rows", *(step.family for step in PLAN))}
    for name, table in merged.items():
        family, _, own = name.partition(_BETWEEN)
        families[family][own] = table
    return dict(families)


def _part_of(piece: Piece, recipe: Recipe) -> bytes:
    """Make every family that rests on the tables of a piece."""
    tables = piece.tables()
    made = [(step.family, step.part(tables, recipe)) for step in PLAN if key_of(step.reads[0]) == piece.key]
    made += [("rows", _counted(name, tables, recipe)) for name in tables if name != _CASES]
    return packed(merge([{family + _BETWEEN + name: table for name, table in part.items()} for family, part in made]))


def _counted(name: str, tables: Tables, recipe: Recipe) -> Part:
    """Count the rows of a table by what becomes of them; those of events are counted with their moments."""
    rows = tables[name]
    if name.startswith(PREFIX) or name == "open_themes":
        places = tables["respondents"].select("respondent", "wave", "region")
        rows = rows.select("respondent", "wave").join(places, on=["respondent", "wave"], how="left")
    regions = recipe.regions if "region" in rows.collect_schema() else None
    return row_moments.part(name, rows, regions=regions, waves=recipe.waves)


def _ends_of(piece: Piece) -> bytes:
    """Return the last event of each region in a piece of the log."""
    ends = last_events(piece.tables()[_CASES]).collect(engine="streaming")
    return packed({"ends": ends.sort("region", "time")})


def planned() -> pl.DataFrame:
    """Return the plan as a table: family, the clean tables it is made of, and the key of rows that stay together."""
    steps = [
        {"family": step.family, "tables": ", ".join(step.reads), "together": key_of(step.reads[0])} for step in PLAN
    ]
    return pl.DataFrame(steps)
