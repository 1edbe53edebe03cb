# SPDX-License-Identifier: Apache-2.0
"""A home made before entries were sealed: its entries are sealed as they stand, once, and its head is signed.

Only `krama init` and `krama serve` call it, and only until the folder of the keys says that it was done: afterwards
an entry without a seal is an alarm. Killed half-way it goes on when run again.
"""

from __future__ import annotations

import json

from django.conf import settings
from django.db import transaction

from krama.ledger import Checkpoint
from krama.sealing import write_over
from krama.server.trail.models import Entry, TreeHead
from krama.server.trail.seal import seal_of, signing_key

DONE = "trail.json"
BATCH = 500


def adopt() -> int:
    """How many entries were sealed now; nothing once the folder of the keys says that it was done."""
    mark = settings.HOME.keys / DONE
    if mark.exists():
        return 0
    count = 0
    while some := _seal_some():
        count += some
    _sign_head()
    write_over(mark, json.dumps({"sealed": True, "adopted": count}))
    return count


@transaction.atomic
def _seal_some() -> int:
    rows = list(Entry.objects.select_for_update().filter(seal="").order_by("at", "id")[:BATCH])
    for row in rows:
        row.seal = seal_of(row)
    Entry.objects.bulk_update(rows, ["seal"])
    return len(rows)


@transaction.atomic
def _sign_head() -> None:
    head = TreeHead.objects.select_for_update().order_by("-size").first()
    if head and not head.note:
        key = signing_key()
        head.note = Checkpoint(key.public.name, head.size, bytes.fromhex(head.root)).signed(key)
        head.save(update_fields=["note"])
