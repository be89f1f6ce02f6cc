"""What `params.yaml` may say: its sections and their leaves.

Descriptions stand here once: comments in `params.yaml` and in parameter cells repeat them, as far as some semicolon.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator


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


def _as_text(day: Any) -> Any:
    """YAML reads a day without quotation marks as a date."""
    return day.isoformat() if type(day) is dt.date else day


# YAML gives lists; a frozen model keeps tuples. Only the list itself may be converted: its items stay strict.
_Lenient = Field(strict=False)
_Key = Annotated[str, Field(strict=True, pattern=r"^[^\W_][\w-]*$")]
_Year = Annotated[int, Field(strict=True, ge=1900, le=2200)]
_Days = Annotated[int, Field(strict=True, ge=0, le=3660)]
_Group = Annotated[str, Field(strict=True, json_schema_extra=_group_names), AfterValidator(_known_group)]
_Scale = Annotated[str, Field(strict=True, pattern=r"^[a-z][a-z0-9_]*(@[a-z]+)?$")]
_Keys = Annotated[tuple[_Key, ...], _Lenient, Field(min_length=1), AfterValidator(_distinct)]
_Years = Annotated[tuple[_Year, ...], _Lenient, Field(min_length=1), AfterValidator(_ascending)]
_Languages = Annotated[tuple[Literal["fi", "sv", "en"], ...], _Lenient, Field(min_length=1), AfterValidator(_distinct)]
_ManyDays = Annotated[tuple[_Days, ...], _Lenient, AfterValidator(_ascending)]
_Words = Annotated[str, Field(strict=True, pattern=r"\S")]
_Part = Annotated[float, Field(strict=True, gt=0)]


class _Section(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Data(_Section):
    """Where the raw data lie."""

    input: str = Field(min_length=1, description="folder with raw exports and their sources.yaml")


class Study(_Section):
    """Who and when is studied."""

    regions: _Keys = Field(description="regions of the study; keys of areas of Finland or of regions.yaml")
    waves: _Years = Field(description="years of measurement; ascending")
    groups: Annotated[tuple[_Group, ...], _Lenient, AfterValidator(_distinct)] = Field(
        description="columns of respondents whose values make groups"
    )


class Cleaning(_Section):
    """How raw rows become clean rows."""

    duplicates: Literal["first", "last", "none"] = Field(
        description="which of several rows with the same key stays: first, last or none"
    )
    max_quarantine: float = Field(ge=0, le=1, description="the run stops when a larger share of a file is set aside")


class Quality(_Section):
    """What is flagged in clean answers: flags are counted and shown, and remove nothing."""

    straight_line_items: int = Field(
        ge=2, description="the same answer to so many items or more is flagged; a rule of thumb"
    )
    seconds_per_item: float = Field(
        ge=0, description="answers that took less time an item are flagged; a rule of thumb"
    )
    min_group: int = Field(ge=4, description="smallest group in which correlations and jumps are looked at")
    flag_alpha: float = Field(
        gt=0, lt=1, description="chance of a false alarm among all correlations, and among all jumps; Holm"
    )
    jump_sd: float = Field(
        ge=0, description="smallest jump of a mean between waves that is flagged; in standard deviations"
    )


class Estimation(_Section):
    """How precision is estimated."""

    weight_decimals: int = Field(ge=0, le=9, description="decimals kept of a survey weight; sums are then exact")
    confidence: float = Field(gt=0, lt=1, description="level of the confidence intervals")
    lonely_cluster: Literal["adjust", "certainty"] = Field(
        description="strata with one cluster: adjust or certainty; centred on the mean, or without variance"
    )
    shared_strata: Annotated[tuple[str, ...], _Lenient, AfterValidator(_distinct)] = Field(
        default=(), description="strata that several regions were sampled in together; any other is its region's own"
    )


class Coping(_Section):
    """What coping in everyday life is measured by, and what is compared."""

    norms: dict[_Key, _Key] = Field(
        description="norm set of an instrument where it is not its codebook's own; such as {gad7: original}"
    )
    index_parts: dict[_Key, dict[_Scale, _Part]] = Field(
        description="the index: environment → scale → weight; a scale, or scale@informant, where less is better is "
        "turned around; {}: no index"
    )
    index_min_parts: int = Field(ge=1, description="environments that a person needs for a value of the index")
    started: dict[_Key, _Year] = Field(
        description="region → first wave with Lapset puheeksi work; the other regions have not started"
    )
    linked_units: bool = Field(
        description="the same unit key at two waves is the same school or service; false: units are drawn anew"
    )
    fdr: float = Field(gt=0, lt=1, description="expected share of false discoveries among the gaps called clear")
    reliable_confidence: float = Field(
        gt=0,
        lt=1,
        description="of a person's reliable change; chance makes one so large less often than 1 minus this",
    )
    eligible: str | None = Field(description="area indicator, the children LP work is meant for; null: no coverage")


class Network(_Section):
    """What counts as a tie between organisations, and how chance is reckoned with."""

    tie_from: int = Field(ge=1, le=10, description="a rating of at least this counts as a tie")
    confirmation: Literal["either", "both"] = Field(description="a tie needs the word of: either end or both ends")
    unlisted: Literal["auto", "missing", "none"] = Field(
        description="a pair without a row: missing, none or auto; missing: nobody reported it, none: a list of ties "
        "alone, auto: missing where the relation has any rating of 0 in that region, in whichever wave"
    )
    depth_max: int = Field(ge=1, le=10, description="highest rating of a relation; 4 on the scale of the HSIM")
    permutations: int = Field(ge=99, le=1_000_000, description="permutations of a test")
    bootstrap: int = Field(ge=99, le=1_000_000, description="draws of a bootstrap over actors")
    network_seed: int = Field(ge=0, description="the same seed draws the same permutations and resamples")


class Casework(_Section):
    """How long families wait."""

    case_start: str = Field(min_length=1, description="activity that starts the wait, or *first")
    case_end: str = Field(min_length=1, description="activity that ends the wait, or *last")
    delay_days: _ManyDays = Field(description="days within which a meeting should have come; calendar days")
    timezone: ZoneInfo | None = Field(
        description="where the clocks of the events stand; null: subtract the times as they stand; else durations "
        "count the hours that passed"
    )
    holidays: str = Field(
        min_length=1, description="country whose public holidays are no working days; ISO 3166-1 alpha-2"
    )
    reserved_weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday"] = Field(
        description="weekday on which time is reserved for meetings"
    )
    reserved_same_day: bool = Field(
        description="whether a contact on that weekday can meet that day; else a week later"
    )
    one_number: str | None = Field(
        description="service of a contact that is the one number for all; null: there is none"
    )
    follow_up_days: int = Field(ge=1, le=3660, description="days within which a meeting is to be followed up")
    accept_days: int = Field(ge=1, le=3660, description="a referral that nobody accepted in so many days is lost")
    observed_until: Annotated[str, AfterValidator(_date)] | None = Field(
        description="last day on which the log is complete; such as 2024-12-31; null: in each region its own last event"
    )
    curve_days: _ManyDays = Field(description="days at which the curve of families that have met is computed")


class Integration(_Section):
    """What the picture of integration is made of."""

    composite: dict[_Key, _Part] = Field(
        description="one number from weighted dimensions of the profile; {}: none; such as {density: 1.0, consent: 2.0}"
    )
    beside_scale: _Scale | None = Field(
        description="of coping, beside integration by municipality; null: no such picture"
    )


class Decision(_Section):
    """Who decided something, when and why."""

    owner: _Words = Field(description="who answers for it: a role or a name")
    date: Annotated[str, BeforeValidator(_as_text), AfterValidator(_date)] = Field(
        description="the day of the decision, such as 2024-12-31"
    )
    reason: _Words = Field(description="why it is so")


LEAST_THRESHOLD = 3
"""Smallest threshold of persons: lower ones protect nobody, so they are for synthetic data alone."""


class Privacy(_Section):
    """What may be published; no run can have other rules than these."""

    threshold: int = Field(
        ge=1, description="counts of persons or families below this are not published; 3 or more but of synthetic data"
    )
    organisation_threshold: int = Field(ge=1, description="the same for counts of organisations")
    rounding: int = Field(ge=1, description="published counts of persons are rounded to this base")
    dominance_n: int = Field(ge=1, description="so many largest organisations may not make up more of a sum than")
    dominance_k: int = Field(ge=1, le=100, description="this much, per cent: the (n, k) rule of dominance")
    p_percent: int = Field(
        ge=0, le=100, description="the others of a sum are at least this much of the largest, per cent"
    )
    rules: dict[str, Decision] = Field(description="who decided each of these, when and why")
    accepted_risks: dict[_Key, Decision] = Field(
        description="who accepts a risk that remains; risks are listed in terms.yaml; what is not here is for review"
    )

    @model_validator(mode="after")
    def _each_rule_is_somebodys(self) -> Self:
        for name in self.rules:
            if name not in rules_of_privacy():
                msg = f"rules.{name} is about no rule; the rules are {', '.join(rules_of_privacy())}"
                raise ValueError(msg)
        if lacking := [name for name in rules_of_privacy() if name not in self.rules]:
            msg = f"rules does not say who decided {', '.join(lacking)}: owner, date and reason"
            raise ValueError(msg)
        return self


def rules_of_privacy() -> list[str]:
    """Return the names of the rules, in their order: whatever of the section is a number, and somebody's decision."""
    return [name for name, field in Privacy.model_fields.items() if field.annotation is int]


