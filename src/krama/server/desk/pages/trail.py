# SPDX-License-Identifier: Apache-2.0
"""The trail on a page: who did what, and whether it is as it was written.

It stands at the desk because a page asks `may`, and the trail lies below the accounts.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from krama.server.accounts.guard import StaffRequest, page
from krama.server.accounts.may import Operation
from krama.server.accounts.models import User
from krama.server.cases.reach import hidden_refs, is_kept_out
from krama.server.desk.names import actor_labels
from krama.server.trail import queries
from krama.server.trail.actions import record
from krama.server.trail.events import Event
from krama.server.trail.export import export
from krama.server.trail.models import Entry
from krama.server.trail.seal import signing_key
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


@page(Operation.READ_TRAIL, "POST")
def bundle(request: StaffRequest) -> HttpResponse:
    """The whole trail as one file that verifies elsewhere. It names every case, so nobody takes it who may not."""
    if is_kept_out(request.user):
        note = _("You are kept out of a case, and the bundle speaks of every case. Another person takes it.")
        return _render(request, None, note=note, status=403)
    with TemporaryDirectory(prefix="krama-trail-") as folder:
        file = Path(folder) / "trail.krama"
        export(request.user, path=file)
        content = file.read_bytes()
    headers = {"Content-Disposition": 'attachment; filename="trail.krama"'}
    return HttpResponse(content, content_type="application/zip", headers=headers)


def _render(request: StaffRequest, finding: Finding | None, *, note: str = "", status: int = 200) -> HttpResponse:
    shown = Paginator(queries.entries(), 50).get_page(request.GET.get("page"))
    context = {
        "entries": _entries(request.user, list(shown)),
        "page": shown,
        "head": queries.head(),
        "note": note,
        "public_key": str(signing_key().public),
        "check": {"ok": finding.ok, "text": words(finding), "position": finding.position} if finding else None,
    }
    return render(request, "desk/trail.html", context, status=status)


def _entries(reader: User, rows: list[Entry]) -> list[dict[str, object]]:
    """Acts in a case that the reader is kept out of stand there without saying what or whose."""
    labels = actor_labels(rows)
    hidden = hidden_refs(reader, [entry.subject_id for entry in rows if entry.subject_kind == "case"])
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
        if entry.subject_kind != "case" or entry.subject_id not in hidden
        else _hidden(entry)
        for entry in rows
    ]


def _hidden(entry: Entry) -> dict[str, object]:
    return {
        "position": entry.position,
        "at": entry.at,
        "event_label": _("An act in a case that is closed to you"),
        "actor_label": "",
        "by_person": False,
        "is_name": False,
        "subject": "",
    }


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
