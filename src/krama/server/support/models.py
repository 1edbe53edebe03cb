# SPDX-License-Identifier: Apache-2.0
"""How the child is helped: plan, referrals, days to look again, one trusted person, removals in the child's name.

Words are sealed with the case. What stands in clear is that somebody acted, and when.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from krama.server.cases.models import Case, Decision, Item
from krama.server.compartments.models import Pseudonym


class What(models.TextChoices):
    """A step of the plan; sealed, for it tells what a child needs."""

    TALK = "talk", _("Somebody to talk to: the child helpline")
    SAFETY = "safety", _("Settings and blocking, gone through together")
    TAKE_BACK = "take-back", _("How to take a picture back")
    TRUSTED = "trusted", _("A grown-up whom the child trusts")
    PARENTS = "parents", _("Parents or guardian")
    SCHOOL = "school", _("School")
    REPAIR = "repair", _("Repair: those concerned put it right, with a grown-up")
    WARNING = "warning", _("A warning first, in private")
    OTHER = "other", _("Something else")


# First on the peer path, where the other person may be a child too.
FIRST_FOR_PEERS = (What.REPAIR, What.PARENTS, What.SCHOOL, What.WARNING)


class Step(models.Model):
    """Something offered to the child; agreed, declined or done."""

    class State(models.TextChoices):
        OFFERED = "offered", _("Offered")
        AGREED = "agreed", _("Agreed")
        DECLINED = "declined", _("Not wished")
        DONE = "done", _("Done")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="support_steps")
    sealed_what = models.BinaryField(null=True)
    state = models.CharField(max_length=8, choices=State.choices)
    offered_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    by = models.CharField(max_length=80)


class Referral(models.Model):
    """A child was referred for help: with somebody's consent, or because they were in danger."""

    class Basis(models.TextChoices):
        CONSENT = "consent", _("With consent")
        DANGER = "danger", _("Without: a child is in danger now")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="help_referrals")
    to = models.CharField(max_length=60)  # the contact's id in the country's facts
    basis = models.CharField(max_length=8, choices=Basis.choices)
    sealed_consent = models.BinaryField(null=True)  # whose, when, how it was asked; or what the danger is
    at = models.DateTimeField()
    by = models.CharField(max_length=80)


class FollowUp(models.Model):
    """A day on which somebody looks after the child again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="follow_ups")
    due_on = models.DateField()
    sealed_words = models.BinaryField(null=True)
    sealed_found = models.BinaryField(null=True)
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=80)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_on"], condition=models.Q(done_at=None), name="follow_up_due")]


class Trusted(models.Model):
    """One person whom the child named. Opens as identities do; contacted only in the way the child agreed to."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="trusted")
    pseudonym = models.ForeignKey(Pseudonym, on_delete=models.PROTECT, related_name="+")
    sealed_person = models.BinaryField(null=True)
    sealed_way = models.BinaryField(null=True)  # the safe way the child agreed to; none, no contact
    at = models.DateTimeField()
    by = models.CharField(max_length=80)


class Removal(models.Model):
    """Somebody asked in the child's name that one thing be removed, whatever the law says of it."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked; a person decides")
        ORDERED = "ordered", _("The removal was ordered")
        REFUSED = "refused", _("Not agreed to")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="removals")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    sealed_wish = models.BinaryField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)
    sealed_reason = models.BinaryField(null=True)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=models.Q(state="asked"), name="one_removal_asked_an_item"
            )
        ]
