# SPDX-License-Identifier: Apache-2.0
"""What the lists witness: that they are fresh, and that the scanners hold what was published."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from krama.errors import BadSnapshot
from krama.guidelines.live import SKEW, Definition, Look, Seen
from krama.server.lists.models import List, ListedSignal
from krama.server.lists.queries import latest_publication
from krama.server.trail.events import Event
from krama.server.trail.models import Entry
from krama.signals import check_snapshot, current_version, versions

TOUCHED = (Event.LIST_ADDED, Event.LIST_CHANGED, Event.LIST_IMPORTED, Event.LIST_WITHDRAWN)


def lists_fresh(now: datetime) -> Seen:
    rows = {str(pk) for pk in List.objects.filter(state=List.State.ACTIVE).values_list("pk", flat=True)}
    stand = ListedSignal.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), withdrawn_at=None)
    if not rows or not stand.filter(list_id__in=rows).exists():
        return Seen("unknown", _("No active list holds a signal yet."), {"lists": len(rows)})
    last = _renewed(rows, now)
    oldest = min(last.values(), default=None)
    too_old = [pk for pk in rows if pk not in last or last[pk] < now - timedelta(days=settings.KRAMA_LIST_DAYS)]
    figures = {"lists": len(rows), "old": len(too_old), "oldest": oldest.isoformat() if oldest else None}
    if too_old:
        return Seen("fail", _("Active lists that nobody renewed in time: %(old)s of %(lists)s."), figures)
    return Seen("pass", _("Every active list was renewed in time; there are %(lists)s."), figures)


def snapshot_published(now: datetime) -> Seen:
    published = latest_publication()
    active = List.objects.filter(state=List.State.ACTIVE).count()
    if published is None or not active:
        return Seen("unknown", _("No list was published to the scanners yet."), {"lists": active})
    folder, held = settings.HOME.snapshots, _held()
    figures = {
        "lists": active,
        "published": published.version,
        "held": held,
        "published_at": published.at.isoformat(),
        "signals": sum(published.counts.values()),
    }
    if held != published.version:
        return Seen("fail", _("The scanners do not hold the version that was published last."), figures)
    if _damaged(folder / held):
        return Seen(
            "fail", _("The published lists were damaged on the disk; a scanner that starts cannot read them."), figures
        )
    if Entry.objects.filter(subject_kind="list", event__in=TOUCHED, at__gt=published.at).exists():
        return Seen("fail", _("A list was changed after the last publication; the scanners do not know it."), figures)
    if not figures["signals"]:
        return Seen("unknown", _("The last publication holds no signal."), figures)
    return Seen("pass", _("The scanners hold the last publication, and no list was changed since."), figures)


def _renewed(rows: set[str], now: datetime) -> dict[str, datetime]:
    """When each list was last added or imported. Its name corrected, or an empty file read, renews no list."""
    of_lists = Entry.objects.filter(subject_kind="list", subject_id__in=rows, at__lte=now + SKEW)
    imports = Q(event=Event.LIST_IMPORTED, details__count__gt=0)
    entries = of_lists.filter(Q(event=Event.LIST_ADDED) | imports).order_by("at")
    return dict(entries.values_list("subject_id", "at"))


def _damaged(folder: Path) -> bool:
    """Does a file of the publication not fit its checksum? Read again only when a file was touched."""
    try:
        folders = [folder.parent / version for version in versions(folder.parent, folder.name)]
    except BadSnapshot:
        return True
    stats = [(path, path.stat()) for one in folders for path in sorted(one.glob("*.npy")) + sorted(one.glob("*.json"))]
    return not _fits(folder, tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats))


@lru_cache(maxsize=2)
def _fits(folder: Path, _as_it_was: tuple[tuple[str, int, int], ...]) -> bool:
    try:
        check_snapshot(folder.parent, folder.name)
    except BadSnapshot:
        return False
    return True


def _held() -> str:
    try:
        return current_version(settings.HOME.snapshots) or ""
    except BadSnapshot:
        return ""


PROOFS: dict[str, Look] = {"live.lists-fresh": lists_fresh, "live.snapshot-published": snapshot_published}
DEFINITIONS = {
    "live.lists-fresh": Definition(
        _("Every active list was added or imported again in the last %(days)s days."),
        _("Import the list again from its source, or pause it."),
        {
            "lists": _("Active lists"),
            "old": _("Active lists that are too old"),
            "oldest": _("The list renewed longest ago"),
        },
        lambda: {"days": settings.KRAMA_LIST_DAYS},
        "lists:lists",
    ),
    "live.snapshot-published": Definition(
        _(
            "The scanners hold the version that was published last, it fits its checksums, and no list was changed "
            "after it."
        ),
        _("Publish the lists to the scanners."),
        {
            "lists": _("Active lists"),
            "published": _("Version published last"),
            "held": _("Version that the scanners hold"),
            "published_at": _("Published at"),
            "signals": _("Signals in it"),
        },
        page="lists:lists",
    ),
}
