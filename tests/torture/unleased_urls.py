# SPDX-License-Identifier: Apache-2.0
"""Krama's addresses, with one rule broken: whoever asks for a case gets it, whoever has it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from krama.server.accounts.models import User
from krama.server.cases.actions import queue as actions_queue
from krama.server.cases.models import Case, Lease
from krama.server.site.urls import urlpatterns

__all__ = ["urlpatterns"]

_grab = actions_queue._grab


def take_from_them(actor: User, case: Case, now: datetime) -> bool:
    """What somebody has is taken from them."""
    Lease.objects.filter(case=case).exclude(holder=actor).delete()
    return _grab(actor, case, now)


def whoever_has_it(actor: User, now: datetime) -> Q:
    return Q()


actions_queue._grab = take_from_them
actions_queue._had_by_nobody = whoever_has_it
