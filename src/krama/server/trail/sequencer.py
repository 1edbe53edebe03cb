# SPDX-License-Identifier: Apache-2.0
"""The one sequencer: gives entries their places and grows the tree.

It takes rows WHERE position IS NULL, never `id > last`: a lower id may commit later, and would be missed.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone

from krama.ledger import Frontier
from krama.server.trail.leaf import leaf_of
from krama.server.trail.models import Entry, TreeHead

BATCH = 1_000
LOCK = 0x6B72616D61  # "krama": one advisory lock for the one sequencer


def sequence() -> int:
    """Give a place to what waits; returns how many. Nothing happens while another sequencer is at it."""
    if not Entry.objects.filter(position__isnull=True).exists():
        return 0
    with transaction.atomic():
        if not _alone():
            return 0
        waiting = list(Entry.objects.filter(position__isnull=True).order_by("at", "id")[:BATCH])
        return _grow(waiting) if waiting else 0


def _alone() -> bool:
    # On SQLite the transaction began IMMEDIATE: nobody else writes until it ends.
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _grow(waiting: list[Entry]) -> int:
    head = TreeHead.objects.order_by("-size").first()
    frontier = Frontier(head.size, [bytes.fromhex(node) for node in head.frontier]) if head else Frontier()
    for entry in waiting:
        leaf = leaf_of(entry)
        entry.position, entry.leaf_hash = frontier.size, leaf.hex()
        frontier.append(leaf)
    Entry.objects.bulk_update(waiting, ["position", "leaf_hash"], batch_size=200)
    nodes = [node.hex() for node in frontier.hashes]
    TreeHead.objects.create(size=frontier.size, root=frontier.root().hex(), frontier=nodes, at=timezone.now())
    return len(waiting)
