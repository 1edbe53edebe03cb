# SPDX-License-Identifier: Apache-2.0
"""What the case page says of the people in a case, and of the peer path; and which of its forms this reader gets."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from krama.learning import peer_sayings
from krama.server.accounts.may import Operation
from krama.server.cases import peer
from krama.server.cases.forms.peer import NoteForm, PeerForm, RoleForm, WishForm
from krama.server.cases.models import Case, Look
from krama.server.cases.models.peer import Answer, Note, PeerMark, Wish
from krama.server.cases.people import ActorRole, Told, part_of, people_in, roles_of
from krama.server.compartments.models import Pseudonym
from krama.server.desk.faces import LABELS
from krama.server.desk.read import Read
from krama.server.desk.staff import Staff
from krama.server.support.models import FIRST_FOR_PEERS
from krama.server.web.wording import awaits_reader, corrected


def people(case: Case, here: set[Operation], forms: dict[str, Any] | None, read: Read) -> dict[str, Any]:
    """Everybody with a letter and their part; the peer path; `forms` are those that came back with faults."""
    said = roles_of(case) if ActorRole in read.there else {}
    wish = peer.wish_of(case) if Wish in read.there else peer.Wished(Answer.NOT_ASKED)
    return {
        "works": Operation.SUPPORT_CHILD in here,
        "persons": [_person(one, said.get(one.pk, []), read.staff) for one in read.faces.people],
        "peer": _peer(case, read, wish, forms or {}),
        "wish": peer.wish_shown(wish),
        "people_url": f"/cases/{case.ref}/people",
        "support_url": f"/cases/{case.ref}/support",
    }


def _person(row: Pseudonym, said: list[Told], staff: Staff) -> dict[str, Any]:
    part = part_of(row, said)
    return {
        "label": called(row),
        "part": part.label,
        "is_child": part == "child",
        "before": [(one.part.label, one.at, staff.name_of(one.by)) for one in said],
        "form": RoleForm(initial={"pseudonym": row.pk, "part": part.value}, auto_id=f"id_{row.pk}_%s"),
    }


def called(row: Pseudonym) -> str:
    if row.kind == Pseudonym.Kind.CHILD:
        return _("Child %(letter)s") % {"letter": row.letter}
    return LABELS[Pseudonym.Kind(row.kind)] % {"letter": row.letter}


def _peer(case: Case, read: Read, wish: peer.Wished, forms: dict[str, Any]) -> dict[str, Any]:
    is_marked, staff = PeerMark in read.there, read.staff
    mark = peer.mark_of(case) if is_marked else None
    on = peer.is_on(case, mark, [item.report for item in read.items if item.report is not None])
    notes = case.notes.order_by("at") if Note in read.there else ()
    return {
        "on": on,
        "mark": mark and {"words": mark.words, "at": mark.at, "who": staff.name_of(mark.by)},
        "asked_off": is_marked and _waits(case),
        "may_leave": not on or peer.standing_note(case) is not None,
        "notes": [_note(case, note, staff) for note in notes],
        "first": [(one.value, one.label) for one in FIRST_FOR_PEERS],
        "sayings": sayings(),
        "form": forms.get("peer") or PeerForm(initial={"said": "no" if on else "yes"}, auto_id="id_peer_%s"),
        "note_form": forms.get("note") or NoteForm(initial=_wished(wish), auto_id="id_note_%s"),
        "wish_form": forms.get("wish") or WishForm(initial=_wished(wish), auto_id="id_wish_%s"),
    }


def sayings() -> list[dict[str, Any]]:
    """What to say to those concerned; Khmer that nobody has read yet says so."""
    language = get_language() or "en"
    return [
        {
            "title": one.title.in_(language),
            "text": one.text.in_(language),
            "unread": language == "km" and raw.reviewer is None and awaits_reader(raw),
        }
        for raw, one in zip(peer_sayings(), corrected(peer_sayings()), strict=True)
    ]


def _waits(case: Case) -> bool:
    marks = case.peer_marks.filter(holds=False).values("pk")
    return Look.objects.filter(kind=Look.Kind.PEER, subject__in=marks, given_at=None).exists()


def _note(case: Case, note: Any, staff: Staff) -> dict[str, Any]:
    look = peer.look_at(note.pk, Look.Kind.NOTE)
    return {
        "words": peer.words_of_note(case, note),
        "at": note.at,
        "who": staff.name_of(note.by),
        "look": look.get_state_display() if look else "",
        "stands": look is not None and look.state in peer.STANDING,
    }


def _wished(found: peer.Wished) -> dict[str, Any]:
    return {
        "answer": found.answer.value,
        "asked_on": found.asked_on,
        "asked_by": found.asked_by,
        "wish_words": found.words,
    }


def pseudonym_in(case: Case, pk: UUID) -> Pseudonym | None:
    return next((one for one in people_in(case) if one.pk == pk), None)
