"""Cleaning: raw tables become clean tables, a quarantine and a ledger, and nothing is lost on the way."""

from sujuva.cleaning.folder import Cleaned, clean_folder, write_cleaned
from sujuva.cleaning.rules import RULES, Rule, rule_of

__all__ = ["RULES", "Cleaned", "Rule", "clean_folder", "rule_of", "write_cleaned"]
