"""The metadata of the research object, after the profile Provenance Run Crate 0.5.

The profile: https://w3id.org/ro/wfrun/provenance/0.5. The workflow is `dvc.yaml`; its tools are the notebooks and
commands of its stages; each stage's last run is an action with what it read, the values of the choices that it took,
and what it made, from `dvc.lock`. DVC keeps no times of runs and not who ran them, so no action tells that. Private
data are named, not held.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from rocrate.model.contextentity import ContextEntity
from rocrate.model.entity import Entity
from rocrate.rocrate import ROCrate

from sujuva import __version__
from sujuva.crate.project import LOCK, REQUIREMENTS, Project, Run
from sujuva.params import explained
from sujuva.pipeline.dag import DOOR, FILE

FOLDER = "project"
"""Where the project lies in the research object."""
_RO_CRATE = "1.1"  # on which the profile builds
_TERMS = {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}  # which RO-Crate 1.1 does not know
_PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/provenance/0.5": ("Provenance Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
_LICENCE = "https://spdx.org/licenses/EUPL-1.2"
_DONE = "http://schema.org/CompletedActionStatus"
_FORMAL_PARAMETER = "https://bioschemas.org/profiles/FormalParameter/1.0-RELEASE"
_PRIVATE = "Stays with whoever holds the data: it may hold personal data, or cells too small to publish."
_KINDS = {bool: "Boolean", int: "Integer", float: "Float"}
_MEDIA = {
    ".ipynb": "application/x-ipynb+json",
    ".lock": "text/plain",
    ".parquet": "application/vnd.apache.parquet",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}
_LISTED = (DOOR, "reports/figures", "reports/tables")  # folders whose files are described one by one
_SOFTWARE = {"dvc": "https://dvc.org", "papermill": "https://papermill.readthedocs.io"}


def metadata(project: Project, own: Mapping[str, tuple[bytes, str]], paper: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the content of `ro-crate-metadata.json`.

    Args:
        project: What the research object is of.
        own: Files beside the project by name: their bytes, and what they are.
        paper: What `paper.yaml` holds; None where nobody has written it.
    """
    crate = ROCrate(version=_RO_CRATE)
    crate.metadata.extra_terms.update(_TERMS)
    title, meta = project.published.meta["title"]["en"], project.published.meta
    crate.name = f"{title}: published results and the workflow that made them"
    crate.description = (
        f"Published tables, figures and reports of “{title}”, with the notebooks, code and choices that made them. "
        f"Commit {project.commit}, code {meta['code']}. "
        + ("The data are synthetic. " if meta["synthetic"] else "Data about persons are not part of it. ")
        + "What is here has passed disclosure control."
    )
    crate.datePublished = project.date.date()
    crate.license = _entity(
        crate, _LICENCE, "CreativeWork", name="European Union Public Licence 1.2", identifier=_LICENCE
    )
    root = crate.root_dataset
    root["conformsTo"] = [
        _entity(crate, uri, "CreativeWork", name=name, version=version) for uri, (name, version) in _PROFILES.items()
    ]
    crate.metadata["conformsTo"] = [
        {"@id": f"https://w3id.org/ro/crate/{_RO_CRATE}"},
        {"@id": "https://w3id.org/workflowhub/workflow-ro-crate/1.0"},
    ]
    if paper:
        root["author"] = [
            _entity(crate, f"https://orcid.org/{one['ORCID']}", "Person", name=one["name"]) for one in paper["authors"]
        ]
        root["citation"] = paper["reference"]
    for name, (content, what) in own.items():
        _file(crate, name, content, what)
    _data(crate, project)
    _workflow(crate, project)
    return dict(crate.metadata.generate())


def _entity(crate: ROCrate, identifier: str, kind: str | list[str], /, **properties: Any) -> Entity:
    return crate.add(ContextEntity(crate, identifier, properties={"@type": kind, **properties}))


def _ids(entities: Iterable[Entity]) -> list[dict[str, str]] | dict[str, str]:
    """Return references; a single one stands alone, as in RO-Crate."""
    listed = [{"@id": one.id} for one in entities]
    return listed[0] if len(listed) == 1 else listed


