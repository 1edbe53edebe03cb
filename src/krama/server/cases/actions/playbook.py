# SPDX-License-Identifier: Apache-2.0
"""Playbooks of a case: begun by what fits, chosen by people; steps done, opened again, all of it kept."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound
from krama.playbooks import Playbook, playbooks
from krama.playbooks.load import FOLDER
from krama.server.accounts.may import Operation
from krama.server.cases import reach
from krama.server.cases.actions.notes import notes_of
from krama.server.cases.models import Case, CasePlaybook, Item, KeptPlaybook, PlaybookMark
from krama.server.cases.playbook import Checklist, fitting, hours, how_far, place_of_book, place_of_mark
from krama.server.cases.triage import KINDS
from krama.server.compartments.actions import reseal
from krama.server.detections.models import Detection
from krama.server.detections.scanner import identifiers
from krama.server.trail.actions import record
from krama.server.trail.actor import COLLECTOR, Actor
from krama.server.trail.events import Event
from krama.server.web.storable import storable

BATCH = 20


def begin(case: Case, items: Iterable[Item] | None = None) -> int:
    """What fits the case's kind and was not begun yet. Called when somebody reads the case, or it became theirs.

    `items`: all of the case, where the caller has them.
    """
    books = fitting(case.items.select_related("detection", "report") if items is None else items)
    known = set(case.playbooks.values_list("key", flat=True))
    if all(_key(case, one) in known for one in books):  # no write transaction just to look
        return 0
    with transaction.atomic():
        row = Case.objects.select_for_update().get(pk=case.pk)
        known = set(row.playbooks.values_list("key", flat=True))
        missing = [one for one in books if _key(row, one) not in known]
        for one in missing:
            begun = _create(COLLECTOR, row, one, row.opened_at)
            _record(COLLECTOR, Event.PLAYBOOK_BEGUN, row, begun)
    return len(missing)


def begin_assigned() -> int:
    """Cases that somebody has, and that nobody has read yet: their steps count on that person's Today."""
    topics = [topic for topic, kind in KINDS.items() if any(kind in one.fits for one in playbooks())]
    fits = Q(report__topic__in=topics) | Q(detection__reason=Detection.Reason.MATCH)
    rows = Case.objects.filter(
        Exists(Item.objects.filter(fits, case=OuterRef("pk"))),
        ~Exists(CasePlaybook.objects.filter(case=OuterRef("pk"))),
        state=Case.State.OPEN,
        assignee__isnull=False,
    )
    return sum(begin(case) for case in rows[:BATCH])


@transaction.atomic
def choose(actor: Actor, *, case: Case, book: str) -> CasePlaybook:
    """One more, whatever the kind; one that was set aside is taken up again. Its hours run from now."""
    row = _locked(actor, case)
    one = next((one for one in playbooks() if one.id == book), None)
    if one is None:
        raise BadInput("`book` is one of the playbooks.", field="book")
    now, known = timezone.now(), row.playbooks.filter(key=_key(row, one)).first()
    if known is None:
        known = _create(actor, row, one, now)
    elif known.set_aside_at is None:
        raise Conflict("This case has that playbook already.")
    else:
        known.set_aside_at, known.counts_from = None, now
        _settle(known)
    _record(actor, Event.PLAYBOOK_CHOSEN, row, known)
    return known


@transaction.atomic
def mark(actor: Actor, *, case: Case, playbook: UUID, step: str, done: bool, words: str = "") -> bool:
    """A step was done, or is to be done again and why. False when it stood so: a second click writes nothing."""
    row = _locked(actor, case)
    found = _found(row, playbook)
    line = next((line for line in found.lines if line.step.id == step), None)
    if line is None:
        raise BadInput("`step` is one of this playbook.", field="step")
    if line.done == done:
        return False
    if not done:
        _check_words(words)
    now = timezone.now()
    said = {"step": step, "done": done, "words": "" if done else words.strip()}
    _write(actor, found.row, said, now, in_time=now <= line.due_at if done else None)
    _settle(found.row)
    _record(actor, Event.STEP_DONE if done else Event.STEP_UNDONE, row, found.row)
    return True


