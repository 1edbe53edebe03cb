# SPDX-License-Identifier: Apache-2.0
"""Playbooks of a case and what was done of them. Which one it is tells of the child, so it lies sealed."""

from __future__ import annotations

import uuid

from django.db import models

from krama.server.cases.models.case import Case
from krama.server.compartments.models import Compartment


class KeptPlaybook(models.Model):
    """A version as it was written: a case keeps the one that it began with, whatever Krama brings later."""

    book = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    body = models.TextField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "number"], name="a_playbook_version_once")]


class CasePlaybook(models.Model):
    """One playbook of one case. `key` is a keyed hash of both, so that none is begun twice.

    It goes along when its case is put together with another; what is sealed stays in the notes where it was written.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="playbooks")
    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    sealed_book = models.BinaryField(null=True)  # which one, in which version
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=80)
    counts_from = models.DateTimeField()  # the hours of its steps run from here
    next_due_at = models.DateTimeField(null=True)  # of what must be done and is not; None when nothing is left
    set_aside_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~models.Q(key=""), name="a_playbook_once_a_case")
        ]


class PlaybookMark(models.Model):
    """Somebody did a step, opened it again, or set the playbook aside. Never changed: the newest of a step counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    playbook = models.ForeignKey(CasePlaybook, on_delete=models.PROTECT, related_name="marks")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    in_time = models.BooleanField(null=True)  # of a step that was done
    sealed_words = models.BinaryField(null=True)  # which step, what, and why

    class Meta:
        indexes = [models.Index(fields=["at"], condition=models.Q(in_time__isnull=False), name="step_done_at")]