class Report(_Section):
    """How reports are written."""

    language: Literal["fi", "sv", "en"] = Field(description="of figures, tables and the record: fi, sv or en")
    languages: _Languages = Field(description="of the site; its first page opens in the one above")

    @model_validator(mode="after")
    def _language_of_the_site(self) -> Self:
        if self.language not in self.languages:
            msg = f"languages must hold language ({self.language}): the site opens in it"
            raise ValueError(msg)
        return self


class Figures(_Section):
    """Figures for papers and talks, in reports/figures."""

    preset: Literal["one-column", "two-columns", "slide"] = Field(
        description="size: one-column (88 mm), two-columns (180 mm) or slide (16:9)"
    )
    drawn: Annotated[tuple[_Key, ...], _Lenient, AfterValidator(_distinct)] = Field(
        description="figures, such as coping or network-collaboration; []: every figure"
    )
    drawn_of: _Keys = Field(description="whose figures; regions of the study, network: of all together")


class Example(_Section):
    """The synthetic delivery in data/example; changes nothing in a study's own data, whose regions may be others."""

    example_regions: _Keys = Field(description="of those that its generator knows")
    example_waves: _Years = Field(description="years; ascending")
    seed: int = Field(ge=0, description="the same seed makes the same example")
    persons: int = Field(ge=1, le=50_000_000, description="respondents in a wave")
    units: int = Field(ge=1, description="schools, daycares and services: the clusters of the sample")
    families: int = Field(ge=0, le=50_000_000, description="families with a process of meetings")


class Run(_Section):
    """How the machine is used: changes no result."""

    workers: int = Field(ge=1, le=64, description="notebooks run at the same time where a stage has many")


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
    figures: Figures
    example: Example
    run: Run