@transaction.atomic
def put_aside(actor: Actor, *, case: Case, playbook: UUID, words: str) -> None:
    """It does not fit this case: its steps ask nobody any more, and what was done of it stays."""
    row = _locked(actor, case)
    found = _found(row, playbook)
    _check_words(words)
    now = timezone.now()
    _write(actor, found.row, {"step": "", "done": False, "words": words.strip()}, now)
    found.row.set_aside_at = now
    found.row.save(update_fields=["set_aside_at"])
    _record(actor, Event.PLAYBOOK_ASIDE, row, found.row)


def go_along(*, source: Case, target: Case) -> None:
    """Two cases are put together: the playbooks of the one go along, and none that both have begins a third time.

    Called with both locked, by whoever puts them together and writes it in the trail.
    """
    held = set(target.playbooks.values_list("key", flat=True))
    keys = {_key(source, book): _key(target, book) for book in playbooks()}
    for row in source.playbooks.all():
        anew = keys.get(row.key, row.key)
        row.case, row.key = target, row.key if anew in held else anew
        row.save(update_fields=["case", "key"])


def _locked(actor: Actor, case: Case) -> Case:
    row = Case.objects.select_for_update().get(pk=case.pk)
    reach.require_here(actor, Operation.DECIDE_CASES, row)
    return row


def _found(case: Case, pk: UUID) -> Checklist:
    row = case.playbooks.select_related("compartment").filter(pk=pk).first()
    found = how_far(row) if row else None
    if found is None:
        raise NotFound
    if found.row.set_aside_at is not None:
        raise Conflict("This playbook was set aside; choose it again first.")
    return found


def _create(actor: Actor, case: Case, book: Playbook, since: datetime) -> CasePlaybook:
    now, pk = timezone.now(), uuid4()
    _keep(book, now)
    named = json.dumps({"book": book.id, "version": book.version}).encode()
    return CasePlaybook.objects.create(
        id=pk,
        case=case,
        compartment=notes_of(case),
        key=_key(case, book),
        sealed_book=reseal(notes_of(case), named, *place_of_book(pk)),
        begun_at=now,
        begun_by=actor.actor_id,
        counts_from=since,
        next_due_at=min(since + hours(step) for step in book.steps if step.must),
    )


def _keep(book: Playbook, now: datetime) -> None:
    """The file as it is shipped now, for as long as a case speaks of this version."""
    if not KeptPlaybook.objects.filter(book=book.id, number=book.version).exists():
        body = (FOLDER / f"{book.id}.yaml").read_text("utf-8")
        row = KeptPlaybook(book=book.id, number=book.version, body=body, kept_at=now)
        KeptPlaybook.objects.bulk_create([row], ignore_conflicts=True)  # another worker may have kept it just now


def _settle(row: CasePlaybook) -> None:
    """When its next step must be done, from what was marked."""
    fresh = CasePlaybook.objects.get(pk=row.pk)
    fresh.set_aside_at, fresh.counts_from = row.set_aside_at, row.counts_from
    found = how_far(fresh)
    row.next_due_at = found.next_due if found else None
    row.save(update_fields=["set_aside_at", "counts_from", "next_due_at"])


def _write(
    actor: Actor, row: CasePlaybook, said: dict[str, object], now: datetime, in_time: bool | None = None
) -> None:
    pk = uuid4()
    sealed = reseal(row.compartment, json.dumps(said).encode(), *place_of_mark(pk))
    PlaybookMark.objects.create(id=pk, playbook=row, at=now, by=actor.actor_id, in_time=in_time, sealed_words=sealed)


def _key(case: Case, book: Playbook) -> str:
    return identifiers().of("playbook", f"{case.pk} {book.id}")


def _check_words(words: str) -> None:
    if not words.strip() or len(words) > 2_000 or not storable(words):
        raise BadInput("Say why, in at most 2000 characters.", field="words")


def _record(actor: Actor, event: Event, case: Case, row: CasePlaybook) -> None:
    # Never which playbook or step: whoever reads the trail may not know what the case is about.
    record(actor, event, subject_kind="case", subject_id=case.ref, details={"playbook": str(row.pk)})