def _file(crate: ROCrate, name: str, content: bytes, what: str, kind: str | list[str] = "File", **more: Any) -> Entity:
    suffix = PurePosixPath(name).suffix
    media = _MEDIA.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")
    told = {
        "@type": kind,
        "name": what,
        "contentSize": str(len(content)),
        "encodingFormat": media,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    return crate.add_file(dest_path=name, properties=told | more)


def _data(crate: ROCrate, project: Project) -> None:
    """Describe the files that may leave: folders as wholes, what is published one by one."""
    made = {path: run for run in project.runs.values() for path in run.makes}
    licences = sorted({one["licence"] for one in project.published.meta["sources"] if one["licence"]})
    folders = [*project.shared, *sorted({name.name.split("/")[0] for name in project.files if "/" in name.name})]
    for path in dict.fromkeys(folders):
        inside = [one for one in project.files if one.name.startswith(f"{path}/")]
        if not inside:
            continue
        told = {"name": f"{path}: {_what(made[path])}" if path in made else path}
        if path == DOOR and licences:
            told["license"] = "; ".join(licences)
        folder = crate.add_dataset(dest_path=f"{FOLDER}/{path}", properties=told)
        if path in _LISTED:
            parts = [_file(crate, f"{FOLDER}/{one.name}", one.content, one.name) for one in inside]
            folder["hasPart"] = _ids(parts)
    for one in project.files:
        alone = "/" not in one.name or one.name in project.shared or one.name in project.sources
        if alone and one.name != FILE:
            _file(crate, f"{FOLDER}/{one.name}", one.content, one.name)


def _workflow(crate: ROCrate, project: Project) -> None:
    content = next(one.content for one in project.files if one.name == FILE)
    language = _entity(
        crate, "#dvc", ["ComputerLanguage", "SoftwareApplication"],
        name="DVC", url={"@id": _SOFTWARE["dvc"]}, softwareVersion=project.version("dvc"),
    )  # fmt: skip
    papermill = _entity(
        crate, "#papermill", "SoftwareApplication",
        name="Papermill", url={"@id": _SOFTWARE["papermill"]}, softwareVersion=project.version("papermill"),
    )  # fmt: skip
    kinds = ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"]
    workflow = _file(
        crate, f"{FOLDER}/{FILE}", content, "From raw evaluation exports to published indicators and reports", kinds,
        version=__version__,
    )  # fmt: skip
    workflow["programmingLanguage"] = language
    workflow["softwareRequirements"] = [{"@id": f"{FOLDER}/{REQUIREMENTS}"}, {"@id": papermill.id}]
    crate.mainEntity = workflow
    workflow["input"] = _ids([_choice(crate, name, value) for name, value in project.choices.items()])
    data = {path: _data_of(crate, project, path) for run in project.runs.values() for path in (*run.reads, *run.makes)}
    tools: dict[str, Entity] = {}
    actions: list[Entity] = []
    controls: list[Entity] = []
    for position, run in enumerate(project.runs.values(), start=1):
        tool = tools[run.tool] = tools.get(run.tool) or _tool(crate, project, run)
        actions.append(_action(crate, run, tool, data))
        name = run.stage.name
        step = _entity(
            crate, f"#step-{name}", "HowToStep",
            name=name, description=_what(run), position=str(position), workExample=tool,
        )  # fmt: skip
        controls.append(
            _entity(
                crate, f"#control-{name}", "ControlAction",
                name=f"DVC runs the stage {name}", instrument=step, object=actions[-1],
            )
        )  # fmt: skip
    workflow["step"] = _ids(crate.get(f"#step-{name}") for name in project.runs)
    workflow["hasPart"] = _ids(tools.values())
    whole = _entity(
        crate, "#run", "CreateAction", name="dvc repro", instrument=workflow,
        description=f"The runs that {LOCK} of the commit {project.commit} tells of",
        object=_ids([*(data[path] for path in project.sources), *_values(crate, project.choices)]),
        result=_ids(data[path] for path in project.shared),
        actionStatus=_DONE,
    )  # fmt: skip
    _entity(
        crate, "#dvc-repro", "OrganizeAction", name="DVC runs the stages that are out of date", instrument=language,
        result=whole, object=_ids(controls),
    )  # fmt: skip
    crate.root_dataset["mentions"] = _ids([whole, *actions])


def _choice(crate: ROCrate, name: str, value: Any) -> Entity:
    """Add a choice and the value that it had, and return the choice."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    _entity(
        crate, f"#value-{name}", "PropertyValue", name=name, value=text, exampleOfWork={"@id": f"#choice-{name}"}
    )  # fmt: skip
    return _entity(
        crate, f"#choice-{name}", "FormalParameter",
        name=name, description=explained(name), additionalType=_KINDS.get(type(value), "Text"),
        workExample={"@id": f"#value-{name}"}, conformsTo={"@id": _FORMAL_PARAMETER},
    )  # fmt: skip


def _values(crate: ROCrate, choices: Iterable[str]) -> list[Entity]:
    return [crate.get(f"#value-{name}") for name in choices]


def _what(run: Run) -> str:
    return str(run.stage.content.get("desc", run.stage.name))


def _data_of(crate: ROCrate, project: Project, path: str) -> Entity:
    """Return what stands for a file or folder: itself, or where it stays at home its name."""
    if project.here(path) and (known := crate.get(f"{FOLDER}/{path}") or crate.get(f"{FOLDER}/{path}/")):
        return known
    if known := crate.get(f"#private/{path}"):
        return known
    if project.here(path):
        return crate.add_dataset(dest_path=f"{FOLDER}/{path}", properties={"name": path})
    return _entity(crate, f"#private/{path}", "CreativeWork", name=path, conditionsOfAccess=_PRIVATE)


def _tool(crate: ROCrate, project: Project, run: Run) -> Entity:
    if not run.stage.notebook:
        return _entity(
            crate, f"#{run.tool.replace(' ', '-')}", "SoftwareApplication", name=run.tool, softwareVersion=__version__
        )
    content = next(one.content for one in project.files if one.name == run.stage.notebook)
    kinds = ["File", "SoftwareSourceCode"]
    name = f"{FOLDER}/{run.stage.notebook}"
    return _file(crate, name, content, run.stage.notebook, kinds, version=__version__, runtimePlatform="Papermill")


def _action(crate: ROCrate, run: Run, tool: Entity, data: Mapping[str, Entity]) -> Entity:
    return _entity(
        crate, f"#run-{run.stage.name}", "CreateAction",
        name=f"Run of the stage {run.stage.name}", description=_what(run), instrument=tool,
        object=_ids([*(data[path] for path in run.reads), *_values(crate, run.choices)]),
        result=_ids(data[path] for path in run.makes), actionStatus=_DONE,
    )  # fmt: skip
