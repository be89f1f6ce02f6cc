"""Running a notebook: its values are settled first, then a kernel executes it, and the result is written whole.

Nothing is written at the output path unless everything went well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sujuva.errors import PipelineError
from sujuva.paths import SCRATCH, project_root
from sujuva.pipeline.batch import Batch, Job, shown
from sujuva.pipeline.cards import Card
from sujuva.pipeline.dag import EXECUTED, stage_of
from sujuva.pipeline.notebook import Source, find_notebook, imported_names, parameters, read_notebook
from sujuva.pipeline.nursery import Nursery

Overrides = Sequence[tuple[str, str]]

# Some imports wait until the nursery is at work in another process: those that check parameters, and `sujuva.io`.


class NotebookError(PipelineError):
    """A notebook failed; the message is the whole card."""

    def __init__(self, card: Card) -> None:
        super().__init__(str(card))
        self.card = card


def run_notebook(notebook: str | Path, *, overrides: Overrides = (), output: Path | None = None) -> Path:
    """Execute one notebook.

    Args:
        notebook: Its path, from the working folder or the project root.
        overrides: Parameter names and texts that come before `params.yaml`.
        output: Where the executed notebook goes; default: as in `dvc.yaml`, or in the scratch folder
            when this run makes no stage.

    Returns:
        The path of the executed notebook.

    Raises:
        ParameterError: A parameter is unknown or of the wrong type; no kernel has started.
        NotebookError: The notebook failed; it is kept in `.sujuva/failed`, and `output` is as it was.
        PipelineError: The notebook cannot be found or read.
    """
    source = read_notebook(find_notebook(notebook))
    output, makes_stage = _settled_output(source, output, f"{source.stem}.ipynb", each=None, plain=not overrides)
    if output.resolve() == source.path or output.suffix != ".ipynb" or output.is_dir():
        msg = f"The executed notebook cannot be written to {shown(output, project_root())}."
        raise PipelineError(msg, "Give -o a file that ends in .ipynb and is not the notebook itself.")
    with Nursery(imported_names(source), project_root(), many=False) as nursery:
        from sujuva.params import load_params  # noqa: PLC0415
        from sujuva.pipeline.choices import check_choices  # noqa: PLC0415
        from sujuva.pipeline.values import notebook_values, settled  # noqa: PLC0415

        params, known = load_params(), parameters(source)
        values = notebook_values(known, params, overrides)
        check_choices(settled(known, params, overrides))
        if makes_stage:
            nursery.make_stage(project_root())
        outcome = Batch(source, nursery).execute([Job(source.stem, values, output.name)], workers=1)[0]
    if outcome.card:
        raise NotebookError(outcome.card)
    from sujuva.io import write_text  # noqa: PLC0415

    write_text(outcome.text, output)
    return output


def run_each(
    notebook: str | Path,
    each: str,
    *,
    overrides: Overrides = (),
    output: Path | None = None,
    workers: int | None = None,
) -> Path:
    """Execute one notebook once for each value of a parameter, several at the same time.

    Args:
        notebook: Its path, from the working folder or the project root.
        each: `name=value,value,@section.list`.
        overrides: Other parameter names and texts that come before `params.yaml`.
        output: The folder of the executed notebooks, replaced as a whole; default: as of `run_notebook`.
        workers: How many at the same time; default: `run.workers` of `params.yaml`.

    Returns:
        The folder, with one `<stem>_<value>.ipynb` a value.

    Raises:
        ParameterError: A parameter is unknown or of the wrong type; no kernel has started.
        NotebookError: At least one run failed (after all have ended); `output` is as it was.
        PipelineError: The notebook cannot be read, or the folder holds other things.
    """
    source = read_notebook(find_notebook(notebook))
    folder, makes_stage = _settled_output(source, output, source.stem, each=each, plain=not overrides)
    _check_replaceable(folder, source.stem)
    with Nursery(imported_names(source), project_root(), many=True) as nursery:
        from sujuva.params import load_params  # noqa: PLC0415
        from sujuva.pipeline.choices import check_choices  # noqa: PLC0415
        from sujuva.pipeline.values import fan_out, notebook_values, settled  # noqa: PLC0415

        params, known = load_params(), parameters(source)
        name, texts = fan_out(each, known, params)
        check_choices(settled(known, params, overrides))
        jobs = [
            Job(
                label=f"{source.stem} {text}",
                values=notebook_values(known, params, [*overrides, (name, text)]),
                file=f"{source.stem}_{text}.ipynb",
                value=text,
            )
            for text in texts
        ]
        if makes_stage:
            nursery.make_stage(project_root())
        workers = workers or params.run.workers
        outcomes = Batch(source, nursery).execute(jobs, workers=min(workers, len(jobs)))
    failed = [(outcome.card, outcome.job.value) for outcome in outcomes if outcome.card]
    if failed:
        raise NotebookError(replace(failed[0][0], more=tuple(value for _, value in failed[1:])))
    from sujuva.io import replacing_folder, write_text  # noqa: PLC0415

    with replacing_folder(folder) as temporary:
        for outcome in outcomes:
            write_text(outcome.text, temporary / outcome.job.file)
    return folder


def _settled_output(
    source: Source, output: Path | None, name: str, *, each: str | None, plain: bool
) -> tuple[Path, bool]:
    """Return where the executed notebooks go, and whether this run makes a stage as `dvc.yaml` has it.

    Args:
        source: The notebook.
        output: What was asked for; None: nothing.
        name: What to call the result where nothing was asked for and there is no stage.
        each: Its `--each`.
        plain: Whether all parameters are those of `params.yaml`.
    """
    root = project_root()
    stage = stage_of(source.path, each, root) if plain else None
    output = output and output.parent.resolve() / output.name
    if stage is not None and output in {None, (root / stage.output).parent.resolve() / Path(stage.output).name}:
        return root / stage.output, True
    return output or root / SCRATCH / EXECUTED / name, False


def _check_replaceable(folder: Path, stem: str) -> None:
    """Refuse to replace a folder that holds anything but earlier results of this notebook."""
    if not folder.exists():
        return
    if folder.is_dir() and all(one.match(f"{stem}_*.ipynb") for one in folder.iterdir()):
        return
    msg = f"The folder {shown(folder, project_root())} holds other things than {stem}_….ipynb and would be replaced."
    raise PipelineError(msg, "Give -o a folder of its own.")
