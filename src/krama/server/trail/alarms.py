# SPDX-License-Identifier: Apache-2.0
"""What is wrong with the trail now: looked up each time from what lies there, so that no alarm can be deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop as _

from krama.server.trail import raw
from krama.server.trail.models import Entry, TreeHead
from krama.server.trail.sequencer import BATCH, sound_frontier
from krama.server.trail.witness import last_witnessed

LATE = timedelta(seconds=30)
WORDS = {
    "unsealed": _("Somebody wrote into the trail behind Krama: entries whose seal is wrong: %(count)s."),
    "behind": _("The trail lacks entries that its witness outside the database knows: %(count)s."),
    "head": _("The newest head of the trail is not the one that Krama signed: no entry gets its place."),
    "witness": _("Entries that wait to be witnessed outside the database: %(count)s."),
}


@dataclass(frozen=True)
class Alarm:
    """`unsealed`: rows Krama did not write; `behind`: the database is older than its witness; `head`: the newest

    tree head is not the one that was signed; `witness`: nothing was written outside the database for too long.
    """

    what: str
    count: int = 1


def alarms(now: datetime) -> list[Alarm]:
    """Most pressing first; empty when all is well."""
    found = [Alarm("unsealed", count)] if (count := unsealed()) else []
    witnessed = last_witnessed()  # before the head: an honest witness is never newer than a head read after it
    head = TreeHead.objects.order_by("-size").first()
    size = head.size if head else 0
    if witnessed and witnessed.size > size:
        found.append(Alarm("behind", witnessed.size - size))
    elif sound_frontier() is None and Entry.objects.exists():
        found.append(Alarm("head"))
    elif head and head.at < now - LATE and size > (witnessed.size if witnessed else 0):
        found.append(Alarm("witness", size - (witnessed.size if witnessed else 0)))
    return found


def unsealed() -> int:
    """Of the oldest rows without a place: how many Krama did not write, or somebody changed since."""
    return sum(not row.is_sealed for row in raw.rows(raw.WAITING, BATCH))
