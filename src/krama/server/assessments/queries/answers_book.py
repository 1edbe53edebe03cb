# SPDX-License-Identifier: Apache-2.0
"""The firm's answers as a workbook."""

from __future__ import annotations

from krama.guidelines.answers_book import Entry, Said, write_answers
from krama.server.assessments.models import Answer
from krama.server.assessments.queries.answers import answers
from krama.server.assessments.queries.catalogue import catalogue, lines

NOBODY = Answer()


def answers_book() -> bytes:
    """Every line that applies now, with its answer; nothing but heads before the firm has a profile."""
    given = answers()
    entries = [
        Entry(
            line.id,
            line.text,
            line.why,
            line.good,
            said_now(answer),
            answer.owner.name if answer.owner else "",
            answer.unit.name if answer.unit else "",
            answer.revision,
        )
        for line in lines()
        for answer in [given.get(line.id, NOBODY)]
    ]
    return write_answers(entries, [word.text for word in catalogue().words.scale])


def said_now(answer: Answer) -> Said:
    """What stands on a line."""
    return Said(answer.level, answer.words, answer.set_aside, answer.why_aside)
