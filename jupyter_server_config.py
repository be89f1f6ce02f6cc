"""JupyterLab in this project: notebooks of `notebooks/` are saved without outputs.

Exploring then never changes what git compares or what DVC takes for a changed stage. Executed notebooks elsewhere
(data/executed, reports/notebooks, .sujuva/failed) keep their outputs. Used by `make lab`.
"""

import re
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent
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
    if not target.is_relative_to(_HERE / "notebooks"):
        return
    notebook = model["content"]
    for name in _PASSING:
        notebook["metadata"].pop(name, None)
    language = notebook["metadata"].get("language_info", {}).get("name")
    notebook["metadata"].pop("language_info", None)
    if language:
        notebook["metadata"]["language_info"] = {"name": language}
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
