"""What is known of a column beside its type: whose key it is, whether it may name somebody, what exports call it.

It stands as dataframely metadata beside the column, and whoever needs it asks here. A column that can hold text and
does not say what it is stops cleaning: what nobody knows of could be a name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import dataframely as dy
import polars as pl

from sujuva.errors import ContractError

Kind = Literal["key", "code", "label", "free", "value"]
KeyOf = Literal["person", "family", "talk", "item"]
_ABOUT = "about"


@dataclass(frozen=True, kw_only=True)
class About:
    """What is known of a column.

    Attributes:
        kind: key: a keyed pseudonym in the clean tables; code: one of the codes of a kind (of `terms.yaml` or of a
            codebook of its own); label: a name or word for something else than a person; free: text in somebody's own
            words, which may name somebody and is never published; value: a number, date or truth value.
        of: Whose key it is (person, family, talk, item), or the kind of its codes.
        codes: Its codes, where the contract knows all of them.
        aliases: What exports call it, in small letters and digits alone, beside the name of the contract.
        group: It may be one of `study.groups`.
        named: It may come from a raw column called "name": it names something else than a person.
        refers: Column of another table that it refers to, as table.column; the parent's other key columns have the
            same names here.
        per: Column within whose values it is always the same.
        made: Cleaning makes it; no source feeds it.
        default: What stands in it where a source does not feed it (over the columns of the table).
        wide: Sources may give one raw column for each item instead of it.
        partial: Only some kinds of rows have it: elsewhere a blank means that there is nothing, not that it is unknown.
        missing: What sources of the table write where there is no value, whatever sources.yaml says.
        bounded: Column that tells whether its numbers are lower bounds ("over 1000"); cleaning makes it.
        any_year: The year in which something happened, which need not be one of the waves of the study.
    """

    kind: Kind
    of: str = ""
    codes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    group: bool = False
    named: bool = False
    refers: str = ""
    per: str = ""
    made: bool = False
    default: pl.Expr | None = None
    wide: bool = False
    partial: bool = False
    missing: tuple[str, ...] = ()
    bounded: str = ""
    any_year: bool = False

    @property
    def private(self) -> bool:
        """Whether it tells of single persons or families, and never leaves the microdata floor."""
        return self.kind in {"key", "free"}


def key(of: KeyOf, aliases: str = "", **more: Any) -> dict[str, Any]:
    """Return the metadata of a column of pseudonyms; `aliases` are parted by blanks, here and below."""
    return _metadata("key", aliases, of=of, **more)


def code(of: str, aliases: str = "", **more: Any) -> dict[str, Any]:
    """Return the metadata of a column of codes of a kind."""
    return _metadata("code", aliases, of=of, **more)


def label(aliases: str = "", **more: Any) -> dict[str, Any]:
    """Return the metadata of a column that names something else than a person."""
    return _metadata("label", aliases, **more)


def free(aliases: str = "", **more: Any) -> dict[str, Any]:
    """Return the metadata of a column of text in somebody's own words."""
    return _metadata("free", aliases, **more)


def value(aliases: str = "", **more: Any) -> dict[str, Any]:
    """Return the metadata of a column of numbers, dates or truth values."""
    return _metadata("value", aliases, **more)


def _metadata(kind: Kind, aliases: str, **more: Any) -> dict[str, Any]:
    return {_ABOUT: About(kind=kind, aliases=tuple(aliases.split()), **more)}


def coded(of: str, codes: Iterable[str], aliases: str = "", *, primary_key: bool = False, **more: Any) -> dy.String:
    """Return a column of codes that are all known; `nullable` and whatever `About` has may be given, too."""
    known, nullable = tuple(codes), more.pop("nullable", False)
    allowed = {"allowed": lambda column: column.is_in(known)}
    metadata = code(of, aliases, codes=known, **more)
    return dy.String(primary_key=primary_key, nullable=nullable, check=allowed, metadata=metadata)


@lru_cache(maxsize=8192)
def about(schema: type[dy.Schema], name: str) -> About:
    """Return what is known of a column; a column that cannot hold text is a value unless it says otherwise.

    Raises:
        ContractError: The column can hold text and does not say what it is.
    """
    column = schema.columns()[name]
    found = (column.metadata or {}).get(_ABOUT)
    if found is not None:
        return found  # type: ignore[no-any-return]
    if column.dtype.is_numeric() or column.dtype.is_temporal() or column.dtype == pl.Boolean:
        return About(kind="value")
    msg = f"The contract {schema.__name__} does not say what its column '{name}' holds."
    hint = "Say it beside the column in sujuva.tables: metadata=key(…), code(…), label(…) or free(…)."
    raise ContractError(msg, hint)


