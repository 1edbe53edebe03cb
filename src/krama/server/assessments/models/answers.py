# SPDX-License-Identifier: Apache-2.0
"""What the firm answers to each line, in whose hands it lies, what shows it, and the editions that stay."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from krama.errors import Conflict
from krama.guidelines.migrate import SAID, reasons_of
from krama.server.accounts.models import Unit, User
from krama.server.assessments.models.profile import FirmProfile


class Answer(models.Model):
    """Where the firm stands on one line of the catalogue; `revision` grows with each saying."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line_id = models.CharField(max_length=80, unique=True)
    level = models.PositiveSmallIntegerField(null=True)  # 0 to 4; null: nobody has answered
    words = models.TextField(default="")
    set_aside = models.BooleanField(default=False)  # the firm wrote down why the line does not apply to it
    why_aside = models.TextField(default="")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="answers")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="answers")
    review_on = models.DateField(null=True)
    needs_look = models.BooleanField(default=False)  # the line changed under the answer
    needs_look_why = models.CharField(max_length=200, default="")  # words of `migrate.Reason`
    revision = models.PositiveIntegerField(default=0)
    said_at = models.DateTimeField(null=True)
    said_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    kept_beside: Saying | None = None  # no column: what `say` could not take over, for whoever wrote it

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(level=None) | models.Q(level__lte=4), name="a_level_is_0_to_4"),
            models.CheckConstraint(
                condition=models.Q(set_aside=False) | ~models.Q(why_aside=""), name="set_aside_says_why"
            ),
        ]

    @property
    def look_said(self) -> str:
        """Why it needs another look, in the reader's language."""
        return " ".join(SAID[reason].in_(get_language() or "en") for reason in reasons_of(self.needs_look_why))


class Saying(models.Model):
    """Everything that was ever said on a line, in order; `beside` when somebody else had written meanwhile."""

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="sayings")
    number = models.PositiveIntegerField()  # the answer's revision after it
    seen = models.PositiveIntegerField(default=0)  # the revision its writer had before them
    level = models.PositiveSmallIntegerField(null=True)
    words = models.TextField(default="")
    set_aside = models.BooleanField(default=False)
    why_aside = models.TextField(default="")
    beside = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer", "number"], name="one_saying_a_number")]


class GivenProof(models.Model):
    """What a person gives to show a line met. A file stays in the firm's own store: its hash and its place are kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line_id = models.CharField(max_length=80, db_index=True)
    proof_id = models.CharField(max_length=80)  # the catalogue's name of what it shows
    kind = models.CharField(max_length=8)  # file, link or person
    title = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, default="")
    size = models.PositiveBigIntegerField(null=True)
    place = models.CharField(max_length=500, default="")  # where the file lies in the firm
    url = models.CharField(max_length=500, default="")
    said = models.TextField(default="")
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)


class Edition(models.Model):
    """An assessment as it stood: its body never changes, and its hash stands in the trail."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Sent back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(unique=True)
    name = models.CharField(_("name"), max_length=80)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUBMITTED)
    body: models.JSONField[Any, Any] = models.JSONField()
    sha256 = models.CharField(max_length=64)
    profile = models.ForeignKey(FirmProfile, on_delete=models.PROTECT, related_name="editions")
    catalogue_id = models.CharField(max_length=80)
    catalogue_version = models.PositiveIntegerField()
    country_id = models.CharField(max_length=8)
    country_version = models.PositiveIntegerField()
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(default="")

    FROZEN = frozenset(
        {"number", "body", "sha256", "profile", "catalogue_id", "catalogue_version", "country_id", "country_version"}
    )

    def save(self, *args: Any, **options: Any) -> None:
        """Written once; later only the decision is added, by name (`update_fields`)."""
        named = options.get("update_fields")
        if not self._state.adding and (named is None or self.FROZEN.intersection(named)):
            raise Conflict("What an edition holds never changes; submit a new one.")
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        raise Conflict("An edition is never taken away; submit a new one.")
