# SPDX-License-Identifier: Apache-2.0
"""Who has a case and who is there, as its page says it; told only to whoever may see the case."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from krama.server.accounts.guard import StaffRequest
from krama.server.accounts.may import Operation, may
from krama.server.cases.actions.queue import HeldByAnother
from krama.server.cases.models import Case, Item
from krama.server.cases.models.queue import Lease
from krama.server.cases.queries.alike import clusters_of, is_elsewhere
from krama.server.cases.queries.queue import lease_of, others_there
from krama.server.desk.read import Read
from krama.server.web.keys import keys_on


def at_work(request: StaffRequest, case: Case, here: set[Operation], read: Read) -> dict[str, Any]:
    """As it is once the reader is noted to be here. The items are read with what each is near to."""
    is_open = case.state == Case.State.OPEN
    lease = lease_of(case) if is_open and Lease in read.there else None
    others = others_there(request.user, case)
    near = {_cluster(one) for one in read.items if one.decision_id is None} - {None} if is_open else set()
    return {
        "lease": lease,
        "lease_mine": lease is not None and lease.holder_id == request.user.pk,
        "there": [one for one in others if lease is None or one.person_id != lease.holder_id],
        "may_take": is_open and may(request.user, Operation.DECIDE_CASES),
        "may_take_over": Operation.ASSIGN_CASES in here,
        "may_next": may(request.user, Operation.DECIDE_CASES),
        "take_url": f"/cases/{case.ref}/take",
        "back_url": f"/cases/{case.ref}/give-back",
        "alike": clusters_of(request.user, [case]).get(case.pk) if is_elsewhere(case, near) else None,
        "keys": keys_on(request),
    }


def _cluster(item: Item) -> UUID | None:
    near = getattr(item, "near", None)  # nothing where it was not compared yet
    return near.cluster if near is not None else None


def held_note(held: HeldByAnother) -> str:
    """Who has it, and since when."""
    since = parse_datetime(str(held.fields.get("since", "")))
    said = {"name": held.fields.get("holder", ""), "time": localtime(since).strftime("%H:%M") if since else ""}
    return _("%(name)s has this case since %(time)s. Nothing was written; your words are still here.") % said
