"""The situation around the network: public statistics of its areas."""

from sujuva.situation.areas import area_indicators, area_names, regions_by_area, statistic_titles
from sujuva.situation.background import background_rows
from sujuva.situation.forecasts import area_forecasts, area_kinds
from sujuva.situation.months import month_forecasts, month_values, with_year
from sujuva.situation.offers import child_budget_rows, service_part_rows
from sujuva.situation.told import signal_rows
from sujuva.situation.trends import area_aapc

__all__ = [
    "area_aapc",
    "area_forecasts",
    "area_indicators",
    "area_kinds",
    "area_names",
    "background_rows",
    "child_budget_rows",
    "month_forecasts",
    "month_values",
    "regions_by_area",
    "service_part_rows",
    "signal_rows",
    "statistic_titles",
    "with_year",
]
