# SPDX-License-Identifier: Apache-2.0
"""The peer path: who said that the other person may be a child, what is best for both, what the child wishes.

All of it sealed: that a case has such rows says that somebody wrote, not what.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from krama.server.cases.models.case import Case


class PeerMark(models.Model):
    """Somebody said whether the other person may be a child. To say no holds only when a second person agrees."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="peer_marks")
    sealed_mark = models.BinaryField(null=True)
    holds = models.BooleanField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)


class Note(models.Model):
    """What is best for both children, written before anything that punishes or names one of them leaves."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    sealed_words = models.BinaryField(null=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="note_of_case")]


class Answer(models.TextChoices):
    """What the child wishes of a referral."""

    YES = "yes", _("Yes, they wish it")
    NO = "no", _("No, they do not wish it")
    NOT_ASKED = "not-asked", _("Nobody has asked them yet")
    CANNOT = "cannot-ask", _("They cannot be asked now")


class Wish(models.Model):
    """The child's wish about a referral: what, when and by whom asked. The newest row holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="wishes")
    sealed_wish = models.BinaryField(null=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="wish_in_case")]
