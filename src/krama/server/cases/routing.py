# SPDX-License-Identifier: Apache-2.0
"""Which unit a new case goes to: the first rule that fits wins; where none does it is everybody's."""

from __future__ import annotations

from collections.abc import Sequence

from krama.server.cases.facets import Facets
from krama.server.cases.models import Case
from krama.server.cases.models.queue import Route
from krama.server.cases.queries.queue import routes
from krama.server.trail.actions import record
from krama.server.trail.actor import COLLECTOR
from krama.server.trail.events import Event

Said = tuple[Event, dict[str, object]]


def first_fit(rules: Sequence[Route], facets: Facets) -> Route | None:
    """Every condition of a rule must hold."""
    return next((rule for rule in rules if conditions(rule) <= facets), None)


def conditions(rule: Route) -> Facets:
    given = (("language", rule.language), ("about", rule.about), ("sector", rule.sector))
    return frozenset((kind, value) for kind, value in given if value)


def send(case: Case, facets: Facets, rules: Sequence[Route]) -> Said | None:
    """Put the case where it belongs, not stored yet; what the trail says of it, with the rule's name."""
    rule = first_fit(rules, facets)
    if rule is None:
        return None
    case.unit = rule.unit
    return Event.CASE_ROUTED, {"rule": rule.name, "route": str(rule.pk), "unit": str(rule.unit_id)}


def send_new(case: Case, facets: Facets) -> None:
    """A case that was stored just now, in the transaction that opened it."""
    said = send(case, facets, routes())
    if said is not None:
        case.save(update_fields=["unit"])
        record(COLLECTOR, said[0], subject_kind="case", subject_id=case.ref, details=said[1])
