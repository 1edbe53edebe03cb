# SPDX-License-Identifier: Apache-2.0
"""Who is woken? The call tree, the alarms, and each call that was made. Nothing here speaks of a child."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.models import User
from krama.server.cases.models import Case


class Channel(models.TextChoices):
    """By what somebody is called."""

    MAIL = "mail", _("E-mail")
    SMS = "sms", _("SMS")
    TELEGRAM = "telegram", _("Telegram")
    WEBHOOK = "webhook", _("Signed webhook of your on-call system")


class Step(models.Model):
    """One step of the tree: everybody in it is called at once; then Krama waits, and goes on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    place = models.PositiveSmallIntegerField()  # from 1; dense, renumbered with each change
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["place"]


class Way(models.Model):
    """How one person is called in one step. The address is theirs: sealed, and never shown whole again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="ways")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    language = models.CharField(max_length=2, choices=[("km", _("Khmer")), ("en", _("English"))], default="km")
    sealed_address = models.BinaryField()
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at"]


class Alarm(models.Model):
    """One raising of one case, or one drill: whom the machine calls until somebody takes it."""

    class Kind(models.TextChoices):
        CASE = "case", _("A child is in danger now")
        DRILL = "drill", _("Drill")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="alarms")
    ref = models.CharField(max_length=10)  # the case's, or the drill's own
    raised_at = models.DateTimeField()
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")  # of a drill
    step = models.PositiveSmallIntegerField(default=0)  # the place that was called last; 0: nobody yet
    round = models.PositiveIntegerField(default=1)
    round_at = models.DateTimeField()
    moved_at = models.DateTimeField()  # when the machine last did something; ahead of now, a wrong clock wrote it
    ring_at = models.DateTimeField(null=True)  # when it goes on; None while whoever took it is at work
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    by_link = models.BooleanField(default=False)  # taken from a message that reached them
    opened_at = models.DateTimeField(null=True)
    deadline = models.DateTimeField(null=True)  # the hard stop: hours of a wall clock, never paused
    hard_at = models.DateTimeField(null=True)  # when the top of the tree and the leads hear of it next
    hard_count = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["ring_at"], condition=models.Q(ended_at=None), name="alarm_running"),
            models.Index(fields=["kind", "raised_at"], name="alarm_of_kind"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=models.Q(ended_at=None), name="one_alarm_a_raising"),
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(kind="drill", ended_at=None), name="one_drill_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="case", case__isnull=False) | models.Q(kind="drill", case=None),
                name="a_case_or_a_drill",
            ),
        ]


class Call(models.Model):
    """One message to one person by one channel. Its link is derived from a key; here lies only a mark of it."""

    class Kind(models.TextChoices):
        CALL = "call"
        HARD = "hard"
        TEST = "test"

    class State(models.TextChoices):
        WAITING = "waiting", _("on its way")
        SENT = "sent", _("sent")
        FAILED = "failed", _("did not get through")
        DROPPED = "dropped", _("not needed any more")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=4, choices=Kind.choices)
    alarm = models.ForeignKey(Alarm, on_delete=models.PROTECT, null=True, related_name="calls")
    way = models.ForeignKey(Way, on_delete=models.SET_NULL, null=True, related_name="calls")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    round = models.PositiveIntegerField(default=0)
    step = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    until = models.DateTimeField()  # the link opens nothing after this
    mark = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=40, default="")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["channel", "settled_at"], name="call_of_channel")]
        constraints = [
            models.UniqueConstraint(fields=["alarm", "kind", "round", "step", "way"], name="called_once_a_round")
        ]
