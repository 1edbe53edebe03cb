# SPDX-License-Identifier: Apache-2.0
"""Who tells us: reports, what was added to them, and what staff write back. No address and no device is ever kept."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from krama.server.compartments.models import Compartment


class Topic(models.TextChoices):
    """What it is about, in the words of page one; bullying first, sexual harm not shamed."""

    BULLYING = "bullying", _("Somebody bullies me")
    THREAT = "threat", _("Somebody threatens me or my pictures")
    APPROACH = "approach", _("Somebody asks me for pictures or to meet")
    SAW = "saw", _("I saw something about a child")
    OTHER = "other", _("Something else")
    DANGER = "danger", _("I am in danger now")
    TEST = "test", _("A test: nobody is harmed")


class Report(models.Model):
    """One report, stored with its first answer. What somebody said lies sealed in its parts, never here."""

    class Door(models.TextChoices):
        PAGE = "page", _("The report page")
        APP = "app", _("An app")
        SMS = "sms", _("SMS")
        USSD = "ussd", _("The telephone menu")
        MAIL = "mail", _("E-mail")
        STAFF = "staff", _("Taken down by staff")

    class State(models.TextChoices):
        """What the reporter is told, in plain words."""

        RECEIVED = "received", _("We have it. Nobody has read it yet.")
        READ = "read", _("A person is reading it.")
        ACTING = "acting", _("A person is doing something about it.")
        CLOSED = "closed", _("A person has finished with it.")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    door = models.CharField(max_length=8, choices=Door.choices)
    language = models.CharField(max_length=2, default="km")
    topic = models.CharField(max_length=12, choices=Topic.choices)
    is_emergency = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    find = models.CharField(max_length=64, null=True, unique=True)  # what the receipt's code finds; never the code
    reply_public = models.CharField(max_length=64, null=True)  # what staff write back is sealed to this
    no_code = models.BooleanField(default=False)  # the reporter chose so
    crowd = models.UUIDField(null=True)  # marks those that came in a rush together; made of no address
    withdrawn_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    collected_at = models.DateTimeField(null=True)
    alarmed_at = models.DateTimeField(null=True)  # when its emergency reached the case
    set_aside_at = models.DateTimeField(null=True)  # when it last could not be collected: an alarm, and tried again
    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, null=True, related_name="reports")
    # Found again by keyed hash, made when it is collected: the public face cannot make them.
    content_key = models.CharField(max_length=64, default="", db_index=True)
    account_key = models.CharField(max_length=64, default="", db_index=True)
    words_key = models.CharField(max_length=64, default="", db_index=True)

    class Meta:
        indexes = [
            models.Index(fields=["at"], condition=models.Q(collected_at__isnull=True), name="report_waiting"),
            models.Index(
                fields=["set_aside_at"],
                condition=models.Q(collected_at__isnull=True, set_aside_at__isnull=False),
                name="report_aside",
            ),
            models.Index(fields=["answered_at"], name="report_answered"),
            models.Index(fields=["at"], condition=models.Q(is_emergency=True, alarmed_at=None), name="report_alarm"),
            # Five alike in a week: the newest of a topic, without reading the others.
            models.Index(fields=["topic", "at"], condition=models.Q(withdrawn_at=None), name="report_alike"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(find=None, reply_public=None) | models.Q(find__isnull=False, no_code=False),
                name="a_code_or_none",
            )
        ]


class Part(models.Model):
    """One answer. `mark` is a keyed hash of the form it came with: a double click leaves one row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="parts")
    at = models.DateTimeField()
    question = models.CharField(max_length=12)
    mark = models.CharField(max_length=64)
    sealed = models.BinaryField(null=True)  # None once its compartment was destroyed
    door_version = models.PositiveIntegerField(null=True)  # sealed at the door with this key; None once collected
    unread_at = models.DateTimeField(null=True)  # when it last did not open: somebody else wrote it, or its key is gone

    class Meta:
        indexes = [
            models.Index(fields=["door_version"], condition=models.Q(door_version__isnull=False), name="part_at_door"),
        ]
        constraints = [models.UniqueConstraint(fields=["report", "mark"], name="a_form_once")]


class Message(models.Model):
    """What staff write back, sealed twice: to the receipt's key, and to the report's compartment."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="messages")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    for_reporter = models.BinaryField(null=True)  # None where nobody has a code, or after destruction
    for_staff = models.BinaryField(null=True)
    read_at = models.DateTimeField(null=True)
    notified_at = models.DateTimeField(null=True)  # a neutral text said that something waits


class Talk(models.Model):
    """A talk by SMS while it lasts: a day. The number is not here, only a keyed hash of it."""

    class Step(models.TextChoices):
        WORDS = "words"
        BACK = "back"
        HOUR = "hour"
        ENDED = "ended"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=64, unique=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="talks")
    step = models.CharField(max_length=5, choices=Step.choices)
    language = models.CharField(max_length=2)
    told = models.PositiveSmallIntegerField(default=0)
    is_warned = models.BooleanField(default=False)  # the numbers of an emergency were sent
    heard = models.JSONField(default=list)  # of each message a keyed hash, and which answer it got
    expires_at = models.DateTimeField(db_index=True)
