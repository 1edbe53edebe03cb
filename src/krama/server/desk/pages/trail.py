# SPDX-License-Identifier: Apache-2.0
"""The trail on a page: who did what, and whether it is as it was written.

It stands at the desk because a page asks `may`, and the trail lies below the accounts.
"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation
from krama.server.desk.names import actor_labels
from krama.server.trail import queries
from krama.server.trail.actions import record
from krama.server.trail.events import Event
from krama.server.trail.models import Entry
from krama.server.trail.verify import Finding, verify


@page(Operation.READ_TRAIL)
def trail(request: StaffRequest) -> HttpResponse:
    """Newest first."""
    return _render(request, None)


@page(Operation.READ_TRAIL, "POST")
def check(request: StaffRequest) -> HttpResponse:
    """Recompute the whole trail now; that it was checked is itself an entry."""
    finding = verify()
    details = {"finding": finding.what, "entries": finding.entries}
    record(request.user, Event.TRAIL_CHECKED, subject_kind="trail", subject_id="all", details=details)
    return _render(request, finding)


def _render(request: StaffRequest, finding: Finding | None) -> HttpResponse:
    shown = Paginator(queries.entries(), 50).get_page(request.GET.get("page"))
    context = {
        "entries": _entries(list(shown)),
        "page": shown,
        "head": queries.head(),
        "check": {"ok": finding.ok, "text": words(finding), "position": finding.position} if finding else None,
    }
    return render(request, "desk/trail.html", context)


def _entries(rows: list[Entry]) -> list[dict[str, object]]:
    labels = actor_labels(rows)
    return [
        {
            "position": entry.position,
            "at": entry.at,
            "event_label": Event(entry.event).label if entry.event in Event.values else entry.event,
            "actor_label": labels[entry.pk],
            "by_person": entry.actor_kind == "person",
            "is_name": entry.actor_kind in ("person", "key"),
            "subject": entry.subject_id,
        }
        for entry in rows
    ]


def words(finding: Finding) -> str:
    """The finding in the reader's language."""
    fields = {"position": finding.position, "since": finding.since, "entries": finding.entries}
    return {
        "intact": _("The trail is intact: all %(entries)s entries are as they were written."),
        "changed": _("Entry %(position)s was changed: its content does not fit the tree."),
        "removed": _("Entry %(position)s was removed."),
        "inserted": _("Entry %(position)s was put in afterwards."),
        "rewritten": _(
            "Between entries %(since)s and %(position)s something was changed, removed or put in, and the hashes were "
            "made to fit."
        ),
    }[finding.what] % fields
