"""Do the services work as one: networks of organisations, the way of cases between sectors, feedback."""

from sujuva.integration.actors import actor_measures, network_actors
from sujuva.integration.agreement import agreement_actors, agreement_indicators
from sujuva.integration.beside import BESIDE_KEY, beside_table
from sujuva.integration.bootstrap import network_changes
from sujuva.integration.casework import event_indicators, handover_indicators, overlap_indicators, referral_indicators
from sujuva.integration.delays import delay_distribution, delay_indicators, quantile
from sujuva.integration.hsim import hsim_actors, hsim_indicators
from sujuva.integration.matrices import Sociomatrix, sociomatrices
from sujuva.integration.measures import Measure, Network
from sujuva.integration.methods import method_indicators
from sujuva.integration.multiplexity import multiplexity_indicators
from sujuva.integration.networks import network_indicators, network_measures, node_positions
from sujuva.integration.noticed import FATES, OPEN_FOR, noticed_indicators
from sujuva.integration.partner import value_trust_actors, value_trust_indicators
from sujuva.integration.partners import NO_ASSESSMENT, feedback_indicators, partner_indicators, rubric_indicators
from sujuva.integration.permutation import ei_tests
from sujuva.integration.presence import PRESENCE_KEY, presence, presence_indicators
from sujuva.integration.profile import composite_indicator, profile_table
from sujuva.integration.qap import qap_tests
from sujuva.integration.ratings import of_kind
from sujuva.integration.said import FEWEST_UNITS, coding_indicators, said_indicators
from sujuva.integration.scale import scale_actors, scale_indicators
from sujuva.integration.survival import SURVIVAL_KEY, survival_indicators, survival_table
from sujuva.integration.taking_part import initiative_indicators, participation_indicators
from sujuva.integration.tallies import case_indicators
from sujuva.integration.ties import TieRule, confirmed_ties, reported_ties

__all__ = [
    "BESIDE_KEY",
    "FATES",
    "FEWEST_UNITS",
    "NO_ASSESSMENT",
    "OPEN_FOR",
    "PRESENCE_KEY",
    "SURVIVAL_KEY",
    "Measure",
    "Network",
    "Sociomatrix",
    "TieRule",
    "actor_measures",
    "agreement_actors",
    "agreement_indicators",
    "beside_table",
    "case_indicators",
    "coding_indicators",
    "composite_indicator",
    "confirmed_ties",
    "delay_distribution",
    "delay_indicators",
    "ei_tests",
    "event_indicators",
    "feedback_indicators",
    "handover_indicators",
    "hsim_actors",
    "hsim_indicators",
    "initiative_indicators",
    "method_indicators",
    "multiplexity_indicators",
    "network_actors",
    "network_changes",
    "network_indicators",
    "network_measures",
    "node_positions",
    "noticed_indicators",
    "of_kind",
    "overlap_indicators",
    "participation_indicators",
    "partner_indicators",
    "presence",
    "presence_indicators",
    "profile_table",
    "qap_tests",
    "quantile",
    "referral_indicators",
    "reported_ties",
    "rubric_indicators",
    "said_indicators",
    "scale_actors",
    "scale_indicators",
    "sociomatrices",
    "survival_indicators",
    "survival_table",
    "value_trust_actors",
    "value_trust_indicators",
]
