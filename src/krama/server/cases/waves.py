# SPDX-License-Identifier: Apache-2.0
"""Seeing waves: so many alike reports in so many days. Each look reads a few rows by an index, however many there are.

Alike is: of the same topic, and not the same words sent again. Nothing is opened for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from krama.guidelines.live import SKEW
from krama.playbooks import Playbook, playbooks
from krama.server.cases.models import Wave
from krama.server.cases.triage import KINDS
from krama.server.compartments.queries import read
from krama.server.intake.models import Report
from krama.server.trail.actions import record
from krama.server.trail.actor import COLLECTOR
from krama.server.trail.events import Event

MOST = 10_000  # more are not counted: the figure then says "or more"
SAME_WORDS = 20  # of so many reports for each that must differ, the newest are looked at


@dataclass(frozen=True)
class Alike:
    """The newest alike reports: when the first and the last of them came."""

    first: datetime
    last: datetime


def watched() -> dict[str, Playbook]:
    """The topics that can become a wave, each with the playbook whose warning it drafts."""
    found = {}
    for topic, kind in KINDS.items():
        books = [one for one in playbooks() if one.warning is not None]
        fits = [one for one in books if kind in one.fits] or [one for one in books if kind in one.may_fit]
        if fits:
            found[str(topic)] = fits[0]
    return found


def watch(now: datetime | None = None) -> int:
    """Raise what has become a wave, let what lasts grow, end what is over. Returns how many were raised."""
    at = now or timezone.now()
    return sum(_watch(topic, book, at) for topic, book in watched().items())


def alike(topic: str, since: datetime, now: datetime) -> Alike | None:
    """As many as make a wave, the newest; None when there are fewer."""
    wanted = settings.KRAMA_WAVES["reports"]
    rows = of_topic(topic).filter(at__gt=since, at__lte=now + SKEW).order_by("-at").values_list("at", "words_key")
    seen: set[str] = set()
    times = []
    for at, words in rows[: int(wanted * SAME_WORDS)]:
        if not words or words not in seen:
            times.append(at)
        seen.add(words)
        if len(times) >= wanted:
            return Alike(times[-1], times[0])
    return None


def of_topic(topic: str) -> QuerySet[Report]:
    """What counts: reports of this topic that reached a case, and that nobody took back."""
    return Report.objects.filter(topic=topic, withdrawn_at=None, collected_at__isnull=False)


def why_answered(wave: Wave) -> str:
    """Why it was released or dropped; empty after its compartment was destroyed."""
    plain = read(wave.compartment, wave.sealed_reason, *place_of_reason(wave.pk))
    return plain.decode() if plain else ""


def place_of_reason(pk: UUID) -> tuple[str, UUID, str]:
    return ("wave", pk, "reason")


def waiting() -> QuerySet[Wave]:
    """Waves that no person has answered, the oldest first."""
    return Wave.objects.filter(answer=Wave.Answer.WAITING).order_by("raised_at")


def _watch(topic: str, book: Playbook, now: datetime) -> int:
    since = now - timedelta(days=settings.KRAMA_WAVES["days"])
    wave = Wave.objects.filter(topic=topic, ended_at=None).first()
    if wave is not None:
        found = alike(topic, since, now)
        _grow(wave, found.last) if found else _end(wave, now)
        return 0
    before = Wave.objects.filter(topic=topic).aggregate(last=Max("last_at"))["last"]
    found = alike(topic, max(since, before) if before else since, now)
    return _raise(topic, book, found, now) if found else 0


def _raise(topic: str, book: Playbook, found: Alike, now: datetime) -> int:
    """The unique row decides between several workers: whoever is second finds it raised."""
    assert book.warning is not None
    try:
        with transaction.atomic():
            wave = Wave.objects.create(
                topic=topic,
                book=book.id,
                began_at=found.first,
                last_at=found.last,
                count=_count(topic, found.first, found.last),
                raised_at=now,
                text_en=book.warning.en,
                text_km=book.warning.in_("km"),
            )
            record(COLLECTOR, Event.WAVE_RAISED, subject_kind="wave", subject_id=wave.pk, details={"count": wave.count})
    except IntegrityError:
        return 0
    return 1


def _grow(wave: Wave, last: datetime) -> None:
    count = wave.count if wave.count >= MOST else _count(wave.topic, wave.began_at, last)
    if (count, last) != (wave.count, wave.last_at):
        Wave.objects.filter(pk=wave.pk, ended_at=None).update(count=count, last_at=last)


@transaction.atomic
def _end(wave: Wave, now: datetime) -> None:
    if Wave.objects.filter(pk=wave.pk, ended_at=None).update(ended_at=now):
        record(COLLECTOR, Event.WAVE_ENDED, subject_kind="wave", subject_id=wave.pk, details={"count": wave.count})


def _count(topic: str, first: datetime, last: datetime) -> int:
    return of_topic(topic).filter(at__gte=first, at__lte=last)[:MOST].count()
