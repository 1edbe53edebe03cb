# SPDX-License-Identifier: Apache-2.0
"""After a backup of the database was put back: the trail goes on from there, openly, beside what its witness knew.

What the witness held is kept, an entry says how much was lost, and the checkpoints that auditors kept still tell.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from krama.errors import Conflict
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event
from krama.server.trail.models import TreeHead
from krama.server.trail.witness import DAILY, NEWEST, last_witnessed

BEFORE = "before"


@transaction.atomic
def begin_again(actor: Actor) -> int:
    """How many entries the witness knew that the database does not. The newest checkpoint is moved first:

    killed after that, nothing is lost, and the command says that there is nothing to do; the rest is written over.
    """
    known, head = last_witnessed(), TreeHead.objects.order_by("-size").first()
    size = head.size if head else 0
    if known is None or known.size <= size:
        raise Conflict("The database is not older than its witness: there is nothing to begin again.")
    record(
        actor,
        Event.TRAIL_BRANCHED,
        subject_kind="trail",
        subject_id="all",
        details={"entries": size, "witnessed": known.size},
    )
    kept = settings.KRAMA_WITNESS / BEFORE / timezone.now().strftime("%Y%m%dT%H%M%S%f")
    kept.mkdir(parents=True, mode=0o700)
    for name in (NEWEST, DAILY, "tile"):
        if (settings.KRAMA_WITNESS / name).exists():
            (settings.KRAMA_WITNESS / name).rename(kept / name)
    return known.size - size
