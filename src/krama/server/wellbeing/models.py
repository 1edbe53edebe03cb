# SPDX-License-Identifier: Apache-2.0
"""What those who review have had in front of them, for their own eyes; and what the firm does for them.

No row here says whose it is but by a keyed hash, and nothing here is ever shown to anybody but that person.
"""

from __future__ import annotations

import uuid

from django.db import models

from krama.server.cases.models import Case, Severity


class Exposure(models.Model):
    """Of one case on one day, for one person: how much was in front of them, and how long."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    whose = models.CharField(max_length=64)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    severity = models.CharField(max_length=8, choices=Severity.choices)  # the gravest that it was that day
    items = models.PositiveIntegerField(default=0)  # the most that its page showed; what is nearly alike counts once
    texts = models.PositiveIntegerField(default=0)
    identities = models.PositiveIntegerField(default=0)
    seconds = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["whose", "case", "on"], name="one_exposure_a_day")]
        indexes = [models.Index(fields=["on"], name="exposure_of_day")]


class Watch(models.Model):
    """One person's clock: what they did last, how long with the gravest since their last break."""

    whose = models.CharField(max_length=64, primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.SET_NULL, null=True, related_name="+")  # None: not at a case
    at = models.DateTimeField()
    is_grave = models.BooleanField(default=False)
    grave_seconds = models.PositiveIntegerField(default=0)
    resting_until = models.DateTimeField(null=True)


class Choice(models.Model):
    """What one person chose for themselves: a lower limit, and what they are not given. Sealed: it tells of them."""

    whose = models.CharField(max_length=64, primary_key=True)
    sealed = models.BinaryField()


class PassedOn(models.Model):
    """This person is not given this case again. There is no why, anywhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    whose = models.CharField(max_length=64)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["whose", "case"], name="passed_on_once")]


class Care(models.Model):
    """What the firm does for those who review: one row, written by an administrator."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    counsellor = models.CharField(max_length=120, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    hours = models.CharField(max_length=120, blank=True)
    verified_on = models.DateField(null=True, blank=True)
    other_work = models.CharField(max_length=200, blank=True)  # whom to ask for other duties
    daily_minutes = models.PositiveSmallIntegerField(default=240)
    offer_minutes = models.PositiveSmallIntegerField(default=50)  # with the gravest, until a break is offered
    must_minutes = models.PositiveSmallIntegerField(default=75)  # until no next case is given without one
    break_minutes = models.PositiveSmallIntegerField(default=10)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="one_care"),
            models.CheckConstraint(
                condition=models.Q(offer_minutes__lte=models.F("must_minutes")), name="offered_before_it_must_be"
            ),
        ]
