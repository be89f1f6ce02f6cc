"""The commands about bundles: what a region sends, what a network takes in. What they need is imported later."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sujuva.errors import BundleError
from sujuva.paths import inside, project_root, shown

if TYPE_CHECKING:
    from sujuva.bundles.archive import Bundle
    from sujuva.bundles.trust import Judgement, Rules

bundles = typer.Typer(
    invoke_without_command=True,
    help="The bundles of other regions in data/bundles: list them, check one, take one in.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def bundle(
    region: Annotated[str, typer.Argument(help="Key of the region, such as oulu.")],
    *,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="Write there, too. [data/sent/REGION.zip]")
    ] = None,
    key: Annotated[Path | None, typer.Option("-s", "--key", help="Sign it with this secret key of minisign.")] = None,
    comment: Annotated[str, typer.Option("-t", "--comment", help="Trusted comment. [the name of the file]")] = "",
) -> None:
    """Write what a region shares of its results: sums, protected, and no row or key of a person.

    Run the stages up to moments first. What is withheld is listed; look at it before you send anything.
    """
    from sujuva.bundles.archive import read_bundle  # noqa: PLC0415
    from sujuva.bundles.members import by_folder  # noqa: PLC0415
    from sujuva.cli.signing import secret_key, signed  # noqa: PLC0415
    from sujuva.quick.sending import SENT, send  # noqa: PLC0415

    root = project_root()
    secret = secret_key(key) if key is not None else None
    target = (out or root / SENT / f"{region}.zip").absolute()
    send(region, target, root)
    made = read_bundle(target)
    counts = ", ".join(f"{rows} rows of {name}" for name, rows in by_folder(made).items())
    typer.echo(f"{shown(target)}  {counts}; {len(made.manifest.withheld)} places withheld")
    typer.echo(f"SHA-256 {made.sha256}")
    if secret is not None:
        typer.echo(f"{shown(signed([target], secret, comment)[0])}  key {secret.public.name}")
    else:
        typer.echo(f"Not signed yet: sujuva sign {shown(target)}")


@bundles.callback()
def _listed(context: typer.Context) -> None:
    """Tell of each bundle in data/bundles: region, waves, rows, who signed it, what is withheld, hash."""
    if context.invoked_subcommand is not None:
        return
    from sujuva.bundles.archive import read_bundle  # noqa: PLC0415
    from sujuva.bundles.shelf import SHELF, missing, reason, shelved  # noqa: PLC0415
    from sujuva.bundles.trust import judge  # noqa: PLC0415

    rules = rules_here()
    held = [read_bundle(path) for path in shelved(inside(SHELF))]
    judged = [(one, judge(one, rules, [other for other in held if other is not one])) for one in held]
    for one, judgement in judged:
        typer.echo(_line(one, judgement))
        if why := reason(one.path):
            typer.echo(f"    went back to it: {why}")
        for fault in judgement.faults:
            typer.echo(f"    refused: {fault.message}", err=True)
    if lacking := missing(rules, [one.manifest.region for one in held]):
        typer.echo(f"Neither own data nor a bundle: {', '.join(lacking)}.")
    if not held:
        typer.echo(f"{SHELF} holds no bundle. `sujuva bundles add FILE` takes one in.")
    if any(judgement.faults for _, judgement in judged):
        raise typer.Exit(1)


@bundles.command()
def check(file: Annotated[Path, typer.Argument(help="The bundle.")]) -> None:
    """Say whether a bundle would be accepted here, and everything that keeps it out. Nothing is written."""
    from sujuva.bundles.archive import read_bundle  # noqa: PLC0415
    from sujuva.bundles.shelf import SHELF, overtaken_here, require_together, shelved  # noqa: PLC0415
    from sujuva.bundles.trust import judge  # noqa: PLC0415

    one = read_bundle(file)
    others = [read_bundle(path) for path in shelved(inside(SHELF))]
    beside = [other for other in others if other.manifest.region != one.manifest.region]
    judgement = judge(one, rules_here(), beside)
    require_together(one, beside)
    old = next((other for other in others if other not in beside), None)
    faults = [*judgement.faults, *overtaken_here(one, old, _released())]
    typer.echo(_line(one, judgement))
    for note in judgement.notes:
        typer.echo(f"    note: {note}")
    for fault in faults:
        typer.echo(f"    refused: {fault.message}{f' {fault.hint}' if fault.hint else ''}", err=True)
    if faults:
        raise typer.Exit(1)
    typer.echo(f"{file.name} would be accepted.")


@bundles.command()
def add(
    file: Annotated[Path, typer.Argument(help="The bundle, with its signature beside it.")],
    *,
    back: Annotated[
        str | None,
        typer.Option(metavar="WHY", help="Take it though a later one was taken in, and why; readers are told."),
    ] = None,
) -> None:
    """Take a bundle in, where it is accepted: it replaces the one of the same region, and what changed is told.

    One that came before the one that is there is refused, unless --back says why it is taken all the same.
    """
    from sujuva.bundles.shelf import SHELF  # noqa: PLC0415
    from sujuva.bundles.shelf import add as taken_in  # noqa: PLC0415

    added = taken_in(file, inside(SHELF), rules_here(), released=_released(), back=back)
    typer.echo(_line(added.bundle, added.judgement))
    if added.replaced:
        typer.echo("It took the place of another one:")
    for line in added.replaced:
        typer.echo(f"    {line}")
    typer.echo("Next: sujuva repro")


def _line(one: Bundle, judgement: Judgement) -> str:
    from sujuva.bundles.members import by_folder  # noqa: PLC0415

    said = one.manifest
    signer = f"signed {judgement.signer}" if judgement.signer else "no valid signature"
    kind = "synthetic" if said.synthetic else "real"
    rows = ", ".join(f"{rows} {name}" for name, rows in by_folder(one).items())
    waves = " ".join(map(str, said.waves))
    what = f"{said.region}  round {said.round}  {waves}  {kind}"
    return f"{what}  rows: {rows}  withheld: {len(said.withheld)}  {signer}  {one.sha256}"


def _released() -> dict[str, tuple[int, str]]:
    """Return round and SHA-256 of the last of each region's bundles that a release stands on."""
    from sujuva.releases.register import read_register  # noqa: PLC0415

    register = read_register()
    told = [one for release in register.releases for one in register.meta(release).get("bundles", ())]
    return {one["region"]: (one["round"], one["sha256"]) for one in sorted(told, key=lambda one: one["round"])}


def rules_here() -> Rules:
    """Return what the project here asks of bundles.

    Raises:
        BundleError: `clean` has not run, so nobody knows what the study is.
    """
    from sujuva.bundles.here import rules_of  # noqa: PLC0415
    from sujuva.fingerprint import code_fingerprint  # noqa: PLC0415
    from sujuva.params import load_params  # noqa: PLC0415

    params, root = load_params(), project_root()
    study = root / "data/study"
    if not (study / "sources.yaml").is_file():
        msg = "What this study is, and by which codebooks, is not known yet: there is no data/study."
        raise BundleError(msg, "Run: dvc repro clean")
    return rules_of(params, clean=root / "data/clean", study=study, code=code_fingerprint("moments", root))
