# SPDX-License-Identifier: Apache-2.0
"""Who may read it, how long: compartments, holds, destructions, pseudonyms and openings."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a compartment holds; the retention schedule has a line for each."""

    DETECTION = "detection", _("What a scan found")
    CASE = "case", _("A case and its notes")
    REPORT = "report", _("What a reporter told us")


class Compartment(models.Model):
    """What one key opens. Without its wrapped key nothing in it can be read by anybody, ever."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    wrapped_key = models.BinaryField(null=True)
    kek_version = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    clock_from = models.DateTimeField(null=True)  # the retention clock runs from here; None while the matter is open
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["kek_version"], condition=models.Q(destroyed_at=None), name="compartment_to_rewrap"),
            models.Index(fields=["kind", "clock_from"], name="compartment_clock"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(destroyed_at=None, wrapped_key__isnull=False)
                | models.Q(destroyed_at__isnull=False, wrapped_key=None),
                name="a_key_or_a_destruction",
            )
        ]


class KeyVersion(models.Model):
    """A key of a ring that is no longer the newest: when it may be destroyed, and when it was."""

    ring = models.CharField(max_length=8)
    version = models.PositiveIntegerField()
    retired_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ring", "version"], name="a_version_once")]


class Period(models.Model):
    """How long a kind is kept in this firm, where it differs from the schedule that Krama brings."""

    kind = models.CharField(primary_key=True, max_length=12, choices=Kind.choices)
    days = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    changed_at = models.DateTimeField()


class PeriodChange(models.Model):
    """A period said anew. What destroys sooner, or keeps longer than Krama brings, needs a second person."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for a second person")
        HOLDS = "holds", _("Taken")
        REFUSED = "refused", _("Refused")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    before = models.PositiveIntegerField()
    days = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    needs_two = models.BooleanField()
    proposed_by = models.CharField(max_length=80)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(needs_two=False)
                | ~models.Q(state="holds")
                | (~models.Q(decided_by="") & ~models.Q(decided_by=models.F("proposed_by"))),
                name="a_period_is_changed_by_two",
            ),
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(state="proposed"), name="one_period_waits_a_kind"
            ),
        ]


class Hold(models.Model):
    """Keeps compartments from destruction, whatever the schedule says, until a day."""

    class Basis(models.TextChoices):
        REFERRED = "referred", _("It was referred to an authority")
        ORDER = "order", _("An authority asked in writing to keep it")
        COMPLAINT = "complaint", _("An objection or complaint is open")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    basis = models.CharField(_("on what basis"), max_length=12, choices=Basis.choices)
    reference = models.CharField(_("reference of the letter or order"), max_length=120, blank=True)
    scope = models.CharField(max_length=80)  # what it stands on, as the trail names it: "case:C-ABC123"
    placed_by = models.CharField(max_length=80)
    placed_at = models.DateTimeField()
    until = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    compartments = models.ManyToManyField(Compartment, related_name="holds")

    class Meta:
        indexes = [models.Index(fields=["until"], condition=models.Q(released_at=None), name="hold_ends")]


class Extension(models.Model):
    """A longer hold: asked by one person, agreed by another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hold = models.ForeignKey(Hold, on_delete=models.CASCADE, related_name="extensions")
    until = models.DateTimeField()
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    agreed_by = models.CharField(max_length=80, blank=True)
    agreed_at = models.DateTimeField(null=True)
    before = models.DateTimeField(null=True)  # when it went ahead alone: the day it ended before
    refused_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(agreed_by="") | ~models.Q(agreed_by=models.F("asked_by")),
                name="a_hold_is_extended_by_two",
            )
        ]


class Destruction(models.Model):
    """What remains of a destroyed compartment: that it was, why it went, and from which day no copy can be read."""

    compartment = models.OneToOneField(Compartment, primary_key=True, on_delete=models.PROTECT, related_name="record")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    why = models.CharField(max_length=300)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    unreadable_from = models.DateField(null=True)  # known when the keys it was sealed under are retired
    rows = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)  # key first, then rows and files


class Pseudonym(models.Model):
    """Account B, Child A: how one case speaks of somebody. `hash` is a keyed hash; nothing here names anybody."""

    class Kind(models.TextChoices):
        ACCOUNT = "account", _("Account")
        CONTENT = "content", _("Content")
        CHILD = "child", _("Child")
        REPORTER = "reporter", _("Reporter")
        TRUSTED = "trusted", _("Trusted person")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.CharField(max_length=80)  # as the trail names it: "case:C-ABC123"
    kind = models.CharField(max_length=8, choices=Kind.choices)
    hash = models.CharField(max_length=64)
    letter = models.CharField(max_length=4)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "kind", "hash"], name="one_pseudonym_a_case"),
            models.UniqueConstraint(fields=["scope", "kind", "letter"], name="one_letter_a_pseudonym"),
        ]


class Opening(models.Model):
    """Somebody opened an identity: for a purpose, for themselves, for a quarter of an hour."""

    class Purpose(models.TextChoices):
        """Child protection only: there is no other purpose to choose."""

        PROTECT = "protect", _("Protect a child who may be in danger")
        DECIDE = "decide", _("Decide this case")
        REFER = "refer", _("Refer it to an authority")
        HELP = "help", _("Answer or help the child or guardian")
        ORDER = "order", _("Answer a lawful order about this case")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pseudonym = models.ForeignKey(Pseudonym, on_delete=models.PROTECT, related_name="openings")
    person_id = models.CharField(max_length=80)
    purpose = models.CharField(_("what for"), max_length=8, choices=Purpose.choices)
    at = models.DateTimeField()
    until = models.DateTimeField()
    is_emergency = models.BooleanField(default=False)  # broken glass: somebody must look at it afterwards
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.CharField(max_length=80, blank=True)
    was_right = models.BooleanField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "until"], name="opening_of_person"),
            models.Index(
                fields=["at"],
                condition=models.Q(is_emergency=True, reviewed_at=None),
                name="opening_to_review",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reviewed_by="") | ~models.Q(reviewed_by=models.F("person_id")),
                name="nobody_reviews_themselves",
            ),
            models.CheckConstraint(
                condition=models.Q(purpose__in=["protect", "decide", "refer", "help", "order"]),
                name="only_to_protect_children",
            ),
        ]
