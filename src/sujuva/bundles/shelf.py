"""The bundles that a study has taken in: files of data/bundles, one a region, each with its signature beside it.

A valid signature holds for good, so that whoever has an old bundle of a region could send it again. Each bundle says in
which round of its region it was made, and `add` takes none that came before the one that is there, or before one that
a release stands on, unless somebody says why: the reason lies beside the bundle until another takes its place. Whoever
puts files into the folder by hand is not asked: a commit of old gives its numbers again from the bundles that it had.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sujuva.bundles.archive import SUFFIX, Bundle, read_bundle
from sujuva.bundles.books import differences
from sujuva.bundles.combine import combine
from sujuva.bundles.contents import Contents
from sujuva.bundles.members import contents_of
from sujuva.bundles.trust import Fault, Judgement, Rules, judge, overtaken, signature_of
from sujuva.errors import BundleError
from sujuva.io import replacing, write_text
from sujuva.signatures import SUFFIX as SIGNATURE

SHELF = "data/bundles"
"""Folder of the bundles that a study has taken in."""
Rounds = Mapping[str, tuple[int, str]]
"""Region → round and SHA-256 of the last of its bundles."""
BACK = ".back"
"""End of the name of the file that says why a bundle stands where a later one stood."""
_LONGEST = 200


@dataclass(frozen=True)
class Accepted:
    """A bundle that was read, judged and accepted.

    Attributes:
        bundle: What it says of itself.
        contents: Its tables.
        judgement: What is worth knowing about it.
        back: Why it stands where a later one stood; empty: none did.
    """

    bundle: Bundle
    contents: Contents
    judgement: Judgement
    back: str = ""

    def told(self) -> dict[str, Any]:
        """Return what later stages and readers are told of it: no count of persons."""
        said = self.bundle.manifest
        return {
            "region": said.region,
            "round": said.round,
            "back": self.back,
            "waves": list(said.waves),
            "sha256": self.bundle.sha256,
            "code": said.code,
            "signer": self.judgement.signer,
            "withheld": len(said.withheld),
        }


def shelved(folder: Path) -> list[Path]:
    """Return the bundles of a folder, by the names of their regions; none where there is no folder.

    Raises:
        BundleError: Something else lies there, so that nobody can tell what it was meant for.
    """
    if not folder.is_dir():
        return []
    paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    bundles = [path for path in paths if path.suffix == SUFFIX]
    belonging = {*bundles, *(signature_of(path) for path in bundles), *(_reason_of(path) for path in bundles)}
    if strange := [path.name for path in paths if path not in belonging]:
        ends = {SIGNATURE: "a signature without its bundle", BACK: "a reason without its bundle"}
        what = next((told for end, told in ends.items() if strange[0].endswith(end)), "no bundle")
        msg = f"{folder.name}/{strange[0]} is {what}."
        kinds = ", ".join(f"REGION{SUFFIX}{end}" for end in ("", SIGNATURE, BACK))
        hint = f"Take it away: in that folder lie {kinds} alone."
        raise BundleError(msg, hint)
    return bundles


def accepted(folder: Path, rules: Rules) -> list[Accepted]:
    """Read every bundle of a folder and hold it against what the study asks, in the order of the study's regions.

    Raises:
        BundleError: One is not accepted: the first reason.
    """
    bundles = [read_bundle(path) for path in shelved(folder)]
    found = []
    for bundle in bundles:
        judgement = judge(bundle, rules, [one for one in bundles if one is not bundle])
        judgement.require()
        _require_name(bundle)
        found.append(Accepted(bundle, contents_of(bundle), judgement, reason(bundle.path)))
    return sorted(found, key=lambda one: list(rules.regions).index(one.bundle.manifest.region))


def missing(rules: Rules, there: Collection[str]) -> list[str]:
    """Return the regions of a study of which neither its own data nor a bundle is there."""
    return [region for region in rules.regions if region not in rules.own and region not in there]


@dataclass(frozen=True)
class Added:
    """What became of a bundle that was taken in.

    Attributes:
        bundle: It.
        judgement: What is worth knowing about it.
        replaced: Lines about the bundle of the same region that it took the place of; none: there was none.
    """

    bundle: Bundle
    judgement: Judgement
    replaced: tuple[str, ...] = ()


def add(path: Path, folder: Path, rules: Rules, *, released: Rounds | None = None, back: str | None = None) -> Added:
    """Take in a bundle, which replaces the one of the same region, and write nothing where it is not accepted.

    The bundle goes before its signature: whoever is interrupted in between has a bundle with the signature of another,
    which is refused until it is added again.

    Args:
        path: The bundle.
        folder: The folder of those that were taken in.
        rules: What the study asks.
        released: Those that releases stand on.
        back: Why it takes the place of one that came after it, or in the same round.

    Raises:
        BundleError: It is not accepted, or is there already; `back` says nothing, or there is nothing to go back from.
    """
    bundle = read_bundle(path)
    held = [read_bundle(one) for one in shelved(folder)]
    old = next((one for one in held if one.manifest.region == bundle.manifest.region), None)
    # The same bundle with a better signature replaces it, too; with the same one there is nothing to do.
    if old is not None and old.sha256 == bundle.sha256 and _signature(old.path) == _signature(path):
        msg = f"{path.name} is in {folder.name}/ already, as {old.path.name}: it was delivered twice."
        raise BundleError(msg, "There is nothing to do.")
    judgement = judge(bundle, rules, [one for one in held if one is not old])
    judgement.require()
    require_together(bundle, [one for one in held if one is not old])
    why = _why(back, list(overtaken_here(bundle, old, released or {})), path.name)
    target = folder / f"{bundle.manifest.region}{SUFFIX}"
    with replacing(target) as temporary:
        shutil.copyfile(path, temporary)
    if signature_of(path).is_file():
        with replacing(signature_of(target)) as temporary:
            shutil.copyfile(signature_of(path), temporary)
    else:
        signature_of(target).unlink(missing_ok=True)
    if why:
        write_text(f"{why}\n", _reason_of(target))
    else:
        _reason_of(target).unlink(missing_ok=True)
    return Added(bundle, judgement, tuple(changed(old, bundle)) if old else ())


def overtaken_here(bundle: Bundle, old: Bundle | None, released: Rounds) -> Iterator[Fault]:
    """Yield why a bundle may not be taken in where others of its region were.

    Args:
        bundle: It.
        old: That of its region which is there; the same file may get a better signature.
        released: Those that releases stand on.
    """
    taken = [(*released[bundle.manifest.region], "behind a release")] if bundle.manifest.region in released else []
    if old is not None:
        if old.sha256 == bundle.sha256:
            return
        taken.append((old.manifest.round, old.sha256, f"in {old.path.parent.name}/"))
    if others := [(number, where) for number, digest, where in taken if digest != bundle.sha256]:
        yield from overtaken(bundle, *max(others))


def reason(path: Path) -> str:
    """Return why a bundle stands where a later one stood; empty: none did."""
    there = _reason_of(path)
    return there.read_text(encoding="utf-8").strip() if there.is_file() else ""


def _why(back: str | None, faults: Sequence[Fault], name: str) -> str:
    if back is None:
        Judgement(tuple(faults)).require()
        return ""
    why = " ".join(back.split())
    if not why or len(why) > _LONGEST:
        msg = f"--back says why, in 1 to {_LONGEST} characters."
        raise BundleError(msg, "Readers of the published tables are told: name no person.")
    if not faults:
        msg = f"{name} came after what was taken in: there is nothing to go back from."
        raise BundleError(msg, "Leave --back out.")
    return why


def _reason_of(path: Path) -> Path:
    return path.with_name(path.name + BACK)


def require_together(bundle: Bundle, others: Sequence[Bundle]) -> None:
    """See that a bundle is whole, and that its sums can be put together with those of others.

    Raises:
        BundleError: A table of one of them is not as recorded.
        ContractError: They tell different things of the same: public statistics, or decimals.
    """
    combine(None, [contents_of(one) for one in (bundle, *others)])


def changed(old: Bundle, new: Bundle) -> Iterator[str]:
    """Yield in what two bundles of a region differ, a line each."""
    yield f"SHA-256 {old.sha256} → {new.sha256}"
    one, other = old.manifest, new.manifest
    for what in ("round", "waves", "code", "sujuva", "thresholds", "ledger"):
        before, after = getattr(one, what), getattr(other, what)
        if before != after:
            yield f"{what}: {_text(before)} → {_text(after)}"
    for name in sorted(one.choices.keys() | other.choices.keys()):
        if one.choices.get(name) != other.choices.get(name):
            yield f"choice {name}: {one.choices.get(name)} → {other.choices.get(name)}"
    yield from (f"codebook {told}" for told in differences(other.codebooks, one.codebooks))
    for name in sorted(one.members.keys() | other.members.keys()):
        before, after = one.members.get(name), other.members.get(name)
        if before is None or after is None or before.sha256 != after.sha256:
            yield f"{name}: {before.rows if before else 0} → {after.rows if after else 0} rows"
    if one.withheld != other.withheld:
        yield f"withheld: {len(one.withheld)} → {len(other.withheld)} places"


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {one}" for name, one in value.items())
    return ", ".join(map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str) else str(value)


def _signature(path: Path) -> bytes:
    there = signature_of(path)
    return there.read_bytes() if there.is_file() else b""


def _require_name(bundle: Bundle) -> None:
    wanted = f"{bundle.manifest.region}{SUFFIX}"
    if bundle.path.name != wanted:
        msg = f"{bundle.path.parent.name}/{bundle.path.name} is of {bundle.manifest.region}, and is not called so."
        raise BundleError(msg, f"Take it in by `sujuva bundles add`, which calls it {wanted}.")
