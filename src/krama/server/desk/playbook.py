# SPDX-License-Identifier: Apache-2.0
"""A case's playbooks as the page shows them: each step with until when, who, where it leads, and who did it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from krama.countries import stale
from krama.learning import lesson
from krama.playbooks import Step
from krama.server.accounts.models import Role, User
from krama.server.cases.models import Case, Item
from krama.server.cases.playbook import SOON, Checklist, Line, checklists, due_of, to_choose
from krama.server.cases.words import span
from krama.server.countries.queries import pack

SHOWN = 8
WHO = {"whoever": gettext_lazy("whoever has the case"), **{str(role): role.label for role in Role}}
PAGES = {
    "told": ("#known", gettext_lazy("What is known")),
    "decision": ("#decide", gettext_lazy("Decide")),
    "hold": ("#hold", gettext_lazy("Keep this case from destruction")),
    "sight": ("#sight", gettext_lazy("Who may see this case")),
    "confidential": ("/confidential", gettext_lazy("Confidentiality")),
}


def playbook_view(case: Case, items: list[Item], *, may_work: bool) -> dict[str, Any]:
    """What the case page says of its playbooks, and of those that could be chosen."""
    found, language = checklists(case), get_language() or "en"
    names = _names(found)
    now = timezone.now() if case.state == Case.State.OPEN else None
    taken = {one.book.id for one in found if one.row.set_aside_at is None}
    books = to_choose(items)
    return {
        "playbooks": [_book(one, names, language, now) for one in found],
        "playbook_choices": [(one.id, one.title.in_(language)) for one in books if one.id not in taken],
        "may_work": may_work,
        "playbook_url": f"/cases/{case.ref}/playbooks",
    }


def steps_due(reader: User) -> list[dict[str, Any]]:
    """Of the reader's own cases: which have a step that is late or soon due. Which step, the case page says."""
    now = timezone.now()
    return [
        {"ref": row.case.ref, "url": f"/cases/{row.case.ref}#playbook", "chip": _clock(row.next_due_at, now, must=True)}
        for row in due_of(reader, now)[:SHOWN]
        if row.next_due_at is not None
    ]


def _book(one: Checklist, names: dict[str, str], language: str, now: datetime | None) -> dict[str, Any]:
    done = sum(line.done for line in one.lines)
    return {
        "id": one.row.pk,
        "title": one.book.title.in_(language),
        "version": one.book.version,
        "begun_at": one.row.begun_at,
        "aside": one.row.set_aside_at,
        "why_aside": one.why_aside,
        "done": done,
        "of": len(one.lines),
        "steps": [_line(line, names, language, now) for line in one.lines],
    }


def _line(line: Line, names: dict[str, str], language: str, now: datetime | None) -> dict[str, Any]:
    """`now` is None where the case is closed: its steps may still be done, and no clock runs for them."""
    step, last = line.step, line.ticks[-1] if line.ticks else None
    chip = {"kind": "words", "text": _("not done")} if now is None else _clock(line.due_at, now, must=step.must)
    if line.done:
        chip = {"kind": "ok", "text": _("done")}
    return {
        "id": step.id,
        "text": step.text.in_(language),
        "who": WHO[step.who],
        "must": step.must,
        "due_at": line.due_at if now else None,
        "chip": chip,
        "done": line.done,
        "by": names.get(last.by, "") if last else "",
        "at": last.at if last else None,
        "history": [(tick.done, names.get(tick.by, ""), tick.at, tick.words) for tick in line.ticks[:-1]],
        "why": "" if line.done or last is None else last.words,
        "leads": _leads(step, language),
    }


def _clock(due: datetime, now: datetime, *, must: bool) -> dict[str, str]:
    """Red when what must be done is late; amber when it soon is, or when something else is late."""
    left = due - now
    if left.total_seconds() < 0:
        return {"kind": "stop" if must else "due", "text": _("late by %(time)s") % {"time": span(-left)}}
    return {"kind": "due" if left < SOON else "ok", "text": _("%(time)s left") % {"time": span(left)}}


def _leads(step: Step, language: str) -> dict[str, Any]:
    """A number to call as this country has it now, a part of this page, or something to read."""
    if step.leads == "contact":
        return _contact(step.to, language)
    if step.leads == "page":
        url, label = PAGES[step.to]
        return {"url": url, "label": label}
    if step.leads == "lesson":
        return {"url": f"/learn/{step.to}", "label": lesson(step.to).title.in_(language)}
    return {}


def _contact(id: str, language: str) -> dict[str, Any]:
    facts = pack()
    found = facts.contact(id)
    if found is None:
        return {}
    old = any(one.group == "contacts" and one.entry.id == id for one in stale(facts, timezone.localdate()))
    reach = found.phones[0] if found.phones else found.web or found.email
    return {"contact": found.text.in_(language), "reach": reach, "is_phone": bool(found.phones), "stale": old}


def _names(found: list[Checklist]) -> dict[str, str]:
    people = {tick.by for one in found for line in one.lines for tick in line.ticks}
    known = {str(pk): name for pk, name in User.objects.filter(pk__in=_uuids(people)).values_list("pk", "name")}
    return {who: known.get(who, _("the system itself")) for who in people}


def _uuids(people: set[str]) -> list[UUID]:
    found = []
    for one in people:
        try:
            found.append(UUID(one))
        except ValueError:  # Krama itself, or a key
            continue
    return found
