# SPDX-License-Identifier: Apache-2.0
"""What whoever decided wants done besides removing or restoring: the room that orders measures collects it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from krama.server.cases.models.case import Decision


class Wanted(models.Model):
    """One kind of measure that a person chose with a decision."""

    class Kind(models.TextChoices):
        RESTRICT = "restrict", _("Restrict the account")
        SUSPEND = "suspend", _("Suspend the account")
        PRESERVE = "preserve", _("Keep it for an authority")
        WARN = "warn", _("Warn whoever holds the account")
        HELP = "offer_help", _("Offer help to whoever holds the account")

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="wanted")
    kind = models.CharField(max_length=10, choices=Kind.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "kind"], name="wanted_once")]
