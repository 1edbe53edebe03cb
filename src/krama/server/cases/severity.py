# SPDX-License-Identifier: Apache-2.0
"""How grave a detection is, and until when a person should have decided."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from krama.server.cases.models import Severity
from krama.server.detections.models import Detection

ORDER = tuple(Severity)
# Industry Classification System: A is prepubescent, 1 is a sexual act; what is listed otherwise is high.
GRAVEST_CODES = frozenset({"A1", "A2"})


def severity_of(detection: Detection) -> Severity:
    """From the verdict and the codes of the lists that matched; never from a picture."""
    if detection.reason != Detection.Reason.MATCH:
        return Severity.LOW
    if any(match.get("code") in GRAVEST_CODES for match in detection.matches):
        return Severity.CRITICAL
    return Severity.HIGH if detection.verdict == Detection.Verdict.BLOCK else Severity.MEDIUM


def due_at(severity: Severity, opened: datetime) -> datetime:
    return opened + timedelta(hours=settings.KRAMA_CLOCKS[severity.value])


def graver(one: Severity, other: Severity) -> Severity:
    return min(one, other, key=ORDER.index)
