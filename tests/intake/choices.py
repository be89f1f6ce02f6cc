"""The choices of a study that is not the example's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sujuva.params import Params, load_params


def chosen(**sections: dict[str, Any]) -> Params:
    """Return the choices of params.yaml with some leaves of some sections changed."""
    params = load_params()
    return params.model_copy(
        update={name: getattr(params, name).model_copy(update=leaves) for name, leaves in sections.items()}
    )


def own_study(regions: Sequence[str], waves: Sequence[int]) -> Params:
    """Return what a first study chooses: its regions and waves, and nothing that only the example has."""
    return chosen(
        study={"regions": regions, "waves": waves, "groups": ("gender", "age_group")},
        coping={"started": {}, "eligible": None, "index_parts": {}},
        integration={"beside_scale": None},
        casework={"one_number": None},
    )
