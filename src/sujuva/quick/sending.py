"""Making the bundle of a region: contents, protection, and a last look for traces of persons before it is written."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from sujuva.bundles.archive import SUFFIX, Bundle, read_bundle, write_bundle
from sujuva.bundles.here import manifest_of
from sujuva.bundles.members import contents_of, members_of, tells_anything
from sujuva.bundles.own import own_contents
from sujuva.bundles.protect import protected
from sujuva.codebooks import load_instruments
from sujuva.errors import BundleError, DisclosureError
from sujuva.fingerprint import code_fingerprint
from sujuva.handed import read_choices
from sujuva.io import replacing
from sujuva.params import load_params, rules_of_privacy
from sujuva.pipeline.traces import traces_of
from sujuva.publish import Privacy

SENT = "data/sent"
"""Folder of the bundles that regions of this project sent last, and in `EARLIER` of those before them."""
EARLIER = "earlier"


def send(region: str, target: Path, root: Path) -> None:
    """Write the bundle of a region from what the stages up to moments made.

    Args:
        region: Key of the region.
        target: Where it goes. A copy is kept in data/sent: the next one corrects what was sent, and has the next round.
            Where nothing changed since, it is the last one again, to the byte.
        root: The project.

    Raises:
        SujuvaError: The stages have not run, or not of this region alone; data are synthetic in part; a table or a
            column is not recorded.
        DisclosureError: A pseudonym or a row of the clean tables would leave.
    """
    study = root / "data/study"
    chosen = load_params(root / "params.yaml").privacy
    privacy = Privacy(**chosen.model_dump())
    exact = own_contents(region, moments=root / "data/moments", ledger=root / "data/ledger")
    kept, before = root / SENT / f"{region}{SUFFIX}", sent_before(region, root)
    # Whoever was sent those before holds all of them.
    leaving = protected(
        exact, privacy, instruments=load_instruments(study), earlier=[contents_of(one) for one in before]
    )
    if not tells_anything(leaving.moments):
        msg = f"Nothing of {region} may leave: every table of its moments is empty, or withheld."
        raise BundleError(msg, "Without answers, or with so few, there is nothing to send.")
    manifest = manifest_of(
        region,
        leaving,
        number=before[-1].manifest.round if before else 1,
        choices=read_choices(*(str(root / name) for name in ("data/ledger/choices.json", "data/moments/choices.json"))),
        study=study,
        code=code_fingerprint("moments", root),
        thresholds={name: getattr(chosen, name) for name in rules_of_privacy()},
    )
    privacy.require_for(synthetic=manifest.synthetic)
    with TemporaryDirectory() as folder:  # open to its owner alone
        made = Path(folder, target.name)
        write_bundle(manifest, members_of(leaving), made)
        if before and read_bundle(made).sha256 != before[-1].sha256:
            write_bundle(manifest.model_copy(update={"round": manifest.round + 1}), members_of(leaving), made)
            last = root / SENT / EARLIER / f"{region}-{manifest.round}{SUFFIX}"
            with replacing(last) as temporary:
                shutil.copyfile(before[-1].path, temporary)
        _look(made, root)
        for place in dict.fromkeys((kept, target)):
            with replacing(place) as temporary:
                shutil.copyfile(made, temporary)


def sent_before(region: str, root: Path) -> list[Bundle]:
    """Return the bundles that a region has sent so far, the oldest first.

    Raises:
        BundleError: One of them is no bundle, or two that differ have the same round.
    """
    folder = root / SENT
    paths = [*(folder / EARLIER).glob(f"{region}-*{SUFFIX}"), *folder.glob(f"{region}{SUFFIX}")]
    found: dict[int, Bundle] = {}
    for bundle in sorted((read_bundle(path) for path in paths), key=lambda one: one.manifest.round):
        said = bundle.manifest
        if said.region != region:  # of another one whose key begins alike
            continue
        if found.setdefault(said.round, bundle).sha256 != bundle.sha256:
            msg = f"Two bundles below {SENT} are round {said.round} of {region}, and differ."
            raise BundleError(msg, "Take away the one that nobody was sent.")
    return [found[number] for number in sorted(found)]


def _look(path: Path, root: Path) -> None:
    traces = traces_of(root)
    for name, content in read_bundle(path).members.items():
        if told := traces.told_by(name, content):
            msg = f"The bundle was not written: {name} in it holds {told}."
            raise DisclosureError(msg, "No bundle may. Report this as a bug, without the data.")
