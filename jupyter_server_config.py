"""JupyterLab in this project: notebooks of `notebooks/` are saved without outputs, in one form.

Exploring then never changes what git compares or what DVC takes for a changed stage. Own notebooks in
`notebooks/explore` keep their outputs, and so do executed ones (data/executed, reports/notebooks, .sujuva). Used by
`make lab`.
"""

import re
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent
_NOTEBOOKS = _HERE / "notebooks"
_EXPLORE = _NOTEBOOKS / "explore"
_START = _EXPLORE / "start.ipynb"
# What every notebook says of its kernel; JupyterLab would write what it finds on this machine.
_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# Ids that JupyterLab and nbformat draw at random; ours are words and a number, such as load-1.
_RANDOM_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8}")
_PASSING = ("execution", "papermill", "ExecuteTime", "collapsed", "scrolled", "trusted", "widgets", "signature")


def strip(model: dict[str, Any], path: str, contents_manager: Any, **_: Any) -> None:
    """Remove from a notebook that is about to be saved whatever running it has added.

    Args:
        model: The contents manager's model; its `content` is changed in place.
        path: Where it is saved, from the server's root folder.
        contents_manager: Knows the root folder.
    """
    if model.get("type") != "notebook":
        return
    target = (Path(contents_manager.root_dir) / path.lstrip("/")).resolve()
    if not target.is_relative_to(_NOTEBOOKS) or (target.is_relative_to(_EXPLORE) and target != _START):
        return
    notebook = model["content"]
    notebook["metadata"] = dict(_METADATA)
    taken = {cell.get("id") for cell in notebook["cells"]}
    for cell in notebook["cells"]:
        for name in _PASSING:
            cell["metadata"].pop(name, None)
        if cell["cell_type"] == "code":
            cell["outputs"] = []
            cell["execution_count"] = None
        if _RANDOM_ID.fullmatch(cell.get("id", "")):
            number = 1
            while f"cell-{number}" in taken:
                number += 1
            cell["id"] = f"cell-{number}"
            taken.add(cell["id"])


c = get_config()  # noqa: F821  # given by Jupyter
c.ContentsManager.pre_save_hook = strip
