# SPDX-License-Identifier: Apache-2.0
"""What the cases witness: that they are decided in time, and that nobody checks their own decisions."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils.translation import gettext_noop as _

from krama.guidelines.live import Definition, Look, Seen
from krama.server.accounts.models import Key, Role, Scope, User
from krama.server.cases.clocks import hours_by_severity
from krama.server.cases.models import Case, Decision, Note
from krama.server.cases.peer import may_leave
from krama.server.cases.queries import peer as queries_peer

DECIDERS = (Role.REVIEWER, Role.LEAD, Role.OFFICER)
CHECKERS = (Role.AUDITOR, Role.ADMINISTRATOR)
MONTH, QUARTER = timedelta(days=30), timedelta(days=90)


def _first_due(late: QuerySet[Case]) -> datetime | None:
    # Never a reference: everybody reads the proofs, and not everybody may know of each case.
    return late.values_list("due_at", flat=True).first()


def decided_in_time(now: datetime) -> Seen:
    late = Case.objects.filter(state=Case.State.OPEN, due_at__lt=now).order_by("due_at")
    decided = Decision.objects.filter(at__gt=now - MONTH)
    figures = {
        "open": Case.objects.filter(state=Case.State.OPEN).count(),
        "late": late.count(),
        "hours": int((now - first) / timedelta(hours=1)) if (first := _first_due(late)) else 0,
        "decided": decided.count(),
        "decided_late": decided.filter(at__gt=F("case__due_at")).count(),
    }
    if figures["late"]:
        return Seen("fail", _("Open cases past their time: %(late)s, the longest by %(hours)s hours."), figures)
    if not Decision.objects.exists():
        return Seen("unknown", _("No case was decided yet."), figures)
    return Seen("pass", _("No open case is past its time; decided in 30 days: %(decided)s."), figures)


def roles_separated(now: datetime) -> Seen:
    decisions = Decision.objects.filter(at__gt=now - QUARTER)
    deciders = {UUID(who) for who in decisions.filter(actor_kind="person").values_list("actor_id", flat=True)}
    active = User.objects.filter(is_active=True)
    figures = {
        "decisions": decisions.count(),
        "deciders": active.filter(role__in=DECIDERS).count(),
        "auditors": active.filter(role=Role.AUDITOR).count(),
        "both": active.filter(role__in=CHECKERS, pk__in=deciders).count(),
        "keys": sum(_does_both(key) for key in Key.objects.filter(revoked_at=None)),
    }
    if figures["both"]:
        return Seen("fail", _("People who decided cases and now audit or administer: %(both)s."), figures)
    if figures["keys"]:
        return Seen("fail", _("Keys that may both scan and send decisions: %(keys)s."), figures)
    if not (figures["decisions"] and figures["deciders"] and figures["auditors"]):
        return Seen("unknown", _("Not to be seen before somebody decides cases and somebody else audits."), figures)
    return Seen("pass", _("Whoever decided in 90 days neither audits nor administers; no key does both."), figures)


def peer_notes_stand(now: datetime) -> Seen:
    left = queries_peer.something_left(now - QUARTER)
    figures = {
        "noted": Note.objects.values("case").distinct().count(),
        "left": len(left),
        "without": sum(not may_leave(case) for case in left),
    }
    if figures["without"]:
        return Seen("fail", _("Peer cases that something left without a standing note: %(without)s."), figures)
    if not figures["noted"]:
        return Seen("unknown", _("No note on the best interests of two children was written yet."), figures)
    return Seen("pass", _("Cases with such a note: %(noted)s; nothing left any case without one."), figures)


def _does_both(key: Key) -> bool:
    return {Scope.SCAN.value, Scope.CASES_DECIDE.value} <= set(key.scopes)


PROOFS: dict[str, Look] = {
    "live.cases-decided-in-time": decided_in_time,
    "live.roles-separated": roles_separated,
    "live.peer-notes-stand": peer_notes_stand,
}
DEFINITIONS = {
    "live.cases-decided-in-time": Definition(
        _(
            "At least one case was decided, and no open case is past its time: critical after %(critical)s hours, high "
            "%(high)s, medium %(medium)s, low %(low)s."
        ),
        _("Decide the case that is late."),
        {
            "open": _("Open cases"),
            "late": _("Open cases past their time"),
            "hours": _("Hours by which the longest is late"),
            "decided": _("Decisions in 30 days"),
            "decided_late": _("Of these after their time"),
        },
        hours_by_severity,
        "cases:queue",
    ),
    "live.peer-notes-stand": Definition(
        _(
            "At least one note on the best interests of both children was written; in 90 days no case on the peer path "
            "was decided by the law, and no identity opened to be handed over, without one that stands."
        ),
        _("Write the note on the case page, and let a second person look at it."),
        {
            "noted": _("Cases with a note"),
            "left": _("Cases that something left in 90 days"),
            "without": _("Of these on the peer path without a standing note"),
        },
        page="cases:queue",
    ),
    "live.roles-separated": Definition(
        _(
            "Somebody decides cases and somebody else audits; in 90 days nobody decided who now audits or administers; "
            "no key may both scan and send decisions."
        ),
        _("Revoke the key that may do both, or give the person one role only."),
        {
            "decisions": _("Decisions in 90 days"),
            "deciders": _("People who may decide"),
            "auditors": _("Auditors"),
            "both": _("People who decided and now audit or administer"),
            "keys": _("Keys that may scan and send decisions"),
        },
        page="accounts:keys",
    ),
}
