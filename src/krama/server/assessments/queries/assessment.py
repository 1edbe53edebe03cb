# SPDX-License-Identifier: Apache-2.0
"""The assessment as a list: every line that applies, where it stands, and which to answer next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from krama.guidelines import Catalogue, Line
from krama.guidelines.scoring import MET, urgency
from krama.server.accounts.may import Operation, may
from krama.server.accounts.models import Unit, User
from krama.server.assessments.models import Answer
from krama.server.assessments.queries.answers import answers
from krama.server.assessments.queries.catalogue import catalogue, lines

STATES = ("open", "look", "gap", "met", "aside")


@dataclass(frozen=True)
class Row:
    """One line with its answer, in words of one language."""

    id: str
    text: str
    state: str
    chip: str
    said: str
    unit: str
    owner: str


@dataclass(frozen=True)
class Chosen:
    """What the reader wants to see; empty: everything."""

    pillar: str = ""
    unit: str = ""
    state: str = ""
    mine: bool = False


def rows(person: User, chosen: Chosen, language: str) -> list[tuple[str, list[Row]]]:
    """The lines under the words of their area; no area without a line."""
    held, given = catalogue(), answers()
    groups: dict[str, list[Row]] = {}
    for line in lines():
        answer = given.get(line.id)
        if _wanted(line, answer, chosen, person):
            groups.setdefault(line.area, []).append(_row(held, line, answer, language))
    return [(area.text.in_(language), groups[area.id]) for area in held.words.areas if area.id in groups]


def counts() -> dict[str, int]:
    """How many of the lines that apply are in each state."""
    given = answers()
    found = [state_of(given.get(line.id)) for line in lines()]
    return {"all": len(found), **{state: found.count(state) for state in STATES}}


def next_line(person: User) -> Line | None:
    """What this person may answer next: the worst for a child first, of what nobody has answered or must look at."""
    held, given = catalogue(), answers()
    waiting = [
        line
        for line in lines()
        if state_of(given.get(line.id)) in ("open", "look")
        and may(person, Operation.ANSWER_LINE, given.get(line.id) or Answer(line_id=line.id))
    ]
    return min(waiting, key=lambda line: urgency(held, line), default=None)


def states() -> list[tuple[str, str]]:
    """Each state in words."""
    return [
        ("open", _("Not answered")),
        ("look", _("Needs another look")),
        ("gap", _("Answered, not met")),
        ("met", _("Met")),
        ("aside", _("Set aside")),
    ]


def units() -> list[Unit]:
    """The units that work."""
    return list(Unit.objects.filter(is_active=True).order_by("name"))


def state_of(answer: Answer | None) -> str:
    """One of STATES."""
    if answer is not None and answer.needs_look:
        return "look"
    if answer is not None and answer.set_aside:
        return "aside"
    if answer is None or answer.level is None:
        return "open"
    return "met" if answer.level >= MET else "gap"


CHIPS: Mapping[str, str] = {"open": "words", "look": "due", "gap": "due", "met": "ok", "aside": "words"}


def _wanted(line: Line, answer: Answer | None, chosen: Chosen, person: User) -> bool:
    unit = str(answer.unit_id) if answer and answer.unit_id else ""
    return (
        chosen.pillar in ("", line.pillar)
        and chosen.unit in ("", unit)
        and chosen.state in ("", state_of(answer))
        and (not chosen.mine or is_mine(answer, person))
    )


def is_mine(answer: Answer | None, person: User) -> bool:
    """Whether the line lies in this person's hands: their own, or of a unit that they lead or stand in for."""
    if answer is None:
        return False
    unit = answer.unit
    return answer.owner_id == person.pk or (unit is not None and person.pk in (unit.head_id, unit.deputy_id))


def _row(held: Catalogue, line: Line, answer: Answer | None, language: str) -> Row:
    state = state_of(answer)
    said = dict(states())[state]
    if answer is not None and answer.level is not None and state in ("gap", "met", "look"):
        level = held.words.scale[answer.level].text.in_(language)
        said = f"{said}: {level}" if state == "look" else level
    return Row(
        line.id,
        line.text.in_(language),
        state,
        CHIPS[state],
        said,
        answer.unit.name if answer and answer.unit else "",
        answer.owner.name if answer and answer.owner else "",
    )
