"""Regions' bundles: what a region shares of its results without sharing people, and the network that they make."""

from sujuva.bundles.contents import LEDGER, WITHHELD, WITHHELD_KEY, Contents
from sujuva.bundles.protect import PARTIAL, protected, without_withheld

__all__ = ["LEDGER", "PARTIAL", "WITHHELD", "WITHHELD_KEY", "Contents", "protected", "without_withheld"]
