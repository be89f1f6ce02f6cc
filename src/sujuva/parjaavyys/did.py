"""Difference in differences: did the regions that started change more than those that had not?

The estimate answers that question about the effect of the work only if both kinds of regions would have moved in
parallel without it. That cannot be shown, only made doubtful: by the placebo, the same difference before the start,
which should be near 0. The interval counts schools and services as clusters, not regions: what happens to a whole
region (a reform, a closed service, an epidemic) is not in it. With few regions it is too narrow for any claim about
effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Unpack

import polars as pl

from sujuva.codebooks import Instrument
from sujuva.codebooks.regions import NETWORK
from sujuva.estimation.contrasts import Contrast, Term, contrast
from sujuva.estimation.design import Precision, precision_of
from sujuva.estimation.domains import Domain, MomentIndex
from sujuva.parjaavyys.common import comparison_row, discovered, headline_bands, pooled_spread, scales_of, standardised
from sujuva.tidy import ALL, COMPARISONS

DID = "did"
"""The change of the regions that started minus that of those that had not."""
PLACEBO = "placebo"
"""The same between the last two waves before the start."""
STARTED, NOT_STARTED = "started", "not_started"
"""The two groups of regions."""
NO_PRE_WAVE = "no_pre_wave"
"""Note: there are too few waves before the start."""
NO_CONTROLS = "no_controls"
"""Note: at this wave no region is left that had not started, or none of them answered at both waves."""
NO_STARTED = "no_started"
"""Note: no region that started answered at both waves."""
FEW_AREAS = "few_areas"
"""Note beside an estimate: fewer than `ENOUGH_AREAS` regions, whose own ups and downs are not in the interval."""
ENOUGH_AREAS = 10
"""With fewer regions nothing can be said about how they differ by themselves (a rule of thumb, this project's own)."""


@dataclass(frozen=True)
class Turn:
    """One comparison in time: from wave `pre` to wave `post`, of the regions in `started` against the others."""

    comparison: str
    post: int
    pre: int
    started: tuple[str, ...]
    others: tuple[str, ...]
    note: str = ""


def differences_in_differences(
    moments: MomentIndex,
    instruments: Mapping[str, Instrument],
    started: Mapping[str, int],
    **settings: Unpack[Precision],
) -> pl.DataFrame:
    """Compare the change of the regions that started at a wave with the change of those that had not by then.

    (m_started,post − m_started,pre) − (m_others,post − m_others,pre), each m the pooled mean of the regions (Σwy / Σw),
    with the covariance of units that took part at both waves. pre is the last wave before the start, post the wave of
    the start and each later one while regions remain that have not started; regions that had started earlier take no
    part. Regions without scores at both waves are left out. A start between two waves counts from the later one.

    Args:
        moments: The moments `scores` and `pairs`, see `sujuva.estimation.index_moments`.
        instruments: Codebooks, with the index where there is one.
        started: Region to its first wave with the work; regions that are absent have not started.
        settings: See `sujuva.estimation.Precision`.

    Returns:
        Columns `COMPARISONS`, sorted by `COMPARISONS_KEY`: comparison "did" or "placebo", region "network", group
        "started", other_group "not_started", wave post, other_wave pre; category as in `score_changes`. n counts the
        started regions' persons at post, other_n the others'. df is clusters minus strata. The effect (`ses`, not of
        shares) is over the pooled standard deviation of the two groups at pre. `note` is `FEW_AREAS` where fewer than
        ten regions are compared, and there is then no p: regions, not schools, were chosen for the work (Donald & Lang
        2007; what happens to a whole region is in no error here); or it says why there is no estimate.
        ContractError: `pairs` lacks a row.
    """
    scales, bands = scales_of(instruments), headline_bands(instruments)
    answered: dict[tuple[str, str], dict[str, set[int]]] = {}
    for (region, informant, scale, wave, group), parts in moments.parts.items():
        known = scale in scales or scale in bands
        if known and region != NETWORK and group == ALL and any(part.n for part in parts):
            answered.setdefault((informant, scale), {}).setdefault(region, set()).add(wave)
    rows = [
        _row(turn, informant, scale, moments, share=share, **settings)
        for (informant, scale), regions in sorted(answered.items())
        for share in [scale not in scales or scales[scale].is_share]
        for turn in turns(regions, started)
    ]
    return discovered(pl.DataFrame(rows, schema=COMPARISONS), instruments)


def turns(answered: Mapping[str, set[int]], started: Mapping[str, int]) -> Iterator[Turn]:
    """Yield the comparisons that a design of starts allows, in order.

    Args:
        answered: Region to the waves at which it has scores.
        started: Region to its first wave with the work.
    """
    waves = sorted(set().union(*answered.values()))
    # The first wave at which a start can be seen; one after the last wave is none yet.
    first = {
        region: min(wave for wave in waves if wave >= start)
        for region, start in started.items()
        if region in answered and start <= max(waves, default=start - 1)
    }
    for start in sorted(set(first.values())):
        treated = [region for region in answered if first.get(region) == start]
        before = [wave for wave in waves if wave < start]
        if not before:
            yield Turn(DID, start, start, (), (), NO_PRE_WAVE)
            continue
        for post in (wave for wave in waves if wave >= start):
            controls = [region for region in answered if region not in first or first[region] > post]
            if post == start or controls:
                yield _turn(DID, post, before[-1], treated, controls, answered)
        controls = [region for region in answered if region not in first or first[region] > start]
        if len(before) > 1:
            yield _turn(PLACEBO, before[-1], before[-2], treated, controls, answered)
        else:
            yield Turn(PLACEBO, before[-1], before[-1], (), (), NO_PRE_WAVE)


def _turn(
    comparison: str, post: int, pre: int, treated: list[str], controls: list[str], answered: Mapping[str, set[int]]
) -> Turn:
    both = [tuple(sorted(one for one in some if {pre, post} <= answered[one])) for some in (treated, controls)]
    note = NO_STARTED if not both[0] else NO_CONTROLS if not both[1] else ""
    return Turn(comparison, post, pre, both[0], both[1], note)


def _row(
    turn: Turn, informant: str, scale: str, moments: MomentIndex, *, share: bool, **settings: Unpack[Precision]
) -> dict[str, Any]:
    key, _, band = scale.partition(".")
    place: dict[str, Any] = {
        "comparison": turn.comparison, "scale": key, "category": band, "informant": informant, "region": NETWORK,
        "wave": turn.post, "group": STARTED, "other_wave": turn.pre, "other_group": NOT_STARTED,
    }  # fmt: skip
    if turn.note:
        return comparison_row(Contrast(note=turn.note), None, **place, n=0, other_n=0)
    signs = {
        (turn.post, turn.started): 1,
        (turn.post, turn.others): -1,
        (turn.pre, turn.started): -1,
        (turn.pre, turn.others): 1,
    }
    terms = [Term(sign, Domain(informant, scale, wave, regions)) for (wave, regions), sign in signs.items()]
    found = contrast(terms, moments, **settings)
    row = comparison_row(found, None, **place, n=found.n[0], other_n=found.n[1])
    if found.se and len(turn.started) + len(turn.others) < ENOUGH_AREAS:
        # The work was given to regions, not to schools: with so few of them no test of schools speaks of the work.
        row |= {"note": FEW_AREAS, "p": None}
    if not share:
        confidence, _ = precision_of(settings)
        before = pooled_spread([term.domain for term in terms[2:]], moments)
        row |= standardised(found, before, confidence, "ses", n=sum(found.n[2:]))
    return row
