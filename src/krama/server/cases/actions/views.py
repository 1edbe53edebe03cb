# SPDX-License-Identifier: Apache-2.0
"""Saved views of the queue: a person's own, and those that a lead shares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from krama.errors import BadInput, NotFound
from krama.server.accounts.may import Operation, may, require
from krama.server.accounts.models import User
from krama.server.cases.filters import Filters
from krama.server.cases.models.queue import SavedView
from krama.server.cases.queries.queue import views_of
from krama.server.trail.actions import record
from krama.server.trail.events import Event
from krama.server.web.storable import storable

MOST_VIEWS = 40


@transaction.atomic
def save_view(actor: User, *, name: str, filters: Mapping[str, Any], shared: bool = False) -> SavedView:
    """By this name from now on; one's own of the same name is written anew."""
    require(actor, Operation.SHARE_VIEWS if shared else Operation.READ_CASES)
    name = name.strip()
    if not name or len(name) > 60 or not storable(name):
        raise BadInput("Give the view a name of at most 60 characters.", field="name")
    kept = Filters.of(filters).as_json()
    if SavedView.objects.filter(owner=actor).exclude(name=name).count() >= MOST_VIEWS:
        raise BadInput(f"At most {MOST_VIEWS} views a person; remove one first.", field="name")
    fields = {"filters": kept, "is_shared": shared, "at": timezone.now()}
    row, _made = SavedView.objects.update_or_create(owner=actor, name=name, defaults=fields)
    record(actor, Event.VIEW_SAVED, subject_kind="view", subject_id=row.pk, details={"shared": shared})
    return row


@transaction.atomic
def remove_view(actor: User, *, view: UUID) -> None:
    """One's own; a shared one by whoever may share."""
    row = views_of(actor).filter(pk=view).first()
    if row is None or (row.owner_id != actor.pk and not may(actor, Operation.SHARE_VIEWS)):
        raise NotFound
    record(actor, Event.VIEW_REMOVED, subject_kind="view", subject_id=row.pk, details={"shared": row.is_shared})
    row.delete()
