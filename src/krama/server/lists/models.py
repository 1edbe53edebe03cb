# SPDX-License-Identifier: Apache-2.0
"""Whose lists, on what basis, since when; and the signals on them."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from krama import signals


class List(models.Model):
    """A hash list the firm lawfully holds. Krama ships none."""

    class Action(models.TextChoices):
        BLOCK = "block", _("Withhold at once")
        REVIEW = "review", _("Hold back until a person decides")
        OBSERVE = "observe", _("Only note it")

    class Category(models.TextChoices):
        """Child protection only (purpose lock): there is no other category to choose."""

        ABUSE = signals.Category.ABUSE.value, _("Child sexual abuse material")
        EXPLOITATION = signals.Category.EXPLOITATION.value, _("Sexual exploitation of children")
        EXTORTION = signals.Category.EXTORTION.value, _("Sexual extortion of children")
        VIOLENCE = signals.Category.VIOLENCE.value, _("Violence against children")

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=80, unique=True)
    owner = models.CharField(_("owner"), max_length=120)
    legal_basis = models.CharField(_("legal basis"), max_length=300)
    category = models.CharField(_("what it is of"), max_length=32, choices=Category.choices, default=Category.ABUSE)
    labels: models.JSONField[Any, Any] = models.JSONField(default=list, blank=True)
    action = models.CharField(_("what happens on a match"), max_length=8, choices=Action.choices, default=Action.BLOCK)
    radius = models.PositiveSmallIntegerField(_("PDQ radius in bits"), default=31, validators=[MaxValueValidator(64)])
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ACTIVE)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(category__in=[one.value for one in signals.Category]), name="only_child_protection"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ListedSignal(models.Model):
    """One signal of one list; withdrawn, never deleted, so that a past match can be explained."""

    labels: models.JSONField[Any, Any] = models.JSONField(default=list)
    # After `labels`: from here on `list` is a field, no longer the type.
    list = models.ForeignKey(List, on_delete=models.PROTECT, related_name="signals")
    type = models.CharField(max_length=8)
    value = models.CharField(max_length=64)
    scheme = models.CharField(max_length=80, default="")
    scheme_version = models.CharField(max_length=20, default="")
    code = models.CharField(max_length=20, default="")
    source_ref = models.CharField(max_length=200, default="")
    added_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=timezone.now, db_index=True)  # what a publication of changes holds

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "type", "value"], name="one_signal_a_list")]


class Publication(models.Model):
    """A snapshot written for the scanners; the job loop makes the newest one current."""

    version = models.CharField(primary_key=True, max_length=64)
    at = models.DateTimeField()
    counts: models.JSONField[Any, Any] = models.JSONField(default=dict)
