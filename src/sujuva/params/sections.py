"""What `params.yaml` may say: its sections and their leaves.

Descriptions stand here once: comments in `params.yaml` and in parameter cells repeat them, as far as some semicolon.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from sujuva.decides import Decides, Kind
from sujuva.params.leaves import (
    Day,
    Groups,
    Key,
    Keys,
    Languages,
    Lenient,
    ManyDays,
    Part,
    PublicWord,
    ScaleName,
    Words,
    Year,
    Years,
    as_text,
    distinct,
)


class _Section(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    decides: ClassVar[Kind]
    """What its leaves decide, but for those that are marked otherwise."""


class Data(_Section):
    """Where the raw data lie."""

    decides: ClassVar[Kind] = "nothing"

    input: str = Field(min_length=1, description="folder with raw exports and their sources.yaml")


class Study(_Section):
    """Who and when is studied."""

    decides: ClassVar[Kind] = "scope"

    regions: Keys = Field(description="regions of the study; keys of areas of Finland or of regions.yaml")
    waves: Years = Field(description="years of measurement; ascending")
    groups: Groups = Field(description="columns of respondents whose values make groups")


class Cleaning(_Section):
    """How raw rows become clean rows."""

    decides: ClassVar[Kind] = "moments"

    duplicates: Literal["first", "last", "none"] = Field(
        description="which of several rows with the same key stays: first, last or none"
    )
    max_quarantine: Annotated[float, Decides("nothing")] = Field(
        ge=0, le=1, description="the run stops when a larger share of a file is set aside"
    )


class Quality(_Section):
    """What is flagged in clean answers: flags are counted and shown, and remove nothing."""

    decides: ClassVar[Kind] = "moments"

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

    decides: ClassVar[Kind] = "estimates"

    weight_decimals: Annotated[int, Decides("moments")] = Field(
        ge=0, le=9, description="decimals kept of a survey weight; sums are then exact"
    )
    confidence: float = Field(gt=0, lt=1, description="level of the confidence intervals")
    lonely_cluster: Literal["adjust", "certainty"] = Field(
        description="strata with one cluster: adjust or certainty; centred on the mean, or without variance"
    )
    shared_strata: Annotated[tuple[str, ...], Lenient, AfterValidator(distinct), Decides("moments")] = Field(
        default=(), description="strata that several regions were sampled in together; any other is its region's own"
    )


class Coping(_Section):
    """What coping in everyday life is measured by, and what is compared."""

    decides: ClassVar[Kind] = "moments"

    norms: dict[Key, Key] = Field(
        description="norm set of an instrument where it is not its codebook's own; such as {gad7: original}"
    )
    index_parts: dict[Key, dict[ScaleName, Part]] = Field(
        description="the index: environment → scale → weight; a scale, or scale@informant, where less is better is "
        "turned around; {}: no index"
    )
    index_min_parts: int = Field(ge=1, description="environments that a person needs for a value of the index")
    started: Annotated[dict[Key, Year], Decides("scope")] = Field(
        description="region → first wave with Lapset puheeksi work; the other regions have not started"
    )
    linked_units: bool = Field(
        description="the same unit key at two waves is the same school or service; false: units are drawn anew"
    )
    fdr: Annotated[float, Decides("estimates")] = Field(
        gt=0, lt=1, description="expected share of false discoveries among the gaps called clear"
    )
    reliable_confidence: Annotated[float, Decides("estimates")] = Field(
        gt=0,
        lt=1,
        description="of a person's reliable change; chance makes one so large less often than 1 minus this",
    )
    eligible: Annotated[str | None, Decides("estimates")] = Field(
        description="area indicator, the children LP work is meant for; null: no coverage"
    )


class Network(_Section):
    """What counts as a tie between organisations, and how chance is reckoned with."""

    decides: ClassVar[Kind] = "estimates"

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

    decides: ClassVar[Kind] = "moments"

    case_start: str = Field(min_length=1, description="activity that starts the wait, or *first")
    case_end: str = Field(min_length=1, description="activity that ends the wait, or *last")
    delay_days: ManyDays = Field(description="days within which a meeting should have come; calendar days")
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
    observed_until: Annotated[Day | None, Decides("scope")] = Field(
        description="last day on which the log is complete; such as 2024-12-31; null: in each region its own last event"
    )
    curve_days: Annotated[ManyDays, Decides("estimates")] = Field(
        description="days at which the curve of families that have met is computed"
    )


class Integration(_Section):
    """What the picture of integration is made of."""

    decides: ClassVar[Kind] = "estimates"

    composite: dict[Key, Part] = Field(
        description="one number from weighted dimensions of the profile; {}: none; such as {density: 1.0, consent: 2.0}"
    )
    beside_scale: Annotated[ScaleName | None, Decides("moments")] = Field(
        description="of coping, beside integration by municipality; null: no such picture"
    )


class Decision(_Section):
    """Who decided something, when and why."""

    owner: Words = Field(description="who answers for it: a role or a name")
    date: Annotated[Day, BeforeValidator(as_text)] = Field(description="the day of the decision, such as 2024-12-31")
    reason: Words = Field(description="why it is so")


LEAST_THRESHOLD = 3
"""Smallest threshold of persons: lower ones protect nobody, so they are for synthetic data alone."""


class Privacy(_Section):
    """What may be published; no run can have other rules than these."""

    decides: ClassVar[Kind] = "disclosure"

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
    rules: Annotated[dict[str, Decision], Decides("nothing")] = Field(
        description="who decided each of these, when and why"
    )
    accepted_risks: Annotated[dict[Key, Decision], Decides("nothing")] = Field(
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


class Bundles(_Section):
    """From whom bundles of sums are accepted, for a study of several controllers."""

    decides: ClassVar[Kind] = "nothing"

    accepted_keys: dict[Key, Annotated[tuple[PublicWord, ...], Lenient, Field(min_length=1)]] = Field(
        description="region → minisign keys of its bundles; such as {oulu: [RW…]}"
    )
    signed_only: bool = Field(description="whether a bundle that nobody signed is refused")


class Report(_Section):
    """How reports are written."""

    decides: ClassVar[Kind] = "nothing"

    language: Literal["fi", "sv", "en"] = Field(description="of figures, tables and the record: fi, sv or en")
    languages: Languages = Field(description="of the site; its first page opens in the one above")

    @model_validator(mode="after")
    def _language_of_the_site(self) -> Self:
        if self.language not in self.languages:
            msg = f"languages must hold language ({self.language}): the site opens in it"
            raise ValueError(msg)
        return self


class Figures(_Section):
    """Figures for papers and talks, in reports/figures."""

    decides: ClassVar[Kind] = "nothing"

    preset: Literal["one-column", "two-columns", "slide"] = Field(
        description="size: one-column (88 mm), two-columns (180 mm) or slide (16:9)"
    )
    drawn: Annotated[tuple[Key, ...], Lenient, AfterValidator(distinct)] = Field(
        description="figures, such as coping or network-collaboration; []: every figure"
    )
    drawn_of: Keys = Field(description="whose figures; regions of the study, network: of all together")


class Example(_Section):
    """The synthetic delivery in data/example; changes nothing in a study's own data, whose regions may be others."""

    decides: ClassVar[Kind] = "nothing"

    example_regions: Keys = Field(description="of those that its generator knows")
    example_waves: Years = Field(description="years; ascending")
    seed: int = Field(ge=0, description="the same seed makes the same example")
    persons: int = Field(ge=1, le=50_000_000, description="respondents in a wave")
    units: int = Field(ge=1, description="schools, daycares and services: the clusters of the sample")
    families: int = Field(ge=0, le=50_000_000, description="families with a process of meetings")


class Run(_Section):
    """How the machine is used: changes no result."""

    decides: ClassVar[Kind] = "nothing"

    workers: int = Field(
        ge=1,
        le=64,
        description="notebooks run at the same time where a stage has many; processes of the engine dask, too, where "
        "no address is given",
    )
    engine: Literal["local", "dask"] = Field(
        default="local",
        description="where files are cleaned and moments computed: local or dask; in the stage's own process, or on "
        "workers (docs/cluster.md); the bytes are the same",
    )
    address: Annotated[str, Field(pattern=r"^[a-z]+://\S+$")] | None = Field(
        default=None,
        description="scheduler of a running Dask cluster; such as tcp://10.0.0.5:8786; null: `workers` processes of "
        "this machine",
    )


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
    bundles: Bundles
    report: Report
    figures: Figures
    example: Example
    run: Run
