"""Forecasts of yearly and monthly series: simple models, chosen against the naive, and intervals from past misses."""

from sujuva.situation.forecast.chosen import Forecast, Outlook, Record, Step, outlook
from sujuva.situation.forecast.rolling import Series

__all__ = ["Forecast", "Outlook", "Record", "Series", "Step", "outlook"]
