# SPDX-License-Identifier: Apache-2.0
"""What the accounts witness: that roles are looked at again, and that each unit is led."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from krama.guidelines.live import SKEW, Definition, Look, Seen
from krama.server.accounts.models import Unit, User


def staff_reviewed(now: datetime) -> Seen:
    people, since = User.objects.filter(is_active=True), now - timedelta(days=settings.KRAMA_STAFF_REVIEW_DAYS)
    ahead = Q(reviewed_at__gt=now + SKEW)
    # Whoever came lately was looked at when they were added.
    overdue = people.filter(Q(reviewed_at=None, created_at__lt=since) | Q(reviewed_at__lt=since) | ahead)
    figures = {
        "people": people.count(),
        "reviewed": people.exclude(reviewed_at=None).count(),
        "overdue": overdue.count(),
    }
    if not figures["reviewed"]:
        return Seen("unknown", _("Nobody’s role and access were looked at again yet."), figures)
    if figures["overdue"]:
        return Seen("fail", _("People whose role and access nobody looked at in time: %(overdue)s."), figures)
    return Seen("pass", _("The role and access of all %(people)s people were looked at in time."), figures)


def unit_heads_named(now: datetime) -> Seen:
    units = Unit.objects.filter(is_active=True)
    led = units.filter(head__is_active=True, deputy__is_active=True)
    figures = {"units": units.count(), "led": led.count(), "without": units.count() - led.count()}
    if not figures["units"]:
        return Seen("unknown", _("There is no unit yet."), figures)
    if figures["without"]:
        return Seen("fail", _("Units without an active head or deputy: %(without)s of %(units)s."), figures)
    return Seen("pass", _("Each of the %(units)s units has an active head and deputy."), figures)


PROOFS: dict[str, Look] = {"live.staff-reviewed": staff_reviewed, "live.unit-heads-named": unit_heads_named}
DEFINITIONS = {
    "live.staff-reviewed": Definition(
        _(
            "Everybody who may sign in was added, or had role and access looked at by somebody else, in the last "
            "%(days)s days; at least one was looked at again."
        ),
        _("Open the person’s page and confirm that role and access are still right, or close the access."),
        {
            "people": _("People who may sign in"),
            "reviewed": _("Of these looked at again"),
            "overdue": _("Overdue"),
        },
        lambda: {"days": settings.KRAMA_STAFF_REVIEW_DAYS},
        "accounts:staff",
    ),
    "live.unit-heads-named": Definition(
        _("There is at least one unit, and each active unit has a head and a deputy who may sign in."),
        _("Name a head and a deputy for the unit."),
        {
            "units": _("Active units"),
            "led": _("With head and deputy"),
            "without": _("Without one of them"),
        },
        page="accounts:staff",
    ),
}
