# SPDX-License-Identifier: Apache-2.0
"""Who may see a case: who is named, who is kept out, whose accounts the staff's own are. No words in clear."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.models import User
from krama.server.cases.models.case import Case, Sensitivity


class Named(models.Model):
    """Somebody who may see this case whatever its sensitivity. Being kept out is stronger."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="named")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="named_once")]


class Recusal(models.Model):
    """Somebody who may not see this case, whatever their role: they know somebody in it, or stand in it themselves."""

    class How(models.TextChoices):
        DECLARED = "declared", _("They said so themselves")
        MARKED = "marked", _("Somebody else said so")
        ACCOUNT = "account", _("Their own account stands in it")

    class Ground(models.TextChoices):
        SELF = "self", _("I am in it myself, or my account is")
        FAMILY = "family", _("A relative of mine is in it")
        FRIEND = "friend", _("A friend or neighbour of mine is in it")
        WORK = "work", _("Somebody I work with is in it")
        OTHER = "other", _("Something else keeps me from judging freely")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="recusals")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=8, choices=How.choices)
    sealed_ground = models.BinaryField(null=True)  # whom they know is nobody's business but the officer's
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="kept_out_once")]


class OwnAccount(models.Model):
    """A member of staff's own account in the firm's service: a keyed hash, never the id. It closes cases by itself."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    hash = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "hash"], name="own_account_once"),
            models.CheckConstraint(condition=~models.Q(hash=""), name="an_account_has_a_hash"),
        ]


class SensitivityChange(models.Model):
    """A person's word on how many may know: from, to, and why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="sensitivity_changes")
    at = models.DateTimeField()
    before = models.CharField(max_length=10, choices=Sensitivity.choices)
    after = models.CharField(max_length=10, choices=Sensitivity.choices)
    sealed_reason = models.BinaryField(null=True)
    asked_by = models.CharField(max_length=80)
