# SPDX-License-Identifier: Apache-2.0
"""The rows of answers, proofs and tasks when another catalogue comes into force. Only `actions/clauses.py` calls it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db.models import F
from django.utils import timezone

from krama.guidelines import Catalogue
from krama.guidelines.migrate import Kept, successor
from krama.server.assessments.models import Answer, GivenProof, PlanTask, Saying

LONGEST_TASK = PlanTask._meta.get_field("text").max_length or 300


def move(kept: Sequence[Kept], before: Catalogue, after: Catalogue) -> dict[str, int]:
    """Each answer to its new line, then proofs and tasks; how many of each."""
    rows = {row.line_id: row for row in Answer.objects.select_for_update()}
    moved = sum(_settle(rows[one.line_id], one) for one in kept if not one.beside)
    beside = sum(_beside(rows[one.line_id], one) for one in kept if one.beside)
    went = {one.line_id: one.to for one in kept}

    def goes(line_id: str) -> str:
        return went.get(line_id) or successor(line_id, before, after) or line_id

    return {
        "answers": len(kept),
        "moved": moved,
        "beside": beside,
        "look": sum(bool(one.reasons) for one in kept),
        "proofs": _proofs(goes),
        "tasks": _tasks(goes, before),
    }


def _settle(row: Answer, kept: Kept) -> bool:
    """The answer that stands. Whoever wrote over the old words now comes late, since its revision grew."""
    row.line_id = kept.to
    if kept.reasons:
        _flag(row, kept)
        row.revision = F("revision") + 1
    row.save(update_fields=["line_id", "needs_look", "needs_look_why", "revision"])
    return kept.moved


def _beside(row: Answer, kept: Kept) -> bool:
    """An answer that came to a line which has one: it stays under its own line, and its words stand beside."""
    if kept.reasons:
        _flag(row, kept)
        row.save(update_fields=["needs_look", "needs_look_why"])
    main = Answer.objects.select_for_update().get(line_id=kept.to)
    said = {"level": row.level, "words": row.words, "set_aside": row.set_aside, "why_aside": row.why_aside}
    if not kept.answer.says_something or row.said_by is None or main.sayings.filter(**said).exists():
        return False
    main.revision += 1
    main.save(update_fields=["revision"])
    at = row.said_at or timezone.now()
    Saying.objects.create(answer=main, number=main.revision, seen=0, beside=True, at=at, by=row.said_by, **said)
    return True


def _flag(row: Answer, kept: Kept) -> None:
    row.needs_look, row.needs_look_why = True, _why(kept)


def _why(kept: Kept) -> str:
    return " ".join(reason.value for reason in kept.reasons)


def _proofs(goes: Callable[[str], str]) -> int:
    """What was given goes with its line; withdrawn ones too, so that the past is found."""
    moved = 0
    for line_id in set(GivenProof.objects.values_list("line_id", flat=True)):
        if (to := goes(line_id)) != line_id:
            moved += GivenProof.objects.filter(line_id=line_id).update(line_id=to)
    return moved


def _tasks(goes: Callable[[str], str], before: Catalogue) -> int:
    """Tasks go with their line; one without words gets the old line's, where another without words stands."""
    moved = 0
    for task in PlanTask.objects.select_for_update().order_by("made_at", "pk"):
        if (to := goes(task.line_id)) == task.line_id:
            continue
        old = before.line(task.line_id)
        words = task.text or (f"{old.text.km} – {old.text.en}" if old else task.line_id)
        task.line_id, task.text = to, _free(to, task.text, words)
        task.save(update_fields=["line_id", "text"])
        moved += 1
    return moved


def _free(line_id: str, text: str, words: str) -> str:
    """The task's own text when no open task of the line has it, else one that none has."""
    taken = set(PlanTask.objects.filter(line_id=line_id, state=PlanTask.State.OPEN).values_list("text", flat=True))
    number, candidate = 1, text
    while candidate in taken:
        number += 1
        end = "" if number == 2 and words != text else f" ({number})"
        candidate = words[: LONGEST_TASK - len(end)] + end
    return candidate