def all_about(schema: type[dy.Schema]) -> dict[str, About]:
    """Return what is known of every column of a contract, in its order.

    Raises:
        ContractError: A column can hold text and does not say what it is.
    """
    return {name: about(schema, name) for name in schema.column_names()}


def key_columns(schema: type[dy.Schema]) -> dict[str, str]:
    """Return the columns that hold pseudonyms, and of what kind of key.

    Raises:
        ContractError: A column can hold text and does not say what it is.
    """
    return {name: one.of for name, one in all_about(schema).items() if one.kind == "key"}


def respondent(**more: Any) -> dy.String:
    """Return the key of who answered."""
    aliases = (
        "vastaajatunnus vastaaja vastaajaid tunnus tunniste tutkimusnumero respondentid responseid participantid "
        "participant subjectid studyid recordid personid pseudonyymi pseudonym fsdid childid lapsiid oppilasid "
        "svarsid respondentnummer deltagarid vastaajanid vastaajannumero vastaajanumero vastaajanro vastaajakoodi "
        "vastausid vastaustunnus vastausnumero lapsentunnus lapsenid oppilasnumero oppilaanid oppilastunnus nuorenid "
        "nuorentunnus svarandeid svarandensid respondentensid barnetsid barnid elevid elevnummer svarsnummer id"
    )
    return dy.String(primary_key=True, min_length=1, metadata=key("person", aliases, **more))


def wave(*, primary_key: bool = True, **more: Any) -> dy.Int32:
    """Return the year of measurement; with `any_year`, the one in which something happened between measurements."""
    aliases = (
        "vuosi mittausvuosi year surveyyear aalto mittausaalto tutkimusvuosi kyselyvuosi tilastovuosi vuosiluku "
        "mittauskerta mittauskierros kyselykierros kierros round år mätår undersökningsår mättillfälle datavuosi"
    )
    return dy.Int32(primary_key=primary_key, min=1900, max=2199, metadata=value(aliases, **more))


def region(*, primary_key: bool = False, **more: Any) -> dy.String:
    """Return the region, a key of `regions.yaml`."""
    aliases = "alue hyvinvointialue maakunta hva området område välfärdsområde county"
    return dy.String(primary_key=primary_key, min_length=1, metadata=code("region", aliases, named=True, **more))


def municipality(*, regex: str | None = r"^[0-9]{3}$", **more: Any) -> dy.String:
    """Return the municipality, an official code; null where it is not known."""
    aliases = (
        "kunta kotikunta asuinkunta kuntakoodi kommun hemkommun kuntanimi kunnannimi kuntanumero kommunkod kommunnamn"
    )
    metadata = code("municipality", aliases, named=True, **more)
    return dy.String(nullable=True, min_length=None if regex else 1, regex=regex, metadata=metadata)


def sector(*, nullable: bool = True, **more: Any) -> dy.String:
    """Return the sector of an actor, a key of `sectors.yaml`."""
    aliases = "toimiala sektori hallinnonala palvelu sektor orggroup"
    return dy.String(nullable=nullable, min_length=1, metadata=code("sector", aliases, **more))


def organisation(*, primary_key: bool = True, nullable: bool = False, **more: Any) -> dy.String:
    """Return the key of an actor within its region."""
    aliases = "tunnus toimijatunnus organisaatiotunnus organisationid organizationid id"
    metadata = label(aliases, named=True, **more)
    return dy.String(primary_key=primary_key, nullable=nullable, min_length=1, metadata=metadata)


def event() -> dy.String:
    """Return the name of a meeting or workshop within its region and wave."""
    aliases = "tilaisuus tapaaminen työpaja tillfälle workshop tilaisuustunnus"
    return dy.String(primary_key=True, min_length=1, metadata=label(aliases, named=True))


def unit(*, nullable: bool = False, **more: Any) -> dy.String:
    """Return the unit of service (school, daycare centre) that a person belongs to."""
    aliases = (
        "yksikkö koulu oppilaitos päiväkoti ryväs school cluster psu enhet skola toimipaikka toimipiste "
        "toimintayksikkö palveluyksikkö yksikönnimi koulunnimi päiväkodinnimi kouluyksikkö verksamhetsenhet "
        "verksamhetsställe skolenhet daghem"
    )
    return dy.String(nullable=nullable, min_length=1, metadata=label(aliases, **more))


def age_group(**more: Any) -> dy.String:
    """Return the age group, in the words of the study; null where it is not known."""
    aliases = "agegroup ikäryhmä ikäluokka åldersgrupp ageband ikä lapsenikä ikävuosina age ålder barnetsålder"
    return dy.String(nullable=True, min_length=1, metadata=code("age_group", aliases, **more))
