# SPDX-License-Identifier: Apache-2.0
"""The first adapter: a signed webhook to the firm's own system."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from krama.errors import KramaError
from krama.server.measures.adapters import Answer, Order, Said, register
from krama.server.measures.kinds import Kind
from krama.server.measures.models import Webhook


class ByWebhook:
    name = "webhook"
    label: str | Promise = _("Your system, by webhook")
    kinds = frozenset(Kind)

    def places(self, kind: Kind) -> list[str]:
        """Every active address: each has its own retries."""
        return [str(pk) for pk in Webhook.objects.filter(is_active=True).order_by("name").values_list("pk", flat=True)]

    def deliver(self, order: Order) -> Answer:
        from krama.server.measures.deliver import deliver  # an HTTP client is loaded by whoever calls

        try:
            deliver(str(order.measure), order.place, order.asks)
        except KramaError as problem:
            return Answer(Said.REFUSED if problem.permanent else Said.LATER, problem)
        return Answer(Said.TAKEN)


WEBHOOK = register(ByWebhook())
