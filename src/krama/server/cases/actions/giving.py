# SPDX-License-Identifier: Apache-2.0
"""A case goes back to the queue. The trail says that, neither by whom nor why: passing on must cost nobody anything."""

from __future__ import annotations

from django.db import transaction

from krama.server.accounts.models import User
from krama.server.cases.actions.queue import leave
from krama.server.cases.models import Case
from krama.server.trail.actions import record
from krama.server.trail.actor import COLLECTOR
from krama.server.trail.events import Event


@transaction.atomic
def give_back(actor: User, *, case: Case) -> None:
    """Free for the others from now on, unless somebody else has it; called with the case locked.

    The entry is the system's own, and whatever else lets a case come back should write the same one: the auditor sees
    from when it was free again, and nobody can count who passes on how often.
    """
    if case.assignee_id == actor.pk:
        case.assignee = None
        case.save(update_fields=["assignee"])
    leave(case, actor)
    record(COLLECTOR, Event.CASE_RETURNED, subject_kind="case", subject_id=case.ref)
