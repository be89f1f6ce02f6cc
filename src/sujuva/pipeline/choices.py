"""Choices that name what codebooks hold are looked up before anything starts, not in the notebook that needs them."""

from __future__ import annotations

from collections.abc import Mapping

from sujuva.codebooks import Instrument, load_instruments, load_regions, load_terms
from sujuva.codebooks.files import read_yaml
from sujuva.codebooks.profile import load_profile
from sujuva.codebooks.regions import region_hint
from sujuva.errors import CodebookError, ParameterError, nearest
from sujuva.params import LEAST_THRESHOLD, Params
from sujuva.paths import MARKER, inside


def check_choices(params: Params) -> None:
    """See that regions, instruments, norm sets, scales and holidays that the choices name are known.

    What only the data can tell, such as whether anybody answered a scale, is seen where it is needed.

    Args:
        params: The choices; their `data.input` may bring codebooks of its own.

    Raises:
        ParameterError: Names the parameter and the nearest known word.
        CodebookError: A codebook is not valid.
    """
    _country(params.casework.holidays)
    _threshold(params)
    folder = params.data.input
    regions, instruments = load_regions(folder), load_instruments(folder)
    if not regions and not instruments:  # notebooks may be run where there are no codebooks
        return
    for name, keys in {"study.regions": params.study.regions, "coping.started": params.coping.started}.items():
        for key in keys:
            if key not in regions:
                msg = f"{MARKER}: {name}: there is no region '{key}'."
                raise ParameterError(
                    msg, f"{region_hint(key, regions, folder)} An input folder may bring codebooks/regions.yaml."
                )
    _risks(params)
    _norms(params.coping.norms, instruments)
    if params.coping.index_parts:
        _index(params, instruments)
    _integration(params, instruments)


def _threshold(params: Params) -> None:
    """Low thresholds are for data that say of themselves that no real person stands behind them."""
    if params.privacy.threshold >= LEAST_THRESHOLD:
        return
    described = inside(params.data.input) / "sources.yaml"
    about = read_yaml(described) if described.is_file() else None
    if not isinstance(about, dict) or about.get("synthetic") is not True:
        msg = (
            f"{MARKER}: privacy.threshold is {params.privacy.threshold}, and {params.data.input}/sources.yaml does not "
        )
        msg += "say synthetic: true."
        raise ParameterError(msg, f"Allowed for data about persons: {LEAST_THRESHOLD} or more; 5 is usual.")


def _risks(params: Params) -> None:
    known = load_terms(params.data.input).kinds.get("risk", {})
    for key in params.privacy.accepted_risks:
        if key not in known:
            msg = f"{MARKER}: privacy.accepted_risks: there is no risk '{key}'."
            raise ParameterError(msg, f"{nearest(key, known)} The risks are listed in terms.yaml.")


def _country(code: str) -> None:
    from holidays import list_supported_countries  # noqa: PLC0415  start-up time

    if code not in list_supported_countries():
        msg = f"{MARKER}: casework.holidays: '{code}' is not a country with known public holidays."
        raise ParameterError(msg, "Give its ISO 3166-1 alpha-2 code, such as FI.")


def _norms(norms: Mapping[str, str], instruments: Mapping[str, Instrument]) -> None:
    from sujuva.scores import band_columns  # noqa: PLC0415  start-up time

    for key, name in norms.items():
        if key not in instruments:
            msg = f"{MARKER}: coping.norms: there is no instrument '{key}'."
            raise ParameterError(msg, nearest(key, instruments))
        try:
            band_columns(instruments[key], name)
        except CodebookError as error:
            msg = f"{MARKER}: coping.norms: {error.message}"
            raise ParameterError(msg, error.hint) from None


def _index(params: Params, instruments: Mapping[str, Instrument]) -> None:
    from sujuva.scores import index_scale  # noqa: PLC0415  start-up time

    try:
        index_scale(params.coping.index_parts, instruments)
    except ParameterError as error:
        msg = f"{MARKER}: coping.{error.message}"
        raise ParameterError(msg, error.hint) from None
    count = len(params.coping.index_parts)
    if params.coping.index_min_parts > count:
        msg = f"{MARKER}: coping.index_min_parts is {params.coping.index_min_parts}, but index_parts names {count} "
        msg += f"environment{'s' if count > 1 else ''}: nobody would have a value."
        raise ParameterError(msg, f"Allowed: 1 to {count}. Without an index, write index_parts: {{}}.")


def _integration(params: Params, instruments: Mapping[str, Instrument]) -> None:
    dimensions = load_profile(params.data.input, params.casework.delay_days)
    for key in params.integration.composite:
        if key not in dimensions:
            msg = f"{MARKER}: integration.composite: the profile has no dimension '{key}'."
            raise ParameterError(msg, nearest(key, dimensions))
    chosen = params.integration.beside_scale
    scales = [scale.key for one in instruments.values() for scale in one.scales]
    if chosen is not None and chosen.split("@")[0] not in scales:
        msg = f"{MARKER}: integration.beside_scale: no instrument has the scale '{chosen.split('@')[0]}'."
        raise ParameterError(msg, f"{nearest(chosen, scales)} Or null: no picture of integration beside coping.")
