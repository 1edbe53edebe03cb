# SPDX-License-Identifier: Apache-2.0
"""Who is what in a case, as far as a person has said it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from krama.server.cases.models import Case, Item
from krama.server.cases.models.people import ActorRole, Part
from krama.server.compartments.models import Pseudonym
from krama.server.compartments.queries import read
from krama.server.detections.scanner import identifiers

# Content is no person: nothing but these is somebody.
PEOPLE = (Pseudonym.Kind.ACCOUNT, Pseudonym.Kind.CHILD, Pseudonym.Kind.REPORTER)
UNSAID = {Pseudonym.Kind.REPORTER: Part.REPORTER, Pseudonym.Kind.CHILD: Part.CHILD}


@dataclass(frozen=True)
class Told:
    """One word about somebody."""

    part: Part
    at: datetime
    by: str


def roles_of(case: Case) -> dict[UUID, list[Told]]:
    """By pseudonym, the newest first; empty after the case's compartment was destroyed."""
    found: dict[UUID, list[Told]] = {}
    for row in case.roles.order_by("-at"):
        plain = read(case.compartment, row.sealed_role, *place_of_role(row.pk))
        if plain is not None:
            found.setdefault(row.pseudonym_id, []).append(Told(Part(plain.decode()), row.at, row.by))
    return found


def part_of(pseudonym: Pseudonym, said: list[Told]) -> Part:
    """What holds: the newest word, else what the pseudonym itself says."""
    return said[0].part if said else UNSAID.get(Pseudonym.Kind(pseudonym.kind), Part.UNKNOWN)


def people_in(case: Case) -> list[Pseudonym]:
    """Everybody in it who has a letter."""
    return people_among(Pseudonym.objects.filter(scope=f"case:{case.ref}", kind__in=PEOPLE))


def people_among(rows: Iterable[Pseudonym]) -> list[Pseudonym]:
    """Those who are somebody, in the order of their letters."""
    return sorted((row for row in rows if row.kind in PEOPLE), key=lambda row: (row.kind, row.letter))


def teller_key(item: Item) -> str:
    """By which the reporter of this item is known in its case; empty for a detection."""
    return identifiers().of("reporter", str(item.report_id)) if item.report_id else ""


def place_of_role(pk: UUID) -> tuple[str, UUID, str]:
    return ("case role", pk, "role")


__all__ = [
    "PEOPLE",
    "ActorRole",
    "Part",
    "Told",
    "part_of",
    "people_among",
    "people_in",
    "place_of_role",
    "roles_of",
    "teller_key",
]
