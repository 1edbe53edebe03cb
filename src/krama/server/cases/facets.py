# SPDX-License-Identifier: Apache-2.0
"""What a case is found and routed by, read from what joined it: never from what somebody said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from krama.guidelines import shipped
from krama.server.cases.find import Find
from krama.server.cases.models import Case
from krama.server.cases.models.queue import Facet, Service
from krama.server.detections.models import Detection
from krama.server.intake.models import Report, Topic
from krama.server.lists.models import List

Facets = frozenset[tuple[str, str]]
UNREADABLE = "unreadable"


def facets_of(row: Detection | Report) -> Facets:
    """Language and topic of a report; of a detection the categories of its lists, and the sector of its key."""
    if isinstance(row, Report):
        return frozenset({(Facet.Kind.LANGUAGE.value, row.language), (Facet.Kind.ABOUT.value, row.topic)})
    sectors = Service.objects.filter(key_name=row.key_name).values_list("sector", flat=True) if row.key_name else ()
    found = {(Facet.Kind.SECTOR.value, sector) for sector in sectors}
    return frozenset(found | {(Facet.Kind.ABOUT.value, about) for about in _categories(row)})


def _categories(row: Detection) -> set[str]:
    if row.reason != Detection.Reason.MATCH:
        return {UNREADABLE}
    names = {match["list"] for match in row.matches}
    return set(List.objects.filter(name__in=names).values_list("category", flat=True))


def note_facets(case: Case, find: Find) -> Facets:
    """Called by whoever lets something join a case, in the same transaction."""
    found = facets_of(find.row)
    Facet.objects.bulk_create(rows_of(case, found), ignore_conflicts=True)
    return found


def note_again(case: Case) -> None:
    """After items came or went: what its items are found by, and nothing else."""
    rows = case.items.select_related("detection", "report")
    found = {one for item in rows for one in facets_of(item.detection or item.report)}  # type: ignore[arg-type]
    Facet.objects.filter(case=case).delete()
    Facet.objects.bulk_create(rows_of(case, found))


def rows_of(case: Case, found: Iterable[tuple[str, str]]) -> list[Facet]:
    return [Facet(case=case, kind=kind, value=value) for kind, value in sorted(found)]


def languages() -> list[tuple[str, Any]]:
    """A language says its own name."""
    return list(settings.LANGUAGES)


def abouts() -> list[tuple[str, Any]]:
    """What a case can be about: what a person chose, or the category of a list."""
    return [*Topic.choices, *List.Category.choices, (UNREADABLE, _("It could not be opened"))]


def sectors() -> list[tuple[str, Any]]:
    language = get_language() or "en"
    return [(sector.id, sector.text.in_(language)) for sector in shipped().words.sectors]
