# SPDX-License-Identifier: Apache-2.0
"""Second looks, and the outside deputy who may give one. What protects goes ahead; the look stays an alarm."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from krama.server.cases.models.case import Case


class Look(models.Model):
    """One act that asks for a second person. `subject` names what: an opening, an extension, a change."""

    class Kind(models.TextChoices):
        EMERGENCY = "emergency", _("An identity was opened in an emergency")
        HOLD = "hold", _("A hold is to last longer")
        LOWERING = "lowering", _("A case is to become less sensitive")
        RECUSAL = "recusal", _("Somebody was kept out of a case on another’s word")
        NOTE = "note", _("A note on the best interests of both children was written")
        PEER = "peer", _("The other person is said to be no child")
        CONFIRM = "confirm", _("A case of the gravest kind was confirmed")
        DISMISS = "dismiss", _("An exact match was dismissed")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a second person")
        DEFERRED = "deferred", _("Went ahead; the second look is still to come")
        AGREED = "agreed", _("A second person agreed")
        REFUSED = "refused", _("A second person did not agree")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="looks")
    subject = models.UUIDField()
    state = models.CharField(max_length=8, choices=State.choices)
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    given_by = models.CharField(max_length=80, blank=True)
    given_at = models.DateTimeField(null=True)
    sealed_words = models.BinaryField(null=True)

    class Meta:
        indexes = [models.Index(fields=["asked_at"], condition=models.Q(given_at=None), name="look_to_give")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="one_look_a_thing"),
            models.CheckConstraint(
                condition=models.Q(given_by="") | ~models.Q(given_by=models.F("asked_by")),
                name="nobody_looks_at_their_own",
            ),
        ]


class Outsider(models.Model):
    """Somebody outside the firm who may give one look, and sees that one thing. Their name is sealed."""

    TRIES = 5

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    look = models.ForeignKey(Look, on_delete=models.PROTECT, related_name="outsiders")
    sealed_name = models.BinaryField(null=True)
    code_hash = models.CharField(max_length=64)  # of 128 random bits, used once
    pass_hash = models.CharField(max_length=64, blank=True)  # of what the browser keeps after the code was used
    tries = models.PositiveSmallIntegerField(default=0)
    named_by = models.CharField(max_length=80)
    named_at = models.DateTimeField()
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # answered, taken back, or guessed at too often

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["look"], condition=models.Q(ended_at=None), name="one_outsider_at_a_time")
        ]
