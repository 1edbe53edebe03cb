# SPDX-License-Identifier: Apache-2.0
"""On what a decision rests: which law or rule, which facts, and what a machine had to do with it."""

from __future__ import annotations

from django.db import models

from krama.server.cases.models.case import Decision


class Grounds(models.Model):
    """Beside its decision. A machine may have found it; that a machine decided is refused by the database."""

    decision = models.OneToOneField(Decision, primary_key=True, on_delete=models.CASCADE, related_name="grounds")
    law = models.CharField(max_length=60, blank=True)  # its id in the country's facts
    sealed_rule = models.BinaryField(null=True)
    sealed_facts = models.BinaryField(null=True)
    asked_by_child = models.BooleanField(default=False)
    found_by_automation = models.BooleanField()
    decided_by_automation = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(decided_by_automation=False), name="only_a_person_decides")
        ]
