from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from traitlets.config import Config


@pytest.fixture
def config(root: Path) -> Config:
    """What JupyterLab reads from the project's configuration file."""
    path = root / "jupyter_server_config.py"
    found = Config()
    code = compile(path.read_text(encoding="utf-8"), str(path), "exec")
    exec(code, {"get_config": lambda: found, "__file__": str(path)})
    return found


def used_notebook() -> dict[str, Any]:
    return {
        "cells": [
            {
                "cell_type": "code",
                "id": "load-1",
                "metadata": {"execution": {"shell": "2026"}, "tags": ["parameters"], "collapsed": True},
                "execution_count": 3,
                "outputs": [{"output_type": "stream", "name": "stdout", "text": "Anna"}],
                "source": "x = 1",
            },
            {"cell_type": "markdown", "id": "cell-1", "metadata": {}, "source": "Prose"},
            {"cell_type": "markdown", "id": "0e1c1d6e-6d0f-4b7e-9a53-0b8f3a3f9d11", "metadata": {}, "source": "New"},
        ],
        "metadata": {"kernelspec": {"name": "python3"}, "language_info": {"name": "python", "version": "3.11.7"}},
    }


def saved(config: Config, root: Path, path: str) -> dict[str, Any]:
    model = {"type": "notebook", "content": used_notebook()}
    config.ContentsManager.pre_save_hook(model=model, path=path, contents_manager=SimpleNamespace(root_dir=str(root)))
    return model["content"]


def test_results_are_not_saved_with_our_notebooks(config: Config, root: Path):
    notebook = saved(config, root, "notebooks/clean.ipynb")
    code = notebook["cells"][0]

    assert (code["outputs"], code["execution_count"], code["metadata"]) == ([], None, {"tags": ["parameters"]})
    assert notebook["metadata"] == {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert [cell["id"] for cell in notebook["cells"]] == ["load-1", "cell-1", "cell-2"]


def test_own_notebooks_keep_their_results_but_not_the_one_that_all_start_from(config: Config, root: Path):
    assert saved(config, root, "notebooks/explore/own.ipynb") == used_notebook()
    assert saved(config, root, "notebooks/explore/deep/start.ipynb") == used_notebook()
    assert saved(config, root, "notebooks/explore/start.ipynb")["cells"][0]["outputs"] == []


def test_executed_notebooks_elsewhere_keep_their_results(config: Config, root: Path):
    assert saved(config, root, "data/executed/clean.ipynb") == used_notebook()
    assert saved(config, root / "notebooks", "../data/executed/clean.ipynb") == used_notebook()


@pytest.mark.filterwarnings("ignore:Overriding existing pre_save_hook")  # jupyter_server sets it twice
def test_the_server_knows_the_hook(config: Config):
    from jupyter_server.services.contents.filemanager import FileContentsManager

    assert FileContentsManager(config=config).pre_save_hook is config.ContentsManager.pre_save_hook
