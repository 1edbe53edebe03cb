# SPDX-License-Identifier: Apache-2.0
"""By what a case is like another one: keyed hashes that two of them share. They go with what they were made of."""

from __future__ import annotations

from django.db import models

from krama.server.cases.models.case import Item


class Likeness(models.Model):
    """One mark of one item: the listed signal it matched, an address in it, or a mark of its wording."""

    kind = models.CharField(max_length=8)
    hash = models.CharField(max_length=64)
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="likenesses")

    class Meta:
        indexes = [models.Index(fields=["hash"], name="likeness_of")]
        constraints = [models.UniqueConstraint(fields=["item", "kind", "hash"], name="a_likeness_once")]
