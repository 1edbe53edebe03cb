# SPDX-License-Identifier: Apache-2.0
"""Every event of the trail: subject, then what happened. Nothing else may be written there."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Event(TextChoices):
    """The stable value is stored and hashed; the words are for people."""

    HOME_MADE = "home:made", _("This installation was made")
    STAFF_ADDED = "staff:added", _("A member of staff was added")
    STAFF_CHANGED = "staff:changed", _("A member of staff was changed")
    STAFF_PASSWORD = "staff:password:reset", _("A password was set by an administrator")
    STAFF_SIGNED_IN = "staff:signed-in", _("Somebody signed in")
    KEY_ADDED = "key:added", _("A key for a machine was added")
    KEY_REVOKED = "key:revoked", _("A key for a machine was revoked")
    WEBHOOK_ADDED = "webhook:added", _("A webhook was added")
    WEBHOOK_CHANGED = "webhook:changed", _("A webhook was changed")
    LIST_ADDED = "list:added", _("A list was added")
    LIST_CHANGED = "list:changed", _("A list was changed")
    LIST_IMPORTED = "list:imported", _("Signals were imported into a list")
    LIST_EXPORTED = "list:exported", _("A list was exported")
    LIST_PUBLISHED = "list:published", _("The lists were published to the scanners")
    DETECTION_LEFT = "detection:left", _("A scan found something")
    CASE_OPENED = "case:opened", _("A case was opened")
    CASE_JOINED = "case:joined", _("A detection joined a case")
    CASES_LINKED = "case:linked", _("Two cases were linked")
    CASE_VIEWED = "case:viewed", _("The case was read")
    CASE_DECIDED = "case:decided", _("A case was decided")
    CASE_CLOSED = "case:closed", _("A case was closed")
    MEASURE_ORDERED = "measure:ordered", _("A measure was ordered")
    MEASURE_DELIVERED = "measure:delivered", _("A measure was delivered to the firm’s system")
    MEASURE_CONFIRMED = "measure:confirmed", _("The firm’s system confirmed a measure")
    MEASURE_FAILED = "measure:failed", _("The firm’s system could not carry out a measure")
    TRAIL_CHECKED = "trail:checked", _("The trail was checked")
