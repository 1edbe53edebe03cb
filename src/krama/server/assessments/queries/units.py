# SPDX-License-Identifier: Apache-2.0
"""Reading units: what each has to do and where it stands, who signed and was trained, and all of them for the board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.utils import timezone

from krama.errors import NotFound
from krama.guidelines import Line
from krama.guidelines.policy_papers import SIGNED
from krama.guidelines.scoring import MET, urgency
from krama.server.accounts.models import Unit, User
from krama.server.assessments.models import Answer, Signature, UnitRecord
from krama.server.assessments.queries.answers import answers
from krama.server.assessments.queries.board import Standing
from krama.server.assessments.queries.catalogue import catalogue, lines
from krama.server.assessments.queries.papers import papers
from krama.server.assessments.queries.proofs import Shown, state_of

A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Duty:
    """A line that a unit owns, with its answer."""

    line: Line
    answer: Answer | None

    @property
    def met(self) -> bool:
        """Whether it is done every time, and can be shown."""
        return self.answer is not None and (self.answer.level or 0) >= MET


@dataclass(frozen=True)
class OfPeople:
    """So many of a unit's people did something, such as signing a paper."""

    label: str
    people: int
    of: int

    @property
    def all(self) -> bool:
        """Whether everybody did."""
        return self.people >= self.of


@dataclass(frozen=True)
class Row:
    """One unit among all of them."""

    unit: Unit
    standing: Standing
    signed: list[OfPeople]
    trained: OfPeople
    drills: int


def all_units() -> list[Unit]:
    """Working ones first, by name."""
    return list(Unit.objects.select_related("head", "deputy").order_by("-is_active", "name"))


def unit_of(pk: UUID) -> Unit:
    """One unit; `NotFound` when there is none."""
    unit = Unit.objects.select_related("head", "deputy").filter(pk=pk).first()
    if unit is None:
        raise NotFound("There is no such unit. The page of units lists them all.")
    return unit


def duties(unit: Unit) -> list[Duty]:
    """What the unit has to do: what is not met first, and of that the worst for a child."""
    held, given = catalogue(), answers()
    found = [
        Duty(line, answer)
        for line in lines()
        if (answer := given.get(line.id)) and answer.unit_id == unit.pk and not answer.set_aside
    ]
    return sorted(found, key=lambda duty: (duty.met, urgency(held, duty.line)))


def rollup(language: str) -> list[Row]:
    """Every working unit, for the board; one without a head is seen by its missing name."""
    return [_row(unit, language) for unit in all_units() if unit.is_active]


def without_unit() -> int:
    """How many lines that apply lie with no working unit."""
    given = answers()
    owned = {id for id, answer in given.items() if answer.unit is not None and answer.unit.is_active}
    return sum(line.id not in owned for line in lines())


def standing(unit: Unit) -> Standing:
    """The counts over a unit's duties."""
    own = duties(unit)
    answered = sum(duty.answer is not None and duty.answer.level is not None for duty in own)
    return Standing(str(unit.pk), unit.name, len(own), answered, sum(duty.met for duty in own), 0)


def signed(unit: Unit, language: str) -> list[OfPeople]:
    """For each paper that is to be signed and holds: how many of the unit signed it."""
    found = []
    for shown in papers():
        if shown.kind not in SIGNED or shown.current is None:
            continue
        rows = Signature.objects.filter(paper=shown.current, unit=unit)
        people = rows.aggregate(people=Sum("people"))["people"] or 0
        found.append(OfPeople(shown.title.in_(language), people, unit.headcount))
    return found


def trained(unit: Unit, label: str = "") -> OfPeople:
    """How many were trained in the last year, by the topic that reached most: two topics count nobody twice."""
    rows = records(unit).filter(kind=UnitRecord.Kind.TRAINING, on__gt=timezone.localdate() - A_YEAR)
    topics = rows.order_by().values("topic").annotate(sum=Sum("people")).values_list("sum", flat=True)
    return OfPeople(label, min(max(topics, default=0), unit.headcount), unit.headcount)


def drills(unit: Unit) -> int:
    """How many drills the unit held in the last year."""
    return records(unit).filter(kind=UnitRecord.Kind.DRILL, on__gt=timezone.localdate() - A_YEAR).count()


def records(unit: Unit) -> QuerySet[UnitRecord]:
    """Trainings and drills, the newest first."""
    return UnitRecord.objects.filter(unit=unit).select_related("made_by").order_by("-on", "-made_at")


def live_proofs(own: Sequence[Duty]) -> list[Shown]:
    """The live proofs of these lines, each once."""
    names = dict.fromkeys(name for duty in own for name in duty.line.proof if name.startswith("live."))
    return [shown for name in names if (shown := state_of(name))]


def people(unit: Unit) -> list[User]:
    """Who with an account works there."""
    return list(User.objects.filter(unit=unit, is_active=True).order_by("name"))


def _row(unit: Unit, language: str) -> Row:
    return Row(unit, standing(unit), signed(unit, language), trained(unit), drills(unit))
