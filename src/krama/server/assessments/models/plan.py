# SPDX-License-Identifier: Apache-2.0
"""What is to be done by whom until when, and what each unit learned and practised."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.models import Unit, User
from krama.server.assessments.models.answers import GivenProof


class PlanTask(models.Model):
    """One step of the action plan; without words of its own it is what its line says, in the reader's language."""

    class State(models.TextChoices):
        OPEN = "open", _("To do")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line_id = models.CharField(max_length=80, db_index=True)
    text = models.CharField(_("what is to be done"), max_length=300, default="", blank=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="plan_tasks")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="plan_tasks")
    due_on = models.DateField(_("until"))
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    proof = models.ForeignKey(GivenProof, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    why_dropped = models.CharField(max_length=300, default="")

    class Meta:
        indexes = [models.Index(fields=["due_on"], condition=models.Q(state="open"), name="plan_task_open")]
        constraints = [
            models.UniqueConstraint(
                fields=["line_id", "text"], condition=models.Q(state="open"), name="one_open_task_of_the_same_words"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="dropped") | ~models.Q(why_dropped=""), name="dropped_says_why"
            ),
        ]


class UnitRecord(models.Model):
    """A training or a drill of one unit: how many people took part, and how long it took."""

    class Kind(models.TextChoices):
        TRAINING = "training", _("Training")
        DRILL = "drill", _("Drill")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="records")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    topic = models.CharField(_("topic"), max_length=120)
    on = models.DateField(_("day"))
    people = models.PositiveIntegerField(_("people who took part"))
    minutes = models.PositiveIntegerField(_("minutes it took"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, default="", blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
