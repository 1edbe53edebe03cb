# SPDX-License-Identifier: Apache-2.0
"""What the room keeps: cases and what hangs on them, one file a matter."""

from __future__ import annotations

from krama.server.cases.models.case import (
    Case,
    Decision,
    Item,
    Lane,
    Layer,
    Link,
    OpenKey,
    Outcome,
    Sensitivity,
    Severity,
)
from krama.server.cases.models.grounds import Grounds
from krama.server.cases.models.looks import Look, Outsider
from krama.server.cases.models.pause import Pause
from krama.server.cases.models.peer import Note, PeerMark, Wish
from krama.server.cases.models.people import ActorRole
from krama.server.cases.models.playbook import CasePlaybook, KeptPlaybook, PlaybookMark
from krama.server.cases.models.queue import Facet, Lease, Near, Presence, Route, SavedView, Service
from krama.server.cases.models.regroup import Regroup
from krama.server.cases.models.related import Likeness
from krama.server.cases.models.rules import RuleBook
from krama.server.cases.models.sight import Named, OwnAccount, Recusal, SensitivityChange
from krama.server.cases.models.wanted import Wanted
from krama.server.cases.models.waves import Wave

__all__ = [
    "ActorRole",
    "Case",
    "CasePlaybook",
    "Decision",
    "Facet",
    "Grounds",
    "Item",
    "KeptPlaybook",
    "Lane",
    "Layer",
    "Lease",
    "Likeness",
    "Link",
    "Look",
    "Named",
    "Near",
    "Note",
    "OpenKey",
    "Outcome",
    "Outsider",
    "OwnAccount",
    "Pause",
    "PeerMark",
    "PlaybookMark",
    "Presence",
    "Recusal",
    "Regroup",
    "Route",
    "RuleBook",
    "SavedView",
    "Sensitivity",
    "SensitivityChange",
    "Service",
    "Severity",
    "Wanted",
    "Wave",
    "Wish",
]
