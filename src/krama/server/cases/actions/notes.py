# SPDX-License-Identifier: Apache-2.0
"""Where the words about a case are kept."""

from __future__ import annotations

from krama.server.cases.models import Case
from krama.server.compartments.actions import make
from krama.server.compartments.models import Compartment, Kind


def notes_of(case: Case) -> Compartment:
    """Where the words of a case are sealed; made when somebody first writes."""
    if case.compartment is None:
        case.compartment = make(Kind.CASE)
        case.save(update_fields=["compartment"])
    return case.compartment
