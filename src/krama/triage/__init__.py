# SPDX-License-Identifier: Apache-2.0
"""How urgent is it? Facts of a case against a readable rule file: a priority, a lane, and why in words."""

from __future__ import annotations

from krama.triage.clock import OfficeHours, after, counted, office_hours
from krama.triage.compare import Move, compare
from krama.triage.danger import kinds_not_first
from krama.triage.load import load_rules, read_rules, shipped_rules
from krama.triage.model import AXES, LANES, PRIORITIES, Facts, Priority, Rule, RuleFile
from krama.triage.sort import sort

__all__ = [
    "AXES",
    "LANES",
    "PRIORITIES",
    "Facts",
    "Move",
    "OfficeHours",
    "Priority",
    "Rule",
    "RuleFile",
    "after",
    "compare",
    "counted",
    "kinds_not_first",
    "load_rules",
    "office_hours",
    "read_rules",
    "shipped_rules",
    "sort",
]
