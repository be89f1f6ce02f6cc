"""The choices of a run: what `params.yaml` may say, read and checked before anything starts."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from sujuva.codebooks.files import explain, once
from sujuva.errors import ParameterError, nearest
from sujuva.paths import MARKER, inside


def _distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(set(values)) < len(values):
        msg = "each value may be given once"
        raise ValueError(msg)
    return values


def _ascending(values: tuple[int, ...]) -> tuple[int, ...]:
    if list(values) != sorted(set(values)):
        msg = "values must be ascending, each given once"
        raise ValueError(msg)
    return values


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        msg = "not a time zone of the IANA database, such as Europe/Helsinki"
        raise ValueError(msg) from error
    return name


def _known_country(code: str) -> str:
    from holidays import list_supported_countries  # noqa: PLC0415  start-up time

    if code not in list_supported_countries():
        msg = "not a country with known public holidays, such as FI"
        raise ValueError(msg)
    return code


def _known_group(name: str) -> str:
    from sujuva.tables import GROUPS  # noqa: PLC0415  start-up time

    if name not in GROUPS:
        msg = f"'{name}' makes no groups; {', '.join(GROUPS)} do"
        raise ValueError(msg)
    return name


def _group_names(schema: dict[str, Any]) -> None:
    from sujuva.tables import GROUPS  # noqa: PLC0415  start-up time

    schema["enum"] = list(GROUPS)


def _date(text: str) -> str:
    try:
        dt.date.fromisoformat(text)
    except ValueError as error:
        msg = "not a date such as 2024-12-31"
        raise ValueError(msg) from error
    return text


# YAML gives lists; a frozen model keeps tuples. Only the list itself may be converted: its items stay strict.
_Lenient = Field(strict=False)
_Key = Annotated[str, Field(strict=True, pattern=r"^[^\W_][\w-]*$")]
_Year = Annotated[int, Field(strict=True, ge=1900, le=2200)]
_Days = Annotated[int, Field(strict=True, ge=0, le=3660)]
_Group = Annotated[str, Field(strict=True, json_schema_extra=_group_names), AfterValidator(_known_group)]
_Scale = Annotated[str, Field(strict=True, pattern=r"^[a-z][a-z0-9_]*(@[a-z]+)?$")]
_Part = Annotated[float, Field(strict=True, gt=0)]


class _Section(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Data(_Section):
    """Where the raw data lie."""

    input: str = Field(min_length=1, description="Folder with raw exports and their sources.yaml.")


class Study(_Section):
    """Who and when is studied."""

    regions: Annotated[tuple[_Key, ...], _Lenient, AfterValidator(_distinct)] = Field(
        min_length=1, description="Keys of the regions (data/codebooks/regions.yaml) that the study covers."
    )
    waves: Annotated[tuple[_Year, ...], _Lenient, AfterValidator(_ascending)] = Field(
        min_length=1, description="Years of measurement, ascending."
    )
    groups: Annotated[tuple[_Group, ...], _Lenient, AfterValidator(_distinct)] = Field(
        description="Columns of respondents whose values make groups."
    )


class Cleaning(_Section):
    """How raw rows become clean rows."""

    duplicates: Literal["first", "last", "none"] = Field(description="Which of several rows with the same key stays.")
    max_quarantine: float = Field(ge=0, le=1, description="The run stops when a larger share of a file is set aside.")


class Quality(_Section):
    """What is flagged in clean answers; a flag removes nothing."""

    straight_line_items: int = Field(
        ge=2, description="The same answer to at least this many items is flagged (a rule of thumb)."
    )
    seconds_per_item: float = Field(
        ge=0, description="Answers that took less time an item are flagged (a rule of thumb)."
    )
    min_group: int = Field(ge=4, description="Smallest group in which correlations and jumps are looked at.")
    flag_alpha: float = Field(
        gt=0, lt=1, description="Chance of any false alarm among all correlations, and among all jumps (Holm)."
    )
    jump_sd: float = Field(
        ge=0, description="Smallest jump of a mean between waves that is flagged, in standard deviations."
    )


class Estimation(_Section):
    """How precision is estimated."""

    weight_decimals: int = Field(ge=0, le=9, description="Decimals kept of a survey weight: sums are then exact.")
    confidence: float = Field(gt=0, lt=1, description="Level of the confidence intervals.")
    lonely_cluster: Literal["adjust", "certainty"] = Field(
        description="Strata with one cluster: adjust (centre on the mean) or certainty (no variance)."
    )


class Coping(_Section):
    """What coping in everyday life is measured by, and what is compared."""

    norms: dict[_Key, _Key] = Field(
        description="Norm set of an instrument's bands, where it is not the codebook's own, such as gad7: original."
    )
    index_parts: dict[_Key, dict[_Scale, _Part]] = Field(
        description="The index of pärjäävyys: environment → scale (or scale@informant) → weight within it. Scales "
        "where less is better are turned around. Empty: no index."
    )
    index_min_parts: int = Field(ge=1, description="Environments that a person needs for a value of the index.")
    started: dict[_Key, _Year] = Field(
        description="First wave with Lapset puheeksi work of each region that has started; the others have not yet."
    )
    linked_units: bool = Field(
        description="Whether the same unit key at two waves is the same unit, as schools are; false: drawn anew."
    )
    fdr: float = Field(gt=0, lt=1, description="Expected share of false discoveries among the gaps called clear.")
    reliable_confidence: float = Field(
        gt=0,
        lt=1,
        description="A person's change is called reliable when chance makes one so large less often than this.",
    )
    eligible: str | None = Field(
        description="Area indicator with the number of children that Lapset puheeksi work is meant for; null: none."
    )


class Network(_Section):
    """What counts as a tie between organisations, and how chance is reckoned with."""

    tie_from: int = Field(ge=1, le=10, description="A rating of at least this counts as a tie.")
    confirmation: Literal["either", "both"] = Field(description="A tie needs the word of either end or of both ends.")
    unlisted: Literal["auto", "missing", "none"] = Field(
        description="What a pair without a row means: missing (nobody reported it), none (a list of ties alone), or "
        "auto: missing where the relation has any rating of 0 in that region, in whichever wave."
    )
    depth_max: int = Field(ge=1, le=10, description="Highest rating of a relation: 4 on the scale of the HSIM.")
    permutations: int = Field(ge=99, le=1_000_000, description="Permutations of a test.")
    bootstrap: int = Field(ge=99, le=1_000_000, description="Draws of a bootstrap over actors.")
    network_seed: int = Field(ge=0, description="The same seed draws the same permutations and resamples.")


class Casework(_Section):
    """How long families wait."""

    case_start: str = Field(min_length=1, description="Activity that starts the wait, or *first.")
    case_end: str = Field(min_length=1, description="Activity that ends the wait, or *last.")
    delay_days: Annotated[tuple[_Days, ...], _Lenient, AfterValidator(_ascending)] = Field(
        description="Limits in calendar days: the share of cases that met within each is reported."
    )
    timezone: Annotated[str, AfterValidator(_known_zone)] | None = Field(
        description="Time zone of the case times, so that durations count the hours that passed; null: subtract the "
        "times as they stand."
    )
    holidays: Annotated[str, AfterValidator(_known_country)] = Field(
        description="Country whose public holidays are no working days (ISO 3166-1 alpha-2)."
    )
    reserved_weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday"] = Field(
        description="Weekday on which time is reserved for meetings."
    )
    reserved_same_day: bool = Field(
        description="Whether a contact on the reserved weekday can still meet the same day; else a week later."
    )
    one_number: str | None = Field(
        description="Service of a contact that is the one number for all; null: there is none."
    )
    follow_up_days: int = Field(ge=1, le=3660, description="Days within which a meeting is to be followed up.")
    accept_days: int = Field(ge=1, le=3660, description="Days after which a referral nobody accepted counts as lost.")
    observed_until: Annotated[str, AfterValidator(_date)] | None = Field(
        description="Last day on which the log is complete, such as 2024-12-31; null: that of its last event."
    )
    curve_days: Annotated[tuple[_Days, ...], _Lenient, AfterValidator(_ascending)] = Field(
        description="Days at which the curve of families that have met is computed."
    )


class Integration(_Section):
    """What the picture of integration is made of."""

    composite: dict[_Key, _Part] = Field(
        description="One number from dimensions of the profile (data/codebooks/profile.yaml) and their weights; "
        "empty: there is none."
    )
    beside_scale: _Scale | None = Field(
        description="Scale of coping that is shown beside integration by municipality; null: no such picture."
    )


class Privacy(_Section):
    """What may be published."""

    threshold: int = Field(ge=1, description="Counts of persons or families below this are not published.")
    organisation_threshold: int = Field(ge=1, description="Counts of organisations below this are not published.")
    rounding: int = Field(ge=1, description="Published counts of persons are rounded to this base.")


class Report(_Section):
    """How reports are written."""

    language: Literal["fi", "sv", "en"] = Field(description="Language of figures, tables and reports.")


class Example(_Section):
    """What the synthetic example is like. It has regions and waves of its own, so that a study may have others."""

    example_regions: Annotated[tuple[_Key, ...], _Lenient, AfterValidator(_distinct)] = Field(
        min_length=1, description="Regions of the example, of those that its generator knows."
    )
    example_waves: Annotated[tuple[_Year, ...], _Lenient, AfterValidator(_ascending)] = Field(
        min_length=1, description="Years of the example, ascending."
    )
    seed: int = Field(ge=0, description="The same seed makes the same example.")
    persons: int = Field(ge=1, le=50_000_000, description="Respondents in a wave.")
    units: int = Field(ge=1, description="Schools, daycares and services: the clusters of the sample.")
    families: int = Field(ge=0, le=50_000_000, description="Families with a process of meetings.")


class Run(_Section):
    """How the machine is used: changes no result."""

    workers: int = Field(ge=1, le=64, description="Notebooks run at the same time where a stage has many.")


class Params(_Section):
    """Every choice of a run, as `params.yaml` holds them: sections of leaves, each leaf's name used once."""

    data: Data
    study: Study
    cleaning: Cleaning
    quality: Quality
    estimation: Estimation
    coping: Coping
    network: Network
    casework: Casework
    integration: Integration
    privacy: Privacy
    report: Report
    example: Example
    run: Run


