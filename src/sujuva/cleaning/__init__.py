"""Cleaning: raw tables become clean tables, a quarantine and a ledger, and nothing is lost on the way."""

from sujuva.cleaning.folder import Cleaned, clean_folder, write_cleaned
from sujuva.cleaning.identifiers import KINDS, Finding, find_identifiers
from sujuva.cleaning.inspection import Inspected, Inspection, inspect_folder
from sujuva.cleaning.pseudonyms import default_key_file, make_key
from sujuva.cleaning.rules import RULES, Rule, rule_of

__all__ = [
    "KINDS",
    "RULES",
    "Cleaned",
    "Finding",
    "Inspected",
    "Inspection",
    "Rule",
    "clean_folder",
    "default_key_file",
    "find_identifiers",
    "inspect_folder",
    "make_key",
    "rule_of",
    "write_cleaned",
]
