# SPDX-License-Identifier: Apache-2.0
"""Answers out into a workbook and back: the whole workbook is taken or nothing of it, and no text is written over."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from krama.errors import BadInput
from krama.guidelines.answers_book import WRONG, Given, Said, read_answers
from krama.guidelines.workbook import BadWorkbook, Fault
from krama.server.accounts.may import Operation, may
from krama.server.accounts.models import User
from krama.server.assessments.actions.answers import LONGEST, checked, say
from krama.server.assessments.models import Answer, Saying
from krama.server.assessments.queries import answers_book as queries
from krama.server.assessments.queries.catalogue import lines
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event
from krama.text import Text

NOT_YOURS = Text(
    "is a line that you may not answer; ask the officer to hand it to you, or leave its row as it was.",
    "ជាបន្ទាត់ដែលអ្នកមិនអាចឆ្លើយបានទេ។ សូមសុំមន្ត្រីប្រគល់ឱ្យអ្នក ឬទុកជួរនេះដូចដើម។",
)
TOO_LONG = Text(
    f"is longer than {LONGEST} letters, or holds a control sign; shorten it.",
    f"វែងជាង {LONGEST} តួអក្សរ ឬមានសញ្ញាដែលមើលមិនឃើញ។ សូមកាត់ឱ្យខ្លី។",
)
NOTHING = Text(
    "says nothing now; choose a level or write an answer, or leave the row as it was.",
    "មិននិយាយអ្វីទេឥឡូវនេះ។ សូមជ្រើសកម្រិត ឬសរសេរចម្លើយ ឬទុកជួរនេះដូចដើម។",
)
WHY = {"words": TOO_LONG, "why_aside": TOO_LONG, "level": NOTHING}


@dataclass(frozen=True)
class Taken:
    """What became of a workbook: how many answers were taken, were there already, and which were kept beside."""

    taken: int
    unchanged: int
    beside: tuple[str, ...]


@transaction.atomic
def export_answers(actor: Actor) -> bytes:
    """The workbook as it is now; that it left the house stands in the trail."""
    content = queries.answers_book()
    details = {"lines": len(lines()), "sha256": hashlib.sha256(content).hexdigest()}
    record(actor, Event.ANSWERS_EXPORTED, subject_kind="answers", subject_id="all", details=details)
    return content


@transaction.atomic
def import_answers(actor: User, *, content: bytes) -> Taken:
    """Say each answer that was changed in the workbook; `BadWorkbook` names every fault, and then nothing is said."""
    given = read_answers(content, [line.id for line in lines()])
    # One order for everybody, so that two imports at once wait for each other and never cross.
    rows = Answer.objects.select_for_update(of=("self",)).select_related("unit").order_by("line_id")
    now = {row.line_id: row for row in rows.filter(line_id__in=[row.line_id for row in given])}
    changed = [(row, now.get(row.line_id, Answer())) for row in given if row.touched]
    changed = [(row, answer) for row, answer in changed if _is_new(actor, row, answer)]
    if faults := [fault for row, answer in changed for fault in _faults(actor, row, answer)]:
        raise BadWorkbook(faults=faults)
    said = [_say(actor, row) for row, _ in sorted(changed, key=lambda pair: pair[0].line_id)]
    beside = tuple(answer.line_id for answer in said if answer.kept_beside)
    taken = Taken(len(said) - len(beside), len(given) - len(said), beside)
    counts = {"taken": taken.taken, "unchanged": taken.unchanged, "beside": len(beside)}
    details = {**counts, "sha256": hashlib.sha256(content).hexdigest()}
    record(actor, Event.ANSWERS_IMPORTED, subject_kind="answers", subject_id="all", details=details)
    return taken


def _is_new(actor: User, row: Given, answer: Answer) -> bool:
    """Not what stands there already, and not what the same person sent before and was kept beside."""
    said = _as_kept(row.said)
    if said == queries.said_now(answer):
        return False
    kept = Saying.objects.filter(answer__line_id=row.line_id, by=actor, beside=True, seen=row.seen, **vars(said))
    return not kept.exists()


def _faults(actor: User, row: Given, answer: Answer) -> Iterator[Fault]:
    """What `say` would not take, with its cell."""
    if not may(actor, Operation.ANSWER_LINE, answer):
        yield row.fault("id", NOT_YOURS)
    if row.seen > answer.revision:
        yield row.fault("seen", WRONG["seen"])
    try:
        checked(**vars(row.said))
    except BadInput as error:
        field = str(error.fields["field"])
        yield row.fault(field, WHY[field])


def _as_kept(said: Said) -> Said:
    """As `say` keeps it: without space around."""
    return Said(said.level, said.words.strip(), said.set_aside, said.why_aside.strip())


def _say(actor: User, row: Given) -> Answer:
    return say(actor, line_id=row.line_id, seen=row.seen, **vars(row.said))
