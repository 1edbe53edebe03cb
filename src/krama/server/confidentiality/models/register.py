# SPDX-License-Identifier: Apache-2.0
"""A line of the register: one thing that is held on child users, with every version it ever had."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.models import Unit, User


class Basis(models.TextChoices):
    """On what basis it is held. The list is a model (GDPR, Art. 6); the words beside it name the law or the text."""

    NOT_KNOWN = "not-known", _("Nobody knows yet")
    GUARDIAN = "guardian", _("Consent of a parent or guardian")
    CONSENT = "consent", _("Consent of the person")
    CONTRACT = "contract", _("The service cannot be given without it")
    LAW = "law", _("A law asks for it")
    PROTECT = "protect", _("It protects a child’s life or safety")
    INTEREST = "interest", _("A legitimate interest of the firm, weighed against the child’s")


class Then(models.TextChoices):
    """What happens when its time is over."""

    NOT_KNOWN = "not-known", _("Nobody knows yet")
    ERASED = "erased", _("It is erased")
    ANONYMOUS = "anonymous", _("It is made anonymous")
    AGGREGATED = "aggregated", _("Only sums are kept")
    ARCHIVED = "archived", _("It is moved to an archive")


class Consent(models.TextChoices):
    """Must a guardian agree?"""

    NOT_KNOWN = "not-known", _("Nobody knows yet")
    NEEDED = "needed", _("Needed")
    NOT_NEEDED = "not-needed", _("Not needed")


class Line(models.Model):
    """What holds now. `version` is what two people who write at once are told apart by."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1)
    weighty_version = models.PositiveIntegerField(default=1)  # the last one that an answer on minimisation must know
    name = models.CharField(max_length=120)
    categories: models.JSONField[Any, Any] = models.JSONField(default=list)
    system = models.CharField(max_length=300)
    place = models.CharField(max_length=200, blank=True)
    field_names: models.JSONField[Any, Any] = models.JSONField(default=list)
    purpose = models.CharField(max_length=2000, blank=True)
    basis = models.CharField(max_length=12, choices=Basis.choices, default=Basis.NOT_KNOWN)
    basis_words = models.CharField(max_length=500, blank=True)
    seen_by = models.ManyToManyField(Unit, related_name="+")
    seen_roles = models.CharField(max_length=500, blank=True)
    kept_days = models.PositiveIntegerField(null=True)
    then = models.CharField(max_length=12, choices=Then.choices, default=Then.NOT_KNOWN)
    then_words = models.CharField(max_length=500, blank=True)
    third_parties: models.JSONField[Any, Any] = models.JSONField(default=list)
    consent = models.CharField(max_length=12, choices=Consent.choices, default=Consent.NOT_KNOWN)
    consent_how = models.CharField(max_length=500, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="register_lines")
    review_on = models.DateField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # it is not held any more; the line stays for the record
    ended_why = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["review_on"], condition=models.Q(ended_at=None), name="line_to_review")]


class LineVersion(models.Model):
    """A line as it was: kept whole, never written over."""

    class What(models.TextChoices):
        MADE = "made", _("Written down")
        CHANGED = "changed", _("Changed")
        REVIEWED = "reviewed", _("Looked at again, and right")
        ENDED = "ended", _("Not held any more")

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    what = models.CharField(max_length=8, choices=What.choices)
    facts: models.JSONField[Any, Any] = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "number"], name="a_line_version_once")]


class Weighing(models.Model):
    """The minimisation question, answered by somebody about one version. Older answers stay."""

    class Decision(models.TextChoices):
        KEEP = "keep", _("Keep it as it is")
        REDUCE = "reduce", _("Hold less of it")
        STOP = "stop", _("Stop holding it")

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="weighings")
    version = models.PositiveIntegerField()
    needed = models.BooleanField()
    coarser = models.BooleanField()
    shorter = models.BooleanField()
    on_device = models.BooleanField()
    decision = models.CharField(max_length=8, choices=Decision.choices)
    words = models.CharField(max_length=2000)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(needed=True) | ~models.Q(decision="keep"), name="what_is_not_needed_is_not_kept"
            )
        ]
