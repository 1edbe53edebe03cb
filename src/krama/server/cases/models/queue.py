# SPDX-License-Identifier: Apache-2.0
"""Working the queue: who has a case and who is there, saved views, rules that route, facets, what is alike.

Nothing here says anything of a child, a reporter or a suspect: staff, units, a language, a topic, a category.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from krama.server.accounts.models import Unit, User
from krama.server.cases.models.case import Case, Item


class Lease(models.Model):
    """One person has this case until `until`; the row is the case's own, so two people cannot have it."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="lease")
    holder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(until__gt=models.F("since")), name="a_lease_takes_time")
        ]


class Presence(models.Model):
    """Who loaded the page of a case, and when last; told for some minutes to whoever may see the case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="present_once")]


class SavedView(models.Model):
    """A way to look at the queue that has a name: one person's, or everybody's when a lead shares it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    is_shared = models.BooleanField(default=False)
    filters: models.JSONField[Any, Any] = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="a_view_a_name")]


class Route(models.Model):
    """A rule that sends a new case to a unit. The first that fits wins; an empty condition fits everything."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    place = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=60)
    language = models.CharField(max_length=2, blank=True)
    about = models.CharField(max_length=32, blank=True)
    sector = models.CharField(max_length=16, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True)  # the timeline of old cases still names it


class Service(models.Model):
    """Which sector the system serves that scans with this key: a firm may be in several."""

    key_name = models.CharField(max_length=120, unique=True)
    sector = models.CharField(max_length=16)


class Facet(models.Model):
    """What a case is found and routed by: a language, what it is about, a sector. A case may have several of each."""

    class Kind(models.TextChoices):
        LANGUAGE = "language"
        ABOUT = "about"
        SECTOR = "sector"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="facets", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    value = models.CharField(max_length=32)

    class Meta:
        indexes = [models.Index(fields=["kind", "value", "case"], name="facet_found")]
        constraints = [models.UniqueConstraint(fields=["case", "kind", "value"], name="a_facet_once")]


class Near(models.Model):
    """To which cluster of near content an item belongs; None until the round has compared it with those before it.

    The first of a cluster has a `number`: every other one is near that one, so nearness never wanders.
    """

    item = models.OneToOneField(Item, on_delete=models.CASCADE, primary_key=True, related_name="near")
    cluster = models.UUIDField(null=True, db_index=True)
    number = models.BigIntegerField(null=True, unique=True)  # in the order in which they became first ones

    class Meta:
        indexes = [
            models.Index(fields=["item"], condition=models.Q(cluster=None), name="near_waiting"),
        ]
