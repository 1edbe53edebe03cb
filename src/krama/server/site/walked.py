# SPDX-License-Identifier: Apache-2.0
"""How far the chapters on work with cases were walked: read from the rooms, of this demo home and its invented people.

What a reviewer keeps to themselves is asked of the invented reviewer alone, and only whether there is anything.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count, Q, QuerySet

from krama.server.accounts.models import Role, User
from krama.server.callout.models import Alarm
from krama.server.callout.queries import opened_since
from krama.server.cases.models import Case, Look, Note, PlaybookMark, Wave
from krama.server.cases.models.peer import Answer
from krama.server.cases.models.people import ActorRole
from krama.server.cases.models.queue import Near
from krama.server.cases.peer import STANDING, on_peer_path, wish_of
from krama.server.compartments.models import Opening
from krama.server.intake.models import Report, Topic
from krama.server.measures.kinds import OF_ACCOUNTS
from krama.server.measures.models import Measure
from krama.server.support.models import Step as SupportStep
from krama.server.trail.events import Event
from krama.server.trail.models import Entry
from krama.server.wellbeing.queries import passed_on
from krama.server.wellbeing.whose import choices_of

NEWEST = 3  # so many are looked into: what the visitor did is among the last


def officer() -> dict[str, bool]:
    """What of the officer's chapter has happened."""
    return {
        "rules": _people_did(Event.RULES_TRIED).exists(),
        "danger": Report.objects.filter(is_emergency=True).exclude(topic=Topic.TEST).exists(),
        "take": any(alarm.taken_by and opened_since(alarm, alarm.taken_by) for alarm in _taken()[:NEWEST]),
        "wave": Wave.objects.exists(),
        "warn": Wave.objects.filter(answered_at__isnull=False).exists(),
        "playbook": PlaybookMark.objects.filter(in_time__isnull=False).exists(),
        "measure": Measure.objects.filter(state=Measure.State.DONE, kind__in=OF_ACCOUNTS).exists(),
    }


def reviewer(looked: Collection[str]) -> dict[str, bool]:
    """The same of the reviewer's; `looked`: which pages this visitor opened, for that leaves no other mark."""
    people = list(User.objects.filter(is_demo=True, role=Role.REVIEWER))
    clusters = Near.objects.exclude(cluster=None).values("cluster")
    decided = Q(item__decision__actor_kind="person")
    return {
        "copies": clusters.annotate(n=Count("item__case", distinct=True)).filter(n__gt=1).exists(),
        "next": _people_did(Event.CASE_TAKEN).exists(),
        "text": Opening.objects.filter(person_id__in=[one.actor_id for one in people]).exists(),
        "pass": any(passed_on(one).exists() for one in people),
        "alike": clusters.annotate(n=Count("item__decision", distinct=True, filter=decided)).filter(n__gt=1).exists(),
        "own": "own" in looked,
        "limit": any(choices_of(one).minutes is not None for one in people),
    }


def peers() -> dict[str, bool]:
    """The same of the peer path."""
    cases = list(Case.objects.filter(items__report__topic=Topic.BULLYING).order_by("-opened_at")[:NEWEST])
    return {
        "tell": bool(cases),
        "parts": ActorRole.objects.filter(case__in=cases).exists(),
        "peer": any(on_peer_path(case) for case in cases),
        "wish": any(wish_of(case).answer != Answer.NOT_ASKED for case in cases),
        "note": Note.objects.filter(case__in=cases).exists(),
        "second": Look.objects.filter(case__in=cases, kind=Look.Kind.NOTE, state__in=STANDING).exists(),
        "help": SupportStep.objects.filter(case__in=cases).exists(),
    }


def _people_did(event: Event) -> QuerySet[Entry]:
    return Entry.objects.filter(event=event, actor_kind="person")


def _taken() -> QuerySet[Alarm]:
    rows = Alarm.objects.filter(kind=Alarm.Kind.CASE, taken_by__isnull=False).select_related("taken_by")
    return rows.order_by("-taken_at")
