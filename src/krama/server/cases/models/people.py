# SPDX-License-Identifier: Apache-2.0
"""What somebody is to a case, as a person said: child, suspect, witness, reporter. Sealed; the newest row holds."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from krama.server.cases.models.case import Case
from krama.server.compartments.models import Pseudonym


class Part(models.TextChoices):
    """Kept sealed: it tells of a person. `suspect` is said of a person only, never of content."""

    CHILD = "child", _("Child")
    SUSPECT = "suspect", _("Suspect")
    WITNESS = "witness", _("Witness")
    REPORTER = "reporter", _("Reporter")
    UNKNOWN = "unknown", _("Not known")


class ActorRole(models.Model):
    """One word about one pseudonym; what was said before stays beneath it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="roles")
    pseudonym = models.ForeignKey(Pseudonym, on_delete=models.PROTECT, related_name="+")
    sealed_role = models.BinaryField(null=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="role_in_case")]
