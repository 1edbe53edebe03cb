# SPDX-License-Identifier: Apache-2.0
"""The second adapter: a person of a named unit does it in the firm's system, and says so on Today."""

from __future__ import annotations

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.may import ROLES, Operation
from krama.server.accounts.models import User
from krama.server.measures.adapters import Answer, Order, Said, register
from krama.server.measures.kinds import Kind
from krama.server.measures.models import HandTask, Way


class ByHand:
    name = "by-hand"
    label: str | Promise = _("A person, by hand")
    kinds = frozenset(Kind) - {Kind.WITHHOLD}  # at once, by rule: no person is that fast

    def places(self, kind: Kind) -> list[str]:
        """The unit, while somebody works there who may read cases; without a unit, whoever may."""
        way = Way.objects.filter(kind=kind).first()
        unit = way.unit_id if way else None
        people = User.objects.filter(is_active=True, role__in=ROLES[Operation.READ_CASES])
        there = people.filter(unit=unit).exists() if unit else people.exists()
        return [str(unit or "")] if there else []

    def deliver(self, order: Order) -> Answer:
        """A row on Today; a second time finds the first."""
        HandTask.objects.get_or_create(
            measure_id=order.measure,
            asks=order.asks,
            defaults={"unit_id": order.place or None, "at": timezone.now()},
        )
        return Answer(Said.TAKEN)


BY_HAND = register(ByHand())
