# SPDX-License-Identifier: Apache-2.0
"""Writing the peer path: that the other person may be a child, what is best for both, what the child wishes.

To say so holds at once; to take it back, and the note itself, ask for a second person.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from krama.errors import BadInput
from krama.server.cases import peer
from krama.server.cases.actions import looks as actions_looks
from krama.server.cases.actions.notes import notes_of
from krama.server.cases.actions.people import known_to_few, locked
from krama.server.cases.models import Case, Look
from krama.server.cases.models.peer import Answer, Note, PeerMark, Wish
from krama.server.cases.peer import Mark
from krama.server.compartments.actions import reseal
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event
from krama.server.web.storable import storable

SHORTEST_NOTE, LONGEST = 20, 2_000


@transaction.atomic
def say_peer(actor: Actor, *, case: Case, said: str, words: str) -> PeerMark:
    """`said` is yes (the other person may be a child: at once) or no (when a second person agrees)."""
    row = locked(actor, case)
    if said not in (peer.YES, peer.NO):
        raise BadInput("`said` is yes or no.", field="said")
    if peer.on_peer_path(row) == (said == peer.YES):
        raise BadInput("That is what the case says already.", field="said")
    plain = {"said": said, "words": text(words, "words", least=1)}
    mark = _mark(actor, row, plain, by=actor.actor_id)
    if mark.holds:
        known_to_few(actor, row)
    else:
        actions_looks.ask(actor, kind=Look.Kind.PEER, case=row, subject=mark.pk)
    return mark


def go_along(actor: Actor, path: Mark | None, *, source: Case, target: Case) -> None:
    """Items went from one case to the other: what was on the path stays on it, in both. The note is written again:

    those of the target speak of others. `path` is what `peer.path_of(source)` said before anything went. Called with
    both locked.
    """
    if path is None:
        return
    older = sorted(str(pk) for pk in target.notes.values_list("pk", flat=True))
    for case, notes in ((source, []), (target, older)):
        if notes or not peer.on_peer_path(case):
            plain = {"said": peer.YES, "words": path.words, "older": notes}
            _mark(actor, case, plain, by=path.by or actor.actor_id)


def _mark(actor: Actor, case: Case, plain: dict[str, Any], *, by: str) -> PeerMark:
    pk, holds = uuid4(), plain["said"] == peer.YES
    sealed = reseal(notes_of(case), json.dumps(plain).encode(), *peer.place_of("peer mark", pk))
    record(actor, Event.CASE_PEER, subject_kind="case", subject_id=case.ref, details={"holds": holds})
    return PeerMark.objects.create(id=pk, case=case, sealed_mark=sealed, holds=holds, at=timezone.now(), by=by)


@dataclass(frozen=True)
class Asked:
    """What the child said of a referral; `on` and `whom` say when and by whom they were asked."""

    answer: str
    on: date | None = None
    whom: str = ""
    words: str = ""


@transaction.atomic
def write_note(actor: Actor, *, case: Case, words: str, wish: Asked | None = None) -> tuple[Note, Look]:
    """What is best for both children. It stands when a second person agrees; at once where nobody else is there,

    or a child is in danger now: then the look comes afterwards. The child's wish is recorded before or with it.
    """
    row = locked(actor, case)
    pk = uuid4()
    plain = text(words, "words", least=SHORTEST_NOTE).encode()
    if wish is not None:
        _keep_wish(actor, row, wish)
    if not row.wishes.exists():
        raise BadInput("Record what the child wishes about a referral, also when they cannot be asked.", field="wish")
    sealed = reseal(notes_of(row), plain, *peer.place_of("note", pk))
    note = Note.objects.create(id=pk, case=row, sealed_words=sealed, at=timezone.now(), by=actor.actor_id)
    record(actor, Event.CASE_NOTE, subject_kind="case", subject_id=row.ref, details={"note": str(pk)})
    return note, actions_looks.ask(actor, kind=Look.Kind.NOTE, case=row, subject=pk)


@transaction.atomic
def record_wish(actor: Actor, *, case: Case, wish: Asked) -> Wish:
    """What the child wishes of a referral, with when and by whom they were asked."""
    return _keep_wish(actor, locked(actor, case), wish)


def _keep_wish(actor: Actor, case: Case, wish: Asked) -> Wish:
    if wish.answer not in Answer.values:
        raise BadInput(f"`answer` is one of {', '.join(Answer.values)}.", field="answer")
    was_asked = wish.answer in (Answer.YES, Answer.NO)
    if was_asked and (wish.on is None or not wish.whom.strip()):
        raise BadInput("Say when and by whom the child was asked.", field="asked_on")
    if wish.on is not None and wish.on > timezone.localdate():
        raise BadInput("That day is still to come.", field="asked_on")
    said = {
        "answer": wish.answer,
        "asked_on": wish.on.isoformat() if wish.on else "",
        "asked_by": text(wish.whom, "asked_by", most=120),
        "words": text(wish.words, "words"),
    }
    pk = uuid4()
    sealed = reseal(notes_of(case), json.dumps(said).encode(), *peer.place_of("wish", pk))
    row = Wish.objects.create(id=pk, case=case, sealed_wish=sealed, at=timezone.now(), by=actor.actor_id)
    record(actor, Event.CASE_WISH, subject_kind="case", subject_id=case.ref)
    return row


def text(given: str, field: str, *, least: int = 0, most: int = LONGEST) -> str:
    """Clean words of a length, or `BadInput`."""
    words = given.strip()
    if not least <= len(words) <= most or not storable(words):
        raise BadInput(f"Write {least} to {most} characters.", field=field)
    return words
