"""Regions' bundles: what a region shares of its results without sharing people, and the network that they make."""

from sujuva.bundles.contents import LEDGER, WITHHELD, WITHHELD_KEY, Contents

__all__ = ["LEDGER", "WITHHELD", "WITHHELD_KEY", "Contents"]
