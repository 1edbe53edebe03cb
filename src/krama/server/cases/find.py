# SPDX-License-Identifier: Apache-2.0
"""What joins a case, by which keys it is known again, and the case that it opens when nobody holds them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from krama.server.cases.clocks import Clocks, in_force
from krama.server.cases.models import Case, Lane, Severity
from krama.server.detections.models import Detection
from krama.server.intake.models import Report

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: nothing to mistake on the phone


@dataclass(frozen=True)
class Find:
    """A detection or a report, and what was chosen in it."""

    kind: str
    row: Detection | Report
    said: Mapping[str, str]
    keys: tuple[tuple[str, str], ...]
    account_key: str
    is_emergency: bool = False


def of_detection(row: Detection) -> Find:
    keys = (("content", row.content_key), ("account", row.account_key))
    return Find("detection", row, {}, _given(keys), row.account_key)


def of_report(row: Report, said: Mapping[str, str]) -> Find:
    """The same content or account, or the same words sent again, is one matter."""
    keys = (("firm_id", row.content_key), ("account", row.account_key), ("words", row.words_key))
    return Find("report", row, said, _given(keys), row.account_key, row.is_emergency)


def new_ref() -> str:
    """What people call a case."""
    return "C-" + "".join(secrets.choice(ALPHABET) for _ in range(6))


def case_for(find: Find, severity: Severity, lane: Lane = Lane.ORDINARY, clocks: Clocks | None = None) -> Case:
    """A case of its own, not stored yet."""
    now = timezone.now()
    return Case(
        ref=new_ref(),
        severity=severity,
        lane=lane,
        opened_at=now,
        due_at=(clocks or in_force()).due_at(severity, now, lane),
        source="scanner" if find.kind == "detection" else "report",
        is_emergency=find.is_emergency,
    )


def raise_alarm(case: Case, clocks: Clocks | None = None) -> None:
    """It comes first from now on, and its clock is that of a child in danger; not stored yet."""
    case.is_emergency, case.severity, case.lane, case.clock_said = True, Severity.CRITICAL, Lane.EMERGENCY, ""
    due = (clocks or in_force()).due_at(Severity.CRITICAL, timezone.now(), Lane.EMERGENCY)
    case.due_at = min(case.due_at, due)


def _given(keys: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((kind, hashed) for kind, hashed in keys if hashed)
