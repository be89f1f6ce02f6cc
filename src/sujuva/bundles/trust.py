"""From whom a bundle is accepted, and whether its sums may be added to those of the study.

Sums add up where they count the same by the same rules. So what would make them mean something else is refused: other
choices that decide moments (`sujuva.params.decided_by`), other codebooks, another form, a newer version. Another
fingerprint of the code is told and not refused: it changes with every comment, while whatever changes the meaning of a
sum raises `sujuva.bundles.manifest.FORM`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sujuva
from sujuva.bundles.archive import Bundle
from sujuva.bundles.books import Books, differences
from sujuva.bundles.manifest import Manifest
from sujuva.errors import BundleError, SignatureError
from sujuva.params import decided_by
from sujuva.signatures import SUFFIX, PublicKey, read_public_key, verify

GROUPS = "study.groups"
"""The one choice of scope that regions must share: the network's row of a group is the sum of all regions'."""
_SHOWN = 3


@dataclass(frozen=True)
class Rules:
    """What a study asks of the bundles that it takes in.

    Attributes:
        regions: Regions of the study.
        waves: Its waves.
        own: Regions whose microdata lie here.
        synthetic: Whether its data say that they are made up.
        choices: Its choices by dotted name; of these, what `meaning` keeps is compared.
        books: What its sums hang on among the codebooks, by region: see `sujuva.bundles.books`.
        code: Fingerprint of the code of its moments; empty: it is not compared.
        keys: Region → minisign keys of its bundles.
        signed: Whether a bundle without a signature is refused.
    """

    regions: Sequence[str]
    waves: Sequence[int]
    own: frozenset[str]
    synthetic: bool
    choices: Mapping[str, Any]
    books: Books
    code: str = ""
    keys: Mapping[str, Sequence[str]] = field(default_factory=dict)
    signed: bool = True


@dataclass(frozen=True)
class Fault:
    """Why a bundle is not accepted: a sentence, and what to do about it."""

    message: str
    hint: str = ""


@dataclass(frozen=True)
class Judgement:
    """What is thought of a bundle.

    Attributes:
        faults: Why it is not accepted; none: it is.
        notes: What is worth knowing about it.
        signer: Number of the key that it was signed with; empty: it has no signature, or not a right one.
    """

    faults: tuple[Fault, ...]
    notes: tuple[str, ...] = ()
    signer: str = ""

    def require(self) -> None:
        """Raise the first fault.

        Raises:
            BundleError: There is one.
        """
        if self.faults:
            raise BundleError(self.faults[0].message, self.faults[0].hint)


def meaning(choices: Mapping[str, Any]) -> dict[str, Any]:
    """Return the choices that sums hang on: those that decide moments, and the groups."""
    return {name: value for name, value in sorted(choices.items()) if name == GROUPS or decided_by(name) == "moments"}


def judge(bundle: Bundle, rules: Rules, others: Iterable[Bundle] = ()) -> Judgement:
    """Say whether a bundle may be taken into a study.

    Args:
        bundle: A bundle that was read, so that its members are as its manifest says.
        rules: What the study asks.
        others: The bundles that it would stand beside.
    """
    name, said = bundle.path.name, bundle.manifest
    signer, faults, notes = _signature(bundle, rules)
    faults += [
        *_version(name, said),
        *_place(name, said, rules),
        *_twice(bundle, others),
        *_kind(name, said, rules),
        *_choices(name, said, rules),
        *_books(name, said, rules),
    ]
    if rules.code and said.code != rules.code:
        notes.append("it was made by other code than lies here (another fingerprint); its form is the same")
    if missing := sorted(set(rules.waves) - set(said.waves)):
        notes.append(f"it has nothing of {', '.join(map(str, missing))}")
    if said.withheld:
        notes.append(f"{len(said.withheld)} places are withheld")
    return Judgement(tuple(faults), tuple(notes), signer)


def overtaken(bundle: Bundle, taken: int, where: str) -> Iterator[Fault]:
    """Yield why a bundle may not take the place of one of the same region that was taken in already.

    Args:
        bundle: It; its signature is valid, as that of every bundle of the region ever was.
        taken: The round of the other, which is not the same file.
        where: Where that one stands.
    """
    name, said = bundle.path.name, bundle.manifest
    if said.round <= taken:
        what = "came before it" if said.round < taken else "is another one of the same round"
        msg = f"{name} is round {said.round} of {said.region}; round {taken} is {where} already, and {name} {what}."
        hint = f"Ask the region for its newest bundle; on purpose: sujuva bundles add {name} --back 'WHY'."
        yield Fault(msg, hint)


def signature_of(path: Path) -> Path:
    """Return where the signature of a bundle lies: beside it."""
    return path.with_name(path.name + SUFFIX)


def _signature(bundle: Bundle, rules: Rules) -> tuple[str, list[Fault], list[str]]:
    path, region = bundle.path, bundle.manifest.region
    trusted = [_key(word, region) for word in rules.keys.get(region, ())]
    if not signature_of(path).exists():
        if not rules.signed:
            return "", [], ["nobody signed it"]
        msg = f"{path.name} is not signed: there is no {signature_of(path).name} beside it."
        return (
            "",
            [Fault(msg, "Ask the region for the signature, too; bundles.signed_only in params.yaml asks for it.")],
            [],
        )
    if not trusted:
        msg = f"{path.name} is signed, and params.yaml names no key of the region {region}."
        hint = f"Take the region's public key by another way: bundles.accepted_keys: {{{region}: [RW…]}}."
        return "", [Fault(msg, hint)], []
    try:
        return verify(path, signature_of(path), trusted).key.name, [], []
    except SignatureError as error:
        return "", [Fault(error.message, error.hint)], []


def _key(word: str, region: str) -> PublicKey:
    try:
        return read_public_key(word)
    except SignatureError as error:
        msg = f"params.yaml: bundles.accepted_keys of {region}: {error.message}"
        raise SignatureError(msg, "A public key of minisign is one word that begins with RW.") from None


def _version(name: str, said: Manifest) -> Iterator[Fault]:
    if _numbers(said.sujuva) > _numbers(sujuva.__version__):
        msg = f"{name} was made by Sujuva {said.sujuva}, which is newer than the {sujuva.__version__} that reads it."
        yield Fault(msg, "Update Sujuva here: an older version cannot know what a newer one means.")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int("".join(letter for letter in part if letter.isdigit()) or 0) for part in version.split(".")[:3])


def _place(name: str, said: Manifest, rules: Rules) -> Iterator[Fault]:
    if said.region not in rules.regions:
        msg = f"{name} is of {said.region}, which is no region of this study."
        yield Fault(msg, "Name it in study.regions of params.yaml, or leave the bundle out.")
    if said.region in rules.own:
        msg = f"{name} is of {said.region}, whose own data lie here, too: its persons would count twice."
        yield Fault(msg, "Take the region's exports out of the input folder, or leave the bundle out.")
    if strange := sorted(set(said.waves) - set(rules.waves)):
        msg = f"{name} has waves that this study has not: {', '.join(map(str, strange))}."
        yield Fault(msg, "Name them in study.waves of params.yaml, or ask the region for a bundle without them.")


def _twice(bundle: Bundle, others: Iterable[Bundle]) -> Iterator[Fault]:
    for one in others:
        if one.sha256 == bundle.sha256:
            msg = f"{bundle.path.name} and {one.path.name} are the same bundle, delivered twice."
            yield Fault(msg, "Keep one of them.")
        elif one.manifest.region == bundle.manifest.region:
            msg = (
                f"{bundle.path.name} and {one.path.name} are both of {one.manifest.region}: persons would count twice."
            )
            yield Fault(msg, "Keep the newer one; `sujuva bundles add` replaces the older.")


def _kind(name: str, said: Manifest, rules: Rules) -> Iterator[Fault]:
    if said.synthetic != rules.synthetic:
        kinds = {True: "synthetic", False: "about real persons"}
        msg = f"{name} is {kinds[said.synthetic]}, and the study is {kinds[rules.synthetic]}: they are never mixed."
        yield Fault(msg, "Look at `synthetic` in sources.yaml of both.")


def _choices(name: str, said: Manifest, rules: Rules) -> Iterator[Fault]:
    own = meaning(rules.choices)
    both = {one: (said.choices.get(one), own.get(one)) for one in sorted(said.choices.keys() | own.keys())}
    told = [
        f"{one} ({'not told' if one not in said.choices else 'not known here' if one not in own else 'another'})"
        for one, (theirs, here) in both.items()
        if theirs != here or one not in said.choices or one not in own
    ]
    if told:
        msg = f"{name} was made by other choices that its sums hang on: {', '.join(told)}."
        yield Fault(msg, "Agree on one value of each in params.yaml; `sujuva measures` shows both.")


def _books(name: str, said: Manifest, rules: Rules) -> Iterator[Fault]:
    told = differences(said.codebooks, rules.books)
    if told:
        more = f" (and {len(told) - _SHOWN} more)" if len(told) > _SHOWN else ""
        msg = f"{name} was made with other codebooks: {'; '.join(told[:_SHOWN])}{more}."
        yield Fault(msg, "Use the same codebooks in both places; `sujuva measures` shows what differs.")
