# SPDX-License-Identifier: Apache-2.0
"""How a case speaks of whom it is about: Account A, Content B. Ids show only while this person has it open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from krama.server.cases.models import Case, Item
from krama.server.cases.people import people_among, teller_key
from krama.server.compartments.actions.identity import name_them
from krama.server.compartments.models import Pseudonym
from krama.server.compartments.queries import openings_of
from krama.server.detections.queries import firm_ids
from krama.server.intake.models import Report
from krama.server.intake.queries import firm_ids as told_ids

LABELS = {
    Pseudonym.Kind.ACCOUNT: _("Account %(letter)s"),
    Pseudonym.Kind.CONTENT: _("Content %(letter)s"),
    Pseudonym.Kind.REPORTER: _("Reporter %(letter)s"),
}


class Faces:
    """The pseudonyms of one case, and what this person has open of them."""

    def __init__(self, case: Case, items: list[Item], person_id: str) -> None:
        scope = scope_of(case)
        found = [subject for item in items for subject in (_subject(item), _teller(item))]
        self._names: dict[str, dict[str, Pseudonym]] = {kind: {} for kind in Pseudonym.Kind.values}
        for row in Pseudonym.objects.filter(scope=scope):
            self._names[row.kind][row.hash] = row
        for kind in LABELS:
            known = self._names[kind]
            hashes = [hashed for one, hashed in found if one == kind]
            if any(hashed and hashed not in known for hashed in hashes):
                known |= name_them(scope, Pseudonym.Kind(kind), hashes)
        self._open = openings_of(person_id, scope, timezone.now()) if person_id else {}

    def of(self, item: Item) -> dict[str, Any] | None:
        """None where the firm sent no id at all. `ids` only while it is open for this person."""
        face = self._face(*_subject(item))
        return face and face | {"ids": sorted(_ids(item).items()) if face["until"] else []}

    def teller(self, item: Item) -> dict[str, Any] | None:
        """Who told us: what was said shows only while it is open for this person. None for a detection."""
        return self._face(*_teller(item))

    @property
    def people(self) -> list[Pseudonym]:
        """Everybody in the case who has a letter."""
        return people_among(row for known in self._names.values() for row in known.values())

    def _face(self, kind: Pseudonym.Kind, hashed: str) -> dict[str, Any] | None:
        name = self._names[kind].get(hashed)
        if name is None:
            return None
        label = LABELS[kind] % {"letter": name.letter}
        return {"id": str(name.pk), "label": label, "until": self._open.get(name.pk)}


def scope_of(case: Case) -> str:
    return f"case:{case.ref}"


def told_by(face: Pseudonym, items: Iterable[Item]) -> list[Report]:
    """The reports of whoever this pseudonym stands for; none where it is no reporter."""
    if face.kind != Pseudonym.Kind.REPORTER:
        return []
    return [item.report for item in items if item.report is not None and _teller(item)[1] == face.hash]


def _subject(item: Item) -> tuple[Pseudonym.Kind, str]:
    if item.account_key:
        return Pseudonym.Kind.ACCOUNT, item.account_key
    if item.detection is not None:
        return Pseudonym.Kind.CONTENT, item.detection.firm_id_key
    return Pseudonym.Kind.CONTENT, item.report.content_key if item.report else ""


def _teller(item: Item) -> tuple[Pseudonym.Kind, str]:
    return Pseudonym.Kind.REPORTER, teller_key(item)


def _ids(item: Item) -> dict[str, str]:
    if item.report is not None:
        return told_ids(item.report)
    return firm_ids(item.detection) if item.detection is not None else {}
