"""Columns that several contracts share: the same thing has the same limits, meaning and names in exports everywhere."""

from __future__ import annotations

from typing import Any

import dataframely as dy

from sujuva.tables.columns import code, key, label, value


def respondent(**more: Any) -> dy.String:
    """Return the key of who answered."""
    aliases = (
        "vastaajatunnus vastaaja vastaajaid tunnus tunniste tutkimusnumero respondentid responseid participantid "
        "participant subjectid studyid recordid personid pseudonyymi pseudonym fsdid childid lapsiid oppilasid svarsid "
        "respondentnummer deltagarid id"
    )
    return dy.String(primary_key=True, min_length=1, metadata=key("person", aliases, **more))


def wave(*, primary_key: bool = True, **more: Any) -> dy.Int32:
    """Return the year of measurement."""
    aliases = "vuosi mittausvuosi year surveyyear aalto mittausaalto tutkimusvuosi kyselyvuosi år mätår datavuosi"
    return dy.Int32(primary_key=primary_key, min=1900, max=2199, metadata=value(aliases, **more))


def region(*, primary_key: bool = False, **more: Any) -> dy.String:
    """Return the region, a key of `regions.yaml`."""
    aliases = "alue hyvinvointialue maakunta hva området område välfärdsområde county"
    return dy.String(primary_key=primary_key, min_length=1, metadata=code("region", aliases, named=True, **more))


def municipality(*, regex: str | None = r"^[0-9]{3}$", **more: Any) -> dy.String:
    """Return the municipality, an official code; null where it is not known."""
    aliases = "kunta kotikunta asuinkunta kuntakoodi kommun hemkommun kuntanimi"
    metadata = code("municipality", aliases, named=True, **more)
    return dy.String(nullable=True, min_length=None if regex else 1, regex=regex, metadata=metadata)


def sector(*, nullable: bool = True, **more: Any) -> dy.String:
    """Return the sector of an actor, a key of `sectors.yaml`."""
    aliases = "toimiala sektori resource hallinnonala palvelu sektor orgresource orggroup"
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
    aliases = "yksikkö koulu oppilaitos päiväkoti ryväs school cluster psu enhet skola toimipaikka"
    return dy.String(nullable=nullable, min_length=1, metadata=label(aliases, **more))


def age_group(**more: Any) -> dy.String:
    """Return the age group, in the words of the study; null where it is not known."""
    aliases = "agegroup ikäryhmä ikäluokka åldersgrupp ageband"
    return dy.String(nullable=True, min_length=1, metadata=code("age_group", aliases, **more))