def load_params(path: Path | None = None) -> Params:
    """Read and check `params.yaml`.

    Args:
        path: The file; default: the project's own.

    Raises:
        ParameterError: The file is missing, is not YAML, or a name or value in it is not allowed.
    """
    path = path or inside(MARKER)
    try:
        content = once(path.read_text(encoding="utf-8"))
    except OSError as error:
        msg = f"{path.name} cannot be read: {error.strerror or type(error).__name__}."
        raise ParameterError(msg, "Every project has one in its root folder.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        msg = f"{path.name}{line} is not valid YAML: {getattr(error, 'problem', None) or 'not UTF-8 text'}."
        raise ParameterError(msg) from error
    return check_params(content, where=path.name)


def check_params(content: Any, *, where: str) -> Params:
    """Check nested values against the model.

    Args:
        content: Sections and their leaves, as YAML gives them.
        where: The place that a message names.

    Raises:
        ParameterError: Naming the first name or value that is not allowed, a misspelt name before anything else.
    """
    try:
        return Params.model_validate(content)
    except ValidationError as error:
        raise ParameterError(*_explain(error, where)) from error


def _explain(error: ValidationError, where: str) -> tuple[str, str]:
    """Name a misspelt key first: that another key is missing is only its consequence."""
    for one in error.errors(include_input=False, include_url=False):
        if one["type"] != "extra_forbidden":
            continue
        *sections, name = (str(part) for part in one["loc"])
        model = Params.model_fields[sections[0]].annotation if sections else Params
        known = model.model_fields if isinstance(model, type) and issubclass(model, BaseModel) else {}
        return f"{where}: unknown name '{'.'.join([*sections, name])}'.", nearest(name, known)
    message, hint = explain(error, Params, where)
    return message, hint or "What is allowed: `sujuva params --schema`."


def flat(params: Params) -> dict[str, Any]:
    """Return leaf name → value, lists as lists: the values that notebooks may take as parameters."""
    return {leaf: value for section in params.model_dump(mode="json").values() for leaf, value in section.items()}


def sections() -> dict[str, str]:
    """Return leaf name → its dotted name, such as `regions` → `study.regions`."""
    dotted = {}
    for section, field in Params.model_fields.items():
        model = field.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            dotted.update({leaf: f"{section}.{leaf}" for leaf in model.model_fields})
    return dotted


def with_values(params: Params, values: Mapping[str, Any], *, where: str) -> Params:
    """Return `params` with some leaves replaced and checked again.

    Raises:
        ParameterError: A value is outside what the leaf allows.
    """
    content = params.model_dump(mode="json")
    dotted = sections()
    for leaf, value in values.items():
        content[dotted[leaf].split(".")[0]][leaf] = value
    return check_params(content, where=where)


def dotted_value(params: Params, name: str) -> Any:
    """Return the value of a dotted name such as `study.regions`.

    Raises:
        ParameterError: No leaf has this name.
    """
    known = {dotted: leaf for leaf, dotted in sections().items()}
    if name not in known:
        msg = f"No parameter '{name}' in {MARKER}."
        raise ParameterError(msg, nearest(name, known))
    return flat(params)[known[name]]


def schema_text() -> str:
    """Return the JSON schema of `params.yaml`: editors complete and check the file with it."""
    schema = Params.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Sujuva parameters"
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
