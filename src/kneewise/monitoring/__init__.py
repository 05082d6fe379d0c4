"""Check-ins become a pain state, and pain and load together become answers about one runner."""

from kneewise.monitoring.check_ins import MOMENT_WORDS, fold_days, new_check_in
from kneewise.monitoring.pain_rules import DayPain, cap_rule, pain_rule
from kneewise.monitoring.pain_state import PainState, allowed_change, pain_state
from kneewise.monitoring.state_document import day_document, state_document

__all__ = [
    "MOMENT_WORDS",
    "DayPain",
    "PainState",
    "allowed_change",
    "cap_rule",
    "day_document",
    "fold_days",
    "new_check_in",
    "pain_rule",
    "pain_state",
    "state_document",
]
