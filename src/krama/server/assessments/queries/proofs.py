# SPDX-License-Identifier: Apache-2.0
"""Reading the live proofs, in the reader's language: red first, then unknown, then green."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, gettext, gettext_noop

from krama.guidelines import Line, Proof, shipped
from krama.guidelines.live import SKEW
from krama.server.assessments.actions.look import KEPT_DAYS
from krama.server.assessments.models import ProofChange, ProofDay, ProofState
from krama.server.assessments.queries.catalogue import catalogue
from krama.server.assessments.witnesses import definitions

ORDER = ("fail", "unknown", "pass")
NOT_LATELY = gettext_noop("Nobody has looked since %(checked_at)s.")
MISSED = 3  # looks that may fail to come before what was seen is no longer shown as now


@dataclass(frozen=True)
class Shown:
    """A live proof as people read it. `since` is None when nobody has looked yet, or not lately."""

    id: str
    text: str
    state: str
    since: datetime | None
    cause: str
    definition: str
    mend: str
    page: str
    figures: Mapping[str, Any]
    checked_at: datetime | None
    last_failed_at: datetime | None
    last_failed_cause: str


@dataclass(frozen=True)
class Day:
    """One day of a proof: how often it was seen in each state; `state` is the worst of them, "" when nobody looked."""

    day: date
    passed: int
    failed: int
    unknown: int

    @property
    def state(self) -> str:
        if self.failed:
            return "fail"
        return "unknown" if self.unknown else "pass" if self.passed else ""


def states() -> list[Shown]:
    """Every live proof, red first."""
    rows = ProofState.objects.in_bulk()
    shown = [_shown(proof_id, rows.get(proof_id)) for proof_id in definitions()]
    return sorted(shown, key=lambda proof: ORDER.index(proof.state))


def state_of(proof_id: str) -> Shown | None:
    """One live proof; None when there is none of that id."""
    if proof_id not in definitions():
        return None
    return _shown(proof_id, ProofState.objects.filter(pk=proof_id).first())


def last_look() -> datetime | None:
    last: datetime | None = ProofState.objects.aggregate(last=Max("checked_at"))["last"]
    return last


def history(proof_id: str) -> list[Day]:
    """The last 90 days, oldest first; a day without a look stands there too."""
    today = timezone.localdate()
    rows = {row.day: row for row in ProofDay.objects.filter(proof_id=proof_id)}
    days = [today - timedelta(days=back) for back in reversed(range(KEPT_DAYS))]
    return [
        Day(day, row.passed, row.failed, row.unknown) if (row := rows.get(day)) else Day(day, 0, 0, 0) for day in days
    ]


def changes(proof_id: str, most: int = 20) -> list[tuple[ProofChange, str]]:
    """The last changes with their causes, newest first."""
    rows = ProofChange.objects.filter(proof_id=proof_id).order_by("-at", "-pk")[:most]
    return [(row, said(row.cause, row.figures)) for row in rows]


def figures_of(proof_id: str, figures: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each raw figure with its name in words."""
    names = definitions()[proof_id].figures
    return [(gettext(names[name]), plain(value)) for name, value in figures.items() if name in names]


def lines_shown_by(proof_id: str) -> tuple[Line, ...]:
    """The lines of the catalogue that this proof shows met."""
    return tuple(line for line in catalogue().lines if proof_id in line.proof)


def said(cause: str, figures: Mapping[str, Any]) -> str:
    """A stored cause in the reader's language; figures that it no longer names are left out."""
    if not cause:
        return ""
    try:
        return gettext(cause) % {name: plain(value) for name, value in figures.items()}
    except (KeyError, ValueError):  # written by another version of Krama
        return gettext(cause)


def plain(value: Any) -> str:
    """A figure as people read it: whole numbers without a point, times in this zone's minutes."""
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, str) and "T" in value and (at := _moment(value)):
        return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
    return "–" if value is None or value == "" else str(value)


def _moment(text: str) -> datetime | None:
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    return at if at and timezone.is_aware(at) else None


def holds(row: ProofState, now: datetime) -> bool:
    """Was it looked at just now? An old green is not green, and one from a clock that ran ahead is none either."""
    longest = timedelta(seconds=max(MISSED * settings.KRAMA_PROOF_SECONDS, 5))
    return now - longest <= row.checked_at <= now + SKEW


def _shown(proof_id: str, row: ProofState | None) -> Shown:
    shown = _as_seen(proof_id, row)
    if row is None or holds(row, timezone.now()):
        return shown
    cause = said(NOT_LATELY, {"checked_at": row.checked_at.isoformat()})
    return replace(shown, state="unknown", since=None, cause=cause, figures={})


def _as_seen(proof_id: str, row: ProofState | None) -> Shown:
    definition = definitions()[proof_id]
    values = {name: plain(value) for name, value in definition.values().items()}
    return Shown(
        id=proof_id,
        text=_proof(proof_id).text.in_(get_language() or settings.LANGUAGE_CODE),
        state=row.state if row else "unknown",
        since=row.since if row else None,
        cause=said(row.cause, row.figures) if row else gettext("Nobody has looked yet."),
        definition=gettext(definition.asks) % values,
        mend=gettext(definition.mend),
        page=definition.page,
        figures=row.figures if row else {},
        checked_at=row.checked_at if row else None,
        last_failed_at=row.last_failed_at if row else None,
        last_failed_cause=gettext(row.last_failed_cause) if row and row.last_failed_cause else "",
    )


def _proof(proof_id: str) -> Proof:
    """From the catalogue in force; a loaded one may be older than the check."""
    return next((proof for proof in catalogue().proofs if proof.id == proof_id), None) or shipped().proof(proof_id)
