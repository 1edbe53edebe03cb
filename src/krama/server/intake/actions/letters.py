# SPDX-License-Identifier: Apache-2.0
"""A mail becomes a report, once: known again by its id and its words. Who sent it is sealed, and nobody is answered.

An answer would lie in an inbox that others may read; who wants one chooses a safe way on the report page.
"""

from __future__ import annotations

from krama.server.intake.actions import take
from krama.server.intake.doors.letter import Letter, read_letter
from krama.server.intake.doors.marks import mark, pk_of
from krama.server.intake.doors.short import language_of
from krama.server.intake.models import Report, Topic
from krama.server.trail.actor import Actor


def take_letter(actor: Actor, *, raw: bytes, size: int) -> Report:
    """The report of this mail; stored when this returns."""
    letter = read_letter(raw, size=size)
    words = mark("mail words", letter.sender, letter.words)
    answers = {"words": letter.words, "sender": letter.sender, "left-out": _left_out(letter)}
    return take.take(
        actor,
        pk=pk_of("mail report", letter.id, words),
        topic=str(Topic.OTHER),
        door=Report.Door.MAIL,
        language=language_of(letter.words) or "km",
        answers={question: said for question, said in answers.items() if said},
    )


def _left_out(letter: Letter) -> str:
    """A note for staff: a number, and + when there may be more that was never fetched."""
    return f"{letter.left_out}{'+' if letter.is_cut else ''}" if letter.left_out or letter.is_cut else ""
