# SPDX-License-Identifier: Apache-2.0
"""What we do about it: cases, their items, open keys, links and decisions; who may see a case; second looks."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.models import Unit, User
from krama.server.compartments.models import Compartment
from krama.server.detections.models import Detection
from krama.server.intake.models import Report


class Severity(models.TextChoices):
    """How grave, gravest first; the clocks hang on it."""

    CRITICAL = "critical", _("Critical")
    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


class Lane(models.TextChoices):
    """How fast it goes, fastest first; an emergency wakes somebody."""

    EMERGENCY = "emergency", _("Emergency")
    FAST = "fast", _("Fast")
    ORDINARY = "ordinary", _("Ordinary")


class Outcome(models.TextChoices):
    CONFIRM = "confirm", _("Confirmed")
    DISMISS = "dismiss", _("Dismissed")


class Layer(models.TextChoices):
    """Two layers that are never mixed."""

    LAW = "law", _("It is illegal under this country’s law")
    POLICY = "policy", _("It is against our rules or an international standard")


class Sensitivity(models.TextChoices):
    """How many may know of a case, most first. `reach` says who."""

    NORMAL = "normal", _("Normal")
    RESTRICTED = "restricted", _("Restricted")
    SEALED = "sealed", _("Named people only")


class Case(models.Model):
    """One matter for a person to decide; gathers every item of the same content or account."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ref = models.CharField(max_length=10, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    severity = models.CharField(max_length=8, choices=Severity.choices)
    lane = models.CharField(max_length=9, choices=Lane.choices, default=Lane.ORDINARY)
    source = models.CharField(max_length=16, default="scanner")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    clock_said = models.CharField(max_length=4, default="")  # "soon" or "late": what its clock has said of `due_at`
    closed_at = models.DateTimeField(null=True)
    is_emergency = models.BooleanField(default=False)  # somebody said that a child is in danger now
    # Notes of the case; None in a case that nobody has written in yet.
    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, null=True, related_name="cases")
    sensitivity = models.CharField(max_length=10, choices=Sensitivity.choices, default=Sensitivity.NORMAL)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["state", "due_at"], name="case_queue"),
            models.Index(fields=["due_at"], condition=models.Q(state="open", clock_said=""), name="case_clock_silent"),
            models.Index(
                fields=["due_at"], condition=models.Q(state="open", clock_said="soon"), name="case_clock_soon"
            ),
            models.Index(
                fields=["opened_at"], condition=models.Q(is_emergency=True, state="open"), name="case_emergency"
            ),
            models.Index(fields=["-is_emergency", "due_at"], condition=models.Q(state="open"), name="case_next"),
            models.Index(fields=["unit", "due_at"], condition=models.Q(state="open"), name="case_of_unit"),
            models.Index(fields=["assignee", "due_at"], condition=models.Q(state="open"), name="case_of_person"),
            models.Index(fields=["-closed_at"], condition=models.Q(state="closed"), name="case_closed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sensitivity__in=["normal", "restricted", "sealed"]), name="a_known_sensitivity"
            )
        ]


class OpenKey(models.Model):
    """What an open case holds: one content or one account belongs to at most one open case."""

    kind = models.CharField(max_length=8)
    hash = models.CharField(max_length=64)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="open_keys")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "hash"], name="one_open_case_a_key")]


class Item(models.Model):
    """One detection or one report in a case. Undecided until a decision names it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="items")
    detection = models.OneToOneField(Detection, on_delete=models.PROTECT, null=True, related_name="+")
    report = models.OneToOneField(Report, on_delete=models.PROTECT, null=True, related_name="+")
    account_key = models.CharField(max_length=64, default="", db_index=True)  # of whichever it is, as a keyed hash
    joined_at = models.DateTimeField()
    joined_by = models.CharField(max_length=8)  # "content", "account" or "opened"
    decision = models.ForeignKey("Decision", on_delete=models.PROTECT, null=True, related_name="items")
    # Which version and rules of triage sorted it: sealed with the detection or report, for the rules tell of a child.
    sealed_sorting = models.BinaryField(null=True)
    carried_at = models.DateTimeField(null=True)  # set by the room that orders measures; of detections only

    class Meta:
        indexes = [
            models.Index(fields=["case", "joined_at"], name="item_of_case"),
            models.Index(
                fields=["joined_at"],
                condition=models.Q(carried_at__isnull=True, detection__isnull=False),
                name="item_waiting",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(detection__isnull=False, report=None)
                | models.Q(detection=None, report__isnull=False),
                name="a_detection_or_a_report",
            )
        ]


class Link(models.Model):
    """Two cases that are shown to each other, and by what they were found alike first."""

    class How(models.TextChoices):
        KEY = "", _("the same content or account")
        NEAR = "near", _("content like the same listed material")
        ADDRESS = "address", _("the same address on the web")
        WORDING = "wording", _("nearly the same words")
        SPLIT = "split", _("taken apart from it")

    how = models.CharField(max_length=8, choices=How.choices, default=How.KEY, blank=True)
    one = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="linked_once")]


class Decision(models.Model):
    """What a person decided on the items they were shown. `carried_at` is set by the room that orders measures."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    layer = models.CharField(max_length=8, choices=Layer.choices, blank=True)
    sealed_reason = models.BinaryField(null=True)
    decided_by = models.CharField(max_length=120)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=80)
    facts: models.JSONField[Any, Any] = models.JSONField(default=dict)
    carried_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="decision_at"),
            models.Index(fields=["at"], condition=models.Q(carried_at__isnull=True), name="decision_waiting"),
        ]
