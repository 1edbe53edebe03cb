# SPDX-License-Identifier: Apache-2.0
"""Sources to findings: reads each, names its fields, and gathers what was passed over and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from krama.errors import BadInput
from krama.inventory.model import Finding
from krama.inventory.namer import Namer
from krama.inventory.sources import readings


@dataclass
class Outcome:
    """What one scan found. `faults` are sources that could not be read: then "nothing found" would be no answer."""

    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    fields: int = 0
    sources: int = 0


def scan_sources(sources: Iterable[str], least: float = 0.5) -> Outcome:
    """Scan paths and addresses; findings below `least` are left out."""
    outcome, namer = Outcome(), Namer()
    for given in sources:
        try:
            for reading in readings(given):
                fields = list(reading.unique())
                outcome.sources += bool(fields)
                outcome.fields += len(fields)
                found = namer.findings(reading.source, iter(fields))
                outcome.findings += [one for one in found if one.confidence >= least]
                outcome.notes += [f"{reading.source}: {note}" for note in reading.notes]
                outcome.faults += [f"{reading.source}: {fault}" for fault in reading.faults]
        except BadInput as problem:
            outcome.faults.append(problem.detail)
    return outcome
