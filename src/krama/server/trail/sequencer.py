# SPDX-License-Identifier: Apache-2.0
"""The one sequencer: gives entries their places, grows the tree and signs its head.

It takes rows WHERE position IS NULL, never `id > last`: a lower id may commit later, and would be missed. It never
gives a place to what Krama did not write, and never signs what does not continue what it signed before: both are
alarms (see alarms.py).
"""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone

from krama.ledger import Checkpoint, Frontier, open_checkpoint
from krama.server.trail import raw
from krama.server.trail.leaf import leaf_of
from krama.server.trail.models import Entry, TreeHead
from krama.server.trail.seal import signing_key
from krama.server.trail.witness import last_witnessed

BATCH = 1_000
FARTHER = 20 * BATCH  # how far past rows that Krama did not write those that it wrote are looked for
LOCK = 0x6B72616D61  # "krama": one advisory lock for the one sequencer
PLACE = "UPDATE trail_entry SET position = %s, leaf_hash = %s WHERE id = %s AND position IS NULL"


def sequence() -> int:
    """Give a place to what waits; returns how many. Nothing happens while another sequencer is at it."""
    if not Entry.objects.filter(position__isnull=True).exists():
        return 0
    with transaction.atomic():
        if not _alone():
            return 0
        frontier = sound_frontier()
        if frontier is None:
            return 0
        waiting = _sealed(BATCH) or _sealed(FARTHER)[:BATCH]
        return _grow(frontier, waiting) if waiting else 0


def _alone() -> bool:
    # On SQLite the transaction began IMMEDIATE: nobody else writes until it ends.
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _sealed(limit: int) -> list[Entry]:
    return [row.entry for row in raw.rows(raw.WAITING, limit) if row.entry and row.is_sealed]


def sound_frontier() -> Frontier | None:
    """From where the tree grows; None when the newest head is not the newest that Krama signed, or was passed by."""
    witnessed = last_witnessed()
    head = TreeHead.objects.order_by("-size").first()
    size = head.size if head else 0
    if (witnessed and witnessed.size > size) or Entry.objects.filter(position__gte=size).exists():
        return None
    return _frontier_of(head) if head else Frontier()


def _frontier_of(head: TreeHead) -> Frontier | None:
    signed = open_checkpoint(head.note, signing_key().public)
    try:
        frontier = Frontier(head.size, [bytes.fromhex(node) for node in head.frontier])
    except (TypeError, ValueError):
        return None
    known = signed is not None and (signed.size, signed.root) == (head.size, frontier.root())
    return frontier if known and head.root == frontier.root().hex() else None


def _grow(frontier: Frontier, waiting: list[Entry]) -> int:
    places = []
    for entry in waiting:
        leaf = leaf_of(entry)
        places.append((frontier.size, leaf.hex(), entry.pk.hex))
        frontier.append(leaf)
    with connection.cursor() as cursor:
        cursor.executemany(PLACE, places)
    nodes, root, key = [node.hex() for node in frontier.hashes], frontier.root(), signing_key()
    note = Checkpoint(key.public.name, frontier.size, root).signed(key)
    TreeHead.objects.create(size=frontier.size, root=root.hex(), frontier=nodes, at=timezone.now(), note=note)
    return len(waiting)
