# SPDX-License-Identifier: Apache-2.0
"""What the trail witnesses: that it is whole, and that every entry got its place."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_noop as _

from krama.guidelines.live import Definition, Look, Seen
from krama.server.trail.alarms import WORDS, alarms
from krama.server.trail.events import Event
from krama.server.trail.models import Entry
from krama.server.trail.verify import verify

PLACED_WITHIN = timedelta(minutes=1)
WHAT = {
    "changed": _("Entry %(position)s of the trail was changed."),
    "removed": _("Entry %(position)s of the trail was removed."),
    "inserted": _("Entry %(position)s of the trail was inserted."),
    "rewritten": _("The trail was rewritten somewhere before entry %(position)s."),
}


def trail_intact(now: datetime) -> Seen:
    finding = verify(newest=settings.KRAMA_TRAIL_ENTRIES)
    waiting = Entry.objects.filter(position=None, at__lt=now - PLACED_WITHIN).count()
    figures = {"entries": finding.entries, "waiting": waiting, "position": finding.position}
    if not finding.ok:
        return Seen("fail", WHAT[finding.what], figures)
    if found := alarms(now):
        return Seen("fail", WORDS[found[0].what], {**figures, "count": found[0].count})
    if waiting:
        return Seen("fail", _("Entries that wait longer than a minute for their place: %(waiting)s."), figures)
    if not _acted():
        return Seen("unknown", _("Nobody has acted yet: a trail of the beginning alone shows nothing."), figures)
    return Seen("pass", _("Every hash fits; the trail has %(entries)s entries."), figures)


def _acted() -> bool:
    acts = Entry.objects.filter(actor_kind__in=("person", "key")).exclude(event=Event.STAFF_SIGNED_IN)
    return acts.exists()


PROOFS: dict[str, Look] = {"live.trail-intact": trail_intact}
DEFINITIONS = {
    "live.trail-intact": Definition(
        _(
            "The newest %(entries)s entries of the trail fit their seals, hashes and tree heads, none waits longer "
            "than a minute for its place, and a folder outside the database witnesses for them. Older ones are "
            "recomputed by the command krama trail verify."
        ),
        _("Keep the database as it is, bring in the auditor, and compare with a copy: somebody wrote behind Krama."),
        {
            "entries": _("Entries of the trail"),
            "waiting": _("Entries without a place for over a minute"),
            "position": _("The first entry at fault"),
            "count": _("How many are at fault"),
        },
        lambda: {"entries": settings.KRAMA_TRAIL_ENTRIES},
    ),
}
