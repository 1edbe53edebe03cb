# SPDX-License-Identifier: Apache-2.0
"""Changing what holds in this country: one person proposes, another one accepts or refuses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from krama.countries import Change as NewFields
from krama.countries import bodies, changed, entry_of
from krama.errors import BadInput, Conflict, NotFound
from krama.server.accounts.models import User
from krama.server.countries import queries
from krama.server.countries.models import Change, KeptPack
from krama.server.countries.publish import publish
from krama.server.trail.actions import record
from krama.server.trail.events import Event

LONGEST_WHY = 300


@transaction.atomic
def propose(actor: User, *, group: str, entry: str, fields: Mapping[str, Any], why: str) -> Change:
    """All fields of one entry as they shall be. What the strict loader does not take is not even proposed."""
    raw = queries.raw_now()
    before, words = entry_of(raw, group, entry), " ".join(why.split())
    if not words or len(words) > LONGEST_WHY:
        raise BadInput(f"Say why in one to {LONGEST_WHY} letters: the second person decides by it.")
    made, _pack = changed(raw, NewFields(group, entry, fields))
    after = entry_of(made, group, entry)
    if after == before:
        raise BadInput("Nothing would change; correct a field first.")
    if after and _day(after) > timezone.localdate():
        raise BadInput("verified_on lies in the future; write the day on which somebody checked it.")
    row = Change(group=group, entry=entry, before=before, fields=after, why=words, version=raw["country"]["version"])
    row.proposed_at, row.proposed_by = timezone.now(), actor
    row.save(force_insert=True)
    record(actor, Event.COUNTRY_PROPOSED, subject_kind="country", subject_id=row.pk, details=_facts(row))
    return row


def confirm(actor: User, *, group: str, entry: str, why: str) -> Change:
    """A person called or visited today and found it right; the second person still accepts."""
    fields = entry_of(queries.raw_now(), group, entry)
    if fields is None:
        raise NotFound(f"There is no {group}/{entry} among the country's facts.")
    today = timezone.localdate().isoformat()
    return propose(
        actor, group=group, entry=entry, fields=fields | {"standing": "confirmed", "verified_on": today}, why=why
    )


@transaction.atomic
def accept(actor: User, *, change: UUID) -> Change:
    """The change holds from now on and makes the next version; whoever proposed it cannot accept it."""
    row = _waiting(change)
    if row.proposed_by_id == actor.pk:
        raise Conflict("You proposed this change; another person must accept it.")
    raw, shown = queries.raw_now(), queries.pack()
    if entry_of(raw, row.group, row.entry) != row.before:
        raise Conflict("The entry has changed since this was proposed; refuse it and propose it anew.")
    made, _pack = changed(raw, NewFields(row.group, row.entry, row.fields))
    row.made = shown.version + 1
    made["country"] = {**made["country"], "version": row.made}
    _decide(row, actor, Change.State.ACCEPTED)
    for version, body in ((shown.version, raw), (row.made, made)):
        KeptPack.objects.get_or_create(version=version, defaults={"body": bodies(body), "kept_at": timezone.now()})
    record(actor, Event.COUNTRY_CHANGED, subject_kind="country", subject_id=row.pk, details=_facts(row))
    transaction.on_commit(publish)
    return row


@transaction.atomic
def refuse(actor: User, *, change: UUID) -> Change:
    """The change will not hold; whoever proposed it may take it back in the same way."""
    row = _waiting(change)
    _decide(row, actor, Change.State.REFUSED)
    record(actor, Event.COUNTRY_REFUSED, subject_kind="country", subject_id=row.pk, details=_facts(row))
    return row


def _waiting(pk: UUID) -> Change:
    row = Change.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise NotFound("There is no such proposal.")
    if row.state != Change.State.PROPOSED:
        raise Conflict("Somebody has decided on this proposal already.")
    return row


def _decide(row: Change, actor: User, state: Change.State) -> None:
    row.state, row.decided_at, row.decided_by = state, timezone.now(), actor
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict("Another change was accepted at the same moment; look again.") from error


def _day(fields: Mapping[str, Any]) -> date:
    said = fields.get("verified_on")
    return date.fromisoformat(said) if said else date.min


def _facts(row: Change) -> dict[str, object]:
    return {"group": row.group, "entry": row.entry, "version": row.made or row.version}
