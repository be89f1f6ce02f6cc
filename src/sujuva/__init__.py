"""Sujuva: from raw evaluation exports to published indicators and reports."""

__version__ = "0.1.0"
