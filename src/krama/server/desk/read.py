# SPDX-License-Identifier: Apache-2.0
"""What the case page has read already, for all of its parts: each asks for no more than is not here."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Model

from krama.server.cases.models import Item
from krama.server.desk.faces import Faces
from krama.server.desk.staff import Staff


@dataclass(frozen=True)
class Read:
    """The case's items and faces, the staff, and what is written beside the case at all."""

    items: list[Item]
    faces: Faces
    staff: Staff
    there: set[type[Model]]
