# SPDX-License-Identifier: Apache-2.0
"""Loading a catalogue into force, and going back. Every answer, saying, proof and task goes along; none is lost."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from krama.errors import Busy, Conflict
from krama.guidelines import Catalogue, shipped
from krama.guidelines.catalogue_file import to_yaml
from krama.guidelines.clauses import is_sample
from krama.guidelines.migrate import migrate
from krama.server.assessments.actions.moves import move
from krama.server.assessments.models import Answer, GivenProof, LoadedCatalogue, PlanTask, Saying
from krama.server.assessments.queries.catalogue import as_loaded, parsed
from krama.server.assessments.queries.clauses import given
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event
from krama.server.trail.models import Entry

# In the order in which other actions touch them; the load never waits while it holds one of them.
TABLES = (LoadedCatalogue, PlanTask, Answer, Saying, GivenProof)
PATIENCE = 10.0  # seconds in which a moment without a writer comes along
BETWEEN = 0.05


@dataclass(frozen=True)
class Loaded:
    """What came into force, and what became of the answers."""

    catalogue: Catalogue
    kept: int
    moved: int
    look: int


@transaction.atomic
def keep_checked(actor: Actor, *, catalogue: Catalogue) -> LoadedCatalogue:
    """A checked file, ready to be loaded and not in force; the same file again is the same row."""
    file = to_yaml(catalogue)
    row = LoadedCatalogue.objects.filter(catalogue_id=catalogue.id, version=catalogue.version).first()
    facts = {"sha256": hash_of(file), "file": file, "is_sample": is_sample(catalogue)}
    if row is None and (catalogue.id, catalogue.version) == (shipped().id, shipped().version):
        raise Conflict("It bears the id and version of the catalogue that came with Krama; give it another version.")
    if row is not None and row.sha256 == facts["sha256"]:
        return row
    if row is not None and was_in_force(row):
        raise Conflict("This version was loaded before with another text; give the new one a higher version.")
    row = row or LoadedCatalogue(catalogue_id=catalogue.id, version=catalogue.version)
    for name, value in {**facts, "loaded_at": timezone.now(), "loaded_by": actor.actor_id}.items():
        setattr(row, name, value)
    row.save()
    return row


@transaction.atomic
def load(actor: Actor, *, row: LoadedCatalogue, against: str | None = None) -> Loaded:
    """This catalogue holds from now on. `against` is the hash of the one in force that its reader saw."""
    _alone()
    now = LoadedCatalogue.objects.filter(pk=row.pk).first()
    if now is None or now.sha256 != row.sha256:
        raise Conflict("The file was checked anew meanwhile; look at what it changes, then load it.")
    if now.in_force:
        raise Conflict("This catalogue is in force already.")
    return _take_over(actor, now, parsed(now.sha256), against)


@transaction.atomic
def go_back(actor: Actor, *, against: str | None = None) -> Loaded:
    """The catalogue that came with Krama holds again."""
    _alone()
    if not LoadedCatalogue.objects.filter(in_force=True).exists():
        raise Conflict("The catalogue that came with Krama is in force already.")
    return _take_over(actor, None, shipped(), against)


def in_force() -> LoadedCatalogue | None:
    """The loaded catalogue that holds; None when it is the shipped one."""
    return LoadedCatalogue.objects.filter(in_force=True).first()


def was_in_force(row: LoadedCatalogue) -> bool:
    """Whether it ever held; the trail says so."""
    return Entry.objects.filter(event=Event.CATALOGUE_LOADED, subject_id=str(row.pk)).exists()


def hash_of(file: str) -> str:
    """SHA-256 of the file as it is kept."""
    return hashlib.sha256(file.encode()).hexdigest()


def _take_over(actor: Actor, row: LoadedCatalogue | None, after: Catalogue, against: str | None) -> Loaded:
    held, before = in_force(), as_loaded()
    if against is not None and against != (held.sha256 if held else ""):
        raise Conflict("Another catalogue came into force meanwhile; look at what this one changes now.")
    kept = migrate(given(), before, after)
    counts = move(kept, before, after)
    LoadedCatalogue.objects.filter(in_force=True).update(in_force=False)
    if row is not None:
        row.in_force, row.loaded_at, row.loaded_by = True, timezone.now(), actor.actor_id
        row.save(update_fields=["in_force", "loaded_at", "loaded_by"])
    details = {
        "catalogue": after.id,
        "version": after.version,
        "sha256": row.sha256 if row else "",
        "before": before.id,
        "before_version": before.version,
        "before_sha256": held.sha256 if held else "",
        **counts,
    }
    record(
        actor,
        Event.CATALOGUE_LOADED,
        subject_kind="catalogue",
        subject_id=row.pk if row else after.id,
        details=details,
    )
    return Loaded(after, counts["answers"], counts["moved"], counts["look"])


def _alone() -> None:
    """Until this transaction ends nobody else writes an answer: on SQLite it is so, PostgreSQL is asked."""
    if connection.vendor != "postgresql":
        return
    tables = ", ".join(connection.ops.quote_name(table._meta.db_table) for table in TABLES)
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {tables} IN EXCLUSIVE MODE NOWAIT")
            return
        except OperationalError as error:
            if time.monotonic() > until:
                raise Busy("People are writing answers just now; try again in a moment.") from error
            time.sleep(BETWEEN)
