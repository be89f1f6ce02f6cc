"""Do the services work as one: networks of organisations, the way of cases between sectors, feedback."""

from sujuva.integration.casework import event_indicators, handover_indicators
from sujuva.integration.delays import delay_distribution, delay_indicators, quantile
from sujuva.integration.feedback import feedback_indicators
from sujuva.integration.measures import Measure, Network
from sujuva.integration.networks import network_indicators, node_positions
from sujuva.integration.ties import TieRule, confirmed_ties, reported_ties

__all__ = [
    "Measure",
    "Network",
    "TieRule",
    "confirmed_ties",
    "delay_distribution",
    "delay_indicators",
    "event_indicators",
    "feedback_indicators",
    "handover_indicators",
    "network_indicators",
    "node_positions",
    "quantile",
    "reported_ties",
]
