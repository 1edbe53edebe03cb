# SPDX-License-Identifier: Apache-2.0
"""What a case can be about, as far as somebody may wish not to be given it: told by columns that name nobody."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from krama.server.cases.models import Item
from krama.server.detections.models import Detection
from krama.server.intake.models import Topic


class Kind(TextChoices):
    """A test of the door is nobody's to be spared."""

    MATERIAL = "material", _("Known material, found by the scanner")
    UNREADABLE = "unreadable", _("What the scanner could not read")
    BULLYING = "bullying", _("Bullying, told by a person")
    THREAT = "threat", _("Threats and sexual extortion, told by a person")
    APPROACH = "approach", _("Grooming, told by a person")
    SAW = "saw", _("What somebody saw about a child")
    OTHER = "other", _("Something else, told by a person")
    DANGER = "danger", _("A child who says: I am in danger now")


OF_ITEMS: dict[Kind, Q] = {
    Kind.MATERIAL: Q(detection__reason=Detection.Reason.MATCH),
    Kind.UNREADABLE: Q(detection__reason__in=(Detection.Reason.TRUNCATED, Detection.Reason.UNDECODABLE)),
    Kind.BULLYING: Q(report__topic=Topic.BULLYING),
    Kind.THREAT: Q(report__topic=Topic.THREAT),
    Kind.APPROACH: Q(report__topic=Topic.APPROACH),
    Kind.SAW: Q(report__topic=Topic.SAW),
    Kind.OTHER: Q(report__topic=Topic.OTHER),
    Kind.DANGER: Q(report__topic=Topic.DANGER) | Q(report__is_emergency=True),
}


def cases_with(kinds: frozenset[Kind]) -> Q:
    """Cases in which one item is of one of these kinds; none where there is no kind."""
    if not kinds:
        return Q(pk__in=[])
    of_items = Q()
    for kind in sorted(kinds):
        of_items |= OF_ITEMS[kind]
    return Q(Exists(Item.objects.filter(of_items, case=OuterRef("pk"))))
