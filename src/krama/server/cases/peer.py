# SPDX-License-Identifier: Apache-2.0
"""The peer path: the other person may be a child too. Whatever punishes or names anybody asks `may_leave` first.

It is on where a reporter said so, or a person did on the case page. It ends only with two people's word.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from krama.errors import Conflict
from krama.server.cases.models import Case, Look
from krama.server.cases.models.peer import Answer, Note, PeerMark, Wish
from krama.server.compartments.queries import read
from krama.server.intake.models import Part, Report
from krama.server.intake.queries import chosen

YES, NO = "yes", "no"
STANDING = (Look.State.AGREED, Look.State.DEFERRED)


class NoteMissing(Conflict):
    """The other person may be a child: write what is best for both before a strike, a packet or a name leaves."""

    code = "note_missing"


def may_leave(case: Case) -> bool:
    """May a strike, a packet for the police, a referral or a name leave this case now?"""
    return not on_peer_path(case) or standing_note(case) is not None


def require_may_leave(case: Case) -> None:
    """`NoteMissing` where it may not. Call it with the case locked, in the transaction that lets something leave."""
    if not may_leave(case):
        raise NoteMissing


def on_peer_path(case: Case) -> bool:
    """Whether somebody said that the other person may be a child; what a report says later counts again."""
    return is_on(case, mark_of(case))


def is_on(case: Case, mark: Mark | None, reports: Sequence[Report] | None = None) -> bool:
    """The same, for whoever has read the newest mark, and the reports with their compartments."""
    if mark is not None and mark.said == YES:
        return True
    told = list(_reports_of(case) if reports is None else reports)
    if mark is not None:
        since = Part.objects.filter(question="peer", at__gt=mark.at, report__in=told)
        later = set(since.values_list("report", flat=True))
        told = [report for report in told if report.pk in later]
    return any(said.get("peer") == YES for said in chosen(told).values())


def _reports_of(case: Case) -> QuerySet[Report]:
    rows = Report.objects.filter(pk__in=case.items.filter(report__isnull=False).values("report"))
    return rows.select_related("compartment")


@dataclass(frozen=True)
class Mark:
    """What a person said of the other person, and why; `older` are notes from before, which speak of others."""

    said: str
    words: str
    at: datetime
    by: str
    older: tuple[str, ...] = ()


def mark_of(case: Case) -> Mark | None:
    """The newest word that holds."""
    row = case.peer_marks.filter(holds=True).order_by("-at").first()
    return mark_in(case, row) if row else None


def mark_in(case: Case, row: PeerMark) -> Mark | None:
    plain = read(case.compartment, row.sealed_mark, *place_of("peer mark", row.pk))
    if plain is None:
        return None
    said = json.loads(plain)
    return Mark(said["said"], said["words"], row.at, row.by, tuple(said.get("older", ())))


def path_of(case: Case) -> Mark | None:
    """What puts it on the path: a person's word, or else a report, named by the case it is in. None where nothing."""
    mark = mark_of(case)
    if not is_on(case, mark):
        return None
    return mark if mark is not None and mark.said == YES else Mark(YES, case.ref, case.opened_at, "")


def standing_note(case: Case) -> Note | None:
    """The newest note, if a second person agreed, or nobody was there and the look is still to come.

    None where it is from before another case's path came here.
    """
    note, mark = case.notes.order_by("-at").first(), mark_of(case)
    if note is None or (mark is not None and str(note.pk) in mark.older):
        return None
    return note if look_at(note.pk, Look.Kind.NOTE, states=STANDING) else None


def look_at(subject: UUID, kind: Look.Kind, *, states: tuple[Look.State, ...] = ()) -> Look | None:
    rows = Look.objects.filter(kind=kind, subject=subject)
    return (rows.filter(state__in=states) if states else rows).first()


def words_of_note(case: Case, note: Note) -> str:
    plain = read(case.compartment, note.sealed_words, *place_of("note", note.pk))
    return plain.decode() if plain else ""


@dataclass(frozen=True)
class Wished:
    """The child's wish about a referral; `asked_on` and `asked_by` say when and by whom they were asked."""

    answer: Answer
    asked_on: date | None = None
    asked_by: str = ""
    words: str = ""
    at: datetime | None = None
    by: str = ""


def wish_of(case: Case) -> Wished:
    """The newest one; where nobody wrote any, nobody has asked."""
    row = case.wishes.order_by("-at").first()
    plain = read(case.compartment, row.sealed_wish, *place_of("wish", row.pk)) if row else None
    if row is None or plain is None:
        return Wished(Answer.NOT_ASKED)
    said = json.loads(plain)
    day = date.fromisoformat(said["asked_on"]) if said["asked_on"] else None
    return Wished(Answer(said["answer"]), day, said["asked_by"], said["words"], row.at, row.by)


def wish_shown(found: Wished) -> dict[str, Any]:
    """The same for a page, wherever a referral or a packet is decided."""
    return {
        "label": found.answer.label,
        "chip": {Answer.YES: "ok", Answer.NO: "stop"}.get(found.answer, "due"),
        "asked_on": found.asked_on,
        "asked_by": found.asked_by,
        "words": found.words,
    }


def place_of(what: str, pk: UUID) -> tuple[str, UUID, str]:
    """Where the words of the peer path are sealed: nowhere else do they open."""
    return (what, pk, "said")


__all__ = ["Mark", "Note", "NoteMissing", "Wish", "Wished", "may_leave", "on_peer_path", "require_may_leave", "wish_of"]
