# SPDX-License-Identifier: Apache-2.0
"""How a case speaks of whom it is about: Account A, Content B. Ids show only while this person has it open."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from krama.server.cases.models import Case, Item
from krama.server.compartments.actions.identity import name_them
from krama.server.compartments.models import Pseudonym
from krama.server.compartments.queries import openings_of
from krama.server.detections.queries import firm_ids


class Faces:
    """The pseudonyms of one case, and what this person has open of them."""

    def __init__(self, case: Case, items: list[Item], person_id: str) -> None:
        scope = scope_of(case)
        self._names = {
            kind: name_them(scope, kind, [hashed for item in items for k, hashed in [_subject(item)] if k == kind])
            for kind in (Pseudonym.Kind.ACCOUNT, Pseudonym.Kind.CONTENT)
        }
        self._open = openings_of(person_id, scope, timezone.now()) if person_id else {}

    def of(self, item: Item) -> dict[str, Any] | None:
        """None where the firm sent no id at all. `ids` only while it is open for this person."""
        kind, hashed = _subject(item)
        name = self._names[kind].get(hashed)
        if name is None:
            return None
        until = self._open.get(name.pk)
        label = _("Account %(letter)s") if kind == Pseudonym.Kind.ACCOUNT else _("Content %(letter)s")
        return {
            "id": str(name.pk),
            "label": label % {"letter": name.letter},
            "until": until,
            "ids": sorted(firm_ids(item.detection).items()) if until else [],
        }


def scope_of(case: Case) -> str:
    return f"case:{case.ref}"


def _subject(item: Item) -> tuple[Pseudonym.Kind, str]:
    found = item.detection
    if found.account_key:
        return Pseudonym.Kind.ACCOUNT, found.account_key
    return Pseudonym.Kind.CONTENT, found.firm_id_key
