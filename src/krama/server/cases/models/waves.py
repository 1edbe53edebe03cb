# SPDX-License-Identifier: Apache-2.0
"""Several alike reports in a short time. A wave speaks of a topic, never of anybody; a person answers it."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from krama.server.compartments.models import Compartment
from krama.server.intake.models import Topic


class Wave(models.Model):
    """One wave of one topic: it grows while such reports go on, and ends when they stop. At most one lasts a topic."""

    class Answer(models.TextChoices):
        WAITING = "waiting", _("Waits for a person")
        RELEASED = "released", _("Released: the firm tells its users")
        DROPPED = "dropped", _("Dropped: nobody is told")

    LONGEST = 600

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    topic = models.CharField(max_length=12, choices=Topic.choices)
    book = models.CharField(max_length=60)  # the playbook for its kind
    began_at = models.DateTimeField()  # of the first report that counted
    last_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=8, choices=Answer.choices, default=Answer.WAITING)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=80, blank=True)
    # What the firm could tell its users: the firm's own words to everybody, a draft until somebody releases it.
    text_en = models.CharField(max_length=LONGEST)
    text_km = models.CharField(max_length=LONGEST)
    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, null=True, related_name="+")
    sealed_reason = models.BinaryField(null=True)  # why it was released or dropped

    class Meta:
        indexes = [models.Index(fields=["raised_at"], condition=models.Q(answer="waiting"), name="wave_to_answer")]
        constraints = [
            models.UniqueConstraint(fields=["topic"], condition=models.Q(ended_at=None), name="one_wave_a_topic"),
            models.CheckConstraint(
                condition=models.Q(answer="waiting", answered_at=None) | models.Q(answered_at__isnull=False),
                name="a_wave_answered_has_a_time",
            ),
        ]
