"""Running a notebook: its values are settled first, then a kernel executes it, and the result is written whole.

Nothing is written at the output path unless everything went well.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sujuva.errors import PipelineError
from sujuva.paths import SCRATCH, project_root
from sujuva.pipeline.batch import Batch, Job, Outcome, shown
from sujuva.pipeline.cards import Card
from sujuva.pipeline.dag import EXECUTED, Stage, stage_of
from sujuva.pipeline.intact import check_inputs
from sujuva.pipeline.leftovers import clear_parts
from sujuva.pipeline.modes import open_shared, private_files
from sujuva.pipeline.notebook import OWN, Source, find_notebook, imported_names, parameters, read_notebook
from sujuva.pipeline.nursery import Nursery
from sujuva.pipeline.salt import NAME, salt_folders, salt_input, salted
from sujuva.pipeline.unchanged import check_unchanged, made_of
from sujuva.pipeline.view import view_of

# Some imports wait until the nursery is at work in another process: those that check parameters, and `sujuva.io`.


class NotebookError(PipelineError):
    """A notebook failed; the message is the whole card."""

    def __init__(self, card: Card) -> None:
        super().__init__(str(card))
        self.card = card


def run_notebook(
    notebook: str | Path,
    *,
    each: str | None = None,
    overrides: Sequence[tuple[str, str]] = (),
    output: Path | None = None,
    workers: int | None = None,
) -> Path:
    """Execute a notebook, or execute it once for each value of a parameter, several at the same time.

    Args:
        notebook: Its path, from the working folder or the project root.
        each: `name=value,value,@section.list`; of several parameters with `;` between, once for each pair of values.
        overrides: Parameter names and texts that come before `params.yaml`.
        output: Where the executed notebook goes, or with `each` their folder, replaced as a whole; default: as in
            `dvc.yaml`, or in the scratch folder when this run makes no stage.
        workers: With `each`, how many at the same time; default: `run.workers` of `params.yaml`.

    Returns:
        The executed notebook, or with `each` the folder with one `<stem>_<value>.ipynb` a value (or pair of values).

    Raises:
        ParameterError: A parameter is unknown or of the wrong type; no kernel has started.
        NotebookError: A run failed (after all have ended); it is kept in `.sujuva/failed`, and `output` is as it was.
            One that was refused a file is not kept.
        PipelineError: The notebook cannot be found or read, is not Python, or the output would replace something else;
            what the stage is made of is damaged, or changed while it ran.
        DisclosureError: `dvc.yaml` lets a stage share what has not passed the door.
    """
    root = project_root()
    source = read_notebook(find_notebook(notebook))
    view = view_of(source.path, (), root)
    kernel = _kernel_for(source, own=view is not None)
    target, stage = _settled_output(source, output, each, root, plain=not overrides)
    _check_replaceable(target, source, root, many=each is not None)
    before = made_of(stage, root)
    with (
        private_files(root, masked=view is None),
        Nursery(imported_names(source), root, many=each is not None, view=view) as nursery,
    ):
        from sujuva.params import load_params  # noqa: PLC0415
        from sujuva.pipeline.choices import check_choices  # noqa: PLC0415
        from sujuva.pipeline.values import fan_out, notebook_values, settled  # noqa: PLC0415

        params, known = load_params(), parameters(source)
        check_choices(settled(known, params, overrides))
        if each is None:
            jobs = [Job(source.stem, notebook_values(known, params, overrides), target.name)]
        else:
            jobs = [
                Job(
                    f"{source.stem} {' '.join(texts.values())}",
                    notebook_values(known, params, [*overrides, *texts.items()]),
                    f"{source.stem}_{'_'.join(texts.values())}.ipynb",
                    " ".join(texts.values()),
                )
                for texts in fan_out(each, known, params)
            ]
        if stage is not None:
            check_inputs(stage, root)
            clear_parts(stage, root)
            salt_input(stage, root)
            nursery.make_stage(root)
        outcomes = Batch(source, nursery, kernel).execute(jobs, workers=min(workers or params.run.workers, len(jobs)))
        failed = [(outcome.card, outcome.job.value) for outcome in outcomes if outcome.card]
        if failed:
            raise NotebookError(replace(failed[0][0], more=tuple(value for _, value in failed[1:])))
        check_unchanged(stage, before, root)
        _write(outcomes, target, stage, root, many=each is not None)
    if stage is not None and view is None:
        open_shared(stage, root)
    return target


def _write(outcomes: Sequence[Outcome], target: Path, stage: Stage | None, root: Path, *, many: bool) -> None:
    """Write the executed notebooks, and what belongs to the outputs of a stage."""
    from sujuva.io import replacing_folder, write_text  # noqa: PLC0415

    if many:
        with replacing_folder(target) as folder:
            for outcome in outcomes:
                write_text(outcome.text, folder / outcome.job.file)
    else:
        text = outcomes[0].text
        write_text(text if stage is None else salted(stage, text, root), target)
    if stage is not None:
        salt_folders(stage, root)


def _kernel_for(source: Source, *, own: bool) -> str:
    """Return the kernel that runs a notebook: the one it names, or the environment's own where that is not here.

    Where only the `own` one can be confined, it is that.

    Raises:
        PipelineError: The notebook says that it is not Python.
    """
    other = [one for one in source.languages if not re.fullmatch(r"i?python ?[23]?", one, re.IGNORECASE)]
    if other:
        msg = f"{source.path.name} is a notebook in {other[0]}, and only Python runs here."
        raise PipelineError(msg, "Run it where its kernel is, or choose a Python kernel in JupyterLab and save it.")
    if source.kernel == OWN:
        return OWN
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel  # noqa: PLC0415  start-up time

    known = KernelSpecManager()
    if source.kernel and not own:
        try:
            spec = known.get_kernel_spec(source.kernel)
        except NoSuchKernel:
            spec = None
        if spec is not None and spec.argv and shutil.which(spec.argv[0]):
            if spec.language.lower() == "python":
                return source.kernel
            msg = f"{source.path.name} asks for the kernel '{source.kernel}' of {spec.language}: only Python runs here."
            raise PipelineError(msg, "Choose a Python kernel in JupyterLab and save the notebook.")
    if own:
        return OWN
    what = f"asks for the kernel '{source.kernel}', which is not here" if source.kernel else "names no kernel"
    sys.stderr.write(f"{source.path.name} {what}: it runs in this environment's own ({OWN}).\n")
    return OWN


def _settled_output(
    source: Source, output: Path | None, each: str | None, root: Path, *, plain: bool
) -> tuple[Path, Stage | None]:
    """Return where the result goes, and the stage that this run makes as `dvc.yaml` has it: all choices `plain`."""
    stage = stage_of(source.path, each, root) if plain else None
    output = output and output.parent.resolve() / output.name
    if stage is not None and output in {None, (root / stage.output).parent.resolve() / Path(stage.output).name}:
        return root / stage.output, stage
    return output or root / SCRATCH / EXECUTED / (source.path.name if each is None else source.stem), None


def _check_replaceable(target: Path, source: Source, root: Path, *, many: bool) -> None:
    """Refuse to replace the notebook itself, or a folder that holds anything but earlier results of it."""
    if not many and (target.resolve() == source.path or target.suffix != ".ipynb" or target.is_dir()):
        msg = f"The executed notebook cannot be written to {shown(target, root)}."
        raise PipelineError(msg, "Give -o a file that ends in .ipynb and is not the notebook itself.")
    earlier = (f"{source.stem}_*.ipynb", NAME)
    if (
        many
        and target.exists()
        and not (target.is_dir() and all(any(map(one.match, earlier)) for one in target.iterdir()))
    ):
        msg = f"The folder {shown(target, root)} holds other things than {source.stem}_….ipynb and would be replaced."
        raise PipelineError(msg, "Give -o a folder of its own.")
