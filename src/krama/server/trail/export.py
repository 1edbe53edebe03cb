# SPDX-License-Identifier: Apache-2.0
"""The trail as a bundle, and one entry's proof: what an auditor takes to another machine.

Everything about actions, nothing about identities: an entry holds references and counts, and so does its bundle.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from krama.errors import Conflict, NotFound
from krama.ledger import Bundle, Head, Line, check_proof, inclusion_proof, write_bundle, write_proof
from krama.server.trail import raw
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event
from krama.server.trail.leaf import plain_of
from krama.server.trail.models import Entry, TreeHead
from krama.server.trail.seal import signing_key
from krama.server.trail.sequencer import sequence
from krama.server.trail.witness import files_in, witness

MOST_WAITING = 100_000


def export(actor: Actor, *, path: Path) -> int:
    """Write the bundle; returns how many entries have a place in it. That it was exported is its last entry."""
    record(actor, Event.TRAIL_EXPORTED, subject_kind="trail", subject_id="all")
    place_all()
    bundle = gather()
    write_bundle(path, bundle)
    return len(bundle.lines)


def place_all() -> None:
    """So that what was done a moment ago is in it, signed and witnessed."""
    while sequence():
        pass
    witness(now=True)


def gather() -> Bundle:
    """All that lies there, as it lies there; the witness first, so that it is never newer than the rest."""
    outside = files_in(settings.KRAMA_WITNESS)
    with _one_moment():
        heads = [Head(_size(*facts[:1]), *facts[1:]) for facts in _heads()]
        lines = [Line(row.position or 0, row.leaf_hash, row.text) for row in raw.rows(raw.PLACED)]
        waiting = [("sealed" if row.is_sealed else "unsealed", row.text) for row in raw.rows(raw.WAITING, MOST_WAITING)]
    facts = {"origin": signing_key().public.name, "size": len(lines), "made_at": timezone.now().isoformat()}
    return Bundle(facts, lines, waiting, heads, outside)


def prove(actor: Actor, *, entry_id: str) -> str:
    """The proof of one entry, as c2sp.org/tlog-proof; checked before it is handed out."""
    place_all()
    entry = _entry(entry_id)
    head = TreeHead.objects.exclude(note="").order_by("-size").first()
    if entry.position is None or head is None or entry.position >= head.size:
        raise Conflict("This entry has no place yet: try again in a moment, and look at Today if it stays so.")
    leaves = Entry.objects.filter(position__lt=head.size).order_by("position").values_list("leaf_hash", flat=True)
    path = inclusion_proof([bytes.fromhex(leaf) for leaf in leaves], entry.position)
    proof = write_proof(plain_of(entry), entry.position, path, head.note)
    if check_proof(proof, signing_key().public) is None:
        raise Conflict("The trail was changed: this entry cannot be proved. `krama trail verify` says where.")
    record(actor, Event.TRAIL_EXPORTED, subject_kind="entry", subject_id=entry.pk, details={"proof": entry.position})
    return proof


def _entry(entry_id: str) -> Entry:
    try:
        found = Entry.objects.filter(pk=uuid.UUID(entry_id)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound(f"There is no entry {entry_id!r:.60} in the trail; its id stands in a bundle's entries.txt.")
    return found


@contextmanager
def _one_moment() -> Iterator[None]:
    """Entries and heads of one moment: on SQLite nobody writes meanwhile."""
    with transaction.atomic():
        if connection.vendor == "postgresql" and not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _heads() -> list[tuple[object, str, str]]:
    return list(TreeHead.objects.order_by("size").values_list("size", "root", "note"))


def _size(size: object) -> int:
    return size if isinstance(size, int) else -1  # SQLite keeps whatever somebody put there
